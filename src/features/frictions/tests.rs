//! What was hard, from saying it to its being read.

use super::{
    address, page_of,
    service::{form, read, say, take_back, unread},
};
use crate::{
    error::{AppError, Reason},
    features::fixture::{Fixture, MIRA, TOM},
};

fn reasons<T: std::fmt::Debug>(refused: Result<T, AppError>) -> Vec<Reason> {
    match refused {
        Err(AppError::Invalid { problems, .. }) => problems.into_iter().map(|problem| problem.reason).collect(),
        other => panic!("not a refused form: {other:?}"),
    }
}

#[test]
fn only_the_path_of_a_page_here_is_kept() {
    let long = format!("/{}", "a".repeat(199));
    for (text, kept) in [
        ("/plan", Some("/plan")),
        ("/bills/1042?page=2#top", Some("/bills/1042")),
        ("/", Some("/")),
        (long.as_str(), Some(long.as_str())),
        (&format!("{long}a"), None),
        ("", None),
        ("plan", None),
        ("//evil.example", None),
        ("https://evil.example/plan", None),
        ("/\\evil.example", None),
        ("/a\nb", None),
        ("/a\0", None),
    ] {
        assert_eq!(page_of(text).as_deref(), kept, "{text:?}");
    }
    assert_eq!(address("/bills/a b"), "/help/hard?on=%2Fbills%2Fa%20b");
    assert_eq!(address("//x"), "/help/hard");
}

#[tokio::test]
async fn what_was_hard_is_read_once_by_a_person_with_a_name() {
    let house = Fixture::new().await;
    let nothing = say(&house.app, TOM, "", "", "").await.expect("that somebody pressed says something too");
    let id = say(&house.app, MIRA, "/plan?x=1", "צפוף\r\nמדי\0 ", "4").await.expect("said");
    let said = form(&house.app, MIRA, "/credits", Some(&id)).await.expect("the form");
    assert_eq!(said.on.as_deref(), Some("/credits"));
    let own = said.said.expect("what was said");
    assert_eq!((own.path.as_str(), own.words.as_str(), own.how_hard), ("/plan", "צפוף\nמדי", Some(4)));
    let ids = async || {
        let (list, in_all) = unread(&house.app, &mut house.conn().await).await.expect("a list");
        assert_eq!(list.len() as i64, in_all);
        list.into_iter().map(|one| one.own.id).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [id.clone(), nothing.clone()], "the latest first");
    let (jonas, ines) = (house.person("p-jonas").await, house.person("p-ines").await);
    let both = tokio::join!(read(&house.app, &jonas, &id), read(&house.app, &ines, &id));
    assert_eq!(both, (Ok(()), Ok(())), "it is read, whoever was first");
    assert_eq!(ids().await, [nothing]);
    assert_eq!(read(&house.app, &jonas, "none").await, Err(AppError::NotFound));
    assert_eq!(read(&house.app, &jonas, "\0").await, Err(AppError::NotFound));
}

#[tokio::test]
async fn what_is_taken_back_is_gone_with_its_words() {
    let house = Fixture::new().await;
    let id = say(&house.app, MIRA, "/plan", "Too many numbers.", "").await.expect("said");
    for stranger in [take_back(&house.app, TOM, &id).await, take_back(&house.app, MIRA, "\0").await] {
        assert_eq!(stranger, Err(AppError::NotFound));
    }
    assert_eq!(form(&house.app, TOM, "", Some(&id)).await, Err(AppError::NotFound));
    assert_eq!(take_back(&house.app, MIRA, &id).await, Ok(()));
    assert_eq!(take_back(&house.app, MIRA, &id).await, Ok(()), "twice is as good as once");
    assert_eq!(form(&house.app, MIRA, "", Some(&id)).await.map(|hard| hard.said), Ok(None));
    assert!(unread(&house.app, &mut house.conn().await).await.expect("a list").0.is_empty());
    let mut conn = house.conn().await;
    let words = crate::sql!(conn, scalar as String, "select words from frictions where id = $1", id.as_str());
    assert_eq!(words.expect("the row"), "");
}

#[tokio::test]
async fn a_refused_form_says_all_that_is_wrong() {
    let house = Fixture::new().await;
    let long = "a".repeat(1_001);
    let refused = say(&house.app, MIRA, "https://evil.example", &long, "6").await;
    assert_eq!(reasons(refused), [Reason::NotAPage, Reason::NotAChoice, Reason::TooLong(1_000)]);
    assert_eq!(reasons(say(&house.app, MIRA, "/plan", "\u{3164}", "").await), [Reason::NothingSeen]);
    for degree in ["0", "-1", "two", "1.5"] {
        assert_eq!(reasons(say(&house.app, MIRA, "/plan", "", degree).await), [Reason::NotAChoice], "{degree}");
    }
}

#[tokio::test]
async fn nobody_fills_the_list_alone() {
    let house = Fixture::new().await;
    for time in 0..60 {
        say(&house.app, MIRA, "/plan", &format!("again {time}"), "").await.expect("said");
    }
    assert_eq!(say(&house.app, MIRA, "/plan", "once more", "").await, Err(AppError::TooMany { minutes: 60 }));
    assert!(say(&house.app, TOM, "/plan", "once", "").await.is_ok(), "another is not held back by it");
    let (list, in_all) = unread(&house.app, &mut house.conn().await).await.expect("a list");
    assert_eq!((list.len(), in_all), (20, 61));
}

#[tokio::test]
async fn what_is_sent_twice_is_said_once() {
    let house = Fixture::new().await;
    let first = say(&house.app, MIRA, "/plan", "Too many numbers.", "3").await.expect("said");
    let twice = tokio::join!(
        say(&house.app, MIRA, "/plan", "Too many numbers.", "3"),
        say(&house.app, MIRA, "/plan?page=2", " Too many numbers. ", "3")
    );
    assert_eq!(twice, (Ok(first.clone()), Ok(first.clone())));
    for other in
        [("/bills", "Too many numbers.", "3"), ("/plan", "Other words.", "3"), ("/plan", "Too many numbers.", "")]
    {
        let said = say(&house.app, MIRA, other.0, other.1, other.2).await.expect("said");
        assert_ne!(said, first, "{other:?} is something else");
    }
    assert_eq!(unread(&house.app, &mut house.conn().await).await.expect("a list").1, 4);
    take_back(&house.app, MIRA, &first).await.expect("taken back");
    assert_ne!(say(&house.app, MIRA, "/plan", "Too many numbers.", "3").await, Ok(first), "said again after all");
}
