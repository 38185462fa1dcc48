//! One line after an act: it is done.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Shown when the address carries `flag`, as it does after a form was taken.
#[component]
pub fn Flash(flag: &'static str, #[prop(into)] words: String) -> impl IntoView {
    let is_set = use_query_map().with_untracked(|query| query.get_str(flag).is_some());
    is_set.then(|| view! { <div class="flash done" role="status"><p>{words}</p></div> })
}
