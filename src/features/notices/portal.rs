//! A notice as the customer sees it: on a card, and on a page of its own with everything behind it.

use jiff::{ToSpan, civil::Date};
use leptos::prelude::*;
use leptos_router::{hooks::use_params_map, location::Url};

use super::{Guarantee, NoticeCard, Stands, ToldNotice, api, plan_words};
use crate::{
    app::{Layout, page},
    domain::notice::NoticeKind,
    features::{
        billing::portal::BillActs,
        responses::{
            SaidOn,
            portal::{JustSaid, Say, SayErrors},
        },
    },
    ui::{Conditions, Day, Grounds, MoneyView, Why, day, day_and_year, locale, retold},
};

/// One notice: a sentence with the money and the date, the ways out, and why.
#[component]
pub fn Notice(card: NoticeCard, #[prop(default = SaidOn::Home)] on: SaidOn) -> impl IntoView {
    let id = format!("notice-{}", card.id);
    let labelled_by = id.clone();
    let class = match card.kind {
        NoticeKind::FeeWarning | NoticeKind::FeeCame => "notice cost",
        NoticeKind::NothingToDo => "notice done",
        _ => "notice",
    };
    let kept = format!("Worked out on {}.", day_and_year(card.as_of));
    view! {
        <article class=class aria-labelledby=labelled_by>
            <h2 id=id><Headline card=card.clone()/></h2>
            <Sentence card=card.clone()/>
            <Ways card=card.clone()/>
            <Say card=card.clone() on holds=true/>
            <Why rule=rule_words(&card) sums=sums(card.kind) kept page=address(&card.id) evidence=card.evidence/>
        </article>
    }
}

/// What the steps of the arithmetic come to.
pub fn sums(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::FeeWarning | NoticeKind::NothingToDo | NoticeKind::Dispute | NoticeKind::FeeCame => {
            "How the fee comes about"
        }
        NoticeKind::Due | NoticeKind::Overdue => "How what is open comes about",
        NoticeKind::UnusualBill => "The bills before it, and it",
        NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor => {
            "Month by month, and what would have been saved"
        }
        NoticeKind::Credit => "How the credit comes about",
    }
}

/// What it said when it was told, in a line, in the past tense: whether it is still so stands beside it.
#[component]
pub fn PastHeadline(card: NoticeCard) -> impl IntoView {
    let number = card.bill.as_ref().map(|bill| bill.number.clone()).unwrap_or_default();
    match (card.kind, card.fee_on) {
        _ if card.is_withdrawal() => view! { <Headline card/> }.into_any(),
        (NoticeKind::FeeWarning, Some(fee_on)) => view! {
            "A late fee of " <MoneyView of=card.amount/> " was to be added on " <Day of=fee_on near=card.as_of/> "."
        }
        .into_any(),
        (NoticeKind::FeeWarning, None) => {
            view! { "A late fee of " <MoneyView of=card.amount/> " could be avoided." }.into_any()
        }
        (NoticeKind::FeeCame, _) => {
            view! { "A late fee of " <MoneyView of=card.amount/> " came of bill " {number} "." }.into_any()
        }
        (NoticeKind::Overdue, _) => format!("Bill {number} was overdue.").into_any(),
        (NoticeKind::Due, _) => format!("Bill {number} was due soon.").into_any(),
        (NoticeKind::UnusualBill, _) => {
            view! { "Bill " {number} " of " <MoneyView of=card.amount/> " was unusual." }.into_any()
        }
        (NoticeKind::NothingToDo, _) => format!("Your credit was to pay bill {number}.").into_any(),
        (NoticeKind::Dispute, _) => format!("We were to settle the dispute about bill {number} first.").into_any(),
        (NoticeKind::BetterPrice, _) => {
            view! { "You paid " <MoneyView of=card.amount/> " more than required." }.into_any()
        }
        (NoticeKind::RightSize, _) => view! { "Another size fitted you better: " <Less card/> }.into_any(),
        (NoticeKind::Credit, _) => view! { "You had " <MoneyView of=card.amount/> " of credit to use." }.into_any(),
        (NoticeKind::Competitor, _) => view! { "Someone else’s product fitted you better: " <Less card/> }.into_any(),
    }
}

