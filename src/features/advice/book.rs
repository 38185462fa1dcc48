//! What is the same for every customer on a day: fee policies, rules, and what can be bought.

use jiff::civil::Date;

use crate::{
    error::Result,
    features::{
        fees::{self, service::Policies},
        offers::{self, service::Catalogue},
        rules::{self, service::RulesInForce},
    },
    server::db::Conn,
};

#[derive(Debug)]
pub struct Book {
    pub day: Date,
    pub policies: Policies,
    pub rules: RulesInForce,
    pub catalogue: Catalogue,
}

impl Book {
    /// As it was known at the end of `day`.
    pub async fn read(conn: &mut Conn<'_>, day: Date) -> Result<Self> {
        Ok(Self {
            day,
            policies: fees::service::policies(conn, day).await?,
            rules: rules::service::in_force(conn, day).await?,
            catalogue: offers::service::catalogue(conn, day).await?,
        })
    }
}
