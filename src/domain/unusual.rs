//! A bill beside the others of its customer: whether it is much above them, or for a month that was billed before.

use jiff::civil::Date;

use super::{
    day,
    evidence::{Evidence, Value as Known},
    locale::Locale,
    money::{Currency, Money},
    month,
    percent::Percent,
    rule::{Fact, Subject, Value},
    told::Told,
};

/// A bill is held against as many before it.
const LAST: usize = 6;
/// Fewer say nothing of what is usual.
const FEWEST: usize = 3;
/// Of a bill that is this much above what is usual it is looked up what plan and use explain, in millionths.
const LOOKED_INTO: i64 = 1_500_000;
/// A share of the bill this large is more than a tax that is in no plan: a quarter.
const TELLING: i64 = 4;

const SAYS: &str = "where a bill is much above the one in the middle of your last six, or is for a month that was billed before, we \
                    tell you.";

/// What a bill comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    pub number: String,
    /// Minor units.
    pub amount: i64,
    pub issued_on: Date,
    /// The first day of the calendar month it is for; nothing where it is for another time.
    pub month: Option<Date>,
    /// Whether it says so itself; otherwise it is taken to be for the month before it was issued.
    pub says_month: bool,
}

/// A bill, and all those before it in its currency, the latest last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    pub bill: Sum,
    pub before: Vec<Sum>,
    pub currency: Currency,
    /// As much of it as the plan and what was used explain; nothing where that is not known, or was not looked up.
    pub explained: Option<i64>,
}

impl Beside {
    fn last(&self) -> &[Sum] {
        &self.before[self.before.len().saturating_sub(LAST)..]
    }

    /// The one in the middle of the last six, of an even number half of both in the middle; nothing of fewer than three.
    pub fn usual(&self) -> Option<i64> {
        let mut amounts: Vec<i64> = self.last().iter().map(|bill| bill.amount).collect();
        if amounts.len() < FEWEST {
            return None;
        }
        amounts.sort_unstable();
        let (low, high) = (amounts[(amounts.len() - 1) / 2], amounts[amounts.len() / 2]);
        Some(low + (high - low) / 2)
    }

    /// The bill as a share of what is usual.
    fn percent_of_usual(&self) -> Option<Percent> {
        let usual = self.usual().filter(|usual| *usual > 0)?;
        let millionths = i128::from(self.bill.amount) * 1_000_000 / i128::from(usual);
        Some(Percent { millionths: i64::try_from(millionths).unwrap_or(i64::MAX) })
    }

    /// The bill before it that is for the same month. Who has had several bills of one month before has more than one thing
    /// billed, and whose first month it is may have.
    pub fn billed_before(&self) -> Option<&Sum> {
        let month = self.bill.month?;
        let of = |month: Date| self.before.iter().filter(move |bill| bill.month == Some(month));
        let mut others: Vec<Date> =
            self.before.iter().filter_map(|bill| bill.month).filter(|one| *one != month).collect();
        others.sort_unstable();
        let (many, first) = (others.len(), of(month).next()?);
        others.dedup();
        (many > 0 && others.len() == many && of(month).count() == 1).then_some(first)
    }

    /// Whether it is worth looking up what plan and use explain of it.
    pub fn is_to_look_into(&self) -> bool {
        let is_above = self.percent_of_usual().is_some_and(|percent| percent.millionths > LOOKED_INTO);
        is_above || self.billed_before().is_some()
    }

    /// What plan and use do not explain of it.
    fn unexplained(&self) -> Option<i64> {
        self.explained.map(|explained| self.bill.amount.saturating_sub(explained).max(0))
    }

    fn how(&self) -> Option<String> {
        let money = |minor| Money::new(minor, self.currency);
        let usual = self.usual().filter(|usual| self.bill.amount > *usual);
        let above = usual.map(|usual| format!("your last {} came to about {}", self.last().len(), money(usual)));
        let again = self.billed_before().zip(self.bill.month).map(|(before, of)| {
            let (number, amount) = (&before.number, money(before.amount));
            match self.bill.says_month && before.says_month {
                true => format!("bill {number} of {amount} was for {} too", month::words(of)),
                false => format!("you had bill {number} of {amount} for the same time"),
            }
        });
        let unexplained = self.unexplained().filter(|left| *left > 0 && self.bill.amount / TELLING <= *left);
        let left = unexplained.map(|left| format!("{} of it is not explained by your plan and use", money(left)));
        let how: Vec<String> = again.into_iter().chain(above).chain(left).collect();
        (!how.is_empty()).then(|| how.join(", and "))
    }

    /// The bills it is held against, one by one, and it last.
    pub fn evidence(&self, today: Date) -> Evidence {
        let money = |minor| Money::new(minor, self.currency);
        let mut evidence = Evidence { says: SAYS.to_owned(), ..Evidence::default() };
        evidence.fact("Bill", Known::Text(self.bill.number.clone()));
        evidence.fact("Issued on", Known::Date(self.bill.issued_on));
        if let Some(of) = self.bill.month.filter(|_| self.bill.says_month) {
            evidence.fact("It is for", Known::Text(month::words(of)));
        }
        if let Some(usual) = self.usual() {
            evidence.fact("In the middle of the last ones", Known::Money(money(usual)));
        }
        if let Some(before) = self.billed_before() {
            evidence.fact("For the same time before", Known::Text(before.number.clone()));
        }
        if let (Some(explained), Some(left)) = (self.explained, self.unexplained()) {
            evidence.fact("Explained by your plan and use", Known::Money(money(explained)));
            evidence.fact("Not explained", Known::Money(money(left)));
        }
        evidence.fact("Day we looked", Known::Date(today));
        for bill in self.last().iter().chain([&self.bill]) {
            let issued = Locale::English.day_and_year(bill.issued_on);
            evidence.step(format!("Bill {}, issued on {issued}", bill.number), money(bill.amount));
        }
        evidence
    }
}

