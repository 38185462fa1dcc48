//! A customer's bills: the list, and one of them with its ways out.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    BillLine, BillList, BillSheet, BillState, Payment, StateBadge, address, api,
    fee::FeeNotice,
    lines_portal::{Elsewhere, Lines},
};
use crate::{
    app::{Layout, page},
    domain::{
        bill::{BillKind, BillStatus},
        late_fee::NoFee,
        money::Money,
    },
    error::Result,
    features::{
        billing::{
            Act, BillWays, Terms,
            api::{load_about_bill, load_on_next_bill},
            portal::{ActRows, BillActs},
        },
        late_fees::{FeeState, SettledFee},
        requests::{
            Ask,
            api::{AskAboutBill, load_asks_about_bill},
            portal::{AskedList, QuestionForm},
        },
    },
    ui::{Day, ErrorSummary, Flash, MoneyView, Pager, capital, day, in_words, refused_form},
};

/// `/bills`
#[component]
pub fn BillsPage() -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get("page").and_then(|page| page.parse().ok()));
    page(Layout::Portal, "Your bills", load_list(asked), |(list, added)| {
        let today = list.today;
        let summary = (list.page.total > 0).then(|| view! { <p>{summary(&list)}</p> });
        let rows = list.bills.into_iter().map(|bill| view! { <li><Line bill today/></li> }).collect_view();
        view! {
            <header class="lead"><h1>"Your bills"</h1>{summary}</header>
            <OnNextBill added/>
            {if list.page.total == 0 {
                view! {
                    <div class="empty">
                        <h2>"No bills yet"</h2>
                        <p>"Your first one will stand here, with the day it is due and what is left to pay."</p>
                    </div>
                }
                .into_any()
            } else {
                view! { <ul class="rows">{rows}</ul><Pager page=list.page of="bills"/> }.into_any()
            }}
        }
    })
}

fn summary(list: &BillList) -> String {
    let open = match list.open {
        0 => return "All are paid. Nothing is open.".to_owned(),
        1 => "One is open.".to_owned(),
        open => format!("{} are open.", capital(&in_words(open))),
    };
    match (list.with_fee, list.open) {
        (0, 1) => format!("{open} It draws no late fee today."),
        (0, _) => format!("{open} None of them draws a late fee today."),
        (1, 1) => format!("{open} A late fee applies to it."),
        (with_fee, _) => format!("{open} A late fee applies to {} of them.", in_words(with_fee)),
    }
}

#[component]
fn Line(bill: BillLine, today: jiff::civil::Date) -> impl IntoView {
    let when = match (bill.state, bill.paid_on) {
        (BillState::Paid, Some(on)) => {
            let fee = bill.late_fee.map(|fee| view! { ", with a late fee of " <MoneyView of=fee/> });
            view! { "Paid " <Day of=on near=today/> {fee} }.into_any()
        }
        (BillState::Paid, None) | (BillState::NotOwed(_), _) => "Nothing to pay".into_any(),
        _ if bill.pay_by < today => view! { "Was due " <Day of=bill.pay_by near=today/> }.into_any(),
        (BillState::DateAgreed { .. }, _) => view! { "Pay by " <Day of=bill.pay_by near=today/> }.into_any(),
        _ => view! { "Due " <Day of=bill.pay_by near=today/> }.into_any(),
    };
    let shown = if matches!(bill.state, BillState::Paid | BillState::NotOwed(_)) { bill.amount } else { bill.open };
    view! {
        <a href=address(&bill.number)>
            <span><span class="what">{format!("Bill {}", bill.number)}</span><span class="more">{when}</span></span>
            <span class="end"><MoneyView of=shown/><StateBadge of=bill.state/></span>
        </a>
    }
}

async fn load_list(asked: Option<i64>) -> Result<(BillList, Vec<(Act, Money)>)> {
    Ok((api::load_bills(asked).await?, load_on_next_bill().await?))
}

/// What the next bill will have besides; nothing where there is nothing.
#[component]
fn OnNextBill(added: Vec<(Act, Money)>) -> impl IntoView {
    let rows = added
        .into_iter()
        .map(|(act, amount)| {
            let words = match act.terms {
                Terms::ChangePlan { to, .. } => format!("The change to {to}"),
                _ => "What you asked".to_owned(),
            };
            let address = format!("/acts/{}", act.id);
            view! { <div><dt><a href=address>{words}</a></dt><dd><MoneyView of=amount/></dd></div> }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="next-bill">
                <h2 id="next-bill">"On your next bill"</h2>
                <dl class="facts amounts">{rows}</dl>
            </section>
        }
    })
}

/// A bill with what was asked about it, what can be done about it and what was done.
async fn load_whole(number: String) -> Result<(BillSheet, Vec<Ask>, BillWays, Vec<Act>)> {
    let sheet = api::load_bill(number.clone()).await?;
    let asks = load_asks_about_bill(number.clone()).await?;
    let (ways, acts) = load_about_bill(number).await?;
    Ok((sheet, asks, ways, acts))
}

