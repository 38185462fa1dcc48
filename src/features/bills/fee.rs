//! What a late bill costs, until when it costs nothing, and how that comes about.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::location::Url;

use super::{BillState, FeeAhead};
use crate::{
    domain::money::Money,
    ui::{Day, MoneyView, Why},
};

/// What the customer should know of a bill before it costs them money; nothing to know gives nothing. `children` are the
/// ways on.
#[component]
pub fn FeeNotice(
    #[prop(into)] number: String,
    open: Money,
    state: BillState,
    fee: Option<FeeAhead>,
    today: Date,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let id = format!("fee-{}", Url::escape(&number));
    let acts = children.map(|children| view! { <div class="acts">{children()}</div> });
    match (state, fee) {
        (BillState::FeeNear { fee_on, .. }, Some(ahead)) => view! {
            <article class="notice cost" aria-labelledby=id>
                <h2 id=id.clone()>"A late fee of " <MoneyView of=ahead.fee/> " will be added on " <Day of=fee_on near=today/> "."</h2>
                <p>
                    "Bill " {number} " has " <MoneyView of=open/> " open. Paid by " <Day of=ahead.free_until near=today/>
                    ", it costs nothing more."
                </p>
                {acts}
                <Workings ahead/>
            </article>
        }
        .into_any(),
        (BillState::FeeCame { fee_on, .. }, Some(ahead)) => view! {
            <article class="notice cost" aria-labelledby=id>
                <h2 id=id.clone()>"A late fee of " <MoneyView of=ahead.fee/> " was added on " <Day of=fee_on near=today/> "."</h2>
                <p>
                    "Bill " {number} " was to be paid by " <Day of=ahead.free_until near=today/> ", and " <MoneyView of=open/>
                    " is still open. If something kept you from paying, tell us; a person will look at it with you."
                </p>
                {acts}
                <Workings ahead/>
            </article>
        }
        .into_any(),
        (BillState::Paid, Some(ahead)) => view! {
            <article class="notice cost" aria-labelledby=id>
                <h2 id=id.clone()>"A late fee of " <MoneyView of=ahead.fee/> " was added on " <Day of=ahead.fee_on near=today/> "."</h2>
                <p>
                    "Bill " {number} " itself is paid. It was to be paid by " <Day of=ahead.free_until near=today/>
                    ", and was paid later. If something kept you from paying, tell us; a person will look at it with you."
                </p>
                {acts}
                <Workings ahead/>
            </article>
        }
        .into_any(),
        (BillState::Disputed, _) => view! {
            <article class="notice" aria-labelledby=id>
                <h2 id=id.clone()>"We settle the dispute about bill " {number} " first."</h2>
                <p>
                    "You told us that something in it is not right. Until that is settled with you, there is nothing you
                    need to pay of the " <MoneyView of=open/> ", and no late fee is added."
                </p>
                {acts}
            </article>
        }
        .into_any(),
        (BillState::PastDue, _) => view! {
            <article class="notice" aria-labelledby=id>
                <h2 id=id.clone()>"Bill " {number} " is overdue."</h2>
                <p>
                    <MoneyView of=open/> " of it is still open. If something kept you from
                    paying, tell us; a person will look at it with you."
                </p>
                {acts}
            </article>
        }
        .into_any(),
        (BillState::Open { .. } | BillState::DateAgreed { .. }, Some(ahead)) => view! {
            <section class="card" aria-labelledby=id>
                <h2 id=id.clone()>"No fee if paid by " <Day of=ahead.free_until near=today/></h2>
                <p>"After that day a late fee of " <MoneyView of=ahead.fee/> " is added. We tell you before it is."</p>
                {acts}
                <Workings ahead/>
            </section>
        }
        .into_any(),
        _ => acts.into_any(),
    }
}

#[component]
fn Workings(ahead: FeeAhead) -> impl IntoView {
    let rule = format!("Our late-fee policy, version {}, says: {}", ahead.policy_version, ahead.evidence.says);
    view! { <Why rule sums="How the fee comes about" evidence=ahead.evidence/> }
}
