//! Who may see and do what: every page, function and other address, as nobody, two customers, staff and an admin.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, header},
};
use candor::{
    features,
    server::{
        db::{Conn, new_id},
        router,
    },
    sql,
};

use crate::support::{Answer, Browser, TestApp};

/// Who is let in. Everyone else is asked to sign in, or told that it is not theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Anyone,
    SignedIn,
    Customers,
    Staff,
    Admins,
}
use May::{Admins, Anyone, Customers, SignedIn, Staff};

/// A page by its route; `{bill}` and its like stand for an id of a customer's: everyone tries those of both.
const PAGES: &[(&str, May)] = &[
    ("/sign-in", Anyone),
    ("/", Customers),
    ("/bills", Customers),
    ("/bills/{bill}", Customers),
    ("/bills/{bill}/use-credit", Customers),
    ("/bills/{bill}/let-fee-go", Customers),
    ("/bills/{bill}/dispute", Customers),
    ("/bills/{bill}/later-date", Customers),
    ("/acts/{act}", Customers),
    ("/demo/pay/{bill}", Customers),
    ("/plan/change/{subscription}/mobile-xl", Customers),
    ("/plan", Customers),
    ("/credits", Customers),
    ("/notes", Customers),
    ("/notes/{thread}", Customers),
    ("/help", Customers),
    ("/about-me", SignedIn),
    ("/about-me/receipts/{receipt}", Customers),
    ("/about-me/erase", Customers),
    ("/about-me/notices", Customers),
    ("/notices/{notice}", Customers),
    ("/notices", Customers),
    ("/notices/why-not/:kind", Customers),
    ("/help/hard", Customers),
    ("/staff", Staff),
    ("/staff/customers", Staff),
    ("/staff/customers/{customer}", Staff),
    ("/admin", Admins),
    ("/admin/fees", Admins),
    ("/admin/import", Admins),
    ("/admin/import/{import}", Admins),
    ("/admin/import/{import}/mapping", Admins),
    // A token nobody has: looking is allowed, and there is nothing to see.
    ("/sign-in/:token", Anyone),
    ("/unsubscribe/:token", Anyone),
];

