//! `/plan/change/{subscription}/{plan}`: a change of plan, at once and at the end of the month, with the money of both.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::bill::undo_words;
use crate::{
    app::{Layout, page},
    domain::money::Money,
    features::billing::{
        PlanPreview, When,
        api::{self, ChangePlan},
    },
    ui::{Day, ErrorSummary, MoneyView, count, refused_form, retold_beside},
};

/// `/plan/change/{subscription}/{plan}`
#[component]
pub fn ChangePlanPage() -> impl IntoView {
    let (subscription, to) = use_params_map().with_untracked(|params| {
        (params.get("subscription").unwrap_or_default(), params.get("to").unwrap_or_default())
    });
    page(Layout::Portal, "Change your plan", api::load_plan_preview(subscription, to), |preview| {
        let refused = refused_form::<ChangePlan>();
        let saving = preview.saving.map(|saving| view! { <Saving saving months=preview.months/> });
        view! {
            <a class="back" href="/plan">"Your plan"</a>
            <header class="lead">
                <h1>{format!("From {} to {}", preview.from, preview.to)}</h1>
                <p>
                    <MoneyView of=preview.to_fee/> " a month instead of " <MoneyView of=preview.from_fee/> ". "
                    {saving} " Nothing is changed yet."
                </p>
            </header>
            <ErrorSummary form=refused labels=&[]/>
            <Better preview=preview.clone()/>
            <div class="choices">{in_order(preview)}</div>
            <p class="soft">
                "What you use in a month is billed on the plan you have on its last day. There is no charge for changing, and you can change again when the month is over."
            </p>
        }
    })
}

#[component]
fn Saving(saving: Money, months: usize) -> impl IntoView {
    let over = format!("Over {} of your own use it would have cost you ", count(months as i64, "month", "months"));
    match saving.minor {
        1.. => view! { {over} <strong><MoneyView of=saving/> " less"</strong> "." }.into_any(),
        0 => format!("{over}the same.").into_any(),
        _ => {
            let more = Money::new(saving.minor.saturating_neg(), saving.currency);
            view! { {over} <strong><MoneyView of=more/> " more"</strong> "." }.into_any()
        }
    }
}

/// The better moment first; where it cannot be told, the one that adds nothing.
fn in_order(preview: PlanPreview) -> impl IntoView {
    let now = view! { <AtOnce preview=preview.clone()/> };
    let later = view! { <AtTheEnd preview=preview.clone()/> };
    match preview.better() {
        Some(When::Now) => (now.into_any(), later.into_any()),
        _ => (later.into_any(), now.into_any()),
    }
}

/// Which moment is better, and why.
#[component]
fn Better(preview: PlanPreview) -> impl IntoView {
    let day = preview.next_period;
    let near = preview.today;
    let abs = |money: Money| Money::new(money.minor.saturating_abs(), money.currency);
    let with_use = (!preview.is_fee_alone).then(|| {
        let told = |(meter, units): &(String, String)| retold_beside(&format!("{units} {meter}"), &[meter]);
        let units: Vec<String> = preview.expected.iter().map(told).collect();
        format!(" This is with your usual use for the rest of the month, about {} in all.", units.join(", "))
    });
    let words = match (preview.now_costs_more, preview.better()) {
        (Some(more), Some(When::NextPeriod)) => view! {
            "The better moment is when the month is over, on " <Day of=day near/> ". Changing now costs you "
            <strong><MoneyView of=abs(more)/> " more"</strong> "." {with_use}
        }
        .into_any(),
        (Some(more), Some(When::Now)) => view! {
            "The better moment is now. Waiting until " <Day of=day near/> " costs you " <strong><MoneyView of=abs(more)/> " more"</strong> "."
            {with_use}
        }
        .into_any(),
        (Some(_), None) => view! { "Now or on " <Day of=day near/> " comes to the same." {with_use} }.into_any(),
        (None, _) => view! {
            "We cannot tell what you will have used this month, so we do not know which moment costs you less: it is billed at the prices of "
            {preview.to} " if you change now, and of " {preview.from} " if you wait."
        }
        .into_any(),
    };
    view! { <p>{words}</p> }
}

