//! What every plan would cost had more been used, or less: reckoned alike on the server and in the browser.

use crate::domain::{
    day,
    decimal::Decimal,
    locale::Locale,
    money::{Currency, Money},
    offer::{BETWEEN, Charge, MonthUsage, Offer, packable},
};

/// The most percent of the own use that a slider gives, and its step.
pub const MOST_PERCENT: u32 = 300;
pub const STEP_PERCENT: u32 = 5;

/// More units than that in a month are taken for a slip of the pen.
const MOST_UNITS: u32 = 1_000_000_000;

/// A customer's own use and the plans it is priced on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    pub currency: Currency,
    /// How the customer is used to reading numbers.
    pub locale: Locale,
    /// What was used in any of the months.
    pub meters: Vec<String>,
    /// Those with readings, each with all of the meters.
    pub months: Vec<MonthUsage>,
    /// The plan they have, then the others.
    pub offers: Vec<Priced>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Under its full name. Nothing in it but what makes the price.
    pub offer: Offer,
    /// What there is to know of it, such as where its price was read.
    pub more: String,
    /// Only some people can have it.
    pub is_restricted: bool,
}

/// What somebody tries: for each meter percent of the own use, and units for single months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    meters: Vec<MeterTrial>,
    /// How many numbers could not be used.
    wrong: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct MeterTrial {
    percent: u32,
    /// For each month the units that stand instead of the percentage.
    months: Vec<Option<Decimal>>,
}

/// What a trial comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub says: String,
    /// The cheapest first; those for some people only behind them, and those without a price last.
    pub rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which of the offers; the first is the plan they have.
    pub at: usize,
    /// Minor units over all months; nothing where one has no price.
    pub cost: Option<i64>,
    /// Minor units above what the plan they have would cost.
    pub more: Option<i64>,
}

/// The name of the field with the percentage of a meter.
pub fn percent_field(meter: usize) -> String {
    format!("use{meter}")
}

/// The name of the field with the units of a meter in a month.
pub fn units_field(meter: usize, month: usize) -> String {
    format!("use{meter}-{month}")
}

/// The percentage that was typed; all of the own use where nothing was.
pub fn read_percent(text: &str) -> Option<u32> {
    match text.trim() {
        "" => Some(100),
        text => text.parse().ok().filter(|percent| *percent <= MOST_PERCENT),
    }
}

/// The units that were typed, or `Some(None)` where nothing was.
pub fn read_units(text: &str) -> Option<Option<Decimal>> {
    match text.trim() {
        "" => Some(None),
        text => {
            let units: Decimal = text.replace(',', ".").parse().ok()?;
            (!units.is_negative() && units <= MOST_UNITS.into()).then_some(Some(units))
        }
    }
}

impl Trial {
    /// Reads the fields of a form. What is no number changes nothing, and is counted.
    pub fn read(of: &WhatIf, typed: impl Fn(&str) -> String) -> Self {
        let mut wrong = 0;
        let mut meters = Vec::with_capacity(of.meters.len());
        for meter in 0..of.meters.len() {
            let percent = read_percent(&typed(&percent_field(meter))).unwrap_or_else(|| {
                wrong += 1;
                100
            });
            let mut months = Vec::with_capacity(of.months.len());
            for month in 0..of.months.len() {
                months.push(read_units(&typed(&units_field(meter, month))).unwrap_or_else(|| {
                    wrong += 1;
                    None
                }));
            }
            meters.push(MeterTrial { percent, months });
        }
        Self { meters, wrong }
    }

    /// The months as they would have been; nothing where a number has too many digits.
    pub fn months(&self, of: &WhatIf) -> Option<Vec<MonthUsage>> {
        let mut months = Vec::with_capacity(of.months.len());
        for (at, own) in of.months.iter().enumerate() {
            let mut tried = MonthUsage { month: own.month, units: Default::default() };
            for (name, meter) in of.meters.iter().zip(&self.meters) {
                let units = match meter.months.get(at).copied().flatten() {
                    Some(units) => units,
                    None => own.units.get(name)?.percent(meter.percent.into()).ok()?,
                };
                tried.units.insert(name.clone(), units);
            }
            months.push(tried);
        }
        Some(months)
    }
}

impl WhatIf {
    /// What the trial comes to on every offer.
    pub fn outcome(&self, trial: &Trial) -> Outcome {
        let months = trial.months(self);
        let cost = |priced: &Priced| {
            let mut sum = 0_i64;
            for month in months.as_ref()? {
                sum = sum.checked_add(priced.offer.price(month).ok()?)?;
            }
            Some(sum)
        };
        let now = self.offers.first().and_then(cost);
        let mut rows: Vec<Row> = Vec::with_capacity(self.offers.len());
        for (at, priced) in self.offers.iter().enumerate() {
            let cost = if at == 0 { now } else { cost(priced) };
            let row = Row { at, cost, more: cost.zip(now).and_then(|(there, now)| there.checked_sub(now)) };
            // One more of few: a sort would be more code than the rest of this.
            let place = rows.iter().position(|other| self.rank(&row) < self.rank(other)).unwrap_or(rows.len());
            rows.insert(place, row);
        }
        Outcome { says: self.says(trial, now, rows.first().copied()), rows }
    }

