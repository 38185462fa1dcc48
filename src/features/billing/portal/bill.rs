//! What can be done about a bill, each with its result before it is done.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    app::{Layout, page},
    features::{
        billing::{
            CreditPreview, DisputePreview, LONGEST_WORDS, WaiverPreview,
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
        let CreditPreview { once, bill, open, parts, amount, left_to_pay, credit_after, due_before, is_outside, today } =
            preview;
        let refused = refused_form::<UseCredit>();
        let parts = parts
            .into_iter()
            .map(|(why, amount, until)| {
                let until = until.map(|day| view! { <small>"can be used until " <Day of=day near=today/></small> });
                view! { <div><dt dir="auto">{why} {until}</dt><dd><MoneyView of=amount/></dd></div> }
            })
            .collect_view();
        let sooner = due_before.map(|(other, day)| {
            let address = bills::address(&other);
            view! {
                <p class="soft">
                    "Bill " <a href=address>{other}</a> " is due before this one, on " <Day of=day near=today/>
                    ". If you leave the credit for that one, it is used there first."
                </p>
            }
        });
        view! {
            <Back number=bill.clone()/>
            <header class="lead">
                <h1>"Use " <MoneyView of=amount/> " of credit on this bill"</h1>
                <p>"This is how it would be. Nothing is done yet."</p>
            </header>
            <ErrorSummary form=refused labels=&[]/>
            <section class="card" aria-label="How it would be">
                <dl class="facts amounts">
                    <div><dt>"Open on this bill"</dt><dd><MoneyView of=open/></dd></div>
                    {parts}
                    <div class="total"><dt>"Left to pay"</dt><dd><MoneyView of=left_to_pay/></dd></div>
                    <div><dt>"Credit you keep"</dt><dd><MoneyView of=credit_after/></dd></div>
                </dl>
                {sooner}
                <p class="soft">{undo_words(is_outside)}</p>
                <ActionForm action={ServerAction::<UseCredit>::new()}>
                    <input type="hidden" name="number" value=bill.clone()/>
                    <input type="hidden" name="once" value=once/>
                    <input type="hidden" name="shown" value=amount.minor/>
                    <Decide number=bill>
                        <button class="button primary" type="submit">"Use " <MoneyView of=amount/></button>
                    </Decide>
                </ActionForm>
            </section>
        }
    })
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
