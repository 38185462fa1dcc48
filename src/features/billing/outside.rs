//! An outside billing system: told by signed webhook what is asked, heard by signed webhook when it has decided.

use std::{sync::LazyLock, time::Duration};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Terms, orders,
    store::{self, OrderRow},
};
use crate::{
    domain::money::Money,
    error::{AppError, Result},
    server::{
        db::{Conn, new_id},
        state::AppState,
        webhook::signature,
    },
};

/// How long a message is one process's to send; longer than sending can take.
const LEASE_MS: i64 = 60_000;
const PATIENCE: Duration = Duration::from_secs(10);
/// The first and the longest wait before a message is sent again.
const FIRST_WAIT_MS: i64 = 10_000;
const LONGEST_WAIT_MS: i64 = 6 * 60 * 60 * 1000;

static CLIENT: LazyLock<reqwest::Result<reqwest::Client>> =
    LazyLock::new(|| reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build());

#[derive(Serialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Data<'a>,
}

/// What billing needs to do it: ids are those of the billing system.
#[derive(Serialize)]
struct Data<'a> {
    id: &'a str,
    kind: &'static str,
    customer: &'a str,
    asked_on: String,
    takes_effect_on: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Default, Serialize)]
struct What {
    #[serde(skip_serializing_if = "Option::is_none")]
    bill: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
    /// A decimal, such as `12.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// The day until which the bill is to be paid from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Who was right about a bill in dispute: `right`, `partly` or `not_right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
}

impl What {
    fn of(terms: Terms) -> Self {
        let about = |bill: String, amount: Money| What {
            bill: Some(bill),
            amount: Some(amount.plain()),
            currency: Some(amount.currency.code().to_owned()),
            ..What::default()
        };
        match terms {
            Terms::UseCredit { bill, amount, .. } => about(bill, amount),
            Terms::WaiveFee { bill, fee } | Terms::LateFee { bill, fee } => about(bill, fee),
            Terms::Dispute { bill, words, .. } => What { bill: Some(bill), words: Some(words), ..What::default() },
            Terms::ChangePlan { subscription, to_code, difference, .. } => What {
                subscription: Some(subscription),
                plan: Some(to_code),
                amount: Some(difference.plain()),
                currency: Some(difference.currency.code().to_owned()),
                ..What::default()
            },
            Terms::LaterDate { bill, agreed, .. } => {
                What { bill: Some(bill), due_on: agreed.map(|day| day.to_string()), ..What::default() }
            }
        }
    }
}

/// Keeps what billing is to be told, in the transaction of what happened.
pub async fn tell(app: &AppState, conn: &mut Conn<'_>, kind: &str, order: &OrderRow) -> Result<()> {
    let what = What::of(orders::terms(order)?);
    keep(app, conn, kind, order, what).await
}

/// A dispute is over: what a person said to it, and the day until which there is time to pay, where that is later now.
pub async fn tell_settled(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow, due_on: Option<Date>) -> Result<()> {
    let terms = orders::terms(order)?;
    let bill = terms.bill().map(str::to_owned);
    let due_on = due_on.map(|day| day.to_string());
    let mut what = What { bill, due_on, answer: order.answer.clone(), ..What::default() };
    if let Terms::Dispute { found: Some(found), .. } = terms {
        what.outcome = Some(found.outcome.name());
        what.amount = Some(found.taken_off.plain());
        what.currency = Some(found.taken_off.currency.code().to_owned());
    }
    keep(app, conn, "dispute.settled", order, what).await
}

async fn keep(app: &AppState, conn: &mut Conn<'_>, kind: &str, order: &OrderRow, what: What) -> Result<()> {
    let message = Message {
        kind,
        timestamp: app.clock.now().to_string(),
        data: Data {
            id: &order.id,
            kind: order.kind.0.name(),
            customer: &order.external_id,
            asked_on: order.asked_on.0.to_string(),
            takes_effect_on: order.takes_effect_on.0.to_string(),
            what,
        },
    };
    let body = serde_json::to_string(&message).map_err(AppError::internal)?;
    Ok(store::add_message(conn, &new_id(), &order.id, &body, app.clock.now_ms()).await?)
}

/// Sends what waits; how many messages were taken. What is not taken is sent again, later and later, and never dropped.
pub async fn deliver(app: &AppState, is_asked_to_stop: impl Fn() -> bool) -> Result<usize> {
    let (Some(url), Some(secret)) = (&app.config.billing_url, &app.config.billing_secret) else { return Ok(0) };
    let client = CLIENT.as_ref().map_err(AppError::internal)?;
    let mut sent = 0;
    while !is_asked_to_stop() {
        let now = app.clock.now_ms();
        let taken = app
            .db
            .write(async |conn: &mut Conn<'_>| store::take_message(conn, now, now + LEASE_MS).await)
            .await
            .map_err(AppError::from)?;
        let Some(message) = taken else { return Ok(sent) };
        let seconds = now / 1000;
        let answer = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature(secret, &message.id, seconds, message.body.as_bytes()))
            .body(message.body.clone())
            .send()
            .await;
        let problem = match answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("answered {}", answer.status())),
            Err(error) => Some(error.without_url().to_string()),
        };
        let now = app.clock.now_ms();
        app.db
            .write(async |conn: &mut Conn<'_>| match &problem {
                None => store::mark_sent(conn, &message.id, now).await,
                Some(problem) => store::put_off(conn, &message.id, problem, now + wait(message.tries)).await,
            })
            .await?;
        match problem {
            None => sent += 1,
            // The others wait for the next round: it may be that nothing is heard there.
            Some(problem) => {
                tracing::warn!(message = message.id, tries = message.tries, %problem, "billing did not take it");
                break;
            }
        }
    }
    Ok(sent)
}

/// Ten seconds after the first try, then four times as long after each, up to six hours.
fn wait(tries: i64) -> i64 {
    let times = 4_i64.saturating_pow(u32::try_from(tries - 1).unwrap_or_default());
    FIRST_WAIT_MS.saturating_mul(times).min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_is_sent_again_later_and_later() {
        assert_eq!([1, 2, 3, 4].map(wait), [10_000, 40_000, 160_000, 640_000]);
        assert_eq!(wait(60), LONGEST_WAIT_MS);
    }
}
