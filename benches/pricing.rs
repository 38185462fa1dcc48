//! How many plan-months are priced a second on one core, beside numpy and DuckDB on the same data.
//!
//! `CANDOR_PEERS_PYTHON` names a Python with the packages of `benches/peers/requirements.txt`. Where it has none, only
//! ours is measured.

use std::{
    env, fs,
    hint::black_box,
    path::Path,
    process::{self, Command},
    time::Instant,
};

use candor::domain::{
    money::Currency,
    offer::{Charge, Kernel, Offer, UsageColumns},
};
use serde_json::{Value, json};

const CUSTOMERS: usize = 100_000;
const MONTHS: usize = 12;
/// Customers priced at once: their columns stay in the nearest caches.
const BLOCK: usize = 1_000;
const PLANS: u64 = 20;
const RUNS: usize = 5;

fn main() {
    let used = usage(CUSTOMERS * MONTHS);
    let plans: Vec<Plan> = (0..PLANS).map(Plan::any).collect();
    let offers: Vec<Offer> = plans.iter().map(Plan::offer).collect();
    let kernel = |offer| Kernel::of(offer, &["gb"]).expect("graduated charges have a kernel");
    let kernels: Vec<Kernel> = offers.iter().map(kernel).collect();
    let blocks: Vec<UsageColumns> = used.chunks(BLOCK * MONTHS).map(columns).collect();

    let mut sums = Sums::default();
    let sum = sums.of_all(&kernels, &blocks);
    let seconds = median_seconds(|| assert_eq!(sums.of_all(&kernels, black_box(&blocks)), sum));

    let folder = tempfile::tempdir().expect("a temporary folder");
    write_data(folder.path(), &used, &plans);
    let a_second = |seconds: f64| (used.len() * plans.len()) as f64 / seconds;
    let peers = peers(folder.path(), sum).into_iter().map(|(name, seconds)| (name, a_second(seconds)));
    report(a_second(seconds), &peers.collect::<Vec<_>>());
}

fn median_seconds(mut run: impl FnMut()) -> f64 {
    let mut seconds: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[RUNS / 2]
}

/// A plan of four graduated tiers.
struct Plan {
    /// Cents a month.
    fee: i64,
    /// The last whole unit of each tier but the last.
    ends: [u64; 3],
    /// Ten-thousandths of a euro a unit.
    prices: [u64; 4],
}

impl Plan {
    fn any(number: u64) -> Self {
        let mut random = Random(number + 1);
        let first = 5 * random.below(20);
        let ends = [first + 5, first + 50 + 10 * random.below(20), first + 500 + 50 * random.below(20)];
        let price = 200 + random.below(600);
        let prices = [price, price * 4 / 5 + random.below(9), price * 3 / 5 + random.below(9), price / 2];
        Self { fee: 490 + 100 * random.below(60).cast_signed(), ends, prices }
    }

    fn offer(&self) -> Offer {
        let starts = [0].into_iter().chain(self.ends);
        let ends = self.ends.into_iter().map(Some).chain([None]);
        let ranges = starts.zip(ends).zip(self.prices).map(|((start, end), price)| {
            json!({"from_value": start, "to_value": end, "per_unit_amount": format!("0.{price:04}")})
        });
        let properties = json!({"graduated_ranges": ranges.collect::<Vec<_>>()});
        let charges = json!([{"meter": "gb", "charge_model": "graduated", "properties": properties}]);
        Offer {
            code: "any".to_owned(),
            name: "Any".to_owned(),
            currency: Currency::EUR,
            monthly_fee: Some(self.fee),
            minimum_commitment: None,
            charges: Charge::read_list(&charges.to_string()).expect("the charges are right"),
            open_from: None,
            open_until: None,
            eligibility: None,
            provider: None,
        }
    }
}

/// xorshift64*, so that the data is the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }
}

/// Thousandths of a unit for each customer and month, customer by customer: many use little, a few use much.
fn usage(rows: usize) -> Vec<u64> {
    let mut random = Random(2026);
    let mut usual = 0;
    let month = |row: usize| {
        if row.is_multiple_of(MONTHS) {
            usual = random.below(2_000) * random.below(2_000) * random.below(1_000) / 2_000;
        }
        usual * (500 + random.below(1_001)) / 1_000
    };
    (0..rows).map(month).collect()
}

