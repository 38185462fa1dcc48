//! Days on which banks pay: not on a weekend, and on no public holiday of the whole country.
//!
//! Holidays are those that the crate `opening-hours` brings with it (from the Python package `holidays`, to 2076); of a country
//! it does not know, weekends alone are.

use jiff::civil::{Date, Weekday};
use opening_hours::{ContextHolidays, localization::Country};

use crate::late_fee::DueShift;

/// Countries whose weekend is not Saturday and Sunday, by the Unicode CLDR (supplemental `weekData`).
const OTHER_WEEKENDS: [(&[&str], &[Weekday]); 4] = [
    (
        &["BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"],
        &[Weekday::Friday, Weekday::Saturday],
    ),
    (&["AF"], &[Weekday::Thursday, Weekday::Friday]),
    (&["IR"], &[Weekday::Friday]),
    (&["IN", "UG"], &[Weekday::Sunday]),
];

/// No run of days off is longer than this.
const LONGEST_RUN: usize = 30;

/// The business days of one country.
#[derive(Clone, Debug)]
pub struct BusinessDays {
    holidays: Option<ContextHolidays>,
    weekend: &'static [Weekday],
}

impl BusinessDays {
    /// By the country's code or English name; weekends alone where it is not known.
    pub fn of(country: Option<&str>) -> Self {
        let named = country.unwrap_or_default().trim();
        let known = Country::ALL
            .into_iter()
            .find(|known| named.eq_ignore_ascii_case(known.iso_code()) || named.eq_ignore_ascii_case(known.name()));
        let code = known.map_or_else(|| named.to_ascii_uppercase(), |known| known.iso_code().to_owned());
        let other = OTHER_WEEKENDS.iter().find(|(countries, _)| countries.contains(&code.as_str()));
        Self {
            holidays: known.map(Country::holidays),
            weekend: other.map_or(&[Weekday::Saturday, Weekday::Sunday], |(_, weekend)| weekend),
        }
    }

    pub fn contains(&self, day: Date) -> bool {
        let [year, month, of_month] = [i32::from(day.year()), i32::from(day.month()), i32::from(day.day())];
        let is_holiday = self.holidays.as_ref().is_some_and(|holidays| {
            chrono::NaiveDate::from_ymd_opt(year, month.unsigned_abs(), of_month.unsigned_abs())
                .is_some_and(|day| holidays.get_public().contains(day))
        });
        !is_holiday && !self.weekend.contains(&day.weekday())
    }

    /// The day itself where it is a business day, else the next or the one before.
    fn nearest(&self, day: Date, step: impl Fn(Date) -> Result<Date, jiff::Error>) -> Date {
        let days = std::iter::successors(Some(day), |day| step(*day).ok()).take(LONGEST_RUN);
        days.into_iter().find(|day| self.contains(*day)).unwrap_or(day)
    }

    /// The day that counts in place of the one a bill is to be paid by, where that is no business day and the policy moves
    /// it. What a person agreed is never made earlier, and no bill is due before it was issued.
    pub fn moved(&self, shift: DueShift, issued_on: Date, due_on: Date, agreed_on: Option<Date>) -> Option<Date> {
        let agreed = agreed_on.filter(|agreed| *agreed > due_on);
        let pay_by = agreed.unwrap_or(due_on);
        let moved = match shift {
            DueShift::AsIs => pay_by,
            DueShift::Next => self.nearest(pay_by, |day| day.tomorrow()),
            DueShift::Previous if agreed.is_some() => pay_by,
            DueShift::Previous => self.nearest(pay_by, |day| day.yesterday()).max(issued_on.min(due_on)),
        };
        (moved != pay_by).then_some(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weekends_and_holidays_of_a_country_are_no_business_days() {
        let germany = BusinessDays::of(Some("DE"));
        assert!(!germany.contains(date(2026, 8, 16)), "a Sunday");
        assert!(!germany.contains(date(2026, 4, 3)), "Good Friday");
        assert!(germany.contains(date(2026, 8, 14)));
        assert!(!BusinessDays::of(Some("germany")).contains(date(2026, 4, 6)), "by its name");
        let unknown = BusinessDays::of(Some("Atlantis"));
        assert!(unknown.contains(date(2026, 12, 25)) && !unknown.contains(date(2026, 12, 26)), "a Saturday");
        let israel = BusinessDays::of(Some("IL"));
        assert!(
            !israel.contains(date(2026, 8, 14)) && israel.contains(date(2026, 8, 16)),
            "Friday is off, Sunday is not"
        );
    }

    #[test]
    fn a_due_day_moves_as_the_policy_says() {
        let days = BusinessDays::of(Some("DE"));
        let moved = |shift, due| days.moved(shift, date(2026, 1, 1), due, None);
        let sunday = date(2026, 8, 16);
        assert_eq!(moved(DueShift::AsIs, sunday), None);
        assert_eq!(moved(DueShift::Next, sunday), Some(date(2026, 8, 17)));
        assert_eq!(moved(DueShift::Previous, sunday), Some(date(2026, 8, 14)));
        assert_eq!(moved(DueShift::Next, date(2026, 4, 3)), Some(date(2026, 4, 7)), "over Easter");
        assert_eq!(moved(DueShift::Next, date(2026, 8, 17)), None, "a Monday stays");
    }

    #[test]
    fn what_was_agreed_is_never_made_earlier_nor_a_bill_due_before_it_was_issued() {
        let days = BusinessDays::of(None);
        let (due, agreed) = (date(2026, 8, 10), Some(date(2026, 8, 16)));
        assert_eq!(days.moved(DueShift::Previous, date(2026, 8, 1), due, agreed), None);
        assert_eq!(days.moved(DueShift::Next, date(2026, 8, 1), due, agreed), Some(date(2026, 8, 17)));
        let sunday = date(2026, 8, 16);
        assert_eq!(days.moved(DueShift::Previous, date(2026, 8, 15), sunday, None), Some(date(2026, 8, 15)));
    }
}
