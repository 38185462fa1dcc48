//! One of a long list, in groups.

use leptos::prelude::*;

use super::{Choice, Typed, field::notes};

/// A [`Select`](super::Select) whose choices stand in groups, each with its name.
#[component]
pub fn GroupedSelect(
    form: Typed,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    groups: Vec<(String, Vec<Choice>)>,
    /// The value chosen before anyone chose, and where what was sent is none of the choices.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let (described, invalid, notes) = notes(&form, name, name, help);
    let typed = form.value(name, &value);
    let is_there = groups.iter().any(|(_, choices)| choices.iter().any(|choice| choice.value == typed));
    let chosen = if is_there { typed } else { value };
    let groups = groups
        .into_iter()
        .map(|(title, choices)| {
            let options = choices
                .into_iter()
                .map(|choice| {
                    let selected = choice.value == chosen;
                    view! { <option value=choice.value selected=selected>{choice.words}</option> }
                })
                .collect_view();
            view! { <optgroup label=title>{options}</optgroup> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {notes}
            <select id=name name=name aria-describedby=described aria-invalid=invalid>{groups}</select>
        </div>
    }
}
