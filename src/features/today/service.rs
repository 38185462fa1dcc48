//! Who needs a person today.

use super::{InDispute, NearFee, Today};
use crate::{
    domain::late_fee::Assessment,
    error::Result,
    features::{bills, customers, requests},
    server::state::AppState,
};

/// As many people as one queue shows.
const SHOWN: usize = 50;

/// The queues, and the chosen person; an unknown one is not found.
pub async fn today(app: &AppState, chosen: Option<&str>) -> Result<Today> {
    let mut conn = app.db.reader().await?;
    let today = app.clock.today_in(&app.config.time_zone);
    let (waiting, waiting_in_all) = requests::service::waiting(app, &mut conn).await?;
    let mut near_a_fee: Vec<NearFee> = Vec::new();
    for (name, bill) in bills::service::near_a_fee(&mut conn, today).await? {
        let Assessment::Warn { fee, fee_on } = bill.assessment else { continue };
        match near_a_fee.iter_mut().find(|near| near.customer_id == bill.known.customer_id) {
            Some(near) => near.more += 1,
            None => near_a_fee.push(NearFee {
                fee: bill.money(fee),
                fee_on,
                days: i64::from((fee_on - today).get_days()),
                more: 0,
                name,
                bill: bill.known.bill.number,
                customer_id: bill.known.customer_id,
            }),
        }
    }
    let mut in_dispute: Vec<InDispute> = Vec::new();
    for (name, bill) in bills::service::in_dispute(&mut conn, today).await? {
        match in_dispute.iter_mut().find(|dispute| dispute.customer_id == bill.known.customer_id) {
            Some(dispute) => dispute.more += 1,
            None => in_dispute.push(InDispute {
                open: bill.money(bill.known.bill.open()),
                more: 0,
                name,
                bill: bill.known.bill.number,
                customer_id: bill.known.customer_id,
            }),
        }
    }
    let chosen = match chosen {
        Some(id) => Some(customers::service::sheet_of(app, &mut conn, id).await?),
        None => None,
    };
    let (near_in_all, disputes_in_all) = (near_a_fee.len(), in_dispute.len());
    near_a_fee.truncate(SHOWN);
    in_dispute.truncate(SHOWN);
    Ok(Today { waiting, waiting_in_all, near_a_fee, near_in_all, in_dispute, disputes_in_all, chosen, today })
}
