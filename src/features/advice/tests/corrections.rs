//! What was told and became worse is put right, once; what is over or better is said beside it, without a new message.

use jiff::civil::{Date, date};

use super::office::{Bill, Office, add_two_plans, dispute, grant, pay};
use crate::{
    domain::notice::NoticeKind,
    features::notices::{
        NoticeCard, Stands, ToldNotice,
        service::{current_for_customer, told_to_customer},
    },
    server::db::Conn,
    sql,
};

const DUE: Date = date(2026, 7, 6);
const TOLD: Date = date(2026, 7, 4);
const AFTER: Date = date(2026, 7, 5);

/// A share of what is open, and nothing else.
async fn five_percent(conn: &mut Conn<'_>) -> sqlx::Result<()> {
    let text =
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                          minimum_amount, warn_days, reason, made_at, made_on)
                values ('p', 'EUR', 2, '2020-01-01', 0, 0, 50000, 0, 3, 'a test', 0, '2020-01-01')";
    sql!(conn, execute, text).map(drop)
}

async fn with_two_bills() -> Office {
    let bill = |number: &str, amount| Bill { amount, ..Bill::due("mira", number, DUE) };
    let office = Office::with(None, &[bill("less", 100_000), bill("more", 10_000)]).await;
    office.write(async |conn| five_percent(conn).await).await;
    office
}

async fn current(office: &Office, day: Date) -> Vec<NoticeCard> {
    let mut conn = office.app.db.reader().await.expect("a reader");
    current_for_customer(&mut conn, "mira", day).await.expect("notices")
}

/// The oldest first.
async fn all_told(office: &Office, day: Date) -> Vec<ToldNotice> {
    let mut conn = office.app.db.reader().await.expect("a reader");
    let mut told = told_to_customer(&mut conn, "mira", day, 20).await.expect("notices");
    told.reverse();
    told
}

fn of<'t>(told: &'t [ToldNotice], subject: &str) -> Vec<&'t ToldNotice> {
    told.iter().filter(|told| told.card.subject == subject).collect()
}

#[tokio::test]
async fn a_fee_that_became_higher_is_told_again_and_one_that_became_lower_stands_beside_what_was_told() {
    let office = with_two_bills().await;
    let first = office.look(Some(TOLD)).await;
    let mut amounts: Vec<_> = first.iter().map(|told| (told.subject.as_str(), told.amount.minor)).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [("less", 5_000), ("more", 500)]);
    assert!(first.iter().all(|told| told.corrects.is_none()));
    office
        .write(async |conn| {
            sql!(conn, execute, "update invoices set amount = 10000 where number = 'less'")?;
            sql!(conn, execute, "update invoices set amount = 200000 where number = 'more'")?;
            pay(conn, "less", 6_000, AFTER).await
        })
        .await;
    // Before any new look the page says today's figures.
    let fees = |cards: &[NoticeCard]| {
        let mut fees: Vec<_> = cards.iter().map(|card| (card.subject.clone(), card.amount.minor)).collect();
        fees.sort_unstable();
        fees
    };
    let expected = [("less".to_owned(), 200), ("more".to_owned(), 10_000)];
    assert_eq!(fees(&current(&office, AFTER).await), expected);
    let told = office.look(Some(AFTER)).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].subject.as_str(), told[0].kind, told[0].amount.minor),
        ("more", NoticeKind::FeeWarning, 10_000)
    );
    let all = all_told(&office, AFTER).await;
    let (less, more) = (of(&all, "less"), of(&all, "more"));
    assert_eq!(told[0].corrects.as_ref(), Some(&more[0].card.id));
    assert_eq!((more.len(), more[0].corrected_by.as_ref()), (2, Some(&more[1].card.id)));
    assert_eq!((more[0].card.amount.minor, more[0].standing.is), (500, Stands::Changed), "kept to the letter");
    assert_eq!((more[1].card.amount.minor, more[1].standing.is), (10_000, Stands::StillSo));
    assert_eq!((less[0].card.amount.minor, less[0].standing.is), (5_000, Stands::Changed));
    assert_eq!(less[0].now.as_ref().map(|now| now.amount.minor), Some(200));
    assert_eq!(fees(&current(&office, AFTER).await), expected);
    assert!(office.look(Some(AFTER)).await.is_empty(), "once for each change");
    office
        .write(async |conn| sql!(conn, execute, "update invoices set amount = 300000 where number = 'more'").map(drop))
        .await;
    let again = office.look(Some(AFTER)).await;
    assert_eq!(again.iter().map(|told| told.corrects.as_ref()).collect::<Vec<_>>(), [Some(&more[1].card.id)]);
}

