//! `/` as a plain axum handler with a compiled template: the same session, the same queries, the same words. `make bench`
//! starts it beside Candor and asks both for the page.

use std::{env, error::Error};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use candor::{
    domain::{
        evidence::{Evidence, Value},
        money::Money,
        notice::NoticeKind,
    },
    features::{
        bills::{self, BillState},
        home::{self, Home, Matter, WorthKnowing},
        notices::{NoticeCard, portal::sums},
    },
    server::{
        auth::{self, Customer, People},
        config::Settings,
        serve,
        sessions::SessionRows,
        state::AppState,
    },
    ui::{capital, count, day, day_and_year, in_words},
};
use jiff::{ToSpan, civil::Date};
use maud::{DOCTYPE, Markup, html};
use tower_sessions::{SessionStore, session::Id};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (Ok(addr), Ok(url)) = (env::var("PEER_ADDR"), env::var("DATABASE_URL")) else {
        println!("a peer for `make bench`: PEER_ADDR says where to listen, DATABASE_URL where the data is");
        return Ok(());
    };
    let mut config = Settings { database_url: Some(url), ..Settings::default() }.resolve()?;
    config.today = env::var("CANDOR_TODAY").ok().map(|today| today.parse()).transpose()?;
    let app = serve::state(config).await?;
    let routes = Router::new().route("/", get(page)).with_state(app);
    axum::serve(tokio::net::TcpListener::bind(addr).await?, routes).await?;
    Ok(())
}

async fn page(State(app): State<AppState>, headers: HeaderMap) -> Response {
    let Some(customer) = customer(&app, &headers).await else { return Redirect::to("/sign-in").into_response() };
    match home::service::home(&app, &customer).await {
        Ok(home) => axum::response::Html(document(&app.config.company, &home).into_string()).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Whose session the cookie is of: two queries, as in Candor.
async fn customer(app: &AppState, headers: &HeaderMap) -> Option<Customer> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let name = auth::cookie_name(&app.config);
    let id = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
    let session = SessionRows::new(app.db.clone()).load(&id.parse::<Id>().ok()?).await.ok()??;
    let person = session.data.get("axum-login.data")?.get("user_id")?.as_str()?;
    let person = People::new(app.db.clone()).by_id(person).await.ok()??;
    let id = person.customer_id.clone()?;
    Some(Customer { person, id })
}

fn document(company: &str, home: &Home) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf7f2";
                meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1b1917";
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="preload" href="/fonts/text-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
                link rel="preload" href="/fonts/head-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
                link rel="stylesheet" href="/pkg/candor.css";
                title { "What you should know · " (company) }
            }
            body {
                div class="shell portal" {
                    a class="skip" href="#main" { "Skip to the page" }
                    header class="top" {
                        a class="brand" href="/" { (company) }
                        nav class="nav" aria-label="Main" {
                            ul {
                                li { a href="/" aria-current="page" { "Home" } }
                                li { a href="/bills" { "Bills" } }
                                li { a href="/plan" { "Plan" } }
                                li { a href="/credits" { "Credit" } }
                                li { a href="/about-me" { "About me" } }
                            }
                        }
                        a class="button" href="/help" { "Ask a person" }
                    }
                    main id="main" tabindex="-1" { (known(home)) }
                    footer class="foot no-print" {
                        form action="/api/sign_in/sign_out" method="post" {
                            button class="button link" type="submit" { "Sign out" }
                        }
                    }
                }
            }
        }
    }
}

fn known(home: &Home) -> Markup {
    let things = home.worth_knowing.len();
    html! {
        header class="lead" {
            h1 dir="auto" { (home.greeting) }
            @match things {
                0 => {}
                1 => p { "One thing worth knowing. Nothing else needs you today." }
                _ => p { (capital(&in_words(things))) " things worth knowing. Nothing else needs you today." }
            }
        }
        div class="flow wide" {
            @if home.waiting > 0 {
                div class="flash" role="status" {
                    p { (count(home.waiting as i64, "question of yours is", "questions of yours are")) " with a person now." }
                    a href="/help" { "See" }
                }
            }
            @if things == 0 { (calm(home)) }
            @for one in &home.worth_knowing {
                @match one {
                    WorthKnowing::Told(card) => (told(card)),
                    WorthKnowing::Seen(matter) => (seen(matter)),
                }
            }
            (line(home))
        }
    }
}

