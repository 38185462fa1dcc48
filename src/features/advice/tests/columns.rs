//! What is worked out in columns about offers is what the plain way finds: one customer, one rule at a time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};

use super::office::{Office, add_customer, add_plan, subscribe, use_gigabytes};
use crate::{
    domain::{
        comparison::{Comparison, OfferFacts, Ranking, rank},
        evidence::{Evidence, Value},
        money::Money,
        month,
        notice::NoticeKind,
        offer::{OwnUse, ReadMonth},
        right_size::{SizingTerms, size},
        rule::{Rule, Subject},
        told,
    },
    features::{
        advice::{
            service::{Reach, Told},
            why,
        },
        offers::service::{Catalogue, Held, LOOK_BACK_MONTHS, Left, catalogue, held_by, left_between, usage_of},
        rules::service::{RulesInForce, in_force, publish},
    },
    server::db::{Conn, Text},
    sql,
};

const YESTERDAY: Date = date(2026, 11, 21);
const TODAY: Date = date(2026, 11, 22);
const TOMORROW: Date = date(2026, 11, 23);

const OFFICES: u64 = 6;
const CUSTOMERS: usize = 30;
const MILLION: i64 = 1_000_000;
/// Millionths; their price does not fit 64 bits where it has many digits.
const HUGE: i64 = 9_000_000_000_000_000;

/// Each meter, how many of ten customers use it, and units at which tiers and packages end. Nobody sells the last.
const METERS: [(&str, i64, [i64; 4]); 4] = [
    ("gb", 9, [5, 10, 20, 50]),
    ("minutes", 5, [200, 300, 500, 900]),
    ("sms", 3, [20, 50, 100, 150]),
    ("roaming", 1, [1, 2, 3, 4]),
];

/// The plans that customers have, some more often than others.
const HELD: [&str; 13] = [
    "large", "large", "all", "all", "volume", "fine", "small", "talk", "share", "retired", "soon", "members", "dollars",
];

/// SplitMix64: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// At least `low` and below `high`.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.number() % (high - low).unsigned_abs()) as i64
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.between(0, of.len() as i64) as usize]
    }

    /// Millionths: often none, often at a bound or a millionth beside it, else anything below `most` units.
    fn quantity(&mut self, most: i64, bounds: &[i64], has_huge: bool) -> i64 {
        match self.between(0, 20) {
            0..=2 => 0,
            3..=5 => self.pick(bounds) * MILLION + self.between(-1, 2),
            6 if has_huge => self.between(0, HUGE),
            _ => self.between(0, most * MILLION),
        }
    }
}

