//! Files of credits.

use super::{Desk, refused, tally};
use crate::domain::import::Kind;

const OWN: &str = "reference,customer,currency,amount,used,granted_on,expires_on,scope,reason\n";
const KEPT: &str = "select reference || ' ' || external_id || ' ' || currency || ' ' || amount || ' ' || used || ' ' ||
                           granted_on || ' ' || coalesce(expires_on, '-') || ' ' || coalesce(scope, '-') || ' ' ||
                           coalesce(reason, '-')
                    from credits join customers on customers.id = customer_id order by reference";

#[tokio::test]
async fn credits_are_kept_with_what_was_used_of_them() {
    let desk = Desk::with_customers().await;
    let text = format!("{OWN}G1,C1,EUR,25,5.50,2026-10-01,2026-12-31,kWh,sorry\nG2,C2,EUR,25,,2026-10-01,,,\n");
    assert_eq!(desk.bring(Kind::Credits, &text).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Credits, &text).await.tally, tally(2, 0, 0, 2, 0));
    assert_eq!(
        desk.texts(KEPT).await,
        ["G1 C1 EUR 2500 550 2026-10-01 2026-12-31 kWh sorry", "G2 C2 EUR 2500 0 2026-10-01 - - -"]
    );
    let short = "reference,customer,currency,amount,granted_on\nG1,C1,EUR,30,2026-10-01\nG3,C3,JPY,300,2026-10-01\n";
    assert_eq!(desk.bring(Kind::Credits, short).await.tally, tally(2, 1, 1, 0, 0));
    let kept = desk.texts(KEPT).await;
    assert_eq!(kept[0], "G1 C1 EUR 3000 550 2026-10-01 2026-12-31 kWh sorry");
    assert_eq!(kept[2], "G3 C3 JPY 300 0 2026-10-01 - - -");
}

#[tokio::test]
async fn bad_credits_are_refused_in_words() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Credits, format!("{OWN}G1,C1,EUR,25,20,2026-10-01,2026-12-31,,\n")).await;
    let text = format!(
        "{OWN}G2,C9,EUR,25,,2026-10-01,,,\n\
         G3,C1,EUR,0,,2026-10-01,,,\n\
         G4,C1,EUR,25,25.01,2026-10-01,,,\n\
         G5,C1,EUR,25,-1,2026-10-01,,,\n\
         G6,C1,EUR,25,,2026-10-01,2026-09-30,,\n\
         G1,C2,EUR,25,20,2026-10-01,,,\n\
         G1,C1,JPY,25,20,2026-10-01,,,\n\
         G7,C1,EUR,25,25,2026-10-01,2026-10-01,,\n\
         G7,C1,EUR,26,25,2026-10-01,2026-10-01,,\n"
    );
    let report = desk.bring(Kind::Credits, text).await;
    assert_eq!(report.tally, tally(9, 1, 0, 0, 8));
    assert_eq!(
        refused(&report),
        [
            (2, "customer", "no customer has the id “C9”"),
            (3, "amount", "the amount is zero"),
            (4, "used", "€25.01 of it was used, which is more than the €25.00 it was granted with"),
            (5, "used", "“-1” is below zero"),
            (6, "expires_on", "it can be used until 2026-09-30, before it was granted on 2026-10-01"),
            (7, "reference", "the credit “G1” belongs to another customer"),
            (8, "currency", "the credit “G1” is in EUR here, and what was used of it with it"),
            (10, "reference", "“G7” stands in an earlier row with other values; the earlier row holds"),
        ]
    );
    let smaller = "reference,customer,currency,amount,granted_on\nG1,C1,EUR,19,2026-10-01\n";
    let report = desk.bring(Kind::Credits, smaller).await;
    let words = "€20.00 of it was used, which is more than the €19.00 it was granted with";
    assert_eq!(refused(&report), [(2, "used", words)], "what is kept as used counts as well");
}
