//! What a customer should know today.

use std::collections::{HashMap, HashSet};

use super::{
    Home, InShort, Matter, WorthKnowing,
    known::{self, FEE_NEAR, Known},
};
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
        credits, customers, late_fees, notes,
        notices::{self, NoticeCard},
        offers, requests,
    },
    server::{auth::Customer, state::AppState},
};

/// How many things stand there whole.
const WHOLE: usize = 3;
/// How many other bills than those near a fee, and how many other things, have a line of their own below them.
const MOST_LINES: usize = 5;

pub async fn home(app: &AppState, customer: &Customer) -> Result<Home> {
    let mut conn = app.db.reader().await?;
    let account = customers::service::account(&mut conn, &customer.id).await?;
    let today = app.clock.today_in(&account.time_zone);
    let mut open = bills::service::open_of_customer(&mut conn, &customer.id, today).await?;
    let asks = requests::service::of_customer(&mut conn, &customer.id).await?;
    open.sort_by_key(|bill| bill.known.bill.pay_by());
    let name = account.called();
    let (told, untold) = notices::service::known_to_customer(&mut conn, &customer.id, today).await?;
    let told_of: HashSet<(NoticeKind, String)> =
        told.iter().filter_map(|card| Some((card.kind, card.bill.as_ref()?.number.clone()))).collect();
    let is_told = |bill: &Assessed| {
        known::kind(bill.state).is_some_and(|kind| told_of.contains(&(kind, bill.known.bill.number.clone())))
    };
    let is_asked = |bill: &Assessed| {
        asks.iter().any(|ask| ask.waits_for_date() && ask.bill.as_deref() == Some(bill.known.bill.number.as_str()))
    };
    let given = credits::service::given_to(&mut conn, &customer.id, today).await?;
    let is_about_plans = |card: &&NoticeCard| {
        matches!(card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor)
    };
    // Whoever is told of a better plan for a subscription is not on the cheapest with that one.
    let told_better = told.iter().filter(is_about_plans).filter_map(|card| card.subscription.clone());
    let untold_better = untold.iter().filter_map(|holding| holding.notice.subscription_id.clone());
    let told_better: Vec<String> = told_better.chain(untold_better).collect();
    let cheapest = offers::sheet::cheapest(&mut conn, &customer.id, today, &told_better).await?;
    let by_number: HashMap<&str, &Assessed> = open.iter().map(|bill| (bill.known.bill.number.as_str(), bill)).collect();
    let (mut aside, told): (Vec<NoticeCard>, Vec<NoticeCard>) = told.into_iter().partition(|card| card.aside.is_some());
    let seen = open.iter().filter(|bill| known::matters(bill.state) && !is_told(bill)).map(Known::Seen);
    let mut known: Vec<Known<'_>> = seen.chain(told.into_iter().map(|card| Known::Told(Box::new(card)))).collect();
    known.sort_by_key(Known::order);
    let (bills, others): (Vec<_>, Vec<_>) =
        known.split_off(known.len().min(WHOLE)).into_iter().partition(Known::is_about_a_bill);
    let ((mut more, more_bills), (more_others, more_notices)) = (in_lines(&bills), in_lines(&others));
    more.extend(more_others);
    // Bills are seen above; the rest is told with the next look and stands in a line until then.
    more.extend(untold.iter().filter(|holding| holding.notice.invoice_id.is_none()).map(known::untold_in_short));
    let mut worth_knowing = Vec::new();
    for one in known {
        worth_knowing.push(match one {
            Known::Seen(bill) => WorthKnowing::Seen(Matter {
                bill: bill.line(None),
                fee: bill.fee(),
                can_move: LaterDates::of(&bill.known.bill, ASK_WITHIN_DAYS, today).is_some() && !is_asked(bill),
                ways: billing::service::ways(app, &mut conn, bill).await?,
            }),
            Known::Told(mut card) => {
                if let Some(bill) = card.bill.as_ref().and_then(|about| by_number.get(about.number.as_str())) {
                    notices::service::add_ways(app, &mut conn, bill, &asks, &mut card).await?;
                }
                WorthKnowing::Told(*card)
            }
        });
    }
    for card in &mut aside {
        if let Some(bill) = card.bill.as_ref().and_then(|about| by_number.get(about.number.as_str())) {
            notices::service::add_ways(app, &mut conn, bill, &asks, card).await?;
        }
    }
    let shown = late_fees::service::shown(&open);
    let grants: Vec<Grant> = given.into_iter().map(|one| one.grant).collect();
    let is_to_pay = |bill: &&Assessed| !matches!(bill.state, BillState::Disputed | BillState::Covered);
    let mut undisputed = open.iter().filter(|bill| bill.state != BillState::Disputed);
    let first = undisputed.clone().next();
    // What credit pays is not the customer's to pay, and is named where there is nothing else.
    let next = undisputed.find(|bill| bill.state != BillState::Covered).or(first).map(|bill| bill.line(None));
    let home = Home {
        greeting: format!("{}, {name}.", time_of_day(app.clock.hour_in(&account.time_zone))),
        today,
        worth_knowing,
        more,
        more_bills,
        more_notices,
        aside,
        next,
        open_bills: open.len(),
        bills_to_pay: open.iter().filter(is_to_pay).count(),
        to_pay: customers::service::sums(open.iter().filter(is_to_pay)),
        waiting: asks.iter().filter(|ask| ask.answer.is_none()).count(),
        credit: credits::service::balance(&grants, today),
        cheapest,
        news: billing::service::news(app, &mut conn, &customer.id).await?,
        note: notes::service::latest_by_person(&mut conn, &customer.id, &account.time_zone).await?,
    };
    drop(conn);
    late_fees::service::keep_shown(app, &customer.id, shown, today).await?;
    Ok(home)
}

