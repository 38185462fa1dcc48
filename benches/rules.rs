//! How many conditions are asked a second on one core: in blocks, one by one, and explained.

use candor::domain::{
    money::Currency,
    notice::NoticeKind,
    rule::{Block, Compiled, Condition, Fact, Facts, ROWS, Rule, Texts, Value},
};
use divan::{Bencher, black_box, counter::ItemsCount};

fn main() {
    divan::main();
}

/// Rows per run: as many as a hundred blocks hold, so that columns do not all stay in the nearest cache.
const BLOCKS: usize = 98;

const CONDITIONS: [&str; 5] = [
    r#"{"<=": [{"var": "days_until_expiry"}, 7]}"#,
    r#"{"and": [{">": [{"var": "credit_left"}, 1000]}, {"<": [{"var": "days_until_expiry"}, 7]}, {"==": [{"var": "currency"}, "EUR"]}]}"#,
    r#"{"in": [{"var": "days_until_expiry"}, [30, 7, 1]]}"#,
    r#"{">": [{"+": [{"var": "credit_left"}, {"var": "credit_left"}]}, {"var": "credit_in_all"}]}"#,
    r#"{">=": [{"/": [{"var": "credit_left"}, {"var": "credit_in_all"}]}, 0.05]}"#,
];

/// The usual fee warning with one more condition, which differs from rule to rule.
fn thirty_rules() -> Vec<Condition> {
    let rule = |days: i32| {
        let usual = Rule::usual(NoticeKind::FeeWarning).condition;
        let text = format!(r#"{{"and": [{usual}, {{"<=": [{{"var": "days_until_due"}}, {days}]}}]}}"#);
        Condition::read(&text, NoticeKind::FeeWarning).expect("the rule is right")
    };
    (1..=30).map(rule).collect()
}

fn spread(row: usize, sides: usize) -> i64 {
    (row.wrapping_mul(2_654_435_761) >> 7).rem_euclid(sides) as i64
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

fn facts(asked: &[Fact], row: usize) -> Facts {
    let mut facts = Facts::new(Currency::EUR);
    for fact in asked {
        facts.set(*fact, value(*fact, row)).expect("the value is of the type of the fact");
    }
    facts
}

fn blocks(asked: &[Fact], texts: &mut Texts) -> Vec<Block> {
    let block = |at: usize| {
        let mut block = Block::new(asked.iter().copied());
        for row in 0..ROWS {
            block.push(&facts(asked, at * ROWS + row), texts);
        }
        block
    };
    (0..BLOCKS).map(block).collect()
}

#[divan::bench(args = CONDITIONS)]
fn one_condition_in_blocks(bencher: Bencher, condition: &str) {
    let condition = Condition::read(condition, NoticeKind::Credit).expect("the condition is right");
    let mut texts = Texts::default();
    let compiled = Compiled::new(&condition, &mut texts);
    let blocks = blocks(compiled.facts(), &mut texts);
    let rows = ItemsCount::new(BLOCKS * ROWS);
    bencher.counter(rows).bench(|| blocks.iter().map(|block| compiled.run(black_box(block)).count()).sum::<usize>());
}

#[divan::bench(args = CONDITIONS)]
fn one_condition_one_by_one(bencher: Bencher, condition: &str) {
    let condition = Condition::read(condition, NoticeKind::Credit).expect("the condition is right");
    let asked = condition.facts();
    let rows: Vec<Facts> = (0..ROWS).map(|row| facts(&asked, row)).collect();
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench(|| rows.iter().filter(|facts| condition.holds(black_box(facts))).count());
}

/// Thirty rules of eight conditions each on 100,000 customers; an item is one rule asked of one customer.
#[divan::bench]
fn thirty_rules_in_blocks(bencher: Bencher) {
    let conditions = thirty_rules();
    let mut texts = Texts::default();
    let compiled: Vec<_> = conditions.iter().map(|condition| Compiled::new(condition, &mut texts)).collect();
    let blocks = blocks(compiled[0].facts(), &mut texts);
    bencher.counter(ItemsCount::new(30 * BLOCKS * ROWS)).bench(|| {
        let held = |block: &Block| compiled.iter().map(|rule| rule.run(block).count()).sum::<usize>();
        blocks.iter().map(held).sum::<usize>()
    });
}

#[divan::bench]
fn a_rule_is_read(bencher: Bencher) {
    let text = Rule::usual(NoticeKind::FeeWarning).to_json();
    bencher.bench(|| Rule::read(black_box(&text)));
}

#[divan::bench]
fn a_rule_is_explained(bencher: Bencher) {
    let rule = Rule::usual(NoticeKind::FeeWarning);
    let facts = facts(&rule.condition.facts(), 7);
    bencher.bench(|| rule.condition.explain(black_box(&facts)));
}