/// `/bills/{number}`
#[component]
pub fn BillPage() -> impl IntoView {
    let number = use_params_map().with_untracked(|params| params.get("number")).unwrap_or_default();
    page(Layout::Portal, format!("Bill {number}"), load_whole(number), |(sheet, asks, ways, acts)| {
        let question_form = refused_form::<AskAboutBill>();
        let can_move = sheet.later.is_some() && !asks.iter().any(Ask::waits_for_date);
        let is_for_use = sheet.kind != BillKind::LateFee;
        // What was asked of billing stands with the other acts.
        let asks: Vec<Ask> = asks.into_iter().filter(|ask| ask.act.is_none()).collect();
        view! {
            <a class="back" href="/bills">"All bills"</a>
            <article class="bill">
                <Head sheet=sheet.clone()/>
                <Flash flag="paid" words="Paid. Thank you."/>
                <Flash flag="asked" words="A person has it now. The answer will stand on this page, with their name."/>
                <ErrorSummary form=question_form.clone() labels=&[("question", "Your question")]/>
                <div class="flow wide">
                    <Matter sheet=sheet.clone() can_move ways/>
                    {is_for_use.then(|| {
                        let (parts, number) = (sheet.lines.clone(), sheet.number.clone());
                        view! { <Lines parts number amount=sheet.amount/> }
                    })}
                    <Amounts sheet=sheet.clone()/>
                    <Payments payments=sheet.payments.clone() today=sheet.today/>
                    <ActRows acts/>
                    {is_for_use.then(|| view! { <Elsewhere parts=sheet.lines.clone()/> })}
                    <AskedList asks today=sheet.today/>
                    <section class="ways" id="ways" aria-label="What you can do">
                        <QuestionForm form=question_form number=sheet.number/>
                    </section>
                </div>
            </article>
        }
    })
}

#[component]
fn Head(sheet: BillSheet) -> impl IntoView {
    let due = if sheet.due_on < sheet.today { "was due " } else { "due " };
    let agreed = sheet.agreed_due_on.filter(|agreed| *agreed > sheet.due_on).map(|agreed| {
        view! { " We agreed: pay by " <strong><Day of=agreed near=sheet.today/></strong> "." }
    });
    let moved = sheet.moved_to.map(|moved| {
        view! { " That is no business day: what counts is " <strong><Day of=moved near=sheet.today/></strong> "." }
    });
    view! {
        <header class="lead">
            <h1>{format!("Bill {}", sheet.number)}</h1>
            <p class="print-only">"For "<bdi>{sheet.customer}</bdi></p>
            <p>
                "Sent " <Day of=sheet.issued_on near=sheet.today/> ", " {due} <Day of=sheet.due_on near=sheet.today/> "."
                {agreed} {moved} " " <StateBadge of=sheet.state/>
            </p>
        </header>
    }
}

/// Why nothing of a bill is owed.
fn not_owed(status: BillStatus) -> &'static str {
    match status {
        BillStatus::Draft => "This bill is not finished and was not sent yet. Until it is, nothing of it is owed.",
        BillStatus::WrittenOff => "We do not ask for what was open of this bill any more. No late fee comes of it.",
        BillStatus::Void => "This bill was taken back. Nothing of it is owed, and no late fee comes of it.",
        BillStatus::Open | BillStatus::Paid => "Nothing of this bill is open.",
    }
}

