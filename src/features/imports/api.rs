//! For admins: the files that were brought in, and bringing one in.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{FieldChoice, ImportList, ImportResult, MappingForm};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::{
        error::{AppError, Reason},
        server::{answers, auth, state::state},
    };
}

/// For admins: past imports.
#[server(endpoint = "imports/list")]
pub async fn load_imports(page: Option<i64>) -> Result<ImportList> {
    asked::auth::admin()?;
    super::service::list(&asked::state(), page).await
}

/// For admins: the columns of an uploaded file beside our fields.
#[server(endpoint = "imports/mapping")]
pub async fn load_mapping(id: String) -> Result<MappingForm> {
    asked::auth::admin()?;
    super::service::mapping_form(&asked::state(), &id).await
}

/// For admins: keeps the choice of columns, then tries the file or brings it in.
#[server(endpoint = "imports/match_columns")]
pub async fn match_columns(id: String, act: String, fields: BTreeMap<String, FieldChoice>) -> Result<()> {
    asked::auth::admin()?;
    let app = asked::state();
    let goes_on = match act.as_str() {
        "remember" => None,
        "try" => Some(true),
        "bring" => Some(false),
        _ => return Err(asked::AppError::field("act", asked::Reason::Malformed)),
    };
    super::service::match_columns(&app, &id, &fields).await?;
    match goes_on {
        None => asked::answers::lead(&format!("/admin/import/{id}/mapping"), "remembered").await,
        Some(is_dry_run) => {
            super::service::start(&app, &id, is_dry_run).await?;
            leptos_axum::redirect(&format!("/admin/import/{id}"));
        }
    }
    Ok(())
}

/// For admins: reads an uploaded file as its columns were matched, for good.
#[server(endpoint = "imports/bring_in")]
pub async fn bring_in(id: String) -> Result<()> {
    asked::auth::admin()?;
    super::service::start(&asked::state(), &id, false).await?;
    leptos_axum::redirect(&format!("/admin/import/{id}"));
    Ok(())
}

/// For admins: what became of a file, with a page of its refused rows.
#[server(endpoint = "imports/result")]
pub async fn load_result(id: String, page: Option<i64>) -> Result<ImportResult> {
    asked::auth::admin()?;
    super::service::result(&asked::state(), &id, page).await
}
