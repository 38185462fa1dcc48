//! Everything a rule may ask about, with its type and its words. What a customer is worth is not among it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::types::Type;

/// One thing that can be known, or not, where a rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Today,
    Currency,
    DaysSinceTold,
    TimesTold,
    DaysUntilDue,
    DaysUntilFee,
    WarnDays,
    DueOn,
    FeeOn,
    FeeIsSet,
    LateFee,
    BillOpen,
    CreditForBill,
    BillIsDisputed,
    IsExemptFromFees,
    HasAgreedDate,
    PaysAutomatically,
    LateBills,
    Plan,
    OtherPlan,
    OtherPlanIsOpen,
    IsEligible,
    PriceIsKnown,
    Saving,
    SavingPercent,
    SwitchingCost,
    MonthsCompared,
    MonthsDearer,
    CommitmentDaysLeft,
    SizeChange,
    UnitsBought,
    UnitsNeeded,
    UnusedPercent,
    CoveragePercent,
    ConfidencePercent,
    CoversAllSeasons,
    CreditLeft,
    CreditInAll,
    DaysUntilExpiry,
    ExpiresOn,
    Competitor,
    PriceAgeDays,
    OfferIsRestricted,
    OurBestSaving,
    OneOfOursFits,
    BillAmount,
    UsualBill,
    PercentOfUsual,
    BillUnexplained,
    MonthBilledBefore,
    DaysSinceIssued,
    HowUnusual,
}

/// Which kinds of rule can know a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Everyone,
    Bill,
    Sum,
    Price,
    Size,
    Credit,
    Competitor,
}

impl About {
    /// As an error says it: "is about a bill".
    pub fn words(self) -> &'static str {
        match self {
            About::Everyone => "everyone",
            About::Bill => "a bill",
            About::Sum => "what a bill comes to",
            About::Price => "a price compared with another",
            About::Size => "the size of a plan",
            About::Credit => "one credit",
            About::Competitor => "a competitor's offer",
        }
    }
}

struct Entry {
    fact: Fact,
    name: &'static str,
    is: Type,
    about: About,
    words: &'static str,
    unit: &'static str,
    /// The only texts it can be; empty where any text can.
    choices: &'static [&'static str],
}

const fn entry(
    fact: Fact,
    name: &'static str,
    is: Type,
    about: About,
    words: &'static str,
    unit: &'static str,
) -> Entry {
    Entry { fact, name, is, about, words, unit, choices: &[] }
}

const MINOR: &str = "minor units of the currency";

