//! The daily look over two years of somebody's real bills. Skipped, in words, where the file is not there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};

use super::office::{Bill, Office};
use crate::{
    domain::{
        late_fee::{self, FeePolicy, assess},
        money::{Currency, Money},
        notice::NoticeKind,
    },
    test_shared_data::shared_data,
};

const FIRST: Date = date(2012, 1, 3);
const LAST: Date = date(2014, 1, 31);

/// The bills of `ibm_accounts_receivable.csv`, each settled by one payment.
fn bills() -> Option<Vec<Bill>> {
    let path = shared_data("ibm_accounts_receivable.csv")?;
    let mut table = csv::Reader::from_path(path).expect("a table");
    let rows = table.deserialize::<BTreeMap<String, String>>().map(|row| row.expect("a row"));
    let day = |text: &str| Date::strptime("%m/%d/%Y", text).expect("a date");
    Some(
        rows.map(|row| {
            let issued_on = day(&row["InvoiceDate"]);
            Bill {
                customer: row["customerID"].clone(),
                number: row["invoiceNumber"].clone(),
                amount: Money::parse(&row["InvoiceAmount"], Currency::EUR).expect("an amount").minor,
                issued_on,
                due_on: day(&row["DueDate"]),
                disputed_on: (row["Disputed"] == "Yes").then_some(issued_on),
                paid_on: Some(day(&row["SettledDate"])),
            }
        })
        .collect(),
    )
}

/// What is known of a bill at the end of `day`.
fn known(bill: &Bill, day: Date) -> late_fee::Bill {
    late_fee::Bill {
        number: bill.number.clone(),
        amount: bill.amount,
        paid: if bill.paid_on.is_some_and(|paid_on| paid_on <= day) { bill.amount } else { 0 },
        due_on: bill.due_on,
        agreed_due_on: None,
        moved_to: None,
        is_disputed: bill.disputed_on.is_some_and(|disputed_on| disputed_on <= day),
        credit: Vec::new(),
        is_exempt: false,
    }
}

#[tokio::test]
async fn the_counts_of_a_day_are_those_of_the_file() {
    let Some(bills) = bills() else { return };
    let office = Office::with(None, &bills).await;
    let (_, counts) = office.look_with_counts(Some(date(2012, 6, 30)), true).await;
    assert_eq!((counts.bills, counts.overdue, counts.due_soon, counts.due_today), (98, 15, 6, 1));
}

#[tokio::test]
async fn nothing_dated_later_is_read() {
    let Some(bills) = bills() else { return };
    let whole = Office::with(None, &bills).await;
    for day in [date(2012, 6, 30), date(2012, 12, 15), date(2013, 7, 1)] {
        let by_then: Vec<Bill> = bills
            .iter()
            .filter(|bill| bill.issued_on <= day)
            .map(|bill| Bill { paid_on: bill.paid_on.filter(|paid_on| *paid_on <= day), ..bill.clone() })
            .collect();
        let cut = Office::with(None, &by_then).await;
        let (from_whole, from_cut) =
            (whole.look_with_counts(Some(day), true).await, cut.look_with_counts(Some(day), true).await);
        assert!(!from_whole.0.is_empty());
        assert_eq!(from_whole, from_cut, "{day}");
    }
}

#[tokio::test]
async fn a_look_every_day_finds_every_late_bill_in_time() {
    let Some(bills) = bills() else { return };
    let policy = FeePolicy::suggested(Currency::EUR);
    let mut reckoned = BTreeSet::new();
    for bill in &bills {
        let days = bill.issued_on.max(FIRST).series(jiff::Span::new().days(1)).take_while(|day| *day <= LAST);
        for day in days.take_while(|day| bill.paid_on.is_none_or(|paid_on| *day < paid_on)) {
            if assess(&policy, &known(bill, day), day).notice().is_some() {
                reckoned.insert(bill.number.clone());
                break;
            }
        }
    }
    assert_eq!(reckoned.len(), 1_104);
    let late: BTreeSet<String> =
        bills.iter().filter(|bill| bill.paid_on > Some(bill.due_on)).map(|bill| bill.number.clone()).collect();
    assert_eq!(late.len(), 877);
    assert!(late.is_subset(&reckoned));

    let office = Office::with(None, &bills).await;
    let (mut told, mut afterwards) = (BTreeSet::new(), BTreeMap::<NoticeKind, BTreeSet<String>>::new());
    for day in FIRST.series(jiff::Span::new().days(1)).take_while(|day| *day <= LAST) {
        for notice in office.look(Some(day)).await {
            let warns = matches!(notice.kind, NoticeKind::FeeWarning | NoticeKind::NothingToDo | NoticeKind::Dispute);
            let of_its_kind = if warns { &mut told } else { afterwards.entry(notice.kind).or_default() };
            assert!(of_its_kind.insert(notice.subject), "told twice");
            assert!(!warns || Some(day) <= notice.due_on || notice.kind == NoticeKind::Dispute);
        }
    }
    assert_eq!(told, reckoned, "the daily look tells exactly these");
}
