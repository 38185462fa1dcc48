//! Everyone, to look for and to put in order.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url};

use crate::{
    app::{Layout, page},
    domain::{money::Money, notice::NoticeKind},
    features::customers::{By, CustomerLine, CustomerList, Order, api},
    ui::{MoneyView, Pager, ShortDay, count},
};

/// `/staff/customers`
#[component]
pub fn CustomersPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let asked_page = query.get("page").and_then(|page| page.parse().ok());
    page(Layout::Staff, "Customers", api::load_customers(query.get("q"), query.get("sort"), asked_page), |list| {
        let found = count(list.page.total, "customer", "customers");
        let lead = match (list.sought.is_empty(), list.page.total) {
            (true, _) => format!("{found}. Never sorted by what they spend."),
            (false, _) => format!("{found} found."),
        };
        let order = list.order;
        view! {
            <header class="lead"><h1>"Customers"</h1><p>{lead}</p></header>
            <form class="search" role="search" action="/staff/customers">
                <div class="field">
                    <label for="q">"Name, e-mail or number"</label>
                    <input id="q" name="q" type="search" maxlength="200" value=list.sought.clone()/>
                </div>
                {(order != Order::default())
                    .then(|| view! { <input type="hidden" name="sort" value=order.address()/> })}
                <button class="button" type="submit">"Search"</button>
            </form>
            {if list.page.total == 0 {
                view! { <Nobody sought=list.sought/> }.into_any()
            } else {
                view! { <People list/> }.into_any()
            }}
        }
    })
}

#[component]
fn Nobody(sought: String) -> impl IntoView {
    if sought.is_empty() {
        view! {
            <div class="empty">
                <h2>"No customers yet"</h2>
                <p>"They stand here as soon as an admin has brought them in from a file."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="empty">
                <h2>"Nobody holds " <q dir="auto">{sought}</q></h2>
                <p>"A part of a name, of an e-mail address or of a number is enough."</p>
                <div class="acts"><a class="button" href="/staff/customers">"Show everyone"</a></div>
            </div>
        }
        .into_any()
    }
}

#[component]
fn People(list: CustomerList) -> impl IntoView {
    let (page, today) = (list.page, list.today);
    let last = (page.offset() + page.size).min(page.total);
    let caption = format!("Customers, {} to {} of {}", page.offset() + 1, last, page.total);
    let head = |by: By, words: &'static str, class: &'static str| {
        view! { <Head by words class order=list.order sought=list.sought.clone()/> }
    };
    let heads = view! {
        {head(By::Name, "Name", "")}
        {head(By::Open, "Open", "num")}
        {head(By::LateSince, "Overdue", "num")}
        {head(By::NextDue, "Next due", "")}
        <th scope="col" role="columnheader">"To know today"</th>
    };
    let rows = list.customers.into_iter().map(|customer| view! { <Row customer today/> }).collect_view();
    view! {
        <div class="table sticky folds" role="region" aria-labelledby="customers" tabindex="0">
            <table role="table">
                <caption id="customers" class="unseen">{caption}</caption>
                <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <Pager page of="customers"/>
    }
}

/// The head of a column that can be sorted: what matters comes first, and the other way round with a second click.
#[component]
fn Head(by: By, words: &'static str, class: &'static str, order: Order, sought: String) -> impl IntoView {
    let first = Order { by, is_reversed: by == By::Open };
    let is_now = order.by == by;
    let next = if order == first { Order { is_reversed: !first.is_reversed, ..first } } else { first };
    let sorted = is_now.then_some(if order.is_reversed { "descending" } else { "ascending" });
    let sought = if sought.is_empty() { String::new() } else { format!("&q={}", Url::escape(&sought)) };
    let address = format!("/staff/customers?sort={}{sought}", next.address());
    view! {
        <th scope="col" role="columnheader" class=(!class.is_empty()).then_some(class) aria-sort=sorted>
            <a href=address>{words}</a>
        </th>
    }
}

#[component]
fn Row(customer: CustomerLine, today: Date) -> impl IntoView {
    let address = format!("/staff/customers/{}", Url::escape(&customer.id));
    let due = customer.next_due.map(|due| view! { <ShortDay of=due near=today/> });
    let badges = customer
        .notices
        .iter()
        .map(|kind| match kind {
            NoticeKind::FeeWarning => view! { <span class="badge cost">"Late fee near"</span>" " },
            NoticeKind::FeeCame => view! { <span class="badge cost">"Late fee applies"</span>" " },
            NoticeKind::Overdue => view! { <span class="badge">"Overdue"</span>" " },
            NoticeKind::Dispute => view! { <span class="badge accent">"In dispute"</span>" " },
            _ => view! { <span class="badge done">"Credit pays it"</span>" " },
        })
        .collect_view();
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a href=address><bdi>{customer.name}</bdi></a>" "<small class="soft"><bdi>{customer.external_id}</bdi></small>
            </th>
            <td role="cell" class="num" data-label="Open"><Amounts of=customer.open/></td>
            <td role="cell" class="num" data-label="Overdue"><Amounts of=customer.overdue/></td>
            <td role="cell" data-label="Next due">{due}</td>
            <td role="cell" data-label="To know today">{badges}</td>
        </tr>
    }
}

#[component]
fn Amounts(of: Vec<Money>) -> impl IntoView {
    of.into_iter().map(|amount| view! { <MoneyView of=amount/>" " }).collect_view()
}
