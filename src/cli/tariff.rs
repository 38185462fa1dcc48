//! `candor tariff`: what a file of readings costs under each time-of-use plan, by civil month and in all.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit, Zoned};
use serde::Serialize;

use crate::domain::decimal::Decimal;
use crate::domain::tariff::{
    BandCost, Cost, Plan, PlanCost, Readings, Tariff, TariffError, missing_stretches, months_of_use,
};

use super::bounded::read_whole;

const MOST_IN_TARIFF: usize = 16 << 20;
const MOST_IN_READINGS: usize = 256 << 20;
/// Mistakes of one kind that are told one by one; the rest is counted.
const MOST_TOLD: usize = 10;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub plans_priced: u64,
    pub plans_refused: u64,
}

/// A month of a plan, or with `"month":"total"` all of them.
#[derive(Serialize)]
struct CostLine<'a> {
    plan: &'a str,
    month: String,
    currency: &'a str,
    units: Decimal,
    energy: Decimal,
    standing: Decimal,
    total: Decimal,
    hours: u32,
    /// Intervals of the period without a reading; null where the interval's length is not known.
    missing: Option<u64>,
    duplicates: u64,
    #[serde(flatten)]
    fed_in: Option<FedIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bands: Option<&'a [BandCost]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing_words: Option<String>,
}

#[derive(Serialize)]
struct FedIn {
    exported: Decimal,
    feed_in: Decimal,
    /// The total less what is paid for feeding in.
    net: Decimal,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    plan: &'a str,
    error: String,
}

