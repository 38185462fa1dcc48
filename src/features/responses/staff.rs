//! What a customer said back to a notice, as staff read it.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{Aside, Said};
use crate::{features::notices::NoticeCard, ui::ShortDay};

/// Nothing where they said nothing.
#[component]
pub fn SaidBack(card: NoticeCard, today: Date) -> impl IntoView {
    let Said { dismissed, is_helpful, .. } = card.said;
    let helpful = is_helpful.map(|is_helpful| {
        if is_helpful {
            view! { <span class="badge done">"Helpful, they say"</span>" " }.into_any()
        } else {
            view! { <span class="badge">"Not helpful, they say"</span>" " }.into_any()
        }
    });
    let aside = match card.aside {
        Some(Aside::Until(back)) => {
            Some(view! { <span class="badge">"Put aside until " <ShortDay of=back near=today/></span> })
        }
        _ => None,
    };
    let says_nothing = helpful.is_none() && aside.is_none() && dismissed.is_none();
    let dismissed = dismissed.map(|dismissed| {
        let own = (!dismissed.words.is_empty())
            .then(|| view! { <blockquote class="small"><p dir="auto">{dismissed.words.clone()}</p></blockquote> });
        view! {
            <p class="small">
                <span class="badge">"Dismissed"</span> " on " <ShortDay of=dismissed.on near=today/>
                {format!(": {}.", dismissed.reason.words_to_staff())}
            </p>
            {own}
        }
    });
    (!says_nothing).then(|| view! { <div class="said-back"><p>{helpful}{aside}</p>{dismissed}</div> })
}
