//! What a period costs under a plan: fee, charges and the true-up to a minimum commitment.

use crate::decimal::{Decimal, TooManyDigits};

use super::{Ratio, Share};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanTerms {
    /// For a whole period.
    pub fee: Decimal,
    /// For a whole period; fee and charges count towards it.
    pub minimum_commitment: Option<Decimal>,
}

/// Exact; [`Ratio::rounded`] makes booked money of it.
#[derive(Clone, Debug)]
pub struct PlanBill {
    pub fee: Ratio,
    pub charges: Ratio,
    /// What is missing to the minimum commitment; never below zero.
    pub true_up: Ratio,
    pub total: Ratio,
    /// Sum to the total.
    pub lines: Vec<BillLine>,
}

/// The same without its lines.
#[derive(Clone, Copy, Debug)]
pub struct PlanAmounts {
    pub fee: Ratio,
    pub charges: Ratio,
    /// What is missing to the minimum commitment; never below zero.
    pub true_up: Ratio,
    pub total: Ratio,
}

#[derive(Clone, Debug)]
pub struct BillLine {
    pub words: String,
    pub amount: Ratio,
}

impl PlanTerms {
    /// The bill of a period of which `share` was used. Fee and minimum commitment are prorated alike; charges are for what was used.
    ///
    /// The true-up is rounded once, from the exact difference. Lago rounds the prorated fee and commitment each on its own, which in
    /// its yearly example gives 823,561 cents where one rounding gives 823,562.
    pub fn amounts(&self, charges: &[Decimal], share: Share) -> Result<PlanAmounts, TooManyDigits> {
        let fee = share.take(self.fee)?;
        let charges = Ratio::from(Decimal::sum(charges.iter().copied())?);
        let billed = fee.plus(charges)?;
        let mut true_up = Ratio::ZERO;
        if let Some(minimum) = self.minimum_commitment {
            let missing = share.take(minimum)?.minus(billed)?;
            if !missing.is_negative() {
                true_up = missing;
            }
        }
        Ok(PlanAmounts { fee, charges, true_up, total: billed.plus(true_up)? })
    }

    /// The [`amounts`](Self::amounts) with a line for each.
    pub fn bill(&self, charges: &[Decimal], share: Share) -> Result<PlanBill, TooManyDigits> {
        let PlanAmounts { fee, charges, true_up, total } = self.amounts(charges, share)?;
        let part = if share.is_whole() { String::new() } else { format!(", {} of {} days", share.days(), share.of()) };
        let mut lines = vec![
            BillLine { words: format!("Plan fee of {}{part}", self.fee), amount: fee },
            BillLine { words: "Charges for what was used".to_owned(), amount: charges },
        ];
        if let Some(minimum) = self.minimum_commitment.filter(|_| true_up.is_above_zero()) {
            let words = format!("True-up to the minimum commitment of {minimum}{part}");
            lines.push(BillLine { words, amount: true_up });
        }
        Ok(PlanBill { fee, charges, true_up, total, lines })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bill(fee: u64, minimum: u64, charges: &[u64], days: u32, of: u32) -> PlanBill {
        let charges: Vec<Decimal> = charges.iter().map(|&cents| cents.into()).collect();
        PlanTerms { fee: fee.into(), minimum_commitment: Some(minimum.into()) }
            .bill(&charges, Share::new(days, of).unwrap())
            .unwrap()
    }

    fn true_up(fee: u64, minimum: u64, charges: &[u64], days: u32, of: u32) -> String {
        bill(fee, minimum, charges, days, of).true_up.rounded(0).unwrap().to_string()
    }

    #[test]
    fn a_commitment_that_is_not_reached_is_trued_up_by_days() {
        for (days, of, expected) in [
            (5, 7, "642857"),
            (7, 7, "900000"),
            (25, 28, "803571"),
            (56, 90, "560000"),
            (89, 89, "900000"),
            (334, 365, "823562"),
        ] {
            assert_eq!(true_up(100_000, 1_000_000, &[], days, of), expected, "{days} of {of} days");
        }
    }

    #[test]
    fn charges_count_towards_the_commitment() {
        assert_eq!(true_up(0, 1_000, &[800], 25, 28), "93");
        assert_eq!(true_up(0, 10_000, &[2_000, 5_000], 25, 28), "1929");
        assert_eq!(true_up(100, 1_000, &[900], 28, 28), "0");
        assert_eq!(true_up(100, 1_000, &[5_000], 28, 28), "0");
    }

    proptest! {
        #[test]
        fn the_lines_of_a_bill_sum_to_its_total_and_reach_the_commitment(
            fee in 0..10_000_000_u64, minimum in 0..10_000_000_u64, charges in prop::collection::vec(0..1_000_000_u64, 0..5),
            of in 1..=366_u32, days in 0..=366_u32,
        ) {
            let days = days.min(of);
            let bill = bill(fee, minimum, &charges, days, of);
            let sum = Ratio::sum(bill.lines.iter().map(|line| line.amount)).unwrap();
            prop_assert_eq!(sum.compare(bill.total), Ok(std::cmp::Ordering::Equal));
            let committed = Share::new(days, of).unwrap().take(minimum.into()).unwrap();
            prop_assert_ne!(bill.total.compare(committed), Ok(std::cmp::Ordering::Less));
        }
    }
}
