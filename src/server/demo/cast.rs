//! Who is who at Harbour, a mobile and internet provider that does not exist.

use crate::domain::role::Role;

/// Someone a visitor of the demo can be.
pub struct Member {
    pub email: &'static str,
    pub name: &'static str,
    pub role: Role,
}

pub const CAST: &[Member] = &[
    Member { email: "customer@demo.example", name: "Mira Kovač", role: Role::Customer },
    Member { email: "other@demo.example", name: "Tom Whelan", role: Role::Customer },
    Member { email: "calm@demo.example", name: "Ana Duarte", role: Role::Customer },
    Member { email: "staff@demo.example", name: "Jonas Ott", role: Role::Staff },
    Member { email: "staff2@demo.example", name: "Priya Nair", role: Role::Staff },
    Member { email: "admin@demo.example", name: "Omar Haddad", role: Role::Admin },
    Member { email: "admin2@demo.example", name: "Ines Costa", role: Role::Admin },
];

/// What happens to the latest bills of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// One bill due soon that credit pays, two near a fee, one of them part paid, and one in dispute.
    EveryNotice,
    /// One bill due soon.
    DueSoon,
    /// The same, and the fee of the one before has come.
    DueSoonAndLate,
    /// Everything is paid.
    Calm,
    /// The last bill is in dispute.
    Disputed,
    /// The fee of the last bill has come.
    Late,
    /// Due later than anyone would warn.
    NotYet,
}

/// A customer of the demo.
pub struct Account {
    pub name: &'static str,
    pub preferred_name: Option<&'static str>,
    pub email: Option<&'static str>,
    pub time_zone: &'static str,
    pub country: &'static str,
    pub story: Story,
}

const NAMES: &[(&str, &str, &str)] = &[
    ("Sana Rahimi", "Europe/Berlin", "DE"),
    ("Piet Bakker", "Europe/Amsterdam", "NL"),
    ("Élodie Marchand", "Europe/Paris", "FR"),
    ("Lars Nygaard", "Europe/Oslo", "NO"),
    ("Giulia Ferrari", "Europe/Rome", "IT"),
    ("Niamh Byrne", "Europe/Dublin", "IE"),
    ("Mateusz Zieliński", "Europe/Warsaw", "PL"),
    ("Sofia Lindqvist", "Europe/Stockholm", "SE"),
    ("Yusuf Demir", "Europe/Istanbul", "TR"),
    ("Clara Vogel", "Europe/Vienna", "AT"),
    ("Hugo Moreau", "Europe/Paris", "FR"),
    ("Eero Laine", "Europe/Helsinki", "FI"),
    ("Katarzyna Wójcik", "Europe/Warsaw", "PL"),
    ("Rui Almeida", "Europe/Lisbon", "PT"),
    ("Anneke de Vries", "Europe/Amsterdam", "NL"),
    ("Dimitra Pappas", "Europe/Athens", "GR"),
    ("Seán Gallagher", "Europe/Dublin", "IE"),
    ("Petra Horváth", "Europe/Budapest", "HU"),
    ("Marko Jurić", "Europe/Zagreb", "HR"),
    ("Leila Benali", "Europe/Brussels", "BE"),
    ("Vít Novotný", "Europe/Prague", "CZ"),
    ("Ingrid Solberg", "Europe/Oslo", "NO"),
    ("Bartholomew Featherstonehaugh-Cholmondeley", "Europe/London", "GB"),
    ("Nuno Tavares", "Atlantic/Azores", "PT"),
    ("Maja Petersen", "Europe/Copenhagen", "DK"),
    ("Tomás Herrera", "Europe/Madrid", "ES"),
    ("Agnès Roca", "Europe/Madrid", "ES"),
    ("Jürgen Weiß", "Europe/Berlin", "DE"),
    ("Oona Virtanen", "Europe/Helsinki", "FI"),
    ("Ivana Kolar", "Europe/Ljubljana", "SI"),
    ("Cormac O'Brien", "Europe/Dublin", "IE"),
    ("Zeynep Arslan", "Europe/Istanbul", "TR"),
    ("Stefan Radu", "Europe/Bucharest", "RO"),
    ("Freja Holm", "Europe/Copenhagen", "DK"),
    ("Gabriel Sousa", "Europe/Lisbon", "PT"),
    ("Hanna Schmid", "Europe/Zurich", "CH"),
    ("Luka Babić", "Europe/Zagreb", "HR"),
];

/// The three customers of the cast, then the others; always the same.
pub fn customers() -> Vec<Account> {
    let cast = |name, preferred_name, email, time_zone, country, story| Account {
        name,
        preferred_name,
        email: Some(email),
        time_zone,
        country,
        story,
    };
    let mut customers = vec![
        cast("Mira Kovač", Some("Mira"), "customer@demo.example", "Europe/Zagreb", "HR", Story::EveryNotice),
        cast("Tom Whelan", None, "other@demo.example", "Europe/Dublin", "IE", Story::DueSoonAndLate),
        cast("Ana Duarte", Some("Ana"), "calm@demo.example", "Europe/Lisbon", "PT", Story::Calm),
    ];
    let stories = [Story::Calm, Story::NotYet, Story::DueSoon, Story::Calm, Story::Disputed, Story::Calm, Story::Late];
    for (at, (name, time_zone, country)) in NAMES.iter().enumerate() {
        customers.push(Account {
            name,
            preferred_name: None,
            email: None,
            time_zone,
            country,
            story: stories[at % stories.len()],
        });
    }
    customers
}
