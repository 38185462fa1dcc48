//! Wishes to be erased as staff see them: the queue, and one of them with the ways to decide.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::location::Url;

use super::{
    AskedToGo, ErasureList, LONGEST_WORDS, Standing, ToDecide,
    api::{self, EraseCustomer, HandOverErasure, RefuseErasure},
    portal::Lists,
};
use crate::ui::{ErrorSummary, Face, Flash, ShortDay, TextArea, Typed, part, refused_form};

/// On `/staff`: who asked to be erased, the longest waiting first.
#[component]
pub fn ErasureQueue() -> impl IntoView {
    part(api::load_asked_to_go(), |all| {
        let nobody = all.is_empty();
        let items = all.into_iter().map(|one| view! { <Waits one/> }).collect_view();
        view! {
            <h2>"Asked to be erased"</h2>
            {if nobody {
                view! { <p class="empty-list">"Nobody waits."</p> }.into_any()
            } else {
                view! { <ol class="queue">{items}</ol> }.into_any()
            }}
        }
    })
}

#[component]
fn Waits(one: AskedToGo) -> impl IntoView {
    let address = format!("/staff/customers/{}", Url::escape(&one.customer_id));
    let state = if one.is_handed_over { "Waits for an admin." } else { "Wants everything of theirs gone." };
    view! {
        <li><a href=address>
            <Face name=&one.customer_name/>
            <span><strong><bdi>{one.customer_name.clone()}</bdi></strong><span>{state}</span></span>
            <span class="since">{one.since}</span>
        </a></li>
    }
}

/// On `/staff/customers/{id}`: the wish with the ways to decide; nothing where nobody asked.
#[component]
pub fn AskedToBeErased(#[prop(into)] customer: String) -> impl IntoView {
    let (refusal, erasing) = (refused_form::<RefuseErasure>(), refused_form::<EraseCustomer>());
    let handing = refused_form::<HandOverErasure>();
    part(api::load_to_decide(customer), move |to_decide| {
        view! {
            <Flash flag="handed_over" words="Handed over. An admin decides."/>
            <Flash flag="erasure_refused" words="Refused. They read your reason, with your name."/>
            <Flash flag="erased" words="Erased, for good."/>
            <ErrorSummary form=refusal.clone() labels=&[("refusal", "Why not")]/>
            <ErrorSummary form=erasing.clone() labels=&[("farewell", "What they are told")]/>
            <ErrorSummary form=handing/>
            {to_decide.map(|to_decide| view! { <Decide to_decide refusal erasing/> })}
        }
    })
}

#[component]
fn Decide(to_decide: ToDecide, refusal: Typed, erasing: Typed) -> impl IntoView {
    let ToDecide { wish, since, may_erase, list, today } = to_decide;
    let id = wish.id;
    let words = wish.words.map(|words| view! { <blockquote><p dir="auto">{words}</p></blockquote> });
    let handed_over = match wish.standing {
        Standing::Waiting { handed_over } => handed_over,
        _ => None,
    };
    let may_hand_over = !may_erase && handed_over.is_none();
    view! {
        <section class="card erasure" aria-labelledby="erasure">
            <header class="apart"><h2 id="erasure">"Asks to be erased"</h2><span class="soft small">{format!("{since} ago")}</span></header>
            {words}
            {handed_over.map(|(on, by)| view! { <HandedOver on by today/> })}
            {may_hand_over.then(|| view! { <HandOver id=id.clone()/> })}
            {may_erase.then(|| view! { <Erase id=id.clone() list form=erasing/> })}
            <Refuse id form=refusal/>
        </section>
    }
}

#[component]
fn HandedOver(on: Date, by: String, today: Date) -> impl IntoView {
    view! { <p class="soft">"Handed over by " <bdi>{by}</bdi> " on " <ShortDay of=on near=today/> ". An admin decides."</p> }
}

#[component]
fn HandOver(id: String) -> impl IntoView {
    view! {
        <ActionForm action={ServerAction::<HandOverErasure>::new()}>
            <p>"An admin can erase them; you can hand it over, or refuse."</p>
            <input type="hidden" name="wish" value=id/>
            <div class="acts"><button class="button" type="submit">"Hand it to an admin"</button></div>
        </ActionForm>
    }
}

#[component]
fn Refuse(id: String, form: Typed) -> impl IntoView {
    let is_open = form.error.is_some();
    view! {
        <details open=is_open>
            <summary>"Refuse, with the reason"</summary>
            <ActionForm action={ServerAction::<RefuseErasure>::new()}>
                <input type="hidden" name="wish" value=id/>
                <TextArea
                    form
                    name="refusal"
                    label="Why not"
                    help="They read it, with your name."
                    required=true
                    maxlength=LONGEST_WORDS
                />
                <div class="acts"><button class="button" type="submit">"Refuse for this reason"</button></div>
            </ActionForm>
        </details>
    }
}

#[component]
fn Erase(id: String, list: ErasureList, form: Typed) -> impl IntoView {
    let is_open = form.error.is_some();
    view! {
        <details open=is_open>
            <summary>"Erase them"</summary>
            <p>"This cannot be undone. They read this list when they asked:"</p>
            <Lists list/>
            <ActionForm action={ServerAction::<EraseCustomer>::new()}>
                <input type="hidden" name="wish" value=id/>
                <TextArea
                    form
                    name="farewell"
                    label="What they are told"
                    help="Sent to their e-mail address where this Candor sends mail, and kept nowhere."
                    required=true
                    maxlength=LONGEST_WORDS
                />
                <div class="acts"><button class="button primary" type="submit">"Erase for good"</button></div>
            </ActionForm>
        </details>
    }
}
