//! Notes between Mira, Tom and the people who help them, on either engine.

use std::{pin::pin, time::Duration};

use futures_util::StreamExt;
use jiff::civil::date;

use super::{
    Note, ThreadSheet, Wanted, first_words, http,
    service::{self, for_staff, latest_by_person, list, read_by_staff, thread, waiting},
    writing::{answer, begin, go_on, write},
};
use crate::{
    error::{AppError, Reason, Refusal, Result},
    features::{
        billing, customers,
        fixture::{Fixture, MIRA, TODAY, TOM},
        requests::{self, Outcome},
    },
    server::{
        auth::Customer,
        db::{Conn, new_id},
        live::{STREAMS_EACH, Told},
        state::AppState,
    },
    sql,
};

async fn tom(house: &Fixture) -> Customer {
    Customer { person: house.person("p-tom").await, id: TOM.to_owned() }
}

async fn open(house: &Fixture, id: &str) -> ThreadSheet {
    thread(&house.app, MIRA, id, None).await.expect("Mira's thread")
}

fn said(notes: &[Note]) -> Vec<(&str, &str)> {
    notes.iter().map(|note| (note.author.as_str(), note.words.as_str())).collect()
}

fn reasons<T: std::fmt::Debug>(refused: Result<T>) -> Vec<(String, Reason)> {
    match refused {
        Err(AppError::Invalid { problems, .. }) => {
            problems.into_iter().map(|problem| (problem.field, problem.reason)).collect()
        }
        other => panic!("not a refused form: {other:?}"),
    }
}

/// The thread in which Jonas has just written to Mira.
async fn note_from_jonas(house: &Fixture, words: &str) -> String {
    let jonas = house.person("p-jonas").await;
    write(&house.app, &jonas, MIRA, "", "", words).await.expect("a note");
    list(&house.app, MIRA, None).await.expect("a list").threads.remove(0).id
}

async fn unread(app: &AppState, customer_id: &str) -> Result<i64> {
    service::unread(&mut app.db.reader().await?, customer_id).await
}

#[tokio::test]
async fn what_a_person_writes_is_unread_until_it_is_opened() {
    let house = Fixture::new().await;
    assert_eq!(unread(&house.app, MIRA).await, Ok(0));
    let id = note_from_jonas(&house, "Your line is back.").await;
    note_from_jonas(&house, "And a second thread.").await;
    assert_eq!((unread(&house.app, MIRA).await, unread(&house.app, TOM).await), (Ok(2), Ok(0)));
    let first = open(&house, &id).await;
    assert_eq!(said(&first.notes), [("Jonas Ott", "Your line is back.")]);
    assert!(first.notes[0].is_new, "on the page where it is opened it is still marked");
    assert!(!open(&house, &id).await.notes[0].is_new);
    assert_eq!(unread(&house.app, MIRA).await, Ok(1));
    let lines = list(&house.app, MIRA, None).await.expect("a list").threads;
    assert_eq!(lines.iter().map(|line| line.unread).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(lines[0].last_by.as_deref(), Some("Jonas Ott"));
}

#[tokio::test]
async fn somebody_elses_thread_is_not_found() {
    let house = Fixture::new().await;
    let id = note_from_jonas(&house, "For Mira alone.").await;
    let tom = tom(&house).await;
    for id in [id.as_str(), "none", "\0"] {
        assert_eq!(thread(&house.app, TOM, id, None).await, Err(AppError::NotFound), "{id:?}");
        assert_eq!(go_on(&house.app, &tom, id, "Mine now").await, Err(AppError::NotFound), "{id:?}");
    }
    assert_eq!(unread(&house.app, MIRA).await, Ok(1), "nobody else's look is hers");
    let jonas = house.person("p-jonas").await;
    assert_eq!(answer(&house.app, &jonas, "none", "Hello").await, Err(AppError::NotFound));
    assert_eq!(answer(&house.app, &jonas, "\0", "Hello").await, Err(AppError::NotFound));
    assert_eq!(write(&house.app, &jonas, "nobody", "", "", "Hello").await, Err(AppError::NotFound));
    house.add_bill(TOM, "2001", 3_820, date(2026, 11, 20)).await;
    assert_eq!(write(&house.app, &jonas, MIRA, "", "2001", "Hello").await, Err(AppError::NotFound));
    assert_eq!(list(&house.app, TOM, None).await.map(|list| list.page.total), Ok(0));
}

#[tokio::test]
async fn a_button_pressed_twice_writes_one_note() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    let id = begin(&house.app, &mira, "", "My address has changed.").await.expect("a thread");
    assert_eq!(begin(&house.app, &mira, " ", " My address has changed. ").await.as_deref(), Ok(id.as_str()));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (app, mira, id) = (house.app.clone(), mira.clone(), id.clone());
        tasks.spawn(async move { go_on(&app, &mira, &id, "From the first of the month.").await });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert_eq!(open(&house, &id).await.notes.len(), 2);
    let (jonas, ines) = (house.person("p-jonas").await, house.person("p-ines").await);
    for person in [&jonas, &jonas, &ines] {
        answer(&house.app, person, &id, "Noted.").await.expect("an answer");
    }
    write(&house.app, &jonas, MIRA, "Once", "", "Once").await.expect("a note");
    write(&house.app, &jonas, MIRA, "Once", "", "Once").await.expect("a note");
    assert_eq!(open(&house, &id).await.notes.len(), 4, "two people may say the same");
    assert_eq!(list(&house.app, MIRA, None).await.map(|list| list.page.total), Ok(2));
}

