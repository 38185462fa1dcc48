//! The staff's day: the queues on one side, the one chosen person on the other.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url};

use super::{InDispute, NearFee, Today, api};
use crate::{
    app::{Layout, page},
    features::{
        bills::StateBadge,
        customers::{
            CustomerSheet,
            staff::{Headline, called},
        },
        erasure::staff::ErasureQueue,
        frictions::staff::HardList,
        memory::Fact,
        notes::Wrote,
        requests::{
            AnsweredOn, Waiting,
            staff::{AnswerErrors, RefusedAnswers, RequestForms, title},
        },
    },
    ui::{Face, Flash, MoneyView, ShortDay, count, initials},
};

/// As many things we remember as stand beside a person.
const REMEMBERED: usize = 3;

/// `/staff`
#[component]
pub fn TodayPage() -> impl IntoView {
    let chosen = use_query_map().with_untracked(|query| query.get("customer")).filter(|id| !id.is_empty());
    page(Layout::Staff, "Today", api::load_today(chosen), |today| {
        let class = if today.chosen.is_some() { "panes chosen" } else { "panes" };
        let (chosen, remembered) = (today.chosen.clone(), today.remembered.clone());
        view! {
            <div class=class>
                <Queues today/>
                {match chosen {
                    Some(sheet) => view! { <One sheet remembered/> }.into_any(),
                    None => view! {
                        <section class="one" aria-label="The person you choose">
                            <div class="empty">
                                <h2>"Choose a person"</h2>
                                <p>"What they asked, what they owe and how to help them will stand here."</p>
                            </div>
                        </section>
                    }.into_any(),
                }}
            </div>
        }
    })
}

#[component]
fn Queues(today: Today) -> impl IntoView {
    let here = today.chosen.as_ref().map(|sheet| sheet.id.clone()).unwrap_or_default();
    let day = today.today;
    // Questions, wishes and notes alike wait for a person, the longest first.
    let asks =
        today.waiting.iter().cloned().map(|one| (one.asked_at, view! { <Waits one here=here.clone()/> }.into_any()));
    let notes = today.wrote.iter().cloned().map(|one| (one.waiting_since, view! { <WroteToUs one/> }.into_any()));
    let mut waiting: Vec<(i64, AnyView)> = asks.chain(notes).collect();
    waiting.sort_by_key(|(since, _)| *since);
    let nobody_waits = waiting.is_empty();
    let waiting = waiting.into_iter().map(|(_, line)| line).collect_view();
    let fees = |fees: &[NearFee], has_come| {
        let line = |one| view! { <Near one here=here.clone() day has_come/> };
        fees.iter().cloned().map(line).collect_view()
    };
    let (near, came) = (fees(&today.near_a_fee, false), fees(&today.with_a_fee, true));
    let disputes =
        today.in_dispute.iter().cloned().map(|one| view! { <Disputes one here=here.clone()/> }).collect_view();
    let shown = i64::try_from(today.waiting.len() + today.wrote.len()).unwrap_or(i64::MAX);
    let waiting_more = today.waiting_in_all + today.wrote_in_all - shown;
    view! {
        <section class="list" aria-labelledby="today">
            <header>
                <h1 id="today">"Who needs a person today"</h1>
                <p>"Longest waiting first. Nobody by what they spend."</p>
            </header>
            <Flash flag="answered" words="Answered, and signed with your name."/>
            <h2>"Waiting for an answer"</h2>
            {if nobody_waits {
                view! { <p class="empty-list">"Nobody waits. Questions, wishes for a later date and notes come in here."</p> }.into_any()
            } else {
                view! { <ol class="queue">{waiting}</ol> }.into_any()
            }}
            <More many=waiting_more/>
            <h2>"About to be charged a fee"</h2>
            {if today.near_a_fee.is_empty() {
                view! { <p class="empty-list">"Nobody today."</p> }.into_any()
            } else {
                view! { <ol class="queue">{near}</ol> }.into_any()
            }}
            <More many=i64::try_from(today.near_in_all - today.near_a_fee.len()).unwrap_or(i64::MAX)/>
            <h2>"Charged a late fee that is not paid"</h2>
            {if today.with_a_fee.is_empty() {
                view! { <p class="empty-list">"Nobody today."</p> }.into_any()
            } else {
                view! { <ol class="queue">{came}</ol> }.into_any()
            }}
            <More many=i64::try_from(today.with_a_fee_in_all - today.with_a_fee.len()).unwrap_or(i64::MAX)/>
            <h2>"In dispute with us"</h2>
            {if today.in_dispute.is_empty() {
                view! { <p class="empty-list">"Nobody today."</p> }.into_any()
            } else {
                view! { <ol class="queue">{disputes}</ol> }.into_any()
            }}
            <More many=i64::try_from(today.disputes_in_all - today.in_dispute.len()).unwrap_or(i64::MAX)/>
            <ErasureQueue/>
            <HardList hard=today.hard.clone() in_all=today.hard_in_all/>
        </section>
    }
}

