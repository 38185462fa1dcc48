//! What holds for one customer on one day, worked out from that day's facts alone: the one answer that every page, mail and
//! command goes by. What they were told is no part of it.

use std::sync::Arc;

use jiff::civil::Date;

pub use super::offers::Gone;
use super::{
    block::{Block, Found},
    book::Book,
    memory::{Asking, Memory, Wanted},
    store,
};
use crate::{
    domain::{evidence::Evidence, notice::NoticeKind},
    error::{AppError, Result},
    features::notices::service::{NewNotice, Topic},
    server::db::Conn,
};

/// Something that holds: the notice that would say so today, and what it was worked out from.
#[derive(Clone, Debug)]
pub struct Holding {
    pub notice: NewNotice,
    pub evidence: Evidence,
}

impl Holding {
    pub fn topic(&self) -> Topic {
        self.notice.topic()
    }
}

/// Everything that holds for a customer on a day.
pub struct Judgement {
    pub holds: Vec<Holding>,
    block: Block,
}

/// Asks every rule in force on `today`, as if nothing had been told yet.
pub async fn judge(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Judgement> {
    let customer = store::customer_by_id(conn, customer_id).await?.ok_or(AppError::NotFound)?;
    let (before, id) = (store::id_before(conn, &customer.id).await?, customer.id.clone());
    let book = Arc::new(Book::read(conn, today).await?);
    let block = Block::read(conn, book, vec![customer], (&before, &id)).await?;
    let memory = Memory::default();
    let asking = Asking { rules: &block.book.rules, memory: &memory, day: today, wanted: Wanted::Everything };
    let holds = block.notices(&asking)?;
    let holds = holds.into_iter().map(|Found { notice, evidence, .. }| Holding { notice, evidence }).collect();
    Ok(Judgement { holds, block })
}

impl Judgement {
    /// What holds of one thing.
    pub fn of(&self, topic: &Topic) -> Option<&Holding> {
        self.holds.iter().find(|holding| holding.topic() == *topic)
    }

    /// The day that counts for an open bill, by its id.
    pub fn pay_by(&self, invoice_id: &str) -> Option<Date> {
        self.block.bills().find(|known| known.invoice_id == invoice_id).map(|known| known.bill.pay_by())
    }

    /// Why advice about a subscription to change to the offer of this code holds no longer.
    pub fn gone(&self, kind: NoticeKind, subscription_id: &str, code: &str) -> Gone {
        self.block.gone(kind, subscription_id, code)
    }
}
