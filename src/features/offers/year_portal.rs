//! The year month by month: the plan a customer has beside the cheapest others.

use leptos::prelude::*;

use super::{Year, YearOffer};
use crate::{
    domain::{money::Money, month},
    ui::{MoneyView, count, day_and_year, money, sourced},
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
    let spoken_of = (1..).zip(year.offers.iter().skip(1)).filter(|(at, offer)| *at == 1 || offer.is_advised);
    let dearer = spoken_of.map(|(at, _)| view! { <p>{dearer_in_words(&year, at)}</p> }).collect_view();
    let unread = (year.unread > 0).then(|| {
        let months = count(i64::try_from(year.unread).unwrap_or(i64::MAX), "month", "months");
        view! { <p class="soft small">{format!("{months} without enough readings: left out, and not counted as nothing used.")}</p> }
    });
    let sources = year.offers.iter().filter_map(|offer| {
        let (source, on) = offer.source.as_ref()?;
        let (price, read) = (format!("{}: price from ", offer.name), format!(", read on {}.", day_and_year(*on)));
        Some(view! { <p class="soft small">{sourced(&price, source, &read)}</p> })
    });
    let sources = sources.collect_view();
    view! {
        <section class="card year" aria-labelledby=id.clone()>
            <h2 id=id.clone()>"Month by month"</h2>
            {dearer}
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
    let what = match (at, offer.is_advised) {
        (0, _) => Some("your plan"),
        (_, true) => Some("we told you about it"),
        _ => None,
    };
    let what = what.map(|what| view! { <small>{what}</small> });
    view! { <th scope="col" class="num">{offer.name.clone()}{what}</th> }
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

/// The months in which the offer at this place would have cost more than the plan they have.
fn dearer_in_words(year: &Year, at: usize) -> String {
    let Some(offer) = year.offers.get(at) else { return String::new() };
    let name = if offer.is_advised { format!("{}, which we told you about,", offer.name) } else { offer.name.clone() };
    let is_dearer = |costs: &&(jiff::civil::Date, Vec<Money>)| {
        costs.1.first().zip(costs.1.get(at)).is_some_and(|(own, there)| there.minor > own.minor)
    };
    let months: Vec<String> = year.months.iter().filter(is_dearer).map(|(first, _)| month::words(*first)).collect();
    if months.is_empty() {
        return format!("In no month would {name} have cost you more.");
    }
    if months.len() == year.months.len() {
        return format!("{name} would have cost you more in every month.");
    }
    format!("{name} would have cost you more in {}.", months.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use jiff::civil::date;

    #[test]
    fn the_months_in_which_the_advice_would_have_cost_more_are_named() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        let offer = |name: &str| YearOffer { name: name.to_owned(), total: eur(0), source: None, is_advised: false };
        let year = |costs: &[(i64, i64)]| Year {
            offers: vec![offer("Large"), offer("Small")],
            months: (1..)
                .zip(costs)
                .map(|(month, (own, best))| (date(2026, month, 1), vec![eur(*own), eur(*best)]))
                .collect(),
            unread: 0,
        };
        let words = |costs: &[(i64, i64)]| dearer_in_words(&year(costs), 1);
        assert_eq!(words(&[(5, 4), (5, 6), (5, 9)]), "Small would have cost you more in February 2026, March 2026.");
        assert_eq!(words(&[(5, 4), (5, 5)]), "In no month would Small have cost you more.");
        assert_eq!(words(&[(5, 6)]), "Small would have cost you more in every month.");
        let alone = Year { offers: vec![offer("Large")], months: Vec::new(), unread: 12 };
        assert_eq!(dearer_in_words(&alone, 1), "");
    }

    #[test]
    fn what_we_told_them_about_has_a_sentence_of_its_own_wherever_it_stands() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        let offer =
            |name: &str, is_advised| YearOffer { name: name.to_owned(), total: eur(0), source: None, is_advised };
        let advised_last = Year {
            offers: vec![offer("Large", false), offer("Small", false), offer("Medium", true)],
            months: vec![
                (date(2026, 1, 1), vec![eur(5), eur(4), eur(6)]),
                (date(2026, 2, 1), vec![eur(5), eur(4), eur(5)]),
            ],
            unread: 0,
        };
        assert_eq!(
            dearer_in_words(&advised_last, 2),
            "Medium, which we told you about, would have cost you more in January 2026."
        );
        let page = Owner::new().with(|| view! { <YearTable year=advised_last.clone() number=0/> }.to_html());
        for words in ["In no month would Small have cost you more.", "Medium, which we told you about, would have"] {
            assert!(page.contains(words), "{words:?} is not in the table: {page}");
        }
        assert_eq!(page.matches("we told you about it").count(), 1, "{page}");
        assert!(!page.contains("Large would"), "{page}");
    }
}
