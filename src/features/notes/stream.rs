//! The stream of new notes in the browser: one for a page, however many threads stand on it, and only while the page is looked
//! at. What it tells of is taken from the page itself, asked for again, so that the browser needs no code to write a note.

use std::{cell::RefCell, mem::replace};

use leptos::{
    prelude::{document, window},
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Document, Element, EventSource, MessageEvent, XmlHttpRequest, XmlHttpRequestResponseType},
};

use super::notes_id;

struct Following {
    threads: Vec<String>,
    source: Option<EventSource>,
    /// Something may have been written that no stream told of.
    may_have_missed: bool,
    is_asking: bool,
    /// Something was told while the page was asked for.
    asks_again: bool,
}

thread_local! {
    static FOLLOWING: RefCell<Following> = const {
        RefCell::new(Following {
            threads: Vec::new(),
            source: None,
            may_have_missed: false,
            is_asking: false,
            asks_again: false,
        })
    };
    static ON_EVENT: Closure<dyn Fn(MessageEvent)> = Closure::new(heard);
}

/// Follows this thread for as long as the page is open. The first of a page opens the stream.
pub fn follow(thread: String) {
    let is_first = FOLLOWING.with_borrow_mut(|following| {
        following.threads.push(thread);
        following.threads.len() == 1
    });
    if is_first {
        let on_change = Closure::<dyn Fn()>::new(open_or_close);
        // Where the browser does not take it, the page is as it is without JavaScript.
        let _ = document().add_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
        on_change.forget();
        open_or_close();
    }
}

fn open_or_close() {
    let is_hidden = document().hidden();
    FOLLOWING.with_borrow_mut(|following| {
        if is_hidden {
            following.may_have_missed = true;
            if let Some(source) = following.source.take() {
                source.close();
            }
        } else if following.source.is_none() {
            following.source = open();
        }
    });
}

fn open() -> Option<EventSource> {
    let source = EventSource::new("/notes/live").ok()?;
    ON_EVENT.with(|on_event| {
        for event in ["note", "open"] {
            let _ = source.add_event_listener_with_callback(event, on_event.as_ref().unchecked_ref());
        }
    });
    Some(source)
}

fn heard(event: MessageEvent) {
    let is_news = FOLLOWING.with_borrow_mut(|following| match event.data().as_string() {
        Some(about) => about == "*" || following.threads.contains(&about),
        // Of an opening nothing is said. The first comes with the page, every other after a while without a stream.
        None => replace(&mut following.may_have_missed, true),
    });
    if is_news {
        look();
    }
}

/// Asks for the page again; while it is asked for, once more afterwards.
fn look() {
    let is_asking = FOLLOWING.with_borrow_mut(|following| {
        following.asks_again = following.is_asking;
        replace(&mut following.is_asking, true)
    });
    if !is_asking && ask().is_none() {
        FOLLOWING.with_borrow_mut(|following| following.is_asking = false);
    }
}

fn ask() -> Option<()> {
    let asked = XmlHttpRequest::new().ok()?;
    asked.open("GET", &window().location().pathname().ok()?).ok()?;
    asked.set_response_type(XmlHttpRequestResponseType::Document);
    let answer = asked.clone();
    let on_end = Closure::once_into_js(move || {
        if let Some(page) = answer.response().ok().and_then(|page| page.dyn_into::<Document>().ok()) {
            FOLLOWING.with_borrow(|following| {
                for thread in &following.threads {
                    let _ = add(thread, &page);
                }
            });
        }
        let asks_again = FOLLOWING.with_borrow_mut(|following| {
            following.is_asking = false;
            following.asks_again
        });
        if asks_again {
            look();
        }
    });
    asked.set_onloadend(Some(on_end.unchecked_ref()));
    asked.send().ok()
}

/// Puts what is new of a thread below what stands there.
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
