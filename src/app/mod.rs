//! Every address of the site, and the html around each page.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

mod layout;
mod page;
/// The status and headers of the answer that carries a page.
#[cfg_attr(not(feature = "ssr"), path = "status_in_browser.rs")]
pub mod status;

pub use layout::{Layout, WithIslands};
pub use page::page;

use crate::features::{
    about_me, billing, bills, credits, customers, erasure, fees, frictions, home, imports, memory, notes, notices,
    offers, overview, preferences, requests, sign_in, today,
};

/// The whole document, once per answer.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    status::content_security_policy();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta
                    name="description"
                    content="What you should know about your account before it costs you money, what you can do about it, and people to talk to."
                />
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf7f2"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1b1917"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icon-180.png"/>
                <link rel="manifest" href="/site.webmanifest"/>
                <link rel="preload" href="/fonts/text-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="preload" href="/fonts/head-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet options=options.clone()/>
                <AutoReload options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The site map. A page is rendered whole on the server; with JavaScript off nothing is missing.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <FlatRoutes fallback=page::Missing>
                <Route path=path!("/") view=home::portal::HomePage ssr=SsrMode::Async/>
                <Route path=path!("/bills") view=bills::portal::BillsPage ssr=SsrMode::Async/>
                <Route path=path!("/bills/:number") view=bills::portal::BillPage ssr=SsrMode::Async/>
                <Route path=path!("/bills/:number/use-credit") view=billing::portal::UseCreditPage ssr=SsrMode::Async/>
                <Route path=path!("/bills/:number/let-fee-go") view=billing::portal::WaiveFeePage ssr=SsrMode::Async/>
                <Route path=path!("/bills/:number/dispute") view=billing::portal::DisputePage ssr=SsrMode::Async/>
                <Route path=path!("/bills/:number/later-date") view=billing::portal::LaterDatePage ssr=SsrMode::Async/>
                <Route path=path!("/acts/:id") view=billing::portal::ActPage ssr=SsrMode::Async/>
                <Route path=path!("/demo/pay/:number") view=billing::portal::PayPage ssr=SsrMode::Async/>
                <Route path=path!("/plan/change/:subscription/:to") view=billing::portal::ChangePlanPage ssr=SsrMode::Async/>
                <Route path=path!("/plan") view=offers::portal::PlanPage ssr=SsrMode::Async/>
                <Route path=path!("/credits") view=credits::portal::CreditsPage ssr=SsrMode::Async/>
                <Route path=path!("/notes") view=notes::portal::NotesPage ssr=SsrMode::Async/>
                <Route path=path!("/notes/:id") view=notes::portal::ThreadPage ssr=SsrMode::Async/>
                <Route path=path!("/help") view=requests::portal::HelpPage ssr=SsrMode::Async/>
                <Route path=path!("/about-me") view=about_me::portal::AboutMePage ssr=SsrMode::Async/>
                <Route path=path!("/about-me/receipts/:id") view=memory::portal::ReceiptPage ssr=SsrMode::Async/>
                <Route path=path!("/about-me/erase") view=erasure::portal::ErasePage ssr=SsrMode::Async/>
                <Route path=path!("/about-me/notices") view=preferences::portal::NoticesByMailPage ssr=SsrMode::Async/>
                <Route path=path!("/unsubscribe/:token") view=preferences::portal::UnsubscribePage ssr=SsrMode::Async/>
                <Route path=path!("/staff") view=today::staff::TodayPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/customers") view=customers::staff::CustomersPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/customers/:id") view=customers::staff::CustomerPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/import") view=imports::admin::ImportsPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/import/:id") view=imports::admin::ResultPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/import/:id/mapping") view=imports::admin::MappingPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=sign_in::portal::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/:token") view=sign_in::portal::LinkPage ssr=SsrMode::Async/>
                <Route path=path!("/help/hard") view=frictions::portal::HardPage ssr=SsrMode::Async/>
                <Route path=path!("/notices") view=notices::list_portal::NoticesPage ssr=SsrMode::Async/>
                <Route path=path!("/notices/why-not/:kind") view=notices::why_not_portal::WhyNotPage ssr=SsrMode::Async/>
                <Route path=path!("/notices/:id") view=notices::portal::NoticePage ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=overview::admin::OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/fees") view=fees::admin::FeesPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
