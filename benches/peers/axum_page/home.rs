//! What a customer should know today.

use candor::{
    domain::{locale::Locale, money::Money, notice::NoticeKind},
    features::{
        billing::{Act, State, Terms},
        bills::{self, BillState, FeeAhead},
        home::{Home, InShort, Matter, WorthKnowing},
        notes::{self, LatestNote},
        notices::portal::sums,
    },
    ui::{capital, in_words},
};
use jiff::civil::Date;
use leptos_router::location::Url;
use maud::{Markup, html};

use super::{
    notice::{acts, told, why},
    text::{count, date, face, money, short_date},
};

pub fn known(way: Locale, home: &Home) -> Markup {
    let things = home.things();
    html! {
        header class="lead" {
            h1 dir="auto" { (home.greeting) }
            (line(way, home))
            @if things > 0 {
                p {
                    @if things == 1 { "One thing" } @else { (capital(&in_words(things))) " things" }
                    " worth knowing. "
                    @if home.aside.is_empty() { "Nothing else needs you today." } @else { "What you put aside is below." }
                }
            }
        }
        div class="flow wide" {
            @if home.waiting > 0 {
                div class="flash" role="status" {
                    p { (count(way, home.waiting as i64, "question of yours is", "questions of yours are")) " with a person now." }
                    a href="/help" { "See" }
                }
            }
            (news(way, &home.news))
            @if things == 0 { (calm(home)) }
            @for one in &home.worth_knowing {
                @match one {
                    WorthKnowing::Told(card) => (told(way, card)),
                    WorthKnowing::Seen(matter) => (seen(way, matter, home.today)),
                }
            }
            (more(way, home))
            @if let Some(note) = &home.note { (latest_note(way, note, home.today)) }
            @for (name, months) in &home.cheapest {
                p class="soft" {
                    "You are on the cheapest plan: over " (count(way, *months as i64, "month", "months"))
                    " of your own use no other would have cost less than " (name) ". "
                    a href="/plan" { "See it month by month" }
                }
            }
            @if !home.aside.is_empty() {
                p class="soft" id="aside" {
                    (count(way, home.aside.len() as i64, "thing", "things")) " put aside. "
                    a href="/?aside=1#aside" { "Show " @if home.aside.len() == 1 { "it" } @else { "them" } }
                }
            }
            p class="soft" { a href="/notices" { "Everything we told you, and what we did not" } }
        }
    }
}

/// The next bill, everything open and the credit.
fn line(way: Locale, home: &Home) -> Markup {
    html! {
        dl class="in-short" {
            div {
                @if let Some(bill) = &home.next {
                    dt {
                        @if bill.state == BillState::Covered { "Your credit pays next, " }
                        @else if bill.pay_by < home.today { "Was due " }
                        @else { "Next, due " }
                        (short_date(way, bill.pay_by, home.today))
                    }
                    dd {
                        a href=(bills::address(&bill.number)) {
                            span class="unseen" { "Bill " (bill.number) ": " }
                            (money(way, bill.open))
                        }
                    }
                } @else {
                    dt { "Next bill" }
                    dd { "None to pay" }
                }
            }
            @if home.bills_to_pay > 1 {
                div {
                    dt { (count(way, home.bills_to_pay as i64, "bill", "bills")) " to pay" }
                    (amounts(way, &home.to_pay, "/bills", "To pay in all: "))
                }
            }
            div {
                dt { "Credit" }
                @if home.credit.is_empty() { dd { "None" } }
                (amounts(way, &home.credit, "/credits", "Credit you can use: "))
            }
        }
    }
}

fn amounts(way: Locale, amounts: &[Money], address: &str, what: &str) -> Markup {
    html! {
        @for amount in amounts {
            dd { a href=(address) { span class="unseen" { (what) } (money(way, *amount)) } }
        }
    }
}

fn calm(home: &Home) -> Markup {
    html! {
        article class="notice done" aria-labelledby="calm" {
            @if home.aside.is_empty() {
                h2 id="calm" { "Nothing needs you today." }
                p {
                    @match (home.open_bills, &home.next) {
                        (0, _) | (_, None) => "We looked at all your bills: every one is paid.",
                        (1, Some(_)) => "We looked at your bills: one is open, and no late fee is near.",
                        (open, Some(_)) => {
                            "We looked at your bills: " (in_words(open)) " are open, and no late fee is near any of them."
                        }
                    }
                    " If that changes, you read it here before it costs you anything."
                }
                p { a href="/notices" { "Why nothing?" } }
            } @else {
                h2 id="calm" { "Nothing else needs you today." }
                p {
                    "What you put aside still holds; it is kept below. "
                    a href="/notices" { "Why nothing else?" }
                }
            }
        }
    }
}

