//! Notes: what a customer and a real person write to each other.

use serde::{Deserialize, Serialize};

use crate::{domain::day::Day, features::billing, ui::Page};

pub mod api;
#[cfg(feature = "ssr")]
pub mod http;
pub mod islands;
mod paper;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;
mod stream;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
pub mod writing;

/// The longest that a note may be.
pub const LONGEST_WORDS: u32 = 2000;
/// The longest that the subject of a thread may be.
pub const LONGEST_SUBJECT: u32 = 80;

/// Whose eyes a note is shown to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reader {
    Customer,
    Staff,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub by_customer: bool,
    /// The name it is signed with.
    pub author: String,
    pub words: String,
    /// The day in the customer's zone.
    pub on: Day,
    /// Its place in the thread: milliseconds since 1970, different from every other of the thread.
    pub at: i64,
    /// The other side wrote it, and this side sees it for the first time.
    pub is_new: bool,
}

/// What `/notes` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteList {
    /// The latest first.
    pub threads: Vec<ThreadLine>,
    pub page: Page,
    pub today: Day,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadLine {
    pub id: String,
    pub subject: String,
    /// The first words of the last note.
    pub words: String,
    /// Who wrote it; nothing where the customer did.
    pub last_by: Option<String>,
    pub last_on: Day,
    /// Notes of people the customer has not opened.
    pub unread: i64,
}

/// The act that a person decided with the words that begin a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub id: String,
    pub kind: billing::Kind,
}

/// What `/notes/{id}` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadSheet {
    pub id: String,
    pub subject: String,
    /// The number of the bill it is about.
    pub bill: Option<String>,
    pub decided: Option<Decided>,
    /// The latest last.
    pub notes: Vec<Note>,
    pub page: Page,
    pub today: Day,
}

/// Which of a customer's threads staff want to see, and of one of them which notes; the latest where they do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub threads: Option<i64>,
    pub thread: Option<String>,
    pub notes: Option<i64>,
}

/// What staff see of one customer's threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffNotes {
    /// The latest first; on the first page is the very latest, then those that wait for an answer.
    pub threads: Vec<StaffThread>,
    pub page: Page,
    /// Numbers of bills a new note can be about.
    pub bills: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffThread {
    pub id: String,
    pub subject: String,
    pub bill: Option<String>,
    pub decided: Option<Decided>,
    /// The latest last.
    pub notes: Vec<Note>,
    pub page: Page,
    /// `2 days`; nothing where nobody waits for an answer.
    pub waits: Option<String>,
}

/// Somebody who wrote and has no answer yet, as they stand in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrote {
    pub customer_id: String,
    pub customer_name: String,
    /// What they wrote about first.
    pub subject: String,
    /// Milliseconds since 1970.
    pub waiting_since: i64,
    /// `2 days`
    pub since: String,
}

/// What a customer wrote last, in whichever thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastWords {
    /// The first of them.
    pub words: String,
    pub subject: String,
    pub on: Day,
}

/// The latest note by a person, for the customer's start page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestNote {
    pub thread: String,
    pub by: String,
    /// Its first words.
    pub words: String,
    pub on: Day,
    pub is_unread: bool,
}

/// The address of a thread for its customer.
pub fn address(thread: &str) -> String {
    format!("/notes/{thread}")
}

/// The id of the element in which the notes of a thread stand; each note in it has its place in its own.
pub fn notes_id(thread: &str) -> String {
    format!("notes-{thread}")
}

/// The id of a note by its place in a thread: a page may show several threads.
pub fn note_id(thread: &str, at: i64) -> String {
    format!("note-{thread}-{at}")
}

/// The first words of a text in one line, at most `longest` characters of it, cut between two words where there are any.
pub fn first_words(text: &str, longest: usize) -> String {
    let mut short = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let wanted = word.chars().count() + usize::from(length > 0);
        if length + wanted > longest {
            if length == 0 {
                short.extend(word.chars().take(longest));
            }
            short.push('…');
            return short;
        }
        if length > 0 {
            short.push(' ');
        }
        short.push_str(word);
        length += wanted;
    }
    short
}
