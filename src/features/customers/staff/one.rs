//! One customer: the person first, then what they wait for, owe and were told.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::past::{Before, Told};
use crate::{
    app::{Layout, page},
    domain::day::Day,
    features::{
        billing::{api::SettleDispute, staff::Disputes},
        bills::StateBadge,
        customers::{CustomerSheet, OpenBill, api},
        erasure::staff::AskedToBeErased,
        memory::staff::WhatWeRemember,
        notes::staff::{NoteErrors, NotesOfCustomer, RefusedNotes},
        requests::{
            AnsweredOn,
            staff::{AnswerErrors, RefusedAnswers, RequestForms},
        },
    },
    ui::{ErrorSummary, Flash, MoneyView, Pager, ShortDay, initials, refused_form},
};

/// `/staff/customers/{id}`
#[component]
pub fn CustomerPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let query = use_query_map().get_untracked();
    let number = |name: &str| query.get_str(name).and_then(|number| number.parse().ok());
    let load = api::load_customer(id, number("threads"), query.get("thread"), number("notes"), number("notices"));
    page(Layout::Staff, "Customer", load, |sheet| {
        let refused = RefusedAnswers::of_this_page();
        let settling = refused_form::<SettleDispute>();
        let refused_notes = RefusedNotes::of_this_page();
        let forms = sheet
            .to_answer
            .iter()
            .cloned()
            .map(|request| {
                view! { <RequestForms request refused=refused.clone() on=AnsweredOn::Customer below_section=true/> }
            })
            .collect_view();
        view! {
            <a class="back" href="/staff/customers">"Customers"</a>
            <header class="lead">
                <div class="person">
                    <span class="face large" aria-hidden="true">{initials(&sheet.name)}</span>
                    <div><h1><bdi>{sheet.name.clone()}</bdi></h1><p>{called(&sheet)}</p></div>
                </div>
            </header>
            <Flash flag="answered" words="Answered, and signed with your name."/>
            <Flash flag="settled" words="Settled, and signed with your name."/>
            <AnswerErrors refused=refused.clone()/>
            <ErrorSummary form=settling.clone() labels=&[("outcome", "Who was right"), ("taken_off", "Take off the bill"), ("answer", "What you found")]/>
            <NoteErrors refused=refused_notes.clone()/>
            <div class="beside">
                <div class="flow wide">
                    <AskedToBeErased customer=sheet.id.clone()/>
                    <section class="section" aria-labelledby="waiting">
                        <h2 id="waiting">"Waiting for an answer"</h2>
                        {if sheet.to_answer.is_empty() {
                            view! { <p class="soft">"Nothing. What they ask will stand here."</p> }.into_any()
                        } else {
                            forms.into_any()
                        }}
                    </section>
                    <Disputes customer=sheet.id.clone() disputes=sheet.disputes.clone() form=settling today=sheet.today/>
                    <NotesOfCustomer
                        notes=sheet.notes.clone()
                        customer=sheet.id.clone()
                        refused=refused_notes
                        today=Day(sheet.today)
                    />
                    <WhatWeRemember customer=sheet.id.clone()/>
                    <OpenBills bills=sheet.open_bills.clone() name=sheet.name.clone() today=sheet.today/>
                    <Told told=sheet.told.clone() today=sheet.today/>
                    <Pager page=sheet.told_page of="what we told them" name="notices"/>
                    <Before asks=sheet.answered.clone() today=sheet.today/>
                </div>
                <aside aria-label="Facts"><Facts sheet/></aside>
            </div>
        }
    })
}

/// How to speak to them.
pub fn called(sheet: &CustomerSheet) -> String {
    match &sheet.preferred_name {
        Some(name) => format!("Likes to be called {name}."),
        None => format!("Number {}.", sheet.external_id),
    }
}

#[component]
fn Facts(sheet: CustomerSheet) -> impl IntoView {
    view! {
        <section class="card">
            <h2>"Facts"</h2>
            <dl class="facts">
                <div><dt>"Name"</dt><dd><bdi>{sheet.name}</bdi></dd></div>
                {sheet.preferred_name.map(|name| view! { <div><dt>"Called"</dt><dd><bdi>{name}</bdi></dd></div> })}
                <div><dt>"Number"</dt><dd>{sheet.external_id}</dd></div>
                <div><dt>"E-mail"</dt><dd>{sheet.email.unwrap_or_else(|| "none known".to_owned())}</dd></div>
                {sheet.refused_mail.map(|why| view! {
                    <div>
                        <dt>"Mail"</dt>
                        <dd><strong>"This address refuses our mail."</strong> " " <small><bdi>{why}</bdi></small></dd>
                    </div>
                })}
                <div><dt>"Time zone"</dt><dd>{sheet.time_zone}</dd></div>
                {sheet.country.map(|country| view! { <div><dt>"Country"</dt><dd>{country}</dd></div> })}
                {sheet.language.map(|language| view! { <div><dt>"Language"</dt><dd><bdi>{language}</bdi></dd></div> })}
            </dl>
        </section>
    }
}

#[component]
fn OpenBills(bills: Vec<OpenBill>, name: String, today: Date) -> impl IntoView {
    let nothing = bills.is_empty();
    let rows = bills
        .into_iter()
        .map(|OpenBill { line, fee }| {
            let fee = fee.map(|(fee, on)| view! { <MoneyView of=fee/> " on " <ShortDay of=on near=today/> });
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader" data-label="Bill">{line.number}</th>
                    <td role="cell" data-label="Pay by"><ShortDay of=line.pay_by near=today/></td>
                    <td role="cell" class="num" data-label="Amount"><MoneyView of=line.amount/></td>
                    <td role="cell" class="num" data-label="Left"><MoneyView of=line.open/></td>
                    <td role="cell" data-label="Late fee">{fee}</td>
                    <td role="cell" data-label="State"><StateBadge of=line.state/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2>"Open bills"</h2>
            {if nothing {
                view! { <p class="soft">"None. Everything is paid."</p> }.into_any()
            } else {
                view! {
                    <div class="table folds" role="region" aria-labelledby="open-bills" tabindex="0">
                        <table role="table">
                            <caption id="open-bills" class="unseen">{format!("Open bills of {name}")}</caption>
                            <thead role="rowgroup"><tr role="row">
                                <th scope="col" role="columnheader">"Bill"</th>
                                <th scope="col" role="columnheader">"Pay by"</th>
                                <th scope="col" role="columnheader" class="num">"Amount"</th>
                                <th scope="col" role="columnheader" class="num">"Left"</th>
                                <th scope="col" role="columnheader">"Late fee"</th>
                                <th scope="col" role="columnheader">"State"</th>
                            </tr></thead>
                            <tbody role="rowgroup">{rows}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }}
        </section>
    }
}
