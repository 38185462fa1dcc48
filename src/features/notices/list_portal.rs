//! Everything we told a customer, and below it what we did not tell them.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    Because, NotTold, NothingAbout, Stands, ToldNotice, api,
    portal::{Headline, PastHeadline, stands},
};
use crate::{
    app::{Layout, page},
    domain::notice::NoticeKind,
    features::responses::Aside,
    ui::{Day, Pager, ShortDay, count},
};

/// `/notices`
#[component]
pub fn NoticesPage() -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get("page").and_then(|page| page.parse().ok()));
    page(Layout::Portal, "What we told you", api::load_notices(asked), |list| {
        let today = list.today;
        let nothing = list.current.is_empty() && list.page.total == 0;
        let lines = |told: Vec<ToldNotice>| told.into_iter().map(|told| view! { <Line told today/> }).collect_view();
        let (has_current, has_earlier) = (!list.current.is_empty(), !list.earlier.is_empty());
        let (current, earlier) = (lines(list.current), lines(list.earlier));
        let not_told = list.not_told.into_iter().map(|one| view! { <Untold one/> }).collect_view();
        view! {
            <a class="back" href="/">"What you should know"</a>
            <header class="lead">
                <h1>"What we told you"</h1>
                <p>"And what we looked at and did not tell you. Each with its rule and what it was worked out from."</p>
            </header>
            {nothing.then(|| view! {
                <div class="empty"><p>"Nothing yet. Whatever we tell you is kept here, with the reasons."</p></div>
            })}
            {has_current.then(|| view! {
                <section class="section" aria-labelledby="current">
                    <h2 id="current">"So today"</h2>
                    <ul class="rows">{current}</ul>
                </section>
            })}
            {has_earlier.then(|| view! {
                <section class="section" aria-labelledby="earlier">
                    <h2 id="earlier">"Earlier"</h2>
                    <ul class="rows">{earlier}</ul>
                    <Pager page=list.page of="notices"/>
                </section>
            })}
            <section class="section" aria-labelledby="not-told">
                <h2 id="not-told">"What we did not tell you, and why"</h2>
                <p>"We look at all of this for you, and each line says whether it was due. Each page shows every condition with what we found."</p>
                <ul class="rows">{not_told}</ul>
            </section>
        }
    })
}

#[component]
fn Line(told: ToldNotice, today: Date) -> impl IntoView {
    let address = super::portal::address(&told.card.id);
    let as_of = told.card.as_of;
    let bill = told.card.bill.clone().map(|bill| view! { "Bill " <bdi>{bill.number}</bdi> ". " });
    let corrects = told.corrects.is_some().then_some(" It puts right what we told you before.");
    let stands = (told.standing.is != Stands::StillSo).then(|| format!(" {}", stands(&told, today)));
    // What holds is said with today's amounts and days, what is over as it was.
    let headline = match told.now.clone().filter(|_| told.is_current()) {
        Some(now) => view! { <Headline card=now/> }.into_any(),
        None if told.is_current() => view! { <Headline card=told.card.clone()/> }.into_any(),
        None => view! { <PastHeadline card=told.card.clone()/> }.into_any(),
    };
    view! {
        <li><a href=address>
            <span>
                <span class="what">{headline}</span>
                <span class="more">{bill} "Told on " <Day of=as_of near=today/> "." {stands} {corrects}</span>
            </span>
            <span class="end"><State told today/></span>
        </a></li>
    }
}

#[component]
fn State(told: ToldNotice, today: Date) -> impl IntoView {
    match (told.today().aside, told.standing.is) {
        (Some(Aside::Until(back)), Stands::StillSo | Stands::Changed) => {
            view! { <span class="badge">"Until " <ShortDay of=back near=today/></span> }.into_any()
        }
        (Some(Aside::Dismissed | Aside::LikeDismissed(_)), _) => {
            view! { <span class="badge">"Not for you"</span> }.into_any()
        }
        (_, Stands::StillSo) => view! { <span class="badge accent">"Still so"</span> }.into_any(),
        (_, Stands::Changed) => view! { <span class="badge accent">"Changed"</span> }.into_any(),
        (_, Stands::Paid) => view! { <span class="badge done">"Paid"</span> }.into_any(),
        (_, Stands::Over) => view! { <span class="badge">"No longer so"</span> }.into_any(),
    }
}

#[component]
fn Untold(one: NotTold) -> impl IntoView {
    let address = format!("/notices/why-not/{}", one.kind);
    let because = match one.because {
        Because::Nothing(nothing) => lacking(nothing).to_owned(),
        Because::Asked { things, held: 0, .. } => {
            format!("Looked at for {}; not due.", count(things as i64, thing(one.kind).0, thing(one.kind).1))
        }
        Because::Asked { things, held, instead } => {
            let many = count(things as i64, thing(one.kind).0, thing(one.kind).1);
            match held == instead {
                true => format!("Looked at for {many}; something else we told you says more."),
                false => format!("Looked at for {many}; due for {held}, and told when we look next."),
            }
        }
    };
    view! {
        <li><a href=address>
            <span><span class="what">{subject(one.kind)}</span><span class="more">{because}</span></span>
            <span class="end soft" aria-hidden="true">"Why"</span>
        </a></li>
    }
}

/// What a kind of notice says, as the customer would put it.
pub fn subject(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::FeeWarning => "That a late fee is near",
        NoticeKind::NothingToDo => "That your credit pays a bill",
        NoticeKind::Dispute => "That we settle a dispute with you first",
        NoticeKind::Due => "That a bill is due",
        NoticeKind::Overdue => "That a bill is overdue",
        NoticeKind::FeeCame => "That a late fee came",
        NoticeKind::UnusualBill => "That a bill is unusual",
        NoticeKind::BetterPrice => "That another plan of ours costs you less",
        NoticeKind::RightSize => "That another size fits you better",
        NoticeKind::Credit => "That credit of yours expires soon",
        NoticeKind::Competitor => "That someone else’s product fits you better",
    }
}

/// What its rules are asked about: one, and several.
fn thing(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        kind if kind.is_about_paying() => ("open bill", "open bills"),
        NoticeKind::UnusualBill => ("bill", "bills"),
        NoticeKind::BetterPrice => ("other plan", "other plans"),
        NoticeKind::RightSize => ("other size", "other sizes"),
        NoticeKind::Credit => ("credit", "credits"),
        _ => ("other product", "other products"),
    }
}

/// Why a kind of notice cannot be about this customer today.
pub fn lacking(nothing: NothingAbout) -> &'static str {
    match nothing {
        NothingAbout::OpenBill => "You have no open bill, so there is nothing this could be about.",
        NothingAbout::RecentBill => "You have no open bill of the last weeks, so there is nothing this could be about.",
        NothingAbout::LateFee => "There is no late fee on your open bills, so there is nothing this could be about.",
        NothingAbout::Credit => "You have no credit, so there is nothing this could be about.",
        NothingAbout::ExpiringCredit => "None of your credit expires within the next 30 days.",
        NothingAbout::Plan => "We know of no plan of yours, so there is nothing this could be about.",
        NothingAbout::CheaperPlan => {
            "No other plan of ours that we could price on your own use would have cost you less."
        }
        NothingAbout::OtherSize => "No other size that we could price on your own use would have cost you less.",
        NothingAbout::CheaperProduct => {
            "No product of another company that we could price on your own use would have cost you less."
        }
    }
}
