//! New notes, as they are written.

use leptos::prelude::*;

use super::{Note, Reader, api::load_arrived, paper::OneNote, stream};
use crate::domain::day::Day;

/// What the other side writes while the page is open, below what stood there. Without JavaScript it is there with the next
/// look at the page.
#[island]
pub fn LiveNotes(
    thread: String,
    /// The place of the last note that stands on the page.
    after: i64,
    today: Day,
    reader: Reader,
) -> impl IntoView {
    let arrived = RwSignal::new(Vec::<Note>::new());
    let last = move |notes: &[Note]| notes.last().map_or(after, |note| note.at);
    let about = thread.clone();
    let look = Action::new(move |(): &()| {
        let asked = load_arrived(thread.clone(), arrived.with_untracked(|notes| last(notes)));
        async move {
            // A question that was not answered is asked again with the next note.
            if let Ok(more) = asked.await {
                arrived.update(|notes| {
                    let last = last(notes);
                    notes.extend(more.into_iter().filter(|note| note.at > last));
                });
            }
        }
    });
    Effect::new(move |_| {
        stream::follow(about.clone(), move || {
            look.dispatch(());
        });
    });
    let notes =
        move || arrived.get().into_iter().map(|note| view! { <OneNote note reader near=today.0/> }).collect_view();
    view! { <div class="arrived" aria-live="polite">{notes}</div> }
}