/// A server function by its address, with a well-formed body.
const FUNCTIONS: &[(&str, May, &str)] = &[
    // Staff are told where their own start is.
    ("/api/home/start", SignedIn, ""),
    ("/api/bills/list", Customers, ""),
    ("/api/bills/bill", Customers, "number={bill}"),
    ("/api/credits/credits", Customers, ""),
    ("/api/billing/act", Customers, "id={act}"),
    ("/api/billing/about_bill", Customers, "number={bill}"),
    ("/api/billing/plan_changes", Customers, ""),
    ("/api/billing/credit_uses", Customers, ""),
    ("/api/billing/on_next_bill", Customers, ""),
    ("/api/billing/credit_preview", Customers, "number={bill}"),
    ("/api/billing/use_credit", Customers, "number={bill}&once={once}&shown=1"),
    ("/api/billing/waiver_preview", Customers, "number={bill}"),
    ("/api/billing/waive_fee", Customers, "number={bill}&once={once}&shown=1"),
    ("/api/billing/dispute_preview", Customers, "number={bill}"),
    ("/api/billing/dispute", Customers, "number={bill}&once={once}&words=no"),
    ("/api/billing/later_date_preview", Customers, "number={bill}&wanted_on="),
    ("/api/billing/ask_later_date", Customers, "number={bill}&once={once}&wanted_on=2026-12-05&words=please"),
    ("/api/billing/plan_preview", Customers, "subscription={subscription}&to=mobile-xl"),
    ("/api/billing/change_plan", Customers, "subscription={subscription}&to=mobile-xl&once={once}&when=now&shown=1"),
    ("/api/billing/undo", Customers, "id={act}"),
    ("/api/billing/payable", Customers, "number={bill}"),
    ("/api/billing/pay_in_demo", Customers, "number={bill}"),
    ("/api/billing/settle_dispute", Staff, "customer={customer}&bill={bill}&answer=It+is+right."),
    ("/api/offers/plan", Customers, ""),
    ("/api/about_me/about_me", SignedIn, ""),
    ("/api/profile/save", Customers, "preferred_name=Mi&locale=de-DE&language=hr&time_zone=Europe/Zagreb"),
    ("/api/preferences/reach", Customers, ""),
    (
        "/api/preferences/save",
        Customers,
        "kinds[credit][by_mail]=1&kinds[credit][quiet_from]=&kinds[credit][quiet_until]=",
    ),
    ("/api/preferences/way_out", Anyone, "token=x"),
    ("/api/requests/help", Customers, "bill={bill}"),
    ("/api/requests/about_bill", Customers, "number={bill}"),
    ("/api/requests/ask_about_bill", Customers, "number={bill}&question=why"),
    ("/api/requests/ask_person", Customers, "question=why&about={bill}"),
    ("/api/requests/agree", Staff, "request={request}&pay_by=2026-12-05&words=yes&on=today"),
    ("/api/requests/answer", Staff, "request={request}&answer=yes&on=today"),
    ("/api/notes/list", Customers, ""),
    ("/api/notes/thread", Customers, "id={thread}"),
    ("/api/notes/begin", Customers, "subject=&words=hello"),
    ("/api/notes/go_on", Customers, "thread={thread}&words=and+more"),
    ("/api/notes/answer", Staff, "thread={thread}&words=gladly"),
    ("/api/notes/write", Staff, "customer={customer}&subject=&about={bill}&words=hello"),
    ("/api/customers/list", Staff, ""),
    ("/api/customers/customer", Staff, "id={customer}"),
    ("/api/today/today", Staff, "customer={customer}"),
    ("/api/notices/notice", Customers, "id={notice}"),
    ("/api/memory/remembered", Customers, ""),
    ("/api/memory/receipt", Customers, "id={receipt}"),
    ("/api/memory/tell", Customers, "words=I+moved&matters_on=2026-12-05&yearly=on"),
    ("/api/memory/correct", Customers, "fact={fact}&words=Not+quite&matters_on="),
    ("/api/memory/hush", Customers, "fact={fact}&is_off_limits=true"),
    ("/api/memory/forget", Customers, "fact={fact}"),
    ("/api/memory/known", Staff, "customer={customer}"),
    ("/api/memory/note_down", Staff, "customer={customer}&words=For+{customer}&source=call&matters_on="),
    ("/api/memory/correct_ours", Staff, "fact=none&words=Likes+coffee&matters_on="),
    ("/api/memory/forget_ours", Staff, "fact=none"),
    ("/api/export/my_data", Customers, ""),
    ("/api/erasure/erasure", Customers, ""),
    ("/api/erasure/ask", Customers, "reason=please"),
    ("/api/erasure/withdraw", Customers, ""),
    ("/api/erasure/waiting", Staff, ""),
    ("/api/erasure/to_decide", Staff, "customer={customer}"),
    ("/api/erasure/hand_over", Staff, "wish=none"),
    ("/api/erasure/refuse", Staff, "wish=none&refusal=no"),
    ("/api/erasure/erase", Admins, "wish=none&farewell=bye"),
    ("/api/notices/list", Customers, ""),
    ("/api/notices/why_not", Customers, "kind=credit"),
    ("/api/responses/snooze", Customers, "notice={notice}&wait=tomorrow&on=home"),
    ("/api/responses/dismiss", Customers, "notice={notice}&reason=not_now&words=later&on=notice"),
    ("/api/responses/helpful", Customers, "notice={notice}&is_helpful=true&on=home"),
    ("/api/responses/take_back", Customers, "notice={notice}&act=dismiss&on=aside"),
    ("/api/frictions/form", Customers, "on=/plan&said={hard}"),
    ("/api/frictions/say", Customers, "on=/plan&words=too+small&how_hard=2"),
    ("/api/frictions/read", Staff, "id={hard}"),
    ("/api/frictions/take_back", Customers, "id={hard}"),
    ("/api/overview/overview", Admins, ""),
    ("/api/advice/look_now", Admins, ""),
    ("/api/fees/fees", Admins, ""),
    ("/api/late_fees/list", Admins, ""),
    (
        "/api/fees/add_policy",
        Admins,
        "currency=EUR&starts_on=2026-12-01&grace_days=6&flat=5.00&percent=0&minimum=0&cap=&warn_days=5&reason=none",
    ),
    ("/api/fees/withdraw_policy", Admins, "currency=EUR&version=99"),
    ("/api/fees/add_exemption", Admins, "customer=H-1002&since=2026-11-22&until=&why=a+hard+year"),
    ("/api/fees/end_exemption", Admins, "id=none"),
    ("/api/imports/list", Admins, ""),
    ("/api/imports/mapping", Admins, "id=none"),
    ("/api/imports/match_columns", Admins, "id=none&act=try&fields[external_id][column]=id"),
    ("/api/imports/bring_in", Admins, "id=none"),
    ("/api/imports/result", Admins, "id=none"),
    ("/api/sign_in/viewer", Anyone, ""),
    ("/api/sign_in/doors", Anyone, ""),
    ("/api/sign_in/ask_link", Anyone, "email=mira@example.com"),
    ("/api/sign_in/open_link", Anyone, "token=x"),
    ("/api/sign_in/use_link", Anyone, "token=x"),
    ("/api/sign_in/as_cast", Anyone, "email=nobody@demo.example"),
    ("/api/sign_in/sign_out", SignedIn, ""),
    ("/api/sign_in/sessions", SignedIn, ""),
    ("/api/sign_in/end_session", SignedIn, "id={session}"),
    ("/api/sign_in/end_other_sessions", SignedIn, ""),
];

