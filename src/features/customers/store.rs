//! Customers: their rows, found and in order.

use jiff::civil::Date;

use super::{By, Order};
use crate::{
    server::{
        bulk::Bulk,
        db::{Conn, Text},
    },
    sql,
};

/// The way in which what is looked through was folded: a change of it is a new number, and what was folded before is folded anew.
pub const FOLDING: i64 = 1;
/// More words than this are not looked for.
pub const WORDS: usize = 6;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustomerRow {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub preferred_name: Option<String>,
    pub email: Option<String>,
    pub time_zone: String,
    pub country: Option<String>,
    pub refused_mail_to: Option<String>,
    pub refused_mail_why: Option<String>,
}

/// The columns of a [`CustomerRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! customers {
    () => {
        "select id, external_id, name, preferred_name, email, time_zone, country, refused_mail_to, refused_mail_why
         from customers"
    };
}

/// What every word that is sought stands in; the words are `$1` to `$6`.
macro_rules! sought {
    () => {
        " where search_text like $1 escape '\\' and search_text like $2 escape '\\' and search_text like $3 escape '\\'
            and search_text like $4 escape '\\' and search_text like $5 escape '\\' and search_text like $6 escape '\\'"
    };
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<CustomerRow>> {
    sql!(conn, optional as CustomerRow, concat!(customers!(), " where id = $1"), id)
}

static COUNTRIES: Bulk = Bulk::new(
    "select customers.id, country from (values ",
    1,
    ") as wanted join customers on customers.id = wanted.column1 where country is not null",
);

/// The countries of those of these customers of whom one is known.
pub async fn countries(conn: &mut Conn<'_>, ids: &[&str]) -> sqlx::Result<Vec<(String, String)>> {
    COUNTRIES.find(conn, ids).await
}

/// The mail server said for good that this address of the customer takes no mail.
pub async fn refuses_mail(conn: &mut Conn<'_>, id: &str, address: &str, why: &str, now: i64) -> sqlx::Result<()> {
    let text = "update customers set refused_mail_to = $2, refused_mail_at = $3, refused_mail_why = $4 where id = $1";
    sql!(conn, execute, text, id, address, now, why).map(drop)
}

pub async fn count_found(conn: &mut Conn<'_>, sought: &[String; WORDS]) -> sqlx::Result<i64> {
    let [a, b, c, d, e, f] = sought;
    sql!(conn, scalar as i64, concat!("select count(*) from customers", sought!()), a, b, c, d, e, f)
}

/// A customer whom no mail of ours reaches.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RefusingRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub why: String,
}

pub async fn refusing_mail(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<RefusingRow>> {
    let text = "select id, name, email, refused_mail_why as why from customers
                where refused_mail_to is not null and refused_mail_to = email order by refused_mail_at desc, id limit $1";
    sql!(conn, all as RefusingRow, text, limit)
}

pub async fn count_refusing_mail(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    let text = "select count(*) from customers where refused_mail_to is not null and refused_mail_to = email";
    sql!(conn, scalar as i64, text)
}

/// The mail server took a mail to this address of the customer.
pub async fn takes_mail(conn: &mut Conn<'_>, id: &str, address: &str) -> sqlx::Result<()> {
    let text = "update customers set refused_mail_to = null, refused_mail_at = null, refused_mail_why = null
                where id = $1 and refused_mail_to = $2";
    sql!(conn, execute, text, id, address).map(drop)
}

/// Which of the found customers to give, and how they stand on `as_of`.
pub struct Found<'a> {
    pub sought: &'a [String; WORDS],
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
    let [a, b, c, d, e, f] = found.sought;
    let text = concat!(customers!(), sought!(), " order by lower(name), id limit $7 offset $8");
    sql!(conn, all as CustomerRow, text, a, b, c, d, e, f, found.limit, found.offset)
}

async fn by_name_reversed(conn: &mut Conn<'_>, found: Found<'_>) -> sqlx::Result<Vec<CustomerRow>> {
    let [a, b, c, d, e, f] = found.sought;
    let text = concat!(customers!(), sought!(), " order by lower(name) desc, id desc limit $7 offset $8");
    sql!(conn, all as CustomerRow, text, a, b, c, d, e, f, found.limit, found.offset)
}

/// By what is open, in bare minor units; by the next day something is due; or by the day since which something is late.
/// Who has nothing of the kind comes last.
async fn by_bills(conn: &mut Conn<'_>, found: Found<'_>) -> sqlx::Result<Vec<CustomerRow>> {
    let [a, b, c, d, e, f] = found.sought;
    let text = concat!(
        customers!(),
        " left join (
             select customer_id, sum(cast(open as double precision)) as open,
                    min(case when pay_by >= $7 then pay_by end) as next_due,
                    min(case when pay_by < $7 then pay_by end) as late_since
             from (select customer_id, amount - paid as open,
                          case when agreed_on <= $7 and agreed_due_on > due_on then agreed_due_on else due_on end
                              as pay_by
                   from (select invoices.*,
                                (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
                                 where payments.invoice_id = invoices.id and payments.paid_on <= $7) as paid
                         from invoices where issued_on <= $7 and status = 'open') as known
                   where amount > paid) as open_bills
             group by customer_id) as owed on owed.customer_id = customers.id",
        sought!(),
        " order by case when $8 in ('open', '-open') then open is null
                       when $8 in ('due', '-due') then next_due is null
                       else late_since is null end,
                  case when $8 = 'open' then open end, case when $8 = '-open' then open end desc,
                  case when $8 = 'due' then next_due end, case when $8 = '-due' then next_due end desc,
                  case when $8 = 'late' then late_since end, case when $8 = '-late' then late_since end desc,
                  lower(name), id
         limit $9 offset $10",
    );
    let (as_of, order) = (Text(found.as_of), found.order.address());
    sql!(conn, all as CustomerRow, text, a, b, c, d, e, f, as_of, order, found.limit, found.offset)
}

/// A customer whose words to look through were folded in an earlier way.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnfoldedRow {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub email: Option<String>,
}

pub async fn unfolded(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<UnfoldedRow>> {
    let text = "select id, external_id, name, email from customers where search_folding < $1 limit $2";
    sql!(conn, all as UnfoldedRow, text, FOLDING, limit)
}

pub async fn fold(conn: &mut Conn<'_>, id: &str, search_text: &str) -> sqlx::Result<()> {
    let text = "update customers set search_text = $2, search_folding = $3 where id = $1";
    sql!(conn, execute, text, id, search_text, FOLDING).map(drop)
}
