//! `/admin/import/{id}/mapping`: which column is what.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    MappedField,
    api::{self, MatchColumns},
};
use crate::{
    app::{Layout, page},
    ui::{ErrorSummary, Flash, Typed, count, refused_form},
};

/// `/admin/import/{id}/mapping`
#[component]
pub fn MappingPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    page(Layout::Admin, "Match the columns", api::load_mapping(id.clone()), move |mapping| {
        let form = refused_form::<MatchColumns>();
        let known = mapping.fields.iter().filter(|field| !field.choice.column.is_empty()).count() as i64;
        let download = format!("/admin/import/{}/mapping.toml", mapping.id);
        let rows = mapping
            .fields
            .into_iter()
            .map(|field| view! { <FieldRow form=form.clone() field columns=mapping.columns.clone()/> })
            .collect_view();
        view! {
            <a class="back" href="/admin/import">"Import"</a>
            <header class="lead">
                <h1>{format!("Match the columns of {}", mapping.file_name)}</h1>
                <p>{format!(
                    "{}. {} matched to {}.",
                    count(mapping.rows_total, "row", "rows"),
                    count(known, "column is", "columns are"),
                    mapping.kind,
                )}</p>
            </header>
            <Flash flag="remembered" words="Kept. The mapping stays with this file, and you can download it."/>
            <ErrorSummary form labels=mapping.kind.labels()/>
            <ActionForm action={ServerAction::<MatchColumns>::new()} attr:class="flow">
                <input type="hidden" name="id" value=mapping.id/>
                <div class="table mapping" role="region" aria-labelledby="match" tabindex="0">
                    <table>
                        <caption id="match">"Our field, your column"</caption>
                        <thead><tr>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Column in the file"</th>
                            <th scope="col">"Written as"</th>
                            <th scope="col">"Or the same for all"</th>
                            <th scope="col">"First row"</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="acts">
                    <button class="button primary" type="submit" name="act" value="try">"Try it on all rows"</button>
                    <button class="button" type="submit" name="act" value="bring">"Bring it in"</button>
                    <button class="button link" type="submit" name="act" value="remember">"Look how it is read, and remember"</button>
                </div>
            </ActionForm>
            <p class="soft small">
                "Trying reads the whole file and books nothing. For next time: "
                <a href=download download>"download this mapping"</a>
                " as it was last remembered or tried."
            </p>
            <Sample file_name=mapping.file_name columns=mapping.columns sample=mapping.sample/>
        }
    })
}

#[component]
fn FieldRow(form: Typed, field: MappedField, columns: Vec<String>) -> impl IntoView {
    let MappedField { name, label, choice, .. } = field;
    let part = |part: &str| format!("fields[{name}][{part}]");
    let problem = form.problem(&name);
    let error_id = problem.as_ref().map(|_| format!("{name}-error"));
    // A column that the file does not have stays chosen, so that the page can say so.
    let is_unknown = !choice.column.is_empty() && !columns.contains(&choice.column);
    let options = columns
        .into_iter()
        .filter(|column| !column.is_empty())
        .chain(is_unknown.then(|| choice.column.clone()))
        .map(|column| {
            let selected = column == choice.column;
            view! { <option value=column.clone() selected=selected>{column.clone()}</option> }
        })
        .collect_view();
    let written = if !field.formats.is_empty() {
        let formats = field
            .formats
            .into_iter()
            .map(|format| {
                let selected = format == choice.format;
                view! { <option value=format.clone() selected=selected>{format.clone()}</option> }
            })
            .collect_view();
        view! {
            <select class="input" name=part("format") aria-label=format!("{label} is written as")>
                <option value="">{field.unless_chosen}</option>
                {formats}
            </select>
        }
        .into_any()
    } else if field.is_yes_or_no {
        view! {
            <input class="input" name=part("yes") value=choice.yes placeholder="words for yes" aria-label=format!("{label}: the words for yes, parted by commas")/>
        }
        .into_any()
    } else {
        view! { <span class="soft">"as it is"</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{label.clone()}{field.is_needed.then(|| view! { <small>"required"</small> })}</th>
            <td>
                {problem.clone().map(|problem| view! { <p class="error" id=error_id.clone()>{problem}</p> })}
                <select
                    class="input"
                    id=name.clone()
                    name=part("column")
                    aria-label=format!("Column for {label}")
                    aria-describedby=error_id.clone()
                    aria-invalid=problem.as_ref().map(|_| "true")
                >
                    <option value="">"not in the file"</option>
                    {options}
                </select>
            </td>
            <td>{written}</td>
            <td>
                <input class="input" name=part("value") value=choice.value maxlength=200 aria-label=format!("{label}, the same for all rows")/>
            </td>
            <td class="nowrap">{field.first}{field.read.map(|read| match read {
                Ok(read) => view! { <small>{format!("read as {read}")}</small> }.into_any(),
                Err(reason) => view! { <p class="error">{reason}</p> }.into_any(),
            })}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Sample(file_name: String, columns: Vec<String>, sample: Vec<Vec<String>>) -> impl IntoView {
    let head = columns.into_iter().map(|column| view! { <th scope="col">{column}</th> }).collect_view();
    let rows = sample
        .into_iter()
        .map(|row| {
            let cells = row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2>"The first rows, as they stand in the file"</h2>
            <div class="table tight" role="region" aria-labelledby="sample" tabindex="0">
                <table>
                    <caption id="sample" class="unseen">{format!("First rows of {file_name}")}</caption>
                    <thead><tr>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
