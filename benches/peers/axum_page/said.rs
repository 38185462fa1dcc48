//! What a customer can say to a notice: later, not for me, helpful or not.

use candor::{
    domain::{aside::QUIET_DAYS, locale::Locale, notice::NoticeKind},
    features::{
        notices::NoticeCard,
        responses::{DismissReason, LONGEST_WHY},
    },
};
use jiff::ToSpan;
use maud::{Markup, html};

use super::text::date;

pub fn say(way: Locale, card: &NoticeCard) -> Markup {
    html! {
        div class="say no-print" {
            (later(way, card))
            @if card.can_say.can_dismiss { (not_for_me(card)) }
            (was_helpful(card))
        }
    }
}

fn later(way: Locale, card: &NoticeCard) -> Markup {
    let can_wait = !card.can_say.waits.is_empty();
    html! {
        details {
            summary { "Remind me later" }
            div {
                @if can_wait { p { "Until the day you choose it does not stand on your first page. You can undo this." } }
                @if let Some(limit) = limit(way, card) { p { (limit) } }
                @if can_wait {
                    form action="/api/responses/snooze" method="post" {
                        (about(card))
                        div class="waits" {
                            @for (wait, back) in &card.can_say.waits {
                                button class="button" type="submit" name="wait" value=(wait.name()) {
                                    span { (wait.words()) ": it comes back on " (date(way, *back, card.as_of)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Why it cannot be put aside for longer, or dismissed.
fn limit(way: Locale, card: &NoticeCard) -> Option<String> {
    let can_wait = !card.can_say.waits.is_empty();
    Some(match (card.kind, card.fee_on, card.can_say.back_by) {
        (NoticeKind::FeeWarning, Some(_), Some(back_by)) if can_wait => format!(
            "A fee warning comes back on {} at the latest, the day before the last one without the fee, and cannot be put away for good.",
            way.day(back_by)
        ),
        (NoticeKind::FeeWarning, Some(fee_on), Some(_)) => format!(
            "This cannot be put aside any more: {} is the last day without the fee, and we do not let you miss it.",
            way.day(fee_on.saturating_sub(1.days()))
        ),
        (NoticeKind::FeeWarning, ..) => {
            "A fee warning without a day cannot be put aside: we could not say when it must come back.".to_owned()
        }
        (NoticeKind::Dispute, ..) => {
            "A dispute stays until it is settled with you; it cannot be put away for good.".to_owned()
        }
        (_, _, Some(back_by)) if !can_wait => {
            format!("This cannot be put aside any more: after {} it no longer holds.", way.day(back_by))
        }
        _ => return None,
    })
}

fn not_for_me(card: &NoticeCard) -> Markup {
    let (reason_id, words_id) = (format!("reason-{}", card.id), format!("words-{}", card.id));
    let help_id = format!("{words_id}-help");
    html! {
        details {
            summary { "Not for me" }
            div {
                p {
                    "It no longer stands on your first page. If we find the same again within " (QUIET_DAYS)
                    " days we keep it from there too, unless its amount has grown by half or more. You can undo this."
                }
                form action="/api/responses/dismiss" method="post" {
                    (about(card))
                    fieldset class="group" id=(reason_id) tabindex="-1" {
                        legend { "Why" }
                        @for reason in DismissReason::ALL {
                            @let id = format!("reason-{}-{}", reason.name(), card.id);
                            div class="check" {
                                input id=(id) type="radio" name="reason" value=(reason.name()) required;
                                label for=(id) { (reason.words()) }
                            }
                        }
                    }
                    div class="field" {
                        label for=(words_id) { "In your words " span class="optional" { "(optional)" } }
                        p class="help" id=(help_id) { "A person may read them." }
                        textarea id=(words_id) name="words" rows="2" maxlength=(LONGEST_WHY) aria-describedby=(help_id) {}
                    }
                    div class="acts" { button class="button" type="submit" { "Take it off my first page" } }
                }
            }
        }
    }
}

fn was_helpful(card: &NoticeCard) -> Markup {
    let label = format!("helpful-{}", card.id);
    html! {
        @match card.said.is_helpful {
            Some(is_helpful) => {
                div class="said" {
                    p { "You said this was " @if !is_helpful { "not " } "helpful." }
                    form action="/api/responses/take_back" method="post" {
                        input type="hidden" name="notice" value=(card.id);
                        input type="hidden" name="act" value="helpful";
                        input type="hidden" name="on" value="home";
                        button class="button" type="submit" {
                            "Undo" span class="unseen" { ", I did not say whether it was helpful" }
                        }
                    }
                }
            }
            None => {
                div class="helpful" role="group" aria-labelledby=(label) {
                    span id=(label) { "Was this helpful?" }
                    form action="/api/responses/helpful" method="post" {
                        (about(card))
                        button class="button link" type="submit" name="is_helpful" value="true" { "Yes" }
                        button class="button link" type="submit" name="is_helpful" value="false" { "No" }
                    }
                }
            }
        }
    }
}

/// Which notice a form is about, and the page to come back to.
fn about(card: &NoticeCard) -> Markup {
    html! {
        input type="hidden" name="notice" value=(card.id);
        input type="hidden" name="on" value="home";
    }
}
