//! The section of `/about-me` with a customer's data, to take along or to have erased.

use leptos::prelude::*;

use super::{MyData, Table, api};
use crate::{features::erasure::Wish, ui::part};

#[component]
pub fn YourData() -> impl IntoView {
    part(api::load_my_data(), |MyData { tables, wish }| {
        let waits = wish.as_ref().is_some_and(Wish::waits);
        let rows = tables
            .into_iter()
            .map(|Table { name, holds }| {
                let file = format!("{name}.csv");
                let address = format!("/about-me/data/{file}");
                view! {
                    <li><a href=address>
                        <span><span class="what">{holds}</span></span>
                        <span class="end">{file}</span>
                    </a></li>
                }
            })
            .collect_view();
        let erase = if waits { "You asked to be erased" } else { "Ask to be erased" };
        view! {
            <section class="section flow" aria-labelledby="data">
                <h2 id="data">"Your data"</h2>
                <p>"Everything kept under your account, for you alone. One file holds it all (JSON, for programs); below it, one table of each kind (CSV, for a spreadsheet)."</p>
                <div class="acts no-print">
                    <a class="button" href="/about-me/data.json" download="my-data.json">"Download everything"</a>
                    <a class="button link" href="/about-me/erase">{erase}</a>
                </div>
                <details class="tables">
                    <summary>"One table of each kind"</summary>
                    <ul class="rows">{rows}</ul>
                </details>
            </section>
        }
    })
}
