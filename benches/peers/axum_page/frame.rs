//! The head, the ways on and the foot around the page.

use candor::{
    domain::{locale::Locale, money::Money},
    features::{frictions, sign_in::Viewer},
};
use maud::{DOCTYPE, Markup, html};

use super::text::face;

const ABOUT: &str = "What you should know about your account before it costs you money, what you can do about it, and people to talk to.";

const DEMO: &str = "This is a demo: nobody here is real, and anybody can come in as anybody.";

// The icons of the ways on.
const HOUSE: &str = "M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z";
const BILL: &str = "M6 3.8h12v16.6l-2.4-1.5-2.4 1.5-1.2-.8-1.2.8-2.4-1.5L6 20.4zM9.2 8.6h5.6M9.2 12.4h5.6";
const GAUGE: &str = "M4.9 18.2a8.6 8.6 0 1 1 14.2 0M12 13.4l3.6-4.2M12 15.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z";
const COIN: &str = "M12 20.2a8.2 8.2 0 1 0 0-16.4 8.2 8.2 0 0 0 0 16.4zM14.9 9.4a3.6 3.6 0 1 0 0 5.2";
const LETTER: &str =
    "M4.6 6h14.8a.8.8 0 0 1 .8.8v10.4a.8.8 0 0 1-.8.8H4.6a.8.8 0 0 1-.8-.8V6.8a.8.8 0 0 1 .8-.8zM4.2 7.2 12 13l7.8-5.8";

pub fn document(viewer: &Viewer, page: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="description" content=(ABOUT);
                meta name="color-scheme" content="light dark";
                meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf7f2";
                meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1b1917";
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="apple-touch-icon" href="/icon-180.png";
                link rel="manifest" href="/site.webmanifest";
                link rel="preload" href="/fonts/text-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
                link rel="preload" href="/fonts/head-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
                link rel="stylesheet" href="/pkg/candor.css";
                title { "What you should know · " (viewer.company) }
            }
            body {
                div class="shell portal" {
                    a class="skip" href="#main" { "Skip to the page" }
                    @if viewer.is_demo { p class="demo" { (DEMO) } }
                    header class="top" {
                        a class="brand" href="/" { (viewer.company) }
                        nav class="nav" aria-label="Main" {
                            ul {
                                li { a href="/" aria-current="page" { (icon(HOUSE)) "Home" } }
                                li { a href="/bills" { (icon(BILL)) "Bills" } }
                                li { a href="/plan" { (icon(GAUGE)) "Plan" } }
                                li { a href="/credits" { (icon(COIN)) "Credit" (balance(viewer.locale, &viewer.credit)) } }
                                li { a href="/notes" { (icon(LETTER)) "Notes" (unread(viewer.unread)) } }
                            }
                        }
                        a class="button" href="/help" { "Ask a person" }
                        @if let Some(person) = &viewer.person {
                            a class="me" href="/about-me" {
                                (face(&person.name))
                                span class="unseen" { (person.name) ", about me" }
                            }
                        }
                    }
                    main id="main" tabindex="-1" { (page) }
                    footer class="foot no-print" {
                        p { a href=(frictions::address("/")) { "This was hard" } }
                        form action="/api/sign_in/sign_out" method="post" {
                            button class="button link" type="submit" { "Sign out" }
                        }
                    }
                }
            }
        }
    }
}

fn icon(path: &str) -> Markup {
    html! { svg class="icon" viewBox="0 0 24 24" aria-hidden="true" { path d=(path) {} } }
}

fn unread(many: i64) -> Markup {
    html! {
        @if many > 0 {
            span class="unread" aria-hidden="true" { @if many > 99 { "99+" } @else { (many) } }
            span class="unseen" { ", " (many) " not opened yet" }
        }
    }
}

fn balance(way: Locale, credit: &[Money]) -> Markup {
    html! {
        @if let Some((amount, others)) = credit.split_first() {
            " "
            span class="balance" {
                (way.money(*amount))
                @if !others.is_empty() {
                    span aria-hidden="true" { " +" }
                    span class="unseen" { ", and more in another currency" }
                }
            }
        }
    }
}
