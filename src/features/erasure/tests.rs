//! Asking to be erased, deciding, and what is left then.

use std::collections::BTreeSet;

use super::{Standing, Wish, fates::FATES, service};
use crate::{
    error::{AppError, Problem, Reason, Refusal},
    features::fixture::{Fixture, MIRA, TOM},
};

async fn house() -> Fixture {
    let house = Fixture::new().await;
    house.add_admin().await;
    house
}

async fn wish(house: &Fixture, customer: &str) -> Wish {
    let page = service::erasure(&house.app, customer).await.expect("the page");
    page.wish.expect("a wish")
}

async fn asked(house: &Fixture) -> String {
    service::ask(&house.app, MIRA, "I moved on").await.expect("asked");
    wish(house, MIRA).await.id
}

#[tokio::test]
async fn every_table_about_customers_has_a_fate() {
    let house = Fixture::new().await;
    let there = house.tables_of_customers().await;
    let named: BTreeSet<String> =
        FATES.iter().flat_map(|fate| fate.tables.iter().copied()).map(str::to_owned).collect();
    let forgotten: Vec<_> = there.difference(&named).collect();
    assert!(forgotten.is_empty(), "nobody thought about what becomes of {forgotten:?}");
    // Beyond them: what is found by an address or a name.
    let beyond: Vec<_> = named.difference(&there).map(String::as_str).collect();
    assert_eq!(beyond, ["attempts", "import_errors"]);
}

#[tokio::test]
async fn a_wish_is_asked_once_and_can_be_taken_back() {
    let house = house().await;
    let (one, other) = tokio::join!(service::ask(&house.app, MIRA, "please"), service::ask(&house.app, MIRA, "please"));
    assert_eq!([one, other].into_iter().filter(Result::is_ok).count(), 1);
    assert_eq!(service::ask(&house.app, MIRA, "").await, Err(AppError::Refused(Refusal::AlreadyAsked)));
    let queue = service::waiting(&house.app).await.expect("the queue");
    assert_eq!(queue.iter().map(|one| one.customer_name.as_str()).collect::<Vec<_>>(), ["Mira Kovač"]);
    assert_eq!(service::withdraw(&house.app, TOM).await, Err(AppError::Refused(Refusal::AlreadyAnswered)));
    assert_eq!(service::withdraw(&house.app, MIRA).await, Ok(()));
    assert!(matches!(wish(&house, MIRA).await.standing, Standing::Withdrawn { .. }));
    assert!(service::waiting(&house.app).await.expect("the queue").is_empty());
    assert_eq!(service::ask(&house.app, MIRA, &"a".repeat(1_001)).await.map_err(|error| error.status()), Err(422));
    assert_eq!(service::ask(&house.app, MIRA, "again").await, Ok(()));
    assert!(service::erasure(&house.app, TOM).await.expect("the page").wish.is_none());
}

#[tokio::test]
async fn staff_refuse_or_hand_over_and_only_an_admin_erases() {
    let house = house().await;
    let (jonas, ines, omar) =
        (house.person("p-jonas").await, house.person("p-ines").await, house.person("p-omar").await);
    let id = asked(&house).await;
    assert_eq!(service::erase(&house.app, &jonas, &id, "bye").await, Err(AppError::Forbidden));
    for unknown in ["nobody's", "\0"] {
        assert_eq!(service::hand_over(&house.app, &jonas, unknown).await, Err(AppError::NotFound));
        assert_eq!(service::refuse(&house.app, &jonas, unknown, "no").await, Err(AppError::NotFound));
        assert_eq!(service::erase(&house.app, &omar, unknown, "bye").await, Err(AppError::NotFound));
    }
    for person in [&jonas, &ines] {
        assert_eq!(service::hand_over(&house.app, person, &id).await, Ok(MIRA.to_owned()));
    }
    let first = match wish(&house, MIRA).await.standing {
        Standing::Waiting { handed_over } => handed_over.map(|(_, by)| by),
        other => panic!("{other:?}"),
    };
    assert_eq!(first.as_deref(), Some("Jonas Ott"), "who handed it over first");
    for (person, may) in [(&jonas, false), (&omar, true)] {
        let to_decide = service::to_decide(&house.app, person, MIRA).await.expect("read").expect("it waits");
        assert_eq!(to_decide.may_erase, may);
    }
    let without_words = service::refuse(&house.app, &jonas, &id, " \0").await;
    let needed = [Problem { field: "refusal".to_owned(), reason: Reason::Missing }];
    assert!(matches!(without_words, Err(AppError::Invalid { problems, .. }) if problems == needed));
    assert_eq!(service::refuse(&house.app, &jonas, &id, "Two bills are open.").await, Ok(MIRA.to_owned()));
    match wish(&house, MIRA).await.standing {
        Standing::Refused { by, answer, .. } => {
            assert_eq!((by.as_str(), answer.as_str()), ("Jonas Ott", "Two bills are open."));
        }
        other => panic!("{other:?}"),
    }
    let too_late = Err(AppError::Refused(Refusal::NoLongerAsked));
    assert_eq!(service::erase(&house.app, &omar, &id, "bye").await, too_late);
    assert_eq!(service::hand_over(&house.app, &jonas, &id).await, too_late);
    assert_eq!(service::to_decide(&house.app, &jonas, MIRA).await, Ok(None));
    assert_eq!(service::to_decide(&house.app, &jonas, "nobody").await, Err(AppError::NotFound));
    assert!(house.columns_holding("Mira Kovač").await.contains(&"customers.name".to_owned()), "nothing was erased");
}

