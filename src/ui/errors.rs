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
    let error = form.error?;
    let (title, problems) = match &error {
        AppError::Invalid { problems, .. } if problems.len() == 1 => ("One thing needs another look", problems.clone()),
        AppError::Invalid { problems, .. } => ("Some things need another look", problems.clone()),
        _ => ("That did not work", Vec::new()),
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
            <p>{error.to_string()}</p>
            <ul>{items}</ul>
        </div>
    })
}
