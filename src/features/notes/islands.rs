//! New notes, as they are written.

use leptos::prelude::*;

use super::{notes_id, stream};

/// What the other side writes while the page is open, below what stood there. Without JavaScript it is there with the next
/// look at the page.
#[island]
pub fn LiveNotes(thread: String) -> impl IntoView {
    let place = format!("{}-arrived", notes_id(&thread));
    Effect::new(move |_| stream::follow(thread.clone()));
    view! { <div class="arrived" id=place aria-live="polite"></div> }
}
