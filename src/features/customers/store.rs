//! Customers: their rows, found and in order.

use jiff::civil::Date;

use super::{By, Order};
use crate::{
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustomerRow {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub preferred_name: Option<String>,
    pub email: Option<String>,
    pub time_zone: String,
    pub country: Option<String>,
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<CustomerRow>> {
    sql!(
        conn,
        optional as CustomerRow,
        "select id, external_id, name, preferred_name, email, time_zone, country from customers where id = $1",
        id
    )
}

/// `%ana%`: anything that holds `sought`, whose own wildcards stand for themselves.
pub fn pattern(sought: &str) -> String {
    let mut pattern = String::from("%");
    for letter in sought.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

pub async fn count_found(conn: &mut Conn<'_>, pattern: &str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from customers where search_text like $1 escape '\\'", pattern)
}

/// Which of the found customers to give, and how they stand on `as_of`.
pub struct Found<'a> {
    pub pattern: &'a str,
    pub order: Order,
    pub as_of: Date,
    pub limit: i64,
    pub offset: i64,
}

pub async fn found(conn: &mut Conn<'_>, found: Found<'_>) -> sqlx::Result<Vec<CustomerRow>> {
    match found.order {
        Order { by: By::Name, is_reversed: false } => by_name(conn, found).await,
        Order { by: By::Name, is_reversed: true } => by_name_reversed(conn, found).await,
        _ => by_bills(conn, found).await,
    }
}

async fn by_name(conn: &mut Conn<'_>, found: Found<'_>) -> sqlx::Result<Vec<CustomerRow>> {
    sql!(
        conn,
        all as CustomerRow,
        "select id, external_id, name, preferred_name, email, time_zone, country from customers
         where search_text like $1 escape '\\' order by lower(name), id limit $2 offset $3",
        found.pattern,
        found.limit,
        found.offset
    )
}

async fn by_name_reversed(conn: &mut Conn<'_>, found: Found<'_>) -> sqlx::Result<Vec<CustomerRow>> {
    sql!(
        conn,
        all as CustomerRow,
        "select id, external_id, name, preferred_name, email, time_zone, country from customers
         where search_text like $1 escape '\\' order by lower(name) desc, id desc limit $2 offset $3",
        found.pattern,
        found.limit,
        found.offset
    )
}

/// By what is open, in bare minor units; by the next day something is due; or by the day since which something is late.
/// Who has nothing of the kind comes last.
async fn by_bills(conn: &mut Conn<'_>, found: Found<'_>) -> sqlx::Result<Vec<CustomerRow>> {
    sql!(
        conn,
        all as CustomerRow,
        "select id, external_id, name, preferred_name, email, time_zone, country
         from customers
         left join (
             select customer_id, sum(cast(open as double precision)) as open,
                    min(case when pay_by >= $2 then pay_by end) as next_due,
                    min(case when pay_by < $2 then pay_by end) as late_since
             from (select customer_id, amount - paid as open,
                          case when agreed_on <= $2 and agreed_due_on > due_on then agreed_due_on else due_on end
                              as pay_by
                   from (select invoices.*,
                                (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
                                 where payments.invoice_id = invoices.id and payments.paid_on <= $2) as paid
                         from invoices where issued_on <= $2) as known
                   where amount > paid) as open_bills
             group by customer_id) as owed on owed.customer_id = customers.id
         where search_text like $1 escape '\\'
         order by case when $3 in ('open', '-open') then open is null
                       when $3 in ('due', '-due') then next_due is null
                       else late_since is null end,
                  case when $3 = 'open' then open end, case when $3 = '-open' then open end desc,
                  case when $3 = 'due' then next_due end, case when $3 = '-due' then next_due end desc,
                  case when $3 = 'late' then late_since end, case when $3 = '-late' then late_since end desc,
                  lower(name), id
         limit $4 offset $5",
        found.pattern,
        Text(found.as_of),
        found.order.address(),
        found.limit,
        found.offset
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_what_is_sought_stand_for_themselves() {
        assert_eq!(pattern("Ana"), "%ana%");
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
    }
}
