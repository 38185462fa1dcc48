//! A customer's notes as staff see them: what was written, a place to answer, and a place to write.

use leptos::prelude::*;

use super::{
    LONGEST_SUBJECT, LONGEST_WORDS, Reader, StaffNotes, StaffThread,
    api::{AnswerThread, WriteNote},
    islands::LiveNotes,
    notes_id,
    paper::{About, Arrived, OneNote},
};
use crate::{
    app::WithIslands,
    domain::day::Day,
    ui::{Choice, ErrorSummary, Field, Flash, Pager, Select, TextArea, Typed, refused_form},
};

/// Both forms of this page, as they were refused.
#[derive(Clone, Debug, Default)]
pub struct RefusedNotes {
    answer: Typed,
    write: Typed,
}

impl RefusedNotes {
    pub fn of_this_page() -> Self {
        Self { answer: refused_form::<AnswerThread>(), write: refused_form::<WriteNote>() }
    }
}

/// What is wrong with the note that was just tried, on top of the page.
#[component]
pub fn NoteErrors(refused: RefusedNotes) -> impl IntoView {
    let end = format!("-{}", refused.answer.value("thread", ""));
    view! {
        <ErrorSummary form=refused.answer labels=&[("words", "Your words")] of=end/>
        <ErrorSummary form=refused.write labels=&[("subject", "Subject"), ("words", "Your words")] under="note-" of="-new"/>
    }
}

/// Their threads, each with its form, then the form for a new note.
#[component]
pub fn NotesOfCustomer(notes: StaffNotes, customer: String, refused: RefusedNotes, today: Day) -> impl IntoView {
    let nothing = notes.threads.is_empty();
    let threads = notes
        .threads
        .into_iter()
        .map(|thread| view! { <OneThread thread refused=refused.answer.clone() today/> })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="notes">
            <h2 id="notes">"Notes"</h2>
            <Flash flag="noted" words="Written, and signed with your name."/>
            {if nothing {
                view! { <p class="soft">"Nothing written so far, by them or by us."</p> }.into_any()
            } else {
                view! { <WithIslands>{threads}<LiveNotes/></WithIslands> }.into_any()
            }}
            <Pager page=notes.page of="threads" name="threads"/>
            <NewNote customer bills=notes.bills form=refused.write/>
        </section>
    }
}

#[component]
fn OneThread(thread: StaffThread, refused: Typed, today: Day) -> impl IntoView {
    let form = if refused.value("thread", "") == thread.id { refused } else { Typed::default() };
    let heading_id = format!("thread-{}", thread.id);
    let notes_id = notes_id(&thread.id);
    let waits = thread.waits.is_some();
    let (page, within) = (thread.page, ("thread", thread.id.clone()));
    let is_last_page = page.offset() + page.size >= page.total;
    let notes = thread
        .notes
        .into_iter()
        .map(|note| view! { <OneNote thread=thread.id.clone() note reader=Reader::Staff near=today.0/> })
        .collect_view();
    view! {
        <article class="request" aria-labelledby=heading_id>
            <header class="apart">
                <h3 id=heading_id.clone() dir="auto">{thread.subject}</h3>
                {thread.waits.map(|since| view! { <span class="soft small">{format!("Waiting for {since}")}</span> })}
            </header>
            <About bill=thread.bill decided=thread.decided reader=Reader::Staff/>
            <Pager page of="this thread" name="notes" within/>
            <div class="thread" id=notes_id>
                {notes}
                {is_last_page.then(|| view! { <Arrived/> })}
            </div>
            <ActionForm action={ServerAction::<AnswerThread>::new()}>
                <input type="hidden" name="thread" value=thread.id.clone()/>
                <TextArea
                    form
                    id=format!("words-{}", thread.id)
                    name="words"
                    label="Your words"
                    help="Signed with your name."
                    required=true
                    maxlength=LONGEST_WORDS
                    rows=3
                />
                <div class="acts">
                    <button class=if waits { "button primary" } else { "button" } type="submit">"Send"</button>
                </div>
            </ActionForm>
        </article>
    }
}

#[component]
fn NewNote(customer: String, bills: Vec<String>, form: Typed) -> impl IntoView {
    let choices: Vec<Choice> = std::iter::once(Choice::new("", "Nothing in particular"))
        .chain(bills.iter().map(|number| Choice::new(number, format!("Bill {number}"))))
        .collect();
    view! {
        <article class="request" aria-labelledby="new-note">
            <h3 id="new-note">"Write a note"</h3>
            <ActionForm action={ServerAction::<WriteNote>::new()}>
                <input type="hidden" name="customer" value=customer/>
                {(choices.len() > 1)
                    .then(|| view! { <Select form=form.clone() name="about" label="About" choices/> })}
                <Field form=form.clone() id="note-subject-new" name="subject" label="Subject" maxlength=LONGEST_SUBJECT/>
                <TextArea
                    form
                    id="note-words-new"
                    name="words"
                    label="Your words"
                    help="They stand on the customer's page, by hand and signed with your name."
                    required=true
                    maxlength=LONGEST_WORDS
                />
                <div class="acts"><button class="button" type="submit">"Send the note"</button></div>
            </ActionForm>
        </article>
    }
}