/// What it says, in a line.
#[component]
pub fn Headline(card: NoticeCard) -> impl IntoView {
    if card.is_withdrawal() {
        return "What we advised no longer saves you anything.".into_any();
    }
    let number = card.bill.as_ref().map(|bill| bill.number.clone()).unwrap_or_default();
    match card.kind {
        NoticeKind::FeeWarning => match card.fee_on {
            Some(fee_on) => view! {
                "A late fee of " <MoneyView of=card.amount/> " will be added on " <Day of=fee_on near=card.as_of/> "."
            }
            .into_any(),
            None => view! { "A late fee of " <MoneyView of=card.amount/> " can still be avoided." }.into_any(),
        },
        NoticeKind::FeeCame => match card.fee_on {
            Some(fee_on) => view! {
                "A late fee of " <MoneyView of=card.amount/> " applies since " <Day of=fee_on near=card.as_of/> "."
            }
            .into_any(),
            None => view! { "A late fee of " <MoneyView of=card.amount/> " applies." }.into_any(),
        },
        NoticeKind::Overdue => match card.due_on {
            Some(due_on) => view! { "Bill " {number} " was due on " <Day of=due_on near=card.as_of/> "." }.into_any(),
            None => format!("Bill {number} is overdue.").into_any(),
        },
        NoticeKind::Due => match card.due_on {
            Some(due_on) => view! { "Bill " {number} " is due on " <Day of=due_on near=card.as_of/> "." }.into_any(),
            None => format!("Bill {number} is due soon.").into_any(),
        },
        NoticeKind::UnusualBill => {
            view! { "Bill " {number} " of " <MoneyView of=card.amount/> " is unusual." }.into_any()
        }
        NoticeKind::NothingToDo => format!("Nothing to do: your credit pays bill {number}.").into_any(),
        NoticeKind::Dispute => format!("Let us settle the dispute about bill {number} first.").into_any(),
        NoticeKind::BetterPrice => view! { "You pay " <MoneyView of=card.amount/> " more than required." }.into_any(),
        NoticeKind::RightSize => view! { "Another size fits you better: " <Less card/> }.into_any(),
        NoticeKind::Credit => view! { "You have " <MoneyView of=card.amount/> " of credit to use." }.into_any(),
        NoticeKind::Competitor => view! { "Someone else’s product fits you better: " <Less card/> }.into_any(),
    }
}

/// How much less it would have cost, and over how long where that is kept.
#[component]
fn Less(card: NoticeCard) -> impl IntoView {
    let over = plan_words::months(&card.evidence).map(|months| format!(" over {months}"));
    view! { <MoneyView of=card.amount/> " less" {over} "." }
}

#[component]
fn Sentence(card: NoticeCard) -> impl IntoView {
    let words = card.words_in(locale());
    let Some(about) = card.bill else {
        let is_about_plans =
            matches!(card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor);
        let worked_out = is_about_plans.then(|| {
            view! { <p class="soft small">{format!("Worked out on {}.", day_and_year(card.as_of))}</p> }
        });
        let more = plan_words::more(card.kind, &card.evidence).map(|more| view! { <p>{more}</p> });
        return view! { <p>{words}</p> {more} {worked_out} }.into_any();
    };
    let address = bill_address(&about.number);
    let bill = view! { "Bill " <a href=address>{about.number}</a> };
    let open = about.open;
    match (card.kind, card.fee_on, card.due_on) {
        (NoticeKind::FeeWarning, Some(fee_on), Some(due_on)) => {
            view! { <p>{bill} " has " <MoneyView of=open/> " open. " {in_time(fee_on, due_on)}</p> }.into_any()
        }
        (NoticeKind::FeeWarning | NoticeKind::Due, ..) => {
            view! { <p>{bill} " has " <MoneyView of=open/> " open."</p> }.into_any()
        }
        (NoticeKind::FeeCame | NoticeKind::Overdue, ..) => view! {
            <p>
                {bill} " still has " <MoneyView of=open/>
                " open. If something kept you from paying, tell us; a person will look at it with you."
            </p>
        }
        .into_any(),
        (NoticeKind::Dispute, ..) => view! {
            <p>
                "You told us that something in it is not right. Until that is settled with you, there is nothing you need to do about the "
                <MoneyView of=open/> " on it."
            </p>
        }
        .into_any(),
        _ => view! { <p>{words}</p> }.into_any(),
    }
}

