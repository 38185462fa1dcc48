//! How many conditions are asked a second on one core: in blocks, one by one, and explained.

mod cases;

use candor::domain::{
    notice::NoticeKind,
    rule::{Block, Compiled, Condition, Facts, ROWS, Rule, Texts},
};
use cases::{BLOCKS, CONDITIONS, blocks, facts, thirty_rules};
use divan::{Bencher, black_box, counter::ItemsCount};

fn main() {
    divan::main();
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
