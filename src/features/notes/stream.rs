//! The stream of new notes in the browser: one for a page, however many threads stand on it. What it tells of is taken from the
//! page itself, asked for again, so that the browser needs no code to write a note.

use std::cell::OnceCell;

use leptos::{
    prelude::{document, window},
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Document, Element, EventSource, MessageEvent, XmlHttpRequest, XmlHttpRequestResponseType},
};

use super::notes_id;

thread_local! {
    static SOURCE: OnceCell<Option<EventSource>> = const { OnceCell::new() };
}

/// Looks whenever something was written in this thread, and once the stream is open: something may have been written before. It
/// is followed for as long as the page is open.
pub fn follow(thread: String) {
    SOURCE.with(|source| {
        let Some(source) = source.get_or_init(|| EventSource::new("/notes/live").ok()) else { return };
        let on_event = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // Of the opening nothing is said.
            if event.data().as_string().is_none_or(|about| about == thread || about == "*") {
                let _ = look(thread.clone());
            }
        });
        // Where the browser does not take them, the page is as it is without JavaScript.
        for event in ["note", "open"] {
            let _ = source.add_event_listener_with_callback(event, on_event.as_ref().unchecked_ref());
        }
        on_event.forget();
    });
}

/// Asks for the page again, and puts what is new of this thread below what stands there.
fn look(thread: String) -> Option<()> {
    let asked = XmlHttpRequest::new().ok()?;
    asked.open("GET", &window().location().pathname().ok()?).ok()?;
    asked.set_response_type(XmlHttpRequestResponseType::Document);
    let answer = asked.clone();
    let on_load = Closure::once_into_js(move || {
        let page = answer.response().ok().and_then(|page| page.dyn_into::<Document>().ok());
        page.and_then(|page| add(&thread, &page)).unwrap_or_default()
    });
    asked.set_onload(Some(on_load.unchecked_ref()));
    asked.send().ok()
}

fn add(thread: &str, page: &Document) -> Option<()> {
    let id = notes_id(thread);
    let arrived = document().get_element_by_id(&format!("{id}-arrived"))?;
    let notes = page.query_selector_all(&format!("#{id} > [id]:not(.arrived)")).ok()?;
    for at in 0..notes.length() {
        let note = notes.item(at)?.dyn_into::<Element>().ok()?;
        if document().get_element_by_id(&note.id()).is_none() {
            arrived.append_child(&document().import_node_with_deep(&note, true).ok()?).ok()?;
        }
    }
    Some(())
}
