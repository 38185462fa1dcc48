//! The stream of new notes in the browser: one for a page, however many threads stand on it, and only while the page is looked
//! at. What it tells of is taken from the page itself, asked for again, so that the browser needs no code to write a note.

use std::{cell::RefCell, mem::replace};

use leptos::{
    prelude::document,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Document, Element, EventSource, MessageEvent},
};

use super::notes_id;
use crate::ui::asking;

#[derive(Default)]
struct Following {
    source: Option<EventSource>,
    /// Something may have been written that no stream told of.
    may_have_missed: bool,
    is_asking: bool,
    /// Something was told while the page was asked for.
    asks_again: bool,
}

thread_local! {
    static FOLLOWING: RefCell<Following> = RefCell::default();
    static ON_EVENT: Closure<dyn Fn(MessageEvent)> = Closure::new(heard);
}

/// Follows the threads of the page for as long as it is open.
pub fn follow() {
    let on_change = Closure::<dyn Fn()>::new(open_or_close);
    // Where the browser does not take it, the page is as it is without JavaScript.
    let _ = document().add_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
    on_change.forget();
    open_or_close();
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
    let is_news = match event.data().as_string() {
        Some(about) => about == "*" || document().get_element_by_id(&notes_id(&about)).is_some(),
        // Of an opening nothing is said. The first comes with the page, every other after a while without a stream.
        None => FOLLOWING.with_borrow_mut(|following| replace(&mut following.may_have_missed, true)),
    };
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
    if is_asking {
        return;
    }
    asking::page_again(|page| {
        if let Some(page) = page {
            let _ = add_all(&page);
        }
        let asks_again = FOLLOWING.with_borrow_mut(|following| {
            following.is_asking = false;
            following.asks_again
        });
        if asks_again {
            look();
        }
    });
}

/// Puts what is new in the threads that stand here below what stands there.
fn add_all(page: &Document) -> Option<()> {
    let places = document().query_selector_all(".arrived").ok()?;
    for at in 0..places.length() {
        let place = places.item(at)?.dyn_into::<Element>().ok()?;
        let thread = place.parent_element()?.id();
        let notes = page.query_selector_all(&format!("#{thread} > [id]")).ok()?;
        for at in 0..notes.length() {
            let note = notes.item(at)?.dyn_into::<Element>().ok()?;
            if document().get_element_by_id(&note.id()).is_none() {
                place.append_child(&document().import_node_with_deep(&note, true).ok()?).ok()?;
            }
        }
    }
    Some(())
}
