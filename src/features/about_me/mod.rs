//! About me: what we know of whoever is signed in.

use serde::{Deserialize, Serialize};

use super::{profile::Profile, sign_in::SignedInBrowser};
use crate::domain::role::Role;

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutMe {
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Of a customer.
    pub account: Option<MyAccount>,
    pub sessions: Vec<SignedInBrowser>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyAccount {
    pub name: String,
    pub preferred_name: Option<String>,
    pub external_id: String,
    pub time_zone: String,
    /// The address our mail goes to, where it refused that for good.
    pub refuses_mail: Option<String>,
    pub profile: Profile,
}
