//! The page of `/plan`: each plan of a customer, what was used, and what else the same use would cost.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    HeldPlan, LeftOut, MeterUse, OtherOffer, PlanSheet, Year, YearOffer,
    service::{self, Catalogue, Held, LOOK_BACK_MONTHS},
    what_if::{Priced, WhatIf},
};
use crate::{
    domain::{
        comparison::{Comparison, Ranking, rank},
        decimal::Decimal,
        locale::Locale,
        money::Money,
        offer::{MonthUsage, NoPrice, Offer, OwnUse, ReadMonth, packable},
    },
    error::Result,
    features::{advice, customers, profile},
    server::{db::Conn, state::AppState},
    ui::capital,
};

/// How many of the cheapest offers stand beside the plan month by month, whatever is advised.
const BESIDE: usize = 3;

pub async fn sheet(app: &AppState, customer_id: &str) -> Result<PlanSheet> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let catalogue = service::catalogue(&mut conn, today).await?;
    let usage = service::usage_of(&mut conn, today, customer_id).await?;
    let held = service::held_by(&mut conn, today, customer_id).await?;
    let locale = profile::service::locale_of(&mut conn, customer_id).await?;
    let judgement = advice::judge::judge(&mut conn, customer_id, today).await?;
    let plans = held.iter().filter_map(|one| {
        let own = if catalogue.has_its_own_use(one, &held) { usage.as_slice() } else { &[] };
        let holds = judgement.holds.iter().map(|holding| &holding.notice);
        let about = holds.filter(|notice| notice.subscription_id.as_ref() == Some(&one.subscription_id));
        let advised: Vec<&str> = about.map(|notice| notice.subject.as_str()).collect();
        Some(plan((one, &advised), catalogue.plan(&one.plan)?, &catalogue, own, (today, locale)))
    });
    Ok(PlanSheet { today, held: plans.collect() })
}

/// Of the plans that a customer has, those that no other would have cost less than for their own use, each with how many months
/// that is of. Offers for some people alone are not counted. Nothing is said of subscriptions whose references or ids are among
/// `told`: of those something better is told.
pub async fn cheapest(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    told: &[String],
) -> Result<Vec<(String, usize)>> {
    let held = service::held_by(conn, today, customer_id).await?;
    let is_told = |one: &Held| told.contains(&one.reference) || told.contains(&one.subscription_id);
    if held.iter().all(is_told) {
        return Ok(Vec::new());
    }
    let catalogue = service::catalogue(conn, today).await?;
    let usage = service::usage_of(conn, today, customer_id).await?;
    let is_cheapest = |current: &Offer, months: &[MonthUsage]| {
        let cheaper =
            |offers| rank(current, offers, months, today).map(|all| all.ranked.iter().any(|one| one.saving() > 0));
        cheaper(&catalogue.plans) == Ok(false) && cheaper(&catalogue.competitors) == Ok(false)
    };
    let is_asked = |one: &&Held| !is_told(one) && catalogue.has_its_own_use(one, &held);
    let plans = held.iter().filter(is_asked).filter_map(|one| {
        let current = catalogue.plan(&one.plan)?;
        let months = OwnUse::of(current, &usage).months;
        (!months.is_empty() && is_cheapest(current, &months)).then(|| (current.name.clone(), months.len()))
    });
    Ok(plans.collect())
}

