//! Fee policies and exemptions: their rows.

use jiff::civil::Date;

use crate::{
    domain::{
        late_fee::{DueShift, FeePolicy},
        money::Currency,
        percent::Percent,
    },
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VersionRow {
    pub currency: Text<Currency>,
    pub version: i64,
    pub starts_on: Text<Date>,
    pub grace_days: i64,
    pub flat_amount: i64,
    pub percent_millionths: i64,
    pub minimum_amount: i64,
    pub cap_amount: Option<i64>,
    pub warn_days: i64,
    pub due_shift: Text<DueShift>,
    pub guard_days: i64,
    pub trusts_first: bool,
    /// The day it was taken back before it started, and by whom.
    pub withdrawn_on: Option<Text<Date>>,
    pub withdrawn_by_name: Option<String>,
    pub reason: String,
    pub made_at: i64,
    pub made_by_name: Option<String>,
}

impl VersionRow {
    pub fn policy(&self) -> FeePolicy {
        FeePolicy {
            currency: self.currency.0,
            version: self.version,
            starts_on: self.starts_on.0,
            grace_days: self.grace_days,
            flat: self.flat_amount,
            percent: Percent { millionths: self.percent_millionths },
            minimum: self.minimum_amount,
            cap: self.cap_amount,
            warn_days: self.warn_days,
            due_shift: self.due_shift.0,
            guard_days: self.guard_days,
            trusts_first: self.trusts_first,
        }
    }
}

/// Every version of every currency that had been made by the end of `as_of`.
pub async fn versions_made_by(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<VersionRow>> {
    sql!(
        conn,
        all as VersionRow,
        "select currency, version, starts_on, grace_days, flat_amount, percent_millionths, minimum_amount, cap_amount,
                warn_days, due_shift, guard_days, trusts_first, withdrawn_on, takers.name as withdrawn_by_name, reason,
                made_at, people.name as made_by_name
         from fee_policies left join people on people.id = fee_policies.made_by
              left join people as takers on takers.id = fee_policies.withdrawn_by
         where made_on <= $1 order by currency, version",
        Text(as_of)
    )
}

/// The highest version of a currency; nothing where there is none.
pub async fn newest_version(conn: &mut Conn<'_>, currency: Currency) -> sqlx::Result<Option<i64>> {
    let text = "select max(version) from fee_policies where currency = $1";
    sql!(conn, scalar as Option<i64>, text, currency.code())
}

pub struct NewVersion<'a> {
    pub id: &'a str,
    pub policy: &'a FeePolicy,
    pub reason: &'a str,
    pub made_by: Option<&'a str>,
    pub made_on: Date,
    pub now: i64,
}

/// Adds a version; false where somebody has just taken its number.
pub async fn add_version(conn: &mut Conn<'_>, new: NewVersion<'_>) -> sqlx::Result<bool> {
    let policy = new.policy;
    let rows = sql!(
        conn,
        execute,
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                   minimum_amount, cap_amount, warn_days, due_shift, guard_days, trusts_first, reason,
                                   made_by, made_on, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (currency, version) do nothing",
        new.id,
        policy.currency.code(),
        policy.version,
        Text(policy.starts_on),
        policy.grace_days,
        policy.flat,
        policy.percent.millionths,
        policy.minimum,
        policy.cap,
        policy.warn_days,
        policy.due_shift.name(),
        policy.guard_days,
        policy.trusts_first,
        new.reason,
        new.made_by,
        Text(new.made_on),
        new.now
    )?;
    Ok(rows == 1)
}

/// Takes a version back that starts after `on`; false where it has started, or was taken back.
pub async fn withdraw(conn: &mut Conn<'_>, currency: Currency, version: i64, on: Date, by: &str) -> sqlx::Result<bool> {
    let text = "update fee_policies set withdrawn_on = $3, withdrawn_by = $4
                where currency = $1 and version = $2 and starts_on > $3 and withdrawn_on is null";
    Ok(sql!(conn, execute, text, currency.code(), version, Text(on), by)? == 1)
}

/// The currencies of bills, the most used first, then those of policies alone.
pub async fn currencies(conn: &mut Conn<'_>) -> sqlx::Result<Vec<Text<Currency>>> {
    sql!(
        conn,
        scalars as Text<Currency>,
        "select currency from (
            select currency, count(*) as uses from invoices group by currency
            union all select distinct currency, 0 as uses from fee_policies) as seen
         group by currency order by max(uses) desc, currency"
    )
}

pub async fn count_customers(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from customers")
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ExemptionRow {
    pub id: String,
    pub customer_name: String,
    pub external_id: String,
    pub starts_on: Text<Date>,
    pub ends_on: Option<Text<Date>>,
    pub reason: String,
    pub made_by_name: Option<String>,
}

/// Exemptions that hold on `today` or will, by customer.
pub async fn exemptions_from(conn: &mut Conn<'_>, today: Date) -> sqlx::Result<Vec<ExemptionRow>> {
    sql!(
        conn,
        all as ExemptionRow,
        "select fee_exemptions.id, customers.name as customer_name, customers.external_id, starts_on, ends_on, reason,
                people.name as made_by_name
         from fee_exemptions join customers on customers.id = fee_exemptions.customer_id
              left join people on people.id = fee_exemptions.made_by
         where ends_on is null or ends_on >= $1 order by customers.name, starts_on, fee_exemptions.id",
        Text(today)
    )
}

pub struct NewExemption<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub reason: &'a str,
    pub made_by: &'a str,
    pub now: i64,
}

/// Adds an exemption; false where one of the same customer covers a day of it already.
pub async fn add_exemption(conn: &mut Conn<'_>, new: NewExemption<'_>) -> sqlx::Result<bool> {
    let rows = sql!(
        conn,
        execute,
        "insert into fee_exemptions (id, customer_id, starts_on, ends_on, reason, made_by, made_at)
         select $1, $2, $3, $4, $5, $6, $7
         where not exists (select 1 from fee_exemptions
                           where customer_id = $2 and (ends_on is null or ends_on >= $3)
                             and (cast($4 as text) is null or starts_on <= $4))",
        new.id,
        new.customer_id,
        Text(new.starts_on),
        new.ends_on.map(Text),
        new.reason,
        new.made_by,
        new.now
    )?;
    Ok(rows == 1)
}

/// Ends an exemption with `today` as its last day and gives whose it was; nothing where there is none that lasts longer.
pub async fn end_exemption(conn: &mut Conn<'_>, id: &str, today: Date) -> sqlx::Result<Option<String>> {
    let text = "update fee_exemptions set ends_on = $2 where id = $1 and (ends_on is null or ends_on > $2)
                returning customer_id";
    Ok(sql!(conn, optional as (String,), text, id, Text(today))?.map(|(customer_id,)| customer_id))
}

/// The account with this id in the billing system.
pub async fn customer_id_of(conn: &mut Conn<'_>, external_id: &str) -> sqlx::Result<Option<String>> {
    let text = "select id from customers where external_id = $1";
    Ok(sql!(conn, scalars as String, text, external_id)?.into_iter().next())
}
