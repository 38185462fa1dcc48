//! Why a customer is not told something, with everything behind it.

use jiff::civil::date;

use super::{NothingAbout, WhyNot, why_not::why_not};
use crate::{
    domain::evidence::Value,
    features::fixture::{Fixture, MIRA, TODAY, TOM},
};

async fn asked(house: &Fixture, customer: &str, kind: &str) -> WhyNot {
    why_not(&house.app, customer, kind).await.expect("a page")
}

#[tokio::test]
async fn why_not_carries_the_words_the_facts_and_each_step() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "far", 10_000, date(2026, 12, 20)).await;
    let page = asked(&house, MIRA, "fee_warning").await;
    assert_eq!(page.nothing, None);
    let rule = &page.asked[0];
    let evidence = rule.evidence.as_ref().expect("evidence");
    assert!(!evidence.says.is_empty() && !evidence.steps.is_empty(), "{evidence:?}");
    assert!(evidence.facts.iter().any(|fact| matches!(fact.value, Value::Money(open) if open.minor == 10_000)));
    assert!(!rule.tested.holds && rule.tested.words.starts_with("Not met: "), "{:?}", rule.tested);
    assert!(rule.tested.parts.iter().any(|part| part.words == "Met: the bill is not in dispute"), "{:?}", rule.tested);
}

#[tokio::test]
async fn where_theirs_is_the_cheapest_the_rule_is_named_and_what_was_compared_is_shown() {
    let house = Fixture::new().await;
    house.add_plan("small", 1_000, 20, None).await;
    house.add_plan("large", 3_000, 40, None).await;
    house.add_competitor("Nimbus", Some(2_000), 20, TODAY).await;
    house.subscribe(MIRA, "small", date(2026, 1, 1), None).await;
    house.use_tenths(MIRA, date(2026, 10, 5), 40).await;
    for (kind, nothing, other, cost) in [
        ("better_price", NothingAbout::CheaperPlan, "large", 3_000),
        ("right_size", NothingAbout::OtherSize, "large", 3_000),
        ("competitor", NothingAbout::CheaperProduct, "Nimbus Data", 2_000),
    ] {
        let page = asked(&house, MIRA, kind).await;
        assert_eq!((page.nothing, page.asked.len()), (Some(nothing), 0), "{kind}");
        assert_eq!((page.rules.len(), page.rules[0].version), (1, 1), "{kind}");
        assert!(page.rules[0].says.as_ref().is_some_and(|says| !says.is_empty()), "{kind}");
        let compared = &page.compared[0];
        assert_eq!((compared.has.as_str(), compared.months, compared.cost.minor), ("small", 1, 1_000), "{kind}");
        let others: Vec<_> = compared.others.iter().map(|(name, cost, _)| (name.as_str(), cost.minor)).collect();
        assert_eq!(others, [(other, cost)], "{kind}");
    }
    let nothing = asked(&house, TOM, "better_price").await;
    assert_eq!((nothing.nothing, nothing.compared.len()), (Some(NothingAbout::Plan), 0));
    assert_eq!(asked(&house, TOM, "fee_warning").await.rules.len(), 1);
}