/// `advised` are the codes of what we advise instead of it today.
fn plan(
    (held, advised): (&Held, &[&str]),
    current: &Offer,
    catalogue: &Catalogue,
    usage: &[ReadMonth],
    (today, locale): (Date, Locale),
) -> HeldPlan {
    let months = OwnUse::of(current, usage).months;
    let ranked = |offers| rank(current, offers, &months, today).ok().filter(|_| !months.is_empty());
    let both = ranked(&catalogue.plans).zip(ranked(&catalogue.competitors));
    let rankings: Vec<&Ranking<'_>> = both.iter().flat_map(|(ours, theirs)| [ours, theirs]).collect();
    let mut compared: Vec<&Comparison<'_>> = rankings.iter().flat_map(|ranking| &ranking.ranked).collect();
    compared.sort_by_key(|compared| compared.there);
    let restricted_offers: Vec<&Comparison<'_>> = rankings.iter().flat_map(|ranking| &ranking.restricted).collect();
    let beside = beside(compared.iter().chain(&restricted_offers), compared.len(), advised);
    let mut left_out: Vec<LeftOut> = restricted_offers.iter().map(|compared| restricted(compared)).collect();
    left_out.extend(rankings.iter().flat_map(|ranking| unpriced(ranking)));
    let ours = rankings.first().copied();
    HeldPlan {
        code: current.code.clone(),
        reference: held.reference.clone(),
        name: current.name.clone(),
        since: held.since,
        monthly_fee: Money::new(current.monthly_fee.unwrap_or_default(), current.currency),
        committed_until: held.committed_until.filter(|until| *until >= today),
        meters: meters(current, &months, locale),
        cost: ours.and_then(|_| cost_now(current, &months)),
        months: months.len(),
        year: ours.and_then(|_| year(current, &months, &beside)),
        others: compared.iter().map(|compared| other(compared, ours, held, today)).collect(),
        left_out,
        what_if: ours.map(|_| {
            let others = compared.iter().chain(&restricted_offers).map(|compared| compared.other);
            what_if(current, others, &months, locale).pack()
        }),
    }
}

/// The few cheapest of the first `open`, then what is advised of all the others; each with whether it is advised.
fn beside<'c, 'o: 'c>(
    compared: impl Iterator<Item = &'c &'c Comparison<'o>>,
    open: usize,
    advised: &[&str],
) -> Vec<(&'c Comparison<'o>, bool)> {
    let with_advice = compared.map(|compared| (*compared, advised.contains(&compared.other.code.as_str())));
    with_advice
        .enumerate()
        .filter(|(at, (_, is_advised))| *at < open.min(BESIDE) || *is_advised)
        .map(|(_, one)| one)
        .collect()
}

