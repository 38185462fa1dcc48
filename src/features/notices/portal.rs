//! A notice as the customer sees it: on a card, and on a page of its own with everything behind it.

use jiff::{ToSpan, civil::Date};
use leptos::prelude::*;
use leptos_router::{hooks::use_params_map, location::Url};

use super::{NoticeCard, ToldNotice, api};
use crate::{
    app::{Layout, page},
    domain::notice::NoticeKind,
    ui::{Day, Grounds, MoneyView, Why, day, day_and_year},
};

const SUMS: &str = "How the fee comes about";

/// One notice: a sentence with the money and the date, the ways out, and why.
#[component]
pub fn Notice(card: NoticeCard) -> impl IntoView {
    let id = format!("notice-{}", card.id);
    let labelled_by = id.clone();
    let class = match card.kind {
        NoticeKind::FeeWarning => "notice cost",
        NoticeKind::Dispute => "notice",
    };
    let kept = format!("Worked out on {} and kept as it was.", day_and_year(card.as_of));
    view! {
        <article class=class aria-labelledby=labelled_by>
            <h2 id=id><Headline card=card.clone()/></h2>
            <Sentence card=card.clone()/>
            <Ways kind=card.kind number=card.invoice_number.clone()/>
            <Why rule=rule_words(&card) sums=SUMS kept evidence=card.evidence/>
        </article>
    }
}

#[component]
fn Headline(card: NoticeCard) -> impl IntoView {
    match (card.kind, card.fee_on) {
        (NoticeKind::FeeWarning, Some(fee_on)) => view! {
            "A late fee of " <MoneyView of=card.amount/> " will be added on " <Day of=fee_on near=card.as_of/> "."
        }
        .into_any(),
        (NoticeKind::FeeWarning, None) => {
            view! { "A late fee of " <MoneyView of=card.amount/> " can still be avoided." }.into_any()
        }
        (NoticeKind::Dispute, _) => {
            format!("Let us settle the dispute about bill {} first.", card.invoice_number).into_any()
        }
    }
}

#[component]
fn Sentence(card: NoticeCard) -> impl IntoView {
    let address = bill_address(&card.invoice_number);
    let bill = view! { "Bill " <a href=address>{card.invoice_number.clone()}</a> };
    match (card.kind, card.fee_on) {
        (NoticeKind::FeeWarning, Some(fee_on)) => {
            view! { <p>{bill} " has " <MoneyView of=card.open/> " open. " {in_time(fee_on, card.due_on)}</p> }.into_any()
        }
        (NoticeKind::FeeWarning, None) => view! { <p>{bill} " has " <MoneyView of=card.open/> " open."</p> }.into_any(),
        (NoticeKind::Dispute, _) => view! {
            <p>
                "You told us that something in it is not right. Until that is settled with you, there is nothing you need to do about the "
                <MoneyView of=card.open/> " on it."
            </p>
        }
        .into_any(),
    }
}

/// Until when the bill costs nothing more.
fn in_time(fee_on: Date, due_on: Date) -> String {
    let last_free = fee_on.saturating_sub(1.days());
    if last_free == due_on {
        format!("Paid by {}, its due date, it costs nothing more.", day(last_free))
    } else {
        format!("Its due date is {}; paid by {}, it costs nothing more.", day(due_on), day(last_free))
    }
}

#[component]
fn Ways(kind: NoticeKind, number: String) -> impl IntoView {
    let bill = bill_address(&number);
    let person = format!("/help?bill={}", Url::escape(&number));
    match kind {
        NoticeKind::FeeWarning => view! {
            <div class="acts">
                <a class="button primary" href=format!("{bill}#ways")>"See how to avoid it"</a>
                <a class="button" href=format!("{bill}#later")>"Ask for a later date"</a>
                <a class="button link" href=person>"Ask a person"</a>
            </div>
        }
        .into_any(),
        NoticeKind::Dispute => view! {
            <div class="acts">
                <a class="button primary" href=person>"Talk to a person about it"</a>
                <a class="button link" href=bill>"See the bill"</a>
            </div>
        }
        .into_any(),
    }
}

fn bill_address(number: &str) -> String {
    format!("/bills/{}", Url::escape(number))
}

fn rule_words(card: &NoticeCard) -> String {
    format!("Our rule “{}”, version {}, says: {}", card.kind.rule_title(), card.rule_version, card.evidence.says)
}

/// `/notices/{id}`: why, in full, for the customer it was written to.
#[component]
pub fn NoticePage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    page(Layout::Portal, "Why we told you this", api::load_notice(id), |told| {
        let card = told.card.clone();
        let kept = format!(
            "From what we knew on {}. Worked out on {} and kept as it was.",
            day_and_year(card.as_of),
            told.written
        );
        view! {
            <a class="back" href="/">"What you should know"</a>
            <header class="lead">
                <h1><Headline card=card.clone()/></h1>
                <p>{standing(&told)}</p>
            </header>
            {told.is_current.then(|| view! {
                <section class="card">
                    <Sentence card=card.clone()/>
                    <Ways kind=card.kind number=card.invoice_number.clone()/>
                </section>
            })}
            <section class="card flow" aria-labelledby="why">
                <h2 id="why">"Why we told you this"</h2>
                <Grounds rule=rule_words(&card) sums=SUMS kept=Some(kept) evidence=card.evidence/>
            </section>
        }
    })
}

/// What became of it since.
fn standing(told: &ToldNotice) -> &'static str {
    match (told.is_current, told.is_paid) {
        (true, _) => "This is still so today.",
        (false, true) => "This bill is paid, so there is nothing left to do. Here is why we told you at the time.",
        (false, false) => "Things have changed since we told you this. Here is why we told you at the time.",
    }
}
