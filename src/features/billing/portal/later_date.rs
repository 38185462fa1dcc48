//! `/bills/{number}/later-date`: to pay a bill later, with what comes of a yes and of a no.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::bill::{Back, Decide, number};
use crate::{
    app::{Layout, page},
    features::billing::{
        LONGEST_WORDS, LaterDatePreview,
        api::{self, AskLaterDate},
    },
    ui::{Day, ErrorSummary, Field, MoneyView, TextArea, Typed, day, refused_form},
};

const LABELS: &[(&str, &str)] = &[("wanted_on", "Pay by"), ("words", "What should we know")];

/// `/bills/{number}/later-date`
#[component]
pub fn LaterDatePage() -> impl IntoView {
    let typed = use_query_map().with_untracked(|query| query.get("wanted_on")).unwrap_or_default();
    page(Layout::Portal, "Ask for a later date", api::load_later_date_preview(number(), typed), |preview| {
        let form = refused_form::<AskLaterDate>();
        let choosing = if form.problem("wanted_on").is_some() {
            form.clone()
        } else {
            Typed { error: preview.refused.clone(), ..form.clone() }
        };
        let summary = if form.error.is_some() { form.clone() } else { choosing.clone() };
        let LaterDatePreview { once, bill, open, wanted_on, today, .. } = preview.clone();
        view! {
            <Back number=bill.clone()/>
            <header class="lead">
                <h1>"Ask to pay by " <Day of=wanted_on near=today/></h1>
                <p>"This is how it would be. Nothing is asked yet."</p>
            </header>
            <ErrorSummary form=summary labels=LABELS/>
            <ChooseDay preview=preview.clone() form=choosing/>
            <section class="card" aria-label="How it would be">
                <dl class="facts amounts">
                    <div><dt>"Left to pay"</dt><dd><MoneyView of=open/></dd></div>
                    <div><dt>"Pay by, as it is"</dt><dd><Day of=preview.pay_by near=today/></dd></div>
                    <div class="total"><dt>"Pay by, if we say yes"</dt><dd><Day of=wanted_on near=today/></dd></div>
                </dl>
                <Answers preview/>
                <ActionForm action={ServerAction::<AskLaterDate>::new()}>
                    <input type="hidden" name="number" value=bill.clone()/>
                    <input type="hidden" name="once" value=once/>
                    <input type="hidden" name="wanted_on" value=wanted_on.to_string()/>
                    <TextArea form name="words" label="What should we know" maxlength=LONGEST_WORDS/>
                    <Decide number=bill>
                        <button class="button primary" type="submit">{format!("Ask to pay by {}", day(wanted_on))}</button>
                    </Decide>
                </ActionForm>
            </section>
        }
    })
}

/// Another day to look at.
#[component]
fn ChooseDay(preview: LaterDatePreview, form: Typed) -> impl IntoView {
    let address = format!("{}/later-date", crate::features::bills::address(&preview.bill));
    view! {
        <section class="card" aria-label="Another day">
            <form method="get" action=address>
                <Field
                    form
                    name="wanted_on"
                    label="Pay by"
                    kind="date"
                    short=true
                    required=true
                    value=preview.wanted_on.to_string()
                    min=preview.first.to_string()
                    max=preview.last.to_string()
                />
                <div class="acts"><button class="button" type="submit">"Show how this day would be"</button></div>
            </form>
        </section>
    }
}

/// What comes of a yes, of a no, and until then.
#[component]
fn Answers(preview: LaterDatePreview) -> impl IntoView {
    let LaterDatePreview { pay_by, wanted_on, fee, is_outside, today, .. } = preview;
    let (yes, no) = match fee {
        None => ("; no late fee comes of this bill.".into_any(), ". No late fee comes of this bill.".into_any()),
        Some(of) => {
            let yes = match of.moved {
                None => "; no late fee comes of this bill.".into_any(),
                Some((fee, on)) => {
                    view! { ", and the late fee of " <MoneyView of=fee/> " comes only on " <Day of=on near=today/> ", if it is not paid by then." }
                        .into_any()
                }
            };
            let no = if of.comes_on <= today {
                view! { ", and the late fee of " <MoneyView of=of.fee/> " since " <Day of=of.comes_on near=today/> " stays." }
                    .into_any()
            } else {
                view! { ", and the late fee of " <MoneyView of=of.fee/> " comes on " <Day of=of.comes_on near=today/> ", if it is not paid by then." }
                    .into_any()
            };
            (yes, no)
        }
    };
    let billing = is_outside.then(
        || view! { <li>"After a yes, billing moves the day; it stands on the page of the bill when it has."</li> },
    );
    view! {
        <ul class="bullets">
            <li>"If we say yes, you pay by " <Day of=wanted_on near=today/> {yes}</li>
            <li>"If we say no, the day stays " <Day of=pay_by near=today/> {no}</li>
            <li>"Until a person has answered, nothing changes. The answer stands on the page of the bill, by name."</li>
            {billing}
            <li>"You can take it back until then."</li>
        </ul>
    }
}