#[tokio::test]
async fn the_same_words_after_an_answer_are_another_note() {
    let house = Fixture::new().await;
    let (mira, jonas) = (house.mira().await, house.person("p-jonas").await);
    let id = begin(&house.app, &mira, "", "Are you there?").await.expect("a thread");
    for _ in 0..2 {
        answer(&house.app, &jonas, &id, "Yes.").await.expect("an answer");
        go_on(&house.app, &mira, &id, "Thank you.").await.expect("a note");
        go_on(&house.app, &mira, &id, "Thank you.").await.expect("the same note");
    }
    assert_eq!(open(&house, &id).await.notes.len(), 5);
}

#[tokio::test]
async fn of_many_who_begin_at_once_with_the_same_words_one_thread_comes() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (app, mira) = (house.app.clone(), mira.clone());
        tasks.spawn(async move { begin(&app, &mira, "Moving", "We move in May.").await });
    }
    let mut ids: Vec<_> = tasks.join_all().await.into_iter().map(|begun| begun.expect("a thread")).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn notes_written_at_once_are_all_kept_each_at_its_own_place() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    let id = begin(&house.app, &mira, "", "Zero").await.expect("a thread");
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..12 {
        let (app, mira, id) = (house.app.clone(), mira.clone(), id.clone());
        tasks.spawn(async move { go_on(&app, &mira, &id, &format!("Number {number}")).await });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    let notes = open(&house, &id).await.notes;
    assert_eq!(notes.len(), 13);
    assert!(notes.windows(2).all(|pair| pair[0].at < pair[1].at));
}

#[tokio::test]
async fn words_have_their_limits() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    let both = begin(&house.app, &mira, &"s".repeat(81), " \n\0 ").await;
    let missing = || ("words".to_owned(), Reason::Missing);
    assert_eq!(reasons(both), [("subject".to_owned(), Reason::TooLong(80)), missing()]);
    let id = begin(&house.app, &mira, &"é".repeat(80), &"w".repeat(2000)).await.expect("a thread");
    assert_eq!(reasons(go_on(&house.app, &mira, &id, "").await), [missing()]);
    let too_long = go_on(&house.app, &mira, &id, &"w".repeat(2001)).await;
    assert_eq!(reasons(too_long), [("words".to_owned(), Reason::TooLong(2000))]);
    let jonas = house.person("p-jonas").await;
    assert_eq!(reasons(answer(&house.app, &jonas, &id, "\0").await), [missing()]);
    assert_eq!(reasons(write(&house.app, &jonas, MIRA, "", "", " ").await), [missing()]);
}

#[tokio::test]
async fn a_customer_writes_thirty_notes_in_an_hour_and_not_one_more() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    let id = begin(&house.app, &mira, "", "One").await.expect("a thread");
    for number in 2..=30 {
        go_on(&house.app, &mira, &id, &format!("{number}")).await.expect("a note");
    }
    let too_many = [("words".to_owned(), Reason::TooManyNotes(60))];
    let refused = go_on(&house.app, &mira, &id, "31").await;
    assert!(
        matches!(&refused, Err(AppError::Invalid { kept, .. }) if kept.contains(&("words".to_owned(), "31".to_owned())))
    );
    assert_eq!(reasons(refused), too_many);
    assert_eq!(go_on(&house.app, &mira, &id, "30").await, Ok(()), "the same again is not another");
    assert_eq!(reasons(begin(&house.app, &mira, "", "31").await), too_many);
    assert_eq!(open(&house, &id).await.notes.len(), 30, "a refused note is not kept");
    assert!(begin(&house.app, &tom(&house).await, "", "31").await.is_ok(), "others may write");
}

