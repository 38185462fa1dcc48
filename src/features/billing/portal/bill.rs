//! What can be done about a bill, each with its result before it is done.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    app::{Layout, page},
    features::{
        billing::{
            CreditChoice, CreditPreview, DisputePreview, LONGEST_WORDS, OtherBill, WaiverPreview,
            api::{self, Dispute, UseCredit, WaiveFee},
        },
        bills,
    },
    ui::{Day, ErrorSummary, MoneyView, TextArea, refused_form},
};

pub fn number() -> String {
    use_params_map().with_untracked(|params| params.get("number")).unwrap_or_default()
}

#[component]
pub fn Back(number: String) -> impl IntoView {
    view! { <a class="back" href=bills::address(&number)>{format!("Bill {number}")}</a> }
}

/// How long it can be taken back.
pub fn undo_words(is_outside: bool) -> &'static str {
    if is_outside {
        "You can take it back until billing has decided."
    } else {
        "You can undo it until the end of tomorrow."
    }
}

/// The act, and the way out of it.
#[component]
pub fn Decide(number: String, children: Children) -> impl IntoView {
    view! {
        <div class="acts">
            {children()}
            <a class="button link" href=bills::address(&number)>"Leave it as it is"</a>
        </div>
    }
}

/// `/bills/{number}/use-credit`
#[component]
pub fn UseCreditPage() -> impl IntoView {
    page(Layout::Portal, "Use credit", api::load_credit_preview(number()), |preview| {
        let refused = refused_form::<UseCredit>();
        let CreditPreview { bill, open, credit, choices, is_covered, pay_by, is_outside, today, .. } = preview.clone();
        let several = choices.len() > 1;
        let takes_from_others = choices.first().is_some_and(|choice| !choice.others.is_empty());
        let leave = is_covered.then(|| {
            view! { <p class="soft">"Your credit pays it by itself on " <Day of=pay_by.max(today) near=today/> ". You need not do anything."</p> }
        });
        let kept = takes_from_others.then(|| {
            view! { <p class="soft">"All of your credit is kept for other bills. To leave it there is the better choice, unless you want it otherwise."</p> }
        });
        let cards = choices
            .into_iter()
            .enumerate()
            .map(|(at, choice)| {
                let is_first = at == 0 && choice.others.is_empty();
                view! { <UseSoMuch preview=preview.clone() choice at is_first is_recommended={several && at == 0}/> }
            })
            .collect_view();
        view! {
            <Back number=bill.clone()/>
            <header class="lead">
                <h1>"Use credit on this bill"</h1>
                <p>
                    "You have " <MoneyView of=credit/> " of credit, and " <MoneyView of=open/>
                    " is open on this bill. This is how it would be. Nothing is done yet."
                </p>
            </header>
            <ErrorSummary form=refused labels=&[]/>
            {leave}
            {kept}
            <div class="choices">{cards}</div>
            <p class="soft">{undo_words(is_outside)}</p>
            <div class="acts"><a class="button link" href=bills::address(&bill)>"Leave it as it is"</a></div>
        }
    })
}

/// One amount, with what it does to this bill and to every other.
#[component]
fn UseSoMuch(
    preview: CreditPreview,
    choice: CreditChoice,
    at: usize,
    is_first: bool,
    is_recommended: bool,
) -> impl IntoView {
    let CreditPreview { once, bill, open, today, .. } = preview;
    let CreditChoice { amount, parts, left_to_pay, credit_after, others, fee, fees_more } = choice;
    let parts = parts
        .into_iter()
        .map(|(why, amount, until)| {
            let until = until.map(|day| view! { <small>"can be used until " <Day of=day near=today/></small> });
            view! { <div><dt dir="auto">{why} {until}</dt><dd><MoneyView of=amount/></dd></div> }
        })
        .collect_view();
    let rest = fee.filter(|_| left_to_pay.minor > 0).map(|(fee, on)| {
        view! { <li>"The rest is yours to pay, else a late fee of " <MoneyView of=fee/> " comes on " <Day of=on near=today/> "."</li> }
    });
    let no_others = others.is_empty().then(|| view! { <li>"No other bill is touched by it."</li> });
    let others = others.into_iter().map(|other| view! { <Other other today/> }).collect_view();
    let worse = (fees_more.minor > 0).then(|| {
        view! { <p><strong>"This is the worse choice: "</strong> "if nothing else is paid, " <MoneyView of=fees_more/> " more comes in late fees."</p> }
    });
    let badge = is_recommended.then(|| view! { " " <span class="badge accent">"Better for you"</span> });
    let (heading, labelled, class) =
        (format!("use-{at}"), format!("use-{at}"), if is_first { "button primary" } else { "button" });
    view! {
        <section class="card" aria-labelledby=labelled>
            <h2 id=heading>"Use " <MoneyView of=amount/> {badge}</h2>
            <dl class="facts amounts">
                <div><dt>"Open on this bill"</dt><dd><MoneyView of=open/></dd></div>
                {parts}
                <div class="total"><dt>"Left to pay"</dt><dd><MoneyView of=left_to_pay/></dd></div>
                <div><dt>"Credit you have then"</dt><dd><MoneyView of=credit_after/></dd></div>
            </dl>
            <ul class="bullets">{rest}{others}{no_others}</ul>
            {worse}
            <ActionForm action={ServerAction::<UseCredit>::new()}>
                <input type="hidden" name="number" value=bill/>
                <input type="hidden" name="once" value=once/>
                <input type="hidden" name="shown" value=amount.minor/>
                <div class="acts"><button class=class type="submit">"Use " <MoneyView of=amount/></button></div>
            </ActionForm>
        </section>
    }
}