#[component]
fn More(many: i64) -> impl IntoView {
    (many > 0).then(
        || view! { <p class="empty-list">{format!("And {} more after these.", count(many, "person", "people"))}</p> },
    )
}

fn pane(customer_id: &str) -> String {
    format!("/staff?customer={}", Url::escape(customer_id))
}

#[component]
fn Waits(one: Waiting, here: String) -> impl IntoView {
    view! {
        <li><a href=pane(&one.customer_id) aria-current=(one.customer_id == here).then_some("true")>
            <Face name=&one.customer_name/>
            <span>
                <strong><bdi>{one.customer_name.clone()}</bdi></strong>
                <span>{title(&one.ask)} "."</span>
            </span>
            <span class="since">{format!("waits {}", one.since)}</span>
        </a></li>
    }
}

/// Their notes stand on their own page, and are read there.
#[component]
fn WroteToUs(one: Wrote) -> impl IntoView {
    view! {
        <li><a href=format!("/staff/customers/{}#notes", Url::escape(&one.customer_id))>
            <Face name=&one.customer_name/>
            <span>
                <strong><bdi>{one.customer_name.clone()}</bdi></strong>
                <span dir="auto">"Wrote: " {one.subject}</span>
            </span>
            <span class="since">{format!("waits {}", one.since)}</span>
        </a></li>
    }
}

#[component]
fn Near(one: NearFee, here: String, day: Date, has_come: bool) -> impl IntoView {
    let days = count(one.days, "day", "days");
    let when = match (has_come, one.days) {
        (_, 0) => "today".to_owned(),
        (false, _) => format!("in {days}"),
        (true, _) => format!("{days} ago"),
    };
    let more = (one.more > 0).then(|| format!(" And {} more.", count(one.more as i64, "bill", "bills")));
    view! {
        <li><a href=pane(&one.customer_id) aria-current=(one.customer_id == here).then_some("true")>
            <Face name=&one.name/>
            <span>
                <strong><bdi>{one.name.clone()}</bdi></strong>
                <span>
                    <MoneyView of=one.fee/> {if has_come { " since " } else { " on " }} <ShortDay of=one.fee_on near=day/> ", bill " <bdi>{one.bill}</bdi> "." {more}
                </span>
            </span>
            <span class="since">{when}</span>
        </a></li>
    }
}

#[component]
fn Disputes(one: InDispute, here: String) -> impl IntoView {
    let more = (one.more > 0).then(|| format!(" And {} more.", count(one.more as i64, "bill", "bills")));
    let open = match one.open.minor {
        0 => "paid since.".into_any(),
        _ => view! { <MoneyView of=one.open/> " open." }.into_any(),
    };
    view! {
        <li><a href=pane(&one.customer_id) aria-current=(one.customer_id == here).then_some("true")>
            <Face name=&one.name/>
            <span>
                <strong><bdi>{one.name.clone()}</bdi></strong>
                <span>"Says bill " <bdi>{one.bill}</bdi> " is not right; " {open} {more}</span>
            </span>
        </a></li>
    }
}

