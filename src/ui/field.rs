//! One labelled input with its help and its error.

use leptos::prelude::*;

use super::{Typed, escape};

/// A field of a form; the id is its name, so that an error summary can link to it.
#[component]
pub fn Field(
    form: Typed,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    /// What stands in it before anyone typed.
    #[prop(optional, into)]
    value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
    #[prop(optional)] maxlength: Option<u32>,
    /// For a date or a number.
    #[prop(optional)]
    short: bool,
    /// A unit or currency after the input.
    #[prop(optional, into)]
    unit: Option<String>,
    /// The id, where a page holds several forms with the same field.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let (described, invalid, notes) = notes(&form, name, &id, help);
    let input = view! {
        <input
            id=id.clone()
            name=name
            type=kind
            value=form.value(name, &value)
            autocomplete=autocomplete
            inputmode=inputmode
            required=required
            min=min
            max=max
            maxlength=maxlength
            aria-describedby=described
            aria-invalid=invalid
        />
    };
    let input = match unit {
        Some(unit) => view! { <div class="affix">{input}<span>{unit}</span></div> }.into_any(),
        None => input.into_any(),
    };
    view! {
        <div class=if short { "field short" } else { "field" }>
            <label for=id>{label}{(!required).then(|| view! { " "<span class="optional">"(optional)"</span> })}</label>
            {notes}
            {input}
        </div>
    }
}

/// Several lines of text. The framework does not escape what stands in a textarea, so this is the only one.
#[component]
pub fn TextArea(
    form: Typed,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] value: String,
    #[prop(optional)] required: bool,
    #[prop(default = 2000)] maxlength: u32,
    #[prop(default = 4)] rows: u32,
    /// The id, where a page holds several forms with the same field.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let (described, invalid, notes) = notes(&form, name, &id, help);
    view! {
        <div class="field">
            <label for=id.clone()>
                {label}{(!required).then(|| view! { " "<span class="optional">"(optional)"</span> })}
            </label>
            {notes}
            <textarea
                id=id
                name=name
                rows=rows
                required=required
                maxlength=maxlength
                aria-describedby=described
                aria-invalid=invalid
                inner_html=escape(&form.value(name, &value))
            ></textarea>
        </div>
    }
}

/// The ids that describe a field, whether it was refused, and the lines themselves.
pub(super) fn notes(
    form: &Typed,
    name: &str,
    id: &str,
    help: Option<String>,
) -> (Option<String>, Option<&'static str>, impl IntoView + use<>) {
    let problem = form.problem(name);
    let help_id = help.as_ref().map(|_| format!("{id}-help"));
    let error_id = problem.as_ref().map(|_| format!("{id}-error"));
    let ids: Vec<String> = help_id.iter().chain(error_id.iter()).cloned().collect();
    let described = (!ids.is_empty()).then(|| ids.join(" "));
    let invalid = problem.as_ref().map(|_| "true");
    let lines = view! {
        {help.map(|help| view! { <p class="help" id=help_id>{help}</p> })}
        {problem.map(|problem| view! { <p class="error" id=error_id>{problem}</p> })}
    };
    (described, invalid, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textarea_never_lets_its_text_out() {
        let html = Owner::new().with(|| {
            view! { <TextArea form=Typed::default() name="words" label="Words" value="</textarea><script>alert(1)</script>"/> }
                .to_html()
        });
        assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    }
}
