//! Why a customer is not told something today: every condition of the rule with what it met.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::{hooks::use_params_map, location::Url};

use super::{
    AskedRule, ComparedPlan, Matter, RuleInForce, Verdict, api,
    list_portal::{lacking, subject},
    portal::{address, in_force, sums},
};
use crate::{
    app::{Layout, page},
    domain::notice::NoticeKind,
    ui::{Conditions, Day, Grounds, MoneyView, Why, count, day_and_year, retold},
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
        let rules = why_not.rules.into_iter().map(|rule| view! { <Unasked rule kind/> }).collect_view();
        let compared = why_not.compared.into_iter().map(|plan| view! { <Totals plan/> }).collect_view();
        let alone = why_not.asked.len() == 1;
        let asked = why_not
            .asked
            .into_iter()
            .enumerate()
            .map(|(at, asked)| view! { <Rule asked at kind today alone/> })
            .collect_view();
        view! {
            <a class="back" href="/notices">"What we told you"</a>
            <header class="lead">
                <h1>{format!("“{}”", subject(kind))}</h1>
                <p>"Why we tell you this or not, from what we know on " <Day of=today/> "."</p>
            </header>
            {nothing}
            {rules}
            {compared}
            {asked}
        }
    })
}

#[component]
fn Rule(asked: AskedRule, at: usize, kind: NoticeKind, today: Date, alone: bool) -> impl IntoView {
    let id = format!("asked-{at}");
    let rule = format!("Our rule “{}”, version {}, {}", kind.rule_title(), asked.rule_version, in_force(asked.since));
    let says = match &asked.evidence {
        Some(evidence) if !evidence.says.is_empty() => format!("{rule}, says: {}", evidence.says),
        _ => format!("{rule}."),
    };
    let (label, kept) =
        ("The facts, and each step of the sum", format!("From what we know on {}.", day_and_year(today)));
    let worked_out = asked.evidence.map(|evidence| match alone {
        true => view! { <Grounds evidence rule=says.clone() sums=sums(kind) kept=Some(kept)/> }.into_any(),
        false => view! {
            <p>{retold(&says)}</p>
            <Why evidence rule sums=sums(kind) kept label/>
        }
        .into_any(),
    });
    let unexplained = worked_out.is_none().then(|| view! { <p>{retold(&says)}</p> });
    view! {
        <section class="card flow" aria-labelledby=id>
            <h2 id=id.clone()><About matter=asked.about/></h2>
            <p><Outcome verdict=asked.verdict today/></p>
            {unexplained}
            <h3>"Each condition, and what we found"</h3>
            <Conditions tested=asked.tested/>
            {worked_out}
            <p class="soft small">"We keep this rule under the name " <bdi>{asked.rule}</bdi> "."</p>
        </section>
    }
}

/// A rule that there was nothing to ask about.
#[component]
fn Unasked(rule: RuleInForce, kind: NoticeKind) -> impl IntoView {
    let words = format!("Our rule “{}”, version {}, {}", kind.rule_title(), rule.version, in_force(rule.since));
    let words = match rule.says {
        Some(says) => format!("{words}, says: {says}"),
        None => format!("{words}, looks for this and found nothing it could be about."),
    };
    view! {
        <section class="card flow" aria-label="The rule">
            <p>{retold(&words)}</p>
            <p class="soft small">"We keep this rule under the name " <bdi>{rule.rule}</bdi> "."</p>
        </section>
    }
}

/// What the same use costs on each offer that was looked at.
#[component]
fn Totals(plan: ComparedPlan) -> impl IntoView {
    let over = count(plan.months as i64, "month", "months");
    let has_others = !plan.others.is_empty();
    let others = plan
        .others
        .into_iter()
        .map(|(name, cost, read)| {
            let read = read.map(|on| view! { " " <small>{format!("Price read on {}", day_and_year(on))}</small> });
            view! { <tr><th scope="row"><bdi>{name}</bdi>{read}</th><td><MoneyView of=cost/></td></tr> }
        })
        .collect_view();
    view! {
        <section class="card flow" aria-label="What we compared">
            <table class="sums">
                <caption>{format!("What {over} of your own use cost")}</caption>
                <tbody>
                    <tr><th scope="row"><bdi>{plan.has}</bdi>", which you have"</th><td><MoneyView of=plan.cost/></td></tr>
                    {others}
                </tbody>
            </table>
            {(!has_others).then(|| view! { <p>"There was no other that we could price on your use."</p> })}
            <p><a href="/plan">"See it month by month"</a></p>
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
    let to = |id: String| address(&id);
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
