//! `/credits`: what there is, what will be used next and why, and what was.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{CreditSheet, GrantLine, GrantStanding, When, api};
use crate::{
    app::{Layout, page},
    domain::{
        credit::{Because, Turn},
        money::Money,
    },
    error::Result,
    features::{
        billing::{Act, api::load_credit_uses, portal::ActRows},
        bills,
    },
    ui::{Day, MoneyView, Page, Pager},
};

/// `/credits`
#[component]
pub fn CreditsPage() -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get("page").and_then(|page| page.parse().ok()));
    page(Layout::Portal, "Your credit", load_whole(asked), |(sheet, (uses, page))| {
        if sheet.grants.is_empty() {
            return view! {
                <header class="lead"><h1>"Your credit"</h1></header>
                <div class="empty">
                    <h2>"No credit yet"</h2>
                    <p>"When something went wrong, or you paid too much, what we give back stands here, with the day until which you can use it."</p>
                </div>
            }
            .into_any();
        }
        let (today, is_outside) = (sheet.today, sheet.is_outside);
        let (mut usable, mut apart, mut over) = (Vec::new(), Vec::new(), Vec::new());
        for grant in sheet.grants.clone() {
            match grant.standing {
                GrantStanding::Next(_) | GrantStanding::Waiting(_) => usable.push(grant),
                GrantStanding::Apart => apart.push(grant),
                GrantStanding::UsedUp | GrantStanding::Expired => over.push(grant),
            }
        }
        view! {
            <header class="lead">
                <h1>"Your credit"</h1>
                <Balance sheet=sheet.clone()/>
            </header>
            <div class="flow wide">
                <WhatItPays sheet/>
                <Grants
                    grants=usable
                    today
                    is_outside
                    title="What you can use, in this order"
                    of_all="What expires first is used first; of what expires on one day, the oldest."
                />
                <Grants
                    grants=apart
                    today
                    is_outside
                    title="For one thing alone"
                    of_all="A bill is for everything you had. So this pays no whole bill, and is not in what you can use above."
                />
                <ActRows acts=uses/>
                <Pager page of="what was done"/>
                <Grants grants=over today is_outside title="What was"/>
            </div>
        }
        .into_any()
    })
}

/// Credit, and what was done with it.
async fn load_whole(asked: Option<i64>) -> Result<(CreditSheet, (Vec<Act>, Page))> {
    Ok((api::load_credits().await?, load_credit_uses(asked).await?))
}

#[component]
fn Balance(sheet: CreditSheet) -> impl IntoView {
    if sheet.balance.is_empty() {
        let is_apart = sheet.grants.iter().any(|grant| grant.standing == GrantStanding::Apart);
        let words =
            if is_apart { "There is nothing left that can pay a bill." } else { "There is nothing left to use." };
        return view! { <p>{words}</p> }.into_any();
    }
    let whole = sheet.balance.iter().zip(&sheet.free).map(|(all, free)| {
        let kept = Money::new(all.minor - free.minor, all.currency);
        let words = match (free.minor, kept.minor) {
            (_, 0) => "all of it is free to use.".into_any(),
            (0, _) => "all of it is spoken for by bills.".into_any(),
            _ => view! { <MoneyView of=kept/> " is spoken for by bills, and " <strong><MoneyView of=*free/></strong> " is free to use." }
                .into_any(),
        };
        view! { <p>"You have " <strong><MoneyView of=*all/></strong> ": " {words}</p> }
    });
    whole.collect_view().into_any()
}

#[component]
fn WhatItPays(sheet: CreditSheet) -> impl IntoView {
    let today = sheet.today;
    let by_itself = sheet.pays.iter().any(|one| matches!(one.when, When::ByItself { .. }));
    let if_asked = sheet.pays.iter().any(|one| one.when == When::IfAsked);
    let rows: Vec<_> = sheet
        .pays
        .into_iter()
        .map(|one| {
            let address = bills::address(&one.bill);
            let when = match one.when {
                When::AskedOfBilling => "asked of billing, which has not decided".into_any(),
                When::ByItself { on, because: Because::Due } => {
                    view! { "pays all that is open then, by itself on " <Day of=on near=today/> }.into_any()
                }
                When::ByItself { on, because: Because::Expires } => {
                    view! { "by itself on " <Day of=on near=today/> ", the last day of that credit" }.into_any()
                }
                When::IfAsked => {
                    let act = format!("{address}/use-credit");
                    view! { "only if you ask: it is not enough for all of the bill. " <a href=act>"See how it would be"</a> }
                        .into_any()
                }
            };
            view! { <div><dt>"Bill " <a href=address>{one.bill}</a> <small>{when}</small></dt><dd><MoneyView of=one.amount/></dd></div> }
        })
        .collect();
    let words = match (sheet.is_outside, by_itself, if_asked) {
        (true, _, true) => {
            "Your bills are kept in another system. Credit that expires pays nothing there by itself: use it before its last day."
        }
        (true, _, false) => "",
        (false, true, _) => {
            "You need not do anything for what happens by itself, and can take it back until the end of the next day."
        }
        (false, false, _) => "Nothing of it happens without you.",
    };
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="pays">
                <h2 id="pays">"What it pays next"</h2>
                <dl class="facts amounts">{rows}</dl>
                {(!words.is_empty()).then(|| view! { <p class="soft small">{words}</p> })}
            </section>
        }
    })
}

