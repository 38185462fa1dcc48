//! A note as it stands on a page: a person's on paper and signed, a customer's on a plain card.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{Note, Reader, note_id};
use crate::{
    domain::day,
    ui::{Face, day as day_in_words, day_and_year},
};

#[component]
pub fn OneNote(thread: String, note: Note, reader: Reader, near: Date) -> impl IntoView {
    let new = note.is_new.then(|| view! { " "<span class="badge accent">"New"</span> });
    let on = note.on.0;
    let id = note_id(&thread, note.at);
    if note.by_customer {
        let who = match reader {
            Reader::Customer => "You".into_any(),
            Reader::Staff => view! { <bdi>{note.author}</bdi> }.into_any(),
        };
        view! {
            <figure class="said" id=id>
                <figcaption>{who}", "<When on near/>"."{new}</figcaption>
                <blockquote><p dir="auto">{note.words}</p></blockquote>
            </figure>
        }
        .into_any()
    } else {
        let face = view! { <Face name=&note.author/> };
        view! {
            <figure class="note" id=id>
                <blockquote><p dir="auto">{note.words}</p></blockquote>
                <figcaption>{face}<span><bdi>{note.author}</bdi>", "<When on near/>"."{new}</span></figcaption>
            </figure>
        }
        .into_any()
    }
}

/// Where new notes of a thread are put while it is open, the last in the element of its notes.
#[component]
pub fn Arrived() -> impl IntoView {
    view! { <div class="arrived" aria-live="polite"></div> }
}

/// The day, with the year where it is another.
#[component]
pub fn When(on: Date, near: Date) -> impl IntoView {
    let words = if on.year() == near.year() { day_in_words(on) } else { day_and_year(on) };
    view! { <time datetime=day::write(on)>{words}</time> }
}
