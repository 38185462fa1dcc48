//! What a customer should know today.

use super::{Home, Matter, WorthKnowing};
use crate::{
    domain::{
        credit::Grant,
        late_fee::{ASK_WITHIN_DAYS, LaterDates},
        notice::NoticeKind,
    },
    error::Result,
    features::{
        billing,
        bills::{self, BillState, service::Assessed},
        credits, customers, notes,
        notices::{self, NoticeCard},
        offers, requests,
    },
    server::{auth::Customer, state::AppState},
    ui::first_name,
};

pub async fn home(app: &AppState, customer: &Customer) -> Result<Home> {
    let mut conn = app.db.reader().await?;
    let account = customers::service::account(&mut conn, &customer.id).await?;
    let today = app.clock.today_in(&account.time_zone);
    let mut open = bills::service::open_of_customer(&mut conn, &customer.id, today).await?;
    let asks = requests::service::of_customer(&mut conn, &customer.id).await?;
    open.sort_by_key(|bill| bill.known.bill.pay_by());
    let name = account.preferred_name.as_deref().unwrap_or_else(|| first_name(&customer.person.name));
    let mut told = notices::service::current_for_customer(&mut conn, &customer.id, today).await?;
    told.retain(|card| holds(card, &open));
    let is_told = |bill: &Assessed| {
        bill.assessment.notice().is_some_and(|kind| {
            let is_about =
                |card: &NoticeCard| card.bill.as_ref().is_some_and(|about| about.number == bill.known.bill.number);
            told.iter().any(|card| card.kind == kind && is_about(card))
        })
    };
    let is_asked = |bill: &Assessed| {
        asks.iter().any(|ask| ask.waits_for_date() && ask.bill.as_deref() == Some(bill.known.bill.number.as_str()))
    };
    let given = credits::service::given_to(&mut conn, &customer.id, today).await?;
    let mut worth_knowing = Vec::new();
    for bill in open.iter().filter(|bill| urgency(bill.state) < CALM && !is_told(bill)) {
        let days = LaterDates::of(&bill.known.bill, ASK_WITHIN_DAYS, today);
        worth_knowing.push(WorthKnowing::Seen(Matter {
            bill: bill.line(None),
            fee: bill.fee(),
            can_move: days.is_some() && !is_asked(bill),
            ways: billing::service::ways(app, &mut conn, bill, &given).await?,
        }));
    }
    for card in &mut told {
        let is_its = |bill: &&Assessed| card.bill.as_ref().is_some_and(|about| about.number == bill.known.bill.number);
        if let Some(bill) = open.iter().find(is_its) {
            notices::service::add_ways(app, &mut conn, bill, (&given, &asks), card).await?;
        }
    }
    let is_about_plans = |card: &NoticeCard| {
        matches!(card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor)
    };
    // Whoever is told of a better plan is not on the cheapest.
    let cheapest = match told.iter().any(is_about_plans) {
        true => Vec::new(),
        false => offers::sheet::cheapest(&mut conn, &customer.id, today).await?,
    };
    let grants: Vec<Grant> = given.into_iter().map(|one| one.grant).collect();
    let next = open.iter().find(|bill| bill.state != BillState::Disputed).map(|bill| bill.line(None));
    let (aside, told): (Vec<NoticeCard>, Vec<NoticeCard>) = told.into_iter().partition(|card| card.aside.is_some());
    worth_knowing.extend(told.into_iter().map(WorthKnowing::Told));
    worth_knowing.sort_by_key(|one| match one {
        WorthKnowing::Told(card) => (told_urgency(card), card.fee_on.or(card.due_on)),
        WorthKnowing::Seen(matter) => (urgency(matter.bill.state), Some(matter.bill.pay_by)),
    });
    Ok(Home {
        greeting: format!("{}, {name}.", time_of_day(app.clock.hour_in(&account.time_zone))),
        today,
        worth_knowing,
        aside,
        next,
        open_bills: open.len(),
        open: customers::service::sums(&open),
        waiting: asks.iter().filter(|ask| ask.answer.is_none()).count(),
        credit: credits::service::balance(&grants, today),
        cheapest,
        news: billing::service::news(app, &mut conn, &customer.id).await?,
        note: notes::service::latest_by_person(&mut conn, &customer.id, &account.time_zone).await?,
    })
}

/// Whether what was told of a bill's fee still holds: as long as credit pays the bill now as it did then.
pub fn holds(card: &NoticeCard, open: &[Assessed]) -> bool {
    match card.kind {
        NoticeKind::FeeWarning | NoticeKind::NothingToDo => open.iter().any(|bill| {
            let is_about = card.bill.as_ref().is_some_and(|about| about.number == bill.known.bill.number);
            is_about && bill.known.bill.is_covered() == (card.kind == NoticeKind::NothingToDo)
        }),
        _ => true,
    }
}

const CALM: u8 = 3;

/// What can still be avoided comes first, then what has happened, then what we settle.
fn urgency(state: BillState) -> u8 {
    match state {
        BillState::FeeNear { .. } => 0,
        BillState::FeeCame { .. } => 1,
        BillState::Disputed => 2,
        BillState::Paid
        | BillState::Covered
        | BillState::DateAgreed { .. }
        | BillState::Open { .. }
        | BillState::PastDue => CALM,
    }
}

fn told_urgency(card: &NoticeCard) -> u8 {
    match card.kind {
        NoticeKind::FeeWarning => 0,
        NoticeKind::Dispute => 2,
        NoticeKind::Credit => 4,
        NoticeKind::BetterPrice => 5,
        NoticeKind::RightSize => 6,
        NoticeKind::Competitor => 7,
        NoticeKind::NothingToDo => 8,
    }
}

fn time_of_day(hour: i8) -> &'static str {
    match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::features::fixture::{Fixture, MIRA, TOM};

    #[tokio::test]
    async fn what_can_still_be_avoided_comes_first() {
        let house = Fixture::new().await;
        let mira = house.mira().await;
        house.add_bill(MIRA, "late", 100, date(2026, 11, 1)).await;
        house.add_bill(MIRA, "near", 100, date(2026, 11, 20)).await;
        house.add_bill(MIRA, "far", 100, date(2026, 12, 20)).await;
        house.add_bill(TOM, "tom's", 100, date(2026, 11, 20)).await;
        let home = home(&house.app, &mira).await.expect("home");
        let numbers: Vec<_> = home
            .worth_knowing
            .iter()
            .map(|one| match one {
                WorthKnowing::Told(card) => card.bill.as_ref().map_or("", |bill| bill.number.as_str()),
                WorthKnowing::Seen(matter) => matter.bill.number.as_str(),
            })
            .collect();
        assert_eq!(numbers, ["near", "late"]);
        assert_eq!(home.open_bills, 3);
        assert!(home.greeting.ends_with(", Mira."), "{}", home.greeting);
    }

    #[tokio::test]
    async fn paid_in_time_there_is_nothing_to_fear() {
        let house = Fixture::new().await;
        let mira = house.mira().await;
        house.add_bill(MIRA, "near", 100, date(2026, 11, 20)).await;
        house.pay("near", 100, date(2026, 11, 18)).await;
        let home = home(&house.app, &mira).await.expect("home");
        assert!(home.worth_knowing.is_empty());
        assert_eq!((home.open_bills, home.next), (0, None));
    }

    #[test]
    fn the_greeting_knows_the_hour() {
        assert_eq!(time_of_day(5), "Good morning");
        assert_eq!(time_of_day(12), "Good afternoon");
        assert_eq!(time_of_day(18), "Good evening");
        assert_eq!(time_of_day(2), "Good evening");
    }
}
