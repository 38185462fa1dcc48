//! `/credits`: what there is, what will be used next and why, and what was.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{CreditSheet, GrantLine, GrantStanding, api};
use crate::{
    app::{Layout, page},
    domain::credit::Turn,
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
        let today = sheet.today;
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
                <Pays sheet/>
                <Grants
                    grants=usable
                    today
                    title="What you can use, in this order"
                    of_all="What expires first is used first, so that as little as possible is lost; of what expires on one day, the oldest."
                />
                <Grants
                    grants=apart
                    today
                    title="For one thing alone"
                    of_all="A bill is for everything you had. So this pays no whole bill, and is not in what you can use above."
                />
                <ActRows acts=uses/>
                <Pager page of="what you did"/>
                <Grants grants=over today title="What was"/>
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
    let amounts = sheet.balance.into_iter().enumerate().map(|(at, amount)| {
        let and = (at > 0).then_some(" and ");
        view! { {and}<strong><MoneyView of=amount/></strong> }
    });
    view! { <p>"You can use " {amounts.collect_view()} " today."</p> }.into_any()
}

#[component]
fn Pays(sheet: CreditSheet) -> impl IntoView {
    let rows = sheet.pays.into_iter().map(|(number, amount)| {
        let address = bills::address(&number);
        view! { <div><dt>"Bill " <a href=address>{number}</a></dt><dd><MoneyView of=amount/></dd></div> }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="pays">
                <h2 id="pays">"What it pays next"</h2>
                <dl class="facts amounts">{rows}</dl>
            </section>
        }
    })
}

/// Nothing where there are none; `of_all` says something about all of them.
#[component]
fn Grants(
    grants: Vec<GrantLine>,
    today: Date,
    title: &'static str,
    #[prop(optional)] of_all: Option<&'static str>,
) -> impl IntoView {
    if grants.is_empty() {
        return ().into_any();
    }
    let rows = grants.into_iter().map(|grant| view! { <li><Grant grant today/></li> }).collect_view();
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
fn Grant(grant: GrantLine, today: Date) -> impl IntoView {
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
            </span>
            <span class="end"><MoneyView of=grant.left/>{of}{badge}</span>
        </div>
    }
}
