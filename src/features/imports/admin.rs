//! `/admin/import`: a new file, and the past ones.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{ImportLine, LARGEST_FILE_MB, State, api};
pub use super::{mapping_admin::MappingPage, result_admin::ResultPage};
use crate::{
    app::{Layout, page},
    domain::import::Kind,
    ui::{Choice, Pager, Select, Typed, count, refused_form_at},
};

/// Where files are sent to.
const UPLOADS: &str = "/admin/import";

/// `/admin/import`
#[component]
pub fn ImportsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let asked = query.get_str("page").and_then(|page| page.parse().ok());
    page(Layout::Admin, "Import", api::load_imports(asked), move |list| {
        let form = refused_form_at(UPLOADS);
        let page = list.page;
        view! {
            <header class="lead">
                <h1>"Import"</h1>
                <p>"A file from your billing. Nothing is booked before you have seen what it would do."</p>
            </header>
            <RefusedUpload form=form.clone()/>
            <div class="beside">
                <UploadForm form/>
                <aside aria-label="Good to know">
                    <section class="card">
                        <h2>"Good to know"</h2>
                        <p>"Bad rows do not stop good ones. The same file twice changes nothing."</p>
                        <p>"Customers come before all that is theirs, plans before subscriptions, and invoices before their payments."</p>
                    </section>
                </aside>
            </div>
            <section class="section">
                <h2>"Past imports"</h2>
                <PastImports imports=list.imports/>
                <Pager page of="past imports"/>
            </section>
        }
    })
}

#[component]
fn RefusedUpload(form: Typed) -> impl IntoView {
    let problem = form.problems().first().cloned()?;
    Some(view! {
        <div class="errors" role="alert" tabindex="-1" autofocus aria-labelledby="errors">
            <h2 id="errors">"This file was not taken"</h2>
            <p>"Nothing was kept of it. Mend it and choose it again."</p>
            <ul><li><a href=format!("#{}", problem.field)>{problem.reason.to_string()}</a></li></ul>
        </div>
    })
}

/// A plain form: the browser sends the file by itself.
#[component]
fn UploadForm(form: Typed) -> impl IntoView {
    let kind = form.value("kind", "");
    let kinds = Kind::ALL.map(|kind| Choice::new(kind.name(), kind.title()));
    let templates = Kind::ALL
        .map(|kind| {
            let address = format!("/admin/import/template/{kind}.csv");
            view! { " "<a href=address download>{kind.name()}</a> }
        })
        .collect_view();
    view! {
        <form class="card" method="post" action=UPLOADS enctype="multipart/form-data">
            <h2>"A new file"</h2>
            <Select form=form.clone() name="kind" label="What is in it" choices=kinds.into() value=kind/>
            <FileField form=form.clone() name="file" label="The file" required=true>
                {format!("CSV, up to {LARGEST_FILE_MB} MB. Our own columns:")}{templates}
            </FileField>
            <FileField form name="mapping" label="A mapping">
                "A TOML file you kept from an earlier import. Without it we match the columns by their names."
            </FileField>
            <div class="acts"><button class="button primary" type="submit">"Upload and match columns"</button></div>
        </form>
    }
    .into_any()
}

#[component]
fn FileField(
    form: Typed,
    name: &'static str,
    label: &'static str,
    #[prop(optional)] required: bool,
    children: Children,
) -> impl IntoView {
    let problem = form.problem(name);
    let (help_id, error_id) = (format!("{name}-help"), format!("{name}-error"));
    let described = if problem.is_some() { format!("{help_id} {error_id}") } else { help_id.clone() };
    let invalid = problem.as_ref().map(|_| "true");
    view! {
        <div class="field">
            <label for=name>{label}{(!required).then(|| view! { " "<span class="optional">"(optional)"</span> })}</label>
            <p class="help" id=help_id>{children()}</p>
            {problem.map(|problem| view! { <p class="error" id=error_id>{problem}</p> })}
            <input id=name name=name type="file" required=required aria-describedby=described aria-invalid=invalid/>
        </div>
    }
}

#[component]
fn PastImports(imports: Vec<ImportLine>) -> impl IntoView {
    if imports.is_empty() {
        return view! {
            <div class="empty">
                <h2>"No file yet"</h2>
                <p>"Each file you bring in will stand here, with what became of its rows."</p>
            </div>
        }
        .into_any();
    }
    let rows = imports.into_iter().map(|import| view! { <PastImport import/> }).collect_view();
    view! {
        <div class="table folds" role="region" aria-labelledby="past" tabindex="0">
            <table role="table">
                <caption id="past" class="unseen">"Past imports"</caption>
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader">"File"</th>
                    <th scope="col" role="columnheader">"Kind"</th>
                    <th scope="col" role="columnheader">"When"</th>
                    <th scope="col" role="columnheader">"By"</th>
                    <th scope="col" role="columnheader" class="num">"New"</th>
                    <th scope="col" role="columnheader" class="num">"Changed"</th>
                    <th scope="col" role="columnheader" class="num">"Refused"</th>
                </tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn PastImport(import: ImportLine) -> impl IntoView {
    let address = match import.state {
        State::Mapping => format!("/admin/import/{}/mapping", import.id),
        _ => format!("/admin/import/{}", import.id),
    };
    let badge = match (import.state, import.is_dry_run) {
        (State::Mapping, _) => Some(view! { <span class="badge">"Not read yet"</span> }.into_any()),
        (State::Running, _) => Some(view! { <span class="badge accent">"Being read"</span> }.into_any()),
        (State::Failed, _) => Some(view! { <span class="badge cost">"Stopped"</span> }.into_any()),
        (State::Done, true) => Some(view! { <span class="badge">"Only tried"</span> }.into_any()),
        (State::Done, false) => None,
    };
    let number = |of: i64| count(of, "", "");
    view! {
        <tr role="row">
            <th scope="row" role="rowheader"><a href=address>{import.file_name}</a>" "{badge}</th>
            <td role="cell" data-label="Kind">{import.kind.title()}</td>
            <td role="cell" data-label="When">{import.when}</td>
            <td role="cell" data-label="By">{import.by}</td>
            <td role="cell" class="num" data-label="New">{number(import.tally.created)}</td>
            <td role="cell" class="num" data-label="Changed">{number(import.tally.updated)}</td>
            <td role="cell" class="num" data-label="Refused">{number(import.tally.rejected)}</td>
        </tr>
    }
    .into_any()
}
