//! What a customer can say to a notice, below its acts: later, not for me, helpful or not. What they said can be undone.

use jiff::{ToSpan, civil::Date};
use leptos::prelude::*;

use super::{
    Act, Aside, DismissReason, LONGEST_WHY, SaidOn,
    api::{Dismiss, SayHelpful, Snooze, TakeBack},
};
use crate::{
    domain::{aside::QUIET_DAYS, notice::NoticeKind},
    features::notices::NoticeCard,
    ui::{Day, ErrorSummary, TextArea, Typed, day, done, refused_form},
};

/// What can be said to it, or what was. `holds` where it is still so today.
#[component]
pub fn Say(card: NoticeCard, on: SaidOn, holds: bool) -> impl IntoView {
    let stands = holds && card.aside.is_none();
    let can_dismiss = card.can_say.can_dismiss;
    view! {
        <div class="say no-print">
            <Standing card=card.clone() on holds/>
            {stands.then(|| view! { <Later card=card.clone() on/> })}
            {(stands && can_dismiss).then(|| view! { <NotForMe card=card.clone() on/> })}
            <WasHelpful card on/>
        </div>
    }
}

/// What was said, with a way to undo it.
#[component]
fn Standing(card: NoticeCard, on: SaidOn, holds: bool) -> impl IntoView {
    let near = card.as_of;
    match (card.aside, card.said.dismissed.clone()) {
        (Some(Aside::Dismissed), Some(dismissed)) => {
            let own = (!dismissed.words.is_empty())
                .then(|| view! { <blockquote><p dir="auto">{dismissed.words.clone()}</p></blockquote> });
            view! {
                <div class="said">
                    <p>
                        "You said it is not for you on " <Day of=dismissed.on near=near/>
                        {format!(": {}.", dismissed.reason.words())}
                    </p>
                    {own}
                    <Undo notice=card.id act=Act::Dismiss on/>
                </div>
            }
            .into_any()
        }
        (Some(Aside::Until(back)), _) if holds => view! {
            <div class="said">
                <p>"Put aside. It comes back on " <Day of=back near=near/> "."</p>
                <Undo notice=card.id act=Act::Snooze on/>
            </div>
        }
        .into_any(),
        (Some(Aside::LikeDismissed(day)), _) => view! {
            <p class="said">
                "You said on " <Day of=day near=near/> " that much the same is not for you, so this does not stand on your first page."
            </p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn Later(card: NoticeCard, on: SaidOn) -> impl IntoView {
    let near = card.as_of;
    let limit = limit(&card);
    let waits = card
        .can_say
        .waits
        .iter()
        .map(|(wait, back)| {
            view! {
                <button class="button" type="submit" name="wait" value=wait.name()>
                    <span>{wait.words()} ": it comes back on " <Day of=*back near/></span>
                </button>
            }
        })
        .collect_view();
    let can_wait = !card.can_say.waits.is_empty();
    let id = card.id;
    view! {
        <details>
            <summary>"Remind me later"</summary>
            <div>
                {can_wait.then(|| view! {
                    <p>"Until the day you choose it does not stand on your first page. You can undo this."</p>
                })}
                {limit.map(|limit| view! { <p>{limit}</p> })}
                {can_wait.then(|| view! {
                    <ActionForm action={ServerAction::<Snooze>::new()}>
                        <input type="hidden" name="notice" value=id/>
                        <input type="hidden" name="on" value=on.name()/>
                        <div class="waits">{waits}</div>
                    </ActionForm>
                })}
            </div>
        </details>
    }
}

/// Why it cannot be put aside for longer, or dismissed.
fn limit(card: &NoticeCard) -> Option<String> {
    let back_by = card.can_say.back_by;
    match (card.kind, card.fee_on, back_by) {
        (NoticeKind::FeeWarning, Some(fee_on), Some(back_by)) => {
            let last_free = fee_on.saturating_sub(1.days());
            Some(if card.can_say.waits.is_empty() {
                format!(
                    "This cannot be put aside any more: {} is the last day without the fee, and we do not let you miss it.",
                    day(last_free)
                )
            } else {
                format!(
                    "A fee warning comes back on {} at the latest, the day before the last one without the fee, and cannot be put away for good.",
                    day(back_by)
                )
            })
        }
        (NoticeKind::FeeWarning, ..) => {
            Some("A fee warning without a day cannot be put aside: we could not say when it must come back.".to_owned())
        }
        (NoticeKind::Dispute, ..) => {
            Some("A dispute stays until it is settled with you; it cannot be put away for good.".to_owned())
        }
        (_, _, Some(back_by)) if card.can_say.waits.is_empty() => {
            Some(format!("This cannot be put aside any more: after {} it no longer holds.", day(back_by)))
        }
        _ => None,
    }
}

#[component]
fn NotForMe(card: NoticeCard, on: SaidOn) -> impl IntoView {
    let id = card.id;
    let refused = refused_form::<Dismiss>();
    let form = if refused.value("notice", "") == id { refused } else { Typed::default() };
    let is_open = form.error.is_some();
    let chosen = form.value("reason", "");
    let problem = form.problem("reason");
    let error_id = problem.as_ref().map(|_| format!("reason-{id}-error"));
    let reasons = DismissReason::ALL
        .into_iter()
        .map(|reason| {
            let input_id = format!("reason-{}-{id}", reason.name());
            view! {
                <div class="check">
                    <input
                        id=input_id.clone()
                        type="radio"
                        name="reason"
                        value=reason.name()
                        required=true
                        checked=chosen == reason.name()
                    />
                    <label for=input_id>{reason.words()}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <details open=is_open>
            <summary>"Not for me"</summary>
            <div>
                <p>
                    {format!("It no longer stands on your first page. If we find the same again within {QUIET_DAYS} days we keep it from there too, unless its amount has grown by half or more. You can undo this.")}
                </p>
                <ActionForm action={ServerAction::<Dismiss>::new()}>
                    <input type="hidden" name="notice" value=id.clone()/>
                    <input type="hidden" name="on" value=on.name()/>
                    <fieldset class="group" id=format!("reason-{id}") tabindex="-1" aria-describedby=error_id.clone()>
                        <legend>"Why"</legend>
                        {problem.map(|problem| view! { <p class="error" id=error_id.clone()>{problem}</p> })}
                        {reasons}
                    </fieldset>
                    <TextArea
                        form
                        id=format!("words-{id}")
                        name="words"
                        label="In your words"
                        help="A person may read them."
                        maxlength=LONGEST_WHY
                        rows=2
                    />
                    <div class="acts"><button class="button" type="submit">"Take it off my first page"</button></div>
                </ActionForm>
            </div>
        </details>
    }
}

#[component]
fn WasHelpful(card: NoticeCard, on: SaidOn) -> impl IntoView {
    let id = card.id;
    match card.said.is_helpful {
        Some(is_helpful) => {
            let words = if is_helpful { "You said this was helpful." } else { "You said this was not helpful." };
            view! { <div class="said"><p>{words}</p><Undo notice=id act=Act::Helpful on/></div> }.into_any()
        }
        None => {
            let label = format!("helpful-{id}");
            view! {
                <div class="helpful" role="group" aria-labelledby=label.clone()>
                    <span id=label.clone()>"Was this helpful?"</span>
                    <ActionForm action={ServerAction::<SayHelpful>::new()}>
                        <input type="hidden" name="notice" value=id/>
                        <input type="hidden" name="on" value=on.name()/>
                        <button class="button link" type="submit" name="is_helpful" value="true">"Yes"</button>
                        <button class="button link" type="submit" name="is_helpful" value="false">"No"</button>
                    </ActionForm>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Undo(notice: String, act: Act, on: SaidOn) -> impl IntoView {
    let what = match act {
        Act::Snooze => ", show it again now",
        Act::Dismiss => ", bring it back",
        Act::Helpful => ", I did not say whether it was helpful",
    };
    view! {
        <ActionForm action={ServerAction::<TakeBack>::new()}>
            <input type="hidden" name="notice" value=notice/>
            <input type="hidden" name="act" value=act.name()/>
            <input type="hidden" name="on" value=on.name()/>
            <button class="button" type="submit">"Undo"<span class="unseen">{what}</span></button>
        </ActionForm>
    }
}

/// What is wrong with what was just said, on top of the page.
#[component]
pub fn SayErrors() -> impl IntoView {
    let dismiss = refused_form::<Dismiss>();
    let of = format!("-{}", dismiss.value("notice", ""));
    view! {
        <ErrorSummary form=dismiss labels=&[("reason", "Why"), ("words", "In your words")] of/>
        <ErrorSummary form={refused_form::<Snooze>()}/>
        <ErrorSummary form={refused_form::<SayHelpful>()}/>
        <ErrorSummary form={refused_form::<TakeBack>()}/>
    }
}

/// One line after something was said: what was done, to which of `cards`, and a way to undo it.
#[component]
pub fn JustSaid(cards: Vec<NoticeCard>, on: SaidOn) -> impl IntoView {
    let named = |flag: &str| {
        let id = done(flag)?;
        cards.iter().find(|card| card.id == id).cloned()
    };
    let (words, act, card): (AnyView, Act, NoticeCard) = if let Some(card) = named("later") {
        let Some(Aside::Until(back)) = card.aside else { return ().into_any() };
        (put_aside(back, card.as_of), Act::Snooze, card)
    } else if let Some(card) = named("not_for_me") {
        if card.said.dismissed.is_none() {
            return ().into_any();
        }
        ("Done: it no longer stands on your first page.".into_any(), Act::Dismiss, card)
    } else if let Some(card) = named("helpful") {
        let words = match card.said.is_helpful {
            Some(true) => "Thank you. You said this was helpful.",
            Some(false) => "Thank you for telling us that this was not helpful.",
            None => return ().into_any(),
        };
        (words.into_any(), Act::Helpful, card)
    } else if named("undone").is_some() {
        return view! { <div class="flash done" role="status" tabindex="-1" autofocus><p>"Undone. It is as it was before."</p></div> }
            .into_any();
    } else {
        return ().into_any();
    };
    view! {
        <div class="flash done no-print" role="status" tabindex="-1" autofocus>
            <p>{words}</p>
            <Undo notice=card.id act on/>
        </div>
    }
    .into_any()
}

fn put_aside(back: Date, near: Date) -> AnyView {
    view! { "Put aside. It comes back on " <Day of=back near/> "." }.into_any()
}