/// Nothing where there are none; `of_all` says something about all of them.
#[component]
fn Grants(
    grants: Vec<GrantLine>,
    today: Date,
    is_outside: bool,
    title: &'static str,
    #[prop(optional)] of_all: Option<&'static str>,
) -> impl IntoView {
    if grants.is_empty() {
        return ().into_any();
    }
    let rows = grants.into_iter().map(|grant| view! { <li><Grant grant today is_outside/></li> }).collect_view();
    view! {
        <section class="section" aria-label=title>
            <h2>{title}</h2>
            <ul class="rows">{rows}</ul>
            {of_all.map(|words| view! { <p class="soft small">{words}</p> })}
        </section>
    }
    .into_any()
}

/// Why it has its place among those that pay the same bills.
fn why(turn: Turn, has_end: bool) -> &'static str {
    match (turn, has_end) {
        (Turn::Only, _) => "no other in its currency can pay a bill",
        (Turn::ExpiresFirst, _) => "it expires first",
        (Turn::ExpiresLater, _) => "it expires later",
        (Turn::KeptForLast, _) => "it has no end, so it is kept for last",
        (Turn::GivenFirst, true) => "of what expires that day, it was given first",
        (Turn::GivenFirst, false) => "none has an end, and it was given first",
        (Turn::GivenLater, true) => "of what expires that day, it was given later",
        (Turn::GivenLater, false) => "it has no end either, and was given later",
        (Turn::ByReference, _) => "it is as old as the other, so the reference decides",
    }
}

#[component]
fn Grant(grant: GrantLine, today: Date, is_outside: bool) -> impl IntoView {
    let pays = grant
        .pays
        .iter()
        .map(|one| {
            let on = match one.when {
                When::ByItself { on, .. } => Some(view! { " on " <Day of=on near=today/> }),
                When::AskedOfBilling | When::IfAsked => None,
            };
            view! { <span class="more"><MoneyView of=one.amount/> {format!(" pays bill {}", one.bill)} {on} "."</span> }
        })
        .collect_view();
    let lost = grant.expires_on.filter(|last| *last >= today && grant.free.minor > 0 && grant.scope.is_none()).map(|last| {
        let unless = if is_outside { ", if you do not use it before." } else { ", if no other bill comes that it can pay." };
        view! { <span class="more"><MoneyView of=grant.free/> " of it is lost after " <Day of=last near=today/> {unless}</span> }
    });
    let until = match (grant.standing, grant.expires_on) {
        (GrantStanding::Expired, Some(day)) => view! { "Expired after " <Day of=day near=today/> }.into_any(),
        (GrantStanding::UsedUp, _) => "Used up".into_any(),
        (_, Some(day)) => view! { "Until " <Day of=day near=today/> }.into_any(),
        (_, None) => "It does not expire".into_any(),
    };
    let scope = grant.scope.map(|scope| view! { ", for "<bdi>{scope}</bdi>" alone" });
    let has_end = grant.expires_on.is_some();
    let place = match grant.standing {
        GrantStanding::Next(turn) => Some(format!("Used next: {}.", why(turn, has_end))),
        GrantStanding::Waiting(turn) => Some(format!("Used later: {}.", why(turn, has_end))),
        GrantStanding::Apart | GrantStanding::UsedUp | GrantStanding::Expired => None,
    };
    let place = place.map(|words| view! { <span class="more">{words}</span> });
    let what = grant.reason.unwrap_or_else(|| format!("Credit {}", grant.reference));
    let badge = match grant.standing {
        GrantStanding::Next(_) => Some(view! { <span class="badge accent">"Used next"</span> }),
        GrantStanding::Expired => Some(view! { <span class="badge">"Expired"</span> }),
        GrantStanding::Waiting(_) | GrantStanding::Apart | GrantStanding::UsedUp => None,
    };
    let of =
        (grant.left != grant.amount).then(|| view! { <span class="more">"of " <MoneyView of=grant.amount/></span> });
    view! {
        <div>
            <span>
                <span class="what" dir="auto">{what}</span>
                <span class="more">{until}{scope}", given " <Day of=grant.granted_on near=today/></span>
                {place}
                {pays}
                {lost}
            </span>
            <span class="end"><MoneyView of=grant.left/>{of}{badge}</span>
        </div>
    }
}
