//! The page of credit.

use jiff::civil::date;

use super::{GrantStanding, When, service};
use crate::{
    domain::{
        credit::{Because, Turn},
        money::{Currency, Money},
    },
    error::AppError,
    features::{
        advice::tests::office::grant,
        fixture::{Fixture, MIRA, TOM},
    },
    sql,
};

#[tokio::test]
async fn credit_stands_in_the_order_in_which_it_is_used() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "1042", 1_200, date(2026, 11, 20)).await;
    let app = &house.app;
    let write = app.db.write(async |conn| {
        grant(conn, MIRA, "later", 1_000, Some(date(2027, 3, 1))).await?;
        grant(conn, MIRA, "sooner", 500, Some(date(2026, 12, 1))).await?;
        grant(conn, MIRA, "for ever", 700, None).await?;
        grant(conn, MIRA, "for kwh", 800, Some(date(2026, 11, 19))).await?;
        grant(conn, MIRA, "gone", 300, Some(date(2026, 11, 1))).await?;
        grant(conn, MIRA, "spent", 400, None).await?;
        grant(conn, TOM, "tom's", 9_000, None).await?;
        sql!(conn, execute, "update credits set scope = 'kwh' where reference = 'for kwh'")?;
        sql!(conn, execute, "update credits set used = amount where reference = 'spent'")
    });
    write.await.expect("grants");
    let sheet = service::sheet(app, MIRA).await.expect("the page");
    let lines: Vec<(&str, i64, GrantStanding)> =
        sheet.grants.iter().map(|grant| (grant.reference.as_str(), grant.left.minor, grant.standing)).collect();
    assert_eq!(
        lines,
        [
            ("sooner", 500, GrantStanding::Next(Turn::ExpiresFirst)),
            ("later", 1_000, GrantStanding::Waiting(Turn::ExpiresLater)),
            ("for ever", 700, GrantStanding::Waiting(Turn::KeptForLast)),
            ("for kwh", 800, GrantStanding::Apart),
            ("gone", 0, GrantStanding::Expired),
            ("spent", 0, GrantStanding::UsedUp),
        ]
    );
    let in_dollars = "update credits set currency = 'USD' where reference = 'for ever'";
    app.db.write(async |conn| sql!(conn, execute, in_dollars)).await.expect("another currency");
    let mut conn = app.db.reader().await.expect("a connection");
    let now = service::balance_of(app, &mut conn, MIRA).await.expect("the balance");
    assert_eq!(sheet.balance, [Money::new(2_200, Currency::EUR)]);
    assert_eq!(now, [Money::new(1_500, Currency::EUR), Money::new(700, Currency::USD)]);
    assert_eq!(service::balance_of(app, &mut conn, "c-nobody").await, Err(AppError::NotFound));
    assert_eq!(
        sheet.pays.iter().map(|one| (one.bill.as_str(), one.amount.minor)).collect::<Vec<_>>(),
        [("1042", 1_200)]
    );
    assert_eq!(sheet.free, [Money::new(1_000, Currency::EUR)], "what a bill will take is not free");
    assert_eq!((sheet.grants[0].free.minor, sheet.grants[1].free.minor), (0, 300));
}

#[tokio::test]
async fn the_page_says_what_happens_by_itself_and_what_does_not() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "whole", 890, date(2026, 12, 7)).await;
    house.add_bill(MIRA, "part", 3_800, date(2026, 12, 9)).await;
    let write = house.app.db.write(async |conn| {
        grant(conn, MIRA, "ends", 1_000, Some(date(2026, 12, 8))).await?;
        grant(conn, MIRA, "stays", 500, None).await
    });
    write.await.expect("grants");
    let sheet = service::sheet(&house.app, MIRA).await.expect("the page");
    let by_itself = |on, because| When::ByItself { on, because };
    let pays: Vec<_> = sheet.pays.iter().map(|one| (one.bill.as_str(), one.amount.minor, one.when)).collect();
    assert_eq!(
        pays,
        [
            ("whole", 890, by_itself(date(2026, 12, 7), Because::Due)),
            ("part", 110, by_itself(date(2026, 12, 8), Because::Expires)),
            ("part", 500, When::IfAsked),
        ]
    );
    assert_eq!((sheet.balance[0].minor, sheet.free[0].minor), (1_500, 500));
    let ends = sheet.grants.iter().find(|one| one.reference == "ends").expect("the grant");
    assert_eq!((ends.pays.len(), ends.free.minor), (2, 0), "nothing of it is lost");
    // Where the books are kept elsewhere nothing happens because it expires.
    let mut config = (*house.app.config).clone();
    config.billing_url = Some("http://127.0.0.1:9/webhooks".to_owned());
    let outside = crate::server::state::AppState { config: std::sync::Arc::new(config), ..house.app.clone() };
    let sheet = service::sheet(&outside, MIRA).await.expect("the page");
    let pays: Vec<_> = sheet.pays.iter().map(|one| (one.bill.as_str(), one.amount.minor, one.when)).collect();
    assert_eq!(pays, [("whole", 890, by_itself(date(2026, 12, 7), Because::Due)), ("part", 610, When::IfAsked)]);
    assert!(sheet.is_outside);
}
