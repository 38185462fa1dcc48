//! A request as staff see it, with the ways to answer it.

use leptos::prelude::*;

use super::{
    AnsweredOn, Ask, Kind, LONGEST_WORDS, ToAnswer,
    api::{AgreeToDate, AnswerInWords},
};
use crate::ui::{ErrorSummary, Field, TextArea, Typed, day, day_and_year, refused_form};

/// `Asks to pay bill 1042 by Friday 4 December`
pub fn title(ask: &Ask) -> String {
    match (ask.kind, ask.wanted_on, &ask.bill) {
        (Kind::LaterDate, Some(until), Some(bill)) => format!("Asks to pay bill {bill} by {}", day(until)),
        (_, _, Some(bill)) => format!("Asks about bill {bill}"),
        (_, _, None) => "Asks a person".to_owned(),
    }
}

/// Both forms of this page, as they were refused.
#[derive(Clone, Debug, Default)]
pub struct RefusedAnswers {
    agree: Typed,
    answer: Typed,
}

impl RefusedAnswers {
    pub fn of_this_page() -> Self {
        Self { agree: refused_form::<AgreeToDate>(), answer: refused_form::<AnswerInWords>() }
    }
}

/// What is wrong with the answer that was just tried, on top of the page.
#[component]
pub fn AnswerErrors(refused: RefusedAnswers) -> impl IntoView {
    let end = |form: &Typed| format!("-{}", form.value("request", ""));
    let (agree_end, answer_end) = (end(&refused.agree), end(&refused.answer));
    view! {
        <ErrorSummary form=refused.agree labels=&[("pay_by", "Pay by"), ("words", "A word with it")] of=agree_end/>
        <ErrorSummary form=refused.answer labels=&[("answer", "Your words")] of=answer_end/>
    }
}

/// A request with its forms. In the pane of one person it is headed by an `h2`, below a section by an `h3`.
#[component]
pub fn RequestForms(
    request: ToAnswer,
    refused: RefusedAnswers,
    on: AnsweredOn,
    #[prop(optional)] below_section: bool,
) -> impl IntoView {
    let ToAnswer { ask, since, days } = request;
    let only = |form: Typed| if form.value("request", "") == ask.id { form } else { Typed::default() };
    let (agree, answer) = (only(refused.agree), only(refused.answer));
    let heading_id = format!("request-{}", ask.id);
    let heading = if below_section {
        view! { <h3 id=heading_id.clone() dir="auto">{title(&ask)}</h3> }.into_any()
    } else {
        view! { <h2 id=heading_id.clone() dir="auto">{title(&ask)}</h2> }.into_any()
    };
    let words =
        (!ask.words.is_empty()).then(|| view! { <blockquote><p dir="auto">{ask.words.clone()}</p></blockquote> });
    let wanted = ask.wanted_on.zip(days).map(|(wanted, days)| wanted.clamp(days.first, days.last).to_string());
    let is_later_date = ask.kind == Kind::LaterDate;
    let (label, act) = match (is_later_date, days.is_some()) {
        (true, true) => ("Or say no, in your words", "Decline with these words"),
        (true, false) => ("The bill cannot be moved any more; say so in your words", "Send these words"),
        (false, _) => ("Your answer", "Send the answer"),
    };
    let tone = if days.is_some() { "button" } else { "button primary" };
    let id = ask.id;
    let answer_id = id.clone();
    view! {
        <article class="request" aria-labelledby=heading_id>
            <header class="apart">{heading}<span class="soft small">{format!("{since} ago")}</span></header>
            {words}
            <div class="answers">
                {days.map(|days| view! {
                    <ActionForm action={ServerAction::<AgreeToDate>::new()}>
                        <input type="hidden" name="request" value=id.clone()/>
                        <input type="hidden" name="on" value=on.name()/>
                        <Field
                            form=agree.clone()
                            id=format!("pay_by-{id}")
                            name="pay_by"
                            label="Pay by"
                            help=format!("From {} to {}.", day_and_year(days.first), day_and_year(days.last))
                            kind="date"
                            short=true
                            required=true
                            value=wanted.unwrap_or_default()
                            min=days.first.to_string()
                            max=days.last.to_string()
                        />
                        <TextArea
                            form=agree
                            id=format!("words-{id}")
                            name="words"
                            label="A word with it"
                            help="They get it as a note, as it is, signed with your name."
                            maxlength=LONGEST_WORDS
                            rows=2
                        />
                        <div class="acts"><button class="button primary" type="submit">"Agree to this date"</button></div>
                    </ActionForm>
                })}
                <ActionForm action={ServerAction::<AnswerInWords>::new()}>
                    <input type="hidden" name="request" value=answer_id.clone()/>
                    <input type="hidden" name="on" value=on.name()/>
                    <TextArea
                        form=answer
                        id=format!("answer-{answer_id}")
                        name="answer"
                        label=label
                        help="Signed with your name."
                        required=true
                        maxlength=LONGEST_WORDS
                    />
                    <div class="acts"><button class=tone type="submit">{act}</button></div>
                </ActionForm>
            </div>
        </article>
    }
}
