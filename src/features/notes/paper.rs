//! A note as it stands on a page: a person's on paper and signed, a customer's on a plain card.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{Decided, Note, Reader, note_id};
use crate::{
    domain::day,
    features::{billing::Kind, bills},
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

/// The bill a thread is about, and where to see what was decided about it.
#[component]
pub fn About(bill: Option<String>, decided: Option<Decided>, reader: Reader) -> impl IntoView {
    let (before, after) = match (decided.as_ref().map(|act| act.kind), reader) {
        (Some(Kind::LaterDate), Reader::Customer) => ("About your wish to pay ", " later."),
        (Some(Kind::LaterDate), Reader::Staff) => ("About their wish to pay ", " later."),
        (Some(Kind::Dispute), _) => ("About the dispute over ", "."),
        _ => ("About ", "."),
    };
    bill.map(|number| match reader {
        Reader::Customer => {
            let see = decided.map(|act| {
                view! { " " <a href=format!("/acts/{}", act.id)>"See what was decided"</a> "." }
            });
            view! { <p>{before}<a href=bills::address(&number)>{format!("bill {number}")}</a>{after}{see}</p> }
                .into_any()
        }
        Reader::Staff => view! { <p class="soft small">{before}"bill "<bdi>{number}</bdi>{after}</p> }.into_any(),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_came_with_a_decision_lead_their_customer_to_it() {
        let shown = |kind: Option<Kind>, reader| {
            let decided = kind.map(|kind| Decided { id: "7".to_owned(), kind });
            Owner::new().with(|| view! { <About bill=Some("1042".to_owned()) decided reader/> }.to_html())
        };
        let wish = shown(Some(Kind::LaterDate), Reader::Customer);
        assert!(wish.contains("About your wish to pay ") && wish.contains(r#"href="/acts/7""#), "{wish}");
        let dispute = shown(Some(Kind::Dispute), Reader::Customer);
        assert!(dispute.contains("About the dispute over ") && dispute.contains(r#"href="/acts/7""#), "{dispute}");
        assert!(!shown(None, Reader::Customer).contains("/acts/"));
        let staff = shown(Some(Kind::LaterDate), Reader::Staff);
        assert!(staff.contains("About their wish to pay ") && !staff.contains("/acts/"), "{staff}");
    }
}