#[component]
fn AtOnce(preview: PlanPreview) -> impl IntoView {
    let names = [preview.from.as_str(), preview.to.as_str()];
    let steps = preview
        .steps
        .iter()
        .map(|step| view! { <tr><th scope="row">{retold_beside(&step.words, &names)}</th><td><MoneyView of=step.amount/></td></tr> })
        .collect_view();
    let total = preview.now_costs_more.unwrap_or(preview.difference);
    let total_words = match (preview.now_costs_more, total.minor) {
        (None, _) => "Of the fees alone",
        (Some(_), 0..) => "Now costs more than waiting by",
        (Some(_), _) => "Now costs less than waiting by",
    };
    let shown = match preview.now_costs_more {
        None => total,
        Some(_) => Money::new(total.minor.saturating_abs(), total.currency),
    };
    let difference = preview.difference;
    let back = Money::new(difference.minor.saturating_neg(), difference.currency);
    let use_is_dearer = preview.now_costs_more.is_none_or(|more| more.minor > difference.minor);
    let outcome = match difference.minor {
        0 => "For the fees nothing is added and nothing comes back.".into_any(),
        1.. => view! { <MoneyView of=difference/> " is added to your next bill for the rest of the month." }.into_any(),
        _ if !use_is_dearer => view! { "You get " <MoneyView of=back/> " back." }.into_any(),
        _ => view! { <MoneyView of=back/> " of the fee comes back." }.into_any(),
    };
    let dearer = preview.now_costs_more.filter(|more| more.minor > difference.minor).map(|more| {
        let dearer = Money::new(more.minor - difference.minor, more.currency);
        view! { " But all you use this month is then billed at the prices of " {preview.to.clone()} ", about " <MoneyView of=dearer/> " more." }
    });
    let unknown = preview.now_costs_more.is_none().then(|| {
        view! { " All you use this month is then billed at the prices of " {preview.to.clone()} ", which may be more." }
    });
    let is_better = preview.better() == Some(When::Now);
    view! {
        <section class="card" aria-labelledby="now">
            <h2 id="now">"Now" {badge(is_better)}</h2>
            <p>"You have " {preview.to.clone()} " from today, " <Day of=preview.today near=preview.today/> ". " {outcome} {dearer} {unknown}</p>
            <table class="sums">
                <caption>"Now, against waiting"</caption>
                <tbody>
                    {steps}
                    <tr class="total">
                        <th scope="row">{total_words}</th>
                        <td><MoneyView of=shown/></td>
                    </tr>
                </tbody>
            </table>
            <p class="soft small">{undo_words(preview.is_outside)}</p>
            <Choose preview when="now" words="Change now" is_better/>
        </section>
    }
}

fn badge(is_better: bool) -> Option<impl IntoView> {
    is_better.then(|| view! { " " <span class="badge accent">"Better moment"</span> })
}

#[component]
fn AtTheEnd(preview: PlanPreview) -> impl IntoView {
    let day = preview.next_period;
    let near = preview.today;
    let is_better = preview.better() == Some(When::NextPeriod);
    view! {
        <section class="card" aria-labelledby="later">
            <h2 id="later">"When the month is over" {badge(is_better)}</h2>
            <p>
                "You keep " {preview.from.clone()} " until then and have " {preview.to.clone()} " from " <Day of=day near/>
                ". Nothing is added, and nothing comes back: from then on a month is " <MoneyView of=preview.to_fee/> "."
            </p>
            <p class="soft small">
                {if preview.is_outside { "You can take it back until billing has decided." } else { "You can undo it until the day before." }}
            </p>
            <Choose preview when="next_period" words="Change when the month is over" is_better/>
        </section>
    }
}

#[component]
fn Choose(preview: PlanPreview, when: &'static str, words: &'static str, is_better: bool) -> impl IntoView {
    let class = if is_better { "button primary" } else { "button" };
    view! {
        <ActionForm action={ServerAction::<ChangePlan>::new()}>
            <input type="hidden" name="subscription" value=preview.subscription/>
            <input type="hidden" name="to" value=preview.to_code/>
            <input type="hidden" name="once" value=preview.once/>
            <input type="hidden" name="when" value=when/>
            <input type="hidden" name="shown" value=preview.difference.minor/>
            <div class="acts"><button class=class type="submit">{words}</button></div>
        </ActionForm>
    }
}