/// An address that is neither a page nor a server function, by its route.
const OTHERS: &[(&str, May)] = &[
    // A file is sent to the address of the page it is sent from.
    ("/admin/import", Admins),
    ("/admin/fees/open-bills/{currency}", Admins),
    ("/admin/import/template/{kind}", Admins),
    ("/admin/import/{id}/mapping.toml", Admins),
    ("/admin/import/{id}/rejected.csv", Admins),
    // Whoever signs as billing does; where Candor keeps the books there is nothing there.
    ("/webhooks/billing", Anyone),
    ("/notes/live", SignedIn),
    ("/about-me/data.json", Customers),
    ("/about-me/data/{file}", Customers),
    // What the page of this address sends: the token of a mail, which nobody here has.
    ("/unsubscribe/{token}", Anyone),
    ("/livez", Anyone),
    ("/site.webmanifest", Anyone),
    ("/readyz", Anyone),
];

/// What belongs to one customer, as the rows write it.
const OWNED: &[&str] = &["{bill}", "{notice}", "{act}", "{subscription}", "{thread}", "{fact}", "{receipt}", "{hard}"];

/// Two customers, who must not learn of each other.
const MIRA: &str = "customer@demo.example";
const TOM: &str = "other@demo.example";

/// The people who try, and whether a row lets them in.
const TRIES: &[(&str, &[May])] = &[
    ("", &[Anyone]),
    (MIRA, &[Anyone, SignedIn, Customers]),
    (TOM, &[Anyone, SignedIn, Customers]),
    ("staff@demo.example", &[Anyone, SignedIn, Staff]),
    ("admin@demo.example", &[Anyone, SignedIn, Staff, Admins]),
];

