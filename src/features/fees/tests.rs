//! Making policies and exemptions, and which policy a bill has.

use jiff::civil::{Date, date};

use super::{Draft, VersionStanding, WithoutPolicy, exemptions, forecast::unpack, http::pack, service};
use crate::{
    domain::{
        late_fee::{FeePolicy, OpenBill},
        money::Currency,
        notice::NoticeKind,
    },
    error::{AppError, Reason, Refusal},
    features::{
        advice::tests::office::{Bill, Office},
        bills,
    },
    sql,
};

const TODAY: Date = date(2026, 11, 18);
/// The first day after those that customers are warned of already.
const SOONEST: Date = date(2026, 11, 22);

fn ten_euros_from(starts_on: Date) -> Draft {
    Draft { flat: "10".to_owned(), ..Draft::of(&FeePolicy::suggested(Currency::EUR), starts_on) }
}

#[test]
fn open_bills_reach_the_browser_as_they_were() {
    let bill = |customer, pay_by, is_disputed, is_exempt| OpenBill {
        customer,
        open: 3_820,
        pay_by,
        next: None,
        previous: None,
        is_disputed,
        is_exempt,
    };
    let bills =
        [bill(0, date(2025, 1, 31), true, false), bill(0, TODAY, false, true), bill(1, date(2027, 3, 28), true, true)];
    assert_eq!(unpack(&pack(&bills, TODAY)), Some((TODAY, bills.to_vec())));
    assert_eq!(unpack(&pack(&[], TODAY)), Some((TODAY, Vec::new())));
}

#[tokio::test]
async fn a_new_version_holds_for_bills_due_from_its_first_day() {
    let bills = [Bill::due("mira", "1042", date(2026, 11, 21)), Bill::due("mira", "1043", SOONEST)];
    let office = Office::with(Some(TODAY), &bills).await;
    let omar = office.admin().await;
    let draft = Draft { warn_days: "4".to_owned(), ..ten_euros_from(SOONEST) };
    let version = service::add_version(&office.app, Some(&omar), Currency::EUR, &draft, "Our new terms").await;
    assert_eq!(version, Ok(2));
    let fees: Vec<i64> = office.look(None).await.iter().map(|told| told.amount.minor).collect();
    assert_eq!(fees, [500, 1_000]);

    let page = service::fees(&office.app, Some("EUR"), None).await.expect("the page");
    let standings: Vec<_> = page.versions.iter().map(|version| (version.policy.version, version.standing)).collect();
    assert_eq!(standings, [(2, VersionStanding::Coming), (1, VersionStanding::InForce)]);
    assert_eq!(page.versions[0].made_by.as_deref(), Some("Omar"));
}

#[tokio::test]
async fn a_coming_version_is_taken_back_before_it_starts_and_never_after() {
    let office = Office::open(Some(TODAY)).await;
    let omar = office.admin().await;
    let draft = ten_euros_from(SOONEST);
    let coming =
        service::add_version(&office.app, Some(&omar), Currency::EUR, &draft, "A mistake").await.expect("a version");
    assert_eq!(
        service::coming(&mut office.app.db.reader().await.expect("a connection"), TODAY).await.expect("a list").len(),
        1
    );
    service::withdraw(&office.app, &omar, Currency::EUR, coming).await.expect("taken back");
    let again = service::withdraw(&office.app, &omar, Currency::EUR, coming).await;
    assert_eq!(again, Err(AppError::Refused(Refusal::NotComing)));
    let mut conn = office.app.db.reader().await.expect("a connection");
    let policies = service::policies(&mut conn, TODAY).await.expect("policies");
    assert_ne!(policies.for_bill_due(Currency::EUR, SOONEST).version, coming);
    assert!(service::coming(&mut conn, TODAY).await.expect("a list").is_empty());
    let page = service::fees(&office.app, Some("EUR"), None).await.expect("the page");
    assert_eq!(page.versions[0].withdrawn, Some((TODAY, Some("Omar".to_owned()))), "what was taken back is kept");
    let next =
        service::add_version(&office.app, Some(&omar), Currency::EUR, &draft, "As meant").await.expect("a version");
    assert_eq!(next, coming + 1);
    let mut begun = office.app.clone();
    begun.clock.fixed = Some(SOONEST);
    let late = service::withdraw(&begun, &omar, Currency::EUR, next).await;
    assert_eq!(late, Err(AppError::Refused(Refusal::NotComing)), "what is in force is followed, not taken back");
}

