//! The stream of new notes in the browser: one for a page, however many threads stand on it.

use std::{cell::OnceCell, rc::Rc};

use leptos::{
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{EventSource, MessageEvent},
};

thread_local! {
    static SOURCE: OnceCell<Option<EventSource>> = const { OnceCell::new() };
}

/// Calls `look` whenever something was written in this thread, and once the stream is open: something may have been written
/// before. It is followed for as long as the page is open.
pub fn follow(thread: String, look: impl Fn() + 'static) {
    SOURCE.with(|source| {
        let Some(source) = source.get_or_init(|| EventSource::new("/notes/live").ok()) else { return };
        let look = Rc::new(look);
        let look_again = Rc::clone(&look);
        let on_note = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().as_string().is_some_and(|about| about == thread || about == "*") {
                look();
            }
        });
        let on_open = Closure::<dyn Fn()>::new(move || look_again());
        // Where the browser does not take them, the page is as it is without JavaScript.
        let _ = source.add_event_listener_with_callback("note", on_note.as_ref().unchecked_ref());
        let _ = source.add_event_listener_with_callback("open", on_open.as_ref().unchecked_ref());
        on_note.forget();
        on_open.forget();
    });
}