    fn rank(&self, row: &Row) -> (bool, bool, i64) {
        let is_for_some = row.at > 0 && self.offers.get(row.at).is_some_and(|priced| priced.is_restricted);
        (row.cost.is_none(), is_for_some, row.cost.unwrap_or_default())
    }

    fn says(&self, trial: &Trial, now: Option<i64>, best: Option<Row>) -> String {
        let mut says = match now {
            Some(now) => format!("On your plan this would cost {} in {}.", self.money(now), self.months_in_words()),
            None => "Your plan has no price for this use.".to_owned(),
        };
        let cheaper = best.and_then(|best| Some((self.offers.get(best.at)?, best.cost?, best.more?)));
        match cheaper.filter(|(_, _, more)| *more < 0) {
            Some((priced, cost, more)) => says.push_str(&format!(
                " The cheapest would be {}: {}, that is {} less.",
                priced.offer.name,
                self.money(cost),
                self.money(more.saturating_neg())
            )),
            None if now.is_some() => says.push_str(" No other plan would cost less."),
            None => {}
        }
        match trial.wrong {
            0 => {}
            1 => says.push_str(" One number could not be used, so there the slider counts."),
            wrong => says.push_str(&format!(" {wrong} numbers could not be used, so there the sliders count.")),
        }
        says
    }

    fn money(&self, minor: i64) -> String {
        self.locale.money(Money::new(minor, self.currency))
    }

    fn months_in_words(&self) -> String {
        match self.months.len() {
            1 => "this month".to_owned(),
            months => format!("these {months} months"),
        }
    }

    /// `€12.00`
    pub fn cost_in_words(&self, row: &Row) -> String {
        row.cost.map_or_else(|| "no price".to_owned(), |cost| self.money(cost))
    }

    /// `€3.00 less`, against the plan they have.
    pub fn more_in_words(&self, row: &Row) -> String {
        let Some(more) = row.more.filter(|_| row.at > 0) else { return String::new() };
        let money = self.money(more.saturating_abs());
        match more {
            0 => "the same".to_owned(),
            1.. => format!("{money} more"),
            _ => format!("{money} less"),
        }
    }

    /// One line each for the currency with the locale, the meters, the months and the offers with their charges.
    pub fn pack(&self) -> String {
        let between = BETWEEN.to_string();
        let mut lines = vec![[self.currency.code(), self.locale.name()].join(&between)];
        lines.push(self.meters.iter().map(|meter| packable(meter)).collect::<Vec<_>>().join(&between));
        for month in &self.months {
            let units = self.meters.iter().map(|meter| month.units.get(meter).copied().unwrap_or_default());
            let parts =
                ["m".to_owned(), day::write(month.month)].into_iter().chain(units.map(|units| units.to_string()));
            lines.push(parts.collect::<Vec<_>>().join(&between));
        }
        for Priced { offer, more, is_restricted } in &self.offers {
            let amount = |minor: Option<i64>| minor.map(|minor| minor.to_string()).unwrap_or_default();
            lines.push(
                [
                    "o",
                    &packable(&offer.name),
                    &packable(more),
                    if *is_restricted { "r" } else { "" },
                    &amount(offer.monthly_fee),
                    &amount(offer.minimum_commitment),
                ]
                .join(&between),
            );
            lines.extend(offer.charges.iter().map(|charge| ["c", &charge.pack()].join(&between)));
        }
        lines.join("\n")
    }

    /// Reads what [`pack`](Self::pack) wrote.
    pub fn unpack(packed: &str) -> Option<Self> {
        let mut lines = packed.split('\n');
        let (currency, locale) = lines.next()?.split_once(BETWEEN)?;
        let (currency, locale) = (Currency::from_code(currency)?, locale.parse().ok()?);
        let meters = lines.next()?.split(BETWEEN).map(str::to_owned).collect();
        let mut all = Self { currency, locale, meters, months: Vec::new(), offers: Vec::new() };
        for line in lines {
            let (kind, rest) = line.split_once(BETWEEN)?;
            match kind {
                "m" => all.unpack_month(rest)?,
                "o" => all.unpack_offer(rest)?,
                _ => all.offers.last_mut()?.offer.charges.push(Charge::unpack(rest)?),
            }
        }
        Some(all)
    }

    fn unpack_month(&mut self, line: &str) -> Option<()> {
        let mut parts = line.split(BETWEEN);
        let mut month = MonthUsage { month: day::read(parts.next()?)?, units: Default::default() };
        for meter in &self.meters {
            month.units.insert(meter.clone(), parts.next()?.parse().ok()?);
        }
        self.months.push(month);
        Some(())
    }

    fn unpack_offer(&mut self, line: &str) -> Option<()> {
        let mut parts = line.split(BETWEEN);
        let (name, more, restricted) = (parts.next()?, parts.next()?, parts.next()?);
        let mut amount = || parts.next().map(|text| text.parse().ok());
        let offer = Offer {
            code: String::new(),
            name: name.to_owned(),
            currency: self.currency,
            monthly_fee: amount()?,
            minimum_commitment: amount()?,
            charges: Vec::new(),
            open_from: None,
            open_until: None,
            eligibility: None,
            provider: None,
        };
        self.offers.push(Priced { offer, more: more.to_owned(), is_restricted: !restricted.is_empty() });
        Some(())
    }
}
