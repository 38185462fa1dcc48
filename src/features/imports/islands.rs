//! What moves while a file is read: the bar and the counts.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Document, Element, NodeList},
};

use crate::ui::asking;

/// How often we ask how far it is.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// The id of the element that says how far it is.
pub const READING: &str = "reading";

/// Keeps what stands in [`READING`] up to date; the page is opened anew when the file is read. Without JavaScript there is a
/// link to look again.
#[island]
pub fn ReadingProgress() -> impl IntoView {
    Effect::new(|_| {
        let Some(reading) = document().get_element_by_id(READING) else { return };
        let _ = reading.set_attribute("data-live", "");
        let is_asking = Rc::new(Cell::new(false));
        // The page that is opened in the end ends the asking, too.
        set_interval(
            move || {
                if !is_asking.replace(true) {
                    let is_asking = is_asking.clone();
                    asking::page_again(move |page| {
                        // A question that was not answered is asked again; none after the end.
                        is_asking.set(page.is_some_and(|page| is_over(&page)));
                    });
                }
            },
            ASK_EVERY,
        );
    });
}

/// Shows how far it is by now. Where that page speaks of no reading, it is opened in place of this one.
fn is_over(page: &Document) -> bool {
    let is_over = page.get_element_by_id(READING).is_none();
    if is_over {
        let here = window().location();
        let _ = here.replace(&here.pathname().unwrap_or_default());
    } else {
        let _ = show(page);
    }
    is_over
}

fn show(page: &Document) -> Option<()> {
    let places = format!("#{READING} :is(progress, span, dd)");
    let (shown, now) = (document().query_selector_all(&places).ok()?, page.query_selector_all(&places).ok()?);
    for at in 0..shown.length() {
        let (place, now) = (element(&shown, at)?, element(&now, at)?);
        for name in ["value", "max"] {
            if let Some(value) = now.get_attribute(name) {
                place.set_attribute(name, &value).ok()?;
            }
        }
        place.set_text_content(now.text_content().as_deref());
    }
    Some(())
}

fn element(list: &NodeList, at: u32) -> Option<Element> {
    list.item(at)?.dyn_into().ok()
}
