//! One of a short list.

use leptos::prelude::*;

use super::{Typed, field::notes};

/// A value to send and the words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub words: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, words: impl Into<String>) -> Self {
        Self { value: value.into(), words: words.into() }
    }
}

#[component]
pub fn Select(
    form: Typed,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    choices: Vec<Choice>,
    /// The value chosen before anyone chose.
    #[prop(optional, into)]
    value: String,
    /// The id, where a page holds several forms with the same field.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let (described, invalid, notes) = notes(&form, name, &id, help);
    let chosen = form.value(name, &value);
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {notes}
            <select id=id name=name aria-describedby=described aria-invalid=invalid>{options}</select>
        </div>
    }
}
