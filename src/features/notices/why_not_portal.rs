//! Why a customer is not told something today: every condition of the rule with what it met.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::{hooks::use_params_map, location::Url};

use super::{
    AskedRule, Matter, Verdict, api,
    list_portal::{lacking, subject},
    portal::in_force,
};
use crate::{
    app::{Layout, page},
    domain::notice::NoticeKind,
    ui::{Conditions, Day},
};

/// `/notices/why-not/{kind}`
#[component]
pub fn WhyNotPage() -> impl IntoView {
    let kind = use_params_map().with_untracked(|params| params.get("kind")).unwrap_or_default();
    page(Layout::Portal, "Why we did not tell you", api::load_why_not(kind), |why_not| {
        let (kind, today) = (why_not.kind, why_not.today);
        let nothing = why_not.nothing.map(|nothing| {
            view! {
                <section class="card" aria-labelledby="nothing">
                    <h2 id="nothing">"This cannot be about you today"</h2>
                    <p>{lacking(nothing)}</p>
                </section>
            }
        });
        let asked = why_not
            .asked
            .into_iter()
            .enumerate()
            .map(|(at, asked)| view! { <Rule asked at kind today/> })
            .collect_view();
        view! {
            <a class="back" href="/notices">"What we told you"</a>
            <header class="lead">
                <h1>{format!("“{}”", subject(kind))}</h1>
                <p>"Why we tell you this or not, from what we know on " <Day of=today/> "."</p>
            </header>
            {nothing}
            {asked}
        }
    })
}

#[component]
fn Rule(asked: AskedRule, at: usize, kind: NoticeKind, today: Date) -> impl IntoView {
    let id = format!("asked-{at}");
    let words = format!(
        "Our rule “{}”, version {}, {}. Each condition, and what we found:",
        kind.rule_title(),
        asked.rule_version,
        in_force(asked.since)
    );
    view! {
        <section class="card flow" aria-labelledby=id>
            <h2 id=id.clone()><About matter=asked.about/></h2>
            <p><Outcome verdict=asked.verdict today/></p>
            <p>{words}</p>
            <Conditions tested=asked.tested/>
            <p class="soft small">"We keep this rule under the name " <bdi>{asked.rule}</bdi> "."</p>
        </section>
    }
}

#[component]
fn About(matter: Matter) -> impl IntoView {
    match matter {
        Matter::Bill { number } => {
            let address = format!("/bills/{}", Url::escape(&number));
            view! { "Bill " <a href=address><bdi>{number}</bdi></a> }.into_any()
        }
        Matter::Credit { reference } => view! { "Credit " <bdi>{reference}</bdi> }.into_any(),
        Matter::Plan { has, other } => view! { <bdi>{other}</bdi> " instead of " <bdi>{has}</bdi> }.into_any(),
    }
}

#[component]
fn Outcome(verdict: Verdict, today: Date) -> impl IntoView {
    let to = |id: String| format!("/notices/{id}");
    match verdict {
        Verdict::DoesNotHold => {
            view! { <strong>"Not told: "</strong> "at least one condition does not hold." }.into_any()
        }
        Verdict::Told(id) => view! { <strong>"Told: "</strong> <a href=to(id)>"see what we told you"</a> "." }.into_any(),
        Verdict::OtherComesFirst(id) => view! {
            <strong>"Not told: "</strong> "it holds, and we tell you one thing about each bill and plan, the one that matters most: "
            <a href=to(id)>"this one"</a> "."
        }
        .into_any(),
        Verdict::ToldBefore(id, on) => view! {
            <strong>"Not told again: "</strong> "it holds, and we told you on " <a href=to(id)><Day of=on near=today/></a> "."
        }
        .into_any(),
        Verdict::Next => {
            view! { <strong>"Not told yet: "</strong> "it holds, and you read it after our next look." }.into_any()
        }
    }
}
