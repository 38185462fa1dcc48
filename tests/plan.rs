//! What a bill is for, and what another use would cost, on real HTML.

use crate::support::on_both;

/// The amount in minor units of a cell of the answer.
fn minor(body: &str, cell: &str) -> Option<i64> {
    let (_, rest) = body.split_once(&format!(r#"id="{cell}""#))?;
    let (_, rest) = rest.split_once(r#"data-minor=""#)?;
    rest.split_once('"')?.0.parse().ok()
}

#[tokio::test]
async fn a_bill_says_what_it_is_for_and_what_nobody_can_explain() {
    on_both(async |app| {
        let mut mira = app.signed_in("customer@demo.example").await;
        let bill = mira.get("/bills/9000-1").await.body;
        for words in [
            "What this bill is for",
            "For August 2026",
            "Harbour L",
            "Harbour Home 250",
            "The first 20 GB cost nothing",
            "These lines add up to this bill",
            "What the same use would have cost on every other plan",
            "Only for students with a valid card.",
            "Price from the price list of Tidal, read on 3 November 2026.",
        ] {
            assert!(bill.contains(words), "{words:?} is not on the bill: {bill}");
        }
        assert!(!bill.contains("Not explained"), "{bill}");
        let disputed = mira.get("/bills/9000-2").await.body;
        for words in ["Not explained by your plan and use", "€19.90", "Ask a person"] {
            assert!(disputed.contains(words), "{words:?} is not on the bill: {disputed}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_use_is_tried_without_javascript() {
    on_both(async |app| {
        let mut mira = app.signed_in("customer@demo.example").await;
        let own = mira.get("/plan").await.body;
        for words in ["Month by month", "your plan", "What if I used less, or more?", "In all", "included"] {
            assert!(own.contains(words), "{words:?} is not on the page: {own}");
        }
        let cost = minor(&own, "what-if-0-cost-0").expect("what the plan costs");
        let nothing = mira.get("/plan?what_if=mobile-l&use0=0&use1=0").await.body;
        assert_eq!(minor(&nothing, "what-if-0-cost-0"), Some(12 * 2_400), "twelve fees and no use");
        assert_eq!(minor(&nothing, "what-if-0-more-0"), Some(0));
        // 100 GB in the first month: 80 above what is included, at three euros.
        let much = mira.get("/plan?what_if=mobile-l&use0=0&use1=0&use0-0=100").await.body;
        assert_eq!(minor(&much, "what-if-0-cost-0"), Some(12 * 2_400 + 80 * 300));
        let wrong = mira.get("/plan?what_if=mobile-l&use0=900&use0-0=much").await;
        assert_eq!(wrong.status, 200);
        assert!(wrong.body.contains("2 numbers could not be used"), "{}", wrong.body);
        assert_eq!(minor(&wrong.body, "what-if-0-cost-0"), Some(cost), "and then the own use counts");
        let other = mira.get("/plan?what_if=somebody-elses&use0=0").await.body;
        assert_eq!(minor(&other, "what-if-0-cost-0"), Some(cost));
    })
    .await;
}