/// A customer's ids, to be tried by everyone, and all that tells of them, to be read by nobody else.
struct Ids {
    email: &'static str,
    /// By their places in the rows.
    named: Vec<(&'static str, String)>,
    secrets: Vec<String>,
}

const LATEST_BILL: &str = "select number from invoices join customers on customers.id = customer_id where email = $1
                           order by due_on desc";

const SECRETS: &str = "with mine as (select id, external_id, name, email from customers where email = $1)
    select id from mine
    union all select external_id from mine
    union all select name from mine
    union all select email from mine
    union all select people.id from people join mine on mine.id = people.customer_id
    union all select sessions.id from sessions join people on people.id = sessions.person_id
                                               join mine on mine.id = people.customer_id
    union all select invoices.id from invoices join mine on mine.id = invoices.customer_id
    union all select invoices.number from invoices join mine on mine.id = invoices.customer_id
    union all select notices.id from notices join mine on mine.id = notices.customer_id
    union all select requests.id from requests join mine on mine.id = requests.customer_id
    union all select reference from subscriptions join mine on mine.id = subscriptions.customer_id
    union all select billing_orders.id from billing_orders join mine on mine.id = billing_orders.customer_id
    union all select note_threads.id from note_threads join mine on mine.id = note_threads.customer_id
    union all select notes.id from notes join note_threads on note_threads.id = notes.thread_id
                                         join mine on mine.id = note_threads.customer_id
    union all select remembered_facts.id from remembered_facts join mine on mine.id = remembered_facts.customer_id
    union all select words from remembered_facts join mine on mine.id = remembered_facts.customer_id
              where words is not null and not noted_by_customer and corrected_at is null
    union all select fact_receipts.id from fact_receipts join mine on mine.id = fact_receipts.customer_id
    union all select frictions.id from frictions join mine on mine.id = frictions.customer_id";

/// What stands in a row for an id of a customer's, and where to find it.
const NAMED: &[(&str, &str)] = &[
    ("{customer}", "select id from customers where email = $1"),
    ("{session}", "select sessions.id from sessions join people on people.id = person_id where email = $1"),
    ("{bill}", LATEST_BILL),
    ("{notice}", "select notices.id from notices join customers on customers.id = customer_id where email = $1"),
    (
        "{request}",
        "select requests.id from requests join customers on customers.id = customer_id where email = $1 order by asked_at",
    ),
    (
        "{subscription}",
        "select reference from subscriptions join customers on customers.id = customer_id where email = $1
         order by reference desc",
    ),
    (
        "{act}",
        "select billing_orders.id from billing_orders join customers on customers.id = customer_id where email = $1
         order by asked_at",
    ),
    (
        "{thread}",
        "select note_threads.id from note_threads join customers on customers.id = customer_id where email = $1
         order by note_threads.created_at",
    ),
    (
        "{fact}",
        "select remembered_facts.id from remembered_facts join customers on customers.id = customer_id
         where email = $1 and words is not null order by noted_at",
    ),
    (
        "{receipt}",
        "select fact_receipts.id from fact_receipts join customers on customers.id = customer_id where email = $1",
    ),
    (
        "{hard}",
        "select frictions.id from frictions join customers on customers.id = customer_id where email = $1 order by said_at",
    ),
];

impl Ids {
    async fn of(app: &TestApp, email: &'static str) -> Self {
        let mut conn = app.state.db.reader().await.unwrap();
        let name = first(&mut conn, "select name from customers where email = $1", email).await;
        let mut secrets = texts(&mut conn, SECRETS, email).await;
        secrets.extend(name.split(' ').map(str::to_owned));
        let mut named = Vec::new();
        for (place, text) in NAMED {
            named.push((*place, first(&mut conn, text, email).await));
        }
        Ids { email, named, secrets }
    }

    fn fill(&self, text: &str) -> String {
        let filled = text.replace(":token", "x").replace(":kind", "credit").replace("{once}", &new_id());
        self.named.iter().fold(filled, |text, (place, id)| text.replace(place, id))
    }