#[tokio::test]
async fn a_question_is_a_thread_and_its_answer_stands_in_it() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "1042", 3_820, date(2026, 11, 20)).await;
    requests::service::ask_person(&house.app, MIRA, Some("1042"), "What is the second line?").await.expect("asked");
    let asked = requests::service::about_bill(&house.app, MIRA, "1042").await.expect("what was asked").remove(0);
    let id = asked.thread.expect("a thread");
    let jonas = house.person("p-jonas").await;
    requests::service::answer(&house.app, &jonas, &asked.id, "A call abroad.").await.expect("answered");
    let sheet = open(&house, &id).await;
    assert_eq!((sheet.subject.as_str(), sheet.bill.as_deref()), ("Bill 1042", Some("1042")));
    assert_eq!(said(&sheet.notes), [("Mira Kovač", "What is the second line?"), ("Jonas Ott", "A call abroad.")]);
    let words = "Can somebody call me?\nI am at home after six, and before that at work where I cannot speak.";
    requests::service::ask_person(&house.app, MIRA, None, words).await.expect("asked");
    let line = list(&house.app, MIRA, None).await.expect("a list").threads.remove(0);
    assert_eq!(line.subject, "Can somebody call me? I am at home after six, and before…");
    assert_eq!(
        billing::service::ask_later_date(&house.app, &house.mira().await, "1042", &new_id(), ("2026-12-04", "Please"))
            .await,
        Ok(()),
        "a wish for a later date is no conversation"
    );
    assert_eq!(list(&house.app, MIRA, None).await.map(|list| list.page.total), Ok(2));
}

#[tokio::test]
async fn an_answer_in_the_thread_answers_the_question_once() {
    let house = Fixture::new().await;
    requests::service::ask_person(&house.app, MIRA, None, "Is my address right?").await.expect("asked");
    let asked = async || requests::service::of_customer(&mut house.conn().await, MIRA).await.expect("asks").remove(0);
    let (request, id) = (asked().await.id, asked().await.thread.expect("a thread"));
    assert_eq!(waiting(&house.app, &mut house.conn().await).await, Ok((Vec::new(), 0)), "it waits in the other queue");
    let (jonas, ines) = (house.person("p-jonas").await, house.person("p-ines").await);
    assert_eq!(answer(&house.app, &jonas, &id, "It is.").await.as_deref(), Ok(MIRA));
    answer(&house.app, &ines, &id, "I looked as well.").await.expect("a second note");
    let given = asked().await.answer.expect("an answer");
    assert_eq!(
        (given.outcome, given.by.as_str(), given.words.as_deref()),
        (Outcome::Answered, "Jonas Ott", Some("It is."))
    );
    let again = requests::service::answer(&house.app, &ines, &request, "Too late").await;
    assert_eq!(again, Err(AppError::Refused(Refusal::AlreadyAnswered)));
    assert_eq!(open(&house, &id).await.notes.len(), 3, "what was refused stands nowhere");
}

#[tokio::test]
async fn an_answer_here_and_one_there_at_once_leave_one_answer() {
    let house = Fixture::new().await;
    let (jonas, ines) = (house.person("p-jonas").await, house.person("p-ines").await);
    for round in 0..5 {
        requests::service::ask_person(&house.app, MIRA, None, &format!("Question {round}")).await.expect("asked");
        let ask = requests::service::of_customer(&mut house.conn().await, MIRA).await.expect("asks").remove(0);
        let id = ask.thread.expect("a thread");
        let (here, there) = tokio::join!(
            answer(&house.app, &jonas, &id, "In the thread"),
            requests::service::answer(&house.app, &ines, &ask.id, "In the queue")
        );
        assert!(here.is_ok() && matches!(there, Ok(_) | Err(AppError::Refused(Refusal::AlreadyAnswered))));
        let notes = open(&house, &id).await.notes.len();
        assert_eq!(notes, if there.is_ok() { 3 } else { 2 });
    }
}

#[tokio::test]
async fn who_waits_longest_comes_first_until_staff_write_back() {
    let house = Fixture::new().await;
    let (mira, tom) = (house.mira().await, tom(&house).await);
    let toms = begin(&house.app, &tom, "First", "Is anybody there?").await.expect("a thread");
    let miras = begin(&house.app, &mira, "Second", "Hello").await.expect("a thread");
    go_on(&house.app, &tom, &toms, "Still waiting").await.expect("a note");
    begin(&house.app, &tom, "Third", "And this").await.expect("a thread");
    let queue = async || {
        let (people, in_all) = waiting(&house.app, &mut house.conn().await).await.expect("a queue");
        assert_eq!(people.len() as i64, in_all);
        people.into_iter().map(|one| (one.customer_id, one.subject)).collect::<Vec<_>>()
    };
    let one = |id: &str, subject: &str| (id.to_owned(), subject.to_owned());
    assert_eq!(queue().await, [one(TOM, "First"), one(MIRA, "Second")]);
    let jonas = house.person("p-jonas").await;
    answer(&house.app, &jonas, &toms, "I am.").await.expect("an answer");
    assert_eq!(queue().await, [one(MIRA, "Second"), one(TOM, "Third")]);
    answer(&house.app, &jonas, &miras, "Hello.").await.expect("an answer");
    assert_eq!(queue().await, [one(TOM, "Third")]);
}

