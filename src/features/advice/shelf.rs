//! What can be bought on a day, made ready to be priced for many customers at once.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::{
    domain::{
        decimal::Decimal,
        offer::{Kernel, Offer},
    },
    features::offers::service::Catalogue,
};

/// Our plans, then other companies' products, each at a place.
pub struct Shelf {
    items: Vec<Item>,
    plans: usize,
    by_code: HashMap<String, usize>,
    /// The place of every meter that is sold, and their names in order.
    meters: HashMap<String, u32>,
    names: Vec<String>,
}

pub struct Item {
    pub offer: Offer,
    /// Nothing where its price is not a matter of whole numbers alone.
    pub kernel: Option<Kernel>,
    /// By the place of the meter.
    sells: Vec<bool>,
    /// The meters of which it includes an amount, each once, in the order of its charges.
    pub sizes: Vec<(u32, Decimal)>,
    /// New customers can have it on the day, whoever they are, and its price is known.
    pub is_for_everybody: bool,
}

impl Shelf {
    pub fn new(catalogue: &Catalogue, day: Date) -> Self {
        let offers = || catalogue.plans.iter().chain(&catalogue.competitors);
        let mut meters: Vec<&str> =
            offers().flat_map(|offer| &offer.charges).map(|charge| charge.meter.as_str()).collect();
        meters.sort_unstable();
        meters.dedup();
        let by_code = catalogue.plans.iter().enumerate().map(|(at, plan)| (plan.code.clone(), at)).collect();
        Self {
            items: offers().map(|offer| Item::new(offer, &meters, day)).collect(),
            plans: catalogue.plans.len(),
            by_code,
            meters: meters.iter().zip(0..).map(|(meter, at)| ((*meter).to_owned(), at)).collect(),
            names: meters.into_iter().map(str::to_owned).collect(),
        }
    }

    pub fn item(&self, at: usize) -> &Item {
        &self.items[at]
    }

    /// The place of our plan of this code.
    pub fn plan(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    pub fn plans(&self) -> impl Iterator<Item = (usize, &Item)> {
        self.items.iter().enumerate().take(self.plans)
    }

    pub fn competitors(&self) -> impl Iterator<Item = (usize, &Item)> {
        self.items.iter().enumerate().skip(self.plans)
    }

    /// How many meters are sold.
    pub fn meters(&self) -> usize {
        self.meters.len()
    }

    pub fn meter_name(&self, at: u32) -> &str {
        &self.names[at as usize]
    }

    /// The place of a meter; nothing where nobody sells it.
    pub fn meter(&self, name: &str) -> Option<u32> {
        self.meters.get(name).copied()
    }
}

impl Item {
    fn new(offer: &Offer, meters: &[&str], day: Date) -> Self {
        let is_sold = |meter: &&str| offer.charges.iter().any(|charge| charge.meter == **meter);
        let place = |meter: &str| meters.binary_search(&meter).ok().and_then(|at| u32::try_from(at).ok());
        let mut sizes: Vec<(u32, Decimal)> = Vec::new();
        for charge in &offer.charges {
            if let (Some(at), Some(units)) = (place(&charge.meter), offer.allowance(&charge.meter))
                && sizes.iter().all(|(other, _)| *other != at)
            {
                sizes.push((at, units));
            }
        }
        Self {
            kernel: Kernel::of(offer, meters),
            sells: meters.iter().map(is_sold).collect(),
            sizes,
            is_for_everybody: offer.is_open_to_new(day) && !offer.is_restricted() && offer.monthly_fee.is_some(),
            offer: offer.clone(),
        }
    }

    pub fn sells(&self, meter: u32) -> bool {
        self.sells.get(meter as usize).copied().unwrap_or(false)
    }
}