/// What there is to know, first.
#[component]
fn Matter(sheet: BillSheet, can_move: bool, ways: BillWays) -> impl IntoView {
    match sheet.state {
        BillState::Paid if sheet.fee.is_none() => {
            let fee = match (&sheet.late_fee, sheet.is_waived, sheet.kind) {
                (_, true, _) => "Its late fee was let go.".to_owned(),
                (Some(fee), ..) if fee.state != FeeState::Charged => no_fee(fee),
                (_, _, BillKind::LateFee) => "A late fee draws no fee itself.".to_owned(),
                _ => "No fee can come of it.".to_owned(),
            };
            view! {
                <article class="notice done" aria-labelledby="paid">
                    <h2 id="paid">"This bill is paid."</h2>
                    <p>"Nothing is left to do. " {fee}</p>
                </article>
            }
            .into_any()
        }
        BillState::NotOwed(status) => view! {
            <article class="notice done" aria-labelledby="not-owed">
                <h2 id="not-owed">"There is nothing to pay."</h2>
                <p>{not_owed(status)}</p>
            </article>
        }
        .into_any(),
        BillState::Covered => {
            let pays_on = sheet.pay_by.max(sheet.today);
            view! {
                <article class="notice done" aria-labelledby="covered">
                    <h2 id="covered">"Nothing to do: your credit pays it on " <Day of=pays_on near=sheet.today/> "."</h2>
                    <p>
                        <MoneyView of=sheet.open/> " is open, you have credit for all of it, and so no late fee comes of it. "
                        <a href="/credits">"See your credit"</a>
                    </p>
                    <div class="acts"><BillActs number=sheet.number open=sheet.open ways can_move is_covered=true/></div>
                </article>
            }
            .into_any()
        }
        state if sheet.kind == BillKind::LateFee && state != BillState::Disputed => view! {
            <section class="card" aria-labelledby="late-fee">
                <h2 id="late-fee">"This is a late fee"</h2>
                <p>
                    {sheet.fee_for.clone().map(|bill| view! {
                        "It was added because bill " <a href=address(&bill)>{bill.clone()}</a> " was not paid in time. "
                    })}
                    "It draws no fee itself."
                </p>
                <div class="acts"><BillActs number=sheet.number open=sheet.open ways can_move/></div>
            </section>
        }
        .into_any(),
        state if sheet.late_fee.as_ref().is_some_and(|fee| fee.state != FeeState::Charged)
            && matches!(state, BillState::PastDue) =>
        {
            let words = sheet.late_fee.as_ref().map(no_fee);
            view! {
                <section class="card" aria-labelledby="no-fee">
                    <h2 id="no-fee">"No late fee was added to this bill"</h2>
                    <p>{words} " " <MoneyView of=sheet.open/> " of it is still open."</p>
                    <div class="acts"><BillActs number=sheet.number open=sheet.open ways can_move/></div>
                </section>
            }
            .into_any()
        }
        state if sheet.is_exempt && state != BillState::Disputed => view! {
            <section class="card" aria-labelledby="no-fee">
                <h2 id="no-fee">"No late fee comes of this bill"</h2>
                <p>{if sheet.is_waived { "Its late fee was let go." } else { "Your account is not charged late fees." }}</p>
                <div class="acts"><BillActs number=sheet.number open=sheet.open ways can_move/></div>
            </section>
        }
        .into_any(),
        state => {
            let can_move = can_move && state != BillState::Disputed;
            let (number, open, today) = (sheet.number.clone(), sheet.open, sheet.today);
            view! {
                <FeeNotice number=sheet.number open=sheet.open state fee=sheet.fee today>
                    <BillActs number open ways can_move/>
                </FeeNotice>
            }
            .into_any()
        }
    }
}

/// Why no late fee is owed for a bill.
fn no_fee(fee: &SettledFee) -> String {
    match fee.why {
        Some(why) if why.is_unwarned() => "No late fee: we had not warned you in time.".to_owned(),
        Some(NoFee::PaidInTime) => "No late fee: it was paid in time after all.".to_owned(),
        Some(NoFee::Disputed) => "No late fee: you told us that something in it is not right.".to_owned(),
        Some(NoFee::OtherDay) => "No late fee: there is another day to pay it by.".to_owned(),
        Some(NoFee::Exempt) => "No late fee: your account is not charged late fees.".to_owned(),
        Some(NoFee::ChargedByBilling) => "Its late fee is a bill of its own.".to_owned(),
        _ => "Its late fee was let go.".to_owned(),
    }
}

/// The late fee that was added, and what is left of both; nothing where none was.
#[component]
fn AddedFee(fee: Option<SettledFee>, open: Money) -> impl IntoView {
    let added = fee.filter(|fee| fee.state == FeeState::Charged).and_then(|fee| Some((fee.clone(), fee.asked_by?)));
    added.map(|(fee, (number, left))| {
        let both = Money::new(open.minor.saturating_add(left.minor), open.currency);
        let standing = if left.minor == 0 { "Late fee, paid" } else { "Late fee" };
        view! {
            <div><dt><a href=address(&number)>{standing}" (bill "{number.clone()}")"</a></dt><dd><MoneyView of=fee.fee/></dd></div>
            <div class="total"><dt>"Left to pay, with the late fee"</dt><dd><MoneyView of=both/></dd></div>
        }
    })
}

#[component]
fn Amounts(sheet: BillSheet) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="amounts">
            <h2 id="amounts">"What is open"</h2>
            <dl class="facts amounts">
                <div><dt>"This bill"</dt><dd><MoneyView of=sheet.amount/></dd></div>
                {sheet.tax.map(|tax| view! { <div><dt>"Tax in it"</dt><dd><MoneyView of=tax/></dd></div> })}
                <div><dt>"Paid so far"</dt><dd><MoneyView of=sheet.paid/></dd></div>
                <div class="total"><dt>"Left to pay"</dt><dd><MoneyView of=sheet.open/></dd></div>
                <AddedFee fee=sheet.late_fee open=sheet.open/>
            </dl>
        </section>
    }
}

#[component]
fn Payments(payments: Vec<Payment>, today: jiff::civil::Date) -> impl IntoView {
    let rows = payments
        .iter()
        .map(|payment| {
            let reference = payment.reference.clone();
            view! {
                <div>
                    <dt>{payment.on.map(|on| view! { <Day of=on near=today/>" " })}<small class="soft">{reference}</small></dt>
                    <dd><MoneyView of=payment.amount/></dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="payments">
            <h2 id="payments">"Payments"</h2>
            {if payments.is_empty() {
                view! { <p class="soft">{format!("None that we knew of on {}.", day(today))}</p> }.into_any()
            } else {
                view! { <dl class="facts amounts">{rows}</dl> }.into_any()
            }}
        </section>
    }
}
