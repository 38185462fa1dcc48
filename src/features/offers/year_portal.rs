//! The year month by month: the plan a customer has beside the cheapest others.

use leptos::prelude::*;

use super::{Year, YearOffer};
use crate::{
    domain::{money::Money, month},
    ui::{MoneyView, count, day_and_year, money},
};

#[component]
pub fn YearTable(year: Year, number: usize) -> impl IntoView {
    let id = format!("year-{number}");
    let heads = year.offers.iter().enumerate().map(|(at, offer)| head(at, offer)).collect_view();
    let rows = year
        .months
        .iter()
        .map(|(first, costs)| view! { <tr><th scope="row">{month::words(*first)}</th>{cells(costs)}</tr> })
        .collect_view();
    let totals: Vec<Money> = year.offers.iter().map(|offer| offer.total).collect();
    let (others, dearer) = (year.offers.len() > 1, dearer_in_words(&year));
    let unread = (year.unread > 0).then(|| {
        let months = count(i64::try_from(year.unread).unwrap_or(i64::MAX), "month", "months");
        view! { <p class="soft small">{format!("{months} without readings: left out, and not counted as nothing used.")}</p> }
    });
    let sources = year.offers.iter().filter_map(|offer| {
        let (source, on) = offer.source.as_ref()?;
        let words = format!("{}: price from {source}, read on {}.", offer.name, day_and_year(*on));
        Some(view! { <p class="soft small">{words}</p> })
    });
    let sources = sources.collect_view();
    view! {
        <section class="card year" aria-labelledby=id.clone()>
            <h2 id=id.clone()>"Month by month"</h2>
            {others.then(|| view! { <p>{dearer}</p> })}
            <div class="table tight" role="region" aria-labelledby=id.clone() tabindex="0">
                <table>
                    <thead><tr><th scope="col">"Month"</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr class="total"><th scope="row">"In all"</th>{cells(&totals)}</tr></tfoot>
                </table>
            </div>
            {sources}
            {unread}
        </section>
    }
}

fn head(at: usize, offer: &YearOffer) -> impl IntoView + use<> {
    let own = (at == 0).then(|| view! { <small>"your plan"</small> });
    view! { <th scope="col" class="num">{offer.name.clone()}{own}</th> }
}

/// The first is what it is measured by; what costs more than it says so.
fn cells(costs: &[Money]) -> impl IntoView + use<> {
    let own = costs.first().copied();
    let cell = |cost: &Money| {
        let more = own.map_or(0, |own| cost.minor.saturating_sub(own.minor));
        let dearer =
            (more > 0).then(|| view! { <small>{format!("{} more", money(Money::new(more, cost.currency)))}</small> });
        view! { <td class="num"><MoneyView of=*cost/>{dearer}</td> }
    };
    costs.iter().map(cell).collect_view()
}

/// The months in which the cheapest other offer would have cost more.
fn dearer_in_words(year: &Year) -> String {
    let Some(best) = year.offers.get(1) else { return String::new() };
    let is_dearer = |costs: &&(jiff::civil::Date, Vec<Money>)| match costs.1.as_slice() {
        [own, best, ..] => best.minor > own.minor,
        _ => false,
    };
    let months: Vec<String> = year.months.iter().filter(is_dearer).map(|(first, _)| month::words(*first)).collect();
    if months.is_empty() {
        return format!("In no month would {} have cost you more.", best.name);
    }
    if months.len() == year.months.len() {
        return format!("{} would have cost you more in every month.", best.name);
    }
    format!("{} would have cost you more in {}.", best.name, months.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use jiff::civil::date;

    #[test]
    fn the_months_in_which_the_advice_would_have_cost_more_are_named() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        let offer = |name: &str| YearOffer { name: name.to_owned(), total: eur(0), source: None };
        let year = |costs: &[(i64, i64)]| Year {
            offers: vec![offer("Large"), offer("Small")],
            months: (1..)
                .zip(costs)
                .map(|(month, (own, best))| (date(2026, month, 1), vec![eur(*own), eur(*best)]))
                .collect(),
            unread: 0,
        };
        let words = |costs: &[(i64, i64)]| dearer_in_words(&year(costs));
        assert_eq!(words(&[(5, 4), (5, 6), (5, 9)]), "Small would have cost you more in February 2026, March 2026.");
        assert_eq!(words(&[(5, 4), (5, 5)]), "In no month would Small have cost you more.");
        assert_eq!(words(&[(5, 6)]), "Small would have cost you more in every month.");
        let alone = Year { offers: vec![offer("Large")], months: Vec::new(), unread: 12 };
        assert_eq!(dearer_in_words(&alone), "");
    }
}