/// A line for each fee that can still be avoided and for a few of the others, and how many there are beside them.
fn in_lines(known: &[Known<'_>]) -> (Vec<InShort>, usize) {
    let near = known.iter().take_while(|one| one.order().0 == FEE_NEAR).count();
    let (lines, rest) = known.split_at(known.len().min(near + MOST_LINES));
    (lines.iter().map(Known::in_short).collect(), rest.len())
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
    use crate::{
        domain::money::{Currency, Money},
        features::fixture::{Fixture, MIRA, TODAY, TOM},
        server::db::Conn,
        sql,
    };

    #[tokio::test]
    async fn what_can_still_be_avoided_comes_first() {
        let house = Fixture::new().await;
        let mira = house.mira().await;
        house.add_bill(MIRA, "late", 100, date(2026, 11, 1)).await;
        house.add_bill(MIRA, "near", 100, date(2026, 11, 20)).await;
        house.add_bill(MIRA, "far", 100, date(2026, 12, 20)).await;
        house.add_bill(TOM, "tom's", 100, date(2026, 11, 20)).await;
        let home = home(&house.app, &mira).await.expect("home");
        assert_eq!(in_full(&home), ["near", "late"]);
        assert_eq!(home.open_bills, 3);
        assert!(home.greeting.ends_with(", Mira Kovač."), "{}", home.greeting);
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

    fn number(one: &WorthKnowing) -> &str {
        match one {
            WorthKnowing::Told(card) => card.bill.as_ref().map_or("", |bill| bill.number.as_str()),
            WorthKnowing::Seen(matter) => matter.bill.number.as_str(),
        }
    }

    fn in_full(home: &Home) -> Vec<&str> {
        home.worth_knowing.iter().map(number).collect()
    }

    #[tokio::test]
    async fn with_five_hundred_late_bills_the_first_page_stays_short() {
        let house = Fixture::new().await;
        let mira = house.mira().await;
        let text = "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at,
                                          updated_at)
                    with recursive numbers(one) as (select 1 union all select one + 1 from numbers where one < 500)
                    select 'late-' || one, $1, 'late-' || one, 'EUR', 100, '2026-01-01', '2026-10-01', 0, 0 from numbers";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text, MIRA)).await;
        house.add_bill(MIRA, "near", 100, date(2026, 11, 20)).await;
        let home = home(&house.app, &mira).await.expect("home");
        assert_eq!((home.worth_knowing.len(), home.more.len(), home.more_bills), (3, 5, 493));
        assert_eq!(in_full(&home)[0], "near", "what can still be avoided is not lost among them");
        assert_eq!((home.things(), home.open_bills), (501, 501));
        assert_eq!(home.to_pay, [Money::new(50_100, Currency::EUR)]);
    }

    #[tokio::test]
    async fn a_few_more_have_a_line_each_with_amount_day_and_address() {
        let house = Fixture::new().await;
        let mira = house.mira().await;
        for day in 1..=5 {
            house.add_bill(MIRA, &format!("late/{day}"), 100, date(2026, 11, day)).await;
        }
        let home = home(&house.app, &mira).await.expect("home");
        assert_eq!(in_full(&home), ["late/1", "late/2", "late/3"], "the longest due first");
        assert_eq!((home.more.len(), home.more_bills, home.more_notices), (2, 0, 0));
        let last = &home.more[1];
        assert_eq!((last.bill.as_deref(), last.address.as_str()), (Some("late/5"), "/bills/late%2F5"));
        assert_eq!((last.when.as_str(), last.amount), ("Since", Money::new(500, Currency::EUR)));
        assert!(last.on > date(2026, 11, 5), "{last:?}");
    }

    #[tokio::test]
    async fn a_better_plan_for_one_subscription_says_nothing_of_another() {
        let house = Fixture::new().await;
        let mira = house.mira().await;
        house.add_plan("small", 1_000, 20, None).await;
        house.add_plan("large", 3_000, 40, None).await;
        house.subscribe(MIRA, "small", date(2026, 1, 1), None).await;
        house.use_tenths(MIRA, date(2026, 10, 5), 40).await;
        let cheapest = async || home(&house.app, &mira).await.expect("home").cheapest;
        assert_eq!(cheapest().await, [("small".to_owned(), 1)]);
        let conn = &mut house.conn().await;
        let mine = offers::service::held_by(conn, TODAY, MIRA).await.expect("what she has").remove(0).reference;
        let told = offers::sheet::cheapest(conn, MIRA, TODAY, std::slice::from_ref(&mine)).await.expect("an answer");
        assert!(told.is_empty(), "she is told of something better");
        let other = offers::sheet::cheapest(conn, MIRA, TODAY, &["another".to_owned()]).await.expect("an answer");
        assert_eq!(other.len(), 1, "another subscription is told of something better");
    }

    #[test]
    fn the_greeting_knows_the_hour() {
        assert_eq!(time_of_day(5), "Good morning");
        assert_eq!(time_of_day(12), "Good afternoon");
        assert_eq!(time_of_day(18), "Good evening");
        assert_eq!(time_of_day(2), "Good evening");
    }
}