/// Until when the bill costs nothing more.
fn in_time(fee_on: Date, due_on: Date) -> String {
    let last_free = fee_on.saturating_sub(1.days());
    if last_free == due_on {
        format!("Paid by {}, its due date, it costs nothing more.", day(last_free))
    } else {
        format!("Its due date is {}; paid by {}, it costs nothing more.", day(due_on), day(last_free))
    }
}

/// What can be done about it: one clear act, then others.
#[component]
fn Ways(card: NoticeCard) -> impl IntoView {
    let bill = card.bill.as_ref().map(|bill| bill_address(&bill.number)).unwrap_or_default();
    let change = card
        .subscription
        .as_ref()
        .filter(|_| !card.is_withdrawal())
        .map(|subscription| format!("/plan/change/{}/{}", Url::escape(subscription), Url::escape(&card.subject)));
    let acts = match (card.kind, card.bill, change) {
        (NoticeKind::FeeWarning | NoticeKind::FeeCame | NoticeKind::Overdue | NoticeKind::Due, Some(about), _) => {
            view! { <BillActs number=about.number open=about.open ways=card.ways can_move=card.can_move with_bill=true/> }
                .into_any()
        }
        (NoticeKind::Dispute, Some(about), _) => {
            let person = format!("/help?bill={}", Url::escape(&about.number));
            view! {
                <a class="button primary" href=bill>"See the bill and what you told us"</a>
                <a class="button link" href=person>"Ask a person"</a>
            }
            .into_any()
        }
        (NoticeKind::UnusualBill, Some(about), _) => {
            let person = format!("/help?bill={}", Url::escape(&about.number));
            view! {
                <a class="button primary" href=bill>"See what it is for"</a>
                <a class="button link" href=person>"Ask a person"</a>
            }
            .into_any()
        }
        (NoticeKind::NothingToDo, ..) => view! {
            <a class="button" href="/credits">"See your credit"</a>
            <a class="button link" href=bill>"See the bill"</a>
        }
        .into_any(),
        (NoticeKind::Credit, ..) => view! {
            <a class="button primary" href="/credits">"See your credit"</a>
            <a class="button link" href="/help">"Ask a person"</a>
        }
        .into_any(),
        (NoticeKind::BetterPrice | NoticeKind::RightSize, _, Some(change)) => view! {
            <a class="button primary" href=change>"See what changing comes to"</a>
            <a class="button" href="/plan">"Compare month by month"</a>
            <a class="button link" href="/help">"Ask a person"</a>
        }
        .into_any(),
        _ => view! {
            <a class="button primary" href="/plan">"Compare month by month"</a>
            <a class="button link" href="/help">"Ask a person"</a>
        }
        .into_any(),
    };
    view! { <div class="acts">{acts}</div> }
}

/// The page of a notice.
pub fn address(id: &str) -> String {
    format!("/notices/{id}")
}

fn bill_address(number: &str) -> String {
    format!("/bills/{}", Url::escape(number))
}

/// `in force since 1 March 2026`
pub fn in_force(since: Date) -> String {
    if since == Date::MIN {
        "in force since we began".to_owned()
    } else {
        format!("in force since {}", day_and_year(since))
    }
}

fn rule_words(card: &NoticeCard) -> String {
    format!("Our rule “{}”, version {}, says: {}", card.kind.rule_title(), card.rule_version, card.evidence.says)
}