#[tokio::test]
async fn staff_who_open_the_page_have_read_what_stands_on_it() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    for number in 0..7 {
        begin(&house.app, &mira, &format!("Thread {number}"), "Hello").await.expect("a thread");
    }
    let jonas = house.person("p-jonas").await;
    let subjects = async || {
        let notes = for_staff(&house.app, &mut house.conn().await, MIRA, &Wanted::default()).await.expect("notes");
        notes.threads.into_iter().map(|thread| (thread.subject, thread.notes[0].is_new)).collect::<Vec<_>>()
    };
    assert_eq!(subjects().await.len(), 5, "never more than five");
    let sheet = customers::service::sheet(&house.app, MIRA, &Wanted::default(), None).await.expect("the page");
    assert_eq!(sheet.notes.page.total, 7);
    assert!(sheet.notes.threads.iter().all(|thread| thread.notes[0].is_new && thread.waits.is_some()));
    assert!(subjects().await.iter().all(|(_, is_new)| !is_new));
    for thread in &sheet.notes.threads {
        answer(&house.app, &jonas, &thread.id, "Hello.").await.expect("an answer");
    }
    let waits = subjects().await.into_iter().filter(|(_, is_new)| *is_new).count();
    assert_eq!(waits, 2, "who waits is among them, however old");
    let notes = for_staff(&house.app, &mut house.conn().await, MIRA, &Wanted::default()).await.expect("notes");
    read_by_staff(&house.app, &notes).await.expect("read");
    let second = Wanted { threads: Some(2), ..Wanted::default() };
    let rest = for_staff(&house.app, &mut house.conn().await, MIRA, &second).await.expect("notes");
    let mut all: Vec<_> = notes.threads.iter().chain(&rest.threads).map(|thread| thread.id.clone()).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 7, "every thread stands on one of the pages");
    assert_eq!(unread(&house.app, MIRA).await, Ok(5), "she has not opened the answers");
}

#[tokio::test]
async fn a_long_thread_opens_at_its_end() {
    let house = Fixture::new().await;
    let id = note_from_jonas(&house, "Note 0").await;
    let jonas = house.person("p-jonas").await;
    for number in 1..60 {
        answer(&house.app, &jonas, &id, &format!("Note {number}")).await.expect("a note");
    }
    let sheet = open(&house, &id).await;
    assert_eq!((sheet.page.number, sheet.notes.len(), sheet.notes[9].words.as_str()), (2, 10, "Note 59"));
    assert_eq!(unread(&house.app, MIRA).await, Ok(50), "what stands on another page is not read");
    let first = thread(&house.app, MIRA, &id, Some(1)).await.expect("the first page");
    assert_eq!((first.notes.len(), unread(&house.app, MIRA).await), (50, Ok(0)));
}

#[tokio::test]
async fn the_latest_note_by_a_person_is_known() {
    let house = Fixture::new().await;
    let latest = async || latest_by_person(&mut house.conn().await, MIRA, "Europe/Zagreb").await.expect("a look");
    assert_eq!(latest().await, None);
    let mira = house.mira().await;
    begin(&house.app, &mira, "", "Only I wrote").await.expect("a thread");
    assert_eq!(latest().await, None, "her own words are not a note to her");
    let id = note_from_jonas(&house, &"word ".repeat(100)).await;
    let note = latest().await.expect("a note");
    assert_eq!((note.thread.as_str(), note.by.as_str(), note.is_unread), (id.as_str(), "Jonas Ott", true));
    assert!(note.words.chars().count() <= 201 && note.words.ends_with("word…"), "{}", note.words);
    open(&house, &id).await;
    assert_eq!(latest().await.map(|note| note.is_unread), Some(false));
}

#[tokio::test]
async fn a_note_outlives_whoever_wrote_it() {
    let house = Fixture::new().await;
    let id = note_from_jonas(&house, "I leave on Friday.").await;
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "delete from people where id = 'p-jonas'")).await;
    assert_eq!(said(&open(&house, &id).await.notes), [("Jonas Ott", "I leave on Friday.")]);
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "delete from customers where id = 'mira'")).await;
    assert_eq!(thread(&house.app, MIRA, &id, None).await, Err(AppError::NotFound), "and goes with the customer");
}

