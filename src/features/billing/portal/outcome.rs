//! `/acts/{id}`: what was asked, where it stands, and taking it back.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    app::{Layout, page},
    domain::credit::Because,
    features::{
        billing::{
            Act, Found, Outcome, SHOWN, Settled, State, Terms, Undo as UndoTime,
            api::{self, Undo},
        },
        bills,
        notes::first_words,
    },
    ui::{Day, ErrorSummary, Face, MoneyView, ShortDay, done, refused_form},
};

/// As long as a person's words in a row.
const LINE: usize = 120;

/// `/acts/{id}`
#[component]
pub fn ActPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let is_new = done("done").is_some();
    page(Layout::Portal, "What was done", api::load_act(id), move |act| {
        let refused = refused_form::<Undo>();
        let (back, words) = match act.terms.bill() {
            Some(bill) => (bills::address(bill), format!("Bill {bill}")),
            None => ("/plan".to_owned(), "Your plan".to_owned()),
        };
        let is_done = act.state == State::Confirmed || act.is_settled();
        let person = act.answer.as_ref().filter(|answer| !answer.words.is_empty()).cloned();
        let class = if is_done { "notice done" } else { "notice" };
        let status = is_new.then_some("status");
        view! {
            <a class="back" href=back>{words}</a>
            <ErrorSummary form=refused labels=&[]/>
            <article class=class aria-labelledby="act" role=status tabindex=is_new.then_some("-1") autofocus=is_new>
                <h1 id="act"><Headline act=act.clone()/></h1>
                <p><Standing act=act.clone()/></p>
                <p class="soft small">{asked_or_done(&act.terms)} "on " <Day of=act.day() near=act.today/> ". " <StateBadge act=act.clone()/></p>
                {said(&act.terms)}
                {person.map(|answer| view! { <Answer answer today=act.today/> })}
                <TakeBack act/>
            </article>
        }
    })
}

/// What credit paid by itself nobody asked for.
fn asked_or_done(terms: &Terms) -> &'static str {
    match terms {
        Terms::UseCredit { by_itself: Some(_), .. } => "Done for you ",
        Terms::LateFee { .. } => "Since ",
        _ => "Asked ",
    }
}

/// The customer's own words, where there are any.
fn said(terms: &Terms) -> Option<impl IntoView + use<>> {
    let (Terms::Dispute { words, .. } | Terms::LaterDate { words, .. }) = terms else { return None };
    let words = words.clone();
    (!words.is_empty()).then(|| view! { <blockquote class="own"><p dir="auto">{words}</p></blockquote> })
}

#[component]
fn Headline(act: Act) -> impl IntoView {
    let (is_over, is_settled) = (matches!(act.state, State::Refused | State::Undone), act.is_settled());
    match (act.terms, act.state) {
        (Terms::UseCredit { bill, amount, .. }, State::Confirmed) => {
            view! { <MoneyView of=amount/> {format!(" of your credit was used on bill {bill}.")} }.into_any()
        }
        (Terms::UseCredit { bill, amount, .. }, _) if is_over => {
            view! { <MoneyView of=amount/> {format!(" of your credit was not used on bill {bill}.")} }.into_any()
        }
        (Terms::UseCredit { bill, amount, .. }, _) => {
            view! { "We asked billing to use " <MoneyView of=amount/> {format!(" of your credit on bill {bill}.")} }
                .into_any()
        }
        (Terms::WaiveFee { bill, fee }, State::Confirmed) => {
            view! { "The fee of " <MoneyView of=fee/> {format!(" on bill {bill} is gone.")} }.into_any()
        }
        (Terms::WaiveFee { bill, fee }, _) if is_over => {
            view! { "The fee of " <MoneyView of=fee/> {format!(" on bill {bill} stands.")} }.into_any()
        }
        (Terms::WaiveFee { bill, fee }, _) => {
            view! { "We asked billing to let go of the fee of " <MoneyView of=fee/> {format!(" on bill {bill}.")} }
                .into_any()
        }
        (Terms::LateFee { bill, fee }, State::Confirmed) => {
            view! { "A late fee of " <MoneyView of=fee/> {format!(" was added to bill {bill}.")} }.into_any()
        }
        (Terms::LateFee { bill, .. }, _) if is_over => format!("No late fee was added to bill {bill}.").into_any(),
        (Terms::LateFee { bill, fee }, _) => {
            view! { "Billing is to add a late fee of " <MoneyView of=fee/> {format!(" to bill {bill}.")} }.into_any()
        }
        (Terms::Dispute { bill, .. }, _) if is_settled => {
            format!("The dispute about bill {bill} is settled.").into_any()
        }
        (Terms::Dispute { bill, .. }, _) if is_over => format!("Bill {bill} is not in dispute any more.").into_any(),
        (Terms::Dispute { bill, .. }, _) => format!("We settle bill {bill} with you.").into_any(),
        (Terms::ChangePlan { to, .. }, State::Confirmed) if act.is_booked => format!("You have {to} now.").into_any(),
        (Terms::ChangePlan { to, .. }, State::Confirmed) => {
            view! { {format!("You have {to} from ")} <Day of=act.takes_effect_on near=act.today/> "." }.into_any()
        }
        (Terms::ChangePlan { from, .. }, _) if is_over => format!("You keep {from}.").into_any(),
        (Terms::ChangePlan { to, .. }, _) => format!("We asked billing to change your plan to {to}.").into_any(),
        (Terms::LaterDate { bill, agreed: Some(day), .. }, State::Confirmed) => {
            view! { {format!("Pay bill {bill} by ")} <Day of=day near=act.today/> "." }.into_any()
        }
        (Terms::LaterDate { bill, .. }, _) if is_over => format!("The date of bill {bill} stays.").into_any(),
        (Terms::LaterDate { bill, agreed: Some(day), .. }, _) => {
            view! { {format!("We asked billing to move bill {bill} to ")} <Day of=day near=act.today/> "." }.into_any()
        }
        (Terms::LaterDate { bill, wanted_on, .. }, _) => {
            view! { {format!("You asked to pay bill {bill} by ")} <Day of=wanted_on near=act.today/> "." }.into_any()
        }
    }
}

