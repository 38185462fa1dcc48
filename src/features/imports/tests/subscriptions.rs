//! Files of subscriptions.

use super::{Desk, refused, tally};
use crate::domain::import::Kind;

const OWN: &str = "reference,customer,plan,starts_on,ends_on,committed_until\n";
const KEPT: &str = "select reference || ' ' || external_id || ' ' || code || ' ' || starts_on || ' ' ||
                           coalesce(ends_on, '-') || ' ' || coalesce(committed_until, '-')
                    from subscriptions join customers on customers.id = customer_id join plans on plans.id = plan_id
                    order by reference";

#[tokio::test]
async fn subscriptions_are_kept_and_follow_their_plan() {
    let desk = Desk::with_plans().await;
    let text = format!("{OWN}S1,C1,basic,2026-01-01,,2026-12-31\nS2,C2,plus,2026-02-01,2026-02-01,\n");
    assert_eq!(desk.bring(Kind::Subscriptions, &text).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Subscriptions, &text).await.tally, tally(2, 0, 0, 2, 0));
    let since = "select reference || ' ' || coalesce(plan_since, '-') from subscriptions order by reference";
    assert_eq!(desk.texts(since).await, ["S1 -", "S2 -"], "a new one has its plan since it starts");
    assert_eq!(desk.texts(KEPT).await, ["S1 C1 basic 2026-01-01 - 2026-12-31", "S2 C2 plus 2026-02-01 2026-02-01 -"]);
    let moved = "subscription id,account,product,start date,end\nS1,C1,plus,2026-01-01,2026-06-30\n";
    let mapping = "reference = { column = \"subscription id\" }\ncustomer = { column = \"account\" }\n\
                   plan = { column = \"product\" }\nstarts_on = { column = \"start date\" }\nends_on = { column = \"end\" }\n";
    let report = desk.try_to(Kind::Subscriptions, moved, Some(mapping), false).await.expect("a file");
    assert_eq!(report.tally, tally(1, 0, 1, 0, 0));
    assert_eq!(desk.number("select count(*) from subscriptions where plan_since is not null").await, 1);
    assert_eq!(desk.texts("select reference from subscriptions where plan_since > starts_on").await, ["S1"]);
    assert_eq!(desk.texts(KEPT).await[0], "S1 C1 plus 2026-01-01 2026-06-30 2026-12-31");
}

#[tokio::test]
async fn bad_subscriptions_are_refused_in_words() {
    let desk = Desk::with_plans().await;
    desk.bring(Kind::Subscriptions, format!("{OWN}S1,C1,basic,2026-01-01,2026-06-30,\n")).await;
    let text = format!(
        "{OWN}S2,C9,basic,2026-01-01,,\n\
         S3,C1,gone,2026-01-01,,\n\
         S4,C1,basic,2026-01-02,2026-01-01,\n\
         S5,C1,basic,2026-01-02,,2026-01-01\n\
         S1,C2,basic,2026-01-01,,\n\
         S6,C1,basic,2026-01-01,,\n\
         S6,C1,plus,2026-01-01,,\n"
    );
    let report = desk.bring(Kind::Subscriptions, text).await;
    assert_eq!(report.tally, tally(7, 1, 0, 0, 6));
    assert_eq!(
        refused(&report),
        [
            (2, "customer", "no customer has the id “C9”"),
            (3, "plan", "no plan has the code “gone”"),
            (4, "ends_on", "it ends on 2026-01-01, before it starts on 2026-01-02"),
            (5, "committed_until", "it is committed until 2026-01-01, before it starts on 2026-01-02"),
            (6, "reference", "the subscription “S1” belongs to another customer"),
            (8, "reference", "“S6” stands in an earlier row with other values; the earlier row holds"),
        ]
    );
    let later = "reference,customer,plan,starts_on\nS1,C1,basic,2026-07-01\n";
    let report = desk.bring(Kind::Subscriptions, later).await;
    let words = "it ends on 2026-06-30, before it starts on 2026-07-01";
    assert_eq!(refused(&report), [(2, "ends_on", words)], "the end that is kept counts as well");
}
