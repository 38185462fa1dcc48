//! What we remember, as the customer reads it: whose words, who saw them, and the ways to change or end it.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    Fact, LONGEST_WORDS, Memories, Receipt, Seen, Writer,
    api::{self, CorrectMine, ForgetMine, HushMine, TellUs},
};
use crate::{
    app::{Layout, page},
    ui::{Day, ErrorSummary, Field, Flash, ShortDay, TextArea, Typed, part, refused_form, retold},
};

/// The labels of the fields, as an error names them.
pub const LABELS: &[(&str, &str)] = &[("words", "Words"), ("matters_on", "Day that matters"), ("source", "Source")];

/// The section of `/about-me`.
#[component]
pub fn Remembered() -> impl IntoView {
    let (told, corrected) = (refused_form::<TellUs>(), refused_form::<CorrectMine>());
    let (hushed, forgotten) = (refused_form::<HushMine>(), refused_form::<ForgetMine>());
    part(api::load_remembered(), move |Memories { facts, receipts, today }| {
        let of = format!("-{}", corrected.value("fact", ""));
        let nothing = facts.is_empty();
        let items = facts.into_iter().map(|fact| view! { <Mine fact form=corrected.clone() today/> }).collect_view();
        view! {
            <section class="section flow" aria-labelledby="remembered">
                <h2 id="remembered">"What we remember"</h2>
                <p>"This is yours. Correct it, tell us not to bring it up, or delete it."</p>
                <Flash flag="told" words="Noted. Whoever helps you next can read it."/>
                <Flash flag="corrected" words="Corrected. The earlier words are gone."/>
                <Flash flag="hushed" words="We will not bring it up."/>
                <Flash flag="allowed" words="We may bring it up again."/>
                <ErrorSummary form=told.clone() labels=LABELS of="-new"/>
                <ErrorSummary form=corrected labels=LABELS of/>
                <ErrorSummary form=hushed/>
                <ErrorSummary form=forgotten/>
                {if nothing {
                    view! {
                        <div class="empty">
                            <p>"We have noted nothing about you. When a person writes something down to remember, you read it here."</p>
                        </div>
                    }.into_any()
                } else {
                    view! { <ul class="memories">{items}</ul> }.into_any()
                }}
                <Tell form=told/>
                <Receipts receipts today/>
            </section>
        }
    })
}

#[component]
fn Mine(fact: Fact, form: Typed, today: Date) -> impl IntoView {
    view! {
        <li class="memory">
            <p class="words" dir="auto">{fact.words.clone()}</p>
            <div class="soft small">
                <p><Origin source=fact.source.for_customer() by=fact.noted_by.clone() on=fact.noted_on today/></p>
                {fact.corrected.clone().map(|(on, by)| view! { <p><CorrectedBy by on today/></p> })}
                {fact.matters_on.map(|on| view! { <p><Matters on is_yearly=fact.is_yearly/></p> })}
                <p><SeenBy seen=fact.seen.clone()/></p>
            </div>
            {fact.off_limits_on.map(|on| view! {
                <p><span class="badge accent">"Not to be brought up"</span> " " <span class="soft small">"Since " <ShortDay of=on near=today/> "."</span></p>
            })}
            <Hush id=fact.id.clone() words=fact.words.clone() is_off_limits=fact.off_limits_on.is_some()/>
            <Correct fact=fact.clone() form sent=|fields| view! {
                <ActionForm action={ServerAction::<CorrectMine>::new()}>{fields}</ActionForm>
            }.into_any()/>
            <Delete id=fact.id words=fact.words/>
        </li>
    }
}

#[component]
fn Hush(id: String, words: String, is_off_limits: bool) -> impl IntoView {
    let act = if is_off_limits { "You may bring it up again" } else { "Do not bring it up" };
    view! {
        <div class="acts">
            <ActionForm action={ServerAction::<HushMine>::new()}>
                <input type="hidden" name="fact" value=id/>
                <input type="hidden" name="is_off_limits" value=(!is_off_limits).to_string()/>
                <button class="button" type="submit">{act}<span class="unseen">": " {words}</span></button>
            </ActionForm>
        </div>
    }
}