fn calm(home: &Home) -> Markup {
    html! {
        article class="notice done" aria-labelledby="calm" {
            h2 id="calm" { "Nothing needs you today." }
            p {
                @match (home.open_bills, &home.next) {
                    (0, _) | (_, None) => "We looked at all your bills: every one is paid, and none is in dispute.",
                    (1, Some(_)) => "We looked at your bills: one is open, and no late fee is near.",
                    (open, Some(_)) => {
                        "We looked at your bills: " (in_words(open)) " are open, and no late fee is near any of them."
                    }
                }
                " If that changes, you read it here before it costs you anything."
            }
        }
    }
}

fn told(card: &NoticeCard) -> Markup {
    let id = format!("notice-{}", card.id);
    let number = card.bill.as_ref().map(|about| about.number.as_str()).unwrap_or_default();
    let bill = bills::address(number);
    let person = if number.is_empty() { "/help".to_owned() } else { format!("/help?bill={number}") };
    let class = match card.kind {
        NoticeKind::FeeWarning => "notice cost",
        NoticeKind::NothingToDo => "notice done",
        _ => "notice",
    };
    let rule =
        format!("Our rule “{}”, version {}, says: {}", card.kind.rule_title(), card.rule_version, card.evidence.says);
    let kept = format!("Worked out on {} and kept as it was.", day_and_year(card.as_of));
    html! {
        article class=(class) aria-labelledby=(id) {
            h2 id=(id) { (headline(card, number)) }
            (sentence(card, &bill))
            div class="acts" {
                @match card.kind {
                    NoticeKind::FeeWarning => {
                        a class="button primary" href=(format!("{bill}#ways")) { "See how to avoid it" }
                        a class="button" href=(format!("{bill}#later")) { "Ask for a later date" }
                        a class="button link" href=(person) { "Ask a person" }
                    }
                    NoticeKind::Dispute => {
                        a class="button primary" href=(person) { "Talk to a person about it" }
                        a class="button link" href=(bill) { "See the bill" }
                    }
                    NoticeKind::NothingToDo => {
                        a class="button" href="/credits" { "See your credit" }
                        a class="button link" href=(bill) { "See the bill" }
                    }
                    NoticeKind::Credit => {
                        a class="button primary" href="/credits" { "See your credit" }
                        a class="button link" href=(person) { "Ask a person" }
                    }
                    NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor => {
                        a class="button primary" href="/plan" { "Compare month by month" }
                        a class="button link" href=(person) { "Ask a person" }
                    }
                }
            }
            (why(&card.evidence, &rule, sums(card.kind), Some(&kept)))
        }
    }
}

fn headline(card: &NoticeCard, number: &str) -> Markup {
    html! {
        @match (card.kind, card.fee_on) {
            (NoticeKind::FeeWarning, Some(fee_on)) => {
                "A late fee of " (money(card.amount)) " will be added on " (date(fee_on)) "."
            }
            (NoticeKind::FeeWarning, None) => { "A late fee of " (money(card.amount)) " can still be avoided." }
            (NoticeKind::NothingToDo, _) => { "Nothing to do: your credit pays bill " (number) "." }
            (NoticeKind::Dispute, _) => { "Let us settle the dispute about bill " (number) " first." }
            (NoticeKind::BetterPrice, _) => { "You pay " (money(card.amount)) " more than required." }
            (NoticeKind::RightSize, _) => { "Another size fits you better." }
            (NoticeKind::Credit, _) => { "You have " (money(card.amount)) " of credit to use." }
            (NoticeKind::Competitor, _) => { "Someone else’s product fits you better." }
        }
    }
}

fn sentence(card: &NoticeCard, address: &str) -> Markup {
    html! {
        @match (card.kind, &card.bill, card.fee_on, card.due_on) {
            (NoticeKind::FeeWarning, Some(about), Some(fee_on), Some(due_on)) => {
                p { "Bill " a href=(address) { (about.number) } " has " (money(about.open)) " open. " (in_time(fee_on, due_on)) }
            }
            (NoticeKind::Dispute, Some(about), ..) => {
                p {
                    "You told us that something in it is not right. Until that is settled with you, there is nothing you need to do about the "
                    (money(about.open)) " on it."
                }
            }
            _ => { p { (card.words) } }
        }
    }
}

fn in_time(fee_on: Date, due_on: Date) -> String {
    let last_free = fee_on.saturating_sub(1.days());
    if last_free == due_on {
        format!("Paid by {}, its due date, it costs nothing more.", day(last_free))
    } else {
        format!("Its due date is {}; paid by {}, it costs nothing more.", day(due_on), day(last_free))
    }
}

