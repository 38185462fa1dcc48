//! Which policy applies to a bill.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::store::{self, VersionRow};
use crate::{
    domain::{late_fee::FeePolicy, money::Currency},
    error::Result,
    server::db::Conn,
};

/// Every policy that was known on a day.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    versions: BTreeMap<&'static str, Vec<FeePolicy>>,
}

impl Policies {
    fn of(rows: Vec<VersionRow>) -> Self {
        let mut versions: BTreeMap<&'static str, Vec<FeePolicy>> = BTreeMap::new();
        for policy in rows.into_iter().map(FeePolicy::from) {
            versions.entry(policy.currency.code()).or_default().push(policy);
        }
        for versions in versions.values_mut() {
            if versions.iter().all(|policy| policy.version != 1) {
                let starting = versions.first().map(|first| FeePolicy::starting(first.currency));
                versions.extend(starting);
            }
        }
        Self { versions }
    }

    /// The version for a bill in `currency` with this original due date; nothing before the first one starts. A
    /// currency that nobody made a policy for has the starting one, as version 1.
    pub fn for_bill_due(&self, currency: Currency, due_on: Date) -> Option<FeePolicy> {
        match self.versions.get(currency.code()) {
            Some(versions) => FeePolicy::for_bill_due(versions, due_on).cloned(),
            None => Some(FeePolicy::starting(currency)),
        }
    }
}

/// The policies that had been made by the end of `as_of`.
pub async fn policies(conn: &mut Conn<'_>, as_of: Date) -> Result<Policies> {
    Ok(Policies::of(store::versions_made_by(conn, as_of).await?))
}