/// Correcting a fact. `form` is the one that came back on this page, whichever fact it was about; `sent` puts the fields into
/// the form of whoever corrects.
#[component]
pub fn Correct(fact: Fact, form: Typed, sent: fn(AnyView) -> AnyView) -> impl IntoView {
    let form = if form.value("fact", "") == fact.id { form } else { Typed::default() };
    let is_open = form.error.is_some();
    let (id, words) = (fact.id.clone(), fact.words.clone());
    let fields = view! {
        <input type="hidden" name="fact" value=id.clone()/>
        <FactFields form of=id fact/>
        <div class="acts"><button class="button" type="submit">"Keep it like this"</button></div>
    };
    view! {
        <details open=is_open>
            <summary>"Correct it"<span class="unseen">": " {words}</span></summary>
            {sent(fields.into_any())}
        </details>
    }
}

#[component]
fn Delete(id: String, words: String) -> impl IntoView {
    view! {
        <details>
            <summary>"Delete it"<span class="unseen">": " {words}</span></summary>
            <ActionForm action={ServerAction::<ForgetMine>::new()}>
                <p>"The words, the day and who saw them are removed at once. This cannot be undone, by you or by us. You get a receipt without the words."</p>
                <input type="hidden" name="fact" value=id/>
                <div class="acts"><button class="button" type="submit">"Delete it for good"</button></div>
            </ActionForm>
        </details>
    }
}

/// `You told us. Jonas Ott noted it on Friday 20 November.`
#[component]
fn Origin(source: &'static str, by: Writer, on: Date, today: Date) -> impl IntoView {
    if by.is_customer {
        view! { "You wrote this on " <Day of=on near=today/> "." }.into_any()
    } else {
        view! { {source} ". " <bdi>{by.name}</bdi> " noted it on " <Day of=on near=today/> "." }.into_any()
    }
}

#[component]
fn CorrectedBy(by: Writer, on: Date, today: Date) -> impl IntoView {
    let who = if by.is_customer { "You".into_any() } else { view! { <bdi>{by.name}</bdi> }.into_any() };
    view! { {who} " corrected it on " <Day of=on near=today/> "." }
}

/// The day that matters, as it was told.
#[component]
pub fn Matters(on: Date, is_yearly: bool) -> impl IntoView {
    let day = if is_yearly { crate::ui::day_of_month(on) } else { crate::ui::day_and_year(on) };
    view! { "The day that matters: " <time datetime=on.to_string()>{day}</time> {is_yearly.then_some(", every year")} "." }
}

#[component]
fn SeenBy(seen: Vec<Seen>) -> impl IntoView {
    if seen.is_empty() {
        return "Nobody of us has opened it since.".into_any();
    }
    let several = seen.len() > 1;
    let names = seen
        .into_iter()
        .enumerate()
        .map(|(at, Seen { by, last })| {
            let before = (at > 0).then_some("; ");
            view! { {before} <bdi>{by}</bdi> {format!(", last on {}", retold(&last))} }
        })
        .collect_view();
    view! { {if several { "Seen by: " } else { "Seen by " }} {names} "." }.into_any()
}

/// The words and the day of a fact, in any form; `of` ends the ids.
#[component]
pub fn FactFields(form: Typed, #[prop(into)] of: String, #[prop(optional)] fact: Option<Fact>) -> impl IntoView {
    let stood = fact.as_ref();
    let day = stood.and_then(|fact| fact.matters_on).map(|on| on.to_string()).unwrap_or_default();
    let was_refused = !form.problems().is_empty();
    let is_yearly =
        if was_refused { form.value("yearly", "") == "on" } else { stood.is_some_and(|fact| fact.is_yearly) };
    let yearly_id = format!("yearly-{of}");
    view! {
        <TextArea
            form=form.clone()
            id=format!("words-{of}")
            name="words"
            label="Words"
            value=stood.map(|fact| fact.words.clone()).unwrap_or_default()
            required=true
            maxlength=LONGEST_WORDS
            rows=2
        />
        <Field
            form
            id=format!("matters_on-{of}")
            name="matters_on"
            label="Day that matters"
            help="Such as a move or a birthday."
            kind="date"
            short=true
            value=day
        />
        <div class="check">
            <input id=yearly_id.clone() type="checkbox" name="yearly" checked=is_yearly/>
            <label for=yearly_id>"It comes every year"</label>
        </div>
    }
}

#[component]
fn Tell(form: Typed) -> impl IntoView {
    let is_open = form.error.is_some();
    view! {
        <div class="memory">
            <details open=is_open>
                <summary>"Something we should know?"</summary>
                <ActionForm action={ServerAction::<TellUs>::new()}>
                    <p>"Whoever helps you can read it. You see here who did."</p>
                    <FactFields form of="new"/>
                    <div class="acts"><button class="button primary" type="submit">"Remember this"</button></div>
                </ActionForm>
            </details>
        </div>
    }
}

