//! What moves while a file is read: the bar and the counts.

use std::time::Duration;

use leptos::prelude::*;

use super::{Progress, State, api::load_progress, result_admin::Tallied};
use crate::ui::count;

/// How often we ask how far it is.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// How far a file is read; the page is loaded again when it is done. Without JavaScript there is a link to look again.
#[island]
pub fn ReadingProgress(id: String, first: Progress) -> impl IntoView {
    let progress = RwSignal::new(first);
    let is_live = RwSignal::new(false);
    let address = format!("/admin/import/{id}");
    let ask = Action::new(move |(): &()| {
        let id = id.clone();
        async move {
            // A question that was not answered is asked again.
            if let Ok(now) = load_progress(id).await {
                progress.set(now);
                if now.state != State::Running {
                    let _ = window().location().reload();
                }
            }
        }
    });
    Effect::new(move |_| {
        is_live.set(true);
        let asking = set_interval_with_handle(
            move || {
                if !ask.pending().get_untracked() {
                    ask.dispatch(());
                }
            },
            ASK_EVERY,
        );
        on_cleanup(move || {
            if let Ok(asking) = asking {
                asking.clear();
            }
        });
    });
    let read = move || progress.get().tally.read;
    let rows = move || match progress.get().total {
        Some(total) => format!("{} of {}", count(read(), "", ""), count(total, "row", "rows")),
        None => count(read(), "row", "rows"),
    };
    let percent = move || {
        let total = progress.get().total.unwrap_or_default();
        format!("{} %", if total > 0 { read() * 100 / total } else { 0 })
    };
    view! {
        <div class="flow">
            <div class="progress">
                <p><label for="reading">"Reading the file"</label><span class="soft">{rows}</span></p>
                <progress
                    id="reading"
                    value=move || progress.get().total.map(|_| read().to_string())
                    max=move || progress.get().total.map(|total| total.max(1).to_string())
                >
                    {percent}
                </progress>
            </div>
            {move || view! { <Tallied tally=progress.get().tally/> }}
            {move || (!is_live.get()).then(|| view! {
                <div class="acts"><a class="button" href=address.clone()>"Look again"</a></div>
            })}
        </div>
    }
}
