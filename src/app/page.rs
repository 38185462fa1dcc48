//! One way to make a page: load, then show in its frame, or say in its frame why not.

use std::future::Future;

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    layout::{Frame, Layout},
    status,
};
use crate::{
    error::{AppError, Result},
    features::sign_in::{Viewer, api},
    ui::{ErrorSummary, Told, escape},
};

/// Loads what the page needs and shows it under `title`. An error becomes the page, with its status; somebody not
/// signed in is led to the door.
pub fn page<T, V>(
    layout: Layout,
    title: impl Into<String>,
    load: impl Future<Output = Result<T>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    let title = title.into();
    Suspend::new(async move {
        // The page first: what is opened with it is unread no more.
        let loaded = load.await;
        let viewer = api::load_viewer().await;
        if let Ok(viewer) = &viewer {
            provide_context(viewer.locale);
        }
        match (viewer, loaded) {
            (Ok(viewer), Ok(loaded)) => {
                let company = viewer.company.clone();
                // Built first: a refusal that none of its forms takes stands above it.
                let shown = show(loaded).into_any();
                let left = Told::refusal_left().unwrap_or_default();
                // What is given as a title is written as it is, and a bill's number comes from a file.
                view! {
                    <Title text=escape(&format!("{title} · {company}"))/>
                    <Frame layout viewer><ErrorSummary form=left/>{shown}</Frame>
                }
                .into_any()
            }
            (Ok(viewer), Err(error)) => view! { <Refused error viewer/> }.into_any(),
            (Err(error), _) => {
                let viewer = Viewer::default();
                view! { <Refused error viewer/> }.into_any()
            }
        }
    })
}

/// The page for an address that does not exist.
#[component]
pub fn Missing() -> impl IntoView {
    page(Layout::Own, "Not found", std::future::ready(Err::<(), _>(AppError::NotFound)), |()| ())
}

/// What happened, in words, with a way on.
#[component]
fn Refused(error: AppError, viewer: Viewer) -> impl IntoView {
    let left = Told::refusal_left().unwrap_or_default();
    if error == AppError::SignIn {
        status::lead_to_door();
    } else {
        status::set(error.status());
    }
    let home = viewer.person.as_ref().map_or("/sign-in", |person| person.role.home());
    let (title, words) = match &error {
        AppError::NotFound => (
            "We could not find that page",
            "The address may be mistyped, or what was here has moved. What you can see starts at your home page.".to_owned(),
        ),
        AppError::Forbidden => (
            "This page is not for your account",
            "You are signed in, but this belongs to somebody else's work. If you need it, ask whoever gave you this address.".to_owned(),
        ),
        AppError::Invalid { problems, .. } => (
            "Part of the address needs another look",
            problems.iter().map(|problem| problem.reason.to_string()).collect::<Vec<_>>().join(" "),
        ),
        AppError::Internal { .. } | AppError::Away { .. } => ("Something went wrong on our side", error.to_string()),
        AppError::SignIn => ("Please sign in first", "Then we can show you this page.".to_owned()),
        AppError::TooMany { .. } | AppError::Refused(_) => ("That did not work", error.to_string()),
    };
    view! {
        <Title text=title/>
        <Frame layout=Layout::Own viewer>
            <ErrorSummary form=left/>
            <header class="lead">
                <p class="status">{error.status()}</p>
                <h1>{title}</h1>
                <p>{words}</p>
                <div class="acts"><a class="button primary" href=home>"Back to the start"</a></div>
            </header>
        </Frame>
    }
}
