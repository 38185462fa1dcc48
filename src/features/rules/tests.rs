//! Publishing rules, and trying them on history.

use jiff::civil::{Date, date};

use super::{backtest, service};
use crate::{
    domain::{notice::NoticeKind, rule::Rule},
    error::{AppError, Refusal},
    features::advice::tests::office::{Bill, Office},
};

const TODAY: Date = date(2026, 11, 18);

fn warn_at(days: u32) -> Rule {
    let text = format!(
        r#"{{"kind": "fee_warning", "id": "fee-warning", "reason": "Tried.",
            "condition": {{"and": [{{">": [{{"var": "late_fee"}}, 0]}}, {{">": [{{"var": "days_until_fee"}}, 0]}},
                                   {{"<=": [{{"var": "days_until_due"}}, {days}]}}]}}}}"#
    );
    Rule::read(&text).expect("a rule")
}

#[tokio::test]
async fn a_published_rule_decides_from_its_day_on_and_keeps_its_version_in_the_notice() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1042", date(2026, 11, 25))]).await;
    assert!(office.look(None).await.is_empty(), "a week before is too early for the rule that Candor comes with");
    assert_eq!(service::publish(&office.app, &warn_at(10)).await, Ok(2));
    let told = office.look(None).await;
    assert_eq!((told[0].rule.as_str(), told[0].rule_version), ("fee-warning", 2));
    assert!(office.look(Some(date(2026, 11, 17))).await.is_empty(), "yesterday it was not made yet");
    assert_eq!(service::publish(&office.app, &warn_at(2)).await, Ok(3));
    let mut conn = office.app.db.reader().await.expect("a reader");
    let rules = service::in_force(&mut conn, TODAY).await.expect("rules");
    assert_eq!(rules.of_kind(NoticeKind::FeeWarning).map(|rule| rule.version).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn a_draft_is_tried_on_history_beside_the_live_rule_and_changes_nothing() {
    let paid =
        |number: &str, due_on: Date, paid_on: Option<Date>| Bill { paid_on, ..Bill::due("mira", number, due_on) };
    let bills = [
        paid("early", date(2026, 6, 20), Some(date(2026, 6, 1))),
        paid("on the day", date(2026, 6, 20), Some(date(2026, 6, 20))),
        paid("late", date(2026, 7, 20), Some(date(2026, 7, 29))),
        paid("open", date(2026, 8, 20), None),
        // Paid five days before: only a rule that speaks earlier speaks of it.
        paid("five before", date(2026, 9, 20), Some(date(2026, 9, 15))),
    ];
    let office = Office::with(Some(TODAY), &bills).await;
    let found =
        backtest::backtest(&office.app, &warn_at(10), date(2026, 6, 5), date(2026, 10, 1)).await.expect("a replay");
    let live = &found.live;
    assert_eq!((live.notices, live.late_anyway, live.would_have_been_on_time, live.still_open), (3, 1, 1, 1));
    let draft = &found.draft;
    assert_eq!((draft.notices, draft.customers, draft.would_have_been_on_time), (4, 1, 2));
    assert_eq!(draft.amount.get("EUR"), Some(&2_000));
    assert_eq!((found.only_draft, found.only_live), (1, 0));
    let mut conn = office.app.db.reader().await.expect("a reader");
    let told = crate::features::notices::service::told_to_customer(&mut conn, "mira", TODAY, 10).await;
    assert!(told.expect("notices").is_empty());
}

#[tokio::test]
async fn a_rule_that_could_silence_others_or_never_start_is_refused() {
    let office = Office::open(Some(TODAY)).await;
    let ended = Rule { starts_on: date(2026, 1, 1), ends_on: Some(date(2026, 2, 1)), ..warn_at(3) };
    assert_eq!(service::publish(&office.app, &ended).await, Err(AppError::Refused(Refusal::RuleHasEnded)));
    let taken = Rule { id: "fee-warning".to_owned(), ..Rule::usual(NoticeKind::Credit) };
    assert_eq!(service::publish(&office.app, &taken).await, Err(AppError::Refused(Refusal::RuleOfAnotherKind)));
    assert!(service::in_force(&mut office.app.db.reader().await.expect("a reader"), TODAY).await.is_ok());
}
