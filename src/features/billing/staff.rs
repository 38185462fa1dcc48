//! Disputes that wait for a person, and settling them.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{LONGEST_WORDS, OpenDispute, api::SettleDispute};
use crate::ui::{Choice, Day, Field, MoneyView, Select, TextArea, Typed};

/// What an answer brings about while there is something to pay, and when nothing is left.
const OPEN: &str = "They read it as it is, with your name, beside the new sum. They have fourteen days to pay what is left, \
                    without a late fee.";
const PAID: &str = "They read it as it is, with your name. They have paid: what you take off becomes their credit.";

/// Each open dispute of a customer with a form to settle it; nothing where there is none.
#[component]
pub fn Disputes(#[prop(into)] customer: String, disputes: Vec<OpenDispute>, form: Typed, today: Date) -> impl IntoView {
    let items = disputes
        .iter()
        .cloned()
        .map(|dispute| {
            let (id, customer) = (format!("dispute-{}", dispute.bill), customer.clone());
            let since = dispute.since.map(|day| view! { "Since " <Day of=day near=today/> ". " });
            let (open, help) = match dispute.open.minor {
                0 => ("It has been paid since.".into_any(), PAID),
                _ => (view! { <MoneyView of=dispute.open/> " open." }.into_any(), OPEN),
            };
            let words = dispute.words.map(|words| view! { <blockquote><p dir="auto">{words}</p></blockquote> });
            let typed = if form.value("bill", &dispute.bill) == dispute.bill { form.clone() } else { Typed::default() };
            view! {
                <article class="request" aria-labelledby=id.clone()>
                    <h3 id=id.clone()>"Bill " <bdi>{dispute.bill.clone()}</bdi> " is not right"</h3>
                    <p class="soft small">{since} {open}</p>
                    {words}
                    <ActionForm action={ServerAction::<SettleDispute>::new()}>
                        <input type="hidden" name="customer" value=customer/>
                        <input type="hidden" name="bill" value=dispute.bill.clone()/>
                        <Select
                            form=typed.clone()
                            id=format!("outcome-{}", dispute.bill)
                            name="outcome"
                            label="Who was right"
                            choices=vec![
                                Choice::new("right", "The customer"),
                                Choice::new("partly", "The customer, in part"),
                                Choice::new("not_right", "The bill"),
                            ]
                            value="right"
                        />
                        <Field
                            form=typed.clone()
                            id=format!("taken-off-{}", dispute.bill)
                            name="taken_off"
                            label="Take off the bill"
                            help="Needed where the customer was right, wholly or in part."
                            inputmode="decimal"
                            unit=dispute.open.currency.code()
                        />
                        <TextArea
                            form=typed
                            id=format!("settle-{}", dispute.bill)
                            name="answer"
                            label="What you found"
                            help=help
                            required=true
                            maxlength=LONGEST_WORDS
                            rows=3
                        />
                        <div class="acts"><button class="button" type="submit">"Settle with these words"</button></div>
                    </ActionForm>
                </article>
            }
        })
        .collect_view();
    (!disputes.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="disputes">
                <h2 id="disputes">"In dispute"</h2>
                {items}
            </section>
        }
    })
}
