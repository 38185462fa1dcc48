//! New notes, as they are written.

use leptos::prelude::*;

use super::stream;

/// Puts what the other side writes into the `Arrived` of each thread while the page
/// is open; one for a page.
/// Without JavaScript it is there with the next look at the page.
#[island]
pub fn LiveNotes() -> impl IntoView {
    Effect::new(|_| stream::follow());
}
