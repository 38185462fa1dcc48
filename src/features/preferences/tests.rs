//! What customers choose about mail, and the links that end it.

use std::collections::BTreeMap;

use super::{
    Preference, Wish,
    service::{new_way_out, of_customer, of_kind, open_way_out, reach, save, use_way_out},
    store,
};
use crate::{
    domain::{notice::NoticeKind, quiet_hours::QuietHours},
    error::{AppError, Problem, Reason, Refusal},
    features::fixture::{Fixture, MIRA, TOM},
    server::db::Conn,
    sql,
};

fn wish(by_mail: bool, from: &str, until: &str) -> Wish {
    Wish { by_mail: by_mail.then(|| "1".to_owned()), quiet_from: from.to_owned(), quiet_until: until.to_owned() }
}

fn wishes<const N: usize>(wishes: [(&str, Wish); N]) -> BTreeMap<String, Wish> {
    wishes.into_iter().map(|(kind, wish)| (kind.to_owned(), wish)).collect()
}

async fn chosen(house: &Fixture, customer: &str, kind: NoticeKind) -> Preference {
    of_kind(&mut house.conn().await, customer, kind).await.expect("a preference")
}

fn token(path: &str) -> &str {
    path.trim_start_matches("/unsubscribe/")
}

#[tokio::test]
async fn without_a_choice_what_costs_or_is_theirs_comes_by_mail() {
    let house = Fixture::new().await;
    let reach = reach(&house.app, MIRA).await.expect("a page");
    let by_mail: Vec<_> = reach.preferences.iter().filter(|one| one.by_mail).map(|one| one.kind).collect();
    use NoticeKind::{Credit, Dispute, Due, FeeCame, FeeWarning, Overdue, UnusualBill};
    assert_eq!(by_mail, [FeeWarning, Dispute, Due, Overdue, FeeCame, UnusualBill, Credit]);
    assert_eq!(reach.preferences.len(), NoticeKind::ALL.len());
    assert!(reach.preferences.iter().all(|one| one.quiet.is_none()));
    assert_eq!((reach.email.as_deref(), reach.sends_mail), (Some("mira@example.com"), false));
}

#[tokio::test]
async fn what_is_chosen_is_kept_for_that_kind_and_that_customer_alone() {
    let house = Fixture::new().await;
    let all = wishes([("credit", wish(false, "22:00", "7:00")), ("competitor", wish(true, "", ""))]);
    save(&house.app, MIRA, &all).await.expect("a choice");
    let credit = chosen(&house, MIRA, NoticeKind::Credit).await;
    assert_eq!((credit.by_mail, credit.quiet), (false, QuietHours::new(1_320, 420)));
    assert!(chosen(&house, MIRA, NoticeKind::Competitor).await.by_mail);
    assert!(chosen(&house, MIRA, NoticeKind::Dispute).await.by_mail, "it was not named");
    assert!(chosen(&house, TOM, NoticeKind::Credit).await.by_mail);
    save(&house.app, MIRA, &wishes([("credit", wish(true, "", ""))])).await.expect("another choice");
    assert_eq!(chosen(&house, MIRA, NoticeKind::Credit).await, Preference::of(NoticeKind::Credit, Some(true), None));
}

#[tokio::test]
async fn a_fee_warning_cannot_be_switched_off() {
    let house = Fixture::new().await;
    save(&house.app, MIRA, &wishes([("fee_warning", wish(false, "22:00", "07:00"))])).await.expect("a choice");
    let warning = chosen(&house, MIRA, NoticeKind::FeeWarning).await;
    assert!(warning.by_mail && warning.quiet.is_some());
    let path = new_way_out(&house.app, MIRA, NoticeKind::FeeWarning, 5).await.expect("a link");
    assert_eq!(use_way_out(&house.app, token(&path)).await, Err(AppError::Refused(Refusal::WarningsStay)));
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update notice_preferences set by_mail = false")).await;
    assert!(chosen(&house, MIRA, NoticeKind::FeeWarning).await.by_mail, "whatever is kept");
}