#[tokio::test]
async fn who_takes_it_back_while_an_admin_erases_is_whole_or_gone() {
    let house = house().await;
    let omar = house.person("p-omar").await;
    let id = asked(&house).await;
    let (withdrawn, erased) =
        tokio::join!(service::withdraw(&house.app, MIRA), service::erase(&house.app, &omar, &id, "bye"));
    assert_ne!(withdrawn.is_ok(), erased.is_ok(), "{withdrawn:?} {erased:?}");
    let is_there = !house.columns_holding("Mira Kovač").await.is_empty();
    assert_eq!(is_there, withdrawn.is_ok());
}

#[tokio::test]
async fn erasing_leaves_bills_and_no_trace_of_the_person() {
    let house = house().await;
    house.fill(MIRA, "Marigold").await;
    house.fill(TOM, "Thistle").await;
    let omar = house.person("p-omar").await;
    let toms = house.columns_holding("Thistle").await;
    let toms_name = house.columns_holding("Tom Whelan").await;
    let id = asked(&house).await;
    assert_eq!(service::erase(&house.app, &omar, &id, " ").await.map_err(|error| error.status()), Err(422));
    assert_eq!(service::erase(&house.app, &omar, &id, "Goodbye, Mira.").await, Ok(MIRA.to_owned()));
    for words in ["Mira Kovač", "mira@example.com", "I moved on", "Goodbye, Mira", "Marigold moves", "Marigold asks"] {
        assert_eq!(house.columns_holding(words).await, [""; 0], "{words}");
    }
    assert_eq!(
        house.columns_holding("Marigold").await,
        [
            "credits.reference",
            "customer_aliases.external_id",
            "invoices.number",
            "payments.reference",
            "subscriptions.reference"
        ],
        "what stays is what billing calls its own"
    );
    assert_eq!(house.count("select count(*) from invoices where customer_id = 'mira' and amount = 3820").await, 1);
    assert_eq!(house.count("select count(*) from payments where invoice_id = 'i-mira'").await, 1);
    assert_eq!(house.count("select count(*) from notices where customer_id = 'mira'").await, 1, "the one about a bill");
    assert_eq!(house.count("select count(*) from people where customer_id = 'mira'").await, 0);
    assert_eq!(house.count("select count(*) from sessions where id = 'se-mira'").await, 0);
    assert_eq!(house.count("select count(*) from advice_changes where customer_id = 'mira'").await, 1);
    let sheet = crate::features::customers::service::sheet(&house.app, MIRA, &Default::default(), None)
        .await
        .expect("the account");
    assert_eq!((sheet.name.as_str(), sheet.email, sheet.preferred_name), ("Erased customer", None, None));
    assert!(matches!(wish(&house, MIRA).await.standing, Standing::Erased { .. }));
    let again = service::erase(&house.app, &omar, &id, "bye").await;
    assert_eq!(again, Err(AppError::Refused(Refusal::NoLongerAsked)));
    assert_eq!(house.columns_holding("Thistle").await, toms, "nobody else is touched");
    assert_eq!(house.columns_holding("Tom Whelan").await, toms_name);
}