/// A bill with something to know about it, of which no notice was written.
fn seen(way: Locale, matter: &Matter, today: Date) -> Markup {
    let bill = &matter.bill;
    let id = format!("fee-{}", Url::escape(&bill.number));
    let can_move = matter.can_move && matches!(bill.state, BillState::FeeNear { .. });
    let acts = html! { div class="acts" { (acts(way, &bill.number, bill.open, &matter.ways, can_move)) } };
    html! {
        @match (bill.state, &matter.fee) {
            (BillState::FeeNear { fee_on, .. }, Some(ahead)) => {
                article class="notice cost" aria-labelledby=(id) {
                    h2 id=(id) { "A late fee of " (money(way, ahead.fee)) " will be added on " (date(way, fee_on, today)) "." }
                    p {
                        "Bill " (bill.number) " has " (money(way, bill.open)) " open. Paid by "
                        (date(way, ahead.free_until, today)) ", it costs nothing more."
                    }
                    (acts)
                    (workings(way, ahead))
                }
            }
            (BillState::FeeCame { fee_on, .. }, Some(ahead)) => {
                article class="notice cost" aria-labelledby=(id) {
                    h2 id=(id) { "A late fee of " (money(way, ahead.fee)) " applies since " (date(way, fee_on, today)) "." }
                    p {
                        "Bill " (bill.number) " was to be paid by " (date(way, ahead.free_until, today)) ", and "
                        (money(way, bill.open))
                        " is still open. If something kept you from paying, tell us; a person will look at it with you."
                    }
                    (acts)
                    (workings(way, ahead))
                }
            }
            (BillState::PastDue, _) => {
                article class="notice" aria-labelledby=(id) {
                    h2 id=(id) { "Bill " (bill.number) " is overdue." }
                    p {
                        (money(way, bill.open))
                        " of it is still open. If something kept you from paying, tell us; a person will look at it with you."
                    }
                    (acts)
                }
            }
            _ => {
                article class="notice" aria-labelledby=(id) {
                    h2 id=(id) { "We settle the dispute about bill " (bill.number) " first." }
                    p {
                        "You told us that something in it is not right. Until that is settled with you, there is nothing you need to pay of the "
                        (money(way, bill.open)) ", and no late fee is added."
                    }
                    (acts)
                }
            }
        }
    }
}

fn workings(way: Locale, ahead: &FeeAhead) -> Markup {
    let rule = format!("Our late-fee policy, version {}, says: {}", ahead.policy_version, ahead.evidence.says);
    why(way, &ahead.evidence, &rule, sums(NoticeKind::FeeWarning), None)
}

/// What does not stand there whole.
fn more(way: Locale, home: &Home) -> Markup {
    html! {
        @if home.more.len() + home.more_bills + home.more_notices > 0 {
            section aria-labelledby="more" {
                h2 id="more" class="unseen" { "Also worth knowing" }
                ul class="rows" {
                    @for one in &home.more { (in_short(way, one, home.today)) }
                    (rest(way, home.more_bills, ("more bill", "more bills"), "/bills", "All bills"))
                    (rest(way, home.more_notices, ("more thing", "more things"), "/notices", "All notices"))
                }
            }
        }
    }
}

fn in_short(way: Locale, one: &InShort, today: Date) -> Markup {
    html! {
        li {
            a href=(one.address) {
                span {
                    span class="what" { (one.title) }
                    span class="more" {
                        @if let Some(number) = &one.bill { "Bill " bdi { (number) } ". " }
                        (one.when) " " (short_date(way, one.on, today)) "."
                    }
                }
                span class="end" { (money(way, one.amount)) }
            }
        }
    }
}

fn rest(way: Locale, number: usize, (one, many): (&str, &str), address: &str, on: &str) -> Markup {
    html! {
        @if number > 0 {
            li {
                a href=(address) {
                    span { span class="what" { "And " (count(way, number as i64, one, many)) } }
                    span class="end soft" aria-hidden="true" { (on) }
                }
            }
        }
    }
}

fn latest_note(way: Locale, note: &LatestNote, today: Date) -> Markup {
    html! {
        section class="thread" aria-labelledby="note" {
            h2 id="note" class="unseen" { "A note from " bdi { (note.by) } }
            figure class="note" {
                blockquote { p dir="auto" { (note.words) } }
                figcaption {
                    (face(&note.by))
                    span {
                        bdi { (note.by) } ", " (date(way, note.on.0, today)) "."
                        @if note.is_unread { " " span class="badge accent" { "New" } }
                    }
                    a class="button" href=(notes::address(&note.thread)) { "Answer" }
                }
            }
        }
    }
}

/// What was answered.
fn news(way: Locale, acts: &[Act]) -> Markup {
    html! {
        @if !acts.is_empty() {
            section aria-label="Answers to what you asked" {
                ul class="rows" {
                    @for act in acts {
                        li {
                            a href=(format!("/acts/{}", act.id)) {
                                span {
                                    span class="what" { (answer(way, act)) }
                                    @if let Some(why) = &act.refusal { span class="more" dir="auto" { (why) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn answer(way: Locale, act: &Act) -> Markup {
    let by = html! { bdi { @if let Some(answer) = &act.answer { (answer.by) } } };
    html! {
        @match (&act.terms, act.state) {
            (Terms::LaterDate { bill, .. }, State::Refused) => { "Billing did not move the day of bill " (bill) "." }
            (Terms::LaterDate { bill, agreed: Some(day), .. }, State::Asked) => {
                (by) " agreed to move bill " (bill) " to " (date(way, *day, act.today)) "; billing has still to do it."
            }
            (Terms::LaterDate { bill, agreed, wanted_on, .. }, _) => {
                (by) " agreed: pay bill " (bill) " by " (date(way, agreed.unwrap_or(*wanted_on), act.today)) "."
            }
            (Terms::UseCredit { bill, amount, .. }, _) => {
                "Billing did not use " (money(way, *amount)) " of your credit on bill " (bill) "."
            }
            (Terms::WaiveFee { bill, fee }, _) => {
                "Billing did not let go of the fee of " (money(way, *fee)) " on bill " (bill) "."
            }
            (Terms::LateFee { bill, .. }, _) => { "No late fee was added to bill " (bill) "." }
            (Terms::Dispute { bill, .. }, _) => { "Billing did not take up the dispute about bill " (bill) "." }
            (Terms::ChangePlan { to, .. }, _) => { "Billing did not change your plan to " (to) "." }
        }
    }
}
