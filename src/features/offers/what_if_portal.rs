//! The form in which another use is tried, with what it comes to.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::what_if::{
    MOST_PERCENT, Row, STEP_PERCENT, Trial, WhatIf, percent_field, read_percent, read_units, units_field,
};
use crate::domain::month;

/// `code` is that of the plan it is about, `asked` the address of the page, `packed` a [`WhatIf`].
#[component]
pub fn WhatIfForm(code: String, packed: String, asked: ParamsMap, number: usize) -> impl IntoView {
    let of = WhatIf::unpack(&packed)?;
    let id = format!("what-if-{number}");
    let is_asked = asked.get_str("what_if") == Some(code.as_str());
    let typed = |name: &str| asked.get_str(name).filter(|_| is_asked).unwrap_or_default().to_owned();
    let outcome = of.outcome(&Trial::read(&of, typed));
    let meters = (0..of.meters.len()).map(|meter| meter_fields(&id, &of, meter, &typed)).collect_view();
    let rows = outcome.rows.iter().map(|row| offer_row(&id, &of, row)).collect_view();
    let heading = format!("{id}-title");
    let action = format!("/plan#{heading}");
    let back = if is_asked {
        view! { <a class="button link" href=action.clone()>"Back to my own use"</a> }.into_any()
    } else {
        view! { <button class="button link only-live" type="reset">"Back to my own use"</button> }.into_any()
    };
    Some(view! {
        <section class="card what-if no-print" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>"What if I used less, or more?"</h2>
            <p>
                "Move a slider, or write what a single month would be. Every plan is priced again on it, to the cent."
            </p>
            <form class="what-if-form" id=id.clone() method="get" action=action autocomplete="off" data-what-if=packed>
                <input type="hidden" name="what_if" value=code/>
                {meters}
                <div class="acts">
                    <button class="button only-still" type="submit">"Work it out"</button>
                    {back}
                </div>
            </form>
            <p class="strong" id=format!("{id}-says-0")>{outcome.says.clone()}</p>
            <div class="table" role="region" aria-labelledby=heading.clone() tabindex="0">
                <table id=format!("{id}-result")>
                    <caption class="unseen">"What each plan would cost, the cheapest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Plan"</th>
                            <th scope="col" class="num">"Would cost"</th>
                            <th scope="col" class="num">"Against yours"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="unseen" id=format!("{id}-announced-0") role="status"></p>
        </section>
    })
}

/// The slider of a meter, and the months that can differ from it.
fn meter_fields(id: &str, of: &WhatIf, meter: usize, typed: &dyn Fn(&str) -> String) -> impl IntoView + use<> {
    let name = of.meters.get(meter).cloned().unwrap_or_default();
    let field = percent_field(meter);
    let slider = format!("{id}-{field}");
    let percent = read_percent(&typed(&field)).unwrap_or(100);
    let mut has_months = false;
    let months = of.months.iter().enumerate().map(|(at, own)| {
        let field = units_field(meter, at);
        let text = typed(&field);
        has_months |= !text.trim().is_empty();
        let (place, error) = (format!("{id}-{field}"), format!("{id}-{field}-error"));
        let own_units = own.units.get(&name).copied().unwrap_or_default();
        let is_wrong = read_units(&text).is_none();
        let problem = is_wrong.then(|| {
            view! { <p class="error" id=error.clone()>"Write a number, 0 or more, such as 7.5."</p> }
        });
        view! {
            <div class="field short">
                <label for=place.clone()>
                    {month::words(own.month)}" "<span class="optional">{format!("(you used {})", of.locale.decimal(own_units))}</span>
                </label>
                {problem}
                <input
                    id=place
                    name=field
                    type="number"
                    inputmode="decimal"
                    min="0"
                    step="any"
                    value=text
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=is_wrong.then_some(error)
                />
            </div>
        }
    });
    let months = months.collect::<Vec<_>>();
    view! {
        <fieldset>
            <legend>{name.clone()}</legend>
            <div class="slide">
                <label for=slider.clone()>"Percent of your own use"</label>
                <span class="num" id=format!("{id}-percent-{meter}")>{format!("{percent} %")}</span>
                <input
                    id=slider
                    name=field
                    type="range"
                    min="0"
                    max=MOST_PERCENT.to_string()
                    step=STEP_PERCENT.to_string()
                    value=percent.to_string()
                />
            </div>
            <details open=has_months>
                <summary>"Month by month"</summary>
                <p class="help">"A month you leave empty follows the slider."</p>
                <div class="months">{months}</div>
            </details>
        </fieldset>
    }
}

fn offer_row(id: &str, of: &WhatIf, row: &Row) -> impl IntoView + use<> {
    let priced = of.offers.get(row.at);
    let name = priced.map(|priced| priced.offer.name.clone());
    let more = priced.map(|priced| priced.more.clone()).filter(|more| !more.is_empty());
    let own = (row.at == 0).then(|| view! { " "<span class="badge">"your plan"</span> });
    let minor = |minor: Option<i64>| minor.map(|minor| minor.to_string()).unwrap_or_default();
    view! {
        <tr data-offer=row.at.to_string()>
            <th scope="row">{name}{own}{more.map(|more| view! { <small>{more}</small> })}</th>
            <td class="num" id=format!("{id}-cost-{}", row.at) data-minor=minor(row.cost)>{of.cost_in_words(row)}</td>
            <td class="num" id=format!("{id}-more-{}", row.at) data-minor=minor(row.more)>{of.more_in_words(row)}</td>
        </tr>
    }
}
