//! A notice on its card: a sentence with the money and the date, the ways out, and why.

use candor::{
    domain::{
        evidence::{Evidence, Value},
        locale::Locale,
        money::Money,
        notice::NoticeKind,
    },
    features::{
        billing::BillWays,
        bills,
        notices::{
            NoticeCard,
            portal::{address, sums},
        },
    },
};
use jiff::{ToSpan, civil::Date};
use leptos_router::location::Url;
use maud::{Markup, html};

use super::{
    said::say,
    text::{count, date, money},
};

pub fn told(way: Locale, card: &NoticeCard) -> Markup {
    let id = format!("notice-{}", card.id);
    let class = match card.kind {
        NoticeKind::FeeWarning | NoticeKind::FeeCame => "notice cost",
        NoticeKind::NothingToDo => "notice done",
        _ => "notice",
    };
    let rule =
        format!("Our rule “{}”, version {}, says: {}", card.kind.rule_title(), card.rule_version, card.evidence.says);
    let kept = format!("Worked out on {}.", way.day_and_year(card.as_of));
    html! {
        article class=(class) aria-labelledby=(id) {
            h2 id=(id) { (headline(way, card)) }
            (sentence(way, card))
            div class="acts" { (ways_out(way, card)) }
            (say(way, card))
            (why(way, &card.evidence, &rule, sums(card.kind), Some((&kept, &address(&card.id)))))
        }
    }
}

fn headline(way: Locale, card: &NoticeCard) -> Markup {
    let number = card.bill.as_ref().map(|about| about.number.as_str()).unwrap_or_default();
    let amount = money(way, card.amount);
    let over = months(way, &card.evidence).map(|months| format!(" over {months}"));
    let less = html! { (amount) " less" @if let Some(over) = &over { (over) } "." };
    html! {
        @match (card.kind, card.fee_on) {
            _ if card.is_withdrawal() => { "What we advised no longer saves you anything." }
            (NoticeKind::FeeWarning, Some(fee_on)) => {
                "A late fee of " (amount) " will be added on " (date(way, fee_on, card.as_of)) "."
            }
            (NoticeKind::FeeWarning, None) => { "A late fee of " (amount) " can still be avoided." }
            (NoticeKind::FeeCame, Some(fee_on)) => {
                "A late fee of " (amount) " applies since " (date(way, fee_on, card.as_of)) "."
            }
            (NoticeKind::FeeCame, None) => { "A late fee of " (amount) " applies." }
            (NoticeKind::Overdue | NoticeKind::Due, _) => {
                "Bill " (number)
                @match (card.kind, card.due_on) {
                    (NoticeKind::Overdue, Some(due_on)) => { " was due on " (date(way, due_on, card.as_of)) "." }
                    (NoticeKind::Overdue, None) => " is overdue.",
                    (_, Some(due_on)) => { " is due on " (date(way, due_on, card.as_of)) "." }
                    (_, None) => " is due soon.",
                }
            }
            (NoticeKind::UnusualBill, _) => { "Bill " (number) " of " (amount) " is unusual." }
            (NoticeKind::NothingToDo, _) => { "Nothing to do: your credit pays bill " (number) "." }
            (NoticeKind::Dispute, _) => { "Let us settle the dispute about bill " (number) " first." }
            (NoticeKind::BetterPrice, _) => { "You pay " (amount) " more than required." }
            (NoticeKind::RightSize, _) => { "Another size fits you better: " (less) }
            (NoticeKind::Credit, _) => { "You have " (amount) " of credit to use." }
            (NoticeKind::Competitor, _) => { "Someone else’s product fits you better: " (less) }
        }
    }
}