#[tokio::test]
async fn an_earlier_day_is_told_again() {
    let office = with_two_bills().await;
    office.look(Some(TOLD)).await;
    office
        .write(async |conn| {
            sql!(conn, execute, "update invoices set due_on = '2026-07-05' where number = 'more'").map(drop)
        })
        .await;
    let told = office.look(Some(TOLD)).await;
    assert_eq!(
        told.iter().map(|told| (told.subject.as_str(), told.due_on)).collect::<Vec<_>>(),
        [("more", Some(AFTER))]
    );
    assert!(told[0].corrects.is_some());
    let all = all_told(&office, TOLD).await;
    assert_eq!(of(&all, "more")[0].now.as_ref().and_then(|now| now.fee_on), Some(DUE));
}

#[tokio::test]
async fn credit_that_no_longer_pays_a_bill_is_put_right() {
    let office = with_two_bills().await;
    office.write(async |conn| grant(conn, "mira", "SORRY", 200_000, None).await).await;
    let told = office.look(Some(TOLD)).await;
    assert!(told.iter().all(|told| told.kind == NoticeKind::NothingToDo), "{told:?}");
    office.write(async |conn| sql!(conn, execute, "update credits set used = amount").map(drop)).await;
    let told = office.look(Some(TOLD)).await;
    assert_eq!(told.iter().map(|told| told.kind).collect::<Vec<_>>(), [NoticeKind::FeeWarning; 2]);
    assert!(told.iter().all(|told| told.corrects.is_some()), "{told:?}");
    let all = all_told(&office, TOLD).await;
    assert_eq!(of(&all, "more")[0].standing.is, Stands::Changed, "{:?}", of(&all, "more")[0].standing);
    office.write(async |conn| sql!(conn, execute, "update credits set used = 0").map(drop)).await;
    let all = all_told(&office, TOLD).await;
    let of_more = of(&all, "more");
    let warning = of_more.iter().find(|told| told.card.kind == NoticeKind::FeeWarning).expect("a warning");
    assert_eq!((warning.standing.is, warning.standing.why.as_str()), (Stands::Over, "Your credit pays this bill."));
    assert!(office.look(Some(TOLD)).await.is_empty(), "what became better needs no message");
    office.write(async |conn| sql!(conn, execute, "update credits set used = amount").map(drop)).await;
    assert!(office.look(Some(TOLD)).await.is_empty(), "the warning, told last, is so again");
    let all = all_told(&office, TOLD).await;
    let of_more = of(&all, "more");
    let warning = of_more.iter().find(|told| told.card.kind == NoticeKind::FeeWarning).expect("a warning");
    assert_eq!(warning.standing.is, Stands::StillSo);
}

