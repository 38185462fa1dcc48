//! `/admin/fees`: the policy of each currency, its versions, a change with what it would do, and who is exempt.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    Draft, Exemption, Fees, Forecast, Version, VersionStanding, WithoutPolicy,
    api::{self, AddExemption, AddPolicy, EndExemption, WithdrawPolicy},
    forecast::{Standing, example},
    islands::{EFFECT, FORM, LivePolicy, NO_EFFECT, PREVIEW},
};
use crate::{
    app::{Layout, WithIslands, page},
    domain::{
        day,
        late_fee::Effect,
        money::{Currency, Money},
    },
    error::{AppError, Result},
    features::late_fees::{FeeState, LateFees, admin::LateFeeList, api::load_late_fees},
    ui::{Choice, ErrorSummary, Field, Flash, Select, TextArea, Typed, count, day_and_year, refused_form},
};

const LABELS: &[(&str, &str)] = &[
    ("starts_on", "For bills due from"),
    ("grace_days", "Days of grace"),
    ("flat", "Fixed fee"),
    ("percent", "Percentage"),
    ("minimum", "At least"),
    ("cap", "At most"),
    ("warn_days", "Warn before the due date"),
    ("due_shift", "A due day that is no business day"),
    ("guard_days", "Warned at least so long before"),
    ("first_fee", "A first late fee"),
    ("reason", "Why"),
    ("customer", "Customer"),
    ("since", "From"),
    ("until", "Until"),
    ("why", "Why"),
];

#[component]
pub fn FeesPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let asked = move |field: &str| query.get_str(field).unwrap_or_default().to_owned();
    let policy = refused_form::<AddPolicy>();
    let exemption = refused_form::<AddExemption>();
    // The address carries what was typed where somebody asked what it would do.
    let draft = if policy.error.is_some() {
        Some(Draft::typed(|field| policy.value(field, "")))
    } else {
        (!asked("warn_days").is_empty() || !asked("flat").is_empty()).then(|| Draft::typed(&asked))
    };
    let currency = Some(asked("currency")).filter(|code| !code.is_empty());
    let reason = asked("reason");
    let only = asked("only").parse().ok();
    let number = asked("page").parse().ok();
    page(Layout::Admin, "Fees", load_whole(currency, draft, only, number), move |(fees, late_fees)| {
        let policy = if policy.error.is_none() && !fees.problems.is_empty() {
            Typed::refused(AppError::Invalid { problems: fees.problems.clone(), kept: Vec::new() })
        } else {
            policy
        };
        let standing =
            Standing { currency: fees.currency, promised_until: fees.promised_until, live: fees.policy.clone() };
        let effect =
            view! { <PolicyEffect standing is_set=fees.policy.is_some() live=fees.live shown=fees.forecast customers=fees.customers/> }.into_any();
        let refused = if policy.error.is_some() { policy.clone() } else { exemption.clone() };
        view! {
            <WithIslands>
                <header class="lead">
                    <h1>"Fees"</h1>
                    <p>"What a late bill costs, and how early we say so."</p>
                </header>
                <ErrorSummary form=refused labels=LABELS/>
                <Flash flag="saved" words="The new version is saved. It holds for bills due from its first day on."/>
                <Flash flag="withdrawn" words="The version is taken back. What held before goes on."/>
                <Flash flag="exempted" words="This customer is exempt from late fees."/>
                <Flash flag="ended" words="The exemption ends today."/>
                <Currencies currencies=fees.currencies.clone() shown=fees.currency/>
                <div class="beside">
                    <div class="flow wide">
                        <InForce versions=fees.versions.clone() currency=fees.currency open_bills=fees.open_bills/>
                        <NewVersion form=policy reason fees=fees.clone()/>
                        <Versions versions=fees.versions/>
                        <LateFeeList fees=late_fees currency=fees.currency.code()/>
                        <Exemptions exemptions=fees.exemptions form=exemption today=fees.today/>
                    </div>
                    <aside class="flow" aria-label="What this would do">{effect}<LivePolicy/></aside>
                </div>
            </WithIslands>
        }
    })
}

async fn load_whole(
    currency: Option<String>,
    draft: Option<Draft>,
    only: Option<FeeState>,
    page: Option<i64>,
) -> Result<(Fees, LateFees)> {
    Ok((api::load_fees(currency, draft).await?, load_late_fees(only, page).await?))
}