/// What it takes from another bill.
#[component]
fn Other(other: OtherBill, today: Date) -> impl IntoView {
    let OtherBill { bill, yours, pay_by, was_covered, fee } = other;
    let address = bills::address(&bill);
    let fee = fee.map(|(fee, on)| {
        view! { "; else a late fee of " <MoneyView of=fee/> " comes on " <Day of=on near=today/> }
    });
    let was = if was_covered { ", which credit pays now," } else { "" };
    let by = (pay_by >= today).then(|| view! { " by " <Day of=pay_by near=today/> });
    view! { <li>"Then " <MoneyView of=yours/> " of bill " <a href=address>{bill}</a> {was} " is yours to pay" {by} {fee} "."</li> }
}

/// `/bills/{number}/let-fee-go`
#[component]
pub fn WaiveFeePage() -> impl IntoView {
    page(Layout::Portal, "Let the fee go", api::load_waiver_preview(number()), |preview| {
        let WaiverPreview { once, bill, fee, open, fee_on, next_from, is_outside, today } = preview;
        let refused = refused_form::<WaiveFee>();
        view! {
            <Back number=bill.clone()/>
            <header class="lead">
                <h1>"Let the fee of " <MoneyView of=fee/> " go"</h1>
                <p>"It happens to everyone. You need not ask, and you need not say why."</p>
            </header>
            <ErrorSummary form=refused labels=&[]/>
            <section class="card" aria-label="How it would be">
                <dl class="facts amounts">
                    <div><dt>"Late fee since " <Day of=fee_on near=today/></dt><dd><MoneyView of=fee/></dd></div>
                    <div><dt>"Let go"</dt><dd>"−" <MoneyView of=fee/></dd></div>
                    <div class="total"><dt>"Left to pay on the bill itself"</dt><dd><MoneyView of=open/></dd></div>
                </dl>
                <p class="soft">
                    "You can do this by yourself once in 12 months; the next time from " <Day of=next_from near=today/>
                    ". For another one, ask a person. " {undo_words(is_outside)}
                </p>
                <ActionForm action={ServerAction::<WaiveFee>::new()}>
                    <input type="hidden" name="number" value=bill.clone()/>
                    <input type="hidden" name="once" value=once/>
                    <input type="hidden" name="shown" value=fee.minor/>
                    <Decide number=bill>
                        <button class="button primary" type="submit">"Let it go"</button>
                    </Decide>
                </ActionForm>
            </section>
        }
    })
}

/// `/bills/{number}/dispute`
#[component]
pub fn DisputePage() -> impl IntoView {
    page(Layout::Portal, "Something is not right", api::load_dispute_preview(number()), |preview| {
        let DisputePreview { once, bill, open } = preview;
        let form = refused_form::<Dispute>();
        view! {
            <Back number=bill.clone()/>
            <header class="lead">
                <h1>"Something in this bill is not right"</h1>
                <p>"Tell us in your own words. A person reads it and settles it with you."</p>
            </header>
            <ErrorSummary form=form.clone() labels=&[("words", "What is not right")]/>
            <section class="card" aria-label="What happens then">
                <ul class="bullets">
                    <li>"You need not pay the " <MoneyView of=open/> " until it is settled."</li>
                    <li>"No late fee is added, and we do not remind you of it."</li>
                    <li>"The answer stands on the page of the bill, signed by a person."</li>
                    <li>"You can take it back at any time until then."</li>
                </ul>
                <ActionForm action={ServerAction::<Dispute>::new()}>
                    <input type="hidden" name="number" value=bill.clone()/>
                    <input type="hidden" name="once" value=once/>
                    <TextArea form name="words" label="What is not right" required=true maxlength=LONGEST_WORDS rows=5/>
                    <Decide number=bill>
                        <button class="button primary" type="submit">"Tell us"</button>
                    </Decide>
                </ActionForm>
            </section>
        }
    })
}
