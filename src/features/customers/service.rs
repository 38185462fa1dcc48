//! Customers found, and one of them with everything staff should know.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    CustomerLine, CustomerList, CustomerSheet, OpenBill, Order, folding,
    store::{self, CustomerRow, Found},
};
use crate::{
    domain::{money::Money, notice::NoticeKind},
    error::{AppError, Result},
    features::{
        billing,
        bills::{self, BillState, service::Assessed},
        merging, notes, notices, profile, requests,
    },
    server::{
        db::{Conn, Db},
        state::AppState,
    },
    ui::Page,
};

const PAGE_SIZE: i64 = 25;
/// As many notices as the page of one customer shows.
const SHOWN_NOTICES: i64 = 20;
/// Customers folded anew in one go.
const FOLDED_AT_ONCE: i64 = 500;
/// The longest that is looked for.
const LONGEST_SOUGHT: usize = 200;

/// A customer as the company's billing system knows them.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub preferred_name: Option<String>,
    pub email: Option<String>,
    pub time_zone: String,
    pub country: Option<String>,
    /// Why the address they are known by refused our mail for good, as the mail server said it.
    pub refused_mail: Option<String>,
}

impl Account {
    /// How to greet them: what they like to be called, else the whole name, of which nobody can tell what comes first.
    pub fn called(&self) -> &str {
        self.preferred_name.as_deref().unwrap_or(&self.name)
    }
}

impl From<CustomerRow> for Account {
    fn from(row: CustomerRow) -> Self {
        let refuses = row.email.is_some() && row.email == row.refused_mail_to;
        Self {
            refused_mail: row.refused_mail_why.filter(|_| refuses),
            id: row.id,
            external_id: row.external_id,
            name: row.name,
            preferred_name: row.preferred_name.filter(|name| !name.is_empty()),
            email: row.email.filter(|email| !email.is_empty()),
            time_zone: row.time_zone,
            country: row.country,
        }
    }
}

pub async fn account(conn: &mut Conn<'_>, id: &str) -> Result<Account> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    store::by_id(conn, id).await?.map(Account::from).ok_or(AppError::NotFound)
}

pub use super::store::{FOLDING, RefusingRow};

/// What one search box looks through: name, e-mail and number, folded.
pub fn search_text(name: &str, email: Option<&str>, external_id: &str) -> String {
    folding::folded(&[name, email.unwrap_or_default(), external_id].join(" "))
}

/// Folds what was written before this way of folding, or by somebody else's hand.
pub async fn fold_all(db: &Db) -> Result<()> {
    loop {
        let rows = store::unfolded(&mut db.reader().await?, FOLDED_AT_ONCE).await?;
        if rows.is_empty() {
            return Ok(());
        }
        db.write(async |conn: &mut Conn<'_>| {
            for row in &rows {
                store::fold(conn, &row.id, &search_text(&row.name, row.email.as_deref(), &row.external_id)).await?;
            }
            Ok::<_, sqlx::Error>(())
        })
        .await?;
    }
}

