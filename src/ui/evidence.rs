//! "Why am I seeing this": the facts and the arithmetic behind an amount.

use leptos::prelude::*;

use super::{MoneyView, count, day_and_year, retold, retold_beside, sourced};
use crate::domain::evidence::{Evidence, Fact, Tested, Value};

/// Closed until asked for; on paper it is open. `rule` names the rule with its version, `page` is where all of it stands.
#[component]
pub fn Why(
    evidence: Evidence,
    #[prop(into)] rule: String,
    #[prop(into)] sums: String,
    #[prop(optional, into)] kept: Option<String>,
    #[prop(optional, into)] page: Option<String>,
    #[prop(default = "Why am I seeing this")] label: &'static str,
) -> impl IntoView {
    view! {
        <details class="why">
            <summary>{label}</summary>
            <div>
                <Grounds evidence rule sums kept/>
                {page.map(|page| view! { <p><a href=page>"All of it, on a page of its own"</a></p> })}
            </div>
        </details>
    }
}

/// The same, open, where it is what the page is about.
#[component]
pub fn Grounds(
    evidence: Evidence,
    #[prop(into)] rule: String,
    #[prop(into)] sums: String,
    kept: Option<String>,
) -> impl IntoView {
    let names = evidence.names();
    let facts = evidence
        .facts
        .iter()
        .map(|fact| view! { <div><dt>{fact.name.clone()}</dt><dd>{value(fact)}</dd></div> })
        .collect_view();
    let last = evidence.steps.len();
    let steps = evidence
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            view! {
                <tr class=(at + 1 == last).then_some("total")>
                    <th scope="row">{retold_beside(&step.words, &names)}</th>
                    <td><MoneyView of=step.amount/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <p>{retold_beside(&rule, &names)}</p>
        <dl class="facts">{facts}</dl>
        {(last > 0).then(|| view! { <table class="sums"><caption>{sums}</caption><tbody>{steps}</tbody></table> })}
        {kept.map(|kept| view! { <p class="soft small">{kept}</p> })}
    }
}

/// A condition with what it met, and below it those it joins.
#[component]
pub fn Conditions(tested: Tested) -> impl IntoView {
    view! { <ul class="tested">{condition(tested)}</ul> }
}

fn condition(tested: Tested) -> AnyView {
    let class = if tested.holds { "holds" } else { "fails" };
    let has_parts = !tested.parts.is_empty();
    let parts = tested.parts.into_iter().map(condition).collect_view();
    view! { <li class=class>{retold(&tested.words)}{has_parts.then(|| view! { <ul>{parts}</ul> })}</li> }.into_any()
}

fn value(fact: &Fact) -> AnyView {
    match &fact.value {
        Value::Money(money) => view! { <MoneyView of=*money/> }.into_any(),
        // Kept for years, so the year is said.
        Value::Date(date) => view! { <time datetime=date.to_string()>{day_and_year(*date)}</time> }.into_any(),
        Value::Days(days) => count(*days, "day", "days").into_any(),
        Value::Percent(percent) => retold(&format!("{percent} %")).into_any(),
        Value::Text(text) if fact.is_quantity() => retold(text).into_any(),
        Value::Text(text) => sourced("", text, ""),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{
        evidence::Step,
        locale::Locale,
        money::{Currency, Money},
    };

    #[test]
    fn grounds_are_shown_the_way_of_their_reader_and_names_as_they_are() {
        let mut evidence = Evidence::default();
        for (name, value) in [
            ("Bill", Value::Text("2026.11".to_owned())),
            ("Your plan", Value::Text("1.5 Gbit Fibre".to_owned())),
            ("You need, room included", Value::Text("10.8 gb a month".to_owned())),
            ("Confidence", Value::Percent("97.5".to_owned())),
        ] {
            evidence.fact(name, value);
        }
        let amount = Money::new(123_450, Currency::EUR);
        evidence.steps.push(Step { words: format!("less {amount} used on 1.5 Gbit Fibre"), amount });
        let page = Owner::new().with(|| {
            provide_context(Locale::German);
            view! { <Grounds evidence rule="A fee of €5.00 from 1 May 2026." sums="Sums" kept=None/> }.to_html()
        });
        for words in [
            "2026.11",
            ">1.5 Gbit Fibre<",
            "10,8 gb a month",
            "97,5 %",
            "less 1.234,50\u{a0}€ used on 1.5 Gbit Fibre",
            "5,00\u{a0}€ from 1. May 2026",
        ] {
            assert!(page.contains(words), "{words:?} is not on the page: {page}");
        }
    }

    #[test]
    fn what_is_kept_for_years_says_the_year_of_its_dates() {
        let mut evidence = Evidence::default();
        evidence.fact("Due date", Value::Date(date(2024, 1, 7)));
        Owner::new().with(|| {
            let shown = view! { <Why evidence rule="A rule" sums="Sums" page="/notices/7"/> }.to_html();
            assert!(shown.contains("7 January 2024") && shown.contains("href=\"/notices/7\""), "{shown}");
        });
    }
}