#[tokio::test]
async fn a_look_as_of_an_earlier_day_does_not_know_a_policy_made_later() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1042", SOONEST)]).await;
    let omar = office.admin().await;
    let draft = ten_euros_from(SOONEST);
    service::add_version(&office.app, Some(&omar), Currency::EUR, &draft, "Our new terms").await.expect("a version");
    let mut conn = office.app.db.reader().await.expect("a connection");
    let mut version_known_on = async |day| {
        let policies = service::policies(&mut conn, day).await.expect("policies");
        policies.for_bill_due(Currency::EUR, SOONEST).version
    };
    assert_eq!(version_known_on(date(2026, 11, 17)).await, 1);
    assert_eq!(version_known_on(TODAY).await, 2);
}

#[tokio::test]
async fn two_admins_who_save_at_once_make_two_versions() {
    let office = Office::open(Some(TODAY)).await;
    let omar = office.admin().await;
    let draft = ten_euros_from(SOONEST);
    let save = || service::add_version(&office.app, Some(&omar), Currency::USD, &draft, "Our new terms");
    let (one, other) = tokio::join!(save(), save());
    let mut versions = [one.expect("a version"), other.expect("a version")];
    versions.sort_unstable();
    assert_eq!(versions, [1, 2]);
}

#[tokio::test]
async fn a_refused_policy_keeps_what_was_typed() {
    let office = Office::open(Some(TODAY)).await;
    let omar = office.admin().await;
    let draft = Draft { flat: "5,005".to_owned(), cap: "1.001".to_owned(), ..ten_euros_from(SOONEST) };
    let refused =
        service::add_version(&office.app, Some(&omar), Currency::EUR, &draft, " ").await.expect_err("refused");
    let AppError::Invalid { problems, kept } = refused else { panic!("{refused:?}") };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["cap", "reason"]);
    assert!(kept.contains(&("cap".to_owned(), "1.001".to_owned())));
    assert_eq!(kept.len(), 11);
}

#[tokio::test]
async fn the_effect_counts_the_open_bills_of_one_currency() {
    let bills = [
        Bill::due("ana", "1", date(2026, 11, 20)),
        Bill::due("mira", "2", date(2026, 11, 24)),
        Bill::due("mira", "3", date(2026, 11, 24)),
    ];
    let office = Office::with(Some(TODAY), &bills).await;
    let earlier = Draft { warn_days: "7".to_owned(), ..ten_euros_from(SOONEST) };
    let page = service::fees(&office.app, None, Some(earlier)).await.expect("the page");
    let forecast = page.forecast.expect("a forecast");
    assert_eq!((forecast.effect.customers, forecast.effect.fees_spared), (2, 3_000));
    assert_eq!((page.live.customers, page.live.fees_spared), (1, 500));
    let (today, open) = service::open_bills(&office.app, Currency::EUR).await.expect("open bills");
    assert_eq!((today, open.len()), (TODAY, 3));
    let other = service::fees(&office.app, Some("CHF"), None).await.expect("the page");
    assert_eq!(other.forecast.map(|forecast| forecast.effect.bills), Some(0));
}

#[tokio::test]
async fn an_exempt_customer_is_left_in_peace_until_the_exemption_ends() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1042", date(2026, 11, 20))]).await;
    let omar = office.admin().await;
    let typed = |customer, since, until| exemptions::Typed { customer, since, until, why: "By contract" };
    exemptions::add(&office.app, &omar, typed("mira", "2026-01-01", "")).await.expect("exempt");
    assert!(office.look(None).await.is_empty());
    let twice = exemptions::add(&office.app, &omar, typed("mira", "2026-03-01", "2026-04-01")).await;
    assert!(matches!(twice, Err(AppError::Invalid { problems, .. }) if problems[0].reason == Reason::AlreadyExempt));
    for (customer, since, until, field) in [
        ("nobody", "2026-01-01", "", "customer"),
        ("", "2026-01-01", "", "customer"),
        ("mira", "soon", "", "since"),
        ("mira", "2026-02-01", "2026-01-01", "until"),
    ] {
        match exemptions::add(&office.app, &omar, typed(customer, since, until)).await {
            Err(AppError::Invalid { problems, kept }) => {
                assert_eq!(problems[0].field, field);
                assert_eq!(kept.len(), 4);
            }
            other => panic!("{other:?}"),
        }
    }

    let mut conn = office.app.db.reader().await.expect("a reader");
    let exempt = exemptions::from(&mut conn, TODAY).await.expect("exemptions").remove(0);
    drop(conn);
    assert_eq!(exempt.made_by.as_deref(), Some("Omar"));
    exemptions::end(&office.app, &exempt.id).await.expect("ended");
    assert_eq!(exemptions::end(&office.app, &exempt.id).await, Err(AppError::NotFound));
    assert!(office.look(Some(TODAY)).await.is_empty(), "today is its last day");
    assert_eq!(office.look(Some(date(2026, 11, 19))).await.len(), 1);
}