#[tokio::test]
async fn hours_that_are_none_are_refused_and_everything_typed_is_kept() {
    let house = Fixture::new().await;
    for (from, until, field, reason) in [
        ("22:00", "", "credit-quiet_until", Reason::HalfQuiet),
        ("", "07:00", "credit-quiet_from", Reason::HalfQuiet),
        ("ten", "07:00", "credit-quiet_from", Reason::NotATime),
        ("22:00", "24:00", "credit-quiet_until", Reason::NotATime),
        ("22:00", "22:00", "credit-quiet_until", Reason::QuietAllDay),
        ("\0", "07:00", "credit-quiet_from", Reason::NotATime),
    ] {
        let all = wishes([("credit", wish(false, from, until)), ("dispute", wish(false, "", ""))]);
        let Err(AppError::Invalid { problems, kept }) = save(&house.app, MIRA, &all).await else {
            panic!("{from:?} until {until:?} was taken")
        };
        assert_eq!(problems, [Problem { field: field.to_owned(), reason }]);
        assert!(kept.contains(&("credit-quiet_from".to_owned(), from.to_owned())) && kept.len() == 6);
    }
    assert!(chosen(&house, MIRA, NoticeKind::Dispute).await.by_mail, "refused whole");
    let unknown = save(&house.app, MIRA, &wishes([("spam", wish(true, "", ""))])).await;
    assert_eq!(unknown, Err(AppError::field("form", Reason::Malformed)));
}

#[tokio::test]
async fn a_link_ends_mails_of_its_kind_and_looking_at_it_does_not() {
    let house = Fixture::new().await;
    save(&house.app, MIRA, &wishes([("credit", wish(true, "22:00", "07:00"))])).await.expect("a choice");
    let path = new_way_out(&house.app, MIRA, NoticeKind::Credit, house.app.clock.now_ms()).await.expect("a link");
    for _ in 0..2 {
        assert_eq!(open_way_out(&house.app, token(&path)).await.map(|way_out| way_out.by_mail), Ok(true));
    }
    let twice = tokio::join!(use_way_out(&house.app, token(&path)), use_way_out(&house.app, token(&path)));
    assert_eq!(twice, (Ok(()), Ok(())));
    assert_eq!(open_way_out(&house.app, token(&path)).await.map(|way_out| way_out.by_mail), Ok(false));
    let credit = chosen(&house, MIRA, NoticeKind::Credit).await;
    assert!(!credit.by_mail && credit.quiet.is_some(), "quiet hours stay");
    assert!(chosen(&house, MIRA, NoticeKind::Dispute).await.by_mail);
    assert!(chosen(&house, TOM, NoticeKind::Credit).await.by_mail);
    for unknown in ["", "x", "\0", &"a".repeat(5_000)] {
        let answer = use_way_out(&house.app, unknown).await;
        assert_eq!(answer, Err(AppError::Refused(Refusal::WayOutUnknown)), "{unknown:?}");
    }
}

#[tokio::test]
async fn only_the_hash_of_a_link_is_kept_and_not_for_ever() {
    let house = Fixture::new().await;
    let old = new_way_out(&house.app, MIRA, NoticeKind::Credit, 0).await.expect("a link");
    let mut conn = house.conn().await;
    assert!(store::link(&mut conn, token(&old)).await.expect("no link").is_none(), "a token is no key");
    drop(conn);
    new_way_out(&house.app, MIRA, NoticeKind::Credit, 401 * 86_400_000).await.expect("a link");
    assert_eq!(open_way_out(&house.app, token(&old)).await, Err(AppError::Refused(Refusal::WayOutUnknown)));
    assert_eq!(of_customer(&mut house.conn().await, TOM).await.map(|all| all.len()), Ok(NoticeKind::ALL.len()));
}
