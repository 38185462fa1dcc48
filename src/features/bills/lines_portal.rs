//! What a bill is for, on its page: each line of the arithmetic, and the same use on other plans.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::location::Url;

use super::parts::{Beside, BillParts, PlanPart, SameUse};
use crate::{
    domain::{money::Money, month},
    ui::{MoneyView, day_and_year, money, retold, sourced},
};

/// `October 2026`, or both days where it is not a month.
fn when(parts: &BillParts) -> String {
    let (from, to) = (parts.from, parts.to);
    if from == from.first_of_month() && to == from.last_of_month() {
        month::words(from)
    } else {
        format!("{} to {}", day_and_year(from), day_and_year(to))
    }
}

#[component]
pub fn Lines(parts: BillParts, number: String, amount: Money) -> impl IntoView {
    let when = when(&parts);
    let ask = format!("/help?bill={}", Url::escape(&number));
    let person = |href: String| view! { <p class="no-print"><a href=href>"Ask a person"</a></p> };
    let body = if parts.plans.is_empty() {
        view! {
            <p>{format!("We know of no plan you had in {when}, so we cannot say line by line what this bill is for.")}</p>
            {person(ask)}
        }
        .into_any()
    } else {
        let many = parts.plans.len() > 1;
        let plans = parts.plans.iter().map(|plan| plan_lines(plan, many)).collect_view();
        let verdict = if parts.unexplained.minor == 0 {
            view! {
                <p>"These lines add up to this bill: "<strong><MoneyView of=amount/></strong>"."</p>
            }
            .into_any()
        } else {
            view! {
                <dl class="facts amounts">
                    <div><dt>"What your plan and use come to"</dt><dd><MoneyView of=parts.sum/></dd></div>
                    <div class="odd">
                        <dt>"Not explained by your plan and use"</dt><dd><MoneyView of=parts.unexplained/></dd>
                    </div>
                    <div class="total"><dt>"This bill"</dt><dd><MoneyView of=amount/></dd></div>
                </dl>
                {person(ask)}
            }
            .into_any()
        };
        view! {
            <p class="soft">{format!("For {when}, with prices as your plan has them today.")}</p>
            {plans}
            {verdict}
        }
        .into_any()
    };
    view! {
        <section class="card lines" aria-labelledby="lines">
            <h2 id="lines">"What this bill is for"</h2>
            {body}
        </section>
    }
}

fn plan_lines(plan: &PlanPart, is_one_of_many: bool) -> impl IntoView + use<> {
    let rows = plan
        .lines
        .iter()
        .map(|(words, amount)| {
            view! { <tr><th scope="row">{retold(words)}</th><td><span class="money">{retold(amount)}</span></td></tr> }
        })
        .collect_view();
    let total = plan.total.filter(|_| is_one_of_many || plan.is_rounded).map(|total| {
        let words = if plan.is_rounded { "In all, rounded once, to the cent" } else { "In all" };
        view! { <tr class="total"><th scope="row">{words}</th><td><MoneyView of=total/></td></tr> }
    });
    let missing = plan.missing.as_deref().map(|missing| view! { <p class="soft">{retold(missing)}</p> });
    view! {
        <table class="sums"><caption>{plan.name.clone()}</caption><tbody>{rows}{total}</tbody></table>
        {missing}
    }
}

/// Nothing where the use is not known.
#[component]
pub fn Elsewhere(parts: BillParts) -> impl IntoView {
    let when = when(&parts);
    let same = parts.elsewhere.iter().enumerate().map(|(at, same)| same_use(at, same)).collect::<Vec<_>>();
    (!same.is_empty()).then(|| {
        view! {
            <section class="card elsewhere" aria-labelledby="elsewhere">
                <h2 id="elsewhere">"What the same use would have cost on every other plan"</h2>
                <p class="soft">{format!("Your use of {when}, on each plan open to you today and on what other companies publish.")}</p>
                {same}
            </section>
        }
    })
}

fn same_use(at: usize, same: &SameUse) -> impl IntoView + use<> {
    let id = format!("elsewhere-{at}");
    let cheaper = same.open.iter().filter(|one| one.more.minor < 0).count();
    let says = match (same.open.first(), cheaper) {
        (None, _) => "there is no other plan to compare it with".to_owned(),
        (_, 0) => "no other plan would have cost less".to_owned(),
        (Some(best), _) => format!("the cheapest would have been {}", best.name),
    };
    let rows = same.open.iter().map(beside).collect_view();
    let restricted = (!same.restricted.is_empty()).then(|| {
        let rows = same.restricted.iter().map(beside).collect_view();
        view! {
            <tbody>
                <tr><th scope="rowgroup" colspan="3" class="soft">"Only for some people"</th></tr>
                {rows}
            </tbody>
        }
    });
    // A name keeps the numbers in it as they are.
    let unpriced = same.unpriced.iter().map(|one| format!("{}: {}", one.name, retold(&one.why)));
    let unpriced = unpriced.map(|words| view! { <p class="soft small">{words}</p> }).collect_view();
    view! {
        <h3 id=id.clone()>{same.plan.clone()}</h3>
        <p>"It came to "<MoneyView of=same.cost/>{format!("; {says}.")}</p>
        {(!same.open.is_empty() || !same.restricted.is_empty())
            .then(|| view! {
                <div class="table folds" role="region" aria-labelledby=id tabindex="0">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">"Plan"</th>
                                <th scope="col" class="num">"Would have cost"</th>
                                <th scope="col" class="num">"Against yours"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                        {restricted}
                    </table>
                </div>
            })}
        {unpriced}
    }
}

fn beside(one: &Beside) -> impl IntoView + use<> {
    let source = one.source.as_ref().map(|(source, on): &(String, Date)| {
        let read = format!(", read on {}.", day_and_year(*on));
        view! { <small>{sourced("Price from ", source, &read)}</small> }
    });
    let only_for = one.only_for.as_ref().map(|who| view! { <small>{format!("Only for {who}.")}</small> });
    let difference = money(Money::new(one.more.minor.saturating_abs(), one.more.currency));
    let difference = match one.more.minor {
        0 => "the same".to_owned(),
        1.. => format!("{difference} more"),
        _ => format!("{difference} less"),
    };
    view! {
        <tr>
            <th scope="row">{one.name.clone()}{only_for}{source}</th>
            <td class="num" data-label="Would have cost"><MoneyView of=one.cost/></td>
            <td class="num" data-label="Against yours">{difference}</td>
        </tr>
    }
}
