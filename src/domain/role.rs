//! Who a person is to the company and what that lets them see.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees their own account.
    Customer,
    /// Sees and helps every customer.
    Staff,
    /// Staff who also set the rules and bring data in.
    Admin,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Staff => "staff",
            Role::Admin => "admin",
        }
    }

    /// Where a person of this role starts.
    pub fn home(self) -> &'static str {
        match self {
            Role::Customer => "/",
            Role::Staff => "/staff",
            Role::Admin => "/admin",
        }
    }

    pub fn helps_customers(self) -> bool {
        matches!(self, Role::Staff | Role::Admin)
    }

    pub fn sets_rules(self) -> bool {
        self == Role::Admin
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: use customer, staff or admin")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Role::Customer, Role::Staff, Role::Admin]
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}
