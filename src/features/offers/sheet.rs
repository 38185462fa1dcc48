//! The page of `/plan`: each plan of a customer, what was used, and what else the same use would cost.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    HeldPlan, LeftOut, MeterUse, OtherOffer, PlanSheet,
    service::{self, Catalogue, Held, LOOK_BACK_MONTHS, use_of},
};
use crate::{
    domain::{
        comparison::{Comparison, Ranking, rank},
        decimal::Decimal,
        money::Money,
        offer::{MonthUsage, NoPrice, Offer},
    },
    error::Result,
    features::customers,
    server::state::AppState,
};

pub async fn sheet(app: &AppState, customer_id: &str) -> Result<PlanSheet> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let catalogue = service::catalogue(&mut conn, today).await?;
    let usage = service::usage_of(&mut conn, today, customer_id).await?;
    let held = service::held_by(&mut conn, today, customer_id).await?;
    let plans = held.iter().filter_map(|one| {
        let own = if catalogue.has_its_own_use(one, &held) { usage.as_slice() } else { &[] };
        Some(plan(one, catalogue.plan(&one.plan)?, &catalogue, own, today))
    });
    Ok(PlanSheet { today, held: plans.collect() })
}

fn plan(held: &Held, current: &Offer, catalogue: &Catalogue, usage: &[MonthUsage], today: Date) -> HeldPlan {
    let months = use_of(current, usage);
    let mut others = Vec::new();
    let mut left_out = Vec::new();
    let mut cost = None;
    for offers in [&catalogue.plans, &catalogue.competitors] {
        if months.is_empty() {
            break;
        }
        let Ok(ranking) = rank(current, offers, &months, today) else { continue };
        cost = cost.or_else(|| service::cost(current, &months).map(|sum| Money::new(sum, current.currency)));
        others.extend(ranking.ranked.iter().map(|compared| other(compared, &ranking, held, today)));
        left_out.extend(ranking.restricted.iter().map(restricted));
        // What does not sell the same at all is another kind of product.
        let unpriced = ranking.unpriced.iter().filter(|one| !matches!(one.why, NoPrice::NotSold { .. }));
        left_out.extend(unpriced.map(|one| LeftOut { name: one.offer.full_name(), why: sentence(&one.why) }));
    }
    others.sort_by_key(|offer: &OtherOffer| offer.cost.minor);
    HeldPlan {
        name: current.name.clone(),
        since: held.starts_on,
        monthly_fee: Money::new(current.monthly_fee.unwrap_or_default(), current.currency),
        committed_until: held.committed_until.filter(|until| *until >= today),
        meters: meters(current, &months),
        cost,
        months: months.len(),
        others,
        left_out,
    }
}

fn other(compared: &Comparison<'_>, ours: &Ranking<'_>, held: &Held, today: Date) -> OtherOffer {
    let offer = compared.other;
    let money = |minor| Money::new(minor, offer.currency);
    let cost = held.switching(today).cost;
    let evidence = match &offer.provider {
        Some(_) => compared.competitor_evidence(Some(ours), LOOK_BACK_MONTHS, cost, today),
        None => compared.evidence(LOOK_BACK_MONTHS, cost, today),
    };
    OtherOffer {
        name: offer.full_name(),
        monthly_fee: offer.monthly_fee.map(money),
        cost: money(compared.there),
        saving: money(compared.saving()),
        months_dearer: compared.months_dearer().count(),
        source: offer.provider.as_ref().map(|provider| (provider.source.clone(), provider.checked_on)),
        evidence,
    }
}

fn restricted(compared: &Comparison<'_>) -> LeftOut {
    let condition = compared.other.eligibility.clone().unwrap_or_default();
    LeftOut { name: compared.other.full_name(), why: format!("Only for {condition}.") }
}

/// With a capital and a full stop.
fn sentence(why: &NoPrice) -> String {
    let words = why.to_string();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

fn meters(current: &Offer, months: &[MonthUsage]) -> Vec<MeterUse> {
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
            included: included.map(|units| units.to_string()),
            included_share: included.map(|units| share(units, largest)),
            months: months.iter().map(|(month, units)| (*month, units.to_string(), share(*units, largest))).collect(),
        }
    });
    meters.collect()
}

/// `part` of `whole` in thousandths, for a drawing.
fn share(part: Decimal, whole: Decimal) -> u32 {
    let thousandths = part.times(1_000_i64.into()).ok().and_then(|part| part.times_to_cover(whole).ok().flatten());
    thousandths.and_then(|share| u32::try_from(share.parts().0).ok()).unwrap_or_default().min(1_000)
}
