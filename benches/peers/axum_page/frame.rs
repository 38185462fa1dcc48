//! The head, the ways on and the foot around the page.

use candor::{
    domain::{locale::Locale, money::Money},
    features::{frictions, sign_in::Viewer},
};
use maud::{DOCTYPE, Markup, html};

const ABOUT: &str = "What you should know about your account before it costs you money, what you can do about it, and people to talk to.";

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
                link rel="preload" href="/fonts/text-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
                link rel="preload" href="/fonts/head-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
                link rel="stylesheet" href="/pkg/candor.css";
                title { "What you should know · " (viewer.company) }
            }
            body {
                div class="shell portal" {
                    a class="skip" href="#main" { "Skip to the page" }
                    header class="top" {
                        a class="brand" href="/" { (viewer.company) }
                        nav class="nav" aria-label="Main" {
                            ul {
                                li { a href="/" aria-current="page" { "Home" } }
                                li { a href="/bills" { "Bills" } }
                                li { a href="/plan" { "Plan" } }
                                li { a href="/credits" { "Credit" (balance(viewer.locale, &viewer.credit)) } }
                                li { a href="/notes" { "Notes" (unread(viewer.unread)) } }
                                li { a href="/about-me" { "About me" } }
                            }
                        }
                        a class="button" href="/help" { "Ask a person" }
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
            @let figure = way.money(*amount);
            " "
            span class=(if figure.chars().count() > 10 { "balance long" } else { "balance" }) {
                (figure)
                @if !others.is_empty() {
                    span aria-hidden="true" { " +" }
                    span class="unseen" { ", and more in another currency" }
                }
            }
        }
    }
}
