//! What a notice about plans says beside the words of its rule, from what is kept with it; what is not kept there is not said.

use crate::{
    domain::{
        evidence::{Evidence, Value},
        notice::NoticeKind,
    },
    ui::{count, day_and_year, retold},
};

fn value<'e>(evidence: &'e Evidence, name: &str) -> Option<&'e Value> {
    evidence.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value)
}

fn text<'e>(evidence: &'e Evidence, name: &str) -> Option<&'e str> {
    match value(evidence, name)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// `12 months`, of `12 of 12` that had readings.
pub fn months(evidence: &Evidence) -> Option<String> {
    let read = text(evidence, "Months with readings")?.split_whitespace().next()?;
    Some(count(read.parse().ok()?, "month", "months"))
}

/// The name of the plan or the product that is compared with theirs, as it was known then.
pub fn other(evidence: &Evidence) -> Option<&str> {
    ["The other plan", "The other size", "The other product"].into_iter().find_map(|name| text(evidence, name))
}

/// The units, the months and the day of the price, in sentences.
pub fn more(kind: NoticeKind, evidence: &Evidence) -> Option<String> {
    let over = months(evidence).map(|months| format!("Worked out over {months} of your own use."));
    let other = match kind {
        NoticeKind::RightSize => {
            text(evidence, "It includes").zip(text(evidence, "You need, room included")).map(|(bought, needed)| {
                let (bought, needed) = (retold(bought), retold(needed));
                format!("Your plan includes {bought}, and you need {needed}, with room to spare.")
            })
        }
        NoticeKind::Competitor => match value(evidence, "Price read on") {
            Some(Value::Date(on)) => Some(format!("Their price was read on {}.", day_and_year(*on))),
            _ => None,
        },
        _ => return None,
    };
    let said: Vec<String> = over.into_iter().chain(other).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        comparison::compare,
        offer::samples::{flat_fee, gb, months as used, of_competitor},
        right_size::{SizingTerms, size},
    };
    use jiff::civil::date;

    #[test]
    fn units_months_and_the_day_of_a_price_are_said_from_what_is_kept() {
        let (large, small) = (gb("large", 3_500, 10, "5"), gb("small", 2_000, 5, "5"));
        let year = used(date(2025, 11, 1), &[3, 4, 2, 3, 4, 3, 3, 4, 2, 3, 9, 4]);
        let sized = size(&large, &small, &year, "gb", &SizingTerms::default()).unwrap();
        assert_eq!(
            more(NoticeKind::RightSize, &sized.evidence(Some(0), date(2026, 11, 22))).unwrap(),
            "Worked out over 12 months of your own use. Your plan includes 10 gb a month, and you need 10.8 gb a month, \
             with room to spare."
        );
        let (current, theirs) = (flat_fee("current", 1_000), of_competitor(flat_fee("smart", 800)));
        let month = used(date(2026, 10, 1), &[1]);
        let compared = compare(&current, &theirs, &month).unwrap();
        assert_eq!(
            more(NoticeKind::Competitor, &compared.competitor_evidence(None, 12, None, date(2026, 11, 22))).unwrap(),
            "Worked out over 1 month of your own use. Their price was read on 1 November 2026."
        );
    }

    #[test]
    fn what_is_not_kept_is_left_out() {
        for kind in NoticeKind::ALL {
            assert_eq!(more(kind, &Evidence::default()), None, "{kind}");
        }
        assert_eq!(months(&Evidence::default()), None);
    }
}
