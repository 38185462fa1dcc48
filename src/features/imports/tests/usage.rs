//! Files of usage.

use super::{Desk, refused, tally, warned};
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
         C1,kWh,2026-11-02,-1\n\
         C1,kWh,2026-11-03,0.1234567\n\
         C1,kWh,2026-11-04,1000000000001\n\
         C1,kWh,2026-11-05,some\n\
         C1,kWh,2026-11-05,2\n\
         C1,kWh,2026-11-06,5\n"
    );
    let tried = desk.try_to(Kind::Usage, &text, None, true).await.expect("a try");
    let report = desk.bring(Kind::Usage, &text).await;
    assert_eq!((tried.tally, tried.errors), (report.tally, report.errors.clone()));
    assert_eq!(report.tally, tally(8, 1, 0, 0, 7));
    assert_eq!(
        refused(&report),
        [
            (2, "customer", "no customer has the id “C9”"),
            (3, "meter", "this is empty, and it is needed"),
            (
                4,
                "quantity",
                "the use of “C1 kWh 2026-11-02” comes to -1 in this file, which is below zero: send the day's corrected total, \
                 or the rows it takes back with it"
            ),
            (5, "quantity", "“0.1234567” has more than the 6 digits after the point that are kept"),
            (6, "quantity", "“1000000000001” is too large to be kept exactly"),
            (7, "quantity", "“some” is not a quantity: write digits with a point, such as 12.50"),
            (
                8,
                "quantity",
                "another row of “C1 kWh 2026-11-05” was refused, and the rows of one day are kept together"
            ),
        ]
    );
}

#[tokio::test]
async fn rows_of_one_customer_meter_and_day_add_up() {
    let desk = Desk::with_customers().await;
    let mut text = OWN.to_owned();
    // The parts of each day stand far from each other, in other batches.
    for part in ["0.1", "0.5", "0.50", "-0.1"] {
        for day in 0..600 {
            text.push_str(&format!("C{},gb,2026-{:02}-{:02},{part}\n", 1 + day % 2, 1 + day / 56, 1 + day / 2 % 28));
        }
    }
    let created = tally(2_400, 2_400, 0, 0, 0);
    assert_eq!(desk.try_to(Kind::Usage, &text, None, true).await.expect("a try").tally, created);
    let report = desk.bring(Kind::Usage, &text).await;
    assert_eq!(report.tally, created);
    assert!(warned(&report)[0].2.starts_with("2400 rows are added up to 600 days"), "{:?}", warned(&report));
    assert_eq!(desk.number("select count(*) from usage where quantity = 1000000 and covers = 'day'").await, 600);
    assert_eq!(desk.bring(Kind::Usage, &text).await.tally, tally(2_400, 0, 0, 2_400, 0), "the same file again");
    let corrected = format!("{OWN}C1,gb,2026-01-01,3\nC1,gb,2026-01-01,1\n");
    assert_eq!(desk.bring(Kind::Usage, corrected).await.tally, tally(2, 0, 2, 0, 0));
}

#[tokio::test]
async fn a_month_of_use_is_kept_as_the_whole_month() {
    let desk = Desk::with_customers().await;
    let text = format!("{OWN}C1,gb,2026-04,12\nC1,gb,Mai 2026,13.5\nC1,gb,06/2026,11\nC1,gb,2026-07-03,1\n");
    assert_eq!(desk.bring(Kind::Usage, text).await.tally, tally(4, 4, 0, 0, 0));
    let kept = "select used_on || ' ' || covers from usage order by used_on";
    assert_eq!(desk.texts(kept).await, ["2026-04-01 month", "2026-05-01 month", "2026-06-01 month", "2026-07-03 day"]);
    let monthly = format!("{OWN}C2,kWh,2025-09-15,90\nC2,kWh,2025-10-15,79\nC3,kWh,2025-10-15,80\n");
    let report = desk.bring(Kind::Usage, monthly).await;
    assert!(warned(&report)[0].2.contains("each is kept as its whole month's use"), "{:?}", warned(&report));
    assert_eq!(desk.number("select count(*) from usage where meter = 'kWh' and covers = 'month'").await, 3);
}

#[tokio::test]
async fn a_meter_that_no_plan_sells_is_told_once() {
    let desk = Desk::with_customers().await;
    let charges = r#""[{""meter"":""gb"",""charge_model"":""standard"",""properties"":{""amount"":""1""}}]""#;
    desk.bring(Kind::Plans, format!("code,name,currency,monthly_fee,charges\np,P,EUR,1,{charges}\n")).await;
    let text = format!("{OWN}C1,GB,2026-04-01,1\nC1,GB,2026-04-02,1\nC1,gb,2026-04-02,1\nC1,sms,2026-04-02,1\n");
    let report = desk.bring(Kind::Usage, text).await;
    let told: Vec<&str> = warned(&report).iter().map(|word| word.2).collect();
    assert!(told.contains(&"“GB” is taken for the meter “gb” that a plan sells"), "{told:?}");
    let unsold = "no plan sells the meter “sms”, so its use is kept and priced nowhere; sold are gb";
    assert_eq!(told.iter().filter(|words| **words == unsold).count(), 1, "{told:?}");
    assert_eq!(
        desk.texts(KEPT).await,
        ["C1 gb 2026-04-01 1000000", "C1 gb 2026-04-02 2000000", "C1 sms 2026-04-02 1000000"]
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
