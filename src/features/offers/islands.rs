//! What if less were used, or more: every plan priced again in the browser while a slider moves.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use leptos::{
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, FormData, HtmlFormElement},
};

use super::what_if::{Outcome, Trial, WhatIf, percent_field};

/// Quiet for so long, and what came out is announced.
const QUIET: Duration = Duration::from_millis(700);

/// Follows each form with a packed [`WhatIf`] and puts what comes out into the table that the server made; one for a page.
/// Without JavaScript the form asks the server, which reckons it with the same code.
#[island]
pub fn LiveWhatIf() -> impl IntoView {
    Effect::new(|_| {
        let Ok(forms) = document().query_selector_all("form[data-what-if]") else { return };
        for desk in (0..forms.length()).filter_map(|at| Desk::at(forms.item(at)?.dyn_into().ok()?)) {
            follow(desk);
        }
    });
}

/// Reckons once now, for a browser that comes back to the page has kept what was typed, then at most once in each frame.
fn follow(mut desk: Desk) {
    let _ = desk.reckon();
    let desk = Rc::new(RefCell::new(desk));
    let is_asked = Rc::new(Cell::new(false));
    let quiet = Rc::new(Cell::new(None::<TimeoutHandle>));
    let ask = move || {
        if is_asked.replace(true) {
            return;
        }
        let (desk, is_asked, quiet) = (desk.clone(), is_asked.clone(), quiet.clone());
        request_animation_frame(move || {
            is_asked.set(false);
            let Some(says) = desk.borrow_mut().reckon() else { return };
            let announce = move || {
                desk.borrow().put("announced", 0, &says);
            };
            if let Some(earlier) = quiet.replace(set_timeout_with_handle(announce, QUIET).ok()) {
                earlier.clear();
            }
        });
    };
    let ask_too = ask.clone();
    window_event_listener(leptos::ev::input, move |_| ask());
    window_event_listener(leptos::ev::reset, move |_| ask_too());
}

/// The form, what it is about, and where the numbers stand.
struct Desk {
    id: String,
    form: HtmlFormElement,
    of: WhatIf,
    /// In which order the offers stand in the table.
    order: Vec<usize>,
    trial: Option<Trial>,
}

impl Desk {
    fn at(form: HtmlFormElement) -> Option<Self> {
        let of = WhatIf::unpack(&form.get_attribute("data-what-if")?)?;
        // What only those without JavaScript need is hidden by this.
        form.set_attribute("data-live", "").ok()?;
        Some(Self { id: form.id(), form, of, order: Vec::new(), trial: None })
    }

    /// Prices what stands in the form, shows it, and gives it in words; nothing where nothing changed.
    fn reckon(&mut self) -> Option<String> {
        let fields = FormData::new_with_form(&self.form).ok()?;
        let typed = |name: &str| fields.get(name).as_string().unwrap_or_default();
        let trial = Trial::read(&self.of, typed);
        if self.trial.as_ref() == Some(&trial) {
            return None;
        }
        for meter in 0..self.of.meters.len() {
            self.put("percent", meter, &format!("{} %", typed(&percent_field(meter))));
        }
        let outcome = self.of.outcome(&trial);
        self.show(&outcome);
        self.trial = Some(trial);
        Some(outcome.says)
    }

    fn show(&mut self, outcome: &Outcome) {
        let order: Vec<usize> = outcome.rows.iter().map(|row| row.at).collect();
        let is_moved = self.order != order;
        for row in &outcome.rows {
            let cost = self.put("cost", row.at, &self.of.cost_in_words(row));
            let more = self.put("more", row.at, &self.of.more_in_words(row));
            for (cell, minor) in [(&cost, row.cost), (&more, row.more)] {
                let minor = minor.map(|minor| minor.to_string()).unwrap_or_default();
                cell.as_ref().and_then(|cell| cell.set_attribute("data-minor", &minor).ok());
            }
            if is_moved
                && let Some(line) = cost.and_then(|cell| cell.parent_element())
                && let Some(body) = line.parent_element()
            {
                // Each to the end, in their order.
                let _ = body.append_child(&line);
            }
        }
        self.put("says", 0, &outcome.says);
        self.order = order;
    }

    fn put(&self, what: &str, at: usize, words: &str) -> Option<Element> {
        let place = document().get_element_by_id(&format!("{}-{what}-{at}", self.id))?;
        place.set_text_content(Some(words));
        Some(place)
    }
}
