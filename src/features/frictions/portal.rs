//! "This was hard": a short form, from every page a customer sees.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    HARDEST, Hard, LONGEST_WORDS, OwnFriction,
    api::{self, SayHard, TakeBackHard},
    how_hard_words,
};
use crate::{
    app::{Layout, page},
    ui::{ErrorSummary, Flash, TextArea, capital, refused_form},
};

/// `/help/hard`
#[component]
pub fn HardPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    page(Layout::Portal, "This was hard", api::load_hard(query.get("on"), query.get("said")), |hard| {
        view! {
            <header class="lead">
                <h1>"This was hard"</h1>
                <p>"Tell us what was in your way. A person reads each of these."</p>
            </header>
            <Flash flag="taken_back" words="Taken back. We keep nothing of what you wrote."/>
            <ErrorSummary form={refused_form::<TakeBackHard>()}/>
            {match hard.said {
                Some(said) => view! { <Thanks said/> }.into_any(),
                None => view! { <HardForm hard/> }.into_any(),
            }}
        }
    })
}

/// That it arrived, what it was, and a way to take it back.
#[component]
fn Thanks(said: OwnFriction) -> impl IntoView {
    let page =
        (!said.path.is_empty()).then(|| view! { <div><dt>"Page"</dt><dd><bdi>{said.path.clone()}</bdi></dd></div> });
    let how_hard =
        said.how_hard.map(|how_hard| view! { <div><dt>"It was"</dt><dd>{how_hard_words(how_hard)}</dd></div> });
    let words = (!said.words.is_empty())
        .then(|| view! { <div><dt>"You wrote"</dt><dd dir="auto" class="lines">{said.words.clone()}</dd></div> });
    let has_facts = page.is_some() || how_hard.is_some() || words.is_some();
    let back = if said.path.is_empty() { "/".to_owned() } else { said.path.clone() };
    view! {
        <div class="flash done" role="status"><p>"Thank you. A person reads each of these."</p></div>
        <section class="card flow" aria-labelledby="said">
            <h2 id="said">"What you told us"</h2>
            {has_facts.then(|| view! { <dl class="facts">{page}{how_hard}{words}</dl> })}
            <p>"If you want an answer, " <a href="/help">"ask a person"</a> "."</p>
            <div class="acts">
                <a class="button" href=back>"Back to where you were"</a>
                <ActionForm action={ServerAction::<TakeBackHard>::new()}>
                    <button class="button link" type="submit" name="id" value=said.id>"Take it back"</button>
                </ActionForm>
            </div>
        </section>
    }
}

#[component]
fn HardForm(hard: Hard) -> impl IntoView {
    let form = refused_form::<SayHard>();
    let on = form.value("on", hard.on.as_deref().unwrap_or_default());
    let about = match on.as_str() {
        "" => view! { <p id="on" class="soft">"It is about no page in particular."</p> }.into_any(),
        path => {
            view! { <p id="on" class="soft">"It is about the page " <bdi>{path.to_owned()}</bdi> "."</p> }.into_any()
        }
    };
    let chosen = form.value("how_hard", "");
    let problem = form.problem("how_hard");
    let described = problem.is_some().then_some("how_hard-error");
    let degrees = (1..=HARDEST)
        .map(|degree| {
            let (value, id) = (degree.to_string(), format!("how-hard-{degree}"));
            let is_chosen = chosen == value;
            view! {
                <div class="check">
                    <input id=id.clone() type="radio" name="how_hard" value=value.clone() checked=is_chosen/>
                    <label for=id>{capital(how_hard_words(degree))}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <ErrorSummary
            form=form.clone()
            labels=&[("on", "The page"), ("words", "What was hard"), ("how_hard", "How hard")]
        />
        <section class="card">
            {about}
            <ActionForm action={ServerAction::<SayHard>::new()}>
                <input type="hidden" name="on" value=on/>
                <TextArea
                    form
                    name="words"
                    label="What was hard"
                    help="A few words are enough, and none are fine too."
                    maxlength=LONGEST_WORDS
                    rows=4
                />
                <fieldset class="group" id="how_hard" tabindex="-1" aria-describedby=described>
                    <legend>"How hard " <span class="optional">"(optional)"</span></legend>
                    {problem.map(|problem| view! { <p class="error" id="how_hard-error">{problem}</p> })}
                    {degrees}
                </fieldset>
                <div class="acts"><button class="button primary" type="submit">"Tell us"</button></div>
            </ActionForm>
        </section>
    }
}
