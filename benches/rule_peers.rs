//! How many conditions are asked a second beside other rule engines, which read the same rules and the same customers.

mod cases;

use std::{error::Error, fs, path::Path, process::Command, sync::LazyLock, time::Instant};

use candor::domain::{
    notice::NoticeKind,
    rule::{Compiled, Condition, Fact, ROWS, Texts, Value},
};
use cases::{BLOCKS, CONDITIONS, blocks, facts, thirty_rules};
use serde::Serialize;
use serde_json::{Map, json};

/// Customers that the others are asked about, all in our first block.
const CUSTOMERS: usize = 1_000;
const RUNS: usize = 5;
/// At least so long is each run.
const SECONDS: f64 = 0.2;

/// The last line of each comparison, for programs.
#[derive(Serialize)]
struct Compared<'c> {
    name: &'c str,
    unit: &'c str,
    ours: u64,
    peers: Map<String, serde_json::Value>,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Where `cargo test` runs all targets there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    compare("rules", &[Condition::read(CONDITIONS[1], NoticeKind::Credit).expect("the condition is right")])?;
    compare("thirty rules", &thirty_rules())
}

/// Asks all engines the same and prints how fast they are; an error where they do not say the same.
fn compare(name: &str, conditions: &[Condition]) -> Result<(), Box<dyn Error>> {
    let mut asked: Vec<Fact> = conditions.iter().flat_map(Condition::facts).collect();
    asked.sort_unstable();
    asked.dedup();
    let (held, ours) = ours(conditions, &asked);
    println!("{name}  {held} held of {CUSTOMERS} customers by candor");

    let folder = tempfile::tempdir()?;
    write(folder.path(), conditions, &asked)?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/rules.mjs");
    let said = Command::new("node").arg(script).arg(folder.path()).output()?;
    if !said.status.success() {
        return Err(format!("node {script} failed: {}", String::from_utf8_lossy(&said.stderr)).into());
    }
    let said: Map<_, _> = serde_json::from_slice(&said.stdout)?;
    let (mut words, mut peers) = (format!("{name}  candor {} evaluations/s", short(ours)), Map::new());
    for (peer, figures) in said {
        let theirs = figures["held"].as_u64();
        println!("{name}  {} held of {CUSTOMERS} customers by {peer}", figures["held"]);
        if theirs != Some(held as u64) {
            return Err(format!("{name}: {peer} does not say what candor says").into());
        }
        let speed = figures["per_second"].as_f64().ok_or("a peer has no speed")?;
        words += &format!("  {peer} {}/s ({:.0} x)", short(speed), ours / speed);
        peers.insert(peer, json!(speed as u64));
    }
    println!("{words}");
    let compared = Compared { name, unit: "evaluations/s", ours: ours as u64, peers };
    println!("{}", serde_json::to_string(&compared)?);
    Ok(())
}

/// How often a rule holds for one of the first customers, and how many are asked a second of processor time.
fn ours(conditions: &[Condition], asked: &[Fact]) -> (usize, f64) {
    let mut texts = Texts::default();
    let compiled: Vec<_> = conditions.iter().map(|condition| Compiled::new(condition, &mut texts)).collect();
    let blocks = blocks(asked, &mut texts);
    let among_first = |rule: &Compiled| rule.run(&blocks[0]).rows().filter(|row| *row < CUSTOMERS).count();
    let held = compiled.iter().map(among_first).sum();
    let all = || {
        let held = blocks.iter().flat_map(|block| compiled.iter().map(move |rule| rule.run(block).count()));
        std::hint::black_box(held.sum::<usize>());
    };
    let mut speeds = [(); RUNS].map(|()| {
        let (since, mut rounds) = (processor_seconds(), 0);
        loop {
            all();
            rounds += 1;
            let took = processor_seconds() - since;
            if took >= SECONDS {
                break (rounds * compiled.len() * BLOCKS * ROWS) as f64 / took;
            }
        }
    });
    speeds.sort_by(f64::total_cmp);
    (held, speeds[RUNS / 2])
}

/// For how long this thread had a processor, as the peers count it; else the time that passed.
fn processor_seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// The rules and the customers as JSON, for who reads JSONLogic.
fn write(folder: &Path, conditions: &[Condition], asked: &[Fact]) -> Result<(), Box<dyn Error>> {
    let customer = |row: usize| {
        let facts = facts(asked, row);
        let members = asked.iter().filter_map(|fact| Some((fact.name().to_owned(), as_json(facts.get(*fact)?))));
        members.collect::<Map<_, _>>()
    };
    let customers: Vec<_> = (0..CUSTOMERS).map(customer).collect();
    let rules: Vec<_> = conditions.iter().map(Condition::to_json).collect();
    fs::write(folder.join("rules.json"), format!("[{}]", rules.join(",")))?;
    Ok(fs::write(folder.join("customers.json"), serde_json::to_string(&customers)?)?)
}

/// Money stays in minor units, as rules compare it.
fn as_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Money(whole) | Value::Days(whole) | Value::Count(whole) => json!(whole),
        Value::Percent(percent) => json!(percent.millionths as f64 / 10_000.0),
        Value::Date(date) => json!(date.to_string()),
        Value::Text(text) => json!(text),
        Value::YesNo(yes) => json!(yes),
    }
}

/// `912 M`, `2.1 M` or `0.08 M`.
fn short(per_second: f64) -> String {
    match per_second / 1e6 {
        millions @ 100.0.. => format!("{millions:.0} M"),
        millions @ 1.0.. => format!("{millions:.1} M"),
        millions => format!("{millions:.3} M"),
    }
}
