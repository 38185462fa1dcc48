//! A customer's notes: their threads, one of them, and the latest note on their start page.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    LONGEST_SUBJECT, LONGEST_WORDS, LatestNote, Reader, ThreadLine, ThreadSheet, address,
    api::{self, BeginThread, GoOn},
    islands::LiveNotes,
    notes_id,
    paper::{About, Arrived, OneNote, When},
};
use crate::{
    app::{Layout, WithIslands, page},
    ui::{ErrorSummary, Face, Field, Flash, Pager, ShortDay, TextArea, count, refused_form},
};

fn asked_page() -> Option<i64> {
    use_query_map().with_untracked(|query| query.get("page").and_then(|page| page.parse().ok()))
}

/// `/notes`
#[component]
pub fn NotesPage() -> impl IntoView {
    page(Layout::Portal, "Notes", api::load_notes(asked_page()), |list| {
        let form = refused_form::<BeginThread>();
        let today = list.today.0;
        let threads = list.threads.into_iter().map(|line| view! { <li><Line line today/></li> }).collect_view();
        view! {
            <header class="lead">
                <h1>"Notes"</h1>
                <p>"What you and the people here write to each other. Each is signed by whoever wrote it."</p>
            </header>
            <ErrorSummary form=form.clone() labels=&[("subject", "About"), ("words", "Your words")]/>
            {if list.page.total == 0 {
                view! {
                    <div class="empty">
                        <h2>"No notes yet"</h2>
                        <p>"Nobody has written so far. When one of us writes to you, or you to us, it will stand here."</p>
                    </div>
                }
                .into_any()
            } else {
                view! { <ul class="rows threads">{threads}</ul><Pager page=list.page of="notes"/> }.into_any()
            }}
            <section class="section" aria-labelledby="write">
                <h2 id="write">"Write to us"</h2>
                <div class="card">
                    <ActionForm action={ServerAction::<BeginThread>::new()}>
                        <Field form=form.clone() name="subject" label="About" maxlength=LONGEST_SUBJECT/>
                        <TextArea
                            form
                            name="words"
                            label="Your words"
                            help="One of us reads them and answers here, by name."
                            required=true
                            maxlength=LONGEST_WORDS
                            rows=5
                        />
                        <div class="acts"><button class="button primary" type="submit">"Send to a person"</button></div>
                    </ActionForm>
                </div>
            </section>
        }
    })
}

#[component]
fn Line(line: ThreadLine, today: Date) -> impl IntoView {
    let who = match line.last_by {
        Some(name) => view! { <bdi>{name}</bdi> }.into_any(),
        None => "You".into_any(),
    };
    let unread =
        (line.unread > 0).then(|| view! { <span class="badge accent">{count(line.unread, "new", "new")}</span> });
    view! {
        <a href=address(&line.id)>
            <span>
                <span class="what" dir="auto">{line.subject}</span>
                <span class="more" dir="auto">{line.words}</span>
            </span>
            <span class="end">
                <span class="soft small">{who}", "<ShortDay of=line.last_on.0 near=today/></span>
                {unread}
            </span>
        </a>
    }
}

/// `/notes/{id}`
#[component]
pub fn ThreadPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    page(Layout::Portal, "Notes", api::load_thread(id, asked_page()), |thread| {
        let form = refused_form::<GoOn>();
        let about = view! { <About bill=thread.bill.clone() decided=thread.decided.clone() reader=Reader::Customer/> };
        let answers = thread.notes.last().is_some_and(|note| !note.by_customer);
        let (label, act) = if answers { ("Your answer", "Send the answer") } else { ("Write more", "Send") };
        let id = thread.id.clone();
        view! {
            <WithIslands>
                <a class="back" href="/notes">"Notes"</a>
                <header class="lead"><h1 dir="auto">{thread.subject.clone()}</h1>{about}</header>
                <Flash flag="written" words="Your words are with us. A person reads them and answers here, by name."/>
                <ErrorSummary form=form.clone() labels=&[("words", "Your words")]/>
                <Thread thread/>
                <section class="section card" aria-label="Write">
                    <ActionForm action={ServerAction::<GoOn>::new()}>
                        <input type="hidden" name="thread" value=id/>
                        <TextArea form name="words" label required=true maxlength=LONGEST_WORDS/>
                        <div class="acts"><button class="button primary" type="submit">{act}</button></div>
                    </ActionForm>
                </section>
            </WithIslands>
        }
    })
}

#[component]
fn Thread(thread: ThreadSheet) -> impl IntoView {
    let today = thread.today;
    let page = thread.page;
    let is_last_page = page.offset() + page.size >= page.total;
    let notes_id = notes_id(&thread.id);
    let notes = thread
        .notes
        .into_iter()
        .map(|note| view! { <OneNote thread=thread.id.clone() note reader=Reader::Customer near=today.0/> })
        .collect_view();
    view! {
        <section class="thread" id=notes_id aria-label="What was written">
            {notes}
            {is_last_page.then(|| view! { <Arrived/> })}
        </section>
        {is_last_page.then(|| view! { <LiveNotes/> })}
        <Pager page of="this thread"/>
    }
}

/// The latest note by a person, on the start page.
#[component]
pub fn NoteOnHome(note: LatestNote, today: Date) -> impl IntoView {
    let new = note.is_unread.then(|| view! { " "<span class="badge accent">"New"</span> });
    let face = view! { <Face name=&note.by/> };
    let signed = note.by.clone();
    view! {
        <section class="thread" aria-labelledby="note">
            <h2 id="note" class="unseen">"A note from "<bdi>{note.by}</bdi></h2>
            <figure class="note">
                <blockquote><p dir="auto">{note.words}</p></blockquote>
                <figcaption>
                    {face}
                    <span><bdi>{signed}</bdi>", "<When on=note.on.0 near=today/>"."{new}</span>
                    <a class="button" href=address(&note.thread)>"Answer"</a>
                </figcaption>
            </figure>
        </section>
    }
}
