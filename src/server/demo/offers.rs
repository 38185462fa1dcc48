//! What Harbour sells, what three others sell, and what each customer has and uses of it.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::{MONTHS, history::Random, month_start};
use crate::{
    domain::{
        decimal::Decimal,
        money::Currency,
        offer::{Charge, MonthUsage, Offer, ReadMonth},
    },
    server::db::{Conn, new_id},
    sql,
};

/// Code, name, euros and cents a month, gigabytes included, and euros for each above.
const MOBILE: [(&str, &str, i64, i64, &str); 4] = [
    ("mobile-s", "Harbour S", 1_200, 2, "4"),
    ("mobile-m", "Harbour M", 1_800, 8, "3"),
    ("mobile-l", "Harbour L", 2_400, 20, "3"),
    ("mobile-xl", "Harbour XL", 3_900, 60, "2"),
];

/// The plan of customer `number`.
fn mobile_of(number: usize) -> usize {
    // Mira bought the large one for a summer abroad and never changed it.
    if number == 0 { 2 } else { number % MOBILE.len() }
}

pub async fn add_catalogue(conn: &mut Conn<'_>, today: Date, now: i64) -> sqlx::Result<()> {
    for (code, name, fee, included, above) in MOBILE {
        add_plan(conn, code, name, fee, &mobile(included, above, "4"), None, None, now).await?;
    }
    let last_year = Some(today.saturating_sub(11.months()));
    add_plan(conn, "mobile-classic", "Harbour Classic", 2_200, &mobile(5, "5", "6"), last_year, None, now).await?;
    let students = Some("students with a valid card");
    add_plan(conn, "mobile-student", "Harbour Student", 900, &mobile(20, "3", "4"), None, students, now).await?;
    add_plan(conn, "home-250", "Harbour Home 250", 4_500, HOME, None, None, now).await?;
    add_plan(conn, "home-100", "Harbour Home 100", 3_500, HOME, None, None, now).await?;
    let others: [(&str, &str, Option<i64>, String); 4] = [
        ("Nimbus", "Unlimited", Some(2_490), mobile(1_000, "0", "5")),
        ("Nimbus", "Home", Some(2_500), HOME.to_owned()),
        ("Tidal", "Mini", Some(750), mobile(1, "6", "8")),
        ("Foghorn", "Flex", None, mobile(10, "2", "4")),
    ];
    for (provider, product, fee, charges) in &others {
        sql!(
            conn,
            execute,
            "insert into competitors (id, provider, product, currency, monthly_fee, charges, source, checked_on,
                                      created_at, updated_at)
             values ($1, $2, $3, 'EUR', $4, $5, $6, $7, $8, $8)",
            new_id(),
            *provider,
            *product,
            *fee,
            charges.as_str(),
            format!("the price list of {provider}"),
            today.saturating_sub(19.days()).to_string(),
            now
        )?;
    }
    Ok(())
}

const HOME: &str = r#"[{"meter":"home GB","charge_model":"standard","properties":{"amount":"0"}}]"#;

/// Gigabytes with an allowance, and gigabytes abroad, each at a price.
fn mobile(included: i64, above: &str, abroad: &str) -> String {
    format!(
        concat!(
            r#"[{{"meter":"GB","charge_model":"graduated","properties":{{"graduated_ranges":["#,
            r#"{{"from_value":0,"to_value":{included},"per_unit_amount":"0"}},"#,
            r#"{{"from_value":{included},"to_value":null,"per_unit_amount":"{above}"}}]}}}},"#,
            r#"{{"meter":"roaming GB","charge_model":"standard","properties":{{"amount":"{abroad}"}}}}]"#
        ),
        included = included,
        above = above,
        abroad = abroad
    )
}

async fn add_plan(
    conn: &mut Conn<'_>,
    code: &str,
    name: &str,
    fee: i64,
    charges: &str,
    open_until: Option<Date>,
    eligibility: Option<&str>,
    now: i64,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into plans (id, code, name, currency, monthly_fee, charges, open_until, eligibility, created_at,
                            updated_at)
         values ($1, $2, $3, 'EUR', $4, $5, $6, $7, $8, $8)",
        new_id(),
        code,
        name,
        fee,
        charges,
        open_until.map(|day| day.to_string()),
        eligibility,
        now
    )
    .map(drop)
}

/// What a customer has and uses: what is stored of it, and what their bills are made of.
pub struct Account {
    /// References and plans.
    plans: Vec<(String, Offer)>,
    since: Date,
    /// Tenths of a gigabyte, by month and meter.
    used: BTreeMap<Date, BTreeMap<&'static str, i64>>,
}

