//! Bringing one customer into another.

use jiff::civil::Date;

use super::{
    Merged,
    store::{self, CustomerRow},
};
use crate::{
    error::Result,
    features::{advice, imports},
    server::db::Conn,
};

/// Why two customers do not become one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotMerge {
    #[error("no customer has the id “{0}”")]
    NoSuchCustomer(String),
    #[error("“{0}” cannot be brought into themselves")]
    Themselves(String),
    #[error("“{0}” was erased, and nothing is brought into an erased customer or out of one")]
    Erased(String),
}

/// Brings everything that is kept of the customer `gone` to the customer `kept`, both by their ids in billing; the old id finds the
/// one who is kept from then on, and whoever signed in as the one who goes does not any more. Where that was done before, nothing
/// changes, and `None` comes.
pub async fn merge(
    conn: &mut Conn<'_>,
    gone: &str,
    kept: &str,
    on: Date,
    now: i64,
) -> Result<std::result::Result<Option<Merged>, CannotMerge>> {
    let (going, staying) = (store::by_external_id(conn, gone).await?, store::by_external_id(conn, kept).await?);
    let (Some(going), Some(staying)) = (&going, &staying) else {
        let unknown = if going.is_none() { gone } else { kept };
        return Ok(Err(CannotMerge::NoSuchCustomer(unknown.to_owned())));
    };
    if gone == kept {
        return Ok(Err(CannotMerge::Themselves(gone.to_owned())));
    }
    if going.id == staying.id {
        // The one who is kept may not be the one who was: then there is nothing to bring any more.
        let is_done = going.external_id != gone;
        return Ok(if is_done { Ok(None) } else { Err(CannotMerge::Themselves(gone.to_owned())) });
    }
    if let Some(erased) = [going, staying].into_iter().find(|customer| customer.erased_at.is_some()) {
        return Ok(Err(CannotMerge::Erased(erased.external_id.clone())));
    }
    let (bills, renamed) = join_bills(conn, going, staying).await?;
    store::bring(conn, going, &staying.id, on).await?;
    imports::service::put_together(conn, &bills, now).await?;
    advice::service::changed(conn, [staying.id.as_str()]).await?;
    Ok(Ok(Some(Merged { into: staying.name.clone(), bills_in_both: bills.len(), renamed })))
}

/// A bill that both have is one bill; another bill of the same number gets the id of whose it was beside it.
async fn join_bills(
    conn: &mut Conn<'_>,
    going: &CustomerRow,
    staying: &CustomerRow,
) -> Result<(Vec<String>, Vec<(String, String)>)> {
    let (mut joined, mut renamed) = (Vec::new(), Vec::new());
    for both in store::bills_in_both(conn, &going.id, &staying.id).await? {
        if both.is_same {
            store::join_bill(conn, &both.gone, &both.kept).await?;
            joined.push(both.kept);
        } else {
            let number = format!("{} ({})", both.number, going.external_id);
            store::rename_bill(conn, &both.gone, &number).await?;
            renamed.push((both.number, number));
        }
    }
    Ok((joined, renamed))
}

/// Rows that name `gone`, of whom nothing is kept here, are the customer's named `kept` from now on; false where nobody is.
pub async fn alias(conn: &mut Conn<'_>, gone: &str, kept: &str, on: Date) -> Result<bool> {
    let Some(staying) = store::by_external_id(conn, kept).await? else { return Ok(false) };
    store::add_alias(conn, gone, &staying.id, on).await?;
    Ok(true)
}

/// The id in billing of the customer into whom the one with this id was brought.
pub async fn merged_into(conn: &mut Conn<'_>, external_id: &str) -> Result<Option<String>> {
    let found = store::by_external_id(conn, external_id).await?.map(|customer| customer.external_id);
    Ok(found.filter(|found| found != external_id))
}
