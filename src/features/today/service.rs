//! Who needs a person today.

use super::{InDispute, NearFee, Today};
use crate::{
    domain::{day, late_fee::Assessment},
    error::Result,
    features::{
        bills::{self, service::Assessed},
        customers, frictions, memory, notes, requests,
    },
    server::{auth::Person, state::AppState},
};

/// As many people as one queue shows.
const SHOWN: usize = 50;

/// The queues, and the chosen person; an unknown one is not found.
pub async fn today(app: &AppState, person: &Person, chosen: Option<&str>) -> Result<Today> {
    let mut conn = app.db.reader().await?;
    let today = app.clock.today_in(&app.config.time_zone);
    let (waiting, waiting_in_all) = requests::service::waiting(app, &mut conn).await?;
    let (wrote, wrote_in_all) = notes::service::waiting(app, &mut conn).await?;
    let mut near_a_fee = by_person(bills::service::near_a_fee(app.clock, &mut conn).await?);
    let mut with_a_fee = by_person(bills::service::with_a_fee(app.clock, &mut conn).await?);
    let mut in_dispute: Vec<InDispute> = Vec::new();
    for (name, bill) in bills::service::in_dispute(app.clock, &mut conn).await? {
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
    let (hard, hard_in_all) = frictions::service::unread(app, &mut conn).await?;
    let chosen = match chosen {
        Some(id) => Some(customers::service::sheet_of(app, &mut conn, id).await?),
        None => None,
    };
    drop(conn);
    let remembered = match &chosen {
        Some(sheet) => memory::service::known(app, person, &sheet.id).await?.facts,
        None => Vec::new(),
    };
    let (near_in_all, with_a_fee_in_all, disputes_in_all) = (near_a_fee.len(), with_a_fee.len(), in_dispute.len());
    near_a_fee.truncate(SHOWN);
    with_a_fee.truncate(SHOWN);
    in_dispute.truncate(SHOWN);
    Ok(Today {
        waiting,
        waiting_in_all,
        wrote,
        wrote_in_all,
        near_a_fee,
        near_in_all,
        with_a_fee,
        with_a_fee_in_all,
        in_dispute,
        disputes_in_all,
        hard,
        hard_in_all,
        chosen,
        remembered,
        today,
    })
}

/// Each person once, with the first of their fees.
fn by_person(bills: Vec<(String, Assessed)>) -> Vec<NearFee> {
    let mut people: Vec<NearFee> = Vec::new();
    for (name, bill) in bills {
        let (Assessment::Warn { fee, fee_on } | Assessment::Late { fee, fee_on }) = bill.assessment else { continue };
        match people.iter_mut().find(|near| near.customer_id == bill.known.customer_id) {
            Some(near) => near.more += 1,
            None => people.push(NearFee {
                fee: bill.money(fee),
                fee_on,
                days: day::between(bill.today, fee_on).abs(),
                more: 0,
                name,
                bill: bill.known.bill.number,
                customer_id: bill.known.customer_id,
            }),
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        error::AppError,
        features::fixture::{Fixture, MIRA, TOM},
    };

    #[tokio::test]
    async fn the_day_names_people_once_each() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "m1", 3_820, date(2026, 11, 20)).await;
        house.add_bill(MIRA, "m2", 3_820, date(2026, 11, 19)).await;
        house.add_bill(TOM, "t1", 3_820, date(2026, 11, 1)).await;
        house.dispute("t1", date(2026, 11, 2)).await;
        requests::service::ask_person(&house.app, TOM, Some("t1"), "This is not mine").await.expect("asked");
        house.add_bill(MIRA, "m3", 3_820, date(2026, 11, 10)).await;
        let jonas = house.person("p-jonas").await;
        let day = today(&house.app, &jonas, Some(TOM)).await.expect("the day");
        assert_eq!((day.with_a_fee.len(), day.with_a_fee[0].bill.as_str(), day.with_a_fee[0].days), (1, "m3", 7));
        assert_eq!((day.near_a_fee.len(), day.near_a_fee[0].bill.as_str(), day.near_a_fee[0].more), (1, "m2", 1));
        assert_eq!((day.in_dispute.len(), day.in_dispute[0].name.as_str()), (1, "Tom Whelan"));
        assert_eq!((day.waiting.len(), day.waiting_in_all), (1, 1));
        assert_eq!(day.chosen.map(|sheet| sheet.to_answer.len()), Some(1));
        assert_eq!(today(&house.app, &jonas, Some("nobody")).await, Err(AppError::NotFound));
    }
}
