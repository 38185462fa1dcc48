//! Conditions to measure, and made-up customers to ask them of.

use candor::domain::{
    money::Currency,
    notice::NoticeKind,
    rule::{Block, Condition, Fact, Facts, ROWS, Rule, Texts, Value},
};

/// Blocks of customers: as many as a hundred thousand fill, so that columns do not all stay in the nearest cache.
pub const BLOCKS: usize = 98;

/// Of credits, one of each shape.
pub const CONDITIONS: [&str; 5] = [
    r#"{"<=": [{"var": "days_until_expiry"}, 7]}"#,
    r#"{"and": [{">": [{"var": "credit_left"}, 1000]}, {"<": [{"var": "days_until_expiry"}, 7]}, {"==": [{"var": "currency"}, "EUR"]}]}"#,
    r#"{"in": [{"var": "days_until_expiry"}, [30, 7, 1]]}"#,
    r#"{">": [{"+": [{"var": "credit_left"}, {"var": "credit_left"}]}, {"var": "credit_in_all"}]}"#,
    r#"{">=": [{"/": [{"var": "credit_left"}, {"var": "credit_in_all"}]}, 0.05]}"#,
];

/// The usual fee warning with one more condition, which differs from rule to rule.
pub fn thirty_rules() -> Vec<Condition> {
    let rule = |days: i32| {
        let usual = Rule::usual(NoticeKind::FeeWarning).condition;
        let text = format!(r#"{{"and": [{usual}, {{"<=": [{{"var": "days_until_due"}}, {days}]}}]}}"#);
        Condition::read(&text, NoticeKind::FeeWarning).expect("the rule is right")
    };
    (1..=30).map(rule).collect()
}

/// What is known of the customer in a row: of the facts that are asked, every one.
pub fn facts(asked: &[Fact], row: usize) -> Facts {
    let mut facts = Facts::new(Currency::EUR);
    for fact in asked {
        facts.set(*fact, value(*fact, row)).expect("the value is of the type of the fact");
    }
    facts
}

/// All customers, a block after the other, each full.
pub fn blocks(asked: &[Fact], texts: &mut Texts) -> Vec<Block> {
    let block = |at: usize| {
        let mut block = Block::new(asked.iter().copied());
        for row in 0..ROWS {
            block.push(&facts(asked, at * ROWS + row), texts);
        }
        block
    };
    (0..BLOCKS).map(block).collect()
}

fn value(fact: Fact, row: usize) -> Value {
    match fact {
        Fact::Currency => Value::Text(["EUR", "USD", "GBP"][row % 3].to_owned()),
        Fact::CreditLeft | Fact::LateFee => Value::Money(spread(row, 2_500)),
        Fact::CreditInAll | Fact::BillOpen => Value::Money(spread(row + 9, 25_000)),
        Fact::CreditForBill => Value::Money(spread(row + 5, 1_000)),
        Fact::BillIsDisputed | Fact::IsExemptFromFees => Value::YesNo(spread(row, 20) == 0),
        Fact::WarnDays => Value::Days(3),
        _ => Value::Days(spread(row, 40) - 5),
    }
}

fn spread(row: usize, sides: usize) -> i64 {
    (row.wrapping_mul(2_654_435_761) >> 7).rem_euclid(sides) as i64
}