impl Account {
    /// Of customer `number`. `random` is for the months that everything is looked at in, `before` for those before.
    pub fn of(number: usize, today: Date, random: &mut Random, before: &mut Random) -> Self {
        let (code, name, fee, included, above) = MOBILE[mobile_of(number)];
        let mut account = Self {
            plans: vec![(format!("S-{number:04}"), sold(code, name, fee, &mobile(included, above, "4")))],
            since: month_start(today, MONTHS + 1),
            used: BTreeMap::new(),
        };
        // Some use all of it and more, some a part, each in their own way from month to month.
        let usual = match number {
            0 => 31,
            2 => included * 8,
            _ => included * (3 + random.below(9)),
        };
        // The first bill is for the month before it was sent.
        for (months, random) in [(1..MONTHS, &mut *random), (MONTHS..MONTHS + 2, &mut *before)] {
            for month in months.map(|back| month_start(today, back)) {
                let tenths = (usual + random.below(usual / 4 + 2) - usual / 8).max(0);
                account.add("GB", month, tenths);
                // In the summer some are abroad.
                if matches!(month.month(), 7 | 8) && number.is_multiple_of(3) {
                    account.add("roaming GB", month, 5 + random.below(20));
                }
            }
        }
        if number == 0 {
            account.plans.push(("H-0000".to_owned(), sold("home-250", "Harbour Home 250", 4_500, HOME)));
            for (months, random) in [(1..MONTHS, random), (MONTHS..MONTHS + 2, before)] {
                for month in months.map(|back| month_start(today, back)) {
                    account.add("home GB", month, 1_800 + random.below(900));
                }
            }
        }
        account
    }

    fn add(&mut self, meter: &'static str, month: Date, tenths: i64) {
        self.used.entry(month).or_default().insert(meter, tenths);
    }

    /// What the month that starts on `month` comes to on all their plans, as everything is priced.
    pub fn cost(&self, month: Date) -> i64 {
        let tenths = |(meter, tenths): (&&str, &i64)| {
            ((*meter).to_owned(), Decimal::new((*tenths).into(), 1).expect("tenths fit"))
        };
        let units = self.used.get(&month).into_iter().flatten().map(tenths).collect();
        let usage = ReadMonth::from(MonthUsage { month, units });
        let cost = |plan: &Offer| usage.so_far(plan).map(|used| plan.price(&used).expect("a price"));
        self.plans.iter().filter_map(|(_, plan)| cost(plan)).sum()
    }

    pub async fn keep(
        &self,
        conn: &mut Conn<'_>,
        customer_id: &str,
        number: usize,
        today: Date,
        now: i64,
    ) -> sqlx::Result<()> {
        for (reference, plan) in &self.plans {
            subscribe(conn, customer_id, reference, &plan.code, self.since, now).await?;
        }
        for (month, used) in &self.used {
            for (meter, tenths) in used {
                add_usage(conn, customer_id, meter, *month, *tenths, now).await?;
            }
        }
        if number == 0 {
            grant(conn, customer_id, ("OUTAGE", 1_000, 0, 6, "For the evening without internet."), None, today, now)
                .await?;
            grant(conn, customer_id, ("WELCOME", 1_500, 1_500, 200, "For bringing your number."), None, today, now)
                .await?;
            let gigabytes = ("SLOW", 500, 0, 200, "For the week in which mobile data was slow.");
            grant(conn, customer_id, gigabytes, Some("GB"), today, now).await?;
        }
        if number % 9 == 4 {
            grant(conn, customer_id, ("OUTAGE", 1_000, 0, 25, "For the evening without internet."), None, today, now)
                .await?;
        }
        Ok(())
    }
}

/// A plan as it is sold, open to everybody.
fn sold(code: &str, name: &str, fee: i64, charges: &str) -> Offer {
    Offer {
        code: code.to_owned(),
        name: name.to_owned(),
        currency: Currency::EUR,
        monthly_fee: Some(fee),
        minimum_commitment: None,
        charges: Charge::read_list(charges).expect("charges of our own"),
        open_from: None,
        open_until: None,
        eligibility: None,
        provider: None,
    }
}

async fn subscribe(
    conn: &mut Conn<'_>,
    customer_id: &str,
    reference: &str,
    plan: &str,
    since: Date,
    now: i64,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, created_at, updated_at)
         values ($1, $2, $3, (select id from plans where code = $4), $5, $6, $6)",
        new_id(),
        reference,
        customer_id,
        plan,
        since.to_string(),
        now
    )
    .map(drop)
}

async fn add_usage(
    conn: &mut Conn<'_>,
    customer_id: &str,
    meter: &str,
    month: Date,
    tenths: i64,
    now: i64,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into usage (customer_id, meter, used_on, covers, quantity, created_at, updated_at)
         values ($1, $2, $3, 'month', $4, $5, $5)",
        customer_id,
        meter,
        month.to_string(),
        tenths * 100_000,
        now
    )
    .map(drop)
}

/// Reference, amount, what of it is used, in how many days it expires, and why; `scope` is what alone it can pay for.
async fn grant(
    conn: &mut Conn<'_>,
    customer_id: &str,
    (reference, amount, used, days, reason): (&str, i64, i64, i64, &str),
    scope: Option<&str>,
    today: Date,
    now: i64,
) -> sqlx::Result<()> {
    let id = new_id();
    sql!(
        conn,
        execute,
        "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, expires_on, scope, reason,
                              created_at, updated_at)
         values ($1, $2, $3, 'EUR', $4, $5, $6, $7, $8, $9, $10, $10)",
        id.as_str(),
        format!("{reference}-{}", &id[id.len() - 4..]),
        customer_id,
        amount,
        used,
        today.saturating_sub(40.days()).to_string(),
        today.saturating_add(days.days()).to_string(),
        scope,
        reason,
        now
    )
    .map(drop)
}
