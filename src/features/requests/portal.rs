//! Asking a person, and reading what they answered.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    Answer, Ask, Kind, LONGEST_WORDS, Outcome,
    api::{self, AskAboutBill, AskPerson},
};
use crate::{
    app::{Layout, page},
    domain::answer_time::{AnswerTime, DAYS},
    features::{billing::State, bills, notes},
    ui::{Choice, Day, ErrorSummary, Face, Flash, Select, TextArea, Typed, count, how_long, refused_form},
};

/// `/help`
#[component]
pub fn HelpPage() -> impl IntoView {
    let about = use_query_map().with_untracked(|query| query.get("bill"));
    page(Layout::Portal, "Ask a person", api::load_help(about.clone()), |help| {
        let form = refused_form::<AskPerson>();
        let choices: Vec<Choice> = std::iter::once(Choice::new("", "Nothing in particular"))
            .chain(help.bills.iter().map(|number| Choice::new(number, format!("Bill {number}"))))
            .collect();
        let nothing_asked = help.asks.is_empty();
        view! {
            <header class="lead">
                <h1>"Ask a person"</h1>
                <p>"You write, and one of us answers here, by name."</p>
            </header>
            <Flash flag="asked" words="A person has your question now. The answer will stand here, with their name."/>
            <ErrorSummary form=form.clone() labels=&[("question", "Your question"), ("about", "About")]/>
            <HowSoon of=help.answer_time.clone()/>
            <section class="card">
                <ActionForm action={ServerAction::<AskPerson>::new()}>
                    {(choices.len() > 1).then(|| view! {
                        <Select form=form.clone() name="about" label="About" choices value=about.unwrap_or_default()/>
                    })}
                    <TextArea
                        form
                        name="question"
                        label="What can we do for you"
                        help="Plain words are enough. We see your bills; you need not repeat them."
                        required=true
                        maxlength=LONGEST_WORDS
                        rows=5
                    />
                    <div class="acts"><button class="button primary" type="submit">"Send to a person"</button></div>
                </ActionForm>
            </section>
            {nothing_asked.then(|| view! {
                <section class="section" aria-labelledby="asked">
                    <h2 id="asked">"What you asked"</h2>
                    <div class="empty"><p>"Nothing so far. Your questions and our answers will stand here."</p></div>
                </section>
            })}
            <AskedList asks=help.asks today=help.today/>
        }
    })
}

/// How soon an answer comes, from the last days as they were.
#[component]
fn HowSoon(of: AnswerTime) -> impl IntoView {
    view! { <p class="section how-soon" id="how-soon">{how_soon(&of)}</p> }
}

fn how_soon(of: &AnswerTime) -> String {
    let answered = || count(of.answered as i64, "question", "questions");
    let said = match (of.half, of.most) {
        (Some(half), Some(most)) => {
            let lead = format!("Over the last {DAYS} days we answered {}", answered());
            match (half.is_answered, most.is_answered) {
                (true, _) if of.asked == 1 => format!("{lead}, within {}.", at_most(half.ms)),
                (true, true) => format!(
                    "{lead}; half of them within {}, nine of ten within {}.",
                    at_most(half.ms),
                    at_most(most.ms)
                ),
                (true, false) => format!(
                    "{lead}; half of those asked within {}, but one in ten has waited {} or longer.",
                    at_most(half.ms),
                    how_long(most.ms)
                ),
                (false, _) => {
                    format!("{lead}, too few: of those asked, half have waited {} or longer.", how_long(half.ms))
                }
            }
        }
        _ if of.asked == 0 => {
            format!("Nobody asked in the last {DAYS} days, so we have no answer time to show.")
        }
        _ => format!(
            "In the last {DAYS} days we were asked {}, and have answered none of them yet.",
            count(of.asked as i64, "question", "questions")
        ),
    };
    match of.waiting {
        None => said,
        Some(waiting) if waiting.many == 1 => {
            format!("{said} 1 has been waiting for {}.", how_long(waiting.longest_ms))
        }
        Some(waiting) => {
            format!("{said} {} have been waiting, the longest for {}.", waiting.many, how_long(waiting.longest_ms))
        }
    }
}

/// A time that is not shorter than this: `40 minutes`, `3 hours`, `2 days`.
fn at_most(ms: i64) -> String {
    let up = |unit: i64| (ms + unit - 1) / unit;
    match up(60_000) {
        minutes @ ..=59 => count(minutes.max(1), "minute", "minutes"),
        60..=1_380 => count(up(3_600_000), "hour", "hours"),
        _ => count(up(86_400_000), "day", "days"),
    }
}

