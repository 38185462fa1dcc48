//! The head, the ways on and the foot around a page, for each of the three faces.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    domain::{money::Money, role::Role},
    features::{
        frictions,
        sign_in::{Viewer, api::SignOut},
    },
    ui::{Face, Icon, money},
};

/// Whose face of Candor a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Portal,
    Staff,
    Admin,
    /// Signing in, and errors before it.
    Bare,
    /// The face of whoever looks: for pages everyone has, and for errors.
    Own,
}

impl Layout {
    fn of(self, viewer: &Viewer) -> Layout {
        match (self, viewer.person.as_ref().map(|person| person.role)) {
            (Layout::Bare, _) | (_, None) => Layout::Bare,
            (Layout::Own, Some(Role::Customer)) => Layout::Portal,
            (Layout::Own, Some(Role::Staff)) => Layout::Staff,
            (Layout::Own, Some(Role::Admin)) => Layout::Admin,
            (layout, Some(_)) => layout,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Layout::Portal => "portal",
            Layout::Staff => "staff",
            Layout::Admin => "admin",
            Layout::Bare | Layout::Own => "bare",
        }
    }

    fn ways(self) -> &'static [Way] {
        match self {
            Layout::Portal => &[
                Way("/", "Home", Some(Icon::House)),
                Way("/bills", "Bills", Some(Icon::Bill)),
                Way("/plan", "Plan", Some(Icon::Gauge)),
                Way("/credits", "Credit", Some(Icon::Coin)),
                Way("/notes", "Notes", Some(Icon::Letter)),
            ],
            Layout::Staff => &[Way("/staff", "Today", None), Way("/staff/customers", "Customers", None)],
            Layout::Admin => &[
                Way("/admin", "Overview", None),
                Way("/admin/fees", "Fees", None),
                Way("/admin/import", "Import", None),
                Way("/staff", "Customers", None),
            ],
            Layout::Bare | Layout::Own => &[],
        }
    }
}

/// A way on: its address, its word, and the icon that stands with it where there are thumbs.
struct Way(&'static str, &'static str, Option<Icon>);

/// The page in its frame.
#[component]
pub fn Frame(layout: Layout, viewer: Viewer, children: Children) -> impl IntoView {
    let layout = layout.of(&viewer);
    let path = use_location().pathname.get_untracked();
    let here = layout
        .ways()
        .iter()
        .map(|Way(address, ..)| *address)
        .filter(|way| is_at(&path, way))
        .max_by_key(|way| way.len());
    let (unread, credit) = (viewer.unread, viewer.credit);
    let ways = layout
        .ways()
        .iter()
        .map(|Way(address, word, icon)| {
            let beside = match *address {
                "/notes" => view! { <Unread many=unread/> }.into_any(),
                "/credits" => view! { <Balance of=&credit/> }.into_any(),
                _ => ().into_any(),
            };
            let here = (here == Some(*address)).then_some("page");
            view! { <li><a href=*address aria-current=here>{icon.map(Icon::view)}{*word}{beside}</a></li> }
        })
        .collect_view();
    let (home, part) = match layout {
        Layout::Staff => ("/staff", Some("people")),
        Layout::Admin => ("/admin", Some("rules")),
        _ => ("/", None),
    };
    let ask = (layout == Layout::Portal).then(|| view! { <a class="button" href="/help">"Ask a person"</a> });
    let me = viewer.person.map(|person| {
        let here = (path == "/about-me").then_some("page");
        view! {
            <a class="me" href="/about-me" aria-current=here>
                <Face name=&person.name/>
                <span class="unseen">{format!("{}, about me", person.name)}</span>
            </a>
        }
    });
    view! {
        <div class=format!("shell {}", layout.name())>
            <a class="skip" href="#main">"Skip to the page"</a>
            {viewer.is_demo.then(|| view! { <p class="demo">"This is a demo: nobody here is real, and anybody can come in as anybody."</p> })}
            <header class="top">
                <a class="brand" href=home>{viewer.company.clone()}{part.map(|part| view! { <span>{part}</span> })}</a>
                {(!layout.ways().is_empty())
                    .then(|| view! { <nav class="nav" aria-label="Main"><ul>{ways}</ul></nav> })}
                {ask}
                {(layout != Layout::Bare).then_some(me)}
            </header>
            <main id="main" tabindex="-1">{children()}</main>
            {(layout != Layout::Bare).then(|| view! { <Foot layout path/> })}
        </div>
    }
}

fn is_at(path: &str, way: &str) -> bool {
    path == way || path.strip_prefix(way).is_some_and(|rest| way != "/" && rest.starts_with('/'))
}

/// How many notes wait to be opened, beside the way to them.
#[component]
fn Unread(many: i64) -> impl IntoView {
    let figure = if many > 99 { "99+".to_owned() } else { many.to_string() };
    (many > 0).then(|| {
        view! {
            <span class="unread" aria-hidden="true">{figure}</span>
            <span class="unseen">{format!(", {many} not opened yet")}</span>
        }
    })
}

/// The credit there is to use, beside the way to it. Of several currencies, the one of which some is used next.
#[component]
fn Balance<'a>(of: &'a [Money]) -> impl IntoView + use<> {
    let (amount, others) = of.split_first()?;
    let more = (!others.is_empty()).then(|| {
        view! { <span aria-hidden="true">" +"</span><span class="unseen">", and more in another currency"</span> }
    });
    Some(view! { " "<span class="balance">{money(*amount)}{more}</span> })
}

#[component]
fn Foot(layout: Layout, path: String) -> impl IntoView {
    let hard = (layout == Layout::Portal).then(|| {
        let address = frictions::address(&path);
        view! { <p><a href=address>"This was hard"</a></p> }
    });
    view! {
        <footer class="foot no-print">
            {hard}
            <ActionForm action={ServerAction::<SignOut>::new()}>
                <button class="button link" type="submit">"Sign out"</button>
            </ActionForm>
        </footer>
    }
}

/// Around a page that has islands: only these load the WASM.
#[component]
pub fn WithIslands(children: Children) -> impl IntoView {
    let options = expect_context::<LeptosOptions>();
    view! {
        {children()}
        <HydrationScripts options islands=true/>
    }
}
