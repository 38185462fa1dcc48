//! What was answered, on the start page.

use leptos::prelude::*;

use crate::{
    features::billing::{Act, State, Terms},
    ui::{Day, MoneyView},
};

/// A row for each act with news, leading to it; nothing where there is none.
#[component]
pub fn News(acts: Vec<Act>) -> impl IntoView {
    let rows = acts
        .iter()
        .cloned()
        .map(|act| {
            let address = format!("/acts/{}", act.id);
            let why = act
                .refusal
                .clone()
                .filter(|_| !act.is_settled())
                .map(|why| view! { <span class="more" dir="auto">{why}</span> });
            view! { <li><a href=address><span><span class="what"><Line act/></span>{why}</span></a></li> }
        })
        .collect_view();
    (!acts.is_empty()).then(|| {
        view! { <section aria-label="Answers to what you asked"><ul class="rows">{rows}</ul></section> }
    })
}

#[component]
fn Line(act: Act) -> impl IntoView {
    let (today, is_declined, is_settled) = (act.today, act.is_declined(), act.is_settled());
    let by = act.answer.map(|answer| answer.by);
    match (act.terms, act.state) {
        (Terms::LaterDate { bill, .. }, _) if is_declined => {
            view! { <bdi>{by}</bdi> {format!(" declined; the date of bill {bill} stays.")} }.into_any()
        }
        (Terms::LaterDate { bill, .. }, State::Refused) => {
            format!("Billing did not move the day of bill {bill}.").into_any()
        }
        (Terms::LaterDate { bill, agreed: Some(day), .. }, State::Asked) => {
            view! { <bdi>{by}</bdi> {format!(" agreed to move bill {bill} to ")} <Day of=day near=today/> "; billing has still to do it." }
                .into_any()
        }
        (Terms::LaterDate { bill, agreed, wanted_on, .. }, _) => {
            view! { <bdi>{by}</bdi> {format!(" agreed: pay bill {bill} by ")} <Day of=agreed.unwrap_or(wanted_on) near=today/> "." }
                .into_any()
        }
        (Terms::UseCredit { bill, amount, .. }, _) => {
            view! { "Billing did not use " <MoneyView of=amount/> {format!(" of your credit on bill {bill}.")} }.into_any()
        }
        (Terms::WaiveFee { bill, fee }, _) => {
            view! { "Billing did not let go of the fee of " <MoneyView of=fee/> {format!(" on bill {bill}.")} }.into_any()
        }
        (Terms::LateFee { bill, .. }, _) => format!("No late fee was added to bill {bill}.").into_any(),
        (Terms::Dispute { bill, found, .. }, _) if is_settled => {
            let off = found.map(|found| found.taken_off).filter(|off| off.minor > 0);
            let off = off.map(|off| view! { " " <MoneyView of=off/> " is taken off." });
            view! { <bdi>{by}</bdi> {format!(" settled the dispute about bill {bill}.")} {off} }.into_any()
        }
        (Terms::Dispute { bill, .. }, _) => format!("Billing did not take up the dispute about bill {bill}.").into_any(),
        (Terms::ChangePlan { to, .. }, _) => format!("Billing did not change your plan to {to}.").into_any(),
    }
}
