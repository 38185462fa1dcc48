//! `/plan/change/{subscription}/{plan}`: a change of plan, at once and at the end of the month, with the money of both.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::bill::undo_words;
use crate::{
    app::{Layout, page},
    domain::money::Money,
    features::billing::{
        PlanPreview,
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
            <div class="choices">
                <AtOnce preview=preview.clone()/>
                <AtTheEnd preview/>
            </div>
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

#[component]
fn AtOnce(preview: PlanPreview) -> impl IntoView {
    let (last, names) = (preview.steps.len(), [preview.from.as_str(), preview.to.as_str()]);
    let steps = preview
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
    let difference = preview.difference;
    let outcome = match difference.minor {
        0 => "It costs you nothing and gives nothing back.".into_any(),
        1.. => view! { <MoneyView of=difference/> " is added to your next bill." }.into_any(),
        _ => {
            let back = Money::new(difference.minor.saturating_neg(), difference.currency);
            view! { "You get " <MoneyView of=back/> " back." }.into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="now">
            <h2 id="now">"Now"</h2>
            <p>"You have " {preview.to.clone()} " from today, " <Day of=preview.today near=preview.today/> ". " {outcome}</p>
            <table class="sums"><caption>"The rest of this month"</caption><tbody>{steps}</tbody></table>
            <p class="soft small">{undo_words(preview.is_outside)}</p>
            <Choose preview when="now" words="Change now"/>
        </section>
    }
}

#[component]
fn AtTheEnd(preview: PlanPreview) -> impl IntoView {
    let day = preview.next_period;
    let near = preview.today;
    view! {
        <section class="card" aria-labelledby="later">
            <h2 id="later">"When the month is over"</h2>
            <p>
                "You keep " {preview.from.clone()} " until then and have " {preview.to.clone()} " from " <Day of=day near/>
                ". Nothing is added, and nothing comes back: from then on a month is " <MoneyView of=preview.to_fee/> "."
            </p>
            <p class="soft small">
                {if preview.is_outside { "You can take it back until billing has decided." } else { "You can undo it until the day before." }}
            </p>
            <Choose preview when="next_period" words="Change when the month is over"/>
        </section>
    }
}

#[component]
fn Choose(preview: PlanPreview, when: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <ActionForm action={ServerAction::<ChangePlan>::new()}>
            <input type="hidden" name="subscription" value=preview.subscription/>
            <input type="hidden" name="to" value=preview.to_code/>
            <input type="hidden" name="once" value=preview.once/>
            <input type="hidden" name="when" value=when/>
            <input type="hidden" name="shown" value=preview.difference.minor/>
            <div class="acts"><button class="button" type="submit">{words}</button></div>
        </ActionForm>
    }
}
