//! `/demo/pay/{number}`: in a demo, the page that stands in for the company's own payment page.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    app::{Layout, page},
    features::{
        billing::api::{self, PayInDemo},
        bills,
    },
    ui::{ErrorSummary, MoneyView, refused_form},
};

/// `/demo/pay/{number}`
#[component]
pub fn PayPage() -> impl IntoView {
    let number = use_params_map().with_untracked(|params| params.get("number")).unwrap_or_default();
    page(Layout::Portal, "Pay a bill", api::load_payable(number), |payable| {
        let refused = refused_form::<PayInDemo>();
        let back = bills::address(&payable.bill);
        view! {
            <a class="back" href=back.clone()>{format!("Bill {}", payable.bill)}</a>
            <header class="lead">
                <h1>"Pay bill " {payable.bill.clone()}</h1>
                <p>"In this demo this page stands in for the company’s own payment page. No money moves."</p>
            </header>
            <ErrorSummary form=refused labels=&[]/>
            <section class="card" aria-label="What you pay">
                <p class="figure"><strong><MoneyView of=payable.open/></strong></p>
                <ActionForm action={ServerAction::<PayInDemo>::new()}>
                    <input type="hidden" name="number" value=payable.bill/>
                    <div class="acts">
                        <button class="button primary" type="submit">"Pay " <MoneyView of=payable.open/></button>
                        <a class="button link" href=back>"Not now"</a>
                    </div>
                </ActionForm>
            </section>
        }
    })
}