/// What it means for the customer now.
#[component]
fn Standing(act: Act) -> impl IntoView {
    let (is_declined, is_settled) = (act.is_declined(), act.is_settled());
    let by = act.answer.as_ref().map(|answer| answer.by.clone());
    match (act.state, act.terms) {
        (_, Terms::Dispute { found: Some(found), .. }) if is_settled => view! { <WhatWasFound found/> }.into_any(),
        _ if is_settled => "This is what we found.".into_any(),
        (State::Asked, Terms::Dispute { .. }) => {
            "It holds from now on: you need not pay it, and no late fee is added. A person settles it with you."
                .into_any()
        }
        (State::Asked, Terms::UseCredit { .. }) => {
            "The credit is set aside for it. Billing says yes or no, and it stands here as soon as it does.".into_any()
        }
        (State::Asked, Terms::LaterDate { agreed: None, .. }) => {
            "A person answers here, by name. Until then the date of the bill stays.".into_any()
        }
        (State::Asked, Terms::LaterDate { .. }) => {
            view! { <bdi>{by}</bdi> " agreed. Billing has still to move the day; until then the date of the bill stays." }
                .into_any()
        }
        (State::Refused, Terms::LaterDate { .. }) if is_declined => {
            view! { <bdi>{by}</bdi> " declined; the date of the bill stays." }.into_any()
        }
        (State::Confirmed, Terms::LaterDate { .. }) => {
            view! { <bdi>{by}</bdi> " agreed. No late fee comes of it until then." }.into_any()
        }
        (State::Asked, _) => "Billing says yes or no, and it stands here as soon as it does.".into_any(),
        (State::Refused, _) => match act.refusal {
            Some(reason) => {
                view! { "Billing said no: " <span dir="auto">{reason}</span> " Nothing was changed." }.into_any()
            }
            None => "Billing said no, without a reason. Nothing was changed. A person can find out why.".into_any(),
        },
        (State::Undone, Terms::LateFee { .. }) => "It was not right after all, and we took it back.".into_any(),
        (State::Undone, _) => "You took it back. Everything is as it was.".into_any(),
        (State::Confirmed, Terms::UseCredit { left_to_pay, by_itself, .. }) if left_to_pay.minor == 0 => {
            view! { "The bill is paid. Nothing is left to do. " {why(by_itself)} }.into_any()
        }
        (State::Confirmed, Terms::UseCredit { left_to_pay, by_itself, .. }) => {
            view! { <MoneyView of=left_to_pay/> " was left to pay on it. " {why(by_itself)} }.into_any()
        }
        (State::Confirmed, Terms::WaiveFee { .. }) => {
            "You need not pay it. Nothing else about the bill was changed.".into_any()
        }
        (State::Confirmed, Terms::LateFee { .. }) => "It was not paid in time, and we had told you before.".into_any(),
        (State::Confirmed, Terms::Dispute { .. }) => {
            "You need not pay it until then, and no late fee is added. The answer will stand here, signed by a person."
                .into_any()
        }
        (State::Confirmed, Terms::ChangePlan { fee, difference, .. }) => {
            let money = match difference.minor {
                0 => "Nothing is added for the change.".into_any(),
                1.. => view! { <MoneyView of=difference/> " is added to your next bill." }.into_any(),
                _ => {
                    let back = crate::domain::money::Money::new(difference.minor.saturating_neg(), difference.currency);
                    view! { <MoneyView of=back/> " of the fee came back to you for the rest of that month." }.into_any()
                }
            };
            let used = (act.takes_effect_on == act.asked_on).then_some(" What you use in that month is billed at the prices of the new plan.");
            view! { "A month is " <MoneyView of=fee/> " from then on. " {money} {used} }.into_any()
        }
    }
}

