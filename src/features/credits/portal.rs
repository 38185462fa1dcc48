//! `/credits`: what there is, what will be used next and why, and what was.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{CreditSheet, GrantLine, GrantStanding, api};
use crate::{
    app::{Layout, page},
    error::Result,
    features::{
        billing::{Act, api::load_credit_uses, portal::ActRows},
        bills,
    },
    ui::{Day, MoneyView},
};

/// `/credits`
#[component]
pub fn CreditsPage() -> impl IntoView {
    page(Layout::Portal, "Your credit", load_whole(), |(sheet, uses)| {
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
        let is_usable = |grant: &GrantLine| matches!(grant.standing, GrantStanding::Next | GrantStanding::Waiting);
        let (usable, over): (Vec<_>, Vec<_>) = sheet.grants.clone().into_iter().partition(is_usable);
        view! {
            <header class="lead">
                <h1>"Your credit"</h1>
                <Balance sheet=sheet.clone()/>
            </header>
            <div class="flow wide">
                <Pays sheet/>
                <Grants grants=usable today title="What you can use, in this order"/>
                <ActRows acts=uses/>
                {(!over.is_empty()).then(|| view! { <Grants grants=over today title="What was"/> })}
                <p class="soft small">
                    "What expires first is used first, so that as little as possible is lost; then what can pay for few things, then the oldest."
                </p>
            </div>
        }
        .into_any()
    })
}

/// Credit, and what was done with it.
async fn load_whole() -> Result<(CreditSheet, Vec<Act>)> {
    Ok((api::load_credits().await?, load_credit_uses().await?))
}

#[component]
fn Balance(sheet: CreditSheet) -> impl IntoView {
    if sheet.balance.is_empty() {
        return view! { <p>"There is nothing left to use."</p> }.into_any();
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

#[component]
fn Grants(grants: Vec<GrantLine>, today: Date, title: &'static str) -> impl IntoView {
    let rows = grants.into_iter().map(|grant| view! { <li><Grant grant today/></li> }).collect_view();
    view! {
        <section class="section" aria-label=title>
            <h2>{title}</h2>
            <ul class="rows">{rows}</ul>
        </section>
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
    let scope = grant.scope.map(|scope| format!(", for {scope} alone"));
    let what = grant.reason.unwrap_or_else(|| format!("Credit {}", grant.reference));
    let badge = match grant.standing {
        GrantStanding::Next => Some(view! { <span class="badge accent">"Used next"</span> }),
        GrantStanding::Expired => Some(view! { <span class="badge">"Expired"</span> }),
        GrantStanding::Waiting | GrantStanding::UsedUp => None,
    };
    let of =
        (grant.left != grant.amount).then(|| view! { <span class="more">"of " <MoneyView of=grant.amount/></span> });
    view! {
        <div>
            <span>
                <span class="what">{what}</span>
                <span class="more">{until}{scope}", given " <Day of=grant.granted_on near=today/></span>
            </span>
            <span class="end"><MoneyView of=grant.left/>{of}{badge}</span>
        </div>
    }
}