fn sentence(way: Locale, card: &NoticeCard) -> Markup {
    let is_about_plans = matches!(card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor);
    html! {
        @match (card.kind, &card.bill) {
            (NoticeKind::FeeWarning, Some(about)) => {
                p {
                    "Bill " a href=(bills::address(&about.number)) { (about.number) } " has " (money(way, about.open)) " open."
                    @if let (Some(fee_on), Some(due_on)) = (card.fee_on, card.due_on) { " " (in_time(way, fee_on, due_on)) }
                }
            }
            (NoticeKind::Due, Some(about)) => {
                p { "Bill " a href=(bills::address(&about.number)) { (about.number) } " has " (money(way, about.open)) " open." }
            }
            (NoticeKind::FeeCame | NoticeKind::Overdue, Some(about)) => {
                p {
                    "Bill " a href=(bills::address(&about.number)) { (about.number) } " still has " (money(way, about.open))
                    " open. If something kept you from paying, tell us; a person will look at it with you."
                }
            }
            (NoticeKind::Dispute, Some(about)) => {
                p {
                    "You told us that something in it is not right. Until that is settled with you, there is nothing you need to do about the "
                    (money(way, about.open)) " on it."
                }
            }
            (_, Some(_)) => p { (way.retell(&card.words)) },
            (_, None) => {
                p { (way.retell(&card.words)) }
                @if let Some(more) = about_plans(way, card.kind, &card.evidence) { p { (more) } }
                @if is_about_plans { p class="soft small" { "Worked out on " (way.day_and_year(card.as_of)) "." } }
            }
        }
    }
}

fn in_time(way: Locale, fee_on: Date, due_on: Date) -> String {
    let last_free = fee_on.saturating_sub(1.days());
    if last_free == due_on {
        format!("Paid by {}, its due date, it costs nothing more.", way.day(last_free))
    } else {
        format!("Its due date is {}; paid by {}, it costs nothing more.", way.day(due_on), way.day(last_free))
    }
}

fn fact<'e>(evidence: &'e Evidence, name: &str) -> Option<&'e Value> {
    evidence.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value)
}

fn words<'e>(evidence: &'e Evidence, name: &str) -> Option<&'e str> {
    match fact(evidence, name)? {
        Value::Text(words) => Some(words),
        _ => None,
    }
}

/// `12 months`, of `12 of 12` that had readings.
fn months(way: Locale, evidence: &Evidence) -> Option<String> {
    let read = words(evidence, "Months with readings")?.split_whitespace().next()?;
    Some(count(way, read.parse().ok()?, "month", "months"))
}