/// The chosen person: what to know in ten seconds, then what they wait for.
#[component]
fn One(sheet: CustomerSheet, remembered: Vec<Fact>) -> impl IntoView {
    let refused = RefusedAnswers::of_this_page();
    let whole = format!("/staff/customers/{}", Url::escape(&sheet.id));
    let forms = sheet
        .to_answer
        .iter()
        .cloned()
        .map(|request| view! { <RequestForms request refused=refused.clone() on=AnsweredOn::Today/> })
        .collect_view();
    view! {
        <section class="one" aria-labelledby="who">
            <a class="back" href="/staff">"Everyone"</a>
            <AnswerErrors refused=refused.clone()/>
            <div class="apart">
                <div class="person">
                    <span class="face large" aria-hidden="true">{initials(&sheet.name)}</span>
                    <div><h2 id="who"><bdi>{sheet.name.clone()}</bdi></h2><p>
                            {called(&sheet)} " "
                            {sheet.email.clone().unwrap_or_else(|| "No e-mail address known".to_owned())} "."
                        </p></div>
                </div>
                <div class="acts"><a class="button" href=whole>"Whole page"</a></div>
            </div>
            <Brief sheet remembered/>
            {forms}
        </section>
    }
}

#[component]
fn Brief(sheet: CustomerSheet, remembered: Vec<Fact>) -> impl IntoView {
    let today = sheet.today;
    let bills = sheet
        .open_bills
        .iter()
        .cloned()
        .map(|bill| {
            let when = if bill.line.pay_by < today { ", was due " } else { ", due " };
            view! {
                <li>
                    <bdi>{bill.line.number}</bdi> ", " <MoneyView of=bill.line.open/> {when}
                    <ShortDay of=bill.line.pay_by near=today/> ". " <StateBadge of=bill.line.state/>
                </li>
            }
        })
        .collect_view();
    let told = sheet
        .told
        .iter()
        .take(3)
        .cloned()
        .map(|told| {
            let seen = if told.is_seen { ", opened." } else { ", not opened yet." };
            view! { <li><Headline card=told.card today/> {seen}</li> }
        })
        .collect_view();
    let last = sheet.last_words.clone().map(|last| {
        view! {
            <li><span dir="auto">"“" {last.words} "”"</span> ", " <bdi>{last.subject}</bdi> ", " <ShortDay of=last.on.0 near=today/> "."</li>
        }
    });
    let asked = sheet.answered.first().cloned().map(|ask| {
        let answer = ask.answer.as_ref().map(|answer| format!("Answered by {}.", answer.by));
        view! { <li>{title(&ask)} ", " <ShortDay of=ask.asked_on near=today/> ". " {answer}</li> }
    });
    let is_silent = last.is_none() && asked.is_none();
    let remembers = remembered
        .into_iter()
        .take(REMEMBERED)
        .map(|fact| {
            let off_limits = fact.off_limits_on.map(|_| " Not to be brought up.");
            view! { <li><span dir="auto">{fact.words}</span> {off_limits}</li> }
        })
        .collect_view();
    view! {
        <div class="brief">
            <section>
                <h3>"Open bills"</h3>
                <ul>{if sheet.open_bills.is_empty() { view! { <li>"None. Everything is paid."</li> }.into_any() } else { bills.into_any() }}</ul>
            </section>
            <section>
                <h3>"Told so far"</h3>
                <ul>{if sheet.told.is_empty() { view! { <li>"Nothing yet."</li> }.into_any() } else { told.into_any() }}</ul>
            </section>
            <section>
                <h3>"Last words"</h3>
                <ul>{last} {asked} {is_silent.then(|| view! { <li>"None so far."</li> })}</ul>
            </section>
            <section>
                <h3>"We remember"</h3>
                <ul>{if remembers.is_empty() { view! { <li>"Nothing yet."</li> }.into_any() } else { remembers.into_any() }}</ul>
            </section>
        </div>
    }
}