/// What a rule may ask about it on the day of `told`.
pub struct SumFacts<'a> {
    pub beside: &'a Beside,
    pub told: Told,
}

impl Subject for SumFacts<'_> {
    fn currency(&self) -> Currency {
        self.beside.currency
    }

    fn value(&self, fact: Fact) -> Option<Value> {
        let bill = &self.beside.bill;
        match fact {
            Fact::BillAmount => Some(Value::Money(bill.amount)),
            Fact::UsualBill => self.beside.usual().map(Value::Money),
            Fact::PercentOfUsual => self.beside.percent_of_usual().map(Value::Percent),
            Fact::BillUnexplained => self.beside.unexplained().map(Value::Money),
            Fact::MonthBilledBefore => Some(Value::YesNo(self.beside.billed_before().is_some())),
            Fact::DaysSinceIssued => Some(Value::Days(day::between(bill.issued_on, self.told.today))),
            Fact::HowUnusual => self.beside.how().map(Value::Text),
            _ => self.told.value(fact, self.currency()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{notice::NoticeKind, rule::Rule};
    use jiff::{ToSpan, civil::date};

    /// One bill a month for the month before, the last of them in November.
    fn bills(amounts: &[i64]) -> Beside {
        let mut all: Vec<Sum> = Vec::new();
        for (back, amount) in amounts.iter().rev().enumerate() {
            let issued_on = date(2026, 11, 3).saturating_sub(i64::try_from(back).unwrap().months());
            let month = Some(month::later(issued_on, -1));
            all.insert(0, Sum { number: format!("b{back}"), amount: *amount, issued_on, month, says_month: true });
        }
        let bill = all.pop().unwrap();
        Beside { bill, before: all, currency: Currency::EUR, explained: None }
    }

    fn holds(beside: &Beside, today: Date) -> bool {
        let facts = SumFacts { beside, told: Told::never(today) }.facts(NoticeKind::UnusualBill);
        Rule::usual(NoticeKind::UnusualBill).condition.holds(&facts)
    }

    #[test]
    fn a_bill_much_above_the_one_in_the_middle_of_the_last_six_is_unusual() {
        let today = date(2026, 11, 10);
        for (amounts, usual, expected) in [
            (&[90_000, 100, 100, 110, 100, 100, 90, 151][..], Some(100), true),
            (&[90_000, 100, 100, 110, 100, 100, 90, 150], Some(100), false),
            (&[100, 200, 300, 451], Some(200), true),
            (&[100, 200, 100, 200, 226], Some(150), true),
            (&[100, 200, 100, 200, 225], Some(150), false),
            (&[100, 100, 9_000], None, false),
            (&[0, 0, 0, 9_000], Some(0), false),
        ] {
            let beside = bills(amounts);
            assert_eq!((beside.usual(), holds(&beside, today)), (usual, expected), "{amounts:?}");
        }
        assert!(!holds(&bills(&[100, 100, 100, 900]), date(2026, 12, 20)), "long ago");
    }

    #[test]
    fn a_month_that_was_billed_before_is_unusual_unless_several_bills_a_month_are_not() {
        let today = date(2026, 11, 10);
        let mut again = bills(&[100, 100, 100]);
        again.bill.month = again.before[1].month;
        assert!(holds(&again, today));
        assert_eq!(again.how().as_deref(), Some("bill b1 of €1.00 was for September 2026 too"));
        again.bill.says_month = false;
        assert_eq!(again.how().as_deref(), Some("you had bill b1 of €1.00 for the same time"));
        let words = Rule::usual(NoticeKind::UnusualBill).words;
        let facts = SumFacts { beside: &again, told: Told::never(today) }.facts(NoticeKind::UnusualBill);
        assert!(words.fill(&facts).is_ok());
        let mut two_a_month = again.clone();
        let twin = Sum { number: "twin".to_owned(), ..two_a_month.before[0].clone() };
        two_a_month.before.insert(0, twin);
        assert!(!holds(&two_a_month, today));
        let mut first_month = again;
        first_month.before.remove(0);
        assert!(!holds(&first_month, today));
    }

    #[test]
    fn the_evidence_names_each_bill_it_is_held_against() {
        let beside = bills(&[100, 100, 110, 900]);
        let evidence = beside.evidence(date(2026, 11, 10));
        assert_eq!(evidence.steps.iter().map(|step| step.amount.minor).collect::<Vec<_>>(), [100, 100, 110, 900]);
        assert_eq!(beside.how().as_deref(), Some("your last 3 came to about €1.00"));
        let explained = |explained| Beside { explained: Some(explained), ..beside.clone() };
        let left = "your last 3 came to about €1.00, and €8.00 of it is not explained by your plan and use";
        assert_eq!(explained(100).how().as_deref(), Some(left));
        assert_eq!(explained(800).how(), beside.how(), "as much may be tax");
        let facts = |beside: &Beside| beside.evidence(date(2026, 11, 10)).facts;
        assert!(facts(&explained(100)).iter().any(|fact| fact.name == "Not explained"));
        assert!(facts(&beside).iter().all(|fact| fact.name != "Not explained"), "nobody looked");
    }
}
