//! One row of each kind.

use super::{
    super::{
        CompetitorRow, CreditRow, CustomerRow, InvoiceRow, PaymentRow, PlanRow, RowProblem, RowReason, SubscriptionRow,
        UsageRow,
        reason::shortened,
        row::Dispute,
        states::{self, PaymentState},
    },
    Line, Told,
};
use crate::{
    bill::{BillKind, BillStatus},
    money::Currency,
};

impl Line<'_> {
    pub(super) fn customer(&mut self) -> Option<CustomerRow> {
        let (external_id, name) = (self.needed_text("external_id"), self.needed_name("name"));
        let preferred_name = self.optional_text("preferred_name");
        let email = self.optional_text("email");
        let time_zone = self.optional_text("time_zone").flatten();
        let country = self.optional_text("country");
        let merged_into = self.optional_text("merged_into").flatten();
        Some(CustomerRow {
            external_id: external_id?,
            name: name?,
            preferred_name,
            email,
            time_zone,
            country,
            merged_into,
        })
    }

    pub(super) fn plan(&mut self) -> Option<PlanRow> {
        let currency = self.needed("currency", |told| told.currency());
        let (code, name) = (self.needed_text("code"), self.needed_name("name"));
        let monthly_fee = currency.and_then(|currency| self.needed_from_zero("monthly_fee", currency));
        let minimum_commitment = currency.and_then(|currency| self.optional_amount("minimum_commitment", currency));
        let charges = self.optional("charges", Told::charges);
        let open_from = self.optional_date("open_from");
        let open_until = self.optional_date("open_until");
        let eligibility = self.optional_text("eligibility");
        Some(PlanRow {
            code: code?,
            name: name?,
            currency: currency?,
            monthly_fee: monthly_fee?,
            minimum_commitment,
            charges,
            open_from,
            open_until,
            eligibility,
        })
    }

    pub(super) fn subscription(&mut self) -> Option<SubscriptionRow> {
        let (reference, customer) = (self.needed_text("reference"), self.needed_text("customer"));
        let (plan, starts_on) = (self.needed_text("plan"), self.needed_date("starts_on"));
        let ends_on = self.optional_date("ends_on");
        let committed_until = self.optional_date("committed_until");
        Some(SubscriptionRow {
            reference: reference?,
            customer: customer?,
            plan: plan?,
            starts_on: starts_on?,
            ends_on,
            committed_until,
        })
    }

    pub(super) fn usage(&mut self) -> Option<UsageRow> {
        self.use_of(|line| line.needed("quantity", |told| told.quantity()))
    }

    pub(super) fn use_of(&mut self, quantity: impl FnOnce(&mut Self) -> Option<i64>) -> Option<UsageRow> {
        let (customer, meter) = (self.needed_text("customer"), self.needed_text("meter"));
        let zone = self.zone();
        let used_on = self.needed("used_on", |told| told.day(zone));
        let quantity = quantity(self);
        let is_by_month = self.reading.is_by_month();
        let used_on = used_on?;
        Some(UsageRow {
            customer: customer?,
            meter: meter?,
            is_month: is_by_month.unwrap_or(used_on.is_month),
            used_on: used_on.day,
            quantity: quantity?,
        })
    }

    pub(super) fn invoice(&mut self) -> Option<InvoiceRow> {
        let (number, customer) = (self.needed_key("number"), self.needed_text("customer"));
        let currency = self.needed("currency", |told| told.currency());
        let amount = currency.and_then(|currency| self.needed("amount", |told| told.signed(currency)));
        let issued_on = self.needed_date("issued_on");
        let mut due_on = self.optional_date("due_on").flatten();
        if let (Some(issued), Some(due)) =
            (issued_on, due_on.filter(|due| issued_on.is_some_and(|issued| *due < issued)))
        {
            self.lost.push(RowProblem::at("due_on", RowReason::DueBeforeIssue { due, issued }));
            due_on = Some(issued);
        }
        let mut signed = |field| currency.and_then(|currency| self.optional_signed(field, currency));
        let (mut paid, open, tax) = (signed("amount_paid"), signed("amount_open"), signed("tax"));
        if paid.is_none() && self.told("payment_status").is_some_and(|told| told.is_number()) {
            paid = currency.and_then(|currency| self.optional_signed("payment_status", currency));
        }
        let paid_on = self.optional_date("paid_on").flatten();
        let status = self.bill_status();
        let refers_to = self.optional_text("refers_to").flatten();
        let line = self.optional_text("line").flatten();
        let told = self.optional_text("kind").flatten();
        let named = told.as_deref().map(|told| (told, states::bill_kind(told)));
        if let Some((told, None)) = named {
            return self.refuse("kind", RowReason::NoBill(shortened(told)));
        }
        let kind = match (amount?.minor, named.and_then(|(_, kind)| kind)) {
            (..0, _) => BillKind::CreditNote,
            (_, Some(kind)) => kind,
            (_, None) if line.as_deref().is_some_and(states::is_late_fee) => BillKind::LateFee,
            _ => BillKind::Bill,
        };
        let dispute = self.dispute();
        Some(InvoiceRow {
            number: number?,
            customer: customer?,
            amount: amount?,
            is_open_part: self.reading.amount_is_open_part(),
            tax,
            paid,
            open,
            paid_on,
            issued_on: issued_on?,
            due_on,
            status,
            kind,
            refers_to,
            line,
            dispute,
        })
    }

    /// What the two columns of states say together. Who was not asked to pay is not asked because no payment came.
    fn bill_status(&mut self) -> Option<BillStatus> {
        let read = |told: Told<'_>| match told.meaning() {
            None => Ok(None),
            Some(word) => {
                states::bill_status(&word).map(Some).ok_or_else(|| RowReason::UnknownState(shortened(&told.text)))
            }
        };
        let status = self.optional("status", read).flatten();
        // A column called “paid” may hold yes and no, a word or an amount.
        let of_payment = self.optional("payment_status", |told| match told.text.as_ref() {
            "1" => Ok(Some(BillStatus::Paid)),
            "0" => Ok(Some(BillStatus::Open)),
            _ if told.is_number() => Ok(None),
            _ => read(told),
        });
        let of_payment = of_payment.flatten();
        match (status, of_payment) {
            (Some(BillStatus::Open) | None, Some(BillStatus::Paid)) => Some(BillStatus::Paid),
            (None, Some(_)) => Some(BillStatus::Open),
            (status, _) => status,
        }
    }

    fn payment_state(&mut self) -> PaymentState {
        let read = |told: Told<'_>| match told.meaning() {
            None => Ok(PaymentState::Arrived),
            Some(word) => states::payment_state(&word).ok_or_else(|| RowReason::UnknownState(shortened(&told.text))),
        };
        self.optional("status", read).unwrap_or(PaymentState::Arrived)
    }

    fn dispute(&mut self) -> Dispute {
        let lost = self.lost.len();
        let by_state = self.told("status").is_some_and(|told| states::is_disputed(&told.text));
        let is_disputed = self.optional("disputed", |told| told.is_yes()).or(by_state.then_some(true));
        let since = self.optional_date("disputed_on");
        match (is_disputed, since) {
            // A cell that says something nobody understands does not say that there is no dispute.
            (None | Some(false), None | Some(None)) if self.lost.len() > lost => Dispute::NotTold,
            (Some(false), Some(Some(_))) => {
                self.refuse::<()>("disputed_on", RowReason::DisputeContradicted);
                Dispute::NotTold
            }
            (_, Some(Some(day))) => Dispute::Since(day),
            (Some(true), _) => Dispute::Yes,
            (Some(false), _) | (None, Some(None)) => Dispute::No,
            (None, None) => Dispute::NotTold,
        }
    }

    pub(super) fn payment(&mut self) -> Option<PaymentRow> {
        let (invoice, reference) = (self.optional_key("invoice"), self.needed_key("reference"));
        let customer = self.optional_text("customer").flatten();
        let amount = self.needed("amount", |told| Ok(told.text.into_owned()));
        let currency =
            self.optional("currency", |told| if told.text.is_empty() { Ok(None) } else { told.currency().map(Some) });
        let refunded = self.optional("amount_refunded", |told| Ok(told.text.into_owned()));
        let goes_back = self.optional_text("kind").flatten().is_some_and(|kind| states::goes_back(&kind));
        let state = self.payment_state();
        let paid_on = self.needed_date("paid_on");
        Some(PaymentRow {
            invoice,
            customer,
            reference: reference?,
            amount: amount?,
            refunded: refunded.filter(|text| !text.is_empty()),
            goes_back,
            currency: currency.flatten(),
            state,
            paid_on: paid_on?,
        })
    }

    pub(super) fn credit(&mut self) -> Option<CreditRow> {
        let (reference, customer) = (self.needed_text("reference"), self.needed_text("customer"));
        let currency = self.needed("currency", |told| told.currency());
        let amount = currency.and_then(|currency| self.needed("amount", |told| told.amount(currency)));
        let used = currency.and_then(|currency| self.optional_amount("used", currency));
        let granted_on = self.needed_date("granted_on");
        let expires_on = self.optional_date("expires_on");
        let scope = self.optional_text("scope");
        let reason = self.optional_text("reason");
        Some(CreditRow {
            reference: reference?,
            customer: customer?,
            amount: amount?,
            used: used.map(Option::unwrap_or_default),
            granted_on: granted_on?,
            expires_on,
            scope,
            reason,
        })
    }

    pub(super) fn competitor(&mut self) -> Option<CompetitorRow> {
        let (provider, product) = (self.needed_text("provider"), self.needed_text("product"));
        let currency = self.needed("currency", |told| told.currency());
        let monthly_fee = currency.and_then(|currency| self.optional_amount("monthly_fee", currency));
        let charges = self.optional("charges", Told::charges);
        let eligibility = self.optional_text("eligibility");
        let (source, checked_on) = (self.needed_text("source"), self.needed_date("checked_on"));
        let open_until = self.optional_date("open_until");
        Some(CompetitorRow {
            provider: provider?,
            product: product?,
            currency: currency?,
            monthly_fee,
            charges,
            eligibility,
            source: source?,
            checked_on: checked_on?,
            open_until,
        })
    }

    /// Minor units from zero, which must be there.
    fn needed_from_zero(&mut self, field: &'static str, currency: Currency) -> Option<i64> {
        self.needed(field, |told| told.zero_or_more(currency)?.ok_or(RowReason::Missing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Cells, Found, Kind, Mapping, Reading, Row, Zones, split};
    use jiff::civil::date;

    fn cells(line: &str) -> Cells {
        let mut cells = Cells::default();
        assert!(matches!(split(line.as_bytes(), b',', true, &mut cells), Found::Record { .. }));
        cells
    }

    /// A row of a file with these columns of ours.
    fn read(kind: Kind, header: &str, row: &str) -> Result<Row, Vec<RowProblem>> {
        let header: Vec<String> = cells(header).iter().map(std::borrow::Cow::into_owned).collect();
        let reading = Reading::new(kind, &Mapping::own(kind, &header), &header).expect("our own columns");
        reading.read(&cells(row), &Zones::all(jiff::tz::TimeZone::UTC)).map(|read| read.row)
    }

    fn plan(header: &str, row: &str) -> PlanRow {
        let read = read(Kind::Plans, header, row);
        let Ok(Row::Plan(plan)) = read else { panic!("not a plan: {read:?}") };
        plan
    }

    #[test]
    fn the_row_of_each_template_is_read() {
        for kind in Kind::ALL {
            let template = kind.template();
            let (header, row) = template.split_once('\n').expect("two lines");
            read(kind, header, row).expect(row);
        }
    }

    #[test]
    fn an_empty_cell_tells_that_there_is_nothing_and_a_missing_column_tells_nothing() {
        let empty = plan(
            "code,name,currency,monthly_fee,minimum_commitment,charges,open_from,open_until,eligibility",
            "P1,Basic,JPY,0,,,,,",
        );
        assert_eq!(
            (empty.monthly_fee, empty.minimum_commitment, empty.charges.as_deref()),
            (0, Some(None), Some("[]"))
        );
        assert_eq!((empty.open_from, empty.open_until, empty.eligibility), (Some(None), Some(None), Some(None)));
        let untold = plan("code,name,currency,monthly_fee", "P1,Basic,EUR,19.90");
        assert_eq!((untold.monthly_fee, untold.minimum_commitment, untold.charges), (1_990, None, None));
        let header = "reference,customer,currency,amount,used,granted_on,expires_on";
        let credit = read(Kind::Credits, header, "G1,C1,EUR,5,,2026-01-01,");
        let Ok(Row::Credit(credit)) = credit else { panic!("not a credit: {credit:?}") };
        assert_eq!((credit.used, credit.expires_on, credit.scope), (Some(0), Some(None), None));
        let header = "provider,product,currency,monthly_fee,source,checked_on";
        let competitor = read(Kind::Competitors, header, "Other,Saver,EUR,,a letter,2026-01-01");
        let Ok(Row::Competitor(competitor)) = competitor else { panic!("not a competitor: {competitor:?}") };
        assert_eq!((competitor.monthly_fee, competitor.charges), (Some(None), None));
    }

    #[test]
    fn usage_is_kept_in_millionths() {
        let row = read(Kind::Usage, "customer,meter,used_on,quantity", "C1,kWh,2026-11-01,0.5").expect("usage");
        let usage = UsageRow {
            customer: "C1".to_owned(),
            meter: "kWh".to_owned(),
            used_on: date(2026, 11, 1),
            is_month: false,
            quantity: 500_000,
        };
        assert_eq!(row, Row::Usage(usage));
    }

    #[test]
    fn a_month_of_use_is_told_alone() {
        let header = "customer,meter,used_on,quantity";
        for (text, is_month) in [("2026-04", true), ("Apr 2026", true), ("2026-04-01", false)] {
            let Ok(Row::Usage(usage)) = read(Kind::Usage, header, &format!("C1,kWh,{text},1")) else {
                panic!("{text}")
            };
            assert_eq!((usage.used_on, usage.is_month), (date(2026, 4, 1), is_month), "{text}");
        }
        let problems =
            read(Kind::Subscriptions, "reference,customer,plan,starts_on", "S1,C1,P1,2026-04").expect_err("a month");
        assert_eq!(problems[0].reason.to_string(), "“2026-04” is a month, and a day is needed");
    }

    #[test]
    fn bad_rows_of_each_kind_are_refused_with_field_and_words() {
        use Kind::{Competitors, Credits, Plans, Subscriptions, Usage};
        for (kind, header, row, field, words) in [
            (
                Plans,
                "code,name,currency,monthly_fee",
                "P1,Basic,EUR,",
                "monthly_fee",
                "this is empty, and it is needed",
            ),
            (Plans, "code,name,currency,monthly_fee", "P1,Basic,EUR,-1", "monthly_fee", "“-1” is below zero"),
            (
                Plans,
                "code,name,currency,monthly_fee,charges",
                r#"P1,Basic,EUR,1,"[{""meter"":""kWh""}]""#,
                "charges",
                "in charge 1, charge_model is missing",
            ),
            (
                Subscriptions,
                "reference,customer,plan,starts_on,ends_on",
                "S1,C1,P1,2026-01-01,soon",
                "ends_on",
                "“soon” is not a date written as YYYY-MM-DD",
            ),
            (
                Usage,
                "customer,meter,used_on,quantity",
                "C1,kWh,2026-01-01,0.0000001",
                "quantity",
                "“0.0000001” has more than the 6 digits after the point that are kept",
            ),
            (
                Credits,
                "reference,customer,currency,amount,granted_on",
                "G1,C1,EUR,0,2026-01-01",
                "amount",
                "the amount is zero",
            ),
            (
                Competitors,
                "provider,product,currency,source,checked_on",
                "Other,Saver,EUR,,2026-01-01",
                "source",
                "this is empty, and it is needed",
            ),
        ] {
            let problem = read(kind, header, row).expect_err(row).remove(0);
            assert_eq!((problem.field, problem.reason.to_string().as_str()), (Some(field), words), "{row}");
        }
    }
}
