//! Late fees on `/admin/fees`: each with its warning, and why it stood or fell.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{FeeState, LateFees, ListedFee};
use crate::{
    domain::late_fee::{Delivered, How},
    ui::{Day, MoneyView, Pager, count, day_and_year},
};

impl FeeState {
    fn words(self) -> &'static str {
        match self {
            FeeState::Charged => "Charged",
            FeeState::LetGo => "Let go",
            FeeState::TakenBack => "Taken back",
        }
    }

    fn badge(self) -> &'static str {
        match self {
            FeeState::Charged => "badge cost",
            FeeState::LetGo => "badge done",
            FeeState::TakenBack => "badge",
        }
    }
}

/// `currency` is that of the page it stands on.
#[component]
pub fn LateFeeList(fees: LateFees, #[prop(into)] currency: String) -> AnyView {
    let today = fees.today;
    let all: i64 = fees.counts.iter().map(|(_, many)| many).sum();
    let since = fees.since.map_or_else(
        || "Fees have not been looked after yet: that begins when the program serves, or with the first look.".to_owned(),
        |since| {
            format!(
                "Fees whose day is after {} are charged here, once each. Those of earlier days are the billing system’s.",
                day_and_year(since)
            )
        },
    );
    let rows = fees.fees.into_iter().map(|fee| view! { <Row fee today/> }).collect_view();
    let is_empty = fees.page.total == 0;
    view! {
        <section class="card flow" id="late-fees" aria-labelledby="late-fees-title">
            <h2 id="late-fees-title">"Late fees"</h2>
            <p class="soft">{since}</p>
            <Filter counts=fees.counts only=fees.only all currency/>
            {match (is_empty, fees.only) {
                (true, None) => view! { <p class="soft">"No fee has come yet."</p> }.into_any(),
                (true, Some(_)) => view! { <p class="soft">"None of these."</p> }.into_any(),
                (false, _) => view! { <ul class="rows">{rows}</ul><Pager page=fees.page of="late fees"/> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Filter(counts: Vec<(FeeState, i64)>, only: Option<FeeState>, all: i64, currency: String) -> AnyView {
    let link = move |state: Option<FeeState>| {
        let words = state.map_or("All", FeeState::words);
        let many = match state {
            Some(state) => counts.iter().find(|(one, _)| *one == state).map_or(0, |(_, many)| *many),
            None => all,
        };
        let named = state.map(|state| format!("&only={}", state.name())).unwrap_or_default();
        let here = (only == state).then_some("true");
        view! {
            <a class="button" href=format!("/admin/fees?currency={currency}{named}#late-fees") aria-current=here>
                {format!("{words} {}", count(many, "", ""))}
            </a>
        }
    };
    let ways = [None].into_iter().chain(FeeState::ALL.map(Some)).map(link).collect::<Vec<_>>();
    (all > 0).then(|| view! { <nav class="acts currencies" aria-label="Which late fees">{ways}</nav> }).into_any()
}

#[component]
fn Row(fee: ListedFee, today: Date) -> AnyView {
    let warned = warned(fee.warned);
    let why = fee.why.map(|why| why.words().to_owned());
    let changed = fee.changed_on.map(|on| format!(" Since {}.", day_and_year(on)));
    let open = (fee.state == FeeState::Charged).then(|| match fee.open.minor {
        0 => view! { "Paid." }.into_any(),
        _ => view! { <MoneyView of=fee.open/> " of it is open." }.into_any(),
    });
    let address = format!("/staff/customers/{}", fee.customer_id);
    view! {
        <li><a href=address>
            <span>
                <span class="what">{fee.customer} " " <span class="soft">{format!("bill {}", fee.bill)}</span></span>
                <span class="more">"For " <Day of=fee.fee_on near=today/> ". " {warned}</span>
                <span class="more">{why} {open} {changed}</span>
            </span>
            <span class="end"><MoneyView of=fee.fee/><span class=fee.state.badge()>{fee.state.words()}</span></span>
        </a></li>
    }
    .into_any()
}

fn warned(warned: Option<Delivered>) -> String {
    match warned {
        Some(Delivered { on, how: How::Page }) => format!("Warned on a page on {}.", day_and_year(on)),
        Some(Delivered { on, how: How::Mail }) => format!("Warned by mail on {}.", day_and_year(on)),
        None => "No warning reached the customer.".to_owned(),
    }
}
