//! What customers found hard, for staff to read.

use leptos::prelude::*;
use leptos_router::location::Url;

use super::{Friction, api::ReadHard, how_hard_words};
use crate::ui::{ErrorSummary, Face, Flash, count, refused_form};

/// Below the queues: who found what hard, on which page, and a way to say that it was read.
#[component]
pub fn HardList(hard: Vec<Friction>, in_all: i64) -> impl IntoView {
    let more = in_all - i64::try_from(hard.len()).unwrap_or(i64::MAX);
    let nothing = hard.is_empty();
    let items = hard.into_iter().map(|one| view! { <Item one/> }).collect_view();
    view! {
        <h2>"This was hard"</h2>
        <Flash flag="read" words="Marked as read by you."/>
        <ErrorSummary form={refused_form::<ReadHard>()}/>
        {if nothing {
            view! { <p class="empty-list">"Nothing unread. What customers found hard comes in here."</p> }.into_any()
        } else {
            view! { <ol class="hard">{items}</ol> }.into_any()
        }}
        {(more > 0).then(|| view! { <p class="empty-list">{format!("And {} more after these.", count(more, "", ""))}</p> })}
    }
}

#[component]
fn Item(one: Friction) -> impl IntoView {
    let address = format!("/staff/customers/{}", Url::escape(&one.customer_id));
    let page = if one.own.path.is_empty() {
        view! { "On no page in particular" }.into_any()
    } else {
        view! { "On " <bdi>{one.own.path.clone()}</bdi> }.into_any()
    };
    let how_hard = one.own.how_hard.map(|how_hard| format!(", {}", how_hard_words(how_hard)));
    let words = (!one.own.words.is_empty())
        .then(|| view! { <blockquote><p dir="auto">{one.own.words.clone()}</p></blockquote> });
    let of = one.customer_name.clone();
    view! {
        <li>
            <Face name=&one.customer_name/>
            <div>
                <p class="apart">
                    <a href=address><bdi>{one.customer_name.clone()}</bdi></a>
                    <span class="soft small">{format!("{} ago", one.since)}</span>
                </p>
                <p class="soft">{page}{how_hard} "."</p>
                {words}
                <ActionForm action={ServerAction::<ReadHard>::new()}>
                    <button class="button" type="submit" name="id" value=one.own.id>
                        "Read"<span class="unseen">{format!(", what {of} found hard")}</span>
                    </button>
                </ActionForm>
            </div>
        </li>
    }
}
