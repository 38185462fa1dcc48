//! What we told a customer and why, and what they asked before.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::notice::NoticeKind,
    features::{
        notices::{
            NoticeCard, Stands, ToldNotice, plan_words,
            portal::{stands, sums},
        },
        requests::{Ask, portal::Answered, staff::title},
        responses::staff::SaidBack,
    },
    ui::{Day, Grounds, MoneyView, ShortDay},
};

/// What we told them, the latest first, each with its grounds.
#[component]
pub fn Told(told: Vec<ToldNotice>, today: Date) -> impl IntoView {
    let nothing = told.is_empty();
    let items = told.into_iter().map(|told| view! { <One told today/> }).collect_view();
    view! {
        <section class="card">
            <h2>"What we told them"</h2>
            {if nothing {
                view! { <p class="soft">"Nothing yet. A warning stands here as soon as one was due."</p> }.into_any()
            } else {
                view! { <div class="flow">{items}</div> }.into_any()
            }}
        </section>
    }
}

#[component]
fn One(told: ToldNotice, today: Date) -> impl IntoView {
    let seen = if told.is_seen { "they opened it" } else { "not opened yet" };
    let stands = stands(&told, today);
    let now = told.now.clone().filter(|_| told.is_current() && told.standing.is == Stands::Changed);
    let now = now.map(|card| view! { <p>"Now: " <Headline card today/></p> });
    let card = told.card;
    let rule =
        format!("Our rule “{}”, version {}, says: {}", card.kind.rule_title(), card.rule_version, card.evidence.says);
    let kept = Some(format!("Worked out on {} and kept as it was.", told.written));
    let (evidence, said) = (card.evidence.clone(), card.clone());
    let sums = sums(card.kind);
    let as_of = card.as_of;
    view! {
        <div>
            <p><strong><Headline card today/></strong></p>
            <p class="soft small">"Told on " <Day of=as_of near=today/> {format!("; {seen}. {stands}")}</p>
            {now}
            <SaidBack card=said today/>
            <details class="why">
                <summary>"Why we told them"</summary>
                <div><Grounds rule sums kept evidence/></div>
            </details>
        </div>
    }
}

/// `Late fee of €5.00 on 27 November, bill 1042`
#[component]
pub fn Headline(card: NoticeCard, today: Date) -> impl IntoView {
    // The plan or product by its name, where that is kept.
    let name = plan_words::other(&card.evidence).map_or_else(|| card.subject.clone(), str::to_owned);
    let bill = card.bill.map(|bill| view! { ", bill " <bdi>{bill.number}</bdi> });
    match (card.kind, card.fee_on) {
        (NoticeKind::FeeWarning, Some(on)) => {
            view! { "Late fee of " <MoneyView of=card.amount/> " on " <ShortDay of=on near=today/> {bill} }.into_any()
        }
        (NoticeKind::FeeWarning, None) => view! { "Late fee of " <MoneyView of=card.amount/> {bill} }.into_any(),
        (NoticeKind::Dispute, _) => view! { "The dispute comes first" {bill} }.into_any(),
        (NoticeKind::FeeCame, _) => view! { "Late fee of " <MoneyView of=card.amount/> " came" {bill} }.into_any(),
        (NoticeKind::Overdue, _) => view! { "Overdue" {bill} }.into_any(),
        (NoticeKind::Due, _) => view! { "Due soon" {bill} }.into_any(),
        (NoticeKind::UnusualBill, _) => view! { "An unusual " <MoneyView of=card.amount/> {bill} }.into_any(),
        (NoticeKind::NothingToDo, _) => view! { "Credit pays it" {bill} }.into_any(),
        (NoticeKind::BetterPrice, _) => {
            view! { <bdi>{name}</bdi> " would save " <MoneyView of=card.amount/> }.into_any()
        }
        (NoticeKind::RightSize, _) => {
            view! { "The size of " <bdi>{name}</bdi> " fits better: " <MoneyView of=card.amount/> }.into_any()
        }
        (NoticeKind::Credit, _) => view! { <MoneyView of=card.amount/> " of credit to use" }.into_any(),
        (NoticeKind::Competitor, _) => {
            view! { <bdi>{name}</bdi> " would save " <MoneyView of=card.amount/> }.into_any()
        }
    }
}

/// What they asked before and what we answered.
#[component]
pub fn Before(asks: Vec<Ask>, today: Date) -> impl IntoView {
    let items = asks
        .into_iter()
        .map(|ask| {
            let id = format!("ask-{}", ask.id);
            let words = (!ask.words.is_empty())
                .then(|| view! { <blockquote><p dir="auto">{ask.words.clone()}</p></blockquote> });
            let heading = title(&ask);
            view! {
                <article class="request" aria-labelledby=id>
                    <header class="apart">
                        <h3 id=id.clone()>{heading}</h3>
                        <span class="soft small"><Day of=ask.asked_on near=today/></span>
                    </header>
                    {words}
                    {ask.answer.map(|answer| view! { <Answered answer act=ask.act today/> })}
                </article>
            }
        })
        .collect::<Vec<_>>();
    (!items.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="before">
                <h2 id="before">"Asked and answered"</h2>
                {items}
            </section>
        }
    })
}
