//! Remembering and forgetting, for those who may and against those who may not.

use jiff::civil::date;

use super::{
    Memories, Soon, Source,
    service::{self, Typed},
};
use crate::{
    error::{AppError, Reason, Refusal, Result},
    features::fixture::{Fixture, MIRA, TOM},
    server::auth::Customer,
};

fn typed(words: &str) -> Typed {
    Typed { words: words.to_owned(), ..Typed::default() }
}

fn on(words: &str, day: &str, is_yearly: bool) -> Typed {
    Typed { words: words.to_owned(), matters_on: day.to_owned(), is_yearly }
}

fn problems<T: std::fmt::Debug>(refused: Result<T>) -> Vec<(String, Reason)> {
    match refused {
        Err(AppError::Invalid { problems, .. }) => {
            problems.into_iter().map(|problem| (problem.field, problem.reason)).collect()
        }
        other => panic!("not a refused form: {other:?}"),
    }
}

async fn tom(house: &Fixture) -> Customer {
    Customer { person: house.person("p-tom").await, id: TOM.to_owned() }
}

async fn of(house: &Fixture, customer: &str) -> Memories {
    service::remembered(&house.app, customer).await.expect("what is remembered")
}

/// Jonas notes these words of Mira; gives the id.
async fn jonas_notes(house: &Fixture, words: &str) -> String {
    let jonas = house.person("p-jonas").await;
    service::note_down(&house.app, &jonas, MIRA, "call", typed(words)).await.expect("noted");
    let facts = of(house, MIRA).await.facts;
    facts.into_iter().find(|fact| fact.words == words).expect("the fact").id
}

#[tokio::test]
async fn a_customer_reads_what_was_noted_by_whom_and_who_saw_it() {
    let house = Fixture::new().await;
    let (jonas, ines) = (house.person("p-jonas").await, house.person("p-ines").await);
    jonas_notes(&house, "Calls after four").await;
    let fact = of(&house, MIRA).await.facts.remove(0);
    assert_eq!((fact.source, fact.noted_by.name.as_str()), (Source::Call, "Jonas Ott"));
    assert!(!fact.noted_by.is_customer && !fact.is_own_words() && fact.seen.is_empty());
    for person in [&jonas, &ines, &jonas] {
        let known = service::known(&house.app, person, MIRA).await.expect("what is known");
        assert_eq!(known.facts.len(), 1);
    }
    let fact = of(&house, MIRA).await.facts.remove(0);
    let mut seen: Vec<_> = fact.seen.iter().map(|seen| seen.by.as_str()).collect();
    seen.sort_unstable();
    assert_eq!(seen, ["Ines Moreau", "Jonas Ott"], "each once, however often they looked");
    assert!(of(&house, TOM).await.facts.is_empty());
    assert_eq!(service::known(&house.app, &jonas, "nobody").await.map(drop), Err(AppError::NotFound));
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_found() {
    let house = Fixture::new().await;
    let (mira, tom) = (house.mira().await, tom(&house).await);
    let id = jonas_notes(&house, "Calls after four").await;
    for id in [id.as_str(), "nobody's", "\0"] {
        assert_eq!(service::correct_own(&house.app, &tom, id, typed("x")).await, Err(AppError::NotFound));
        assert_eq!(service::set_off_limits(&house.app, TOM, id, true).await, Err(AppError::NotFound));
        assert_eq!(service::forget_own(&house.app, &tom, id).await, Err(AppError::NotFound));
    }
    let fact = of(&house, MIRA).await.facts.remove(0);
    assert_eq!((fact.words.as_str(), fact.off_limits_on), ("Calls after four", None));
    let receipt = service::forget_own(&house.app, &mira, &id).await.expect("forgotten");
    assert_eq!(service::receipt(&house.app, TOM, &receipt).await.map(drop), Err(AppError::NotFound));
    assert_eq!(service::receipt(&house.app, MIRA, "\0").await.map(drop), Err(AppError::NotFound));
    assert_eq!(service::forget_own(&house.app, &tom, &id).await, Err(AppError::NotFound));
    assert_eq!(service::receipt(&house.app, MIRA, &receipt).await.map(|receipt| receipt.source), Ok(Source::Call));
    let jonas = house.person("p-jonas").await;
    for id in ["nobody's", "\0"] {
        assert_eq!(service::correct_ours(&house.app, &jonas, id, typed("x")).await.map(drop), Err(AppError::NotFound));
        assert_eq!(service::forget_ours(&house.app, &jonas, id).await.map(drop), Err(AppError::NotFound));
        let noted = service::note_down(&house.app, &jonas, id, "call", typed("x")).await;
        assert_eq!(noted, Err(AppError::NotFound));
    }
}

#[tokio::test]
async fn words_and_days_that_cannot_be_are_refused_and_kept() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    let field = |name: &str, reason| vec![(name.to_owned(), reason)];
    let long = "a".repeat(301);
    for (form, expected) in [
        (typed(" \0 "), field("words", Reason::Missing)),
        (typed(&long), field("words", Reason::TooLong(300))),
        (on("Moves", "soon", false), field("matters_on", Reason::NotADate)),
        (on("Moves", "2026-11-17", false), field("matters_on", Reason::DatePassed)),
        (on("Birthday", "", true), field("matters_on", Reason::Missing)),
    ] {
        assert_eq!(problems(service::tell(&house.app, &mira, form).await), expected);
    }
    let jonas = house.person("p-jonas").await;
    let refused = service::note_down(&house.app, &jonas, MIRA, "gossip", typed("")).await;
    assert_eq!(problems(refused), [("source".to_owned(), Reason::NotAChoice), ("words".to_owned(), Reason::Missing)]);
    match service::tell(&house.app, &mira, on("Moves", "soon", true)).await {
        Err(AppError::Invalid { kept, .. }) => {
            let expected = [("words", "Moves"), ("matters_on", "soon"), ("yearly", "on")];
            assert_eq!(kept, expected.map(|(field, value)| (field.to_owned(), value.to_owned())));
        }
        other => panic!("not refused: {other:?}"),
    }
    let right_to_left = "أنتقل إلى سبليت \u{202e}\u{1f3e0}";
    for words in [right_to_left, &"é".repeat(300)] {
        service::tell(&house.app, &mira, typed(&format!(" {words}\0 "))).await.expect("told");
    }
    let told = of(&house, MIRA).await.facts;
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|fact| fact.words == right_to_left) && told.iter().all(super::Fact::is_own_words));
}