/// Why credit paid without a word of the customer.
fn why(by_itself: Option<Because>) -> Option<&'static str> {
    by_itself.map(|because| match because {
        Because::Due => "It was the day to pay it, and your credit was enough.",
        Because::Expires => "It was the last day of this credit, and what is not used by then is lost.",
    })
}

/// Who was right about a bill, and what it comes to now.
#[component]
fn WhatWasFound(found: Found) -> impl IntoView {
    let Found { outcome, taken_off, credited, left_to_pay, is_booked } = found;
    let right = match outcome {
        Outcome::NotRight => return "The bill was right, so it stays as it is. There is time to pay it.".into_any(),
        Outcome::Right => "You were right. ",
        Outcome::Partly => "You were right in part. ",
    };
    if !is_booked {
        return view! { {right} "Billing takes " <MoneyView of=taken_off/> " off the bill." }.into_any();
    }
    let back = (credited.minor > 0)
        .then(|| view! { <MoneyView of=credited/> " of it you had paid already: it is your credit now. " });
    let left = match left_to_pay.minor {
        0 => "Nothing is left to pay of it.".into_any(),
        _ => view! { <MoneyView of=left_to_pay/> " was left to pay then." }.into_any(),
    };
    view! { {right} <MoneyView of=taken_off/> " is taken off the bill. " {back} {left} }.into_any()
}

#[component]
fn Answer(answer: Settled, today: jiff::civil::Date) -> impl IntoView {
    let by = answer.by;
    view! {
        <figure class="note">
            <blockquote><p dir="auto">{answer.words}</p></blockquote>
            <figcaption><Face name=&by/><span><bdi>{by.clone()}</bdi> ", " <Day of=answer.on near=today/> "."</span></figcaption>
        </figure>
    }
}

#[component]
fn TakeBack(act: Act) -> impl IntoView {
    let undo = act.undo.map(|undo| {
        let until = match undo {
            UndoTime::Until(day) => {
                view! { "You can undo this until the end of " <Day of=day near=act.today/> "." }.into_any()
            }
            UndoTime::UntilSettled => "You can take it back until billing has decided.".into_any(),
            UndoTime::UntilAnswered => "You can take it back until a person has answered.".into_any(),
        };
        view! {
            <p class="soft small">{until}</p>
            <div class="acts">
                <ActionForm action={ServerAction::<Undo>::new()}>
                    <input type="hidden" name="id" value=act.id.clone()/>
                    <button class="button" type="submit">"Undo"</button>
                </ActionForm>
                <a class="button link" href="/help">"Ask a person"</a>
            </div>
        }
        .into_any()
    });
    undo.unwrap_or_else(|| {
        view! { <div class="acts"><a class="button link" href="/help">"Ask a person"</a></div> }.into_any()
    })
}

