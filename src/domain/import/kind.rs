//! What can be brought in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Customers,
    Invoices,
    Payments,
}

/// Kinds that will have their own columns one day.
const LATER: [&str; 5] = ["plans", "subscriptions", "usage", "credits", "competitors"];

impl Kind {
    /// In the order in which they need each other.
    pub const ALL: [Kind; 3] = [Kind::Customers, Kind::Invoices, Kind::Payments];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Invoices => "invoices",
            Kind::Payments => "payments",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Kind::Customers => "Customers",
            Kind::Invoices => "Invoices",
            Kind::Payments => "Payments",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names nothing that can be brought in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownKind {
    #[error("{0} cannot be imported yet: customers, invoices and payments can")]
    Later(String),
    #[error("{0:?} is nothing that can be imported: use customers, invoices or payments")]
    Unknown(String),
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            if LATER.contains(&text) {
                UnknownKind::Later(text.to_owned())
            } else {
                UnknownKind::Unknown(text.to_owned())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_not_known_is_refused_with_those_that_are() {
        assert_eq!("invoices".parse(), Ok(Kind::Invoices));
        let later = "plans".parse::<Kind>().expect_err("not yet").to_string();
        assert_eq!(later, "plans cannot be imported yet: customers, invoices and payments can");
        let unknown = "cats".parse::<Kind>().expect_err("never").to_string();
        assert_eq!(unknown, "\"cats\" is nothing that can be imported: use customers, invoices or payments");
    }
}