    /// Whoever is not this customer is told nothing of them but what they asked with.
    fn are_kept_from(&self, email: &str, asked: &str, answer: &Answer) {
        let told = format!("{} {}", answer.location(), answer.body);
        for secret in self.secrets.iter().filter(|secret| email != self.email && !asked.contains(secret.as_str())) {
            assert!(!holds(&told, secret), "{asked} tells {email:?} {secret:?} of {}: {told}", self.email);
        }
    }
}

/// Whether `text` holds these words by themselves, and not as a part of a longer number or id.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + words.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

async fn texts(conn: &mut Conn<'_>, text: &'static str, email: &str) -> Vec<String> {
    sql!(conn, scalars as String, text, email).unwrap()
}

async fn first(conn: &mut Conn<'_>, text: &'static str, email: &str) -> String {
    let found = texts(conn, text, email).await.into_iter().next();
    found.unwrap_or_else(|| panic!("{email} has none: {text}"))
}

/// Both customers are signed in somewhere, wait for an answer about their latest bill, deleted one fact of theirs and found
/// something hard.
async fn with_two_customers() -> TestApp {
    let app = TestApp::new().await;
    for email in [MIRA, TOM] {
        let mut conn = app.state.db.reader().await.unwrap();
        let bill = first(&mut conn, LATEST_BILL, email).await;
        drop(conn);
        let question = format!("What {email} asks.");
        let form = [("number", bill.as_str()), ("question", question.as_str())];
        let mut browser = app.signed_in(email).await;
        let answer = browser.post("/api/requests/ask_about_bill", &form).await;
        assert!(answer.location().contains("?told="), "{email}: {} {}", answer.status, answer.location());
        let mut conn = app.state.db.reader().await.unwrap();
        let text = "select number from invoices join customers on customers.id = customer_id where email = $1
                    and disputed_on is null order by due_on desc";
        let (once, right) = (new_id(), first(&mut conn, text, email).await);
        drop(conn);
        let form = [("number", right.as_str()), ("once", once.as_str()), ("words", question.as_str())];
        let answer = app.signed_in(email).await.post("/api/billing/dispute", &form).await;
        assert!(answer.location().contains("?told="), "{email}: {} {}", answer.status, answer.location());
        let mut conn = app.state.db.reader().await.unwrap();
        let text = "select remembered_facts.id from remembered_facts join customers on customers.id = customer_id
                    where email = $1 order by noted_at desc";
        let latest_fact = first(&mut conn, text, email).await;
        drop(conn);
        let answer = app.signed_in(email).await.post("/api/memory/forget", &[("fact", &latest_fact)]).await;
        assert!(answer.location().contains("/about-me/receipts/"), "{email}: {} {}", answer.status, answer.location());
        let words = format!("What {email} found hard.");
        let answer = browser.post("/api/frictions/say", &[("on", "/bills"), ("words", words.as_str())]).await;
        assert!(answer.location().contains("said="), "{email}: {} {}", answer.status, answer.location());
    }
    app
}

/// Everyone who tries, the one whose ids they are last: what others tried to end must still be there then.
fn strangers_first(owner: &str) -> Vec<(&'static str, &'static [May])> {
    let mut tries = TRIES.to_vec();
    tries.sort_by_key(|(email, _)| *email == owner);
    tries
}

async fn browser(app: &TestApp, email: &str) -> Browser {
    if email.is_empty() { app.browser() } else { app.signed_in(email).await }
}

#[test]
fn every_address_has_its_row() {
    let routes: BTreeSet<String> =
        leptos_axum::generate_route_list(candor::app::App).iter().map(|route| route.path().to_owned()).collect();
    let listed: BTreeSet<String> = PAGES.iter().map(|(path, _)| axum_path(path)).collect();
    assert_eq!(routes, listed, "a page without a row here is a page nobody thought about");
    let functions: BTreeSet<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let listed: BTreeSet<String> = FUNCTIONS.iter().map(|(path, _, _)| (*path).to_owned()).collect();
    assert_eq!(functions, listed, "a server function without a row here is one nobody thought about");
    let others: BTreeSet<&str> =
        features::routes().iter().chain(&router::machine_routes()).map(|(path, _)| *path).collect();
    let listed: BTreeSet<&str> = OTHERS.iter().map(|(path, _)| *path).collect();
    assert_eq!(others, listed, "an address without a row here is one nobody thought about");
}

#[test]
fn no_function_can_be_called_by_a_link() {
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert_eq!(method, axum::http::Method::POST, "{path}");
    }
}

/// Pages of an act, which say so where there is nothing to do.
fn may_be_refused(path: &str) -> bool {
    path.starts_with("/bills/{bill}/") || path.starts_with("/demo/pay/") || path.starts_with("/plan/change/")
}

