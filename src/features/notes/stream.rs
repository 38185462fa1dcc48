//! The stream of new notes in the browser: one for a page, however many threads stand on it, and only while the page is looked
//! at. What it tells of is taken from the page itself, asked for again, so that the browser needs no code to write a note.

use std::{cell::RefCell, mem::replace};

use leptos::{
    prelude::{document, window},
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Document, Element, EventSource, MessageEvent, js_sys::Math},
};

use super::notes_id;
use crate::ui::asking;

/// The longest to wait before the stream is asked for again.
const LONGEST_WAIT_MS: i32 = 60_000;

#[derive(Default)]
struct Following {
    source: Option<EventSource>,
    /// How often in a row the stream was refused.
    refusals: u32,
    /// It will be asked for again when this timer ends.
    waiting: Option<i32>,
    /// Something may have been written that no stream told of.
    may_have_missed: bool,
    is_asking: bool,
    /// Something was told while the page was asked for.
    asks_again: bool,
}

thread_local! {
    static FOLLOWING: RefCell<Following> = RefCell::default();
    static ON_EVENT: Closure<dyn Fn(MessageEvent)> = Closure::new(heard);
    static ON_ERROR: Closure<dyn Fn()> = Closure::new(failed);
    static ON_TIME: Closure<dyn Fn()> = Closure::new(ask_again);
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
            if let Some(timer) = following.waiting.take() {
                window().clear_timeout_with_handle(timer);
            }
        } else if following.waiting.is_none() && following.source.is_none() {
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
    ON_ERROR.with(|on_error| {
        let _ = source.add_event_listener_with_callback("error", on_error.as_ref().unchecked_ref());
    });
    Some(source)
}

/// A browser asks again by itself after a line that broke, and never after any other answer than a stream: a proxy whose server
/// restarts, a limit, the door. Then we ask, after a while that grows and is a little different for everybody.
fn failed() {
    FOLLOWING.with_borrow_mut(|following| {
        let is_over = following.source.as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        if !is_over {
            return;
        }
        following.source = None;
        following.may_have_missed = true;
        let wait = wait_ms(following.refusals, Math::random());
        following.refusals = following.refusals.saturating_add(1);
        following.waiting = ON_TIME.with(|on_time| {
            let asked = on_time.as_ref().unchecked_ref();
            window().set_timeout_with_callback_and_timeout_and_arguments_0(asked, wait).ok()
        });
    });
}

fn ask_again() {
    FOLLOWING.with_borrow_mut(|following| following.waiting = None);
    open_or_close();
}

/// Two seconds after the first refusal, twice as long after each, half of it by chance; `chance` is from 0 to 1.
fn wait_ms(refusals: u32, chance: f64) -> i32 {
    let longest = 2_000_i32.saturating_mul(1 << refusals.min(5)).min(LONGEST_WAIT_MS);
    longest / 2 + (f64::from(longest / 2) * chance) as i32
}

fn heard(event: MessageEvent) {
    let is_news = match event.data().as_string() {
        Some(about) => about == "*" || document().get_element_by_id(&notes_id(&about)).is_some(),
        // Of an opening nothing is said. The first comes with the page, every other after a while without a stream.
        None => FOLLOWING.with_borrow_mut(|following| {
            following.refusals = 0;
            replace(&mut following.may_have_missed, true)
        }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_stream_is_asked_for_again_after_a_wait_that_grows_to_a_minute() {
        assert_eq!((wait_ms(0, 0.0), wait_ms(0, 1.0)), (1_000, 2_000));
        assert_eq!((wait_ms(3, 0.0), wait_ms(3, 0.5)), (8_000, 12_000));
        assert_eq!((wait_ms(5, 1.0), wait_ms(u32::MAX, 1.0)), (60_000, 60_000));
    }
}
