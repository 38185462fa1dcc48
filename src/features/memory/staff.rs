//! What we remember, as staff read it: what to know, what matters soon, and what not to bring up.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{
    Fact, Known, Soon, Source,
    api::{self, CorrectOurs, ForgetOurs, NoteDown},
    portal::{Correct, FactFields, LABELS, Matters},
};
use crate::ui::{Choice, Day, ErrorSummary, Flash, Select, ShortDay, Typed, part, refused_form};

/// The section of `/staff/customers/{id}`. Whoever opens it has seen what stands in it.
#[component]
pub fn WhatWeRemember(#[prop(into)] customer: String) -> impl IntoView {
    let (noted, corrected) = (refused_form::<NoteDown>(), refused_form::<CorrectOurs>());
    let forgotten = refused_form::<ForgetOurs>();
    part(api::load_known(customer), move |Known { customer_id, facts, today }| {
        let of = format!("-{}", corrected.value("fact", ""));
        let nothing = facts.is_empty();
        let mut soon: Vec<(Soon, String)> = facts
            .iter()
            .filter(|fact| fact.off_limits_on.is_none())
            .filter_map(|fact| Some((fact.soon?, fact.words.clone())))
            .collect();
        soon.sort_by_key(|(soon, _)| soon.days);
        let ahead = soon.into_iter().map(|(soon, words)| view! { <Ahead soon words today/> }).collect_view();
        let items = facts.into_iter().map(|fact| view! { <Ours fact form=corrected.clone() today/> }).collect_view();
        view! {
            <section class="section flow" aria-labelledby="memory">
                <h2 id="memory">"What we remember"</h2>
                <p>"It is theirs: they read every word, and that you saw it."</p>
                <Flash flag="remembered" words="Noted. They can read it too."/>
                <Flash flag="corrected" words="Corrected."/>
                <Flash flag="forgotten" words="Forgotten. They have a receipt, without the words."/>
                <ErrorSummary form=noted.clone() labels=LABELS of="-new"/>
                <ErrorSummary form=corrected labels=LABELS of/>
                <ErrorSummary form=forgotten/>
                {ahead}
                {if nothing {
                    view! { <p class="soft">"Nothing yet. What you note here helps whoever speaks with them next."</p> }.into_any()
                } else {
                    view! { <ul class="memories">{items}</ul> }.into_any()
                }}
                <Note customer_id form=noted/>
            </section>
        }
    })
}

/// `Moves house on Thursday 3 December, in 11 days.`
#[component]
fn Ahead(soon: Soon, words: String, today: Date) -> impl IntoView {
    let words = words.trim_end_matches('.').to_owned();
    view! {
        <p class="soon"><strong dir="auto">{words}</strong> " on " <Day of=soon.on near=today/> {format!(", {}.", soon.words())}</p>
    }
}

#[component]
fn Ours(fact: Fact, form: Typed, today: Date) -> impl IntoView {
    match fact.off_limits_on {
        None => view! {
            <li class="memory">
                <p class="words" dir="auto">{fact.words.clone()}</p>
                <About fact=fact.clone() today/>
                <Acts fact form/>
            </li>
        }
        .into_any(),
        Some(on) => {
            let is_open = !form.problems().is_empty() && form.value("fact", "") == fact.id;
            view! {
                <li class="memory hushed">
                    <p><span class="badge">"Do not bring up"</span> " " <span class="soft small">"They asked this on " <ShortDay of=on near=today/> "."</span></p>
                    <details open=is_open>
                        <summary>"Read it, so as to avoid it"</summary>
                        <p class="words" dir="auto"><s>{fact.words.clone()}</s></p>
                        <About fact=fact.clone() today/>
                        <Acts fact form/>
                    </details>
                </li>
            }
            .into_any()
        }
    }
}

/// Where it is from, whose words it is in, and the day that matters.
#[component]
fn About(fact: Fact, today: Date) -> impl IntoView {
    let (noted_on, noted_by) = (fact.noted_on, fact.noted_by);
    let origin = if noted_by.is_customer {
        view! { "They wrote this themselves on " <ShortDay of=noted_on near=today/> "." }.into_any()
    } else {
        view! { {fact.source.for_staff()} "; " <bdi>{noted_by.name}</bdi> " noted it on " <ShortDay of=noted_on near=today/> "." }
            .into_any()
    };
    let corrected = fact.corrected.map(|(on, by)| {
        let who = if by.is_customer { "They".into_any() } else { view! { <bdi>{by.name}</bdi> }.into_any() };
        view! { <p>{who} " corrected it on " <ShortDay of=on near=today/> "."</p> }
    });
    view! {
        <div class="soft small">
            <p>{origin}</p>
            {corrected}
            {fact.matters_on.map(|on| view! { <p><Matters on is_yearly=fact.is_yearly/></p> })}
        </div>
    }
}

/// Correcting is for words of ours; forgetting is for any.
#[component]
fn Acts(fact: Fact, form: Typed) -> impl IntoView {
    let is_ours = !fact.is_own_words();
    view! {
        {is_ours.then(|| view! {
            <Correct fact=fact.clone() form sent=|fields| view! {
                <ActionForm action={ServerAction::<CorrectOurs>::new()}>{fields}</ActionForm>
            }.into_any()/>
        })}
        <Forget id=fact.id words=fact.words/>
    }
}

#[component]
fn Forget(id: String, words: String) -> impl IntoView {
    view! {
        <details>
            <summary>"Forget it"<span class="unseen">": " {words}</span></summary>
            <ActionForm action={ServerAction::<ForgetOurs>::new()}>
                <p>"The words are removed for good, and this cannot be undone. The customer gets a receipt with your name."</p>
                <input type="hidden" name="fact" value=id/>
                <div class="acts"><button class="button" type="submit">"Forget it for good"</button></div>
            </ActionForm>
        </details>
    }
}

#[component]
fn Note(customer_id: String, form: Typed) -> impl IntoView {
    let is_open = form.error.is_some();
    let choices = Source::ALL.into_iter().map(|source| Choice::new(source.name(), source.for_staff())).collect();
    view! {
        <div class="memory">
            <details open=is_open>
                <summary>"Remember something new"</summary>
                <ActionForm action={ServerAction::<NoteDown>::new()}>
                    <p>"Write it so that they would like to read it: they will."</p>
                    <input type="hidden" name="customer" value=customer_id/>
                    <FactFields form=form.clone() of="new"/>
                    <Select form name="source" label="How we know" choices/>
                    <div class="acts"><button class="button primary" type="submit">"Remember this"</button></div>
                </ActionForm>
            </details>
        </div>
    }
}
