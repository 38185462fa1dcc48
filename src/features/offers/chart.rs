//! Use by month as bars, drawn on the server, with the numbers in a table below.

use jiff::civil::Date;
use leptos::prelude::*;

use super::MeterUse;
use crate::{domain::month, ui::retold};

const HEIGHT: u32 = 160;
/// Room for a number above the highest bar, and for the months below.
const ABOVE: u32 = 34;
const BELOW: u32 = 36;
const BAR: u32 = 34;
const STEP: u32 = 50;

/// The bars of one meter, the highest with its number. What is included is a dashed line with its own; the table has
/// every number.
#[component]
pub fn UseChart(mut of: MeterUse) -> impl IntoView {
    of.included = of.included.as_deref().map(retold);
    of.months.iter_mut().for_each(|(_, units, _)| *units = retold(units));
    // A year fits; fewer months do not become wider.
    let width = STEP * u32::try_from(of.months.len()).unwrap_or(12).max(12);
    let bottom = ABOVE + HEIGHT;
    let top_of = |share: u32| bottom - HEIGHT * share.min(1_000) / 1_000;
    let title = format!("{} by month", of.meter);
    let described = match &of.included {
        Some(included) => format!("Bars from {}; {included} a month are included.", range(&of)),
        None => format!("Bars from {}.", range(&of)),
    };
    let highest = of.months.iter().enumerate().max_by_key(|(at, (_, _, share))| (*share, usize::MAX - at));
    let highest = highest.filter(|(_, (_, _, share))| *share > 0).map(|(at, _)| at);
    let bars = of
        .months
        .iter()
        .enumerate()
        .map(|(at, (first, units, share))| {
            let x = STEP * u32::try_from(at).unwrap_or_default() + (STEP - BAR) / 2;
            let y = top_of(*share).min(bottom - 1);
            let middle = x + BAR / 2;
            let number = (highest == Some(at)).then(|| {
                let (x, anchor) = beside(at, middle, width, of.months.len());
                view! { <text class="figure" x=x y=y - 8 text-anchor=anchor>{units.clone()}</text> }
            });
            view! {
                <rect class="bar" x=x y=y width=BAR height=bottom - y rx="4"/>
                {number}
                <text x=middle y=bottom + 26 text-anchor="middle">{initial(*first)}</text>
            }
        })
        .collect_view();
    let line = of.included_share.zip(of.included.clone()).map(|(share, included)| {
        let y = top_of(share);
        // Away from the number of the highest bar.
        let (x, anchor) = if highest.is_some_and(|at| at >= 6) { (0, "start") } else { (width, "end") };
        view! {
            <line class="given" x1="0" x2=width y1=y y2=y/>
            <text class="figure" x=x y=y - 8 text-anchor=anchor>{format!("{included} included")}</text>
        }
    });
    let rows = of
        .months
        .iter()
        .map(|(first, units, _)| view! { <tr><th scope="row">{month::words(*first)}</th><td class="num">{units.clone()}</td></tr> })
        .collect_view();
    view! {
        <figure class="chart">
            <svg
                viewBox=format!("0 0 {width} {}", bottom + BELOW)
                role="img"
                aria-label=format!("{title}. {described}")
            >
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

/// Where the number of a bar stands, so that it is not cut off at either side.
fn beside(at: usize, middle: u32, width: u32, bars: usize) -> (u32, &'static str) {
    match at {
        0 => (0, "start"),
        _ if at + 1 == bars && bars >= 12 => (width, "end"),
        _ => (middle, "middle"),
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
