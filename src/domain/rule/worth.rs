//! Names that ask what a customer is worth. Candor has no such fact, and says why to whoever looks for one.

/// Each alone is enough.
const WORDS: [&str; 35] = [
    "arpa",
    "arpu",
    "arr",
    "bronze",
    "clv",
    "cltv",
    "decile",
    "diamond",
    "gold",
    "income",
    "lifetime",
    "ltv",
    "margin",
    "mrr",
    "platinum",
    "profit",
    "profitability",
    "profitable",
    "quartile",
    "quintile",
    "rank",
    "revenue",
    "revenues",
    "segment",
    "segments",
    "silver",
    "spend",
    "spending",
    "spent",
    "tier",
    "tiers",
    "turnover",
    "vip",
    "wealth",
    "worth",
];

/// Of these it needs one from each list: a customer's value, an account's grade.
const WHOSE: [&str; 8] = ["account", "business", "client", "customer", "loyalty", "member", "membership", "user"];
const WHAT: [&str; 12] = [
    "category",
    "class",
    "grade",
    "group",
    "importance",
    "level",
    "points",
    "priority",
    "score",
    "size",
    "status",
    "value",
];

/// Whether `name` asks for a customer's worth, however it is written: `customer_tier`, `lifetimeValue`, `customer.spend`.
pub(super) fn asks(name: &str) -> bool {
    let words = words_of(name);
    let any_of = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    any_of(&WORDS) || (any_of(&WHOSE) && any_of(&WHAT))
}

/// The words of a name in lower case; a new one starts after a mark and at a capital that follows a small letter.
fn words_of(name: &str) -> Vec<String> {
    const LONGEST_NAME: usize = 200;
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars().take(LONGEST_NAME) {
        if !letter.is_alphabetic() || (letter.is_uppercase() && after_small) {
            words.push(String::new());
        }
        if letter.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_worth_is_recognised_however_it_is_written() {
        for name in [
            "spend",
            "total_spend",
            "customer.tier",
            "lifetimeValue",
            "lifetime_value",
            "customer_value",
            "Revenue",
            "segment",
            "is_vip",
            "VIP",
            "loyalty-level",
            "mrr_12m",
            "account.score",
        ] {
            assert!(asks(name), "{name}");
        }
        for name in ["days_until_due", "value", "priority", "spendthrift", "level", "frontier", "", "customer", "size"]
        {
            assert!(!asks(name), "{name}");
        }
    }
}
