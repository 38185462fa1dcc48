//! What we know of whoever is signed in.

use super::{AboutMe, MyAccount};
use crate::{
    error::Result,
    features::{customers, profile, sign_in::SignedInBrowser},
    server::{auth::Person, state::AppState},
};

pub async fn about(app: &AppState, person: Person, sessions: Vec<SignedInBrowser>) -> Result<AboutMe> {
    let account = match &person.customer_id {
        Some(id) => {
            let mut conn = app.db.reader().await?;
            let account = customers::service::account(&mut conn, id).await?;
            Some(MyAccount {
                refuses_mail: account.email.filter(|_| account.refused_mail.is_some()),
                name: account.name,
                preferred_name: account.preferred_name,
                external_id: account.external_id,
                time_zone: account.time_zone,
                profile: profile::service::of(&mut conn, id).await?,
            })
        }
        None => None,
    };
    Ok(AboutMe { name: person.name, email: person.email, role: person.role, account, sessions })
}