/// Keeps that the mail server said for good that this address of the customer takes no mail, in the words it said so.
pub async fn refuses_mail(app: &AppState, id: &str, address: &str, why: &str, now: i64) -> Result<()> {
    let done = app.db.write(async |conn: &mut Conn<'_>| store::refuses_mail(conn, id, address, why, now).await).await;
    Ok(done?)
}

/// The countries of those of these customers of whom one is known, by id.
pub async fn countries(conn: &mut Conn<'_>, ids: &[&str]) -> Result<HashMap<String, String>> {
    Ok(store::countries(conn, ids).await?.into_iter().collect())
}

/// Customers whose address refuses our mail, the latest first.
pub async fn refusing_mail(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<RefusingRow>> {
    Ok(store::refusing_mail(conn, limit).await?)
}

/// How many those are.
pub async fn count_refusing_mail(conn: &mut Conn<'_>) -> Result<i64> {
    Ok(store::count_refusing_mail(conn).await?)
}

/// The mail server took a mail to this address: whatever was kept against it is over.
pub async fn takes_mail(app: &AppState, id: &str, address: &str) -> Result<()> {
    Ok(app.db.write(async |conn: &mut Conn<'_>| store::takes_mail(conn, id, address).await).await?)
}

/// Today where this customer is.
pub async fn today_of(app: &AppState, conn: &mut Conn<'_>, customer_id: &str) -> Result<Date> {
    let account = account(conn, customer_id).await?;
    Ok(app.clock.today_in(&account.time_zone))
}

/// The page of `/staff/customers`.
pub async fn list(app: &AppState, sought: &str, order: Order, asked_page: Option<i64>) -> Result<CustomerList> {
    let sought: String = sought.trim().chars().filter(|letter| *letter != '\0').take(LONGEST_SOUGHT).collect();
    let today = app.clock.today_in(&app.config.time_zone);
    let mut conn = app.db.reader().await?;
    // An old id finds the customer into whom the one who had it was brought.
    let now_is = merging::service::merged_into(&mut conn, &sought).await?;
    let patterns = folding::patterns(now_is.as_deref().unwrap_or(&sought));
    let page = Page::of(asked_page, PAGE_SIZE, store::count_found(&mut conn, &patterns).await?);
    let found = Found { sought: &patterns, order, as_of: today, limit: page.size, offset: page.offset() };
    let mut customers = Vec::new();
    for row in store::found(&mut conn, found).await? {
        let open = bills::service::open_of_customer(&mut conn, &row.id, app.clock.today_in(&row.time_zone)).await?;
        customers.push(line(row, &open));
    }
    Ok(CustomerList { customers, page, sought, order, today })
}

fn line(row: CustomerRow, open: &[Assessed]) -> CustomerLine {
    let mut line = CustomerLine {
        id: row.id,
        name: row.name,
        external_id: row.external_id,
        open: Vec::new(),
        overdue: Vec::new(),
        next_due: None,
        notices: Vec::new(),
    };
    for bill in open {
        let left = bill.money(bill.known.bill.open());
        add(&mut line.open, left);
        if bill.known.bill.is_overdue(bill.today) {
            add(&mut line.overdue, left);
        } else {
            let pay_by = bill.known.bill.pay_by();
            line.next_due = Some(line.next_due.map_or(pay_by, |soonest| soonest.min(pay_by)));
        }
        let overdue = (bill.state == BillState::PastDue).then_some(NoticeKind::Overdue);
        if let Some(kind) = bill.assessment.notice().or(overdue)
            && !line.notices.contains(&kind)
        {
            line.notices.push(kind);
        }
    }
    line
}

/// Adds an amount to the one of its currency.
pub fn add(amounts: &mut Vec<Money>, more: Money) {
    match amounts.iter_mut().find(|amount| amount.currency == more.currency) {
        Some(amount) => amount.minor = amount.minor.saturating_add(more.minor),
        None => amounts.push(more),
    }
}

/// What is open of these bills, one amount for each currency.
pub fn sums<'a>(bills: impl IntoIterator<Item = &'a Assessed>) -> Vec<Money> {
    let mut amounts = Vec::new();
    for bill in bills {
        add(&mut amounts, bill.money(bill.known.bill.open()));
    }
    amounts
}

/// The page of `/staff/customers/{id}`. To open it is to read what they wrote.
pub async fn sheet(
    app: &AppState,
    id: &str,
    wanted: &notes::Wanted,
    notices_page: Option<i64>,
) -> Result<CustomerSheet> {
    let mut conn = app.db.reader().await?;
    let mut sheet = sheet_of(app, &mut conn, id).await?;
    let told = notices::service::count_told(&mut conn, id, sheet.today).await?;
    sheet.told_page = Page::of(notices_page, SHOWN_NOTICES, told);
    sheet.told = notices::service::told_on_page(&mut conn, id, sheet.today, sheet.told_page).await?;
    sheet.notes = notes::service::for_staff(app, &mut conn, id, wanted).await?;
    drop(conn);
    notes::service::read_by_staff(app, &sheet.notes).await?;
    Ok(sheet)
}

/// One customer with everything staff should know; an unknown id is not found.
pub async fn sheet_of(app: &AppState, conn: &mut Conn<'_>, id: &str) -> Result<CustomerSheet> {
    let account = account(conn, id).await?;
    let today = app.clock.today_in(&account.time_zone);
    let open = bills::service::open_of_customer(conn, id, today).await?;
    let open_bills = open
        .iter()
        .map(|bill| OpenBill { line: bill.line(None), fee: bill.fee().map(|ahead| (ahead.fee, ahead.fee_on)) })
        .collect();
    let to_answer = requests::service::to_answer(app, conn, id, today).await?;
    let asked = requests::service::of_customer(conn, id).await?;
    let time_zone = account.time_zone.clone();
    Ok(CustomerSheet {
        id: account.id,
        external_id: account.external_id,
        name: account.name,
        preferred_name: account.preferred_name,
        email: account.email,
        refused_mail: account.refused_mail,
        time_zone: account.time_zone,
        country: account.country,
        language: profile::service::language_of(conn, id).await?,
        today,
        open_bills,
        disputes: billing::service::open_disputes(app, conn, id).await?,
        to_answer,
        answered: asked.into_iter().filter(|ask| ask.answer.is_some()).collect(),
        told: notices::service::told_to_customer(conn, id, today, SHOWN_NOTICES).await?,
        last_words: notes::service::last_words(conn, id, &time_zone).await?,
        told_page: Page::of(None, SHOWN_NOTICES, 0),
        notes: notes::StaffNotes::default(),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        domain::money::Currency,
        features::fixture::{Fixture, MIRA, TOM},
        sql,
    };

    async fn names(house: &Fixture, sought: &str, order: &str) -> Vec<String> {
        let list = list(&house.app, sought, Order::from_address(order), None).await.expect("a list");
        list.customers.into_iter().map(|customer| customer.name).collect()
    }

    #[tokio::test]
    async fn customers_are_found_by_name_address_or_number() {
        let house = Fixture::new().await;
        house.add_customer("odd", "100%_Ümlaut\\").await;
        for sought in ["KOVAČ", "mira@example.com", "c-mira", "  mira  "] {
            assert_eq!(names(&house, sought, "").await, ["Mira Kovač"], "{sought:?}");
        }
        assert_eq!(names(&house, "%_ü", "").await, ["100%_Ümlaut\\"]);
        assert_eq!(names(&house, "\\", "").await, ["100%_Ümlaut\\"]);
        assert!(names(&house, "%om", "").await.is_empty(), "a wildcard stands for itself");
        assert_eq!(names(&house, "t\0om", "").await, ["Tom Whelan"]);
    }

    #[tokio::test]
    async fn customers_are_found_however_their_name_is_typed() {
        let house = Fixture::new().await;
        for (id, name) in [
            ("mu", "Mu\u{308}ller, Jürgen"),
            ("ng", "Nguyễn Văn"),
            ("is", "Işık Öz"),
            ("we", "Łucja Weiß"),
            ("ob", "O’Brien"),
        ] {
            house.add_customer(id, name).await;
        }
        for (sought, expected) in [
            ("Muller", "Mu\u{308}ller, Jürgen"),
            ("müller", "Mu\u{308}ller, Jürgen"),
            ("jurgen  MÜLLER", "Mu\u{308}ller, Jürgen"),
            ("Nguyen", "Nguyễn Văn"),
            ("isik", "Işık Öz"),
            ("IŞIK", "Işık Öz"),
            ("weiss lucja", "Łucja Weiß"),
            ("O'Brien", "O’Brien"),
            ("kovac mira", "Mira Kovač"),
        ] {
            assert_eq!(names(&house, sought, "").await, [expected], "{sought}");
        }
        assert!(names(&house, "mira tom", "").await.is_empty(), "every word must be there");
    }

    #[tokio::test]
    async fn what_was_kept_before_is_folded_when_the_program_starts() {
        let house = Fixture::new().await;
        house
            .write(async |conn: &mut Conn<'_>| {
                let text =
                    "update customers set search_text = 'mira kovač mira@example.com c-mira', search_folding = 0";
                sql!(conn, execute, text)
            })
            .await;
        assert!(names(&house, "kovac", "").await.is_empty());
        fold_all(&house.app.db).await.expect("folded");
        assert_eq!(names(&house, "kovac", "").await, ["Mira Kovač"]);
        assert_eq!(names(&house, "whelan", "").await, ["Tom Whelan"]);
    }

    #[tokio::test]
    async fn customers_are_put_in_each_order_both_ways() {
        let house = Fixture::new().await;
        house.add_customer("ana", "ana Duarte").await;
        house.add_bill(MIRA, "m1", 9_000, date(2026, 11, 1)).await;
        house.add_bill(TOM, "t1", 500, date(2026, 10, 1)).await;
        house.add_bill(TOM, "t2", 600, date(2026, 12, 1)).await;
        house.add_bill(MIRA, "m2", 600, date(2026, 12, 9)).await;
        let (ana, mira, tom) = ("ana Duarte", "Mira Kovač", "Tom Whelan");
        for (order, expected) in [
            ("name", [ana, mira, tom]),
            ("-name", [tom, mira, ana]),
            ("open", [tom, mira, ana]),
            ("-open", [mira, tom, ana]),
            ("due", [tom, mira, ana]),
            ("-due", [mira, tom, ana]),
            ("late", [tom, mira, ana]),
            ("-late", [mira, tom, ana]),
        ] {
            assert_eq!(names(&house, "", order).await, expected, "{order}");
        }
    }

    #[tokio::test]
    async fn a_line_says_what_is_open_overdue_and_to_know() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "m1", 9_000, date(2026, 11, 1)).await;
        house.add_bill(MIRA, "m2", 600, date(2026, 11, 20)).await;
        house.pay("m1", 1_000, date(2026, 11, 2)).await;
        let list = list(&house.app, "mira", Order::default(), None).await.expect("a list");
        let line = &list.customers[0];
        assert_eq!(line.open, [Money::new(8_600, Currency::EUR)]);
        assert_eq!(line.overdue, [Money::new(8_000, Currency::EUR)]);
        assert_eq!(line.next_due, Some(date(2026, 11, 20)));
        assert_eq!(line.notices, [NoticeKind::FeeCame, NoticeKind::FeeWarning]);
    }

    #[tokio::test]
    async fn who_is_overdue_without_a_fee_is_to_know_too() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "m1", 9_000, date(2026, 11, 1)).await;
        let text = "insert into fee_exemptions (id, customer_id, starts_on, reason, made_at)
                    values ('e', $1, '2026-01-01', 'a test', 0)";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text, MIRA)).await;
        let list = list(&house.app, "mira", Order::default(), None).await.expect("a list");
        assert_eq!(list.customers[0].notices, [NoticeKind::Overdue]);
    }

    #[tokio::test]
    async fn an_unknown_customer_is_not_found() {
        let house = Fixture::new().await;
        assert_eq!(sheet(&house.app, "nobody", &notes::Wanted::default(), None).await, Err(AppError::NotFound));
        assert_eq!(sheet(&house.app, "\0", &notes::Wanted::default(), None).await, Err(AppError::NotFound));
        assert_eq!(
            sheet(&house.app, MIRA, &notes::Wanted::default(), None).await.map(|sheet| sheet.name),
            Ok("Mira Kovač".to_owned())
        );
    }
}