/// `/bills/:number` as axum writes it, and as the rows write a page with an id.
fn axum_path(row: &str) -> String {
    row.split('/')
        .map(|part| match part {
            ":token" => "{token}",
            ":kind" => "{kind}",
            "{bill}" => "{number}",
            "{customer}" | "{notice}" | "{import}" | "{act}" | "{thread}" | "{receipt}" => "{id}",
            "mobile-xl" => "{to}",
            other => other,
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn pages_open_for_those_they_are_for() {
    let app = with_two_customers().await;
    for (owner, other) in [(MIRA, TOM), (TOM, MIRA)] {
        let (ids, others) = (Ids::of(&app, owner).await, Ids::of(&app, other).await);
        for (email, lets_in) in strangers_first(owner) {
            let mut browser = browser(&app, email).await;
            for (path, may) in PAGES {
                let asked = ids.fill(path);
                let answer = browser.get(&asked).await;
                let is_others = email == other && OWNED.iter().any(|id| path.contains(id));
                let expected: &[u16] = if path.ends_with(":token") {
                    &[409]
                } else if *path == "/" && lets_in.contains(&Staff) {
                    &[303]
                } else if is_others || (lets_in.contains(&Admins) && path.contains("{import}")) {
                    // Somebody else's, or, for the admin, an import that does not exist.
                    &[404]
                } else if lets_in.contains(may) && may_be_refused(path) {
                    &[200, 409]
                } else if lets_in.contains(may) {
                    &[200]
                } else if email.is_empty() {
                    &[303]
                } else {
                    &[403]
                };
                assert!(expected.contains(&answer.status), "{asked} as {email:?}: {} not {expected:?}", answer.status);
                if *may != Anyone && !lets_in.contains(&Staff) {
                    ids.are_kept_from(email, &asked, &answer);
                    others.are_kept_from(email, &asked, &answer);
                }
            }
        }
    }
}

#[tokio::test]
async fn other_addresses_answer_those_they_are_for() {
    let app = TestApp::new().await;
    for (email, lets_in) in TRIES {
        let mut browser = browser(&app, email).await;
        for (path, may) in OTHERS {
            let is_upload = *path == "/admin/import";
            // A stream has no end to wait for.
            if *path == "/notes/live" && lets_in.contains(may) {
                let (status, _) = browser.open(path).await;
                assert_eq!(status, 200, "{path} as {email:?}");
                continue;
            }
            let is_webhook = path.starts_with("/webhooks/");
            let address = path.replace("{kind}", "invoices.csv").replace("{file}", "bills.csv").replace("{id}", "none");
            let address = address.replace("{currency}", "EUR");
            let answer = match *path {
                _ if is_upload => browser.send(upload_without_file()).await,
                _ if is_webhook => browser.send(Request::post(address).body(Body::from("{}")).unwrap()).await,
                "/unsubscribe/{token}" => browser.post("/unsubscribe/x", &[("by", "page")]).await,
                _ => browser.get(&address).await,
            };
            // The admin's upload has no file, and the admin is told so on the page.
            let (expected, leads): (u16, &str) = match (lets_in.contains(may), email.is_empty()) {
                (true, _) if path.contains("{id}") || is_webhook => (404, ""),
                (true, _) if is_upload => (303, "/admin/import?told="),
                (true, _) if *path == "/unsubscribe/{token}" => (409, ""),
                (true, _) => (200, ""),
                (false, true) => (303, "/sign-in"),
                (false, false) => (403, ""),
            };
            assert_eq!(answer.status, expected, "{path} as {email:?}: {}", answer.body);
            assert!(answer.location().starts_with(leads), "{path} as {email:?} leads to {}", answer.location());
        }
    }
}

fn upload_without_file() -> Request<Body> {
    Request::post("/admin/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from("--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ninvoices\r\n--x--\r\n"))
        .unwrap()
}

#[tokio::test]
async fn functions_answer_those_they_are_for() {
    let app = with_two_customers().await;
    for (owner, other) in [(MIRA, TOM), (TOM, MIRA)] {
        let (ids, others) = (Ids::of(&app, owner).await, Ids::of(&app, other).await);
        for (email, lets_in) in strangers_first(owner) {
            for (path, may, body) in FUNCTIONS {
                // Signed in anew for each, for signing out is one of them.
                let mut browser = browser(&app, email).await;
                let asked = ids.fill(body);
                let request = Request::post(*path)
                    .header(header::ACCEPT, "application/json")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(asked.clone()))
                    .unwrap();
                let answer = browser.send(request).await;
                let is_others = email != owner
                    && ((*may == Customers && OWNED.iter().any(|id| body.contains(id)))
                        || (email == other && body.contains("{thread}"))
                        || body.contains("{session}"));
                let allowed = lets_in.contains(may);
                let fits = match answer.status {
                    401 => email.is_empty() && !allowed,
                    403 => !email.is_empty() && !allowed,
                    404 => allowed && (is_others || body.contains("nobody@") || body.contains("none")),
                    // Taken, or well asked and refused for a reason of its own.
                    200 | 302 | 409 | 422 | 429 => allowed && !is_others,
                    _ => false,
                };
                assert!(fits, "{path} {asked} as {email:?}: {} {}", answer.status, answer.body);
                if *may != Anyone && !lets_in.contains(&Staff) {
                    let asked = format!("{path} {asked}");
                    ids.are_kept_from(email, &asked, &answer);
                    others.are_kept_from(email, &asked, &answer);
                }
            }
        }
    }
}

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    let app = TestApp::new().await;
    for (path, _, body) in FUNCTIONS {
        let mut browser = app.signed_in("customer@demo.example").await;
        for (site, origin) in [("cross-site", "https://evil.example"), ("same-site", "https://sub.candor.test")] {
            let request = Request::post(*path)
                .header("sec-fetch-site", site)
                .header(header::ORIGIN, origin)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(*body))
                .unwrap();
            assert_eq!(browser.send(request).await.status, 403, "{path} from {origin}");
        }
    }
}

#[tokio::test]
async fn no_form_sends_a_browser_to_another_site() {
    let app = TestApp::new().await;
    for referer in
        ["https://evil.example/", "//evil.example", "https://candor.test.evil.example/x", "javascript:alert(1)"]
    {
        let request = Request::post("/api/sign_in/ask_link")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, referer)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("email=wrong"))
            .unwrap();
        let answer = app.browser().send(request).await;
        let leads = answer.location();
        assert!(leads.starts_with('/') && !leads.starts_with("//"), "{referer}: {leads}");
    }
}

