//! What is the same for every customer on a day: fee policies, rules, and what can be bought.

use std::fmt;

use jiff::civil::Date;

use super::shelf::Shelf;
use crate::{
    domain::{
        notice::NoticeKind,
        rule::{Rule, Setting},
    },
    error::Result,
    features::{
        fees::{self, service::Policies},
        offers::{self, service::Catalogue},
        rules::{self, service::RulesInForce},
    },
    server::{db::Conn, sessions},
};

/// The kinds of notice about what a customer buys.
pub const ABOUT_OFFERS: [NoticeKind; 3] = [NoticeKind::BetterPrice, NoticeKind::RightSize, NoticeKind::Competitor];

pub struct Book {
    pub day: Date,
    pub policies: Policies,
    pub rules: RulesInForce,
    pub catalogue: Catalogue,
    pub shelf: Shelf,
    /// How many months of use to read: the furthest that a rule looks back.
    pub look_back: i64,
}

/// Two books that read alike are alike; what is made from the rest says nothing more.
impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, policies, rules, catalogue, .. } = self;
        write!(f, "{day} {policies:?} {rules:?} {catalogue:?}")
    }
}

impl Book {
    /// As it was known at the end of `day`.
    pub async fn read(conn: &mut Conn<'_>, day: Date) -> Result<Self> {
        let catalogue = offers::service::catalogue(conn, day).await?;
        let rules = rules::service::in_force(conn, day).await?;
        Ok(Self {
            day,
            policies: fees::service::policies(conn, day).await?,
            look_back: look_backs(&rules).into_iter().max().unwrap_or_default(),
            rules,
            shelf: Shelf::new(&catalogue, day),
            catalogue,
        })
    }

    /// The same for two books that differ in their day alone.
    pub fn inputs(&self) -> String {
        let Self { policies, rules, catalogue, .. } = self;
        sessions::hash(format!("{policies:?} {rules:?} {catalogue:?}").as_bytes())
    }
}

/// How many months a rule looks back.
pub fn look_back(rule: &Rule) -> i64 {
    rule.settings.get(Setting::LookBackMonths)
}

/// How far the rules about offers look back, each once, the rule with the highest priority first.
pub fn look_backs(rules: &RulesInForce) -> Vec<i64> {
    let mut months = Vec::new();
    for rule in ABOUT_OFFERS.into_iter().flat_map(|kind| rules.of_kind(kind)) {
        if !months.contains(&look_back(rule)) {
            months.push(look_back(rule));
        }
    }
    months
}
