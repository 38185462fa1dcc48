//! The head, the ways on and the foot around a page, for each of the three faces.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    domain::{money::Money, role::Role},
    features::{
        frictions,
        sign_in::{Viewer, api::SignOut},
    },
    ui::{Face, money},
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

    /// The address and the word of each way on.
    fn ways(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Layout::Portal => &[
                ("/", "Home"),
                ("/bills", "Bills"),
                ("/plan", "Plan"),
                ("/credits", "Credit"),
                ("/notes", "Notes"),
                ("/about-me", "About me"),
            ],
            Layout::Staff => &[("/staff", "Today"), ("/staff/customers", "Customers")],
            Layout::Admin => {
                &[("/admin", "Overview"), ("/admin/fees", "Fees"), ("/admin/import", "Import"), ("/staff", "Customers")]
            }
            Layout::Bare | Layout::Own => &[],
        }
    }
}

/// What fits below the word on a narrow phone.
const LONGEST_BALANCE: usize = 10;

/// The page in its frame.
#[component]
pub fn Frame(layout: Layout, viewer: Viewer, children: Children) -> impl IntoView {
    let layout = layout.of(&viewer);
    let path = use_location().pathname.get_untracked();
    let here =
        layout.ways().iter().map(|(address, _)| *address).filter(|way| is_at(&path, way)).max_by_key(|way| way.len());
    let (unread, credit) = (viewer.unread, viewer.credit);
    let ways = layout
        .ways()
        .iter()
        .map(|(address, word)| {
            let beside = match *address {
                "/notes" => view! { <Unread many=unread/> }.into_any(),
                "/credits" => view! { <Balance of=&credit/> }.into_any(),
                _ => ().into_any(),
            };
            let here = (here == Some(*address)).then_some("page");
            view! { <li><a href=*address aria-current=here>{*word}{beside}</a></li> }
        })
        .collect_view();
    let (home, part) = match layout {
        Layout::Staff => ("/staff", Some("people")),
        Layout::Admin => ("/admin", Some("rules")),
        _ => ("/", None),
    };
    let me = viewer.person.map(|person| match layout {
        Layout::Portal => view! { <a class="button" href="/help">"Ask a person"</a> }.into_any(),
        _ => view! {
            <a class="me" href="/about-me">
                <Face name=&person.name/>
                <span class="unseen">{format!("{}, about me", person.name)}</span>
            </a>
        }
        .into_any(),
    });
    view! {
        <div class=format!("shell {}", layout.name())>
            <a class="skip" href="#main">"Skip to the page"</a>
            {viewer.is_demo.then(|| view! { <p class="demo">"This is a demo: nobody here is real, and anybody can come in as anybody."</p> })}
            <header class="top">
                <a class="brand" href=home>{viewer.company.clone()}{part.map(|part| view! { <span>{part}</span> })}</a>
                {(!layout.ways().is_empty())
                    .then(|| view! { <nav class="nav" aria-label="Main"><ul>{ways}</ul></nav> })}
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
    let figure = money(*amount);
    let class = if figure.chars().count() > LONGEST_BALANCE { "balance long" } else { "balance" };
    let more = (!others.is_empty()).then(|| {
        view! { <span aria-hidden="true">" +"</span><span class="unseen">", and more in another currency"</span> }
    });
    Some(view! { " "<span class=class>{figure}{more}</span> })
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
