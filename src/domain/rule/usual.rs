//! The rule of each kind that Candor comes with, so that a new installation works.

use jiff::civil::Date;

use super::{
    condition::{Comparison, Condition, Literal},
    fact::Fact,
    kind::RuleKind,
    message::{Message, Pieces},
    number::Number,
    rows::{Group, Joined, Line, Row, Side},
    setting::Settings,
    version::Rule,
};

impl Rule {
    /// Version 1 of the rule of this kind, in force from the beginning.
    ///
    /// All of them lean towards telling: what is asked is whether there is something to tell, never who is told.
    pub fn usual(kind: RuleKind) -> Rule {
        let (name, condition, words): (&str, Condition, Pieces) = match kind {
            RuleKind::FeeWarning => (
                "Warn before a late fee",
                // Credit that is not known must not silence a warning.
                fee_is_near([
                    Line::Row(is(Fact::BillIsDisputed, false)),
                    Line::Row(above(Fact::DaysUntilFee, 0)),
                    Line::Group(Group::any([
                        Row::IsNotKnown(Fact::CreditForBill),
                        beside(Fact::CreditForBill, Comparison::Below, Fact::BillOpen),
                    ])),
                ]),
                Pieces(&[
                    ("Your bill of ", Some(Fact::BillOpen)),
                    (" is due on ", Some(Fact::DueOn)),
                    (". From ", Some(Fact::FeeOn)),
                    (" a late fee of ", Some(Fact::LateFee)),
                    (" would be added. Pay before that day and there is no fee.", None),
                ]),
            ),
            RuleKind::NothingToDo => (
                "Credit covers the bill",
                fee_is_near([
                    Line::Row(is(Fact::BillIsDisputed, false)),
                    Line::Row(above(Fact::DaysUntilFee, 0)),
                    Line::Row(beside(Fact::CreditForBill, Comparison::AtLeast, Fact::BillOpen)),
                ]),
                Pieces(&[
                    ("Your bill of ", Some(Fact::BillOpen)),
                    (" is due on ", Some(Fact::DueOn)),
                    (". Your credit covers it, so there is nothing to do.", None),
                ]),
            ),
            RuleKind::Dispute => (
                "Settle the dispute first",
                Group::all([
                    above(Fact::BillOpen, 0),
                    is(Fact::BillIsDisputed, true),
                    beside(Fact::DaysUntilDue, Comparison::AtMost, Fact::WarnDays),
                ])
                .condition(),
                Pieces(&[
                    ("You told us that your bill due on ", Some(Fact::DueOn)),
                    (" is wrong. Let us settle that first.", None),
                ]),
            ),
            RuleKind::BetterPrice => (
                "Another plan would have cost less",
                Group::all([
                    is(Fact::OtherPlanIsOpen, true),
                    is(Fact::IsEligible, true),
                    is(Fact::PriceIsKnown, true),
                    at_least(Fact::MonthsCompared, 3),
                    above(Fact::Saving, 0),
                    beside(Fact::Saving, Comparison::Above, Fact::SwitchingCost),
                ])
                .condition(),
                Pieces(&[
                    ("Over ", Some(Fact::MonthsCompared)),
                    (" months you would have paid ", Some(Fact::Saving)),
                    (" less on ", Some(Fact::OtherPlan)),
                    (".", None),
                ]),
            ),
            RuleKind::RightSize => (
                "Another size fits better",
                Group::all([
                    is(Fact::OtherPlanIsOpen, true),
                    is(Fact::PriceIsKnown, true),
                    is(Fact::CoversAllSeasons, true),
                    at_least(Fact::CoveragePercent, 90),
                    at_least(Fact::ConfidencePercent, 80),
                    above(Fact::Saving, 0),
                ])
                .condition(),
                Pieces(&[
                    ("You buy ", Some(Fact::UnitsBought)),
                    (" a month and need ", Some(Fact::UnitsNeeded)),
                    (". On ", Some(Fact::OtherPlan)),
                    (" you would have paid ", Some(Fact::Saving)),
                    (" less.", None),
                ]),
            ),
            RuleKind::Credit => (
                "Say that there is credit",
                Group::all([
                    above(Fact::CreditLeft, 0),
                    Row::Between { fact: Fact::DaysUntilExpiry, low: number(0), high: number(30) },
                ])
                .condition(),
                Pieces(&[
                    ("You have ", Some(Fact::CreditLeft)),
                    (" of credit that expires on ", Some(Fact::ExpiresOn)),
                    (". Use it before that day.", None),
                ]),
            ),
            RuleKind::Competitor => (
                "Someone else fits better",
                Group {
                    joined: Joined::All,
                    lines: vec![
                        Line::Row(is(Fact::IsEligible, true)),
                        Line::Row(is(Fact::OfferIsRestricted, false)),
                        Line::Row(is(Fact::PriceIsKnown, true)),
                        Line::Row(at_most(Fact::PriceAgeDays, 90)),
                        Line::Row(at_least(Fact::SavingPercent, 10)),
                        Line::Group(Group::any([
                            Row::IsNotKnown(Fact::OurBestSaving),
                            beside(Fact::OurBestSaving, Comparison::Below, Fact::Saving),
                        ])),
                    ],
                }
                .condition(),
                Pieces(&[
                    ("None of our plans fits your use as well as ", Some(Fact::Competitor)),
                    (". You would have paid ", Some(Fact::Saving)),
                    (" less there.", None),
                ]),
            ),
        };
        Rule {
            id: kind.name().replace('_', "-"),
            kind,
            version: 1,
            name: name.to_owned(),
            condition,
            settings: Settings::default(),
            words: Message::from(words),
            priority: 100,
            starts_on: Date::MIN,
            ends_on: None,
            reason: "Candor comes with this rule.".to_owned(),
        }
    }
}

