//! The rule of each kind that Candor comes with, so that a new installation works.

use jiff::civil::Date;

use super::{
    condition::{Comparison, Condition, Literal},
    fact::Fact,
    message::{Message, Pieces},
    number::Number,
    rows::{Group, Joined, Line, Row, Side},
    setting::Settings,
    version::Rule,
};
use crate::notice::NoticeKind;

impl Rule {
    /// Version 1 of the rule of this kind, in force from the beginning.
    ///
    /// All of them lean towards telling: what is asked is whether there is something to tell, never who is told.
    pub fn usual(kind: NoticeKind) -> Rule {
        let (condition, words): (Condition, Pieces) = match kind {
            NoticeKind::FeeWarning => (
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
            NoticeKind::NothingToDo => (
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
            NoticeKind::Dispute => (
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
            NoticeKind::Due => (
                Group::all([
                    above(Fact::BillOpen, 0),
                    is(Fact::BillIsDisputed, false),
                    is(Fact::FeeIsSet, false),
                    at_least(Fact::DaysUntilDue, 0),
                    beside(Fact::DaysUntilDue, Comparison::AtMost, Fact::WarnDays),
                    beside(Fact::CreditForBill, Comparison::Below, Fact::BillOpen),
                ])
                .condition(),
                Pieces(&[("Your bill has ", Some(Fact::BillOpen)), (" open, due on ", Some(Fact::DueOn)), (".", None)]),
            ),
            NoticeKind::Overdue => (
                Group {
                    joined: Joined::All,
                    lines: vec![
                        Line::Row(above(Fact::BillOpen, 0)),
                        Line::Row(is(Fact::BillIsDisputed, false)),
                        Line::Row(at_most(Fact::DaysUntilDue, -1)),
                        Line::Group(Group::any([
                            is(Fact::FeeIsSet, false),
                            is(Fact::IsExemptFromFees, true),
                            at_most(Fact::LateFee, 0),
                        ])),
                    ],
                }
                .condition(),
                Pieces(&[
                    ("Your bill was due on ", Some(Fact::DueOn)),
                    (", and ", Some(Fact::BillOpen)),
                    (" of it is still open.", None),
                ]),
            ),
            NoticeKind::FeeCame => (
                Group::all([
                    above(Fact::BillOpen, 0),
                    above(Fact::LateFee, 0),
                    is(Fact::IsExemptFromFees, false),
                    is(Fact::BillIsDisputed, false),
                    at_most(Fact::DaysUntilFee, 0),
                ])
                .condition(),
                Pieces(&[
                    ("Your bill was due on ", Some(Fact::DueOn)),
                    (", and ", Some(Fact::BillOpen)),
                    (" of it is still open. Since ", Some(Fact::FeeOn)),
                    (" a late fee of ", Some(Fact::LateFee)),
                    (" applies.", None),
                ]),
            ),
            NoticeKind::UnusualBill => (
                Group {
                    joined: Joined::All,
                    lines: vec![
                        Line::Row(at_most(Fact::DaysSinceIssued, 31)),
                        Line::Group(Group::any([above(Fact::PercentOfUsual, 150), is(Fact::MonthBilledBefore, true)])),
                    ],
                }
                .condition(),
                Pieces(&[("Your bill comes to ", Some(Fact::BillAmount)), (": ", Some(Fact::HowUnusual)), (".", None)]),
            ),
            NoticeKind::BetterPrice => (
                Group::all([
                    is(Fact::OtherPlanIsOpen, true),
                    is(Fact::IsEligible, true),
                    is(Fact::PriceIsKnown, true),
                    at_least(Fact::MonthsCompared, 3),
                    at_least(Fact::CoveragePercent, 75),
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
            NoticeKind::RightSize => (
                Group::all([
                    is(Fact::OtherPlanIsOpen, true),
                    is(Fact::PriceIsKnown, true),
                    is(Fact::CoversAllSeasons, true),
                    at_least(Fact::CoveragePercent, 90),
                    at_least(Fact::ConfidencePercent, 80),
                    above(Fact::Saving, 0),
                    beside(Fact::Saving, Comparison::Above, Fact::SwitchingCost),
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
            NoticeKind::Credit => (
                Group::all([
                    above(Fact::CreditLeft, 0),
                    Row::Between { fact: Fact::DaysUntilExpiry, low: number(0), high: number(30) },
                ])
                .condition(),
                Pieces(&[
                    ("You have ", Some(Fact::CreditLeft)),
                    (" of credit that expires on ", Some(Fact::ExpiresOn)),
                    (". What no bill has used by the end of that day is gone.", None),
                ]),
            ),
            NoticeKind::Competitor => (
                Group {
                    joined: Joined::All,
                    lines: vec![
                        Line::Row(is(Fact::IsEligible, true)),
                        Line::Row(is(Fact::OfferIsRestricted, false)),
                        Line::Row(is(Fact::PriceIsKnown, true)),
                        Line::Row(at_most(Fact::PriceAgeDays, 90)),
                        Line::Row(at_least(Fact::CoveragePercent, 75)),
                        Line::Row(at_least(Fact::SavingPercent, 10)),
                        Line::Row(beside(Fact::Saving, Comparison::Above, Fact::SwitchingCost)),
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
            name: kind.rule_title().to_owned(),
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
    use crate::{
        credit::Use,
        late_fee::{Assessment, Bill, BillFacts, FeePolicy, assess},
        money::Currency,
        rule::Subject,
        told::Told,
    };
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    #[test]
    fn every_kind_has_a_rule_that_reads_back_as_itself_and_is_shown_in_rows() {
        for kind in NoticeKind::ALL {
            let rule = Rule::usual(kind);
            assert_eq!(Rule::read(&rule.to_json()), Ok(rule.clone()), "{kind}");
            assert_eq!(Group::of(&rule.condition).map(|rows| rows.condition()), Some(rule.condition), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn the_rules_say_what_the_fee_policy_says(
            amount in 0_i64..3, paid in 0_i64..3, due_in in -10_i64..10, is_disputed: bool, is_exempt: bool,
            flat in 0_i64..2, grace_days in 0_i64..4, credit in 0_i64..4,
        ) {
            let today = date(2026, 11, 17);
            let policy = FeePolicy { flat, grace_days, ..FeePolicy::suggested(Currency::EUR) };
            let bill = Bill {
                number: "1042".to_owned(),
                amount,
                paid,
                due_on: today + due_in.days(),
                agreed_due_on: None,
                moved_to: None,
                is_disputed,
                credit: vec![Use { reference: "a".to_owned(), amount: credit }],
                is_exempt,
            };
            let asked = BillFacts { bill: &bill, policy: &policy, late_fee: None, told: Told::never(today) };
            let facts = asked.facts(NoticeKind::FeeWarning);
            let holds = |kind| Rule::usual(kind).condition.holds(&facts);
            let assessment = assess(&policy, &bill, today);
            prop_assert_eq!(holds(NoticeKind::FeeWarning), matches!(assessment, Assessment::Warn { .. }));
            prop_assert_eq!(holds(NoticeKind::NothingToDo), assessment == Assessment::Covered);
            prop_assert_eq!(holds(NoticeKind::Dispute), assessment == Assessment::Disputed);
            prop_assert_eq!(holds(NoticeKind::FeeCame), matches!(assessment, Assessment::Late { .. }) && !is_disputed);
            prop_assert!(!holds(NoticeKind::Due), "what being late costs is set");
        }
    }
}