#[tokio::test]
async fn a_note_is_told_once_it_is_kept_and_a_refused_one_never() {
    let house = Fixture::new().await;
    let mut watch = house.app.live.watch(&house.app.db, "p-mira").await.expect("a stream");
    let mira = house.mira().await;
    let jonas = house.person("p-jonas").await;
    assert!(write(&house.app, &jonas, MIRA, "", "", "").await.is_err());
    let id = begin(&house.app, &mira, "", "Hello").await.expect("a thread");
    begin(&house.app, &mira, "", "Hello").await.expect("the same thread");
    answer(&house.app, &jonas, &id, "Hello.").await.expect("an answer");
    requests::service::ask_person(&house.app, TOM, None, "Why").await.expect("asked");
    for (customer, thread) in [(MIRA, Some(id.as_str())), (MIRA, Some(id.as_str())), (TOM, None)] {
        let told = tokio::time::timeout(Duration::from_secs(5), watch.next()).await.expect("to be told");
        let Some(Told::Written(written)) = told else { panic!("not a note: {told:?}") };
        assert_eq!(written.customer_id, customer);
        assert!(thread.is_none_or(|thread| written.thread_id == thread));
    }
}

#[tokio::test]
async fn nobody_has_more_than_a_few_streams() {
    let house = Fixture::new().await;
    let live = &house.app.live;
    let mut open = Vec::new();
    for _ in 0..STREAMS_EACH {
        open.push(live.watch(&house.app.db, "p-mira").await.expect("a stream"));
    }
    assert!(live.watch(&house.app.db, "p-mira").await.is_none());
    assert!(live.watch(&house.app.db, "p-tom").await.is_some());
    open.pop();
    assert!(live.watch(&house.app.db, "p-mira").await.is_some(), "who closes one may open another");
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_server() {
    let house = Fixture::new().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            let text = "insert into sessions (token_hash, id, person_id, data, created_at, last_seen_at, expires_at)
                        values ('token', 's', 'p-mira', '{}', $1, $1, $1 + 1000000)";
            sql!(conn, execute, text, house.app.clock.now_ms())
        })
        .await;
    let follow = async |every: u64| {
        let watch = house.app.live.watch(&house.app.db, "p-mira").await.expect("a stream");
        let person = house.person("p-mira").await;
        let every = Duration::from_millis(every);
        http::events(http::Following::new(house.app.clone(), person, "token".to_owned(), watch, every))
    };
    let soon = Duration::from_secs(5);
    let mut asks_often = pin!(follow(20).await);
    let waits = tokio::time::timeout(Duration::from_millis(200), asks_often.next()).await;
    assert!(waits.is_err(), "still signed in, nothing written");
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "delete from sessions")).await;
    let ended = tokio::time::timeout(soon, asks_often.next()).await.expect("an end");
    assert!(ended.is_none());
    let mut asks_rarely = pin!(follow(600_000).await);
    begin(&house.app, &house.mira().await, "", "After I signed out.").await.expect("a thread");
    let ended = tokio::time::timeout(soon, asks_rarely.next()).await.expect("an end");
    assert!(ended.is_none(), "it hears of no note");
    let mut asks_rarely = pin!(follow(600_000).await);
    house.app.live.stop();
    let ended = tokio::time::timeout(soon, asks_rarely.next()).await.expect("an end");
    assert!(ended.is_none());
}

#[tokio::test]
async fn words_written_from_right_to_left_are_kept_as_they_are() {
    let house = Fixture::new().await;
    let words = "شكرًا لكم، وصلت الفاتورة 1042 اليوم.\nעוד שאלה אחת 👩‍👩‍👧";
    let id = begin(&house.app, &house.mira().await, "", words).await.expect("a thread");
    let sheet = open(&house, &id).await;
    assert_eq!(sheet.notes[0].words, words);
    assert_eq!(sheet.subject, first_words(words, 60));
    assert_eq!(sheet.today.0, TODAY);
}

#[test]
fn first_words_are_cut_between_words() {
    for (text, longest, short) in [
        ("", 10, ""),
        ("  one \n two ", 10, "one two"),
        ("one two three", 7, "one two…"),
        ("one two three", 6, "one…"),
        ("einszweidrei", 5, "einsz…"),
        ("ありがとうございます", 4, "ありがと…"),
    ] {
        assert_eq!(first_words(text, longest), short, "{text:?}");
    }
}
