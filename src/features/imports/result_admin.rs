//! `/admin/import/{id}`: what became of a file.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    ImportResult, Progress, State,
    api::{self, BringIn},
    islands::{READING, ReadingProgress},
};
use crate::{
    app::{Layout, WithIslands, page},
    domain::import::Tally,
    ui::{ErrorSummary, Pager, count, refused_form},
};

/// `/admin/import/{id}`
#[component]
pub fn ResultPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let asked = use_query_map().with_untracked(|query| query.get_str("page").and_then(|page| page.parse().ok()));
    page(Layout::Admin, "Import", api::load_result(id, asked), |result| {
        let is_running = result.progress.state == State::Running;
        let (id, progress) = (result.id.clone(), result.progress);
        let form = refused_form::<BringIn>();
        view! {
            <a class="back" href="/admin/import">"Import"</a>
            <header class="lead">
                <h1>{result.file_name.clone()}</h1>
                <p>{lead(&result)}</p>
            </header>
            <ErrorSummary form/>
            <div class="flow wide">
                {if is_running {
                    view! {
                        <WithIslands>
                            <section class="card flow" id=READING><Reading id progress/></section>
                            <ReadingProgress/>
                        </WithIslands>
                    }.into_any()
                } else {
                    view! { <Outcome result=result.clone()/> }.into_any()
                }}
                {(!result.words.is_empty()).then(|| view! { <Words result=result.clone()/> }.into_any())}
                {(!result.refused.is_empty()).then(|| view! { <RefusedRows result/> }.into_any())}
            </div>
        }
    })
}

fn lead(result: &ImportResult) -> String {
    let kind = result.kind.title();
    let took = result.took.as_ref().map(|took| format!(" in {took}")).unwrap_or_default();
    match (result.progress.state, result.progress.is_dry_run) {
        (State::Mapping, _) => format!("{kind}, uploaded on {} by {}. Not read yet.", result.when, result.by),
        (State::Running, true) => format!("{kind}, being tried since {}. Nothing is booked.", result.when),
        (State::Running, false) => format!("{kind}, being brought in since {}.", result.when),
        (_, true) => format!("{kind}, tried on {}{took} by {}. Nothing was booked.", result.when, result.by),
        (_, false) => format!("{kind}, brought in on {}{took} by {}.", result.when, result.by),
    }
}

/// How far a file is read.
#[component]
fn Reading(id: String, progress: Progress) -> impl IntoView {
    let (read, total) = (progress.tally.read, progress.total);
    let rows = match total {
        Some(total) => format!("{} of {}", count(read, "", ""), count(total, "row", "rows")),
        None => count(read, "row", "rows"),
    };
    let percent = total.filter(|total| *total > 0).map_or(0, |total| read.saturating_mul(100) / total);
    view! {
        <div class="progress">
            <p><label for="read">"Reading the file"</label><span class="soft">{rows}</span></p>
            <progress
                id="read"
                value=total.map(|_| read.to_string())
                max=total.map(|total| total.max(1).to_string())
            >
                {format!("{percent} %")}
            </progress>
        </div>
        <Tallied tally=progress.tally/>
        <div class="acts only-still"><a class="button" href=format!("/admin/import/{id}")>"Look again"</a></div>
    }
}

/// What was counted, and what can be done next.
#[component]
fn Outcome(result: ImportResult) -> impl IntoView {
    let mapping = format!("/admin/import/{}/mapping", result.id);
    let tally = result.progress.tally;
    let is_in = result.progress.state == State::Done && !result.progress.is_dry_run;
    let has_good = result.progress.state != State::Done || tally.read == 0 || tally.read > tally.rejected;
    let label = match result.progress.state {
        State::Done => "Bring the good rows in",
        _ => "Bring it in",
    };
    let failure = result.failure.map(|words| view! { <div class="flash cost" role="status"><p>{words}</p></div> });
    let id = result.id;
    view! {
        <section class="card">
            {failure}
            <Tallied tally=result.progress.tally/>
            {(!is_in && result.has_file).then(|| view! {
                <div class="acts">
                    {has_good.then(|| view! {
                        <ActionForm action={ServerAction::<BringIn>::new()}>
                            <button class="button primary" type="submit" name="id" value=id>{label}</button>
                        </ActionForm>
                    })}
                    <a class="button" href=mapping>"Change the columns"</a>
                </div>
            })}
        </section>
    }
}

/// The counts, side by side.
#[component]
fn Tallied(tally: Tally) -> impl IntoView {
    let one = |words: &'static str, number: i64| view! { <div><dt>{words}</dt><dd>{count(number, "", "")}</dd></div> };
    view! {
        <dl class="tally">
            {one("read", tally.read)}
            {one("new", tally.created)}
            {one("changed", tally.updated)}
            {one("as before", tally.unchanged)}
            {one("refused", tally.rejected)}
        </dl>
    }
}

/// What was understood in its own way, or could not be used, of rows that are kept.
#[component]
fn Words(result: ImportResult) -> impl IntoView {
    let more = result.words_total - result.words.len() as i64;
    let more = (more > 0)
        .then(|| view! { <p class="soft">{format!("And {} more; the download has them.", count(more, "", ""))}</p> });
    let rows = result
        .words
        .into_iter()
        .map(|word| {
            let column = word.column.filter(|column| !column.is_empty()).map(|column| format!(", {column}"));
            view! { <li>{format!("Line {}{}: {}", count(word.line, "", ""), column.unwrap_or_default(), word.reason)}</li> }
        })
        .collect_view();
    view! {
        <section class="card">
            <div class="apart">
                <h2>"Good to know"</h2>
                <a class="button" href=format!("/admin/import/{}/rejected.csv", result.id) download>"Download them"</a>
            </div>
            <p class="soft">"These rows are kept. A cell that could not be used was left out."</p>
            <ul>{rows}</ul>
            {more}
        </section>
    }
    .into_any()
}

#[component]
fn RefusedRows(result: ImportResult) -> impl IntoView {
    let (kept, all) = (result.page.total, result.progress.tally.rejected);
    let has_good = result.progress.tally.read > all;
    let about = if !has_good {
        "Not one row could be read. Look first whether the columns are matched and written as the file has them."
    } else if result.progress.is_dry_run {
        "The other rows are good. You can bring them in as they are, or mend these in the file and upload it again."
    } else {
        "The other rows are in. Mend these in the file and import it again; what is in stays as it is."
    };
    let cap = (all > kept)
        .then(|| format!(" Of {} refused rows the first {} are kept here.", count(all, "", ""), count(kept, "", "")));
    let rows = result
        .refused
        .into_iter()
        .map(|row| {
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader" class="num" data-label="Line">{count(row.line, "", "")}</th>
                    <td role="cell" data-label="Column">{row.column.filter(|column| !column.is_empty())}</td>
                    <td role="cell" data-label="Why">{row.reason}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="card">
            <div class="apart">
                <h2>"Refused rows"</h2>
                <a class="button" href=format!("/admin/import/{}/rejected.csv", result.id) download>"Download them"</a>
            </div>
            <p class="soft">{about}{cap}</p>
            <div class="table folds" role="region" aria-labelledby="refused" tabindex="0">
                <table role="table">
                    <caption id="refused" class="unseen">"Refused rows"</caption>
                    <thead role="rowgroup"><tr role="row">
                        <th scope="col" role="columnheader" class="num">"Line"</th>
                        <th scope="col" role="columnheader">"Column"</th>
                        <th scope="col" role="columnheader">"Why"</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
            <Pager page=result.page of="refused rows"/>
        </section>
    }
    .into_any()
}
