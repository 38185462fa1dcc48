//! The first page a customer sees.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{Home, Matter, Start, WorthKnowing, api};
use crate::{
    app::{Layout, page, status},
    features::{
        billing::portal::{BillActs, News},
        bills::{self, BillLine, BillState, StateBadge, fee::FeeNotice},
        notes::portal::NoteOnHome,
        notices::{NoticeCard, portal::Notice},
        responses::{
            SaidOn,
            portal::{JustSaid, SayErrors},
        },
    },
    ui::{Day, MoneyView, capital, count, in_words},
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
    let things = home.worth_knowing.len();
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
    let notices = home
        .worth_knowing
        .iter()
        .cloned()
        .map(|one| match one {
            WorthKnowing::Told(card) => view! { <Notice card/> }.into_any(),
            WorthKnowing::Seen(matter) => view! { <About matter/> }.into_any(),
        })
        .collect_view();
    let today = home.today;
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
    let said_on = if shows_aside { SaidOn::Aside } else { SaidOn::Home };
    view! {
        <header class="lead"><h1 dir="auto">{home.greeting.clone()}</h1>{lead.map(|lead| view! { <p>{lead}</p> })}</header>
        <SayErrors/>
        <JustSaid cards=said_of on=said_on/>
        <div class="flow wide">
            {waiting}
            <News acts=home.news.clone()/>
            {if things == 0 { view! { <Calm home=home.clone()/> }.into_any() } else { notices.into_any() }}
            {note}
            <Cheapest plans=home.cheapest.clone()/>
            <PutAside aside is_shown=shows_aside/>
            <Line home/>
        </div>
    }
}

#[component]
fn About(matter: Matter) -> impl IntoView {
    let BillLine { number, open, state, .. } = matter.bill;
    let can_move = matter.can_move && matches!(state, BillState::FeeNear { .. });
    let about = number.clone();
    view! {
        <FeeNotice number open state fee=matter.fee>
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
        (0, _) | (_, None) => "We looked at all your bills: every one is paid, and none is in dispute.".to_owned(),
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

/// The next bill, everything open and the credit, in one line.
#[component]
fn Line(home: Home) -> impl IntoView {
    let today = home.today;
    let next = home.next.map(|bill| {
        let (address, when) = (bills::address(&bill.number), if bill.pay_by < today { "was due " } else { "due " });
        view! {
            <div>
                <dt>"Next to pay, " {when} <Day of=bill.pay_by near=today/></dt>
                <dd><MoneyView of=bill.open/></dd>
                <dd><a href=address>"Bill " {bill.number}</a> " " <StateBadge of=bill.state/></dd>
            </div>
        }
    });
    let several = home.open_bills > 1;
    let open = home
        .open
        .into_iter()
        .map(|amount| {
            view! {
                <div>
                    <dt>"Open in all"</dt>
                    <dd><MoneyView of=amount/></dd>
                    <dd><a href="/bills">"All bills"</a></dd>
                </div>
            }
        })
        .collect_view();
    let has_credit = !home.credit.is_empty();
    let credit = home
        .credit
        .into_iter()
        .map(|amount| {
            view! {
                <div>
                    <dt>"Credit you can use"</dt>
                    <dd><MoneyView of=amount/></dd>
                    <dd><a href="/credits">"Your credit"</a></dd>
                </div>
            }
        })
        .collect_view();
    let is_there = next.is_some() || has_credit;
    is_there.then(|| view! { <dl class="stats">{next}{several.then_some(open)}{credit}</dl> })
}
