//! What moves while a file is read: the bar and the counts.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, web_sys::Document};

use crate::ui::asking;

/// How often we ask how far it is.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// The id of the element that says how far it is.
pub const READING: &str = "reading";

/// Keeps what stands in [`READING`] up to date; the page is loaded again when the file is read. Without JavaScript there is a
/// link to look again.
#[island]
pub fn ReadingProgress() -> impl IntoView {
    Effect::new(|_| {
        let is_asking = Rc::new(Cell::new(false));
        // The page that is loaded in the end ends the asking, too.
        set_interval(
            move || {
                if !is_asking.replace(true) {
                    let is_asking = is_asking.clone();
                    asking::page_again(move |page| {
                        // A question that was not answered is asked again.
                        is_asking.set(page.is_some_and(|page| show(&page).is_none()));
                    });
                }
            },
            ASK_EVERY,
        );
    });
}

/// Shows how far it is by now. Nothing where that page speaks of no reading: it is loaded in place of this one.
fn show(page: &Document) -> Option<()> {
    let here = document();
    let Some(now) = page.get_element_by_id(READING) else {
        let _ = window().location().reload();
        return None;
    };
    let _ = now.set_attribute("data-live", "");
    let now = here.import_node_with_deep(&now, true).ok()?;
    here.get_element_by_id(READING)?.replace_with_with_node_1(&now).ok()
}