/// Prices the tariff file at `path`; its readings are found relative to it. What was wrong in the readings goes to `notes`.
///
/// An error is one line that says what failed.
pub fn tariff_file(path: &Path, output: impl Write, notes: impl Write, is_explained: bool) -> Result<Tally, String> {
    let tariff = File::open(path).map_err(|error| format!("{} could not be opened: {error}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let open = |file: &str| File::open(folder.join(file));
    tariff_from(tariff, open, output, notes, is_explained)
}

/// Like [`tariff_file`], with the opening of the readings left to the caller.
pub fn tariff_from<R: Read>(
    tariff: impl Read,
    open: impl FnOnce(&str) -> io::Result<R>,
    mut output: impl Write,
    mut notes: impl Write,
    is_explained: bool,
) -> Result<Tally, String> {
    let json =
        read_whole(tariff, MOST_IN_TARIFF).map_err(|error| format!("the tariff file could not be read: {error}"))?;
    let json = String::from_utf8(json).map_err(|_| "the tariff file is not UTF-8 text".to_owned())?;
    let tariff = Tariff::read(&json).map_err(|error| format!("the tariff file was not understood: {error}"))?;
    let timezone = TimeZone::get(&tariff.timezone)
        .map_err(|_| format!("timezone {:?} is not an IANA time zone", tariff.timezone))?;
    let file = open(&tariff.readings_file)
        .and_then(|readings| read_whole(readings, MOST_IN_READINGS))
        .map_err(|error| format!("the readings {} could not be read: {error}", tariff.readings_file))?;
    let readings = Readings::read(tariff.layout, &file, &timezone)?;
    drop(file);
    let told = tell(&readings, &tariff, &timezone, &mut notes).map_err(|error| error.to_string())?;
    told.map_err(|error| format!("the notes could not be written: {error}"))?;
    let months = months_of_use(&readings, tariff.from, tariff.to, &timezone).map_err(|error| error.to_string())?;
    let mut tally = Tally::default();
    for (id, plan) in &tariff.plans {
        let cost = plan.clone().and_then(|plan| plan.cost(&months).map(|cost| (plan, cost)));
        let written = match cost {
            Ok((plan, cost)) => {
                tally.plans_priced += 1;
                write_cost(&mut output, id, &plan, &cost, is_explained)
            }
            Err(error) => {
                tally.plans_refused += 1;
                write_line(&mut output, &ErrorLine { plan: id, error: error.to_string() })
            }
        };
        written.map_err(|error| format!("the result could not be written: {error}"))?;
    }
    output.flush().map_err(|error| format!("the result could not be written: {error}"))?;
    Ok(tally)
}

fn write_cost(output: &mut impl Write, id: &str, plan: &Plan, cost: &PlanCost, is_explained: bool) -> io::Result<()> {
    for (month, of_month) in &cost.months {
        write_line(output, &CostLine::new(id, month.to_string(), plan, of_month, is_explained)?)?;
    }
    write_line(output, &CostLine::new(id, "total".to_owned(), plan, &cost.total, is_explained)?)
}

fn write_line(output: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}

impl<'a> CostLine<'a> {
    fn new(id: &'a str, month: String, plan: &'a Plan, cost: &'a Cost, is_explained: bool) -> io::Result<Self> {
        let fed_in = |feed_in: Decimal| {
            let net = cost.total.minus(feed_in).map_err(io::Error::other)?;
            Ok::<_, io::Error>(FedIn { exported: cost.exported, feed_in, net })
        };
        let standing = plan.standing;
        Ok(Self {
            plan: id,
            month,
            currency: &plan.currency,
            units: cost.units,
            energy: cost.energy,
            standing: cost.standing,
            total: cost.total,
            hours: cost.hours,
            missing: cost.missing,
            duplicates: cost.duplicates,
            fed_in: cost.feed_in.map(fed_in).transpose()?,
            bands: is_explained.then_some(&cost.bands),
            standing_words: is_explained
                .then(|| format!("{} × {} per {}", cost.standing_periods, standing.amount, standing.per.word())),
        })
    }
}

/// Says what was missing, stood twice or could not be read.
fn tell(
    readings: &Readings,
    tariff: &Tariff,
    timezone: &TimeZone,
    notes: &mut impl Write,
) -> Result<io::Result<()>, TariffError> {
    let local = |instant: Timestamp| local_minute(instant, timezone);
    let stretches = missing_stretches(readings, tariff.from, tariff.to, timezone)?;
    let mut told = Vec::new();
    told.push(
        stretches
            .iter()
            .map(|(first, last)| format!("no readings for the intervals from {} to {}", local(*first), local(*last)))
            .collect(),
    );
    told.push(
        readings
            .duplicates
            .iter()
            .map(|one| {
                format!("two readings for {}: {} kWh counts, {} kWh does not", local(one.start), one.kept, one.dropped)
            })
            .collect::<Vec<_>>(),
    );
    told.push(readings.refused.iter().map(ToString::to_string).collect());
    told.push(
        readings
            .passed_over
            .iter()
            .map(|(kind, count)| format!("{count} rows of type {kind:?} are not intervals and were passed over"))
            .collect(),
    );
    let minutes = u16::try_from(readings.interval.unwrap_or_default() / 60).unwrap_or(u16::MAX);
    let mut plans = tariff.plans.iter().filter_map(|(id, plan)| Some((id, plan.as_ref().ok()?)));
    let split = plans.find(|(_, plan)| plan.splits(minutes));
    told.push(
        split
            .map(|(id, _)| {
                format!("each reading is of {minutes} minutes: where a price of {id} changes within one it is divided evenly")
            })
            .into_iter()
            .collect(),
    );
    let too_few = !readings.imports.is_empty() && readings.interval.is_none();
    let has_prices = tariff.plans.iter().any(|(_, plan)| plan.as_ref().is_ok_and(|plan| plan.bands.len() > 1));
    told.push(if too_few && has_prices {
        vec![
            "the readings come too seldom or too unevenly to tell how long each is of: its start decides on its price"
                .to_owned(),
        ]
    } else {
        Vec::new()
    });
    Ok(write_notes(notes, &told))
}

fn write_notes(notes: &mut impl Write, told: &[Vec<String>]) -> io::Result<()> {
    for kind in told {
        for line in kind.iter().take(MOST_TOLD) {
            writeln!(notes, "{line}")?;
        }
        if kind.len() > MOST_TOLD {
            writeln!(notes, "… and {} more like the last", kind.len() - MOST_TOLD)?;
        }
    }
    notes.flush()
}

fn local_minute(instant: Timestamp, timezone: &TimeZone) -> String {
    let local: Zoned = instant.to_zoned(timezone.clone());
    let local = local.round(Unit::Minute).unwrap_or(local);
    local.strftime("%Y-%m-%d %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const READINGS: &str = "instant,kwh\n2024-03-30T23:00:00Z,1\n2024-03-31T00:00:00Z,2\n2024-03-31T02:00:00Z,4\n\
                            2024-03-31T00:00:00Z,3\nbad,1\n2024-03-31T22:00:00Z,5\n";

    fn tariff(plans: &str) -> String {
        format!(
            r#"{{"timezone": "Europe/Paris", "from": "2024-03-31", "to": "2024-04-01",
                "readings": {{"file": "r.csv", "format": "instant-kwh"}}, "plans": [{plans}]}}"#
        )
    }

    const PLAN: &str = r#"{"id": "p", "currency": "EUR", "standing": {"amount": "0.1", "per": "hour"}, "bands": [
        {"name": "all", "days": [1,2,3,4,5,6,7], "from": "00:00", "to": "00:00", "unit_price": 0.2}]}"#;

    fn run(tariff: &str) -> Result<(Vec<String>, Vec<String>), String> {
        let (mut output, mut notes) = (Vec::new(), Vec::new());
        tariff_from(tariff.as_bytes(), |_| Ok(READINGS.as_bytes()), &mut output, &mut notes, false)?;
        let lines = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
        Ok((lines(output), lines(notes)))
    }

    #[test]
    fn each_month_of_a_plan_is_a_line_and_so_is_its_total() {
        let (output, notes) = run(&tariff(PLAN)).unwrap();
        assert_eq!(
            output,
            [
                r#"{"plan":"p","month":"2024-03","currency":"EUR","units":"7","energy":"1.4","standing":"0.3","total":"1.7","hours":3,"missing":20,"duplicates":1}"#,
                r#"{"plan":"p","month":"2024-04","currency":"EUR","units":"5","energy":"1","standing":"0.1","total":"1.1","hours":1,"missing":23,"duplicates":0}"#,
                r#"{"plan":"p","month":"total","currency":"EUR","units":"12","energy":"2.4","standing":"0.4","total":"2.8","hours":4,"missing":43,"duplicates":1}"#,
            ]
        );
        assert_eq!(
            notes,
            [
                "no readings for the intervals from 2024-03-31 03:00 CEST to 2024-03-31 03:00 CEST",
                "no readings for the intervals from 2024-03-31 05:00 CEST to 2024-03-31 23:00 CEST",
                "no readings for the intervals from 2024-04-01 01:00 CEST to 2024-04-01 23:00 CEST",
                "two readings for 2024-03-31 01:00 CET: 2 kWh counts, 3 kWh does not",
                "line 6 of the readings was not read: \"bad\" is not an instant such as 2024-01-31T23:30:00Z",
            ]
        );
    }

    #[test]
    fn a_plan_that_cannot_be_read_does_not_stop_the_others() {
        let (output, _) = run(&tariff(&format!(r#"{{"id": "q", "currency": "EUR"}}, {PLAN}"#))).unwrap();
        assert_eq!(output[0], r#"{"plan":"q","error":"plans[0].bands is missing"}"#);
        assert_eq!(output.len(), 4);
    }

    #[test]
    fn what_is_fed_in_makes_a_net() {
        let plan = PLAN.replace(r#""currency""#, r#""feed_in": "0.5", "currency""#);
        let (output, _) = run(&tariff(&plan)).unwrap();
        assert!(output[2].ends_with(r#""exported":"0","feed_in":"0","net":"2.8"}"#), "{}", output[2]);
    }

    #[test]
    fn a_tariff_that_cannot_be_used_is_refused_in_one_line() {
        for (from, to, words) in [
            ("Europe/Paris", "Europe/Nowhere", "timezone \"Europe/Nowhere\" is not an IANA time zone"),
            (
                "2024-04-01",
                "2024-03-01",
                "the tariff file was not understood: to is 2024-03-01, before from 2024-03-31",
            ),
            ("2024-04-01", "2024-04-31", "the tariff file was not understood: to must be a date such as 2024-01-31"),
            ("2024-04-01", "9999-12-31", "the tariff file was not understood: to is more than 100 years after from"),
            (
                "instant-kwh",
                "excel",
                "the tariff file was not understood: readings.format is not known; known are esb-hdf and instant-kwh",
            ),
            ("instant-kwh", "esb-hdf", "the column \"Read Value\" of layout esb-hdf is missing from the readings"),
        ] {
            assert_eq!(run(&tariff(PLAN).replace(from, to)).unwrap_err(), words);
        }
        assert_eq!(run("{").unwrap_err().split(':').next().unwrap(), "the tariff file was not understood");
    }

    #[test]
    fn readings_are_found_beside_the_tariff_file() {
        let folder = std::env::temp_dir().join(format!("candor-tariff-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("in")).unwrap();
        std::fs::write(folder.join("in/r.csv"), READINGS).unwrap();
        std::fs::write(folder.join("in/t.json"), tariff(PLAN)).unwrap();
        let tally = tariff_file(&folder.join("in/t.json"), Vec::new(), Vec::new(), true);
        std::fs::remove_file(folder.join("in/r.csv")).unwrap();
        let missing = tariff_file(&folder.join("in/t.json"), Vec::new(), Vec::new(), true).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(tally, Ok(Tally { plans_priced: 1, plans_refused: 0 }));
        assert!(missing.starts_with("the readings r.csv could not be read: "), "{missing}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), is_tariff in any::<bool>()) {
            let whole = tariff(PLAN);
            let (tariff, readings) = if is_tariff { (bytes.as_slice(), READINGS.as_bytes()) } else { (whole.as_bytes(), bytes.as_slice()) };
            let _ = tariff_from(tariff, |_| Ok(readings), Vec::new(), Vec::new(), true);
        }

        #[test]
        fn a_tariff_with_a_stretch_overwritten_is_answered_without_a_panic(place in 0..600_usize, text in "[-0-9a-z\":,{}\\[\\]]{0,12}") {
            let mut whole = tariff(PLAN).replace('\n', " ");
            let start = place.min(whole.len());
            whole.replace_range(start..(start + text.len()).min(whole.len()), &text);
            let _ = run(&whole);
        }
    }
}
