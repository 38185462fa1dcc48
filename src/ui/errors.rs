//! What was wrong with a form, on top of the page, with a link to each field.

use leptos::prelude::*;

use super::Typed;
use crate::error::AppError;

/// Nothing where the form was not refused. `labels` names the fields as the form does; where the page holds several forms
/// with the same fields, the ids of this one begin with `under` and end in `of`.
#[component]
pub fn ErrorSummary(
    form: Typed,
    #[prop(optional)] labels: &'static [(&'static str, &'static str)],
    #[prop(optional)] under: &'static str,
    #[prop(optional, into)] of: String,
) -> impl IntoView {
    let prose = form
        .prose_left()
        .into_iter()
        .map(|words| view! { <blockquote><p class="lines" dir="auto">{words.to_owned()}</p></blockquote> })
        .collect::<Vec<_>>();
    let error = form.error?;
    let (title, problems) = match &error {
        AppError::Invalid { problems, .. } if problems.len() == 1 => ("One thing needs another look", problems.clone()),
        AppError::Invalid { problems, .. } => ("Some things need another look", problems.clone()),
        AppError::SignIn => ("You had been signed out", Vec::new()),
        _ => ("That did not work", Vec::new()),
    };
    let words = match &error {
        AppError::SignIn => {
            "Nothing was sent. What you wrote is still in the form: look at it, and send it again.".to_owned()
        }
        error => error.to_string(),
    };
    let label = |field: &str| {
        labels.iter().find(|(name, _)| *name == field).map(|(_, label)| format!("{label}: ")).unwrap_or_default()
    };
    let items = problems
        .into_iter()
        .map(|problem| {
            let words = format!("{}{}", label(&problem.field), problem.reason);
            view! { <li><a href=format!("#{under}{}{of}", problem.field)>{words}</a></li> }
        })
        .collect_view();
    Some(view! {
        <div class="errors" role="alert" tabindex="-1" autofocus aria-labelledby="errors">
            <h2 id="errors">{title}</h2>
            <p>{words}</p>
            <ul>{items}</ul>
            {(!prose.is_empty()).then(|| view! { <p>"What you wrote, so that it is not lost:"</p> {prose} })}
        </div>
    })
}
