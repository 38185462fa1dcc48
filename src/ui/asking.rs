//! Asks the server from an island and has the browser read the answer, so that no code of ours is loaded to read it.

use leptos::{
    prelude::window,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
    web_sys::{Document, XmlHttpRequest, XmlHttpRequestResponseType},
};

/// Asks for the page that is open once more, as it is to somebody who comes anew: without what stands behind its address, such
/// as that a form was refused. `then` is given nothing where none came.
pub fn page_again(then: impl FnOnce(Option<Document>) + 'static) {
    let address = window().location().pathname().unwrap_or_default();
    ask(&address, XmlHttpRequestResponseType::Document, |answer| then(answer.and_then(|page| page.dyn_into().ok())));
}

/// Asks for the text at an address; `then` is given nothing where none came.
pub fn text(address: &str, then: impl FnOnce(Option<String>) + 'static) {
    ask(address, XmlHttpRequestResponseType::Text, |answer| then(answer.and_then(|text| text.as_string())));
}

fn ask(address: &str, kind: XmlHttpRequestResponseType, then: impl FnOnce(Option<JsValue>) + 'static) {
    let Ok(asked) = XmlHttpRequest::new() else { return then(None) };
    if asked.open("GET", address).is_err() {
        return then(None);
    }
    asked.set_response_type(kind);
    let answer = asked.clone();
    let on_end = Closure::once_into_js(move || {
        let is_given = answer.status().is_ok_and(|status| status == 200);
        then(answer.response().ok().filter(|_| is_given));
    });
    asked.set_onloadend(Some(on_end.unchecked_ref()));
    // It throws for what was never opened alone; a network that fails ends in `loadend`, too.
    let _ = asked.send();
}