/// What the months cost on the plan they have and on those beside it.
fn year(current: &Offer, months: &[MonthUsage], beside: &[(&Comparison<'_>, bool)]) -> Option<Year> {
    let money = |minor| Money::new(minor, current.currency);
    let own =
        YearOffer { name: current.name.clone(), total: cost_now(current, months)?, source: None, is_advised: false };
    let others = beside.iter().map(|(compared, is_advised)| YearOffer {
        name: compared.other.full_name(),
        total: money(compared.there),
        source: source(compared.other),
        is_advised: *is_advised,
    });
    let of_month = |(at, month): (usize, &MonthUsage)| {
        let there = beside.iter().filter_map(|(compared, _)| compared.months.get(at)).map(|month| money(month.there));
        let now = money(current.price(month).ok()?);
        Some((month.month, [now].into_iter().chain(there).collect()))
    };
    let looked_back = usize::try_from(LOOK_BACK_MONTHS).unwrap_or_default();
    Some(Year {
        offers: [own].into_iter().chain(others).collect(),
        months: months.iter().enumerate().map(of_month).collect::<Option<_>>()?,
        unread: looked_back.saturating_sub(months.len()),
    })
}

/// The months and every offer that has a price for them, the one they have first.
pub fn what_if<'a>(
    current: &Offer,
    others: impl Iterator<Item = &'a Offer>,
    months: &[MonthUsage],
    locale: Locale,
) -> WhatIf {
    let meters: BTreeSet<&String> = months.iter().flat_map(|month| month.units.keys()).collect();
    let all_meters = |month: &MonthUsage| MonthUsage {
        month: month.month,
        units: meters
            .iter()
            .map(|meter| (packable(meter), month.units.get(*meter).copied().unwrap_or_default()))
            .collect(),
    };
    let priced = |offer: &Offer| Priced {
        offer: Offer { name: offer.full_name(), ..offer.clone() },
        more: what_to_know(offer, locale),
        is_restricted: offer.is_restricted(),
    };
    WhatIf {
        currency: current.currency,
        locale,
        meters: meters.iter().map(|meter| packable(meter)).collect(),
        months: months.iter().map(all_meters).collect(),
        offers: [priced(current)].into_iter().chain(others.map(priced)).collect(),
    }
}

fn what_to_know(offer: &Offer, locale: Locale) -> String {
    let condition = offer.only_for().map(|whom| format!("Only for {whom}."));
    let read = source(offer).map(|(source, on)| format!("Price from {source}, read on {}.", locale.day_and_year(on)));
    condition.into_iter().chain(read).collect::<Vec<_>>().join(" ")
}

fn source(offer: &Offer) -> Option<(String, Date)> {
    offer.provider.as_ref().map(|provider| (provider.source.clone(), provider.checked_on))
}

fn cost_now(current: &Offer, months: &[MonthUsage]) -> Option<Money> {
    service::cost(current, months).map(|sum| Money::new(sum, current.currency))
}

fn other(compared: &Comparison<'_>, ours: Option<&Ranking<'_>>, held: &Held, today: Date) -> OtherOffer {
    let offer = compared.other;
    let money = |minor| Money::new(minor, offer.currency);
    let cost = held.switching(today).cost;
    let evidence = match &offer.provider {
        Some(_) => compared.competitor_evidence(ours, LOOK_BACK_MONTHS, cost, today),
        None => compared.evidence(LOOK_BACK_MONTHS, cost, today),
    };
    OtherOffer {
        change_to: held.can_change(today).then(|| offer.code.clone()).filter(|_| offer.provider.is_none()),
        name: offer.full_name(),
        monthly_fee: offer.monthly_fee.map(money),
        cost: money(compared.there),
        saving: money(compared.saving()),
        months_dearer: compared.months_dearer().count(),
        source: source(offer),
        evidence,
    }
}

fn restricted(compared: &Comparison<'_>) -> LeftOut {
    let whom = compared.other.only_for().unwrap_or_default();
    LeftOut { name: compared.other.full_name(), why: format!("Only for {whom}.") }
}

/// Those without a price. What does not sell the same at all is another kind of product, and not among them.
pub fn unpriced(ranking: &Ranking<'_>) -> impl Iterator<Item = LeftOut> {
    let same_kind = ranking.unpriced.iter().filter(|one| !matches!(one.why, NoPrice::NotSold { .. }));
    same_kind.map(|one| LeftOut { name: one.offer.full_name(), why: sentence(&one.why) })
}

/// Why something has no price, with a capital and a full stop.
pub fn sentence(why: &NoPrice) -> String {
    format!("{}.", capital(&why.to_string()))
}

fn meters(current: &Offer, months: &[MonthUsage], locale: Locale) -> Vec<MeterUse> {
    let mut used: BTreeMap<&str, Vec<(Date, Decimal)>> = BTreeMap::new();
    for month in months {
        for (meter, units) in &month.units {
            used.entry(meter).or_default().push((month.month, *units));
        }
    }
    let meters = used.into_iter().map(|(meter, months)| {
        let included = current.allowance(meter);
        let largest = months.iter().map(|(_, units)| *units).chain(included).max().unwrap_or_default();
        MeterUse {
            meter: meter.to_owned(),
            included: included.map(|units| locale.decimal(units)),
            included_share: included.map(|units| share(units, largest)),
            months: months
                .iter()
                .map(|(month, units)| (*month, locale.decimal(*units), share(*units, largest)))
                .collect(),
        }
    });
    meters.collect()
}

/// `part` of `whole` in thousandths, for a drawing.
fn share(part: Decimal, whole: Decimal) -> u32 {
    let thousandths = part.times(1_000_i64.into()).ok().and_then(|part| part.times_to_cover(whole).ok().flatten());
    thousandths.and_then(|share| u32::try_from(share.parts().0).ok()).unwrap_or_default().min(1_000)
}
