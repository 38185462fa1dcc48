//! The first page a customer sees.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{Home, InShort, Matter, Start, WorthKnowing, api};
use crate::{
    app::{Layout, page, status},
    domain::money::Money,
    features::{
        billing::portal::{BillActs, News},
        bills::{self, BillLine, BillState, fee::FeeNotice},
        notes::portal::NoteOnHome,
        notices::{self, NoticeCard, portal::Notice},
        responses::{
            SaidOn,
            portal::{JustSaid, SayErrors},
        },
    },
    ui::{MoneyView, ShortDay, capital, count, done, in_words},
};

/// `/`; staff and admins are led to their own start.
#[component]
pub fn HomePage() -> impl IntoView {
    page(Layout::Own, "What you should know", api::load_start(), |start| match start {
        Start::Here(home) => view! { <Known home=*home/> }.into_any(),
        Start::Elsewhere(role) => {
            status::lead_to(role.home());
            view! {
                <header class="lead">
                    <h1>"Your work starts elsewhere"</h1>
                    <div class="acts"><a class="button primary" href=role.home()>"Go there"</a></div>
                </header>
            }
            .into_any()
        }
    })
}

#[component]
fn Known(home: Home) -> impl IntoView {
    let things = home.things();
    let rest = if home.aside.is_empty() { "Nothing else needs you today." } else { "What you put aside is below." };
    let lead = match things {
        0 => None,
        1 => Some(format!("One thing worth knowing. {rest}")),
        _ => Some(format!("{} things worth knowing. {rest}", capital(&in_words(things)))),
    };
    let waiting = (home.waiting > 0).then(|| {
        let words = count(home.waiting as i64, "question of yours is", "questions of yours are");
        view! {
            <div class="flash" role="status"><p>{format!("{words} with a person now.")}</p><a href="/help">"See"</a></div>
        }
    });
    let today = home.today;
    let notices = home
        .worth_knowing
        .iter()
        .cloned()
        .map(|one| match one {
            WorthKnowing::Told(card) => view! { <Notice card/> }.into_any(),
            WorthKnowing::Seen(matter) => view! { <About matter today/> }.into_any(),
        })
        .collect_view();
    let note = home.note.clone().map(|note| view! { <NoteOnHome note today/> });
    let said_of: Vec<NoticeCard> = home
        .worth_knowing
        .iter()
        .filter_map(|one| match one {
            WorthKnowing::Told(card) => Some(card),
            WorthKnowing::Seen(_) => None,
        })
        .chain(&home.aside)
        .cloned()
        .collect();
    let aside = home.aside.clone();
    let shows_aside = use_query_map().with_untracked(|query| query.get_str("aside").is_some());
    let undone = done("undone");
    let is_undone_below =
        undone.is_some_and(|id| home.more.iter().any(|one| one.address == notices::portal::address(&id)));
    let said_on = if shows_aside { SaidOn::Aside } else { SaidOn::Home };
    view! {
        <header class="lead">
            <h1 dir="auto">{home.greeting.clone()}</h1>
            <Line home=home.clone()/>
            {lead.map(|lead| view! { <p>{lead}</p> })}
        </header>
        <SayErrors/>
        <JustSaid cards=said_of on=said_on/>
        <div class="flow wide">
            {is_undone_below.then(|| view! {
                <div class="flash done" role="status" tabindex="-1" autofocus><p>"Undone. It is as it was before, in a line below."</p></div>
            })}
            {waiting}
            <News acts=home.news.clone()/>
            {if things == 0 { view! { <Calm home=home.clone()/> }.into_any() } else { notices.into_any() }}
            <More home=home.clone()/>
            {note}
            <Cheapest plans=home.cheapest/>
            <PutAside aside is_shown=shows_aside/>
            <p class="soft"><a href="/notices">"Everything we told you, and what we did not"</a></p>
        </div>
    }
}

#[component]
fn About(matter: Matter, today: Date) -> impl IntoView {
    let BillLine { number, open, state, .. } = matter.bill;
    let can_move = matter.can_move && matches!(state, BillState::FeeNear { .. });
    let about = number.clone();
    view! {
        <FeeNotice number open state fee=matter.fee today>
            <BillActs number=about open ways=matter.ways can_move with_bill=true/>
        </FeeNotice>
    }
}

/// What was put aside or dismissed: a quiet line, or all of it where it was asked for.
#[component]
fn PutAside(aside: Vec<NoticeCard>, is_shown: bool) -> impl IntoView {
    let things = aside.len();
    if things == 0 {
        return ().into_any();
    }
    let words = format!("{} put aside.", count(things as i64, "thing", "things"));
    if !is_shown {
        return view! { <p class="soft" id="aside">{words} " " <a href="/?aside=1#aside">"Show " {if things == 1 { "it" } else { "them" }}</a></p> }
            .into_any();
    }
    let cards = aside.into_iter().map(|card| view! { <Notice card on=SaidOn::Aside/> }).collect_view();
    view! {
        <section id="aside" class="flow" aria-label="What you put aside">
            <p class="soft">{words} " " <a href="/">"Hide them again"</a></p>
            {cards}
        </section>
    }
    .into_any()
}