fn seen(matter: &Matter) -> Markup {
    let bill = &matter.bill;
    let id = format!("fee-{}", bill.number);
    let address = bills::address(&bill.number);
    let acts = html! {
        div class="acts" {
            a class="button" href=(address) { "See the bill" }
            @if matter.can_move && matches!(bill.state, BillState::FeeNear { .. }) {
                a class="button" href=(format!("{address}?later=1#later")) { "Ask for a later date" }
            }
            a class="button link" href=(format!("/help?bill={}", bill.number)) { "Ask a person" }
        }
    };
    html! {
        @match (bill.state, &matter.fee) {
            (BillState::FeeNear { fee_on, .. }, Some(ahead)) => {
                article class="notice cost" aria-labelledby=(id) {
                    h2 id=(id) { "A late fee of " (money(ahead.fee)) " will be added on " (date(fee_on)) "." }
                    p { "Bill " (bill.number) " has " (money(bill.open)) " open. Paid by " (date(ahead.free_until)) ", it costs nothing more." }
                    (acts)
                    (why(&ahead.evidence, &policy(ahead.policy_version, &ahead.evidence), sums(NoticeKind::FeeWarning), None))
                }
            }
            (BillState::FeeCame { fee_on, .. }, Some(ahead)) => {
                article class="notice cost" aria-labelledby=(id) {
                    h2 id=(id) { "A late fee of " (money(ahead.fee)) " applies since " (date(fee_on)) "." }
                    p {
                        "Bill " (bill.number) " was to be paid by " (date(ahead.free_until)) ", and " (money(bill.open))
                        " is still open. If something kept you from paying, tell us; a person will look at it with you."
                    }
                    (acts)
                    (why(&ahead.evidence, &policy(ahead.policy_version, &ahead.evidence), sums(NoticeKind::FeeWarning), None))
                }
            }
            _ => {
                article class="notice" aria-labelledby=(id) {
                    h2 id=(id) { "We settle the dispute about bill " (bill.number) " first." }
                    p {
                        "You told us that something in it is not right. Until that is settled with you, there is nothing you need to pay of the "
                        (money(bill.open)) ", and no late fee is added."
                    }
                    (acts)
                }
            }
        }
    }
}

fn policy(version: i64, evidence: &Evidence) -> String {
    format!("Our late-fee policy, version {version}, says: {}", evidence.says)
}

fn why(evidence: &Evidence, rule: &str, sums: &str, kept: Option<&str>) -> Markup {
    let last = evidence.steps.len();
    html! {
        details class="why" {
            summary { "Why am I seeing this" }
            div {
                p { (rule) }
                dl class="facts" {
                    @for fact in &evidence.facts {
                        div {
                            dt { (fact.name) }
                            dd {
                                @match &fact.value {
                                    Value::Money(amount) => (money(*amount)),
                                    Value::Date(on) => (date(*on)),
                                    Value::Days(days) => (count(*days, "day", "days")),
                                    Value::Percent(percent) => { (percent) " %" }
                                    Value::Text(text) => (text),
                                }
                            }
                        }
                    }
                }
                @if last > 0 {
                    table class="sums" {
                        caption { (sums) }
                        tbody {
                            @for (at, step) in evidence.steps.iter().enumerate() {
                                tr class=[(at + 1 == last).then_some("total")] {
                                    th scope="row" { (step.words) }
                                    td { (money(step.amount)) }
                                }
                            }
                        }
                    }
                }
                @if let Some(kept) = kept { p class="soft small" { (kept) } }
            }
        }
    }
}

fn line(home: &Home) -> Markup {
    html! {
        @if let Some(bill) = &home.next {
            dl class="stats" {
                div {
                    dt { "Next to pay, " (if bill.pay_by < home.today { "was due " } else { "due " }) (date(bill.pay_by)) }
                    dd { (money(bill.open)) }
                    dd {
                        a href=(bills::address(&bill.number)) { "Bill " (bill.number) } " "
                        span class=(tone(bill.state)) { (bill.state.words()) }
                    }
                }
                @if home.open_bills > 1 {
                    @for amount in &home.open {
                        div {
                            dt { "Open in all" }
                            dd { (money(*amount)) }
                            dd { a href="/bills" { "All bills" } }
                        }
                    }
                }
            }
        }
    }
}

fn tone(state: BillState) -> &'static str {
    match state {
        BillState::Paid | BillState::Covered => "badge done",
        BillState::Disputed | BillState::DateAgreed { .. } => "badge accent",
        BillState::FeeNear { .. } | BillState::FeeCame { .. } => "badge cost",
        BillState::Open { .. } | BillState::PastDue => "badge",
    }
}

fn money(amount: Money) -> Markup {
    html! { span class="money" { (amount) } }
}

fn date(on: Date) -> Markup {
    html! { time datetime=(on) { (day(on)) } }
}
