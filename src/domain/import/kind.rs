//! What can be brought in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Customers,
    Plans,
    Subscriptions,
    Usage,
    Invoices,
    Payments,
    Credits,
    Competitors,
}

impl Kind {
    /// In the order in which they need each other.
    pub const ALL: [Kind; 8] = [
        Kind::Customers,
        Kind::Plans,
        Kind::Subscriptions,
        Kind::Usage,
        Kind::Invoices,
        Kind::Payments,
        Kind::Credits,
        Kind::Competitors,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Plans => "plans",
            Kind::Subscriptions => "subscriptions",
            Kind::Usage => "usage",
            Kind::Invoices => "invoices",
            Kind::Payments => "payments",
            Kind::Credits => "credits",
            Kind::Competitors => "competitors",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Kind::Customers => "Customers",
            Kind::Plans => "Plans",
            Kind::Subscriptions => "Subscriptions",
            Kind::Usage => "Usage",
            Kind::Invoices => "Invoices",
            Kind::Payments => "Payments",
            Kind::Credits => "Credits",
            Kind::Competitors => "Competitors",
        }
    }

    /// `customers, plans … or competitors`.
    fn any() -> String {
        let names = Kind::ALL.map(Kind::name).join(", ");
        names.rsplit_once(", ").map_or_else(|| names.clone(), |(first, last)| format!("{first} or {last}"))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names nothing that can be brought in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is nothing that can be imported: use {any}", any = Kind::any())]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_not_known_is_refused_with_those_that_are() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        let unknown = "cats".parse::<Kind>().expect_err("never").to_string();
        assert_eq!(
            unknown,
            "\"cats\" is nothing that can be imported: use customers, plans, subscriptions, usage, invoices, payments, \
             credits or competitors"
        );
    }
}
