//! One line after an act: it is done.

use leptos::prelude::*;

use super::done;

/// Shown once, on the page a form led to when `flag` was done. It takes the focus, so that it is read out.
#[component]
pub fn Flash(flag: &'static str, #[prop(into)] words: String) -> impl IntoView {
    done(flag).map(|_| view! { <div class="flash done" role="status" tabindex="-1" autofocus><p>{words}</p></div> })
}
