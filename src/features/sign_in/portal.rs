//! The door: ask for a link, open it, choose from the cast in a demo.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    CastMember, Doors, SignedInBrowser,
    api::{self, AskLink, EndOtherSessions, EndSession, SignInAsCast, UseLink},
};
use crate::{
    app::{Layout, page},
    ui::{ErrorSummary, Face, Field, Flash, refused_form, retold},
};

/// `/sign-in`
#[component]
pub fn SignInPage() -> impl IntoView {
    let to = use_query_map().with_untracked(|query| query.get("to")).unwrap_or_default();
    page(Layout::Bare, "Sign in", api::load_doors(), move |doors| {
        let form = refused_form::<AskLink>();
        let wish = to.clone();
        view! {
            <header class="lead">
                <h1>"Sign in"</h1>
                <p>{if doors.sends_mail {
                    "No password. We send a link that works once, for ten minutes."
                } else {
                    "No password. A link that works once lets you in."
                }}</p>
            </header>
            {(!to.is_empty()).then(|| view! { <p class="soft">"Once you are in, the page you wanted opens."</p> })}
            <Flash flag="sent" words="If we know this address, a link is on its way. It can take a minute; look among the unwanted mail too."/>
            <Flash flag="out" words="You are signed out."/>
            <ErrorSummary form=form.clone() labels=&[("email", "E-mail address")]/>
            {if doors.sends_mail {
                view! {
                    <section class="card">
                        <ActionForm action={ServerAction::<AskLink>::new()}>
                            <input type="hidden" name="to" value=wish/>
                            <Field
                                form
                                name="email"
                                label="E-mail address"
                                help="The one your bills go to."
                                kind="email"
                                autocomplete="email"
                                required=true
                                maxlength=254
                            />
                            <div class="acts"><button class="button primary wide-act" type="submit">"Send me a link"</button></div>
                        </ActionForm>
                    </section>
                    <p class="section soft">
                        "Can you not get in? Ask "
                        <strong>{doors.help_contact.clone().unwrap_or_else(|| "the person who gave you this address".to_owned())}</strong>
                        "; a person helps you."
                    </p>
                }.into_any()
            } else {
                view! { <NoMail doors=doors.clone()/> }.into_any()
            }}
            <Cast cast=doors.cast to/>
        }
    })
}

/// Without a mail server a person hands out the links.
#[component]
fn NoMail(doors: Doors) -> impl IntoView {
    let helper = doors.help_contact.unwrap_or_else(|| "the person who gave you this address".to_owned());
    view! {
        <section class="card flow">
            <h2>"A person can let you in"</h2>
            <p>"This Candor sends no e-mail yet. Ask " <strong>{helper}</strong> " for a link; they can make one in a moment."</p>
        </section>
    }
}

#[component]
fn Cast(cast: Vec<CastMember>, to: String) -> impl IntoView {
    let doors = cast
        .into_iter()
        .map(|member| {
            let to = to.clone();
            view! {
                <li>
                    <ActionForm action={ServerAction::<SignInAsCast>::new()}>
                        <input type="hidden" name="to" value=to/>
                        <button type="submit" name="email" value=member.email.clone()>
                            <Face name=&member.name/>
                            <span>
                                <span class="what">{member.name.clone()}</span>
                                <span class="more">{format!("{}, {}", member.role, member.email)}</span>
                            </span>
                        </button>
                    </ActionForm>
                </li>
            }
        })
        .collect::<Vec<_>>();
    (!doors.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="cast">
                <h2 id="cast">"This is a demo: come in as"</h2>
                <ul class="rows door">{doors}</ul>
            </section>
        }
    })
}

/// `/sign-in/{token}`: looking does not use the link up, for mail programs look at links too.
#[component]
pub fn LinkPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    page(Layout::Bare, "Sign in", api::load_link(token.clone()), move |link| {
        let form = refused_form::<UseLink>();
        view! {
            <header class="lead">
                <h1>{format!("Hello {}.", link.called)}</h1>
                <p>"One more tap and you are in. This link then ends."</p>
            </header>
            <ErrorSummary form/>
            <ActionForm action={ServerAction::<UseLink>::new()}>
                <input type="hidden" name="token" value=token/>
                <button class="button primary wide-act" type="submit">{format!("Sign in as {}", link.name)}</button>
            </ActionForm>
        }
    })
}

/// The browsers a person is signed in with, each with a way to end it.
#[component]
pub fn Sessions(sessions: Vec<SignedInBrowser>) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.is_this_one);
    let rows = sessions
        .into_iter()
        .map(|session| {
            view! {
                <li><div>
                    <span>
                        <span class="what">
                            {session.browser}
                            {session.is_this_one.then(|| view! { " "<span class="badge accent">"This one"</span> })}
                        </span>
                        <span class="more">{format!("Since {}, last used {}", retold(&session.since), retold(&session.last_seen))}</span>
                    </span>
                    <ActionForm action={ServerAction::<EndSession>::new()}>
                        <button class="button" type="submit" name="id" value=session.id>"End this session"</button>
                    </ActionForm>
                </div></li>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <p class="soft">"Do you not know one of these? End it; whoever used it is out at once."</p>
            <ul class="rows">{rows}</ul>
            {others.then(|| view! {
                <ActionForm action={ServerAction::<EndOtherSessions>::new()}>
                    <div class="acts"><button class="button" type="submit">"End all others"</button></div>
                </ActionForm>
            })}
        </section>
    }
}
