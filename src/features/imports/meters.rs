//! The meters that plans sell, and which of them a file means.

use std::collections::{BTreeSet, HashMap};

use crate::{domain::nearest::nearest, error::Result, features::offers, server::db::Conn};

/// Meters as plans name them.
#[derive(Default)]
pub struct Meters {
    sold: BTreeSet<String>,
    /// By their letters and digits alone; those that two plans spell in two ways have no one spelling.
    alike: HashMap<String, Option<String>>,
}

impl Meters {
    /// All that a plan sells now.
    pub async fn sold(conn: &mut Conn<'_>) -> Result<Self> {
        Ok(Self::of(offers::service::meters_sold(conn).await?))
    }

    pub fn of(sold: BTreeSet<String>) -> Self {
        let mut alike: HashMap<String, Option<String>> = HashMap::new();
        for meter in &sold {
            alike.entry(key(meter)).and_modify(|one| *one = None).or_insert_with(|| Some(meter.clone()));
        }
        Self { sold, alike }
    }

    /// The meter as the plan that sells it names it, whatever its case and spaces; as it is where none is meant for sure.
    pub fn meant<'m>(&'m self, meter: &'m str) -> &'m str {
        if self.sold.is_empty() || self.sold.contains(meter) {
            return meter;
        }
        self.alike.get(&key(meter)).and_then(Option::as_deref).unwrap_or(meter)
    }

    /// Whether there are plans, and none of them sells it.
    pub fn is_unsold(&self, meter: &str) -> bool {
        !self.sold.is_empty() && !self.sold.contains(meter)
    }

    /// What is said of a meter that no plan sells: which one may be meant, or some of those that are sold.
    pub fn words(&self, unsold: &str) -> String {
        let meant = match nearest(unsold, self.sold.iter().map(String::as_str)) {
            Some(near) => format!("is “{near}” meant?"),
            None => format!("sold are {}", self.some()),
        };
        format!("no plan sells the meter “{unsold}”, so its use is kept and priced nowhere; {meant}")
    }

    /// Some of those that are sold, to be named beside one that is not.
    fn some(&self) -> String {
        const SHOWN: usize = 8;
        let shown: Vec<&str> = self.sold.iter().take(SHOWN).map(String::as_str).collect();
        let more = if self.sold.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
}

/// A meter that somebody used and no plan sells, in words, with how many customers used it.
pub async fn unsold(conn: &mut Conn<'_>, customer_id: Option<&str>) -> Result<Vec<(String, i64)>> {
    let meters = Meters::sold(conn).await?;
    let used = offers::service::meters_used(conn, customer_id).await?;
    let unsold = used.into_iter().filter(|(meter, _)| meters.is_unsold(meter));
    Ok(unsold.map(|(meter, customers)| (meters.words(&meter), customers)).collect())
}

fn key(meter: &str) -> String {
    meter
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_spelled_otherwise_is_the_one_that_is_sold() {
        let meters = Meters::of(["kWh", "data_gb", "GB", "gb"].map(str::to_owned).into());
        for (told, meant) in [("kWh", "kWh"), ("KWH", "kWh"), ("k wh", "kWh"), ("Data GB", "data_gb"), ("gb", "gb")] {
            assert_eq!(meters.meant(told), meant);
        }
        assert_eq!(meters.meant("Gb"), "Gb", "two plans spell it in two ways");
        assert!(meters.is_unsold("Gb") && !meters.is_unsold("kWh"));
        assert_eq!(
            meters.words("data_gd"),
            "no plan sells the meter “data_gd”, so its use is kept and priced nowhere; is “data_gb” meant?"
        );
        assert!(meters.words("electricity").ends_with("; sold are GB, data_gb, gb, kWh"));
        assert_eq!(Meters::default().meant("GB"), "GB");
        assert!(!Meters::default().is_unsold("GB"));
    }
}
