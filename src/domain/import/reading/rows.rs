//! One row of each kind.

use jiff::civil::Date;

use super::{
    super::{
        Cells, CompetitorRow, CreditRow, CustomerRow, InvoiceRow, PaymentRow, PlanRow, RowProblem, RowReason,
        SubscriptionRow, UsageRow, checks::in_order, row::Dispute,
    },
    Reading, Told,
};
use crate::money::Currency;

impl Reading {
    pub(super) fn customer(&self, cells: &Cells) -> Result<CustomerRow, RowProblem> {
        Ok(CustomerRow {
            external_id: self.needed("external_id", cells)?.needed_text()?,
            name: self.needed("name", cells)?.needed_text()?,
            preferred_name: self.told_text("preferred_name", cells)?,
            email: self.told_text("email", cells)?,
            time_zone: self.told_text("time_zone", cells)?.flatten(),
            country: self.told_text("country", cells)?,
        })
    }

    pub(super) fn plan(&self, cells: &Cells) -> Result<PlanRow, RowProblem> {
        let currency = self.needed("currency", cells)?.currency()?;
        Ok(PlanRow {
            code: self.needed("code", cells)?.needed_text()?,
            name: self.needed("name", cells)?.needed_text()?,
            currency,
            monthly_fee: self.needed("monthly_fee", cells)?.needed_from_zero(currency)?,
            minimum_commitment: self.told_from_zero("minimum_commitment", currency, cells)?,
            charges: self.told("charges", cells).map(Told::charges).transpose()?,
            open_from: self.told_date("open_from", cells)?,
            open_until: self.told_date("open_until", cells)?,
            eligibility: self.told_text("eligibility", cells)?,
        })
    }

    pub(super) fn subscription(&self, cells: &Cells) -> Result<SubscriptionRow, RowProblem> {
        Ok(SubscriptionRow {
            reference: self.needed("reference", cells)?.needed_text()?,
            customer: self.needed("customer", cells)?.needed_text()?,
            plan: self.needed("plan", cells)?.needed_text()?,
            starts_on: self.needed("starts_on", cells)?.needed_date()?,
            ends_on: self.told_date("ends_on", cells)?,
            committed_until: self.told_date("committed_until", cells)?,
        })
    }

    pub(super) fn usage(&self, cells: &Cells) -> Result<UsageRow, RowProblem> {
        Ok(UsageRow {
            customer: self.needed("customer", cells)?.needed_text()?,
            meter: self.needed("meter", cells)?.needed_text()?,
            used_on: self.needed("used_on", cells)?.needed_date()?,
            quantity: self.needed("quantity", cells)?.quantity()?,
        })
    }

    pub(super) fn invoice(&self, cells: &Cells) -> Result<InvoiceRow, RowProblem> {
        let currency = self.needed("currency", cells)?.currency()?;
        let amount = self.needed("amount", cells)?.amount(currency)?;
        let issued_on = self.needed("issued_on", cells)?.needed_date()?;
        let due_on = self.needed("due_on", cells)?.needed_date()?;
        in_order("due_on", ("it was issued on", issued_on), ("it was due on", Some(due_on)))?;
        Ok(InvoiceRow {
            number: self.needed("number", cells)?.needed_text()?,
            customer: self.needed("customer", cells)?.needed_text()?,
            amount,
            issued_on,
            due_on,
            dispute: self.dispute(cells)?,
        })
    }

    fn dispute(&self, cells: &Cells) -> Result<Dispute, RowProblem> {
        let is_disputed = self.told("disputed", cells).map(|told| told.is_yes()).transpose()?;
        let since = self.told_date("disputed_on", cells)?;
        match (is_disputed, since) {
            (Some(false), Some(Some(_))) => Err(RowProblem::at("disputed_on", RowReason::DisputeContradicted)),
            (_, Some(Some(day))) => Ok(Dispute::Since(day)),
            (Some(true), _) => Ok(Dispute::Yes),
            (Some(false), _) | (None, Some(None)) => Ok(Dispute::No),
            (None, None) => Ok(Dispute::NotTold),
        }
    }

    pub(super) fn payment(&self, cells: &Cells) -> Result<PaymentRow, RowProblem> {
        Ok(PaymentRow {
            invoice: self.needed("invoice", cells)?.needed_text()?,
            reference: self.needed("reference", cells)?.needed_text()?,
            amount: self.needed("amount", cells)?.text.into_owned(),
            paid_on: self.needed("paid_on", cells)?.needed_date()?,
        })
    }

    pub(super) fn credit(&self, cells: &Cells) -> Result<CreditRow, RowProblem> {
        let currency = self.needed("currency", cells)?.currency()?;
        Ok(CreditRow {
            reference: self.needed("reference", cells)?.needed_text()?,
            customer: self.needed("customer", cells)?.needed_text()?,
            amount: self.needed("amount", cells)?.amount(currency)?,
            used: self.told_from_zero("used", currency, cells)?.map(Option::unwrap_or_default),
            granted_on: self.needed("granted_on", cells)?.needed_date()?,
            expires_on: self.told_date("expires_on", cells)?,
            scope: self.told_text("scope", cells)?,
            reason: self.told_text("reason", cells)?,
        })
    }

    pub(super) fn competitor(&self, cells: &Cells) -> Result<CompetitorRow, RowProblem> {
        let currency = self.needed("currency", cells)?.currency()?;
        Ok(CompetitorRow {
            provider: self.needed("provider", cells)?.needed_text()?,
            product: self.needed("product", cells)?.needed_text()?,
            currency,
            monthly_fee: self.told_from_zero("monthly_fee", currency, cells)?,
            charges: self.told("charges", cells).map(Told::charges).transpose()?,
            eligibility: self.told_text("eligibility", cells)?,
            source: self.needed("source", cells)?.needed_text()?,
            checked_on: self.needed("checked_on", cells)?.needed_date()?,
            open_until: self.told_date("open_until", cells)?,
        })
    }

    fn told_text(&self, field: &'static str, cells: &Cells) -> Result<Option<Option<String>>, RowProblem> {
        self.told(field, cells).map(Told::text).transpose()
    }

    fn told_date(&self, field: &'static str, cells: &Cells) -> Result<Option<Option<Date>>, RowProblem> {
        self.told(field, cells).map(|told| told.date()).transpose()
    }

    fn told_from_zero(
        &self,
        field: &'static str,
        currency: Currency,
        cells: &Cells,
    ) -> Result<Option<Option<i64>>, RowProblem> {
        self.told(field, cells).map(|told| told.zero_or_more(currency)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Cells, Found, Kind, Mapping, Row, split};
    use jiff::civil::date;

    fn cells(line: &str) -> Cells {
        let mut cells = Cells::default();
        assert!(matches!(split(line.as_bytes(), b',', true, &mut cells), Found::Record { .. }));
        cells
    }

    /// A row of a file with these columns of ours.
    fn read(kind: Kind, header: &str, row: &str) -> Result<Row, RowProblem> {
        let header: Vec<String> = cells(header).iter().map(std::borrow::Cow::into_owned).collect();
        let reading = Reading::new(kind, &Mapping::own(kind, &header), &header).expect("our own columns");
        reading.read(&cells(row))
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
            quantity: 500_000,
        };
        assert_eq!(row, Row::Usage(usage));
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
            let problem = read(kind, header, row).expect_err(row);
            assert_eq!((problem.field, problem.reason.to_string().as_str()), (Some(field), words), "{row}");
        }
    }
}