fn charge(meter: &str, model: &str, properties: &str) -> String {
    format!(r#"{{"meter":"{meter}","charge_model":"{model}","properties":{{{properties}}}}}"#)
}

fn each(meter: &str, amount: &str) -> String {
    charge(meter, "standard", &format!(r#""amount":"{amount}""#))
}

fn package(meter: &str, amount: &str, size: i64, free: i64) -> String {
    charge(meter, "package", &format!(r#""amount":"{amount}","package_size":{size},"free_units":{free}"#))
}

/// Of each tier its end, the price of a unit and the flat amount.
fn tiers(meter: &str, model: &str, tiers: &[(Option<i64>, &str, &str)]) -> String {
    let mut ranges = Vec::new();
    let mut from = 0;
    for (end, price, flat) in tiers {
        let to = end.map_or("null".to_owned(), |end| end.to_string());
        ranges.push(format!(
            r#"{{"from_value":{from},"to_value":{to},"per_unit_amount":"{price}","flat_amount":"{flat}"}}"#
        ));
        from = end.unwrap_or(from);
    }
    charge(meter, model, &format!(r#""{model}_ranges":[{}]"#, ranges.join(",")))
}

struct Plan {
    code: &'static str,
    currency: &'static str,
    minimum: Option<i64>,
    charges: String,
    open_from: Option<Date>,
    open_until: Option<Date>,
    eligibility: Option<&'static str>,
}

/// In euros and for everybody.
fn plan(code: &'static str, charges: &[String]) -> Plan {
    Plan {
        code,
        currency: "EUR",
        minimum: None,
        charges: format!("[{}]", charges.join(",")),
        open_from: None,
        open_until: None,
        eligibility: None,
    }
}

fn plans() -> [Plan; 11] {
    let included = |end| (Some(end), "0", "0");
    let of_gigabytes = |code| plan(code, &[package("gb", "2.5", 1, 40)]);
    let fine = [included(10), (Some(20), "0.0475", "0"), (Some(50), "0.0333333", "1.5"), (None, "0.025", "2")];
    let volume = [included(10), (Some(50), "0.6", "0"), (None, "0.35", "5")];
    let all = [
        package("gb", "3", 1, 20),
        tiers("minutes", "graduated", &[included(500), (None, "0.02", "0")]),
        tiers("sms", "volume", &[included(50), (None, "0.04", "1")]),
    ];
    // Its price is not a matter of whole numbers, so decimals are asked in the columns too.
    let percentage = charge("sms", "percentage", r#""rate":"1.3""#);
    [
        plan("small", &[tiers("gb", "graduated", &[included(5), (None, "10", "0")])]),
        plan("large", &[tiers("gb", "graduated", &[included(20), (None, "4.5", "0")])]),
        plan("fine", &[tiers("gb", "graduated", &fine), each("minutes", "0.0125")]),
        Plan {
            minimum: Some(2_500),
            ..plan("volume", &[tiers("gb", "volume", &volume), package("minutes", "2", 100, 300)])
        },
        plan("talk", &[package("minutes", "1.5", 60, 200), each("sms", "0.09")]),
        Plan { minimum: Some(3_500), ..plan("all", &all) },
        plan("share", &[package("gb", "5", 1, 10), each("minutes", "0"), percentage]),
        Plan {
            open_until: Some(YESTERDAY),
            ..plan("retired", &[package("gb", "2.5", 10, 50), each("gb", "0.0025"), each("gb", "0.0025")])
        },
        Plan { open_from: Some(TOMORROW), ..of_gigabytes("soon") },
        Plan { eligibility: Some("members"), ..of_gigabytes("members") },
        Plan { currency: "USD", ..of_gigabytes("dollars") },
    ]
}

async fn add_offers(conn: &mut Conn<'_>, random: &mut Random) -> sqlx::Result<()> {
    for plan in plans() {
        let fee = random.between(500, 6_000);
        sql!(
            conn,
            execute,
            "insert into plans (id, code, name, currency, monthly_fee, minimum_commitment, charges, open_from,
                                open_until, eligibility, created_at, updated_at)
             values ($1, $1, $1, $2, $3, $4, $5, $6, $7, $8, 0, 0)",
            plan.code,
            plan.currency,
            fee,
            plan.minimum,
            plan.charges.as_str(),
            plan.open_from.map(Text),
            plan.open_until.map(Text),
            plan.eligibility
        )?;
    }
    let charges = [package("gb", "2", 1, 30), each("minutes", "0.01"), each("sms", "0.05")].join(",");
    for (provider, fee, eligibility, checked_on, open_until) in [
        ("Nimbus", Some(random.between(300, 2_500)), None, date(2026, 11, 1), Some(TODAY)),
        ("Unknown", None, None, YESTERDAY, None),
        ("Stale", Some(random.between(1_000, 4_000)), None, date(2026, 1, 1), None),
        ("Farmers", Some(100), Some("farmers"), YESTERDAY, None),
    ] {
        sql!(
            conn,
            execute,
            "insert into competitors (id, provider, product, currency, monthly_fee, charges, eligibility, source,
                                      checked_on, open_until, created_at, updated_at)
             values ($1, $1, 'Free', 'EUR', $2, $3, $4, 'their price list', $5, $6, 0, 0)",
            provider,
            fee,
            format!("[{charges}]"),
            eligibility,
            Text(checked_on),
            open_until.map(Text)
        )?;
    }
    Ok(())
}

fn customers() -> impl Iterator<Item = String> {
    (0..CUSTOMERS).map(|number| format!("c-{number:02}"))
}

async fn add_customers(conn: &mut Conn<'_>, random: &mut Random, has_huge: bool) -> sqlx::Result<()> {
    let mut usage = Vec::new();
    for customer in customers() {
        add_customer(conn, &customer, "UTC").await?;
        for number in 0..random.pick(&[0, 1, 1, 1, 1, 2, 2]) {
            add_subscription(conn, random, &customer, number).await?;
        }
        for (meter, of_ten, bounds) in METERS {
            if random.between(0, 10) < of_ten {
                usage.extend(used(random, &customer, (meter, bounds), has_huge));
            }
        }
    }
    let rows = usage.join(", ");
    let text = format!(
        "insert into usage (customer_id, meter, used_on, covers, quantity, created_at, updated_at) values {rows}"
    );
    sql!(conn, execute, sqlx::AssertSqlSafe(text.as_str())).map(drop)
}

/// Some end, start later or are committed.
async fn add_subscription(conn: &mut Conn<'_>, random: &mut Random, customer: &str, number: usize) -> sqlx::Result<()> {
    let long_ago = date(2025, 1, 1);
    let plan = random.pick(&HELD);
    let starts_on = random.pick(&[long_ago, long_ago, long_ago, long_ago, long_ago, long_ago, TODAY, TOMORROW]);
    let ends_on = random.pick(&[None, None, None, None, None, None, Some(YESTERDAY), Some(TODAY)]);
    let committed_until = random.pick(&[None, None, None, None, Some(YESTERDAY), Some(TODAY), Some(date(2027, 6, 30))]);
    sql!(
        conn,
        execute,
        "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, ends_on, committed_until,
                                    created_at, updated_at)
         values ($1, $1, $2, $3, $4, $5, $6, 0, 0)",
        format!("{customer}-{number}"),
        customer,
        plan,
        Text(starts_on),
        ends_on.map(Text),
        committed_until.map(Text)
    )
    .map(drop)
}

/// Rows of use, in each of the last fourteen months and this one or with gaps, here and there on two days of a month.
fn used(random: &mut Random, customer: &str, (meter, bounds): (&str, [i64; 4]), has_huge: bool) -> Vec<String> {
    let (most, has_gaps) = (random.pick(&bounds), random.pick(&[true, false]));
    let furthest = if has_gaps { random.between(0, 15) as i32 } else { 14 };
    let mut rows = Vec::new();
    for back in 0..=furthest {
        if has_gaps && random.between(0, 3) == 0 {
            continue;
        }
        let first = month::later(TODAY, -back);
        let is_daily = random.between(0, 12) == 0;
        let days: Vec<Date> = if is_daily {
            (first.day()..=first.last_of_month().day()).map(|day| date(first.year(), first.month(), day)).collect()
        } else {
            vec![first, first.last_of_month()]
        };
        // Of days, a few of which are no month, or most.
        let read = if is_daily { random.pick(&[3, 20, 23, 24, 28]) } else { random.pick(&[1_usize, 1, 1, 1, 2]) };
        for day in &days[..read] {
            let quantity = random.quantity(most, &bounds, has_huge);
            let covers = if is_daily { "day" } else { "month" };
            rows.push(format!("('{customer}', '{meter}', '{day}', '{covers}', {quantity}, 0, 0)"));
        }
    }
    rows
}

fn rule(kind: NoticeKind, id: &str, rest: &str) -> Rule {
    let text = format!(r#"{{"kind": "{kind}", "id": "{id}", "reason": "Tried.", {rest}}}"#);
    Rule::read(&text).expect("a rule")
}

/// Rules beside those that Candor comes with, each asked before them in some offices and after them in others.
fn more_rules(seed: u64) -> [Rule; 3] {
    let priority = |at: u32| if (seed >> at) & 1 == 0 { 5 } else { 150 };
    [
        rule(
            NoticeKind::BetterPrice,
            "a-tenth",
            &format!(r#""priority": {}, "condition": {{">=": [{{"var": "saving_percent"}}, 10]}}"#, priority(0)),
        ),
        rule(
            NoticeKind::RightSize,
            "much-unused",
            &format!(
                r#""priority": {}, "settings": {{"percentile": 80, "headroom_percent": 0}},
                   "condition": {{"and": [{{"==": [{{"var": "size_change"}}, "smaller"]}},
                                          {{">=": [{{"var": "unused_percent"}}, 30]}}]}}"#,
                priority(1)
            ),
        ),
        rule(
            NoticeKind::Competitor,
            "a-quarter",
            &format!(
                r#""priority": {}, "condition": {{"and": [{{"==": [{{"var": "one_of_ours_fits"}}, false]}},
                                                          {{">=": [{{"var": "saving_percent"}}, 25]}}]}}"#,
                priority(2)
            ),
        ),
    ]
}

async fn random_office(seed: u64) -> Office {
    let office = Office::open(Some(TODAY)).await;
    let mut random = Random(seed);
    office
        .write(async |conn| {
            add_offers(conn, &mut random).await?;
            add_customers(conn, &mut random, seed.is_multiple_of(3)).await
        })
        .await;
    for rule in more_rules(seed) {
        publish(&office.app, &rule).await.expect("a version");
    }
    office
}

/// One subscription, looked at the plain way.
struct Plain<'a> {
    catalogue: &'a Catalogue,
    rules: &'a RulesInForce,
    customer: &'a str,
    held: &'a Held,
    left: &'a Left,
}

impl Plain<'_> {
    /// At most one about ours, and one about someone else's.
    fn notices(&self, usage: &[ReadMonth]) -> Vec<Told> {
        let Some(current) = self.catalogue.plan(&self.held.plan) else { return Vec::new() };
        let own = OwnUse::of(current, usage);
        let months = own.months.as_slice();
        let Ok(ours) = rank(current, &self.catalogue.plans, months, TODAY) else { return Vec::new() };
        let about_ours = self.right_size(&ours, &own).or_else(|| self.better_price(&ours, &own));
        let theirs = rank(current, &self.catalogue.competitors, months, TODAY).ok();
        let theirs = theirs.and_then(|theirs| self.competitor(&ours, &theirs, &own));
        about_ours.into_iter().chain(theirs).collect()
    }

    fn was_left(&self, other: &Comparison<'_>) -> bool {
        let plan = (self.customer.to_owned(), other.other.code.clone());
        other.other.provider.is_none() && self.left.left.contains(&plan)
    }

    fn right_size(&self, ours: &Ranking<'_>, own: &OwnUse) -> Option<Told> {
        let kind = NoticeKind::RightSize;
        let switching = self.held.switching(TODAY);
        for rule in self.rules.of_kind(kind) {
            let terms = SizingTerms::of(&rule.settings);
            for other in ours.ranked.iter().filter(|other| other.saving() > 0 && !self.was_left(other)) {
                for charge in &ours.current.charges {
                    let sized = size(ours.current, other.other, &own.months, &charge.meter, &terms);
                    let Ok(mut sizing) = sized else { continue };
                    sizing.comparison.part_read.clone_from(&own.part_read);
                    let facts = sizing.asked(switching, told::Told::never(TODAY)).facts(kind);
                    if rule.condition.holds(&facts) {
                        let evidence = sizing.evidence(switching.cost, TODAY);
                        return Some(self.notice(rule, &sizing.comparison, evidence));
                    }
                }
            }
        }
        None
    }

    fn better_price(&self, ours: &Ranking<'_>, own: &OwnUse) -> Option<Told> {
        let (rule, other) = self.first(NoticeKind::BetterPrice, ours, own, None)?;
        let other = &Comparison { part_read: own.part_read.clone(), ..other.clone() };
        let evidence = other.evidence(LOOK_BACK_MONTHS, self.held.switching(TODAY).cost, TODAY);
        Some(self.notice(rule, other, evidence))
    }

    fn competitor(&self, ours: &Ranking<'_>, theirs: &Ranking<'_>, own: &OwnUse) -> Option<Told> {
        let (rule, other) = self.first(NoticeKind::Competitor, theirs, own, Some(ours.best_saving()))?;
        let other = &Comparison { part_read: own.part_read.clone(), ..other.clone() };
        let cost = self.held.switching(TODAY).cost;
        let evidence = other.competitor_evidence(Some(ours), LOOK_BACK_MONTHS, cost, TODAY);
        Some(self.notice(rule, other, evidence))
    }

    /// The offer that saves the most of those for which a rule holds, with the rule of the highest priority that does.
    fn first<'o>(
        &'o self,
        kind: NoticeKind,
        offers: &'o Ranking<'o>,
        own: &OwnUse,
        our_best: Option<i64>,
    ) -> Option<(&'o Rule, &'o Comparison<'o>)> {
        let coverage = own.coverage(TODAY);
        let cheaper = offers.ranked.iter().filter(|other| other.saving() > 0 && !self.was_left(other));
        cheaper.filter(|_| coverage.is_enough()).find_map(|other| {
            let asked = other.asked(our_best, self.held.switching(TODAY), told::Told::never(TODAY));
            let asked = OfferFacts { coverage, ..asked };
            let facts = asked.facts(kind);
            let rule = self.rules.of_kind(kind).find(|rule| rule.condition.holds(&facts))?;
            Some((rule, other))
        })
    }

    fn notice(&self, rule: &Rule, other: &Comparison<'_>, evidence: Evidence) -> Told {
        Told {
            customer: self.customer.to_owned(),
            kind: rule.kind,
            subject: other.other.code.clone(),
            amount: Money::new(other.saving(), other.current.currency),
            due_on: None,
            rule: rule.id.clone(),
            rule_version: rule.version,
            evidence,
            corrects: None,
        }
    }
}

/// Everything the plain way tells.
async fn plainly(office: &Office) -> Vec<Told> {
    let mut conn = office.app.db.reader().await.expect("a reader");
    let catalogue = catalogue(&mut conn, TODAY).await.expect("a catalogue");
    let rules = in_force(&mut conn, TODAY).await.expect("rules");
    let left = left_between(&mut conn, TODAY, ("", "d")).await.expect("what was left");
    let mut told = Vec::new();
    for customer in customers() {
        let usage = usage_of(&mut conn, TODAY, &customer).await.expect("usage");
        let all = held_by(&mut conn, TODAY, &customer).await.expect("subscriptions");
        let stays = |held: &&Held| !left.leaving.contains(&held.subscription_id);
        for held in all.iter().filter(|held| catalogue.has_its_own_use(held, &all)).filter(stays) {
            let plain = Plain { catalogue: &catalogue, rules: &rules, customer: &customer, held, left: &left };
            told.extend(plain.notices(&usage));
        }
    }
    told
}

/// What each customer is told, in an order that does not depend on the way it was found.
fn by_customer(mut told: Vec<Told>) -> BTreeMap<String, Vec<Told>> {
    told.sort_by_cached_key(|told| format!("{told:?}"));
    let mut of: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for told in told {
        of.entry(told.customer.clone()).or_default().push(told);
    }
    of
}

#[tokio::test]
async fn what_is_worked_out_in_columns_is_what_the_plain_way_tells() {
    let mut heard = BTreeSet::new();
    for seed in 0..OFFICES {
        let office = random_office(seed).await;
        let (told, _) = office.run(Some(TODAY), Reach::DryRun).await;
        heard.extend(told.iter().map(|told| (told.kind, told.rule.clone())));
        let (in_columns, plain) = (by_customer(told), by_customer(plainly(&office).await));
        for customer in customers() {
            assert_eq!(in_columns.get(&customer), plain.get(&customer), "{customer} of office {seed}");
        }
    }
    let every_rule = [
        (NoticeKind::BetterPrice, "a-tenth"),
        (NoticeKind::BetterPrice, "better-price"),
        (NoticeKind::RightSize, "much-unused"),
        (NoticeKind::RightSize, "right-size"),
        (NoticeKind::Competitor, "a-quarter"),
        (NoticeKind::Competitor, "competitor"),
    ];
    let every_rule = every_rule.map(|(kind, rule)| (kind, rule.to_owned()));
    assert_eq!(heard, BTreeSet::from(every_rule), "each rule has something to tell in some office");
}

#[tokio::test]
async fn a_rule_that_looks_back_three_months_claims_what_three_months_say() {
    let office = Office::open(Some(TODAY)).await;
    office
        .write(async |conn| {
            add_customer(conn, "mira", "UTC").await?;
            add_plan(conn, "large", 3_500, 20).await?;
            add_plan(conn, "small", 2_000, 5).await?;
            subscribe(conn, "mira", "large", date(2025, 1, 1)).await?;
            // Over the whole year the small plan would have cost more.
            use_gigabytes(conn, "mira", TODAY, &[18, 18, 18, 18, 18, 18, 18, 18, 18, 2, 2, 2]).await
        })
        .await;
    assert!(office.run(Some(TODAY), Reach::DryRun).await.0.is_empty(), "every rule looks back a year");
    let rest = r#""settings": {"look_back_months": 3}, "condition": {">": [{"var": "saving"}, 0]}"#;
    publish(&office.app, &rule(NoticeKind::BetterPrice, "lately", rest)).await.expect("a version");
    let (told, _) = office.run(Some(TODAY), Reach::DryRun).await;
    let claims: Vec<_> =
        told.iter().map(|told| (told.rule.as_str(), told.subject.as_str(), told.amount.minor)).collect();
    assert_eq!(claims, [("lately", "small", 4_500)]);
    let evidence = &told[0].evidence;
    let steps: Vec<&str> = evidence.steps.iter().filter_map(|step| step.words.split(':').next()).collect();
    assert_eq!(steps, ["August 2026", "September 2026", "October 2026", "In all"]);
    let months = evidence.facts.iter().find(|fact| fact.name == "Months with readings");
    assert_eq!(months.map(|fact| &fact.value), Some(&Value::Text("3 of 3".to_owned())));
}

/// Mira has the large plan and needs the small one.
async fn mira_needs_less() -> Office {
    let office = Office::open(Some(TODAY)).await;
    office
        .write(async |conn| {
            add_customer(conn, "mira", "UTC").await?;
            add_plan(conn, "large", 3_500, 20).await?;
            add_plan(conn, "small", 2_000, 5).await?;
            subscribe(conn, "mira", "large", date(2025, 1, 1)).await
        })
        .await;
    office
}

async fn advised(office: &Office) -> Vec<(NoticeKind, String)> {
    let (told, _) = office.run(Some(TODAY), Reach::DryRun).await;
    told.into_iter().map(|told| (told.kind, told.subject)).collect()
}

#[tokio::test]
async fn a_plan_that_was_just_left_is_not_advised_and_nothing_is_about_one_that_ends() {
    let office = mira_needs_less().await;
    office.write(async |conn| use_gigabytes(conn, "mira", TODAY, &[2; 12]).await).await;
    let small = [(NoticeKind::RightSize, "small".to_owned())];
    assert_eq!(advised(&office).await, small);
    office
        .write(async |conn| {
            subscribe(conn, "mira", "small", date(2025, 1, 1)).await?;
            sql!(conn, execute, "update subscriptions set ends_on = $1 where plan_id = 'small'", Text(YESTERDAY))
                .map(drop)
        })
        .await;
    assert_eq!(advised(&office).await, [], "what they used on the other is not known yet");
    let ended = async |plan: &'static str, on: Date| {
        office
            .write(async |conn| {
                sql!(conn, execute, "update subscriptions set ends_on = $1 where plan_id = $2", Text(on), plan)
                    .map(drop)
            })
            .await;
        advised(&office).await
    };
    assert_eq!(ended("small", date(2026, 9, 30)).await, small, "a whole month has gone by");
    assert_eq!(ended("large", TODAY).await, [], "they leave it today");
    assert_eq!(ended("large", date(2026, 12, 31)).await, small);
}

#[tokio::test]
async fn months_of_which_a_few_days_were_read_are_no_months() {
    let office = mira_needs_less().await;
    office
        .write(async |conn| {
            for back in 1..=12 {
                let first = month::later(TODAY, -back);
                // Whole for the three months that are furthest back, when much was used.
                let days: i8 = if back > 9 { first.last_of_month().day() } else { 3 };
                for day in 1..=days {
                    let text = "insert into usage (customer_id, meter, used_on, quantity, created_at, updated_at)
                                values ('mira', 'GB', $1, $2, 0, 0)";
                    sql!(conn, execute, text, Text(date(first.year(), first.month(), day)), MILLION / 2)?;
                }
            }
            Ok(())
        })
        .await;
    assert_eq!(advised(&office).await, [], "neither the size nor the price");
    let words = why::left_out(&office.app, "mira", Some(TODAY)).await.expect("words");
    assert_eq!(words[0], "large: 3 of 12 months have enough readings, and below 75 % nothing is advised");
    assert_eq!(words[1], "large: February 2026 is left out, as 3 of 28 days were read");
    assert_eq!(words.len(), 10);
}