/// Month by month, so that the months of a customer are summed a column at a time.
fn columns(thousandths: &[u64]) -> UsageColumns {
    let mut columns = UsageColumns::new(1);
    for month in 0..MONTHS {
        thousandths.iter().skip(month).step_by(MONTHS).for_each(|used| columns.push(&[used * 1_000]));
    }
    columns
}

#[derive(Default)]
struct Sums {
    bills: Vec<i64>,
    of_customers: Vec<i64>,
}

impl Sums {
    /// The year of every customer on every plan, and the sum of them all.
    fn of_all(&mut self, kernels: &[Kernel], blocks: &[UsageColumns]) -> i64 {
        let mut sum = 0;
        for block in blocks {
            for kernel in kernels {
                assert!(kernel.price(block, &mut self.bills), "the numbers are small");
                self.sum_months();
                sum += black_box(&self.of_customers).iter().sum::<i64>();
            }
        }
        sum
    }

    fn sum_months(&mut self) {
        let customers = self.bills.len() / MONTHS;
        self.of_customers.clear();
        self.of_customers.resize(customers, 0);
        for month in self.bills.chunks(customers) {
            self.of_customers.iter_mut().zip(month).for_each(|(sum, bill)| *sum += bill);
        }
    }
}

fn write_data(folder: &Path, used: &[u64], plans: &[Plan]) {
    let bytes: Vec<u8> = used.iter().flat_map(|used| used.cast_signed().to_le_bytes()).collect();
    fs::write(folder.join("usage.i64"), bytes).expect("the usage is written");
    let plan = |plan: &Plan| json!({"fee": plan.fee, "ends": plan.ends, "prices": plan.prices});
    let plans: Vec<Value> = plans.iter().map(plan).collect();
    let all = json!({"customers": CUSTOMERS, "months": MONTHS, "plans": plans});
    fs::write(folder.join("plans.json"), all.to_string()).expect("the plans are written");
}

/// Each peer with its seconds. Ends the process where one comes to another sum.
fn peers(folder: &Path, sum: i64) -> Vec<(String, f64)> {
    let python = env::var("CANDOR_PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/pricing.py");
    let one_thread = [("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")];
    let out = Command::new(&python).arg(script).arg(folder).envs(one_thread).output();
    let text = match out {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).into_owned(),
        Ok(out) => {
            let why = String::from_utf8_lossy(&out.stderr);
            println!(
                "pricing  no peers (see benches/peers/requirements.txt): {}",
                why.lines().last().unwrap_or_default()
            );
            return Vec::new();
        }
        Err(why) => {
            println!("pricing  no peers: {python} cannot be run: {why}");
            return Vec::new();
        }
    };
    text.lines().map(|line| peer(line, sum)).collect()
}

fn peer(line: &str, sum: i64) -> (String, f64) {
    let peer: Value = serde_json::from_str(line).expect("a peer writes a line of JSON");
    let name = peer["name"].as_str().expect("a peer has a name");
    if peer["sum"].as_i64() != Some(sum) {
        eprintln!("pricing  {name} comes to {}, and candor to {sum}", peer["sum"]);
        process::exit(1);
    }
    (name.to_owned(), peer["seconds"].as_f64().expect("a peer says how long it took"))
}

/// `ours` and each peer's in plan-months a second: for people, then for programs.
fn report(ours: f64, peers: &[(String, f64)]) {
    let of_peer = |(name, theirs): &(String, f64)| format!("  {name} {:.0} M/s ({:.1} x)", theirs / 1e6, ours / theirs);
    let beside: String = peers.iter().map(of_peer).collect();
    println!("pricing  candor {:.0} M plan-months/s{beside}", ours / 1e6);
    let peers: serde_json::Map<String, Value> =
        peers.iter().map(|(name, theirs)| (name.clone(), json!(theirs.round()))).collect();
    println!("{}", json!({"name": "pricing", "unit": "plan-months/s", "ours": ours.round(), "peers": peers}));
}