/// `/notices/{id}`: why, in full, for the customer it was written to.
#[component]
pub fn NoticePage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    page(Layout::Portal, "Why we told you this", api::load_notice(id), |told| {
        let card = told.card.clone();
        let today = told.today().clone();
        let holds = told.is_current();
        let since = told.rule_since.map(|since| format!("This version of the rule is {}.", in_force(since)));
        let kept = format!(
            "From what we knew on {}. Worked out on {} and kept as it was.",
            day_and_year(card.as_of),
            retold(&told.written)
        );
        let said = card.words_in(locale());
        let changed = holds && told.standing.is == Stands::Changed && told.now.is_some();
        let links = [
            told.corrects.clone().map(|id| (id, "It puts right what we told you before.", "See what that was")),
            told.corrected_by.clone().map(|id| (id, "We have put this right since.", "See what we told you then")),
        ];
        let links = links.into_iter().flatten().map(|(id, words, link)| {
            view! { <p>{words} " " <a href=address(&id)>{link}</a></p> }
        });
        view! {
            <a class="back" href="/">"What you should know"</a>
            <header class="lead">
                <h1>{match holds && !changed {
                    true => view! { <Headline card=card.clone()/> }.into_any(),
                    false => view! { <PastHeadline card=card.clone()/> }.into_any(),
                }}</h1>
                <p>"Told on " {day(card.as_of)} ". " {stands(&told, told.on)}</p>
                {links.collect_view()}
            </header>
            <SayErrors/>
            <JustSaid cards=vec![today.clone()] on=SaidOn::Notice/>
            {holds.then(|| view! {
                <section class="card flow" aria-label="What holds today">
                    {changed.then(|| view! { <h2>"Today: " <Headline card=today.clone()/></h2> })}
                    <Sentence card=today.clone()/>
                    <Ways card=today.clone()/>
                    <Say card=today.clone() on=SaidOn::Notice holds=true/>
                </section>
            })}
            {(!holds).then(|| view! {
                <section class="card" aria-label="What you say to it">
                    <Say card=card.clone() on=SaidOn::Notice holds=false/>
                </section>
            })}
            {(!said.is_empty()).then(|| view! {
                <section class="card flow" aria-labelledby="said">
                    <h2 id="said">"On " {day(card.as_of)} " we told you"</h2>
                    <blockquote><p dir="auto">{said}</p></blockquote>
                </section>
            })}
            {told.guarantee.map(|guarantee| view! { <Standby guarantee/> })}
            <section class="card flow" aria-labelledby="why">
                <h2 id="why">"Why we told you this"</h2>
                <Grounds rule=rule_words(&card) sums=sums(card.kind) kept=Some(kept) evidence=card.evidence.clone()/>
                {since.map(|since| view! { <p class="soft small">{since}</p> })}
            </section>
            {told.tested.map(|tested| view! {
                <section class="card flow" aria-labelledby="conditions">
                    <h2 id="conditions">"Each condition, and what it met"</h2>
                    <Conditions tested/>
                    <p class="soft small">
                        {format!("Worked out again for you just now, from what we knew on {}.", day_and_year(card.as_of))}
                    </p>
                </section>
            })}
            <p class="section"><a href="/notices">"Everything we told you, and what we did not, with the reasons"</a></p>
        }
    })
}

/// That we stand by our advice, and what became of that.
#[component]
fn Standby(guarantee: Guarantee) -> impl IntoView {
    let outcome = match guarantee {
        Guarantee::Stands => view! {
            <p>"After the first 12 months we work out what both would have cost for your own use. You need not ask for it."</p>
        }
        .into_any(),
        Guarantee::WorkedOut { owed, on } if owed.minor > 0 => view! {
            <p>"Worked out on " <Day of=on near=on/> ": it did cost you more, so we owe you " <MoneyView of=owed/> "."</p>
        }
        .into_any(),
        Guarantee::WorkedOut { on, .. } => view! {
            <p>"Worked out on " <Day of=on near=on/> ": it did not cost you more."</p>
        }
        .into_any(),
    };
    view! {
        <section class="card flow" aria-labelledby="standby">
            <h2 id="standby">"We stand by this advice"</h2>
            <p>"If you follow it and it costs you more over a year than what you had would have, we credit you the difference."</p>
            {outcome}
        </section>
    }
}

/// What became of it since, in a sentence or two.
pub fn stands(told: &ToldNotice, today: Date) -> String {
    let since = told.standing.since.map(|since| {
        let since = if since.year() == today.year() { day(since) } else { day_and_year(since) };
        format!(" So it is since {since}.")
    });
    let word = match told.standing.is {
        Stands::StillSo => return "Still so today.".to_owned(),
        Stands::Changed => "Changed since.",
        Stands::Over | Stands::Paid => "No longer so.",
    };
    format!("{word} {}{}", retold(&told.standing.why), since.unwrap_or_default())
}
