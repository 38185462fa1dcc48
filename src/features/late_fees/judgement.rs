//! What is to become of the late fees of a bill, judged from what is known of it today.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};

use super::{
    FeeState,
    store::{self, ChargedRow, FeeRow},
};
use crate::{
    domain::{
        bill::BillKind,
        day,
        late_fee::{BOUNCE_DAYS, Delivered, How, NoFee, Verdict, Warning, guard},
    },
    error::Result,
    features::{
        bills::service::Assessed,
        fees::{self, service::Policies},
    },
    server::{clock::zone_or_utc, db::Conn},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A late fee of the billing system belongs to a bill whose day passed within so many days before.
const CHARGED_WITHIN_DAYS: i64 = 31;

/// Something to do about a fee.
#[derive(Clone, Debug)]
pub enum Step {
    /// Its day came and nothing was decided: it is charged, or let go.
    Decide {
        fee: i64,
        fee_on: Date,
        verdict: Verdict,
    },
    TakeBack(FeeRow, NoFee),
    /// What it was taken back for is no longer so.
    ChargeAgain(FeeRow),
    Lower(FeeRow, i64),
}

/// What the fees of some bills are judged by, beside the bills.
#[derive(Default)]
pub struct Records {
    /// Fees of this day and earlier ones are the billing system's; nothing where nobody looked yet.
    since: Option<Date>,
    fees: HashMap<String, Vec<FeeRow>>,
    warnings: HashMap<String, Vec<Warning>>,
    charged_by_billing: Vec<ChargedRow>,
    /// The policies that were known at the end of the day before a fee.
    known_before: HashMap<Date, Policies>,
}

impl Records {
    pub async fn read(conn: &mut Conn<'_>, bills: &[&Assessed]) -> Result<Self> {
        let mut records = Self::decided(conn, bills).await?;
        let is_wanted = |bill: &&&Assessed| records.fees.contains_key(&bill.known.invoice_id) || records.is_new(bill);
        let wanted: Vec<&Assessed> = bills.iter().filter(is_wanted).copied().collect();
        records.add_warnings(conn, &wanted).await?;
        Ok(records)
    }

    /// Enough to say what came of each fee: of those that are decided, what was.
    pub async fn read_what_came(conn: &mut Conn<'_>, bills: &[&Assessed]) -> Result<Self> {
        let mut records = Self::decided(conn, bills).await?;
        let wanted: Vec<&Assessed> = bills.iter().filter(|bill| records.is_new(bill)).copied().collect();
        records.add_warnings(conn, &wanted).await?;
        Ok(records)
    }

    async fn decided(conn: &mut Conn<'_>, bills: &[&Assessed]) -> Result<Self> {
        let mut records = Self { since: store::looks(conn).await?.map(|(first_on, _)| first_on.0), ..Self::default() };
        let ids: Vec<&str> = bills.iter().map(|bill| bill.known.invoice_id.as_str()).collect();
        if !ids.is_empty() {
            for row in store::of_bills(conn, &ids).await? {
                records.fees.entry(row.invoice_id.clone()).or_default().push(row);
            }
        }
        Ok(records)
    }

    async fn add_warnings(&mut self, conn: &mut Conn<'_>, bills: &[&Assessed]) -> Result<()> {
        if bills.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = bills.iter().map(|bill| bill.known.invoice_id.as_str()).collect();
        let customers: Vec<&str> = bills.iter().map(|bill| bill.known.customer_id.as_str()).collect();
        for row in store::seen(conn, &ids).await? {
            let delivered = Some(Delivered { on: row.shown_on.0, how: How::Page });
            let warning = Warning { fee: row.fee, fee_on: row.fee_on.0, has_bounced: false, delivered };
            self.warnings.entry(row.invoice_id).or_default().push(warning);
        }
        for row in store::written(conn, &ids).await? {
            let has_bounced = row.bounced_at.is_some_and(|bounced| {
                row.sent_at.is_none_or(|sent| bounced.saturating_sub(sent) <= BOUNCE_DAYS * DAY_MS)
            });
            let sent_on = row.sent_on.map(|day| day.0).or_else(|| {
                let at = Timestamp::from_millisecond(row.sent_at?).ok()?;
                Some(at.to_zoned(zone_or_utc(&row.time_zone)).date())
            });
            let delivered = sent_on.filter(|_| !has_bounced).map(|on| Delivered { on, how: How::Mail });
            let warning = Warning { fee: row.fee, fee_on: row.fee_on.0, has_bounced, delivered };
            self.warnings.entry(row.invoice_id).or_default().push(warning);
        }
        self.charged_by_billing = store::charged_by_billing(conn, &customers).await?;
        for bill in bills {
            let Some(came) = &bill.came else { continue };
            let eve = day::plus(came.fee_on, -1);
            if let std::collections::hash_map::Entry::Vacant(entry) = self.known_before.entry(eve) {
                entry.insert(fees::service::policies(conn, eve).await?);
            }
        }
        Ok(())
    }

    /// What was decided about the fee that came of a bill.
    pub fn of(&self, bill: &Assessed) -> Option<&FeeRow> {
        let fee_on = bill.came.as_ref()?.fee_on;
        self.fees.get(&bill.known.invoice_id)?.iter().find(|row| row.fee_on.0 == fee_on)
    }

    /// Whether nothing is known of any look, so that nothing can be said of what came.
    pub fn are_none(&self) -> bool {
        self.since.is_none()
    }

    /// Whether a fee came that is ours to decide about, and nobody did.
    fn is_new(&self, bill: &Assessed) -> bool {
        let fee_on = bill.came.as_ref().map(|came| came.fee_on);
        let is_ours = fee_on.is_some_and(|fee_on| self.since.is_some_and(|since| fee_on > since));
        is_ours && bill.known.kind == BillKind::Bill && self.of(bill).is_none()
    }

    /// What becomes of the fee that came of a bill, where that is ours to decide and nobody did: how much, on which day, and
    /// whether it stands.
    pub fn new_fee(&self, bill: &Assessed) -> Option<(i64, Date, Verdict)> {
        let came = bill.came.as_ref().filter(|_| self.is_new(bill))?;
        // What a policy says holds for nobody before it was made.
        let known_before = self.known_before.get(&day::plus(came.fee_on, -1))?;
        let policy = known_before.for_bill_due(bill.known.currency, bill.known.bill.due_on);
        if policy.version != bill.policy.version {
            return None;
        }
        let verdict = match self.is_charged_by_billing(bill) {
            true => Verdict::Falls { why: NoFee::ChargedByBilling, warned: None },
            false => guard(came.fee, came.fee_on, self.warnings_of(bill), bill.policy.guard_days),
        };
        Some((came.fee, came.fee_on, verdict))
    }

    /// Everything to do about the fees of a bill.
    pub fn steps(&self, bill: &Assessed) -> Vec<Step> {
        let mut steps = Vec::new();
        for row in self.fees.get(&bill.known.invoice_id).map_or(&[][..], Vec::as_slice) {
            match (row.state.0, self.holds(bill, row)) {
                (FeeState::Charged, Err(why)) => steps.push(Step::TakeBack(row.clone(), why)),
                (FeeState::Charged, Ok(fee)) if fee < row.fee => steps.push(Step::Lower(row.clone(), fee)),
                // What was paid of it was given back: it is over.
                (FeeState::TakenBack, Ok(_)) if row.fee_paid == 0 => steps.push(Step::ChargeAgain(row.clone())),
                _ => {}
            }
        }
        let new = self.new_fee(bill).map(|(fee, fee_on, verdict)| Step::Decide { fee, fee_on, verdict });
        steps.into_iter().chain(new).collect()
    }

    /// How much of a fee that was charged is right today, or why nothing is.
    fn holds(&self, bill: &Assessed, row: &FeeRow) -> std::result::Result<i64, NoFee> {
        let known = &bill.known;
        if row.why.as_ref().is_some_and(|why| why.0 == NoFee::RefusedByBilling) {
            return Err(NoFee::RefusedByBilling);
        }
        if known.is_waived {
            return Err(NoFee::Waived);
        }
        if !known.status.was_asked_for() || known.kind != BillKind::Bill {
            return Err(NoFee::NotOwed);
        }
        if known.bill.is_disputed {
            return Err(NoFee::Disputed);
        }
        if known.bill.is_exempt {
            return Err(NoFee::Exempt);
        }
        if bill.policy.fee_on(known.bill.pay_by()) != row.fee_on.0 {
            return Err(NoFee::OtherDay);
        }
        let came = bill.came.as_ref().ok_or(NoFee::PaidInTime)?;
        // Where an outside system was asked to charge it, that is how it does.
        if row.fee_number.is_some() && self.is_charged_by_billing(bill) {
            return Err(NoFee::ChargedByBilling);
        }
        let fee = came.fee.min(row.fee);
        match guard(fee, row.fee_on.0, self.warnings_of(bill), row.guard_days) {
            Verdict::Stands { .. } => Ok(fee),
            Verdict::Falls { why, .. } => Err(why),
        }
    }

    fn warnings_of(&self, bill: &Assessed) -> &[Warning] {
        self.warnings.get(&bill.known.invoice_id).map_or(&[], Vec::as_slice)
    }

    /// Whether the billing system charged a late fee for this bill: one that bears its number, or came soon after its day.
    fn is_charged_by_billing(&self, bill: &Assessed) -> bool {
        let (known, pay_by) = (&bill.known, bill.known.bill.pay_by());
        self.charged_by_billing.iter().any(|charged| {
            let after = day::between(pay_by, charged.issued_on.0);
            let is_its = charged.number.contains(known.bill.number.as_str()) || after <= CHARGED_WITHIN_DAYS;
            charged.customer_id == known.customer_id && charged.currency.0 == known.currency && after > 0 && is_its
        })
    }
}