/// What the policy in the form would do, and how its warning would read; or that it is none yet.
#[component]
fn PolicyEffect(
    standing: Standing,
    is_set: bool,
    live: Effect,
    shown: Option<Forecast>,
    customers: i64,
) -> impl IntoView {
    let words = shown.map(|forecast| forecast.words()).into_iter().flatten();
    let words: BTreeMap<&str, String> = words.collect();
    let place = |id: &'static str| words.get(id).cloned().unwrap_or_default();
    let aside = |id: &'static str| {
        let words = place(id);
        view! { <p class="soft small" id=id hidden=words.is_empty()>{words.clone()}</p> }
    };
    let money = |minor| Money::new(minor, standing.currency).to_string();
    view! {
        <div aria-live="polite">
            <section class="card effect" hidden=shown.is_none() id=EFFECT data-standing=standing.pack()>
                <p>"Today this would warn"</p>
                <p class="figure">
                    <strong id="effect-customers">{place("effect-customers")}</strong>" "
                    <span>{format!("of {}", count(customers, "customer", "customers"))}</span>
                </p>
                <p>"of "<strong id="effect-at-stake">{place("effect-at-stake")}</strong>" of fees that they can still avoid."</p>
                {aside("effect-dearer")}
                {aside("effect-sooner")}
                {aside("effect-cheaper")}
                {aside("effect-later")}
                <p class="soft small">
                    <span id="effect-compared">{place("effect-compared")}</span>
                    {if is_set {
                        let warned = count(live.customers, "customer", "customers");
                        format!(" The policy in force warns {warned} of {}.", money(live.fees_spared))
                    } else {
                        " No policy is in force now.".to_owned()
                    }}
                </p>
                {aside("effect-disputes")}
                {aside("effect-late")}
            </section>
            <section class="card effect" hidden=shown.is_some() id=NO_EFFECT>
                <p>"This is not a policy yet"</p>
                <p>"Once every field says something we can use, what it would do today stands here."</p>
            </section>
        </div>
        <section class="notice cost preview" hidden=shown.is_none() id=PREVIEW>
            <p>{format!("As the customer sees it, for a bill of {} due today", example(standing.currency))}</p>
            <h2 id="effect-notice">{place("effect-notice")}</h2>
        </section>
    }
}

/// The ways to the other currencies; nothing where there is one.
#[component]
fn Currencies(currencies: Vec<Currency>, shown: Currency) -> AnyView {
    let ways = currencies
        .iter()
        .map(|currency| {
            let code = currency.code();
            let here = (*currency == shown).then_some("page");
            view! { <a class="button" href=format!("/admin/fees?currency={code}") aria-current=here>{code}</a> }
        })
        .collect_view();
    (currencies.len() > 1)
        .then(|| view! { <nav class="acts currencies" aria-label="Currencies">{ways}</nav> })
        .into_any()
}

#[component]
fn InForce(versions: Vec<Version>, currency: Currency, open_bills: i64) -> AnyView {
    if versions.iter().all(|version| version.withdrawn.is_some()) {
        let without = WithoutPolicy { currency, open_bills };
        return view! {
            <section class="notice cost flow" aria-labelledby="in-force">
                <h2 id="in-force">{format!("No late-fee policy is set for {}", currency.code())}</h2>
                <p>{without.words()}</p>
                <p>
                    "The form is filled in with a suggestion. It is no policy until you save it: make it say what your terms
                    say. If a late bill costs nothing, save a fixed fee of 0."
                </p>
            </section>
        }
        .into_any();
    }
    let live = versions.into_iter().find(|version| version.standing == VersionStanding::InForce);
    let words = match live {
        Some(version) => {
            let words = version.policy.words();
            let guard = match version.policy.guard_days {
                0 => "A fee whose warning did not reach the customer by its day is let go.".to_owned(),
                days => format!(
                    "A fee whose warning did not reach the customer at least {} before is let go.",
                    count(days, "day", "days")
                ),
            };
            let first =
                version.policy.trusts_first.then_some(" Customers may let go of the first in 12 months themselves.");
            view! {
                <h2 id="in-force">{format!("In force: version {}", version.policy.version)}</h2>
                <p>{sentence(&words)} " " {guard} {first}</p>
            }
            .into_any()
        }
        None => view! {
            <h2 id="in-force">"No policy in force yet"</h2>
            <p>"Bills that are due before the first version starts draw no late fee, and nobody is warned."</p>
        }
        .into_any(),
    };
    view! { <section class="card flow" aria-labelledby="in-force">{words}</section> }.into_any()
}

