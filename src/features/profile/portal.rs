//! What a customer is called, and how dates and money are meant for them: a section of `/about-me`.

use jiff::civil::date;
use leptos::prelude::*;

use super::{LONGEST_NAME, Profile, api::SaveProfile};
use crate::{
    domain::{
        locale::{LANGUAGES, Locale},
        money::{Currency, Money},
    },
    ui::{Choice, ErrorSummary, Field, GroupedSelect, Select, refused_form},
};

/// The form, with what was refused in it.
#[component]
pub fn ProfileForm(profile: Profile) -> impl IntoView {
    let form = refused_form::<SaveProfile>();
    let usual = Choice::new("", format!("As is usual in your country: {}", sample(profile.usual)));
    let ways: Vec<Choice> = std::iter::once(usual)
        .chain(Locale::ALL.map(|locale| Choice::new(locale.name(), format!("{}: {}", title(locale), sample(locale)))))
        .collect();
    let languages: Vec<Choice> = std::iter::once(Choice::new("", "I would rather not say"))
        .chain(LANGUAGES.map(|(tag, name)| Choice::new(tag, name)))
        .collect();
    let zones = profile
        .zones
        .into_iter()
        .map(|region| {
            let choices = region.zones.into_iter().map(|zone| Choice::new(zone.clone(), place(&zone))).collect();
            (region.name, choices)
        })
        .collect::<Vec<_>>();
    view! {
        <section class="section flow" aria-labelledby="profile">
            <h2 id="profile">"Your name, your dates"</h2>
            <ErrorSummary
                form=form.clone()
                labels=&[
                    ("preferred_name", "What should we call you"),
                    ("locale", "Numbers and dates"),
                    ("language", "Language"),
                    ("time_zone", "Time zone"),
                ]
            />
            <div class="card">
                <ActionForm action={ServerAction::<SaveProfile>::new()}>
                    <Field
                        form=form.clone()
                        name="preferred_name"
                        label="What should we call you"
                        help=format!("Left empty, we call you {}.", profile.name)
                        value=profile.preferred_name.unwrap_or_default()
                        autocomplete="nickname"
                        maxlength=LONGEST_NAME
                    />
                    <Select
                        form=form.clone()
                        name="locale"
                        label="Numbers and dates"
                        help="Candor speaks English for now; numbers and dates are written your way."
                        choices=ways
                        value=profile.locale.map(Locale::name).unwrap_or_default()
                    />
                    <Select
                        form=form.clone()
                        name="language"
                        label="The language you like to be written to in"
                        help="For the people who write to you here. They see it beside your name."
                        choices=languages
                        value=profile.language.unwrap_or_default()
                    />
                    <GroupedSelect
                        form
                        name="time_zone"
                        label="Time zone"
                        help="A due date is a day in this zone: you have until midnight there. Another zone moves no due date to another day; the day itself begins and ends at other hours, and so do the hours in which no mail may come."
                        groups=zones
                        value=profile.time_zone
                    />
                    <div class="acts"><button class="button primary" type="submit">"Save"</button></div>
                </ActionForm>
            </div>
        </section>
    }
}

fn title(locale: Locale) -> &'static str {
    match locale {
        Locale::English => "As in Ireland and Britain",
        Locale::American => "As in the United States",
        Locale::German => "As in Germany and Austria",
        Locale::French => "As in France",
        Locale::Swiss => "As in Switzerland",
    }
}

/// `€1,234.50, 27 November 2026`
fn sample(locale: Locale) -> String {
    let amount = Money::new(123_450, Currency::EUR);
    format!("{}, {}", locale.money(amount), locale.day_and_year(date(2026, 11, 27)))
}

/// `Argentina/Buenos Aires` of `America/Argentina/Buenos_Aires`.
fn place(zone: &str) -> String {
    zone.split_once('/').map_or(zone, |(_, place)| place).replace('_', " ")
}
