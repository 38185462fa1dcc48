//! The versions of a currency's policy.

use super::store;
use crate::{
    domain::{late_fee::FeePolicy, money::Currency},
    error::Result,
    server::db::Conn,
};

/// Every version of the policy of `currency`; where none was made, the one a new installation starts with.
pub async fn versions(conn: &mut Conn<'_>, currency: Currency) -> Result<Vec<FeePolicy>> {
    let mut versions: Vec<FeePolicy> =
        store::of_currency(conn, currency).await?.into_iter().map(FeePolicy::from).collect();
    if !versions.iter().any(|policy| policy.version == 1) {
        versions.push(FeePolicy::starting(currency));
    }
    Ok(versions)
}
