//! Use by month as bars, drawn on the server, with the numbers in a table below.

use jiff::civil::Date;
use leptos::prelude::*;

use super::MeterUse;
use crate::domain::month;

const HEIGHT: u32 = 140;
const BAR: u32 = 34;
const STEP: u32 = 50;

/// The bars of one meter. What is included is a dashed line; the table has every number.
#[component]
pub fn UseChart(of: MeterUse) -> impl IntoView {
    // A year fits; fewer months do not become wider.
    let width = STEP * u32::try_from(of.months.len()).unwrap_or(12).max(12);
    let title = format!("{} by month", of.meter);
    let described = match &of.included {
        Some(included) => format!("Bars from {}; {included} a month are included.", range(&of)),
        None => format!("Bars from {}.", range(&of)),
    };
    let bars = of
        .months
        .iter()
        .enumerate()
        .map(|(at, (first, _, share))| {
            let x = STEP * u32::try_from(at).unwrap_or_default() + (STEP - BAR) / 2;
            let height = (HEIGHT * share / 1000).max(1);
            let middle = x + BAR / 2;
            view! {
                <rect class="bar" x=x y=HEIGHT - height width=BAR height=height rx="4"/>
                <text x=middle y=HEIGHT + 20 text-anchor="middle">{initial(*first)}</text>
            }
        })
        .collect_view();
    let line = of.included_share.filter(|share| *share <= 1000).map(|share| {
        let y = HEIGHT - HEIGHT * share / 1000;
        view! { <line class="given" x1="0" x2=width y1=y y2=y/> }
    });
    let rows = of
        .months
        .iter()
        .map(|(first, units, _)| view! { <tr><th scope="row">{month::words(*first)}</th><td class="num">{units.clone()}</td></tr> })
        .collect_view();
    view! {
        <figure class="chart">
            <svg viewBox=format!("0 0 {width} {}", HEIGHT + 26) role="img" aria-label=format!("{title}. {described}")>
                {bars}{line}
            </svg>
            <details>
                <summary>"The numbers"</summary>
                <div class="table tight">
                    <table>
                        <thead><tr><th scope="col">"Month"</th><th scope="col" class="num">{of.meter.clone()}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}

fn range(of: &MeterUse) -> String {
    let ends = of.months.first().zip(of.months.last());
    ends.map(|(first, last)| format!("{} to {}", month::words(first.0), month::words(last.0))).unwrap_or_default()
}

/// `J`, `F`, `M`
fn initial(first: Date) -> String {
    month::words(first).chars().take(1).collect()
}