#[tokio::test]
async fn the_same_is_not_remembered_twice() {
    let house = Fixture::new().await;
    let (mira, tom) = (house.mira().await, tom(&house).await);
    let already = Err(AppError::Refused(Refusal::AlreadyRemembered));
    let (one, other) = tokio::join!(
        service::tell(&house.app, &mira, typed("Moves")),
        service::tell(&house.app, &mira, typed("Moves"))
    );
    let mut both = [one, other];
    both.sort_by_key(Result::is_err);
    assert_eq!(both, [Ok(()), already.clone()]);
    assert_eq!(service::tell(&house.app, &tom, typed("Moves")).await, Ok(()), "somebody else may say it too");
    let id = jonas_notes(&house, "Sings").await;
    assert_eq!(service::correct_own(&house.app, &mira, &id, typed("Moves")).await, already);
    assert_eq!(service::correct_own(&house.app, &mira, &id, typed("Sings")).await, Ok(()), "its own words are its own");
    service::forget_own(&house.app, &mira, &id).await.expect("forgotten");
    assert_eq!(service::tell(&house.app, &mira, typed("Sings")).await, Ok(()), "what is forgotten can be told anew");
}

#[tokio::test]
async fn a_customer_tells_sixty_things_in_an_hour_and_the_next_stays_in_the_form() {
    let house = Fixture::new().await;
    let (mira, tom) = (house.mira().await, tom(&house).await);
    for number in 1..=60 {
        service::tell(&house.app, &mira, typed(&format!("Thing {number}"))).await.expect("told");
    }
    match service::tell(&house.app, &mira, typed("Thing 61")).await {
        Err(AppError::Invalid { problems, kept }) => {
            assert_eq!((problems[0].field.as_str(), &problems[0].reason), ("words", &Reason::TooManyNotes(60)));
            assert!(kept.contains(&("words".to_owned(), "Thing 61".to_owned())));
        }
        other => panic!("not a refused form: {other:?}"),
    }
    assert_eq!(of(&house, MIRA).await.facts.len(), 60);
    assert_eq!(service::tell(&house.app, &tom, typed("Thing 61")).await, Ok(()), "others may tell");
}

#[tokio::test]
async fn what_a_customer_corrected_only_they_change() {
    let house = Fixture::new().await;
    let (mira, jonas) = (house.mira().await, house.person("p-jonas").await);
    let id = jonas_notes(&house, "Has two sons").await;
    let ours = |words: &'static str| service::correct_ours(&house.app, &jonas, &id, typed(words));
    assert_eq!(ours("Has two children").await, Ok(MIRA.to_owned()));
    let fact = of(&house, MIRA).await.facts.remove(0);
    assert_eq!(fact.corrected.map(|(_, by)| (by.name, by.is_customer)), Some(("Jonas Ott".to_owned(), false)));
    service::correct_own(&house.app, &mira, &id, on("Has two daughters", "2026-12-01", false))
        .await
        .expect("corrected");
    assert_eq!(house.columns_holding("has two children").await, [""; 0], "the earlier words are gone");
    assert_eq!(ours("Has two cats").await, Err(AppError::Refused(Refusal::CustomersOwnWords)));
    let fact = of(&house, MIRA).await.facts.remove(0);
    assert!(fact.is_own_words() && fact.noted_by.name == "Jonas Ott" && fact.words == "Has two daughters");
    service::tell(&house.app, &mira, typed("Sings")).await.expect("told");
    let told = of(&house, MIRA).await.facts.into_iter().find(|fact| fact.words == "Sings").expect("told").id;
    let changed = service::correct_ours(&house.app, &jonas, &told, typed("Hums")).await;
    assert_eq!(changed, Err(AppError::Refused(Refusal::CustomersOwnWords)));
}