#[tokio::test]
async fn every_page_carries_the_headers_that_keep_it_safe() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    for path in ["/sign-in", "/nowhere", "/livez"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}: only on https");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    let nonce = |policy: &str| policy.split("'nonce-").nth(1).map(|rest| rest.split('\'').next().unwrap().to_owned());
    let first = nonce(browser.get("/sign-in").await.header("content-security-policy"));
    let second = nonce(browser.get("/sign-in").await.header("content-security-policy"));
    assert!(first.is_some() && first != second, "a nonce is used once");
    let https = app.changed(|config| config.base_url = "https://candor.test".to_owned());
    let mut browser = Browser::new(candor::server::router::router(https));
    let answer = browser.get("/sign-in").await;
    assert!(answer.header("strict-transport-security").contains("max-age=63072000"));
    let answer = browser.post("/api/sign_in/as_cast", &[("email", "calm@demo.example")]).await;
    let cookie = answer.header("set-cookie");
    for part in ["__Host-candor=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let app = TestApp::new().await;
    let request = Request::post("/api/sign_in/ask_link")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("email={}", "a".repeat(1_000_000))))
        .unwrap();
    let answer = app.browser().send(request).await;
    assert!((400..500).contains(&answer.status), "{}: {}", answer.status, answer.body);
}

#[tokio::test]
async fn nonsense_in_a_body_is_never_our_fault() {
    let app = TestApp::new().await;
    for (path, _, _) in FUNCTIONS {
        for body in ["", "%", "a=b&a=c", "id[]=1&id[x]=2", "token=%00", "email=%ff%fe", "{\"a\":1}", "=&=&="] {
            let mut browser = app.signed_in("admin@demo.example").await;
            let request = Request::post(*path)
                .header(header::ACCEPT, "application/json")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .unwrap();
            let answer = browser.send(request).await;
            assert!(answer.status < 500, "{path} with {body:?}: {} {}", answer.status, answer.body);
        }
    }
}