/// `Done`, `With billing`, `Taken back`
#[component]
fn StateBadge(act: Act) -> impl IntoView {
    let is_for_person = matches!(act.terms, Terms::LaterDate { .. }) && act.answer.is_none();
    let by =
        act.answer.as_ref().filter(|_| matches!(act.terms, Terms::LaterDate { .. })).map(|answer| answer.by.clone());
    if let Some(by) = by {
        let (class, words) = match act.state {
            State::Confirmed => ("badge done", "Agreed, "),
            State::Refused if act.is_declined() => ("badge", "Declined, "),
            State::Refused => ("badge", "Refused by billing, agreed by "),
            State::Asked | State::Undone => ("badge accent", "With billing, agreed by "),
        };
        return view! { <span class=class>{words} <bdi>{by}</bdi></span> }.into_any();
    }
    let (class, words) = match (act.state, act.is_booked) {
        _ if act.is_settled() => ("badge done", "Settled"),
        (State::Asked, _) if is_for_person => ("badge accent", "Asked, with a person"),
        (State::Asked, _) => ("badge accent", "Asked, with billing"),
        (State::Confirmed, true) => ("badge done", "Confirmed"),
        (State::Confirmed, false) => ("badge accent", "Confirmed, not in force yet"),
        (State::Refused, _) => ("badge", "Refused"),
        (State::Undone, _) => ("badge", "Taken back"),
    };
    view! { <span class=class>{words}</span> }.into_any()
}

/// What was done before, each a way to its page; nothing where nothing was.
#[component]
pub fn ActRows(acts: Vec<Act>) -> impl IntoView {
    let rows = acts
        .iter()
        .cloned()
        .map(|act| {
            let address = format!("/acts/{}", act.id);
            let (words, day, today) = (asked_or_done(&act.terms), act.day(), act.today);
            let answer = act.answer.as_ref().map(|answer| answer.words.clone()).filter(|words| !words.is_empty());
            let answer = answer.map(|words| view! { <span class="more" dir="auto">{first_words(&words, LINE)}</span> });
            view! {
                <li><a href=address>
                    <span>
                        <span class="what"><Headline act=act.clone()/></span>
                        <span class="more">{words} <ShortDay of=day near=today/></span>
                        {answer}
                    </span>
                    <span class="end"><StateBadge act/></span>
                </a></li>
            }
        })
        .collect_view();
    let is_cut = acts.len() as i64 >= SHOWN;
    (!acts.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="acts-done">
                <h2 id="acts-done">"What was done"</h2>
                <ul class="rows">{rows}</ul>
                {is_cut.then(|| view! {
                    <p class="soft small">
                        {format!("The latest {SHOWN} stand here. ")}<a href="/about-me#data">"All of them are in your data"</a>"."
                    </p>
                })}
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};
    use jiff::civil::{Date, date};

    const TODAY: Date = date(2026, 11, 18);

    #[test]
    fn of_a_fee_that_was_let_go_nothing_is_said_to_be_left() {
        let act = Act {
            id: "1".to_owned(),
            terms: Terms::WaiveFee { bill: "1042".to_owned(), fee: Money::new(500, Currency::EUR) },
            state: State::Confirmed,
            asked_on: TODAY,
            takes_effect_on: TODAY,
            is_booked: true,
            refusal: None,
            answer: None,
            undo: None,
            today: TODAY,
        };
        let words = Owner::new().with(|| view! { <Standing act/> }.to_html());
        assert!(
            words.contains("You need not pay it") && !words.contains("left"),
            "also where the bill was paid: {words}"
        );
    }

    #[test]
    fn what_a_person_found_of_a_dispute_stands_whatever_billing_decides_then() {
        let act = |state, is_answered: bool| Act {
            id: "1".to_owned(),
            terms: Terms::Dispute { bill: "1042".to_owned(), words: String::new(), found: None },
            state,
            asked_on: date(2026, 11, 18),
            takes_effect_on: date(2026, 11, 18),
            is_booked: false,
            refusal: (state == State::Refused).then(|| "The account is closed.".to_owned()),
            answer: is_answered.then(|| Settled {
                words: "It was.".to_owned(),
                by: "Jonas Ott".to_owned(),
                on: date(2026, 11, 18),
            }),
            undo: None,
            today: date(2026, 11, 18),
        };
        let shown = |act: Act| {
            Owner::new().with(|| {
                view! { <Headline act=act.clone()/> " " <Standing act=act.clone()/> " " <StateBadge act/> }.to_html()
            })
        };
        for state in [State::Asked, State::Confirmed, State::Refused] {
            let said = shown(act(state, true));
            for words in ["is settled", "This is what we found.", "Settled"] {
                assert!(said.contains(words), "{state:?}: {said}");
            }
            assert!(!said.contains("illing"), "{state:?}: {said}");
        }
        assert!(shown(act(State::Refused, false)).contains("Billing said no"));
    }
}
