//! Files of usage.

use super::{Desk, refused, tally};
use crate::domain::import::Kind;

const OWN: &str = "customer,meter,used_on,quantity\n";
const KEPT: &str = "select external_id || ' ' || meter || ' ' || used_on || ' ' || quantity
                    from usage join customers on customers.id = customer_id order by external_id, meter, used_on";

#[tokio::test]
async fn usage_is_kept_by_customer_meter_and_day() {
    let desk = Desk::with_customers().await;
    let text = format!(
        "{OWN}C1,kWh,2026-11-01,312.5\nC1,kWh,2026-11-02,0\nC1,calls,2026-11-01,0.000001\nC2,kWh,2026-11-01,7\n"
    );
    let tried = desk.try_to(Kind::Usage, &text, None, true).await.expect("a try");
    assert_eq!(tried.tally, tally(4, 4, 0, 0, 0));
    assert_eq!(desk.number("select count(*) from usage").await, 0);
    assert_eq!(desk.bring(Kind::Usage, &text).await.tally, tally(4, 4, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Usage, &text).await.tally, tally(4, 0, 0, 4, 0));
    let kept =
        ["C1 calls 2026-11-01 1", "C1 kWh 2026-11-01 312500000", "C1 kWh 2026-11-02 0", "C2 kWh 2026-11-01 7000000"];
    assert_eq!(desk.texts(KEPT).await, kept);
    let corrected = format!("{OWN}C1,kWh,2026-11-01,300\nC1,kWh,2026-11-02,0.0\n");
    assert_eq!(desk.bring(Kind::Usage, corrected).await.tally, tally(2, 0, 1, 1, 0));
}

#[tokio::test]
async fn bad_usage_is_refused_in_words() {
    let desk = Desk::with_customers().await;
    let text = format!(
        "{OWN}C9,kWh,2026-11-01,1\n\
         C1,,2026-11-01,1\n\
         C1,kWh,2026-11-01,-1\n\
         C1,kWh,2026-11-01,0.1234567\n\
         C1,kWh,2026-11-01,1000000000001\n\
         C1,kWh,2026-11-01,some\n\
         C1,kWh,2026-11-01,\"1,234\"\n\
         C1,kWh,2026-11-01,5\n\
         C1,kWh,2026-11-01,5.0\n\
         C1,kWh,2026-11-01,6\n"
    );
    let tried = desk.try_to(Kind::Usage, &text, None, true).await.expect("a try");
    let report = desk.bring(Kind::Usage, &text).await;
    assert_eq!((tried.tally, tried.errors), (report.tally, report.errors.clone()));
    assert_eq!(report.tally, tally(10, 1, 0, 1, 8));
    assert_eq!(
        refused(&report),
        [
            (2, "customer", "no customer has the id “C9”"),
            (3, "meter", "this is empty, and it is needed"),
            (4, "quantity", "“-1” is below zero"),
            (5, "quantity", "“0.1234567” has more than the 6 digits after the point that are kept"),
            (6, "quantity", "“1000000000001” is too large to be kept exactly"),
            (7, "quantity", "“some” is not a quantity: write digits with a point, such as 12.50"),
            (8, "quantity", "“1,234” can be read in two ways: say that it is written as 1,234.56 or as 1.234,56"),
            (11, "used_on", "“C1 kWh 2026-11-01” stands in an earlier row with other values; the earlier row holds"),
        ]
    );
}

#[tokio::test]
async fn a_mapping_says_how_quantities_are_written() {
    let desk = Desk::with_customers().await;
    let mapping = "customer = { column = \"Kunde\" }\nmeter = { value = \"kWh\" }\n\
                   used_on = { column = \"Tag\", format = \"D.M.YYYY\" }\n\
                   quantity = { column = \"Menge\", format = \"1.234,56\", type = \"quantity\" }\n";
    let text = "Kunde;Tag;Menge\nC1;1.11.2026;1,234\nC2;1.11.2026;1.234\n";
    let report = desk.try_to(Kind::Usage, text, Some(mapping), false).await.expect("a file");
    assert_eq!(report.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.texts(KEPT).await, ["C1 kWh 2026-11-01 1234000", "C2 kWh 2026-11-01 1234000000"]);
}

#[tokio::test]
async fn many_rows_of_usage_are_kept_over_their_batches() {
    let desk = Desk::with_customers().await;
    let mut text = OWN.to_owned();
    for number in 0..3_000 {
        let (customer, month, day) = (1 + number % 3, 1 + number / 3 % 12, 1 + number / 36 % 28);
        text.push_str(&format!("C{customer},meter {},2026-{month:02}-{day:02},{number}\n", number / 1_008));
    }
    let created = tally(3_000, 3_000, 0, 0, 0);
    assert_eq!(desk.try_to(Kind::Usage, &text, None, true).await.expect("a try").tally, created);
    assert_eq!(desk.bring(Kind::Usage, &text).await.tally, created);
    assert_eq!(desk.bring(Kind::Usage, &text).await.tally, tally(3_000, 0, 0, 3_000, 0));
    let all = 2_999 * 3_000 / 2 * 1_000_000;
    assert_eq!(desk.number("select cast(sum(quantity) as bigint) from usage").await, all);
}
