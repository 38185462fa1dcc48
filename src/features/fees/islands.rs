//! What a policy would do, while it is typed: reckoned in the browser by the same code as on the server.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement},
};

use super::{Draft, Forecast, api};
use crate::{
    domain::{
        day::{self, Day},
        late_fee,
        money::{Currency, Money},
    },
    ui::{MoneyView, count, day as day_in_words},
};

/// The id of the form that is listened to.
pub const FORM: &str = "policy";

/// Beside the form: follows what is typed in it. Without JavaScript it shows what the server reckoned.
#[island]
pub fn PolicyEffect(
    /// A bill of nothing in the currency of the policy.
    nothing: Money,
    today: Day,
    promised_until: Day,
    customers: i64,
    /// What the policy in force does.
    live: late_fee::Effect,
    /// What stands in the form does; nothing where it is no policy.
    shown: Option<Forecast>,
) -> impl IntoView {
    let currency = nothing.currency;
    let load = Action::new(move |(): &()| api::load_open_bills(nothing));
    let typed = RwSignal::new(None::<Draft>);
    Effect::new(move |_| {
        load.dispatch(());
        typed.set(typed_in_form());
        let listener = window_event_listener(leptos::ev::input, move |_| typed.set(typed_in_form()));
        on_cleanup(move || listener.remove());
    });
    let bills = Memo::new(move |_| load.value().with(|loaded| Some(loaded.as_ref()?.as_ref().ok()?.unpack())));
    let forecast = Memo::new(move |_| {
        typed.with(|typed| {
            bills.with(|bills| match (typed, bills) {
                (Some(typed), Some(bills)) => typed
                    .policy(currency, today.0, promised_until.0)
                    .ok()
                    .map(|policy| Forecast::of(&policy, bills, today.0)),
                _ => shown,
            })
        })
    });
    view! {
        <section class="card effect" aria-live="polite">
            {move || effect(forecast.get(), live, currency, customers)}
        </section>
        {move || forecast.get().map(|forecast| view! { <Preview forecast/> })}
    }
}

/// What stands in the form now.
fn typed_in_form() -> Option<Draft> {
    let form = document().get_element_by_id(FORM)?.dyn_into::<HtmlFormElement>().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    Some(Draft::typed(|field| fields.get(field).as_string().unwrap_or_default()))
}

fn effect(forecast: Option<Forecast>, live: late_fee::Effect, currency: Currency, customers: i64) -> AnyView {
    let Some(Forecast { effect, .. }) = forecast else {
        return view! {
            <p>"This is not a policy yet"</p>
            <p>"Once every field says something we can use, what it would do today stands here."</p>
        }
        .into_any();
    };
    let money = |minor| view! { <MoneyView of=Money::new(minor, currency)/> };
    let aside = |number: i64, one: &str, many: &str| {
        (number > 0).then(|| view! { <p class="soft small">{count(number, one, many)}</p> })
    };
    view! {
        <p>"Today this would warn"</p>
        <p class="figure">
            <strong>{count(effect.customers, "", "")}</strong>" "
            <span>{format!("of {}", count(customers, "customer", "customers"))}</span>
        </p>
        <p>"and spare "<strong>{money(effect.fees_spared)}</strong>" of fees."</p>
        <p class="soft small">
            {compared(effect.customers - live.customers)}" The policy in force warns "
            {count(live.customers, "customer", "customers")}" and spares "{money(live.fees_spared)}"."
        </p>
        {aside(effect.disputes, "disputed bill is settled first, without a warning.", "disputed bills are settled first, without a warning.")}
        {aside(effect.late, "bill is past the day of its fee: too late to warn.", "bills are past the day of their fee: too late to warn.")}
    }
    .into_any()
}

fn compared(more: i64) -> String {
    match more {
        0 => "As many as now.".to_owned(),
        1.. => format!("{} more than now.", count(more, "", "")),
        _ => format!("{} fewer than now.", count(-more, "", "")),
    }
}

#[component]
fn Preview(forecast: Forecast) -> impl IntoView {
    let words = if forecast.example_fee.minor == 0 {
        view! { <h2>"No late fee, so no warning."</h2> }.into_any()
    } else {
        let fee_on = forecast.example_fee_on.0;
        view! {
            <h2>
                "A late fee of "<MoneyView of=forecast.example_fee/>" will be added on "
                <time datetime=day::write(fee_on)>{day_in_words(fee_on)}</time>"."
            </h2>
        }
        .into_any()
    };
    view! {
        <section class="notice cost preview">
            <p>"As the customer sees it, for a bill of "<MoneyView of=forecast.example/>" due today"</p>
            {words}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_compared_with_the_policy_in_force() {
        assert_eq!(compared(9), "9 more than now.");
        assert_eq!(compared(-1_200), "1,200 fewer than now.");
        assert_eq!(compared(0), "As many as now.");
    }
}
