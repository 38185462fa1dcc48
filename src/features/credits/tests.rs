//! The page of credit.

use jiff::civil::date;

use super::{GrantStanding, service};
use crate::{
    domain::{
        credit::Turn,
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
        sheet.pays.iter().map(|(bill, amount)| (bill.as_str(), amount.minor)).collect::<Vec<_>>(),
        [("1042", 1_200)]
    );
}
