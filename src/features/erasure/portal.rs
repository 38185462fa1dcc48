//! `/about-me/erase`: what goes, what stays and why, and the wish itself.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{
    Erasure, ErasureList, LONGEST_WORDS, Standing, Wish,
    api::{self, AskErasure, WithdrawErasure},
};
use crate::{
    app::{Layout, page},
    ui::{Day, ErrorSummary, Flash, TextArea, refused_form},
};

/// `/about-me/erase`
#[component]
pub fn ErasePage() -> impl IntoView {
    page(Layout::Portal, "Ask to be erased", api::load_erasure(), |Erasure { wish, list, today }| {
        let form = refused_form::<AskErasure>();
        let withdrawal = refused_form::<WithdrawErasure>();
        let waits = wish.as_ref().is_some_and(Wish::waits);
        view! {
            <a class="back" href="/about-me">"About me"</a>
            <header class="lead">
                <h1>"Ask to be erased"</h1>
                <p>"A person reads it and decides. Until then you can take it back. Once it is done, it cannot be undone, and you can no longer sign in."</p>
            </header>
            <Flash flag="asked" words="A person has it now. What they decide stands here; once you are erased, we write to your e-mail address where we can."/>
            <Flash flag="withdrawn" words="Taken back. Nothing was erased."/>
            <ErrorSummary form=form.clone() labels=&[("reason", "What we should know")]/>
            <ErrorSummary form=withdrawal/>
            {wish.map(|wish| view! { <Stands wish today/> })}
            <section class="card" aria-labelledby="erased">
                <h2 id="erased">"What is erased, and what stays"</h2>
                <Lists list/>
                <p>"A bill that is open stays to be paid, and we can then reach you only through billing. Take your data with you first: it is on "<a href="/about-me#data">"About me"</a>"."</p>
            </section>
            {(!waits).then(|| view! {
                <section class="card" aria-labelledby="ask">
                    <h2 id="ask">"Your wish"</h2>
                    <ActionForm action={ServerAction::<AskErasure>::new()}>
                        <TextArea
                            form
                            name="reason"
                            label="What we should know"
                            help="You need give no reason."
                            maxlength=LONGEST_WORDS
                            rows=3
                        />
                        <div class="acts"><button class="button primary" type="submit">"Ask to be erased"</button></div>
                    </ActionForm>
                </section>
            })}
        }
    })
}

/// What goes, then what stays and why. For both sides.
#[component]
pub fn Lists(list: ErasureList) -> impl IntoView {
    let goes = list.goes.into_iter().map(|what| view! { <li>{what} "."</li> }).collect_view();
    let stays =
        list.stays.into_iter().map(|(what, why)| view! { <li>{what} ". " <small>{why}</small></li> }).collect_view();
    view! {
        <h3>"Erased for good"</h3>
        <ul class="listed">{goes}</ul>
        <h3>"What must stay"</h3>
        <ul class="listed">{stays}</ul>
    }
}

/// The wish and what became of it.
#[component]
fn Stands(wish: Wish, today: Date) -> impl IntoView {
    let waits = wish.waits();
    let words = wish.words.map(|words| view! { <blockquote><p dir="auto">{words}</p></blockquote> });
    let said = match wish.standing {
        Standing::Waiting { handed_over: None } => view! { <p>"A person has it and will decide."</p> }.into_any(),
        Standing::Waiting { handed_over: Some((on, by)) } => {
            view! { <p><bdi>{by}</bdi> " read it and handed it on " <Day of=on near=today/> " to somebody who may erase."</p> }.into_any()
        }
        Standing::Withdrawn { on } => view! { <p>"You took it back on " <Day of=on near=today/> "."</p> }.into_any(),
        Standing::Erased { on, .. } => view! { <p>"Done on " <Day of=on near=today/> "."</p> }.into_any(),
        Standing::Refused { on, by, answer } => view! {
            <p>"Not done, for this reason:"</p>
            <blockquote><p dir="auto">{answer}</p></blockquote>
            <p class="soft small"><bdi>{by}</bdi> ", " <Day of=on near=today/> "."</p>
        }
        .into_any(),
    };
    view! {
        <section class="card erasure" aria-labelledby="wish">
            <h2 id="wish">"You asked on " <Day of=wish.asked_on near=today/></h2>
            {words}
            {said}
            {waits.then(|| view! {
                <ActionForm action={ServerAction::<WithdrawErasure>::new()}>
                    <div class="acts"><button class="button" type="submit">"Take it back"</button></div>
                </ActionForm>
            })}
        </section>
    }
}