/// In the order of [`Fact`], so that a fact is its own place in the table.
const CATALOGUE: [Entry; Fact::COUNT] = {
    use About::*;
    use Type::*;
    [
        entry(Fact::Today, "today", Date, Everyone, "today", "date"),
        entry(Fact::Currency, "currency", Text, Everyone, "currency of the account", "ISO code"),
        entry(Fact::DaysSinceTold, "days_since_told", Days, Everyone, "days since we last told them this", "days"),
        entry(Fact::TimesTold, "times_told", Count, Everyone, "times we told them this before", "times"),
        entry(Fact::DaysUntilDue, "days_until_due", Days, Bill, "days until due", "days"),
        entry(Fact::DaysUntilFee, "days_until_fee", Days, Bill, "days until the late fee", "days"),
        entry(Fact::WarnDays, "warn_days", Days, Bill, "days we warn before the due date", "days"),
        entry(Fact::DueOn, "due_on", Date, Bill, "due date", "date"),
        entry(Fact::FeeOn, "fee_on", Date, Bill, "day of the late fee", "date"),
        entry(Fact::FeeIsSet, "fee_is_set", YesNo, Bill, "it is set what being late costs", "yes or no"),
        entry(Fact::LateFee, "late_fee", Money, Bill, "late fee the bill would draw", MINOR),
        entry(Fact::BillOpen, "bill_open", Money, Bill, "still open on the bill", MINOR),
        entry(Fact::CreditForBill, "credit_for_bill", Money, Bill, "credit that can pay this bill", MINOR),
        entry(Fact::BillIsDisputed, "bill_is_disputed", YesNo, Bill, "the bill is in dispute", "yes or no"),
        entry(Fact::IsExemptFromFees, "is_exempt_from_fees", YesNo, Bill, "exempt from late fees", "yes or no"),
        entry(Fact::HasAgreedDate, "has_agreed_date", YesNo, Bill, "a later date is agreed", "yes or no"),
        entry(
            Fact::PaysAutomatically,
            "pays_automatically",
            YesNo,
            Bill,
            "the bill is paid automatically",
            "yes or no",
        ),
        entry(Fact::LateBills, "late_bills", Count, Bill, "bills paid late in the last 12 months", "bills"),
        entry(Fact::Plan, "plan", Text, Price, "plan they have", "name of the plan"),
        entry(Fact::OtherPlan, "other_plan", Text, Price, "other plan", "name of the plan"),
        entry(Fact::OtherPlanIsOpen, "other_plan_is_open", YesNo, Price, "the other plan is open to them", "yes or no"),
        entry(Fact::IsEligible, "is_eligible", YesNo, Price, "they are eligible", "yes or no"),
        entry(Fact::PriceIsKnown, "price_is_known", YesNo, Price, "every price in it is known", "yes or no"),
        entry(Fact::Saving, "saving", Money, Price, "what they would have saved", MINOR),
        entry(Fact::SavingPercent, "saving_percent", Percent, Price, "share they would have saved", "%"),
        entry(Fact::SwitchingCost, "switching_cost", Money, Price, "what changing costs them", MINOR),
        entry(Fact::MonthsCompared, "months_compared", Count, Price, "months compared", "months"),
        entry(Fact::MonthsDearer, "months_dearer", Count, Price, "months that would have cost more", "months"),
        entry(Fact::CommitmentDaysLeft, "commitment_days_left", Days, Price, "days left of a commitment", "days"),
        Entry {
            choices: &["smaller", "larger"],
            ..entry(Fact::SizeChange, "size_change", Text, Size, "change of size", "smaller or larger")
        },
        entry(Fact::UnitsBought, "units_bought", Count, Size, "units they buy a month", "units"),
        entry(Fact::UnitsNeeded, "units_needed", Count, Size, "units they need a month", "units"),
        entry(Fact::UnusedPercent, "unused_percent", Percent, Size, "share they do not use", "%"),
        entry(Fact::CoveragePercent, "coverage_percent", Percent, Price, "share of the months with readings", "%"),
        entry(Fact::ConfidencePercent, "confidence_percent", Percent, Size, "confidence in the advice", "%"),
        entry(Fact::CoversAllSeasons, "covers_all_seasons", YesNo, Size, "the months cover a whole year", "yes or no"),
        entry(Fact::CreditLeft, "credit_left", Money, Credit, "left of this credit", MINOR),
        entry(Fact::CreditInAll, "credit_in_all", Money, Credit, "credit they can use today", MINOR),
        entry(Fact::DaysUntilExpiry, "days_until_expiry", Days, Credit, "days until it expires", "days"),
        entry(Fact::ExpiresOn, "expires_on", Date, Credit, "day it expires", "date"),
        entry(Fact::Competitor, "competitor", Text, Competitor, "competitor", "name"),
        entry(Fact::PriceAgeDays, "price_age_days", Days, Competitor, "days since the price was checked", "days"),
        entry(Fact::OfferIsRestricted, "offer_is_restricted", YesNo, Competitor, "only for some people", "yes or no"),
        entry(Fact::OurBestSaving, "our_best_saving", Money, Competitor, "what our own best plan would save", MINOR),
        entry(Fact::OneOfOursFits, "one_of_ours_fits", YesNo, Competitor, "one of our plans fits", "yes or no"),
        entry(Fact::BillAmount, "bill_amount", Money, Sum, "what the bill comes to", MINOR),
        entry(Fact::UsualBill, "usual_bill", Money, Sum, "what their last bills came to", MINOR),
        entry(Fact::PercentOfUsual, "percent_of_usual", Percent, Sum, "the bill as a share of their usual one", "%"),
        entry(Fact::BillUnexplained, "bill_unexplained", Money, Sum, "what plan and use do not explain of it", MINOR),
        entry(Fact::MonthBilledBefore, "month_billed_before", YesNo, Sum, "its month was billed before", "yes or no"),
        entry(Fact::DaysSinceIssued, "days_since_issued", Days, Sum, "days since the bill was issued", "days"),
        entry(Fact::HowUnusual, "how_unusual", Text, Sum, "how it differs from their other bills", "words"),
    ]
};

