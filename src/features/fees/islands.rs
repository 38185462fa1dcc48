//! What a policy would do, while it is typed: reckoned in the browser by the same code as on the server.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement},
};

use super::{
    Draft, Forecast,
    forecast::{Standing, unpack},
};
use crate::ui::asking;

/// The ids of the form that is listened to, and of what stands beside it: two parts where it says a policy, one where it does
/// not.
pub const FORM: &str = "policy";
pub const EFFECT: &str = "effect";
pub const PREVIEW: &str = "effect-preview";
pub const NO_EFFECT: &str = "no-effect";

/// Follows what is typed in the form and fills the places beside it. Without JavaScript these say what the server reckoned.
#[island]
pub fn LivePolicy() -> impl IntoView {
    Effect::new(|_| {
        let standing = document().get_element_by_id(EFFECT).and_then(|place| place.get_attribute("data-standing"));
        let Some(standing) = standing.as_deref().and_then(Standing::unpack) else { return };
        let address = format!("/admin/fees/open-bills/{}", standing.currency.code());
        asking::text(&address, move |text| {
            let Some((today, bills)) = text.as_deref().and_then(unpack) else { return };
            let show = move || {
                let typed =
                    typed().and_then(|typed| typed.policy(standing.currency, today, standing.promised_until).ok());
                let forecast = typed.map(|policy| Forecast::of(standing.live.as_ref(), &policy, &bills, today));
                show(forecast.as_ref());
            };
            show();
            window_event_listener(leptos::ev::input, move |_| show());
        });
    });
}

/// What stands in the form now.
fn typed() -> Option<Draft> {
    let form = document().get_element_by_id(FORM)?.dyn_into::<HtmlFormElement>().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    Some(Draft::typed(|field| fields.get(field).as_string().unwrap_or_default()))
}

fn show(forecast: Option<&Forecast>) {
    let is_shown = |id: &str, is_shown: bool| {
        if let Some(place) = document().get_element_by_id(id) {
            let _ = place.toggle_attribute_with_force("hidden", !is_shown);
        }
    };
    is_shown(EFFECT, forecast.is_some());
    is_shown(PREVIEW, forecast.is_some());
    is_shown(NO_EFFECT, forecast.is_none());
    for (id, words) in forecast.map(|forecast| forecast.words()).into_iter().flatten() {
        is_shown(id, !words.is_empty());
        // What is said already is not read aloud again.
        if let Some(place) =
            document().get_element_by_id(id).filter(|place| place.text_content().as_ref() != Some(&words))
        {
            place.set_text_content(Some(&words));
        }
    }
}
