//! Two customers who are one.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::{
    Merged,
    service::{CannotMerge, merge},
    store::{GOES, MOVES},
};
use crate::{
    features::fixture::{Fixture, MIRA, TOM},
    server::db::Conn,
    sql,
};

const ON: Date = date(2026, 11, 18);

async fn merged(house: &Fixture, gone: &str, kept: &str) -> Result<Option<Merged>, CannotMerge> {
    let done = house.app.db.write(async |conn: &mut Conn<'_>| merge(conn, gone, kept, ON, 0).await).await;
    done.expect("a database")
}

async fn external_id(house: &Fixture, id: &str) -> String {
    let mut conn = house.conn().await;
    sql!(conn, scalar as String, "select external_id from customers where id = $1", id).expect("a customer")
}

#[tokio::test]
async fn every_table_about_customers_goes_to_the_other_or_with_the_one() {
    let house = Fixture::new().await;
    let mut conn = house.conn().await;
    let text = if house.is_sqlite() {
        "select tables.name from sqlite_master as tables join pragma_table_info(tables.name) as columns
         where tables.type = 'table' and columns.name = 'customer_id'"
    } else {
        "select cast(table_name as text) from information_schema.columns
         where table_schema = 'public' and column_name = 'customer_id'"
    };
    let there: BTreeSet<String> = sql!(conn, scalars as String, text).expect("tables").into_iter().collect();
    let named: BTreeSet<String> = MOVES.iter().map(|(table, _)| *table).chain(GOES).map(str::to_owned).collect();
    assert_eq!(there, named, "a table that nobody thought about, or one that is no more");
}

#[tokio::test]
async fn everything_of_one_customer_goes_to_the_other_who_is_found_by_both_ids() {
    let house = Fixture::new().await;
    house.fill(TOM, "Thistle").await;
    let (gone, kept) = (external_id(&house, TOM).await, external_id(&house, MIRA).await);
    let done = merged(&house, &gone, &kept).await.expect("they are one").expect("now");
    assert_eq!((done.into.as_str(), done.bills_in_both), ("Mira Kovač", 0));
    for (table, _) in MOVES {
        let of = async |id: &str| {
            let mut conn = house.conn().await;
            let text = sqlx::AssertSqlSafe(format!("select count(*) from {table} where customer_id = $1"));
            sql!(conn, scalar as i64, text, id).expect("a count")
        };
        assert_eq!(of(TOM).await, 0, "{table}");
        let is_kept = *table != "unsubscribe_links";
        assert_eq!(of(MIRA).await > 0, is_kept, "{table}");
    }
    assert_eq!(house.count("select count(*) from people where email like 'p-tom%' or customer_id = 'tom'").await, 0);
    assert_eq!(merged(&house, &gone, &kept).await, Ok(None), "it was done before");
    let sheet = crate::features::bills::service::sheet(&house.app, MIRA, "Thistle 1").await.expect("the bill");
    assert_eq!(sheet.amount.minor, 3_820);
}

#[tokio::test]
async fn a_bill_that_both_have_is_one_bill_and_another_of_its_number_keeps_both() {
    let house = Fixture::new().await;
    for (customer, number, amount) in [(MIRA, "7", 5_000_i64), (TOM, "7", 5_000), (MIRA, "8", 100), (TOM, "8", 200)] {
        let add = "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at, updated_at)
                   values ($1 || $2, $1, $2, 'EUR', $3, '2026-11-01', '2026-11-20', 0, 0)";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, add, customer, number, amount)).await;
    }
    let pay = "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
               select reference || customer_id, invoices.id, reference, 1000, '2026-11-10', 0, 0 from invoices
               join (select 'P-1' as reference union all select 'P-2') as paid on customer_id = 'tom' or reference = 'P-1'
               where number = '7'";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, pay)).await;
    let (gone, kept) = (external_id(&house, TOM).await, external_id(&house, MIRA).await);
    let done = merged(&house, &gone, &kept).await.expect("they are one").expect("now");
    assert_eq!((done.bills_in_both, done.renamed), (1, vec![("8".to_owned(), format!("8 ({gone})"))]));
    let sheet = crate::features::bills::service::sheet(&house.app, MIRA, "7").await.expect("the bill");
    assert_eq!((sheet.paid.minor, sheet.open.minor), (2_000, 3_000), "each payment once");
    assert_eq!(house.count("select count(*) from invoices").await, 3);
}

#[tokio::test]
async fn who_is_unknown_the_same_or_erased_is_not_merged() {
    let house = Fixture::new().await;
    let (tom, mira) = (external_id(&house, TOM).await, external_id(&house, MIRA).await);
    assert_eq!(merged(&house, "nobody", &mira).await, Err(CannotMerge::NoSuchCustomer("nobody".to_owned())));
    assert_eq!(merged(&house, &mira, "nobody").await, Err(CannotMerge::NoSuchCustomer("nobody".to_owned())));
    assert_eq!(merged(&house, &mira, &mira).await, Err(CannotMerge::Themselves(mira.clone())));
    let erase = "update customers set erased_at = 1 where id = 'tom'";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, erase)).await;
    assert_eq!(merged(&house, &tom, &mira).await, Err(CannotMerge::Erased(tom.clone())));
}
