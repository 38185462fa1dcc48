//! `/admin`: how things stand today.

use leptos::prelude::*;

use super::{LastImport, LastRun, Looks, Overview, RefusesMail, Tally, Unset, api};
use crate::{
    app::{Layout, page},
    domain::late_fee::FeePolicy,
    features::{
        advice::api::LookNow,
        fees::{Version, WithoutPolicy, admin::from},
    },
    ui::{ErrorSummary, Flash, MoneyView, capital, count, day, day_and_year, refused_form},
};

#[component]
pub fn OverviewPage() -> impl IntoView {
    page(Layout::Admin, "Overview", api::load_overview(), |overview: Overview| {
        let refused = refused_form::<LookNow>();
        let looked = match &overview.last_run {
            Some(run) => format!("We looked: {}.", new_notices(run.written)),
            None => "We looked.".to_owned(),
        };
        view! {
            <header class="lead">
                <h1>"Overview"</h1>
                <p>{format!("{}.", day(overview.today))}</p>
            </header>
            <Flash flag="looked" words=looked/>
            <ErrorSummary form=refused/>
            <div class="flow wide">
                <Unsets unset=overview.unset/>
                <dl class="stats">
                    <Stat name="Open bills" tally=overview.open/>
                    <Stat name="Due today" tally=overview.due_today/>
                    <Stat name="Due in 1 to 3 days" tally=overview.due_soon/>
                    <Stat name="Overdue" tally=overview.overdue/>
                </dl>
                <div class="cols">
                    <LastLook run=overview.last_run looks=overview.looks/>
                    <Policies policies=overview.policies coming=overview.coming without=overview.without_policy/>
                </div>
                <RefusingMail refusing=overview.refusing_mail/>
                <Imports imports=overview.imports/>
            </div>
        }
    })
}

