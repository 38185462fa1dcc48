//! A long list in pages, with the page in the address.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use serde::{Deserialize, Serialize};

use super::count;

/// Where a page lies in its list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// From 1.
    pub number: i64,
    pub size: i64,
    /// Rows in the whole list.
    pub total: i64,
}

impl Page {
    /// The page that was asked for, drawn into the list.
    pub fn of(asked: Option<i64>, size: i64, total: i64) -> Self {
        let last = ((total + size - 1) / size).max(1);
        Self { number: asked.unwrap_or(1).clamp(1, last), size, total }
    }

    /// Rows before this page.
    pub fn offset(&self) -> i64 {
        (self.number - 1) * self.size
    }

    fn first(&self) -> i64 {
        if self.total == 0 { 0 } else { self.offset() + 1 }
    }

    fn last(&self) -> i64 {
        (self.offset() + self.size).min(self.total)
    }
}

/// Nothing where the list fits on one page. `name` is what its page is called in the address, where a page holds several lists;
/// `within` names the one of them that is meant, where they are of the same kind.
#[component]
pub fn Pager(
    page: Page,
    #[prop(into)] of: String,
    #[prop(default = "page")] name: &'static str,
    #[prop(optional)] within: Option<(&'static str, String)>,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let query = use_query_map().get_untracked();
    let to = move |number: i64| {
        let mut query = query.clone();
        query.replace(name, number.to_string());
        if let Some((list, id)) = &within {
            query.replace(*list, id.clone());
        }
        format!("{path}{}", query.to_query_string())
    };
    let range = format!("{} to {} of {}", page.first(), page.last(), count(page.total, "", ""));
    (page.total > page.size).then(|| {
        view! {
            <nav class="pager" aria-label=format!("Pages of {of}")>
                {(page.number > 1).then(|| view! { <a class="button" rel="prev" href=to(page.number - 1)>"Before"</a> })}
                <p>{range}</p>
                {(page.last() < page.total)
                    .then(|| view! { <a class="button" rel="next" href=to(page.number + 1)>"Next"</a> })}
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_outside_the_list_is_drawn_into_it() {
        assert_eq!(Page::of(Some(99), 20, 41), Page { number: 3, size: 20, total: 41 });
        assert_eq!(Page::of(Some(-1), 20, 41).offset(), 0);
        assert_eq!(Page::of(None, 20, 0), Page { number: 1, size: 20, total: 0 });
    }
}