/// What was looked at, where there is nothing to fear.
#[component]
fn Calm(home: Home) -> impl IntoView {
    if !home.aside.is_empty() {
        // What was put aside still holds, so not everything is calm.
        return view! {
            <article class="notice done" aria-labelledby="calm">
                <h2 id="calm">"Nothing else needs you today."</h2>
                <p>"What you put aside still holds; it is kept below. " <a href="/notices">"Why nothing else?"</a></p>
            </article>
        }
        .into_any();
    }
    let looked = match (home.open_bills, &home.next) {
        (0, _) | (_, None) => "We looked at all your bills: every one is paid.".to_owned(),
        (1, Some(_)) => "We looked at your bills: one is open, and no late fee is near.".to_owned(),
        (open, Some(_)) => {
            format!("We looked at your bills: {} are open, and no late fee is near any of them.", in_words(open))
        }
    };
    view! {
        <article class="notice done" aria-labelledby="calm">
            <h2 id="calm">"Nothing needs you today."</h2>
            <p>{looked} " If that changes, you read it here before it costs you anything."</p>
            <p><a href="/notices">"Why nothing?"</a></p>
        </article>
    }
    .into_any()
}

/// The standing answer about plans, where it is "yours".
#[component]
fn Cheapest(plans: Vec<(String, usize)>) -> impl IntoView {
    plans
        .into_iter()
        .map(|(name, months)| {
            let words = format!(
                "You are on the cheapest plan: over {} of your own use no other would have cost less than {name}. ",
                count(months as i64, "month", "months")
            );
            view! { <p class="soft">{words}<a href="/plan">"See it month by month"</a></p> }
        })
        .collect::<Vec<_>>()
}

/// What does not stand there whole: a line each, and where that were too many, how many there are.
#[component]
fn More(home: Home) -> impl IntoView {
    let today = home.today;
    let line = |one: InShort| {
        let bill = one.bill.map(|number| view! { "Bill " <bdi>{number}</bdi> ". " });
        view! {
            <li><a href=one.address>
                <span>
                    <span class="what">{one.title}</span>
                    <span class="more">{bill} {one.when} " " <ShortDay of=one.on near=today/> "."</span>
                </span>
                <span class="end"><MoneyView of=one.amount/></span>
            </a></li>
        }
    };
    let rest = |number: usize, (one, many): (&str, &str), address: &'static str, on: &'static str| {
        (number > 0).then(|| {
            let words = format!("And {}", count(number as i64, one, many));
            view! {
                <li><a href=address>
                    <span><span class="what">{words}</span></span>
                    <span class="end soft" aria-hidden="true">{on}</span>
                </a></li>
            }
        })
    };
    let bills = rest(home.more_bills, ("more bill", "more bills"), "/bills", "All bills");
    let notices = rest(home.more_notices, ("more thing", "more things"), "/notices", "All notices");
    let is_there = !home.more.is_empty() || bills.is_some() || notices.is_some();
    let lines = home.more.into_iter().map(line).collect_view();
    is_there.then(|| {
        view! {
            <section aria-labelledby="more">
                <h2 id="more" class="unseen">"Also worth knowing"</h2>
                <ul class="rows">{lines}{bills}{notices}</ul>
            </section>
        }
    })
}

/// The next bill, everything open and the credit, in one line.
#[component]
fn Line(home: Home) -> impl IntoView {
    let today = home.today;
    let next = match home.next {
        Some(bill) => {
            let address = bills::address(&bill.number);
            let when = match bill.state {
                BillState::Covered => "Your credit pays next, ",
                _ if bill.pay_by < today => "Was due ",
                _ => "Next, due ",
            };
            view! {
                <div>
                    <dt>{when} <ShortDay of=bill.pay_by near=today/></dt>
                    <dd><a href=address><span class="unseen">"Bill " {bill.number} ": "</span><MoneyView of=bill.open/></a></dd>
                </div>
            }
            .into_any()
        }
        None => view! { <div><dt>"Next bill"</dt><dd>"None to pay"</dd></div> }.into_any(),
    };
    let open = (home.bills_to_pay > 1).then(|| {
        let bills = count(home.bills_to_pay as i64, "bill", "bills");
        view! { <div><dt>{bills} " to pay"</dt>{amounts(home.to_pay, "/bills", "To pay in all: ")}</div> }
    });
    let credit = match home.credit.is_empty() {
        true => view! { <dd>"None"</dd> }.into_any(),
        false => amounts(home.credit, "/credits", "Credit you can use: "),
    };
    view! { <dl class="in-short">{next}{open}<div><dt>"Credit"</dt>{credit}</div></dl> }
}

/// One amount for each currency, each leading to `address`.
fn amounts(amounts: Vec<Money>, address: &'static str, what: &'static str) -> AnyView {
    let amount = |of| view! { <dd><a href=address><span class="unseen">{what}</span><MoneyView of/></a></dd> };
    amounts.into_iter().map(amount).collect_view().into_any()
}