/// Customers whom no mail of ours reaches; nothing where there are none.
#[component]
fn RefusingMail(refusing: (Vec<RefusesMail>, i64)) -> impl IntoView {
    let (latest, total) = refusing;
    let rows = latest
        .into_iter()
        .map(|one| {
            view! {
                <li><a href=format!("/staff/customers/{}", one.id)>
                    <span>
                        <span class="what"><bdi>{one.name}</bdi>", "<bdi>{one.email}</bdi></span>
                        <span class="more"><bdi>{one.why}</bdi></span>
                    </span>
                </a></li>
            }
        })
        .collect_view();
    (total > 0).then(|| {
        view! {
            <section class="section" aria-labelledby="refusing">
                <h2 id="refusing">{format!("{} our mail", count(total, "address refuses", "addresses refuse"))}</h2>
                <p class="soft">"Nothing we send by e-mail reaches them. Ask for another address and put it into billing."</p>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}

/// What nobody has set, and what that means for customers.
#[component]
fn Unsets(unset: Vec<Unset>) -> AnyView {
    if unset.is_empty() {
        return ().into_any();
    }
    let all = unset
        .into_iter()
        .map(|Unset { name, words, how, href }| {
            let name = capital(&name);
            let name = match href {
                Some(href) => view! { <a href=href>{name}</a> }.into_any(),
                None => name.into_any(),
            };
            view! { <div><dt>{name}</dt><dd>{words}<small>{capital(&how)} "."</small></dd></div> }
        })
        .collect_view();
    view! {
        <section class="notice cost flow" aria-labelledby="unset">
            <h2 id="unset">"Not set yet"</h2>
            <dl class="facts">{all}</dl>
        </section>
    }
    .into_any()
}

#[component]
fn Stat(name: &'static str, tally: Tally) -> impl IntoView {
    let sums = tally.open.into_iter().map(|sum| view! { <dd><MoneyView of=sum/></dd> }).collect_view();
    view! { <div><dt>{name}</dt><dd>{count(tally.bills, "", "")}</dd>{sums}</div> }
}

fn new_notices(written: i64) -> String {
    match written {
        0 => "nobody had to be told anything new".to_owned(),
        written => count(written, "new notice", "new notices"),
    }
}

#[component]
fn LastLook(run: Option<LastRun>, looks: Looks) -> AnyView {
    let is_under_way = run.as_ref().is_some_and(|run| run.milliseconds.is_none());
    let facts = match run {
        Some(LastRun { milliseconds: None, parts: (parts, done), started, .. }) => view! {
            <div class="progress">
                <p>
                    <label for="looking">{format!("Looking since {started}")}</label>
                    <span class="soft">{format!("{} of {}", count(done, "", ""), count(parts, "part", "parts"))}</span>
                </p>
                <progress id="looking" value=done.to_string() max=parts.max(1).to_string()></progress>
            </div>
            <p>"What is done is kept. Should it have stopped, the next look goes on from here."</p>
        }
        .into_any(),
        Some(LastRun { milliseconds: Some(milliseconds), ref started, as_of, customers, bills, written, only_changed, .. }) => {
            let reach = if only_changed { ", those who changed since the look before" } else { "" };
            let looked_at = format!(
                "{} of {}{reach}",
                count(bills, "open bill", "open bills"),
                count(customers, "customer", "customers")
            );
            let took = format!("in {}.{:03} s", milliseconds / 1000, milliseconds % 1000);
            view! {
                <dl class="facts">
                    <div><dt>"When"</dt><dd>{started.clone()}<small>{took}</small></dd></div>
                    <div><dt>"As of"</dt><dd>{day_and_year(as_of)}</dd></div>
                    <div><dt>"Looked at"</dt><dd>{looked_at}</dd></div>
                    <div><dt>"Told"</dt><dd>{new_notices(written)}</dd></div>
                </dl>
            }
            .into_any()
        }
        None => view! {
            <p>"Nobody has looked yet. Once there are bills, a look writes a notice to everyone who is about to be charged a late fee."</p>
        }
        .into_any(),
    };
    view! {
        <section class="card flow" aria-labelledby="last-look">
            <h2 id="last-look">"Last look for notices"</h2>
            {facts}
            <p class="soft">{looks.words()}</p>
            <div class="acts">
                <ActionForm action={ServerAction::<LookNow>::new()}>
                    <button class="button primary" type="submit">"Look for notices now"</button>
                </ActionForm>
                {is_under_way.then(|| view! { <a class="button" href="/admin">"See how far it is"</a> })}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Policies(policies: Vec<Version>, coming: Vec<FeePolicy>, without: Vec<WithoutPolicy>) -> AnyView {
    let coming = coming
        .into_iter()
        .map(|policy| {
            let address = format!("/admin/fees?currency={}", policy.currency.code());
            view! {
                <p>
                    {format!("From {} on: {}. ", day_and_year(policy.starts_on), policy.fee_words())}
                    <a href=address>{format!("See version {}, or take it back", policy.version)}</a>
                </p>
            }
        })
        .collect_view();
    let several = policies.len() + without.len() > 1;
    let is_empty = policies.is_empty() && without.is_empty();
    let policies = policies
        .into_iter()
        .map(|version| {
            let policy = version.policy;
            let code = policy.currency.code();
            let since = match version.made_by {
                Some(name) => format!("{}, by {name}", from(policy.starts_on)),
                None => from(policy.starts_on),
            };
            view! {
                {several.then(|| view! { <h3>{code}</h3> })}
                <dl class="facts">
                    <div><dt>"Fee"</dt><dd>{policy.fee_words()}</dd></div>
                    <div><dt>"After"</dt><dd>{count(policy.grace_days, "day of grace", "days of grace")}</dd></div>
                    <div><dt>"Warned"</dt><dd>{count(policy.warn_days, "day before it is due", "days before it is due")}</dd></div>
                    <div><dt>"For bills due from"</dt><dd>{since}</dd></div>
                </dl>
                <div class="acts">
                    <a class="button" href=format!("/admin/fees?currency={code}")>
                        "Change it"{several.then(|| view! { <span class="unseen">{format!(" for {code}")}</span> })}
                    </a>
                </div>
            }
        })
        .collect_view();
    let without = without
        .into_iter()
        .map(|without| {
            let code = without.currency.code();
            view! {
                {several.then(|| view! { <h3>{code}</h3> })}
                <p><strong>{format!("No policy is set for {code}. ")}</strong>{without.words()}</p>
                <div class="acts"><a class="button" href=format!("/admin/fees?currency={code}")>{format!("Set one for {code}")}</a></div>
            }
        })
        .collect_view();
    view! {
        <section class="card flow" aria-labelledby="policies">
            <h2 id="policies">"Policy in force"</h2>
            {is_empty.then(|| view! {
                <p>"No policy is set, so nobody is told of a late fee. " <a href="/admin/fees">"Say what a late bill costs"</a> "."</p>
            })}
            {without}
            {policies}
            {coming}
        </section>
    }
    .into_any()
}

#[component]
fn Imports(imports: Vec<LastImport>) -> impl IntoView {
    if imports.is_empty() {
        return view! {
            <section class="card flow" aria-labelledby="imports">
                <h2 id="imports">"Last imports"</h2>
                <p>"No file was brought in yet. " <a href="/admin/import">"Bring in customers, bills and payments"</a> "."</p>
            </section>
        }
        .into_any();
    }
    let rows = imports.into_iter().map(|import| view! { <ImportRow import/> }).collect_view();
    view! {
        <section class="card">
            <h2>"Last imports"</h2>
            <div class="table folds" role="region" aria-labelledby="imports" tabindex="0">
                <table role="table">
                    <caption id="imports" class="unseen">"Last imports"</caption>
                    <thead role="rowgroup"><tr role="row">
                        <th scope="col" role="columnheader">"File"</th>
                        <th scope="col" role="columnheader">"What"</th>
                        <th scope="col" role="columnheader">"When"</th>
                        <th scope="col" role="columnheader" class="num">"New"</th>
                        <th scope="col" role="columnheader" class="num">"Changed"</th>
                        <th scope="col" role="columnheader" class="num">"Refused"</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn ImportRow(import: LastImport) -> impl IntoView {
    let badge = match (import.state.as_str(), import.is_dry_run) {
        ("mapping", _) => Some(("badge accent", "Waiting for its columns")),
        ("running", _) => Some(("badge accent", "Being read")),
        ("failed", _) => Some(("badge cost", "Stopped")),
        (_, true) => Some(("badge", "Dry run")),
        _ => None,
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a href=format!("/admin/import/{}", import.id)>{import.file_name}</a>
                {badge.map(|(class, words)| view! { " "<span class=class>{words}</span> })}
            </th>
            <td role="cell" data-label="What">{import.kind}</td>
            <td role="cell" data-label="When">{import.started}</td>
            <td role="cell" class="num" data-label="New">{count(import.created, "", "")}</td>
            <td role="cell" class="num" data-label="Changed">{count(import.updated, "", "")}</td>
            <td role="cell" class="num" data-label="Refused">{count(import.rejected, "", "")}</td>
        </tr>
    }
}
