//! Which notices come by e-mail, and at which hours none may.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    BY_PAGE, Preference, Reach, WayOut,
    api::{self, SavePreferences},
    is_certain, title,
};
use crate::{
    app::{Layout, page},
    domain::quiet_hours::{QuietHours, write_minute},
    ui::{ErrorSummary, Flash, Typed, refused_form},
};

/// On `/about-me`: the way to the page below.
#[component]
pub fn HowWeReachYou() -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="reach">
            <h2 id="reach">"How we reach you"</h2>
            <ul class="rows">
                <li><a href="/about-me/notices">
                    <span>
                        <span class="what">"E-mail and quiet hours"</span>
                        <span class="more">"What comes by e-mail as well, and at which hours none may."</span>
                    </span>
                    <span aria-hidden="true">"→"</span>
                </a></li>
            </ul>
        </section>
    }
}

const LABELS: &[(&str, &str)] = &[
    ("fee_warning-quiet_from", "A late fee is near, quiet from"),
    ("fee_warning-quiet_until", "A late fee is near, quiet until"),
    ("nothing_to_do-quiet_from", "Your credit pays a bill, quiet from"),
    ("nothing_to_do-quiet_until", "Your credit pays a bill, quiet until"),
    ("dispute-quiet_from", "A bill you dispute, quiet from"),
    ("dispute-quiet_until", "A bill you dispute, quiet until"),
    ("better_price-quiet_from", "Another plan, quiet from"),
    ("better_price-quiet_until", "Another plan, quiet until"),
    ("right_size-quiet_from", "Another size, quiet from"),
    ("right_size-quiet_until", "Another size, quiet until"),
    ("credit-quiet_from", "Credit, quiet from"),
    ("credit-quiet_until", "Credit, quiet until"),
    ("competitor-quiet_from", "Someone else’s product, quiet from"),
    ("competitor-quiet_until", "Someone else’s product, quiet until"),
];

/// `/about-me/notices`
#[component]
pub fn NoticesByMailPage() -> impl IntoView {
    page(Layout::Portal, "How we reach you", api::load_reach(), |reach| {
        let form = refused_form::<SavePreferences>();
        let kinds = reach
            .preferences
            .iter()
            .map(|preference| view! { <Kind form=form.clone() preference=*preference/> })
            .collect_view();
        view! {
            <a class="back" href="/about-me">"About me"</a>
            <header class="lead">
                <h1>"How we reach you"</h1>
                <p>"All we tell you stands on this site, always. Choose what comes by e-mail as well, and when it may not."</p>
            </header>
            <Flash flag="saved" words="Saved. It holds from the next mail on."/>
            <ErrorSummary form=form.clone() labels=LABELS/>
            <Whereto reach=reach.clone()/>
            <ActionForm action={ServerAction::<SavePreferences>::new()}>
                <div class="flow reach">{kinds}</div>
                <div class="acts"><button class="button primary" type="submit">"Save"</button></div>
            </ActionForm>
        }
    })
}

/// Where mail goes to, and on whose clock; or why none can come.
#[component]
fn Whereto(reach: Reach) -> impl IntoView {
    let hours = format!("Hours are those of your time zone, {}.", reach.time_zone);
    match (reach.email, reach.sends_mail) {
        (None, _) => view! {
            <div class="flash" role="status">
                <p>"We know no e-mail address of yours, so nothing can come by mail. What you choose is kept for when we do."</p>
                <a href="/help">"Tell a person yours"</a>
            </div>
        }
        .into_any(),
        (Some(_), false) => view! {
            <div class="flash" role="status">
                <p>"This Candor sends no e-mail yet. What you choose is kept for when it does."</p>
            </div>
        }
        .into_any(),
        (Some(email), true) => view! { <p class="soft">"Mail goes to " <bdi>{email}</bdi> ". " {hours}</p> }.into_any(),
    }
}