/// What was asked before, each with its answer; nothing where nothing was.
#[component]
pub fn AskedList(asks: Vec<Ask>, today: Date) -> impl IntoView {
    let items = asks.iter().cloned().map(|ask| view! { <Asked ask today/> }).collect_view();
    (!asks.is_empty()).then(|| {
        view! {
            <section class="section flow" aria-labelledby="asked">
                <h2 id="asked">"What you asked"</h2>
                {items}
            </section>
        }
    })
}

#[component]
fn Asked(ask: Ask, today: Date) -> impl IntoView {
    let id = format!("ask-{}", ask.id);
    let words =
        (!ask.words.is_empty()).then(|| view! { <blockquote><p dir="auto">{ask.words.clone()}</p></blockquote> });
    let asked_on = ask.asked_on;
    let described = id.clone();
    let go_on = ask.thread.clone().map(|thread| {
        view! { <p><a href=notes::address(&thread) aria-describedby=described>"Go on writing"</a></p> }
    });
    let described = id.clone();
    let see = ask.act.map(|_| {
        let words = if ask.answer.is_none() { "See it, or take it back" } else { "See it" };
        view! { <p><a href=format!("/acts/{}", ask.id) aria-describedby=described>{words}</a></p> }
    });
    let (class, state) = badge(ask.answer.as_ref().map(|answer| answer.outcome), ask.act);
    let waits = ask.answer.is_none().then_some(", waiting for a person");
    view! {
        <article class="request" aria-labelledby=id.clone()>
            <header class="apart"><h3 id=id.clone()><Title ask=ask.clone() today/></h3><span class=class>{state}</span></header>
            <p class="soft small">"Asked on " <Day of=asked_on near=today/> {waits} "."</p>
            {words}
            {ask.answer.map(|answer| view! { <Answered answer act=ask.act today/> })}
            {see}
            {go_on}
        </article>
    }
}

/// Where it stands; `act` is where billing stands with it.
fn badge(outcome: Option<Outcome>, act: Option<State>) -> (&'static str, &'static str) {
    match (outcome, act) {
        (None, _) => ("badge", "Waiting"),
        (Some(Outcome::Agreed), Some(State::Asked)) => ("badge accent", "With billing"),
        (Some(Outcome::Agreed), Some(State::Refused)) => ("badge", "Refused by billing"),
        (Some(Outcome::Agreed), _) => ("badge done", "Agreed"),
        (Some(Outcome::Declined), _) => ("badge", "Declined"),
        (Some(Outcome::Answered), _) => ("badge done", "Answered"),
    }
}

#[component]
fn Title(ask: Ask, today: Date) -> impl IntoView {
    let bill = ask.bill.map(|number| view! { <a href=bills::address(&number)>{format!("bill {number}")}</a> });
    match (ask.kind, ask.wanted_on, bill) {
        (Kind::LaterDate, Some(day), Some(bill)) => {
            view! { "To pay " {bill} " by " <Day of=day near=today/> }.into_any()
        }
        (_, _, Some(bill)) => view! { "A question about " {bill} }.into_any(),
        (_, _, None) => "A question".into_any(),
    }
}

/// What a person answered: the outcome in a line, their words on paper, signed. `act` is where billing stands with it.
#[component]
pub fn Answered(answer: Answer, act: Option<State>, today: Date) -> impl IntoView {
    let outcome = match (answer.outcome, answer.pay_by) {
        (Outcome::Agreed, Some(pay_by)) if act == Some(State::Asked) => {
            Some(view! { "Agreed: pay by " <Day of=pay_by near=today/> ", as soon as billing has moved the day." }.into_any())
        }
        (Outcome::Agreed, Some(pay_by)) if act == Some(State::Refused) => Some(
            view! { "Agreed to " <Day of=pay_by near=today/> ", but billing did not move the day; the date of the bill stays." }
                .into_any(),
        ),
        (Outcome::Agreed, Some(pay_by)) => {
            Some(view! { "Agreed: pay by " <strong><Day of=pay_by near=today/></strong> "." }.into_any())
        }
        (Outcome::Agreed, None) => Some("Agreed.".into_any()),
        (Outcome::Declined, _) => Some("Declined; the date of the bill stays.".into_any()),
        (Outcome::Answered, _) => None,
    };
    let (by, on) = (answer.by, answer.on);
    let signed = match answer.words {
        Some(words) => view! {
            <figure class="note">
                <blockquote><p dir="auto">{words}</p></blockquote>
                <figcaption><Face name=&by/><span><bdi>{by.clone()}</bdi> ", " <Day of=on near=today/> "."</span></figcaption>
            </figure>
        }
        .into_any(),
        None => view! { <p class="soft small">"Answered by " <bdi>{by}</bdi> " on " <Day of=on near=today/> "."</p> }.into_any(),
    };
    view! { {outcome.map(|outcome| view! { <p>{outcome}</p> })} {signed} }
}