/// The months, the units and the day of the price.
fn about_plans(way: Locale, kind: NoticeKind, evidence: &Evidence) -> Option<String> {
    let over = months(way, evidence).map(|months| format!("Worked out over {months} of your own use."));
    let other = match kind {
        NoticeKind::RightSize => {
            words(evidence, "It includes").zip(words(evidence, "You need, room included")).map(|(bought, needed)| {
                let (bought, needed) = (way.retell(bought), way.retell(needed));
                format!("Your plan includes {bought}, and you need {needed}, with room to spare.")
            })
        }
        NoticeKind::Competitor => match fact(evidence, "Price read on") {
            Some(Value::Date(on)) => Some(format!("Their price was read on {}.", way.day_and_year(*on))),
            _ => None,
        },
        _ => return None,
    };
    let said: Vec<String> = over.into_iter().chain(other).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn ways_out(way: Locale, card: &NoticeCard) -> Markup {
    let bill = card.bill.as_ref().map(|about| bills::address(&about.number)).unwrap_or_default();
    let change = card
        .subscription
        .as_ref()
        .filter(|_| !card.is_withdrawal())
        .map(|subscription| format!("/plan/change/{}/{}", Url::escape(subscription), Url::escape(&card.subject)));
    html! {
        @match (card.kind, &card.bill, &change) {
            (NoticeKind::FeeWarning | NoticeKind::FeeCame | NoticeKind::Overdue | NoticeKind::Due, Some(about), _) => {
                (acts(way, &about.number, about.open, &card.ways, card.can_move))
            }
            (NoticeKind::Dispute, Some(about), _) => {
                a class="button primary" href=(bill) { "See the bill and what you told us" }
                (person(Some(&about.number)))
            }
            (NoticeKind::UnusualBill, Some(about), _) => {
                a class="button primary" href=(bill) { "See what it is for" }
                (person(Some(&about.number)))
            }
            (NoticeKind::NothingToDo, ..) => {
                a class="button" href="/credits" { "See your credit" }
                a class="button link" href=(bill) { "See the bill" }
            }
            (NoticeKind::Credit, ..) => {
                a class="button primary" href="/credits" { "See your credit" }
                (person(None))
            }
            (NoticeKind::BetterPrice | NoticeKind::RightSize, _, Some(change)) => {
                a class="button primary" href=(change) { "See what changing comes to" }
                a class="button" href="/plan" { "Compare month by month" }
                (person(None))
            }
            _ => {
                a class="button primary" href="/plan" { "Compare month by month" }
                (person(None))
            }
        }
    }
}

fn person(bill: Option<&str>) -> Markup {
    let address = bill.map_or("/help".to_owned(), |number| format!("/help?bill={}", Url::escape(number)));
    html! { a class="button link" href=(address) { "Ask a person" } }
}

/// The ways out of a bill: one clear act, then others.
pub fn acts(way: Locale, number: &str, open: Money, ways: &BillWays, can_move: bool) -> Markup {
    let bill = bills::address(number);
    let class = |is_first: bool| if is_first { "button primary" } else { "button" };
    let pays_first = ways.waivable.is_none();
    let uses_credit_first = pays_first && ways.pay.is_none();
    html! {
        @if let Some(fee) = ways.waivable {
            a class="button primary" href=(format!("{bill}/let-fee-go")) { "Let the fee of " (money(way, fee)) " go" }
        }
        @if let Some(link) = &ways.pay {
            a class=(class(pays_first)) href=(link) { "Pay " (money(way, open)) }
        }
        @if let Some(amount) = ways.credit {
            a class=(class(uses_credit_first)) href=(format!("{bill}/use-credit")) { "Use " (money(way, amount)) " of credit" }
        }
        @if can_move { a class="button" href=(format!("{bill}/later-date")) { "Ask for a later date" } }
        a class="button link" href=(bill) { "See the bill" }
        @if ways.can_dispute { a class="button link" href=(format!("{bill}/dispute")) { "Something is not right" } }
        (person(Some(number)))
    }
}

/// `kept` says how long, with the page that has all of it.
pub fn why(way: Locale, evidence: &Evidence, rule: &str, sums: &str, kept: Option<(&str, &str)>) -> Markup {
    let last = evidence.steps.len();
    html! {
        details class="why" {
            summary { "Why am I seeing this" }
            div {
                p { (way.retell(rule)) }
                dl class="facts" {
                    @for fact in &evidence.facts { div { dt { (fact.name) } dd { (value(way, &fact.value)) } } }
                }
                @if last > 0 {
                    table class="sums" {
                        caption { (sums) }
                        tbody {
                            @for (at, step) in evidence.steps.iter().enumerate() {
                                tr class=[(at + 1 == last).then_some("total")] {
                                    th scope="row" { (way.retell(&step.words)) }
                                    td { (money(way, step.amount)) }
                                }
                            }
                        }
                    }
                }
                @if let Some((kept, page)) = kept {
                    p class="soft small" { (kept) }
                    p { a href=(page) { "All of it, on a page of its own" } }
                }
            }
        }
    }
}

fn value(way: Locale, value: &Value) -> Markup {
    // A quantity, and neither a name nor the number of a bill.
    let is_quantity = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit()) && text.contains(' ');
    html! {
        @match value {
            Value::Money(amount) => (money(way, *amount)),
            Value::Date(on) => time datetime=(on) { (way.day_and_year(*on)) },
            Value::Days(days) => (count(way, *days, "day", "days")),
            Value::Percent(percent) => (way.retell(&format!("{percent} %"))),
            Value::Text(text) if is_quantity(text) => (way.retell(text)),
            Value::Text(text) => (text),
        }
    }
}
