//! Bills, read as the domain knows them.

use jiff::civil::Date;

use super::store::{self, BillRow};
use crate::{
    domain::{late_fee, money::Currency},
    error::Result,
    server::db::Conn,
};

/// A bill with its place in the database.
#[derive(Clone, Debug)]
pub struct KnownBill {
    pub invoice_id: String,
    pub customer_id: String,
    pub currency: Currency,
    pub issued_on: Date,
    pub bill: late_fee::Bill,
}

impl From<BillRow> for KnownBill {
    fn from(row: BillRow) -> Self {
        Self {
            invoice_id: row.id,
            customer_id: row.customer_id,
            currency: row.currency.0,
            issued_on: row.issued_on.0,
            bill: late_fee::Bill {
                number: row.number,
                amount: row.amount,
                paid: row.paid,
                due_on: row.due_on.0,
                agreed_due_on: row.agreed_due_on.map(|agreed| agreed.0),
                is_disputed: row.is_disputed,
                is_exempt: row.is_exempt,
            },
        }
    }
}

/// Every bill open at the end of `as_of`, by customer; nothing dated later is read.
pub async fn open_on(conn: &mut Conn<'_>, as_of: Date) -> Result<Vec<KnownBill>> {
    Ok(store::open_on(conn, as_of).await?.into_iter().map(KnownBill::from).collect())
}
