//! Which policy applies to a bill, what a draft would do, and making a new version.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{ToSpan, civil::Date};

use super::{
    Draft, Fees, Forecast, Version, VersionStanding, WithoutPolicy, exemptions,
    store::{self, VersionRow},
};
use crate::{
    domain::{
        business_days::BusinessDays,
        late_fee::{self, DueShift, FeePolicy, OpenBill, effect},
        money::Currency,
        seen::is_seen,
    },
    error::{AppError, Problem, Reason, Refusal, Result},
    features::{
        bills::service::{KnownBill, open_on},
        credits, customers,
    },
    server::{
        auth::Person,
        clock::moment,
        db::{Conn, new_id},
        state::AppState,
    },
};

/// No due day moves further, in days: the longest runs of holidays end before.
const LONGEST_MOVE: i64 = 10;
/// The longest reason for a change.
pub(super) const LONGEST_REASON: usize = 500;

/// Every policy that was known on a day.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    versions: BTreeMap<&'static str, Vec<FeePolicy>>,
}

impl Policies {
    fn of(rows: &[VersionRow]) -> Self {
        let mut versions: BTreeMap<&'static str, Vec<FeePolicy>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.withdrawn_on.is_none()) {
            versions.entry(row.currency.0.code()).or_default().push(row.policy());
        }
        Self { versions }
    }

    /// Whether any of them moves a due day that is no business day.
    pub fn move_due_days(&self) -> bool {
        self.versions.values().flatten().any(|policy| policy.due_shift != DueShift::AsIs)
    }

    /// The most days of grace that any version gives.
    pub fn longest_grace(&self) -> i64 {
        self.versions.values().flatten().map(|policy| policy.grace_days).max().unwrap_or_default()
    }

    /// The version for a bill in `currency` with this original due date; [`FeePolicy::none`] before the first one starts
    /// and in a currency that nobody made a policy for.
    pub fn for_bill_due(&self, currency: Currency, due_on: Date) -> FeePolicy {
        let versions = self.versions.get(currency.code()).map_or(&[][..], Vec::as_slice);
        FeePolicy::for_bill_due(versions, due_on).cloned().unwrap_or_else(|| FeePolicy::none(currency))
    }

    /// Whether somebody made a policy for `currency`, whenever it starts.
    pub fn has(&self, currency: Currency) -> bool {
        self.versions.contains_key(currency.code())
    }
}

/// The policies that had been made by the end of `as_of`.
pub async fn policies(conn: &mut Conn<'_>, as_of: Date) -> Result<Policies> {
    Ok(Policies::of(&store::versions_made_by(conn, as_of).await?))
}

/// The version in force today for each currency of bills or policies, the most used currency first.
pub async fn in_force(app: &AppState, conn: &mut Conn<'_>, today: Date) -> Result<Vec<Version>> {
    let rows = store::versions_made_by(conn, today).await?;
    let currencies = store::currencies(conn).await?;
    Ok(currencies
        .into_iter()
        .filter_map(|currency| {
            versions(app, &rows, currency.0, today)
                .into_iter()
                .find(|version| version.standing == VersionStanding::InForce)
        })
        .collect())
}

/// The currencies that nobody made a policy for by the end of `as_of`, each with how many bills were open in it then; the
/// most used first.
pub async fn without_policy(conn: &mut Conn<'_>, as_of: Date) -> Result<Vec<WithoutPolicy>> {
    let policies = policies(conn, as_of).await?;
    let mut without: Vec<WithoutPolicy> = Vec::new();
    for currency in store::currencies(conn).await? {
        if !policies.has(currency.0) {
            without.push(WithoutPolicy { currency: currency.0, open_bills: 0 });
        }
    }
    if !without.is_empty() {
        for known in open_on(conn, as_of).await? {
            let of = without.iter_mut().find(|without| without.currency == known.currency);
            of.into_iter().for_each(|without| without.open_bills += 1);
        }
    }
    Ok(without)
}