#[component]
fn Receipts(receipts: Vec<Receipt>, today: Date) -> impl IntoView {
    let nothing = receipts.is_empty();
    let rows = receipts
        .into_iter()
        .map(|receipt| {
            view! {
                <li><a href=address(&receipt.id)>
                    <span>
                        <span class="what">{format!("Deleted on {}", retold(&receipt.forgotten))}</span>
                        <span class="more"><What receipt=receipt.clone() today/></span>
                    </span>
                    <span class="end">"Receipt"</span>
                </a></li>
            }
        })
        .collect_view();
    (!nothing).then(|| view! { <h3>"What was deleted"</h3> <ul class="rows">{rows}</ul> })
}

fn address(id: &str) -> String {
    format!("/about-me/receipts/{id}")
}

/// `One thing Jonas Ott noted on Friday 20 November.`
#[component]
fn What(receipt: Receipt, today: Date) -> impl IntoView {
    let Receipt { noted_by, noted_on, .. } = receipt;
    let who = if noted_by.is_customer { "you".into_any() } else { view! { <bdi>{noted_by.name}</bdi> }.into_any() };
    view! { "One thing " {who} " noted on " <Day of=noted_on near=today/> "." }
}

/// `/about-me/receipts/{id}`
#[component]
pub fn ReceiptPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    page(Layout::Portal, "Receipt", api::load_receipt(id), |receipt: Receipt| {
        let Receipt { id, source, noted_on, noted_by, forgotten, forgotten_by } = receipt;
        let forgotten = retold(&forgotten);
        let who = |by: Writer| {
            if by.is_customer { "you".into_any() } else { view! { <bdi>{by.name}</bdi> }.into_any() }
        };
        let from = (!noted_by.is_customer).then(|| source.for_customer());
        view! {
            <a class="back" href="/about-me#remembered">"What we remember"</a>
            <header class="lead">
                <h1>"Deleted for good"</h1>
                <p>
                    {format!("Deleted on {forgotten}: one thing ")} {who(noted_by.clone())}
                    " noted on " <time datetime=noted_on.to_string()>{crate::ui::day_and_year(noted_on)}</time>
                    "; nobody can read it any more."
                </p>
            </header>
            <section class="card" aria-labelledby="receipt">
                <h2 id="receipt">"Receipt"</h2>
                <dl class="facts">
                    <div><dt>"Number"</dt><dd>{id}</dd></div>
                    <div><dt>"Deleted"</dt><dd>{forgotten} ", by " {who(forgotten_by)}</dd></div>
                    <div><dt>"Noted"</dt><dd>{crate::ui::day_and_year(noted_on)} ", by " {who(noted_by)}</dd></div>
                    {from.map(|from| view! { <div><dt>"How we knew"</dt><dd>{from}</dd></div> })}
                </dl>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{AppError, Problem, Reason},
        features::memory::Source,
    };
    use jiff::civil::date;

    #[test]
    fn a_refused_correction_opens_at_the_fact_it_is_about_as_it_was_typed() {
        let fact = |id: &str| Fact {
            id: id.to_owned(),
            words: "Moves house".to_owned(),
            source: Source::Call,
            matters_on: None,
            is_yearly: false,
            noted_on: date(2026, 11, 1),
            noted_by: Writer { name: "Jonas Ott".to_owned(), is_customer: false },
            off_limits_on: None,
            corrected: None,
            soon: None,
            seen: Vec::new(),
        };
        let problems = vec![Problem { field: "matters_on".to_owned(), reason: Reason::NotADate }];
        let kept = [("fact", "f1"), ("words", "<b>Moved</b>")];
        let refused = AppError::Invalid { problems, kept: Vec::new() }.keeping(kept);
        Owner::new().with(|| {
            let shown = |id: &str| {
                let form = Typed::refused(refused.clone());
                view! { <Correct fact=fact(id) form sent=|fields| fields/> }.to_html()
            };
            let (its, another) = (shown("f1"), shown("f2"));
            assert!(its.contains("<details open") && its.contains("&lt;b&gt;Moved&lt;/b&gt;</textarea>"), "{its}");
            assert!(!another.contains("<details open") && another.contains("Moves house</textarea>"), "{another}");
            assert!(another.contains(r#"name="fact" value="f2""#), "{another}");
        });
    }
}