/// A question about this bill.
#[component]
pub fn QuestionForm(form: Typed, #[prop(into)] number: String) -> impl IntoView {
    let is_open = form.error.is_some();
    view! {
        <details id="ask" open=is_open>
            <summary>"Ask a person about this bill"</summary>
            <ActionForm action={ServerAction::<AskAboutBill>::new()}>
                <input type="hidden" name="number" value=number/>
                <TextArea form name="question" label="Your question" required=true maxlength=LONGEST_WORDS/>
                <div class="acts"><button class="button" type="submit">"Send to a person"</button></div>
            </ActionForm>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answer_time::{Waiting, Within};

    #[test]
    fn the_answer_time_is_said_as_it_is() {
        const HOUR: i64 = 3_600_000;
        let within = |ms, is_answered| Some(Within { ms, is_answered });
        let time = |asked, answered, half, most, waiting| AnswerTime { asked, answered, half, most, waiting };
        let one = Some(Waiting { many: 1, longest_ms: 50 * HOUR });
        let two = Some(Waiting { many: 2, longest_ms: 50 * HOUR });
        for (of, words) in [
            (AnswerTime::default(), "Nobody asked in the last 7 days, so we have no answer time to show."),
            (
                time(12, 12, within(3 * HOUR, true), within(24 * HOUR, true), None),
                "Over the last 7 days we answered 12 questions; half of them within 3 hours, nine of ten within 1 day.",
            ),
            (
                time(13, 12, within(3 * HOUR - 1, true), within(24 * HOUR + 1, true), one),
                "Over the last 7 days we answered 12 questions; half of them within 3 hours, nine of ten within 2 days. \
                 1 has been waiting for 2 days.",
            ),
            (
                time(1, 1, within(1, true), within(1, true), None),
                "Over the last 7 days we answered 1 question, within 1 minute.",
            ),
            (
                time(4, 2, within(90_000, true), within(50 * HOUR, false), None),
                "Over the last 7 days we answered 2 questions; half of those asked within 2 minutes, but one in ten has waited \
                 2 days or longer.",
            ),
            (
                time(3, 1, within(4 * HOUR, false), within(50 * HOUR, false), None),
                "Over the last 7 days we answered 1 question, too few: of those asked, half have waited 4 hours or longer.",
            ),
            (
                time(2, 0, None, None, two),
                "In the last 7 days we were asked 2 questions, and have answered none of them yet. \
                 2 have been waiting, the longest for 2 days.",
            ),
        ] {
            assert_eq!(how_soon(&of), words);
        }
    }

    #[test]
    fn agreed_is_what_billing_has_not_still_to_do_or_refused() {
        for (outcome, act, words) in [
            (None, None, "Waiting"),
            (None, Some(State::Asked), "Waiting"),
            (Some(Outcome::Agreed), Some(State::Asked), "With billing"),
            (Some(Outcome::Agreed), Some(State::Refused), "Refused by billing"),
            (Some(Outcome::Agreed), Some(State::Confirmed), "Agreed"),
            (Some(Outcome::Agreed), None, "Agreed"),
            (Some(Outcome::Declined), Some(State::Refused), "Declined"),
            (Some(Outcome::Answered), None, "Answered"),
        ] {
            assert_eq!(badge(outcome, act).1, words, "{outcome:?}, {act:?}");
        }
    }

    #[test]
    fn nothing_took_longer_than_we_say() {
        for (ms, words) in [
            (0, "1 minute"),
            (3_540_000, "59 minutes"),
            (3_540_001, "1 hour"),
            (3_600_001, "2 hours"),
            (82_800_000, "23 hours"),
            (82_800_001, "1 day"),
            (86_400_001, "2 days"),
        ] {
            assert_eq!(at_most(ms), words, "{ms}");
        }
    }
}
