//! `/plan`: what was used, and what the same use costs on every plan, ours and others'.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url, params::ParamsMap};

use super::{
    HeldPlan, LeftOut, OtherOffer, PlanSheet, api, chart::UseChart, islands::LiveWhatIf, what_if_portal::WhatIfForm,
    year_portal::YearTable,
};
use crate::{
    app::{Layout, WithIslands, page},
    domain::money::Money,
    error::Result,
    features::billing::{Act, State, Terms, api::load_plan_changes, portal::ActRows},
    ui::{Day, MoneyView, Why, count, day_and_year, money, retold, sourced},
};

/// `/plan`
#[component]
pub fn PlanPage() -> impl IntoView {
    let asked = use_query_map().get_untracked();
    page(Layout::Portal, "Your plan", load_whole(), move |(sheet, acts)| {
        if sheet.held.is_empty() {
            return view! {
                <header class="lead"><h1>"Your plan"</h1></header>
                <div class="empty">
                    <h2>"No plan yet"</h2>
                    <p>"Once you have one, what you used of it and what the same would cost elsewhere stands here."</p>
                </div>
            }
            .into_any();
        }
        let today = sheet.today;
        let has_what_if = sheet.held.iter().any(|held| held.what_if.is_some());
        // While a change is under way another cannot be asked for.
        let is_changing = |reference: &str| {
            acts.iter().any(|act| {
                let is_open = matches!(act.state, State::Asked | State::Confirmed) && !act.is_booked;
                is_open && matches!(&act.terms, Terms::ChangePlan { subscription, .. } if subscription == reference)
            })
        };
        let mut held = sheet.held;
        for plan in &mut held {
            if is_changing(&plan.reference) {
                plan.others.iter_mut().for_each(|other| other.change_to = None);
            }
        }
        let numbered = held.into_iter().enumerate();
        let plans =
            numbered.map(|(number, held)| view! { <Held held today number asked=asked.clone()/> }).collect_view();
        let all = view! {
            <header class="lead">
                <h1>"Your plan"</h1>
                <p>"Your own use, priced on every plan you could have. Also where another company’s costs less."</p>
            </header>
            {plans}
            <ActRows acts/>
        };
        if has_what_if { view! { <WithIslands>{all}<LiveWhatIf/></WithIslands> }.into_any() } else { all.into_any() }
    })
}

/// The plans, and what was done about them.
async fn load_whole() -> Result<(PlanSheet, Vec<Act>)> {
    Ok((api::load_plan().await?, load_plan_changes().await?))
}

#[component]
fn Held(held: HeldPlan, today: Date, number: usize, asked: ParamsMap) -> impl IntoView {
    let answer = answer(&held);
    let committed = held.committed_until.map(|until| view! { ". Committed until " <Day of=until near=today/> });
    let charts = held
        .meters
        .iter()
        .cloned()
        .map(|meter| {
            let included = meter.included.as_ref().map(|units| {
                view! { <p class="soft">{format!("{units} a month are included: the dashed line.")}</p> }
            });
            let (name, label) = (meter.meter.clone(), meter.meter.clone());
            view! {
                <section class="card" aria-label=label>
                    <h3>{name}</h3>
                    {included}
                    <UseChart of=meter/>
                </section>
            }
        })
        .collect_view();
    let year = held.year.clone().map(|year| view! { <YearTable year number/> });
    let what_if = held.what_if.clone().map(|packed| view! { <WhatIfForm code=held.code.clone() packed asked number/> });
    view! {
        <section class="flow wide" aria-label=held.name.clone()>
            <div class="card">
                <h2>{held.name.clone()}</h2>
                <p>
                    <MoneyView of=held.monthly_fee/> " a month, since " <Day of=held.since near=today/> {committed} "."
                </p>
                <p><strong>{answer}</strong></p>
            </div>
            {charts}
            {year}
            {what_if}
            <Others held=held.clone() today/>
            <LeftOutList left_out=held.left_out/>
        </section>
    }
}

/// The standing answer, also where it is "yours is the cheapest".
fn answer(held: &HeldPlan) -> String {
    if held.months == 0 {
        return "We have no whole month of readings of your use yet, so we cannot compare plans.".to_owned();
    }
    let over = format!("Over {} of your own use", count(held.months as i64, "month", "months"));
    match held.others.first().filter(|best| best.saving.minor > 0) {
        Some(best) => format!("{over}, {} would have cost you {} less.", best.name, money(best.saving)),
        None if held.others.is_empty() => "There is no other plan to compare yours with.".to_owned(),
        None => format!("{over}, no other plan would have cost you less. You are on the cheapest."),
    }
}

#[component]
fn Others(held: HeldPlan, today: Date) -> impl IntoView {
    let Some(cost) = held.cost else { return ().into_any() };
    let reference = held.reference;
    let rows =
        held.others.into_iter().map(|other| view! { <Other other reference=reference.clone() today/> }).collect_view();
    let heading = format!("The same {} elsewhere", count(held.months as i64, "month", "months"));
    view! {
        <section class="section">
            <h2>{heading}</h2>
            <p>"On your plan they cost " <strong><MoneyView of=cost/></strong> ", everything above what is included counted."</p>
            <ul class="offers">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Other(other: OtherOffer, reference: String, today: Date) -> impl IntoView {
    let change = other.change_to.map(|code| {
        let address = format!("/plan/change/{}/{}", Url::escape(&reference), Url::escape(&code));
        view! { <p><a href=address>"What changing to it comes to"</a></p> }
    });
    let difference = match other.saving.minor {
        0 => "The same".into_any(),
        1.. => view! { <span class="badge done"><MoneyView of=other.saving/> " less"</span> }.into_any(),
        _ => {
            let more = Money::new(-other.saving.minor, other.saving.currency);
            view! { <span class="badge"><MoneyView of=more/> " more"</span> }.into_any()
        }
    };
    let dearer = (other.saving.minor > 0 && other.months_dearer > 0).then(|| {
        let months = count(other.months_dearer as i64, "month", "months");
        view! { <p class="soft small">{format!("{months} of them would have cost more there.")}</p> }
    });
    let source = other.source.map(|(source, on)| {
        let read = format!(", read on {}.", day_and_year(on));
        view! { <p class="soft small">{sourced("Price from ", &source, &read)}</p> }
    });
    let fee = other.monthly_fee.map(|fee| view! { <span class="more"><MoneyView of=fee/> " a month"</span> });
    let kept = format!("Worked out on {}.", day_and_year(today));
    let rule = format!("To compare, {}", other.evidence.says);
    view! {
        <li class="card">
            <div class="apart">
                <span><span class="what">{other.name}</span>{fee}</span>
                <span class="end"><MoneyView of=other.cost/>{difference}</span>
            </div>
            {dearer}
            {source}
            {change}
            <Why evidence=other.evidence rule sums="Month by month" kept label="Month by month"/>
        </li>
    }
}

#[component]
fn LeftOutList(left_out: Vec<LeftOut>) -> impl IntoView {
    let rows = left_out
        .into_iter()
        .map(|one| view! { <div><dt>{one.name}</dt><dd>{retold(&one.why)}</dd></div> })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" aria-label="Not compared">
                <h2>"Not compared"</h2>
                <p class="soft">"Where we do not know that you could have it, or what it would cost you, we claim nothing."</p>
                <dl class="facts">{rows}</dl>
            </section>
        }
    })
}
