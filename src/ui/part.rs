//! A part of a page with a load of its own.

use std::future::Future;

use leptos::prelude::*;

use crate::error::Result;

/// Loads what this part needs and shows it. An error stands in its place, and its status is the page's.
pub fn part<T, V>(
    load: impl Future<Output = Result<T>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    Suspend::new(async move {
        match load.await {
            Ok(loaded) => show(loaded).into_any(),
            Err(error) => {
                crate::app::status::set(error.status());
                view! { <p class="soft">{error.to_string()}</p> }.into_any()
            }
        }
    })
}
