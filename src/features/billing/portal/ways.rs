//! The ways out of a bill: one clear act, then others.

use leptos::prelude::*;
use leptos_router::location::Url;

use crate::{
    domain::money::Money,
    features::{billing::BillWays, bills},
    ui::MoneyView,
};

/// `with_bill` adds a way to the bill's own page.
#[component]
pub fn BillActs(
    #[prop(into)] number: String,
    open: Money,
    ways: BillWays,
    /// Whether a later date can be asked for.
    can_move: bool,
    #[prop(optional)] with_bill: bool,
    /// Credit pays the bill, so that nothing needs to be done.
    #[prop(optional)]
    is_covered: bool,
) -> impl IntoView {
    let address = bills::address(&number);
    let to = |act: &str| format!("{address}/{act}");
    let class = |is_first: bool| if is_first { "button primary" } else { "button" };
    let BillWays { pay, transfer, credit, waivable, can_dispute } = ways;
    let first = match (&waivable, &pay, &credit) {
        (Some(_), ..) => "waive",
        _ if is_covered => "none",
        (None, Some(_), _) => "pay",
        (None, None, Some(_)) => "credit",
        _ => "none",
    };
    let waive = waivable.map(|fee| {
        view! { <a class=class(true) href=to("let-fee-go")>"Let the fee of " <MoneyView of=fee/> " go"</a> }
    });
    let pay_class = if is_covered { "button link" } else { class(first == "pay") };
    let pay = pay.map(|link| view! { <a class=pay_class href=link>"Pay " <MoneyView of=open/></a> });
    let credit = credit.map(|amount| {
        view! { <a class=class(first == "credit") href=to("use-credit")>"Use " <MoneyView of=amount/> " of credit"</a> }
    });
    let later = can_move.then(|| {
        view! { <a class="button" href=to("later-date")>"Ask for a later date"</a> }
    });
    let dispute = can_dispute.then(|| view! { <a class="button link" href=to("dispute")>"Something is not right"</a> });
    let transfer =
        (!transfer.is_empty() && !is_covered).then(|| view! { <Transfer lines=transfer open number=number.clone()/> });
    let person = format!("/help?bill={}", Url::escape(&number));
    view! {
        {transfer}
        {waive}
        {pay}
        {credit}
        {later}
        {with_bill.then(|| view! { <a class="button link" href=address.clone()>"See the bill"</a> })}
        {dispute}
        <a class="button link" href=person>"Ask a person"</a>
    }
}

/// How the company is paid, in its own words, with what to write beside.
#[component]
fn Transfer(lines: Vec<String>, open: Money, number: String) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <span>{line}</span> }).collect_view();
    view! {
        <dl class="transfer facts">
            <div><dt>"Pay"</dt><dd><MoneyView of=open/></dd></div>
            <div><dt>"With the reference"</dt><dd>{number}</dd></div>
            <div><dt>"How to pay"</dt><dd class="lines">{lines}</dd></div>
        </dl>
    }
}