#[tokio::test]
async fn what_is_over_says_why_and_since_when() {
    let office = with_two_bills().await;
    office.look(Some(TOLD)).await;
    let standing = async |day| {
        let all = all_told(&office, day).await;
        let standing = of(&all, "more")[0].standing.clone();
        (standing.is, standing.why, standing.since)
    };
    office.write(async |conn| dispute(conn, "more", Some(AFTER)).await).await;
    let (is, why, since) = standing(AFTER).await;
    assert_eq!((is, since), (Stands::Over, Some(AFTER)));
    assert!(why.contains("not right"), "{why}");
    office.write(async |conn| dispute(conn, "more", None).await).await;
    office
        .write(async |conn| sql!(conn, execute, "update invoices set status = 'void' where number = 'more'").map(drop))
        .await;
    assert_eq!(standing(AFTER).await, (Stands::Over, "The bill was taken back.".to_owned(), None));
    office
        .write(async |conn| {
            sql!(conn, execute, "update invoices set status = 'open' where number = 'more'")?;
            pay(conn, "more", 10_000, AFTER).await
        })
        .await;
    assert_eq!(standing(DUE).await, (Stands::Paid, "The bill is paid.".to_owned(), Some(AFTER)));
    assert!(current(&office, AFTER).await.iter().all(|card| card.subject != "more"));
}

const NOVEMBER: Date = date(2026, 11, 22);

async fn advised() -> Office {
    let office = Office::open(None).await;
    office.write(async |conn| add_two_plans(conn, NOVEMBER, &[2; 12]).await).await;
    assert_eq!(office.look(Some(NOVEMBER)).await.len(), 1);
    office
}

#[tokio::test]
async fn advice_whose_plan_got_dearer_is_taken_back_once() {
    let office = advised().await;
    office
        .write(async |conn| sql!(conn, execute, "update plans set monthly_fee = 4000 where code = 'small'").map(drop))
        .await;
    assert!(current(&office, NOVEMBER).await.is_empty(), "the page knows before any look");
    let told = office.look(Some(NOVEMBER)).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].subject.as_str(), told[0].amount.minor), ("small", 0));
    assert!(told[0].corrects.is_some() && told[0].evidence.says.contains("€60.00 more"), "{:?}", told[0]);
    let all = all_told(&office, NOVEMBER).await;
    assert_eq!(all[0].standing.is, Stands::Over);
    assert!(all[0].standing.why.contains("would now cost €60.00 more"), "{:?}", all[0].standing);
    let shown = current(&office, NOVEMBER).await;
    assert_eq!(shown.iter().map(|card| &card.id).collect::<Vec<_>>(), [&all[1].card.id]);
    assert!(office.look(Some(NOVEMBER)).await.is_empty(), "once");
    assert!(current(&office, date(2026, 12, 20)).await.is_empty(), "not for ever");
}

#[tokio::test]
async fn advice_whose_plan_is_closed_is_taken_back_and_advice_that_was_followed_is_not() {
    let office = advised().await;
    office
        .write(async |conn| {
            sql!(conn, execute, "update plans set open_until = '2026-11-20' where code = 'small'").map(drop)
        })
        .await;
    let told = office.look(Some(NOVEMBER)).await;
    assert!(
        told.len() == 1 && told[0].evidence.says.contains("closed to new customers since 21 November 2026"),
        "{told:?}"
    );
    let followed = advised().await;
    followed.write(async |conn| sql!(conn, execute, "update subscriptions set plan_id = 'small'").map(drop)).await;
    assert!(followed.look(Some(NOVEMBER)).await.is_empty());
    let all = all_told(&followed, NOVEMBER).await;
    assert_eq!((all[0].standing.is, all[0].standing.why.as_str()), (Stands::Over, "You are on this plan now."));
}

#[tokio::test]
async fn a_saving_that_became_much_smaller_is_put_right_and_a_little_less_is_not() {
    for (fee, corrected) in [(2_300, false), (3_000, true)] {
        let office = advised().await;
        office
            .write(async |conn| {
                sql!(conn, execute, "update plans set monthly_fee = $1 where code = 'small'", fee).map(drop)
            })
            .await;
        let saving = (3_500 - fee) * 12;
        assert_eq!(current(&office, NOVEMBER).await[0].amount.minor, saving, "today's figure");
        let told = office.look(Some(NOVEMBER)).await;
        let expected: &[i64] = if corrected { &[saving] } else { &[] };
        assert_eq!(told.iter().map(|told| told.amount.minor).collect::<Vec<_>>(), expected);
    }
}