#[tokio::test]
async fn what_is_not_to_be_brought_up_is_marked_until_it_may_be_again() {
    let house = Fixture::new().await;
    let id = jonas_notes(&house, "Lost her father").await;
    let marked = async || of(&house, MIRA).await.facts.remove(0).off_limits_on;
    for (wish, times) in [(true, 2), (false, 2), (true, 1)] {
        for _ in 0..times {
            assert_eq!(service::set_off_limits(&house.app, MIRA, &id, wish).await, Ok(()));
        }
        assert_eq!(marked().await.is_some(), wish);
    }
    let jonas = house.person("p-jonas").await;
    let known = service::known(&house.app, &jonas, MIRA).await.expect("what is known");
    assert!(known.facts[0].off_limits_on.is_some());
}

#[tokio::test]
async fn a_day_that_matters_is_near_for_sixty_days() {
    let house = Fixture::new().await;
    let mira = house.mira().await;
    for (words, day, is_yearly) in [
        ("today", "2026-11-18", false),
        ("near", "2027-01-17", false),
        ("far", "2027-01-18", false),
        ("birthday", "1988-12-03", true),
        ("past", "2026-05-01", true),
    ] {
        service::tell(&house.app, &mira, on(words, day, is_yearly)).await.expect("told");
    }
    let facts = of(&house, MIRA).await.facts;
    let soon = |words: &str| facts.iter().find(|fact| fact.words == words).expect("told").soon;
    assert_eq!(soon("today").map(Soon::words).as_deref(), Some("today"));
    assert_eq!(soon("near"), Some(Soon { on: date(2027, 1, 17), days: 60 }));
    assert_eq!(soon("far"), None);
    assert_eq!(soon("birthday").map(Soon::words).as_deref(), Some("in 15 days"));
    assert_eq!(soon("past"), None);
}

#[tokio::test]
async fn what_is_forgotten_leaves_a_receipt_and_no_trace() {
    let house = Fixture::new().await;
    let (mira, jonas) = (house.mira().await, house.person("p-jonas").await);
    let words = "Moves to Split with the quarrelsome parrot";
    let id = jonas_notes(&house, words).await;
    service::known(&house.app, &jonas, MIRA).await.expect("seen");
    assert_eq!(house.columns_holding("quarrelsome").await, ["remembered_facts.words"]);
    let receipt = service::forget_own(&house.app, &mira, &id).await.expect("forgotten");
    assert_eq!(house.columns_holding("quarrelsome").await, [""; 0]);
    assert_eq!(house.count("select count(*) from fact_views").await, 0);
    assert_eq!(house.count("select count(*) from remembered_facts where matters_on is not null").await, 0);
    assert_eq!(service::forget_own(&house.app, &mira, &id).await, Ok(receipt.clone()), "the same form again");
    let gone = service::correct_own(&house.app, &mira, &id, typed(words)).await;
    assert_eq!(gone, Err(AppError::NotFound), "what is forgotten stays so");
    assert_eq!(service::set_off_limits(&house.app, MIRA, &id, true).await, Err(AppError::NotFound));
    service::known(&house.app, &jonas, MIRA).await.expect("nothing to see");
    assert_eq!(house.count("select count(*) from fact_views").await, 0);
    let mine = of(&house, MIRA).await;
    assert!(mine.facts.is_empty());
    assert_eq!(mine.receipts.iter().map(|receipt| receipt.id.as_str()).collect::<Vec<_>>(), [receipt]);
    assert!(mine.receipts[0].forgotten_by.is_customer && !mine.receipts[0].noted_by.is_customer);
    if let Some(path) = house.app.config.database_url.strip_prefix("sqlite:") {
        house.app.db.close().await;
        let file = std::fs::read(path).expect("the file");
        let is_there = file.windows(11).any(|bytes| bytes == b"quarrelsome");
        assert!(!is_there, "nor in the bytes of the file");
    }
}

#[tokio::test]
async fn of_two_who_forget_at_once_both_have_the_one_receipt() {
    let house = Fixture::new().await;
    let (mira, jonas) = (house.mira().await, house.person("p-jonas").await);
    let id = jonas_notes(&house, "Sings").await;
    let (mine, ours) =
        tokio::join!(service::forget_own(&house.app, &mira, &id), service::forget_ours(&house.app, &jonas, &id));
    assert_eq!(ours, Ok(MIRA.to_owned()));
    let receipts = of(&house, MIRA).await.receipts;
    assert_eq!((receipts.len(), mine), (1, Ok(receipts[0].id.clone())));
}