/// A fee would come for what is open, and the day to speak of it has come.
fn fee_is_near(lines: impl IntoIterator<Item = Line>) -> Condition {
    let mut group = Group::all([
        above(Fact::BillOpen, 0),
        above(Fact::LateFee, 0),
        is(Fact::IsExemptFromFees, false),
        beside(Fact::DaysUntilDue, Comparison::AtMost, Fact::WarnDays),
    ]);
    group.lines.extend(lines);
    group.condition()
}

fn number(number: i32) -> Side {
    Side::Written(Literal::Number(Number::whole(number)))
}

fn above(fact: Fact, than: i32) -> Row {
    Row::Compare { fact, comparison: Comparison::Above, with: number(than) }
}

fn at_least(fact: Fact, least: i32) -> Row {
    Row::Compare { fact, comparison: Comparison::AtLeast, with: number(least) }
}

fn at_most(fact: Fact, most: i32) -> Row {
    Row::Compare { fact, comparison: Comparison::AtMost, with: number(most) }
}

fn is(fact: Fact, yes: bool) -> Row {
    Row::Compare { fact, comparison: Comparison::Is, with: Side::Written(Literal::YesNo(yes)) }
}

fn beside(fact: Fact, comparison: Comparison, other: Fact) -> Row {
    Row::Compare { fact, comparison, with: Side::Fact(other) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        late_fee::{Assessment, Bill, FeePolicy, assess},
        money::Currency,
        rule::{Facts, Value},
    };
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    #[test]
    fn every_kind_has_a_rule_that_reads_back_as_itself_and_is_shown_in_rows() {
        for kind in RuleKind::ALL {
            let rule = Rule::usual(kind);
            assert_eq!(Rule::read(&rule.to_json()), Ok(rule.clone()), "{kind}");
            assert_eq!(Group::of(&rule.condition).map(|rows| rows.condition()), Some(rule.condition), "{kind}");
        }
    }

    fn facts(policy: &FeePolicy, bill: &Bill, credit: Option<i64>, today: Date) -> Facts {
        let days_until = |day: Date| Value::Days((day - today).get_days().into());
        let mut facts = Facts::new(policy.currency);
        for (fact, value) in [
            (Fact::BillOpen, Value::Money(bill.open())),
            (Fact::LateFee, Value::Money(policy.fee(bill.open()))),
            (Fact::IsExemptFromFees, Value::YesNo(bill.is_exempt)),
            (Fact::BillIsDisputed, Value::YesNo(bill.is_disputed)),
            (Fact::WarnDays, Value::Days(policy.warn_days)),
            (Fact::DaysUntilDue, days_until(bill.pay_by())),
            (Fact::DaysUntilFee, days_until(policy.fee_on(bill.pay_by()))),
        ] {
            facts.set(fact, value).unwrap();
        }
        if let Some(credit) = credit {
            facts.set(Fact::CreditForBill, Value::Money(credit)).unwrap();
        }
        facts
    }

    proptest! {
        #[test]
        fn the_rules_say_what_the_fee_policy_says(
            amount in 0_i64..3, paid in 0_i64..3, due_in in -10_i64..10, is_disputed: bool, is_exempt: bool,
            flat in 0_i64..2, grace_days in 0_i64..4, credit in proptest::option::of(0_i64..4),
        ) {
            let today = date(2026, 11, 17);
            let policy = FeePolicy { flat, grace_days, ..FeePolicy::starting(Currency::EUR) };
            let bill = Bill {
                number: "1042".to_owned(),
                amount,
                paid,
                due_on: today + due_in.days(),
                agreed_due_on: None,
                is_disputed,
                is_exempt,
            };
            let facts = facts(&policy, &bill, credit, today);
            let holds = |kind| Rule::usual(kind).condition.holds(&facts);
            let assessment = assess(&policy, &bill, today);
            let is_covered = credit.is_some_and(|credit| credit >= bill.open());
            let warns = matches!(assessment, Assessment::Warn { .. });
            prop_assert_eq!(holds(RuleKind::FeeWarning), warns && !is_covered);
            prop_assert_eq!(holds(RuleKind::NothingToDo), warns && is_covered);
            prop_assert_eq!(holds(RuleKind::Dispute), assessment == Assessment::Disputed);
        }
    }
}