/// Everything on the page of one currency; `draft` where a change was typed.
pub async fn fees(app: &AppState, asked: Option<&str>, draft: Option<Draft>) -> Result<Fees> {
    let mut conn = app.db.reader().await?;
    let today = app.clock.today_in(&app.config.time_zone);
    let mut currencies: Vec<Currency> = store::currencies(&mut conn).await?.into_iter().map(|seen| seen.0).collect();
    let asked = asked.and_then(Currency::from_code);
    let currency = asked.or_else(|| currencies.first().copied()).unwrap_or(Currency::EUR);
    if !currencies.contains(&currency) {
        currencies.push(currency);
    }
    let rows = store::versions_made_by(&mut conn, today).await?;
    let versions = versions(app, &rows, currency, today);
    let live = versions.iter().find(|version| version.standing == VersionStanding::InForce);
    let live = live.map(|version| version.policy.clone());
    let promised_until = promised_until(app, &rows, currency, today);
    let bills = open_bills_on(&mut conn, currency, today).await?;
    let is_typed = draft.is_some();
    let draft = draft.unwrap_or_else(|| {
        let from = live.clone().unwrap_or_else(|| FeePolicy::suggested(currency));
        Draft::of(&from, promised_until.saturating_add(1.day()))
    });
    let (forecast, problems) = match draft.policy(currency, today, promised_until) {
        Ok(policy) => (Some(Forecast::of(live.as_ref(), &policy, &bills, today)), Vec::new()),
        Err(problems) => (None, problems),
    };
    Ok(Fees {
        today,
        promised_until,
        currency,
        currencies,
        versions,
        draft,
        problems: if is_typed { problems } else { Vec::new() },
        forecast,
        open_bills: i64::try_from(bills.len()).unwrap_or(i64::MAX),
        live: live.as_ref().map(|live| effect(live, &bills, today)).unwrap_or_default(),
        policy: live,
        customers: store::count_customers(&mut conn).await?,
        exemptions: exemptions::from(&mut conn, today).await?,
    })
}

/// The last due date of a bill that a customer may have been warned of: what the fee is was said, and holds.
/// Where there was no policy nothing was said, so that the first may start `today`.
fn promised_until(app: &AppState, rows: &[VersionRow], currency: Currency, today: Date) -> Date {
    let of_currency = rows.iter().filter(|row| row.currency.0 == currency && row.withdrawn_on.is_none());
    // Who is to pay on the business day before a holiday is warned from so much earlier.
    let earlier = |row: &VersionRow| if row.due_shift.0 == DueShift::Previous { LONGEST_MOVE } else { 0 };
    match of_currency.map(|row| row.warn_days + earlier(row)).max() {
        Some(days) => app.clock.latest_today().saturating_add(days.days()),
        None => today.saturating_sub(1.day()),
    }
}

/// Every version of a currency, the newest first.
fn versions(app: &AppState, rows: &[VersionRow], currency: Currency, today: Date) -> Vec<Version> {
    let of_currency = rows.iter().filter(|row| row.currency.0 == currency);
    let made = of_currency.map(|row| Version {
        policy: row.policy(),
        standing: VersionStanding::Past,
        made_by: row.made_by_name.clone(),
        made_at: moment(row.made_at, &app.config.time_zone),
        withdrawn: row.withdrawn_on.map(|on| (on.0, row.withdrawn_by_name.clone())),
        reason: row.reason.clone(),
    });
    let mut versions: Vec<Version> = made.collect();
    let stand = versions.iter().filter(|version| version.withdrawn.is_none());
    let policies: Vec<FeePolicy> = stand.map(|version| version.policy.clone()).collect();
    let live = FeePolicy::for_bill_due(&policies, today).map(|live| live.version);
    for version in versions.iter_mut().filter(|version| version.withdrawn.is_none()) {
        if version.policy.starts_on > today {
            version.standing = VersionStanding::Coming;
        } else if Some(version.policy.version) == live {
            version.standing = VersionStanding::InForce;
        }
    }
    versions.reverse();
    versions
}

/// Today, and the bills of one currency that are open then, with the customers numbered.
pub async fn open_bills(app: &AppState, currency: Currency) -> Result<(Date, Vec<OpenBill>)> {
    let mut conn = app.db.reader().await?;
    let today = app.clock.today_in(&app.config.time_zone);
    Ok((today, open_bills_on(&mut conn, currency, today).await?))
}

