//! What we know of whoever is signed in, and where they are signed in.

use leptos::prelude::*;

use super::{AboutMe, MyAccount, api};
use crate::{
    app::{Layout, page},
    features::{
        export::portal::YourData, memory::portal::Remembered, preferences::portal::HowWeReachYou,
        profile::portal::ProfileForm, sign_in::portal::Sessions,
    },
    ui::Flash,
};

/// `/about-me`
#[component]
pub fn AboutMePage() -> impl IntoView {
    page(Layout::Own, "About me", api::load_about_me(), |about: AboutMe| {
        let is_customer = about.account.is_some();
        let profile = about.account.as_ref().map(|account| account.profile.clone());
        view! {
            <header class="lead"><h1>"About me"</h1><p>"What we know, and where you are signed in."</p></header>
            <Flash flag="ended" words="Ended. Whoever used it is out."/>
            <Flash flag="profile" words="Saved. Every page is written this way from now on."/>
            {about.account.as_ref().and_then(|account| account.refuses_mail.clone()).map(|email| view! {
                <div class="notice" role="note">
                    <p><strong>"Your address refuses our mail."</strong></p>
                    <p>
                        "What we sent to " <bdi>{email}</bdi>
                        " came back for good, so nothing we tell you reaches you by e-mail; it stands here, on your pages. "
                        <a href="/help">"Tell a person"</a> " which address to use instead."
                    </p>
                </div>
            })}
            <section class="card" aria-labelledby="known">
                <h2 id="known">"What we know"</h2>
                <dl class="facts">
                    <div><dt>"Name"</dt><dd dir="auto">{about.name}</dd></div>
                    <div><dt>"E-mail address"</dt><dd>{about.email}</dd></div>
                    {match about.account {
                        Some(account) => view! { <Account account/> }.into_any(),
                        None => view! { <div><dt>"Role"</dt><dd>{about.role.to_string()}</dd></div> }.into_any(),
                    }}
                </dl>
            </section>
            {is_customer.then(|| view! { <Remembered/> })}
            {profile.map(|profile| view! { <ProfileForm profile/> <HowWeReachYou/> })}
            <Sessions sessions=about.sessions/>
            {is_customer.then(|| view! { <YourData/> })}
        }
    })
}

#[component]
fn Account(account: MyAccount) -> impl IntoView {
    view! {
        {account.preferred_name.map(|name| view! { <div><dt>"We call you"</dt><dd dir="auto">{name}</dd></div> })}
        <div><dt>"You are"</dt><dd>"a customer"</dd></div>
        <div><dt>"Account"</dt><dd dir="auto">{account.name} " " <small>{account.external_id}</small></dd></div>
        <div><dt>"Time zone"</dt><dd>{account.time_zone} " " <small>"Dates on your bills are days there."</small></dd></div>
    }
}