impl Fact {
    pub const COUNT: usize = Fact::HowUnusual as usize + 1;

    pub fn all() -> impl Iterator<Item = Fact> {
        CATALOGUE.iter().map(|entry| entry.fact)
    }

    pub fn named(name: &str) -> Option<Fact> {
        CATALOGUE.iter().find(|entry| entry.name == name).map(|entry| entry.fact)
    }

    fn entry(self) -> &'static Entry {
        &CATALOGUE[self as usize]
    }

    /// As a rule writes it.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// As a person says it: "days until due".
    pub fn words(self) -> &'static str {
        self.entry().words
    }

    /// The same, as it is said to the customer it is about.
    pub fn words_to_customer(self) -> &'static str {
        match self {
            Fact::DaysSinceTold => "days since we last told you this",
            Fact::TimesTold => "times we told you this before",
            Fact::Plan => "plan you have",
            Fact::OtherPlanIsOpen => "the other plan is open to you",
            Fact::IsEligible => "you are eligible",
            Fact::Saving => "what you would have saved",
            Fact::SavingPercent => "share you would have saved",
            Fact::SwitchingCost => "what changing costs you",
            Fact::UnitsBought => "units you buy a month",
            Fact::UnitsNeeded => "units you need a month",
            Fact::UnusedPercent => "share you do not use",
            Fact::CreditInAll => "credit you can use today",
            Fact::UsualBill => "what your last bills came to",
            Fact::PercentOfUsual => "the bill as a share of your usual one",
            Fact::HowUnusual => "how it differs from your other bills",
            other => other.words(),
        }
    }

    pub fn is(self) -> Type {
        self.entry().is
    }

    pub fn unit(self) -> &'static str {
        self.entry().unit
    }

    pub fn about(self) -> About {
        self.entry().about
    }

    /// The only texts it can be; empty where any text can.
    pub fn choices(self) -> &'static [&'static str] {
        self.entry().choices
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{notice::NoticeKind, rule::worth};

    #[test]
    fn every_fact_stands_in_its_own_place_and_is_found_by_its_name() {
        for (place, fact) in Fact::all().enumerate() {
            assert_eq!(fact as usize, place, "{fact}");
            assert_eq!(Fact::named(fact.name()), Some(fact));
            assert_eq!(serde_json::to_string(&fact).unwrap(), format!("\"{fact}\""));
            assert!(!fact.words().is_empty() && !fact.unit().is_empty());
        }
        assert_eq!(Fact::all().count(), Fact::COUNT);
    }

    #[test]
    fn a_customer_is_spoken_to_and_not_about() {
        for fact in Fact::all() {
            let said = fact.words_to_customer();
            assert!(said.split(' ').all(|word| !["they", "them", "their"].contains(&word)), "{fact}: {said}");
        }
    }

    #[test]
    fn no_fact_tells_what_a_customer_is_worth() {
        for fact in Fact::all() {
            assert!(!worth::asks(fact.name()), "{fact}");
        }
    }

    #[test]
    fn every_fact_is_known_to_some_kind_of_rule_and_every_kind_knows_more_than_the_common_ones() {
        let common = Fact::all().filter(|fact| fact.about() == About::Everyone).count();
        assert!(Fact::all().all(|fact| NoticeKind::ALL.iter().any(|kind| kind.knows(fact.about()))));
        assert!(NoticeKind::ALL.iter().all(|kind| kind.facts().count() > common));
    }
}