#[tokio::test]
async fn what_customers_were_told_holds() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1042", date(2026, 11, 20))]).await;
    let omar = office.admin().await;
    let draft = ten_euros_from(date(2026, 11, 20));
    let refused =
        service::add_version(&office.app, Some(&omar), Currency::EUR, &draft, "More").await.expect_err("refused");
    let AppError::Invalid { problems, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].reason, Reason::StartsTooSoon(3));
    let page = service::fees(&office.app, Some("EUR"), None).await.expect("the page");
    assert_eq!(page.draft.starts_on, SOONEST.to_string());
}

#[tokio::test]
async fn no_fee_is_known_until_somebody_saves_a_policy() {
    let office = Office::without_policy(Some(TODAY)).await;
    let disputed = Bill { disputed_on: Some(date(2026, 11, 10)), ..Bill::due("ana", "1", date(2026, 11, 20)) };
    let late = Bill::due("tom", "2", date(2026, 11, 1));
    office.add(&[disputed, late, Bill::due("mira", "3", date(2026, 11, 20))]).await;
    let told: Vec<_> = office.look(None).await.into_iter().map(|told| (told.kind, told.subject)).collect();
    let said = |kind, bill: &str| (kind, bill.to_owned());
    assert_eq!(
        told,
        [said(NoticeKind::Dispute, "1"), said(NoticeKind::Due, "3"), said(NoticeKind::Overdue, "2")],
        "a dispute is settled first all the same, and what is due is told without a word of a fee"
    );

    let page = service::fees(&office.app, None, None).await.expect("the page");
    assert!(page.versions.is_empty());
    assert_eq!((page.draft.flat.as_str(), page.draft.starts_on.as_str()), ("5.00", "2026-11-18"), "a suggestion");
    assert_eq!((page.open_bills, page.live.customers), (3, 0));
    let mut conn = office.app.db.reader().await.expect("a reader");
    let without = service::without_policy(&mut conn, TODAY).await.expect("currencies");
    assert_eq!(without, [WithoutPolicy { currency: Currency::EUR, open_bills: 3 }]);
    drop(conn);
    for (customer, number) in [("tom", "2"), ("mira", "3")] {
        let sheet = bills::service::sheet(&office.app, customer, number).await.expect("the bill");
        assert_eq!(sheet.fee, None, "{number}");
        assert!(!sheet.state.words().contains("fee"), "{number}");
    }

    let version =
        service::add_version(&office.app, None, Currency::EUR, &page.draft, "Our terms").await.expect("a version");
    assert_eq!(version, 1, "made on the command line, for bills due from today");
    let told: Vec<_> = office.look(None).await.into_iter().map(|told| (told.subject, told.amount.minor)).collect();
    assert_eq!(told, [("3".to_owned(), 500)], "a bill that was due before keeps its peace");
    let mut conn = office.app.db.reader().await.expect("a reader");
    assert_eq!(service::without_policy(&mut conn, TODAY).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_policy_is_for_its_own_currency_alone() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "3", date(2026, 11, 20))]).await;
    office
        .write(async |conn| sql!(conn, execute, "update invoices set currency = 'KWD' where number = '3'").map(drop))
        .await;
    let told: Vec<_> = office.look(None).await.into_iter().map(|told| told.kind).collect();
    assert_eq!(told, [NoticeKind::Due]);
    let mut conn = office.app.db.reader().await.expect("a reader");
    let without = service::without_policy(&mut conn, TODAY).await.expect("currencies");
    assert_eq!(
        without.iter().map(|without| without.words()).collect::<Vec<_>>(),
        ["Candor knows of no late fee in KWD: 1 open bill draws none, and nobody is warned of one."]
    );
}