/// With a capital letter.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[component]
fn NewVersion(form: Typed, reason: String, fees: Fees) -> AnyView {
    let draft = fees.draft;
    let code = fees.currency.code();
    let amount = format!("in {code}");
    view! {
        <section class="card" aria-labelledby="new-version">
            <h2 id="new-version">"New version of the policy"</h2>
            <ActionForm action={ServerAction::<AddPolicy>::new()} attr:id=FORM>
                <input type="hidden" name="currency" value=code/>
                <div class="pair">
                    <Field form=form.clone() name="flat" label=format!("Fixed fee, {amount}") value=draft.flat inputmode="decimal" unit=code/>
                    <Field form=form.clone() name="percent" label="Plus a part of what is open, in percent" value=draft.percent inputmode="decimal" unit="%"/>
                    <Field form=form.clone() name="minimum" label=format!("At least, {amount}") value=draft.minimum inputmode="decimal" unit=code/>
                    <Field form=form.clone() name="cap" label=format!("At most, {amount}") value=draft.cap inputmode="decimal" unit=code/>
                    <Field
                        form=form.clone()
                        name="grace_days"
                        label="Days of grace"
                        help="Paid within them, a bill is late but costs nothing more."
                        value=draft.grace_days
                        inputmode="numeric"
                        required=true
                        unit="days"
                    />
                    <Field
                        form=form.clone()
                        name="warn_days"
                        label="Warn before the due date"
                        help="The first day on which we tell the customer."
                        value=draft.warn_days
                        inputmode="numeric"
                        required=true
                        unit="days"
                    />
                    <Field
                        form=form.clone()
                        name="guard_days"
                        label="Warned at least so long before"
                        help="A fee whose warning reached the customer later, or not at all, is let go by itself."
                        value=draft.guard_days
                        inputmode="numeric"
                        unit="days"
                    />
                </div>
                <Select
                    form=form.clone()
                    name="due_shift"
                    label="A due day that is no business day"
                    help="On a weekend or a public holiday of the customer's country."
                    choices=vec![
                        Choice::new("as_is", "Stays as it is"),
                        Choice::new("next", "Moves to the next business day"),
                        Choice::new("previous", "Moves to the business day before"),
                    ]
                    value=draft.due_shift
                />
                <Select
                    form=form.clone()
                    name="first_fee"
                    label="A first late fee"
                    help="First means the first in 12 months. Each one that is let go is kept with its bill."
                    choices=vec![
                        Choice::new("customer", "The customer may let it go themselves"),
                        Choice::new("person", "A person decides"),
                    ]
                    value=draft.first_fee
                />
                <Field
                    form=form.clone()
                    name="starts_on"
                    label="For bills due from"
                    help="It never reaches back: a bill keeps the version of the day it is due, and what a customer was warned of holds."
                    kind="date"
                    value=draft.starts_on
                    min=day::write(day::plus(fees.promised_until, 1))
                    required=true
                    short=true
                />
                <TextArea
                    form
                    name="reason"
                    label="Why"
                    help="One sentence. It stays with the version."
                    value=reason
                    required=true
                    maxlength=500
                    rows=2
                />
                <div class="acts">
                    <button class="button primary" type="submit">"Save this version"</button>
                    <button class="button" type="submit" formaction="/admin/fees" formmethod="get" formnovalidate>
                        "Show what this would do"
                    </button>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

#[component]
fn Versions(versions: Vec<Version>) -> AnyView {
    if versions.is_empty() {
        return ().into_any();
    }
    let rows = versions
        .into_iter()
        .map(|version| {
            let policy = version.policy.clone();
            let (row, badge) = match version.standing {
                VersionStanding::InForce => (Some("live"), Some(("badge accent", "In force"))),
                VersionStanding::Coming => (None, Some(("badge", "Coming"))),
                VersionStanding::Past if version.withdrawn.is_some() => (None, Some(("badge", "Taken back"))),
                VersionStanding::Past => (None, None),
            };
            let withdraw = (version.standing == VersionStanding::Coming).then(|| {
                view! {
                    <ActionForm action={ServerAction::<WithdrawPolicy>::new()}>
                        <input type="hidden" name="currency" value=policy.currency.code()/>
                        <input type="hidden" name="version" value=policy.version/>
                        <button class="button" type="submit">"Take it back"</button>
                    </ActionForm>
                }
            });
            let taken_back = version.withdrawn.clone().map(|(on, by)| {
                format!("Taken back on {} by {}, before it started.", day_and_year(on), by.as_deref().unwrap_or("one of us"))
            });
            let made = match version.made_by {
                Some(name) => format!("{name}, {}", version.made_at),
                None => version.made_at,
            };
            view! {
                <tr role="row" class=row>
                    <th scope="row" role="rowheader" data-label="Version">
                        {policy.version} {badge.map(|(class, words)| view! { " "<span class=class>{words}</span> })}
                    </th>
                    <td role="cell" data-label="Bills due from">{from(policy.starts_on)}</td>
                    <td role="cell" data-label="Fee">{sentence(&policy.fee_words())}</td>
                    <td role="cell" class="num" data-label="Grace">{count(policy.grace_days, "day", "days")}</td>
                    <td role="cell" class="num" data-label="Warn before">{count(policy.warn_days, "day", "days")}</td>
                    <td role="cell" data-label="Made by">
                        {made}<small>{version.reason}</small>{taken_back.map(|words| view! { <small>{words}</small> })} {withdraw}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2>"Versions"</h2>
            <div class="table folds" role="region" aria-labelledby="versions" tabindex="0">
                <table role="table">
                    <caption id="versions" class="unseen">"Versions of this policy, the newest first"</caption>
                    <thead role="rowgroup"><tr role="row">
                        <th scope="col" role="columnheader">"Version"</th>
                        <th scope="col" role="columnheader">"Bills due from"</th>
                        <th scope="col" role="columnheader">"Fee"</th>
                        <th scope="col" role="columnheader" class="num">"Grace"</th>
                        <th scope="col" role="columnheader" class="num">"Warn before"</th>
                        <th scope="col" role="columnheader">"Made by, and why"</th>
                    </tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// A policy may hold from before any bill.
pub(crate) fn from(starts_on: Date) -> String {
    if starts_on == Date::MIN { "The beginning".to_owned() } else { day_and_year(starts_on) }
}

#[component]
fn Exemptions(exemptions: Vec<Exemption>, form: Typed, today: Date) -> AnyView {
    let is_empty = exemptions.is_empty();
    let rows = exemptions.into_iter().map(|exemption| view! { <ExemptionRow exemption today/> }).collect_view();
    view! {
        <section class="card flow" aria-labelledby="exempt">
            <h2 id="exempt">"Customers without late fees"</h2>
            {if is_empty {
                view! { <p class="soft">"Nobody is exempt. Whoever is charged no late fee is not warned of one either."</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows}</ul> }.into_any()
            }}
            <h3>"Exempt a customer"</h3>
            <ActionForm action={ServerAction::<AddExemption>::new()}>
                <Field
                    form=form.clone()
                    name="customer"
                    label="Customer"
                    help="Their id in the billing system."
                    required=true
                    maxlength=200
                />
                <div class="pair">
                    <Field form=form.clone() name="since" label="From" kind="date" value=today.to_string() required=true short=true/>
                    <Field form=form.clone() name="until" label="Until" kind="date" short=true/>
                </div>
                <TextArea form name="why" label="Why" help="One sentence." required=true maxlength=500 rows=2/>
                <div class="acts"><button class="button" type="submit">"Exempt this customer"</button></div>
            </ActionForm>
        </section>
    }
    .into_any()
}

#[component]
fn ExemptionRow(exemption: Exemption, today: Date) -> impl IntoView {
    let until = match exemption.ends_on {
        Some(ends_on) => format!("until {}", day_and_year(ends_on)),
        None => "without an end".to_owned(),
    };
    let by = exemption.made_by.map(|name| format!(", by {name}")).unwrap_or_default();
    let days = format!("From {} {until}{by}", day_and_year(exemption.starts_on));
    let can_end = exemption.ends_on.is_none_or(|ends_on| ends_on > today);
    let name = exemption.customer_name.clone();
    view! {
        <li><div>
            <span>
                <span class="what">{exemption.customer_name} " " <span class="soft">{exemption.external_id}</span></span>
                <span class="more">{exemption.reason}</span>
                <span class="more">{days}</span>
            </span>
            {can_end.then(|| view! {
                <ActionForm action={ServerAction::<EndExemption>::new()}>
                    <button class="button" type="submit" name="id" value=exemption.id>
                        "End today"<span class="unseen">{format!(" for {name}")}</span>
                    </button>
                </ActionForm>
            })}
        </div></li>
    }
}