/// One kind of notice: whether by mail, and its quiet hours.
#[component]
fn Kind(form: Typed, preference: Preference) -> impl IntoView {
    let kind = preference.kind;
    let id = move |part: &str| format!("{kind}-{part}");
    let name = move |part: &str| format!("kinds[{kind}][{part}]");
    // A box that is not ticked is not sent.
    let by_mail = if form.error.is_some() { !form.value(&name("by_mail"), "").is_empty() } else { preference.by_mail };
    let mail = if is_certain(kind) {
        view! {
            <p>
                "By e-mail: always, while we have your address, so that no fee surprises you. Quiet hours can only bring this mail earlier; if they have begun, it comes at once."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="check">
                <input type="checkbox" id=id("by_mail") name=name("by_mail") value="1" checked=by_mail/>
                <label for=id("by_mail")>"By e-mail"</label>
            </p>
        }
        .into_any()
    };
    let hours =
        |minute: fn(QuietHours) -> i64| preference.quiet.map(|quiet| write_minute(minute(quiet))).unwrap_or_default();
    let is_open = preference.quiet.is_some()
        || ["quiet_from", "quiet_until"].iter().any(|part| form.problem(&id(part)).is_some());
    view! {
        <fieldset class="card">
            <legend>{title(kind)}</legend>
            <p class="soft">"On this site: always."</p>
            {mail}
            <details open=is_open>
                <summary>"Quiet hours"</summary>
                <div class="pair">
                    <Hour form=form.clone() id=id("quiet_from") name=name("quiet_from") label="No mail from" value=hours(QuietHours::from)/>
                    <Hour form id=id("quiet_until") name=name("quiet_until") label="until" value=hours(QuietHours::until)/>
                </div>
            </details>
        </fieldset>
    }
}

#[component]
fn Hour(form: Typed, id: String, name: String, label: &'static str, value: String) -> impl IntoView {
    let problem = form.problem(&id);
    let error_id = problem.as_ref().map(|_| format!("{id}-error"));
    view! {
        <div class="field short">
            <label for=id.clone()>{label}</label>
            {problem.clone().map(|problem| view! { <p class="error" id=error_id.clone()>{problem}</p> })}
            <input
                type="time"
                id=id.clone()
                name=name.clone()
                value=form.value(&name, &value)
                aria-describedby=error_id
                aria-invalid=problem.map(|_| "true")
            />
        </div>
    }
}

/// `/unsubscribe/{token}`: says what the link of a mail ends; looking at it changes nothing.
#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    page(Layout::Bare, "Mail from us", api::load_way_out(token.clone()), move |way_out| {
        let WayOut { kind, by_mail } = way_out;
        let what = title(kind);
        match (is_certain(kind), by_mail) {
            (true, _) => view! {
                <header class="lead">
                    <h1>"This mail stays"</h1>
                    <p>"Warnings of a late fee always come by e-mail, so that no fee surprises you."</p>
                </header>
                <Elsewhere/>
            }
            .into_any(),
            (false, true) => view! {
                <header class="lead">
                    <h1>"No more mail of this kind?"</h1>
                    <p>"Nothing has changed yet. From here you end mails of one kind: “" {what} "”. It still stands on the site, and other mails still come."</p>
                </header>
                <form method="post" action=format!("/unsubscribe/{token}")>
                    <input type="hidden" name="by" value=BY_PAGE/>
                    <button class="button primary wide-act" type="submit">"End mails of this kind"</button>
                </form>
            }
            .into_any(),
            (false, false) => view! {
                <header class="lead">
                    <h1>"No more mail of this kind"</h1>
                    <p>"“" {what} "” stands on the site alone. A mail that left a moment ago may still arrive."</p>
                </header>
                <Elsewhere/>
            }
            .into_any(),
        }
    })
}

#[component]
fn Elsewhere() -> impl IntoView {
    view! {
        <div class="acts"><a class="button" href="/about-me/notices">"Choose what comes by e-mail"</a></div>
    }
}
