//! Grants of credit: their rows.

use jiff::civil::Date;

use crate::{
    domain::money::Currency,
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct GrantRow {
    pub id: String,
    pub customer_id: String,
    pub reference: String,
    pub currency: Text<Currency>,
    pub amount: i64,
    pub used: i64,
    pub granted_on: Text<Date>,
    pub expires_on: Option<Text<Date>>,
    pub scope: Option<String>,
    pub reason: Option<String>,
}

/// The columns of a [`GrantRow`] on the day `$1`, what was used here among them. A macro, because a query text is put together when it is compiled.
macro_rules! grants {
    ($rest:literal) => {
        concat!(
            "select * from (
                select id, customer_id, reference, currency, amount,
                       used + (select cast(coalesce(sum(credit_uses.amount), 0) as bigint) from credit_uses
                               where credit_uses.credit_id = credits.id and used_on <= $1) as used,
                       granted_on, expires_on, scope, reason from credits) as credits ",
            $rest
        )
    };
}

/// Grants that had something left on `as_of`, of customers whose id is above `after` and at most `until`.
pub async fn with_something_left(
    conn: &mut Conn<'_>,
    as_of: Date,
    after: &str,
    until: &str,
) -> sqlx::Result<Vec<GrantRow>> {
    let text = grants!(
        "where customer_id > $2 and customer_id <= $3 and granted_on <= $1 and amount > used
           and (expires_on is null or expires_on >= $1) order by customer_id, reference"
    );
    sql!(conn, all as GrantRow, text, Text(as_of), after, until)
}

/// Customers with credit that could pay a bill on some day from `since` to `today`, and whether some of it expires in that time.
pub async fn customers_between(conn: &mut Conn<'_>, since: Date, today: Date) -> sqlx::Result<Vec<(String, bool)>> {
    let text = concat!(
        "select customer_id, max(case when expires_on <= $1 then 1 else 0 end) = 1 from (",
        grants!(
            "where scope is null and granted_on <= $1 and amount > used and (expires_on is null or expires_on >= $2)"
        ),
        ") as usable group by customer_id order by customer_id"
    );
    sql!(conn, all as (String, bool), text, Text(today), Text(since))
}

/// The same of everybody.
pub async fn all_with_something_left(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<GrantRow>> {
    let text = grants!(
        "where granted_on <= $1 and amount > used and (expires_on is null or expires_on >= $1)
         order by customer_id, reference"
    );
    sql!(conn, all as GrantRow, text, Text(as_of))
}

/// Every grant one customer had by `as_of`, the latest first.
pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> sqlx::Result<Vec<GrantRow>> {
    let text = grants!("where customer_id = $2 and granted_on <= $1 order by granted_on desc, reference");
    sql!(conn, all as GrantRow, text, Text(as_of), customer_id)
}