async fn open_bills_on(conn: &mut Conn<'_>, currency: Currency, today: Date) -> Result<Vec<OpenBill>> {
    let mut customer = 0;
    let mut last = None;
    let mut open = open_on(conn, today).await?;
    credits::service::cover_all(conn, &mut open, today).await?;
    // What credit pays draws no fee under any policy.
    let known: Vec<KnownBill> =
        open.into_iter().filter(|known| known.currency == currency && !known.bill.is_covered()).collect();
    let whose: BTreeSet<&str> = known.iter().map(|known| known.customer_id.as_str()).collect();
    let countries = customers::service::countries(conn, &whose.into_iter().collect::<Vec<_>>()).await?;
    let mut calendars: HashMap<&str, BusinessDays> = HashMap::new();
    Ok(known
        .iter()
        .map(|known| {
            if last != Some(&known.customer_id) {
                customer += 1;
                last = Some(&known.customer_id);
            }
            let bill = &known.bill;
            let country = countries.get(&known.customer_id).map(String::as_str);
            let days = calendars.entry(country.unwrap_or_default()).or_insert_with(|| BusinessDays::of(country));
            let moved = |shift| days.moved(shift, known.issued_on, bill.due_on, bill.agreed_due_on);
            OpenBill {
                customer,
                open: bill.open(),
                pay_by: late_fee::Bill { moved_to: None, ..bill.clone() }.pay_by(),
                next: moved(DueShift::Next),
                previous: moved(DueShift::Previous),
                is_disputed: known.bill.is_disputed,
                is_exempt: known.bill.is_exempt,
            }
        })
        .collect())
}

/// Makes the next version of a currency's policy and gives its number; nobody is its maker where it was made on the command
/// line.
pub async fn add_version(
    app: &AppState,
    maker: Option<&Person>,
    currency: Currency,
    draft: &Draft,
    reason: &str,
) -> Result<i64> {
    let today = app.clock.today_in(&app.config.time_zone);
    let reason = reason.trim();
    let rows = store::versions_made_by(&mut app.db.reader().await?, today).await?;
    let read = draft.policy(currency, today, promised_until(app, &rows, currency, today));
    let mut problems = read.as_ref().err().cloned().unwrap_or_default();
    problems.extend(reason_problem("reason", reason));
    let (Ok(policy), true) = (read, problems.is_empty()) else {
        let kept = draft.fields().into_iter().chain([("reason", reason)]);
        return Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(kept));
    };
    // Two admins who save at once: the second takes the next number.
    for _ in 0..3 {
        let now = app.clock.now_ms();
        let id = new_id();
        let added = app
            .db
            .write(async |conn: &mut Conn<'_>| {
                let version = store::newest_version(conn, currency).await?.unwrap_or(0).max(0) + 1;
                let policy = FeePolicy { version, ..policy.clone() };
                let made_by = maker.map(|person| person.id.as_str());
                let new = store::NewVersion { id: &id, policy: &policy, reason, made_by, made_on: today, now };
                let is_added = store::add_version(conn, new).await?;
                Ok::<_, AppError>(is_added.then_some(version))
            })
            .await?;
        if let Some(version) = added {
            return Ok(version);
        }
    }
    Err(AppError::Refused(Refusal::PolicyJustChanged))
}

/// Takes a version back before its first day, as if it had never been made.
pub async fn withdraw(app: &AppState, admin: &Person, currency: Currency, version: i64) -> Result<()> {
    // Its first day is the customers': the latest day there is has not come anywhere before.
    let today = app.clock.latest_today();
    let is_withdrawn = app
        .db
        .write(async |conn: &mut Conn<'_>| store::withdraw(conn, currency, version, today, &admin.id).await)
        .await?;
    if is_withdrawn { Ok(()) } else { Err(AppError::Refused(Refusal::NotComing)) }
}

/// The versions that are to start, the soonest first.
pub async fn coming(conn: &mut Conn<'_>, today: Date) -> Result<Vec<FeePolicy>> {
    let rows = store::versions_made_by(conn, today).await?;
    let mut coming: Vec<FeePolicy> =
        rows.iter().filter(|row| row.withdrawn_on.is_none()).map(VersionRow::policy).collect();
    coming.retain(|policy| policy.starts_on > today);
    coming.sort_by_key(|policy| (policy.starts_on, policy.version));
    Ok(coming)
}

/// What is wrong with a sentence of why, if anything.
pub(super) fn reason_problem(field: &str, reason: &str) -> Option<Problem> {
    let problem = |reason| Some(Problem { field: field.to_owned(), reason });
    if reason.is_empty() {
        problem(Reason::Missing)
    } else if !is_seen(reason) {
        problem(Reason::NothingSeen)
    } else if reason.chars().count() > LONGEST_REASON {
        problem(Reason::TooLong(LONGEST_REASON as u32))
    } else {
        None
    }
}
