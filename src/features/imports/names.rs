//! The ids of what rows name by the names that billing has for it.

use std::collections::HashMap;

use crate::{
    domain::import::{RowProblem, RowReason},
    error::Result,
    server::{bulk::Bulk, db::Conn},
};

static CUSTOMERS: Bulk = Bulk::new(
    "select wanted.column1, coalesce(customers.id, customer_aliases.customer_id) from (values ",
    1,
    ") as wanted left join customers on customers.external_id = wanted.column1
                 left join customer_aliases on customer_aliases.external_id = wanted.column1
     where customers.id is not null or customer_aliases.customer_id is not null",
);
static PLANS: Bulk =
    Bulk::new("select code, plans.id from (values ", 1, ") as wanted join plans on plans.code = wanted.column1");

/// Ids by name.
pub type Ids = HashMap<String, String>;

/// The customers who are known of these, also by the id of one who was brought into them.
pub async fn customers<'n>(conn: &mut Conn<'_>, names: impl Iterator<Item = &'n str>) -> Result<Ids> {
    ids(conn, &CUSTOMERS, names).await
}

/// The plans that are known of these.
pub async fn plans<'n>(conn: &mut Conn<'_>, names: impl Iterator<Item = &'n str>) -> Result<Ids> {
    ids(conn, &PLANS, names).await
}

async fn ids<'n>(conn: &mut Conn<'_>, known: &'static Bulk, names: impl Iterator<Item = &'n str>) -> Result<Ids> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    Ok(known.find::<(String, String)>(conn, &names).await?.into_iter().collect())
}

/// The id of the customer a row names.
pub fn customer<'i>(customers: &'i Ids, name: &str) -> Result<&'i String, RowProblem> {
    customers.get(name).ok_or_else(|| RowProblem::at("customer", RowReason::NoSuchCustomer(name.to_owned())))
}

/// The id of the plan a row names.
pub fn plan<'i>(plans: &'i Ids, name: &str) -> Result<&'i String, RowProblem> {
    plans.get(name).ok_or_else(|| RowProblem::at("plan", RowReason::NoSuchPlan(name.to_owned())))
}
