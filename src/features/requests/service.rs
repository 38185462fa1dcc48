//! Asking once, and answering once.

use jiff::{Timestamp, civil::Date};

use super::{
    Answer, Ask, Help, Kind, LONGEST_WORDS, Outcome, ToAnswer, Waiting,
    store::{self, NewAnswer, NewRequest, RequestRow},
};
use crate::{
    domain::{
        answer_time::{AnswerTime, Question, WINDOW_MS},
        late_fee::{AGREE_WITHIN_DAYS, ASK_WITHIN_DAYS, Bill, LaterDates},
        seen::is_seen,
    },
    error::{AppError, Problem, Reason, Refusal, Result},
    features::{
        advice,
        billing::{self, service::Answered},
        bills::{self, service::KnownBill},
        customers,
        notes::{self, writing::Decision},
    },
    server::{
        attempts::{self, Limit},
        auth::Person,
        clock::zone_or_utc,
        db::{Conn, new_id},
        live::Written,
        sessions::hash,
        state::AppState,
    },
    ui::how_long,
};

/// As many requests as one page shows.
const SHOWN: i64 = 50;
/// What one customer may ask.
const PER_CUSTOMER: Limit = Limit { tries: 60, minutes: 60 };

impl RequestRow {
    fn civil(&self, ms: i64) -> Date {
        let at = Timestamp::from_millisecond(ms).unwrap_or_default();
        at.to_zoned(zone_or_utc(&self.time_zone)).date()
    }

    /// What `person` answered to this wish.
    fn answered<'a>(&'a self, bill: &'a KnownBill, person: &'a Person, words: &'a str, now: i64) -> Answered<'a> {
        let asked_on = self.civil(self.asked_at);
        Answered {
            request_id: &self.id,
            bill,
            wanted_on: self.wanted_on.map_or(asked_on, |day| day.0),
            asked: &self.words,
            asked_on,
            person,
            words,
            now,
        }
    }

    /// As both sides see it, with the days of the customer's zone.
    fn ask(self) -> Ask {
        let answer = self.outcome.zip(self.answered_at).map(|(outcome, at)| Answer {
            outcome: outcome.0,
            pay_by: self.agreed_due_on.or(self.wanted_on).filter(|_| outcome.0 == Outcome::Agreed).map(|day| day.0),
            words: self.answer.clone().filter(|words| !words.is_empty()),
            by: self.answered_by.clone().unwrap_or_else(|| "One of us".to_owned()),
            on: self.civil(at),
        });
        Ask {
            asked_on: self.civil(self.asked_at),
            id: self.id,
            kind: self.kind.0,
            bill: self.invoice_number,
            wanted_on: self.wanted_on.map(|day| day.0),
            words: self.words,
            answer,
            thread: self.thread_id,
            act: self.act_state.map(|state| state.0),
        }
    }
}

/// The day and the words of a wish to pay `bill` later, as they are kept.
pub fn wish(bill: &Bill, wanted_on: &str, words: &str, today: Date) -> Result<(Date, String)> {
    let mut problems = Vec::new();
    let day = date("wanted_on", wanted_on).and_then(|day| {
        LaterDates::check(bill, ASK_WITHIN_DAYS, today, day)
            .map(|()| day)
            .map_err(|problem| Problem { field: "wanted_on".to_owned(), reason: problem.into() })
    });
    let (day, words) = (kept(day, &mut problems), kept(maybe_written("words", words, LONGEST_WORDS), &mut problems));
    day.zip(words).ok_or(AppError::Invalid { problems, kept: Vec::new() })
}

/// Keeps a wish to pay a bill later, under the id of its order.
pub async fn keep_wish(
    conn: &mut Conn<'_>,
    id: &str,
    known: &KnownBill,
    wanted_on: Date,
    words: &str,
    now: i64,
) -> Result<()> {
    let request = NewRequest {
        id,
        customer_id: &known.customer_id,
        invoice_id: Some(&known.invoice_id),
        kind: Kind::LaterDate,
        wanted_on: Some(wanted_on),
        words,
        open_key: &format!("later_date:{}", known.invoice_id),
        asked_at: now,
    };
    add(conn, request).await
}

/// Takes a wish back that nobody has answered; its order keeps what was asked. False where somebody just did.
pub async fn withdraw(conn: &mut Conn<'_>, id: &str) -> Result<bool> {
    Ok(store::withdraw(conn, id).await?)
}

/// For a customer: asks a person, about one of their bills or about nothing in particular. The question is the first note of
/// a thread.
pub async fn ask_person(app: &AppState, customer_id: &str, about: Option<&str>, question: &str) -> Result<()> {
    let about = about.filter(|number| !number.is_empty());
    let typed = [("question", question), ("about", about.unwrap_or_default())];
    let words = written("question", question, LONGEST_WORDS)
        .map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() }.keeping(typed))?;
    let now = app.clock.now_ms();
    let written = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let invoice_id = match about {
                Some(number) => Some(bills::service::by_number(conn, customer_id, number, today).await?.invoice_id),
                None => None,
            };
            let said = format!("{customer_id}\n{}\n{words}", invoice_id.as_deref().unwrap_or_default());
            let id = new_id();
            let request = NewRequest {
                id: &id,
                customer_id,
                invoice_id: invoice_id.as_deref(),
                kind: Kind::Person,
                wanted_on: None,
                words: &words,
                open_key: &format!("person:{}", hash(said.as_bytes())),
                asked_at: now,
            };
            add(conn, request).await?;
            attempts::count_in(conn, &format!("questions:{customer_id}"), PER_CUSTOMER, now)
                .await
                .map_err(|refused| refused.said_at("question").keeping(typed))?;
            let question = notes::writing::Question {
                request_id: &id,
                customer_id,
                invoice_id: invoice_id.as_deref(),
                bill: about,
                words: &words,
                at: now,
            };
            notes::writing::begin_with_question(conn, question).await
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(())
}

async fn add(conn: &mut Conn<'_>, request: NewRequest<'_>) -> Result<()> {
    let id = request.id;
    if store::add(conn, request).await? {
        return Ok(());
    }
    // A form may bring the id of any other request.
    match store::by_id(conn, id).await? {
        Some(_) => Err(AppError::NotFound),
        None => Err(AppError::Refused(Refusal::AlreadyAsked)),
    }
}

/// The page of `/help`. Somebody else's bill is not found.
pub async fn help(app: &AppState, customer_id: &str, about: Option<&str>) -> Result<Help> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let open = bills::service::open_of_customer(&mut conn, customer_id, today).await?;
    let mut numbers: Vec<String> = open.into_iter().map(|bill| bill.known.bill.number).collect();
    if let Some(about) = about.filter(|number| !number.is_empty()) {
        let known = bills::service::by_number(&mut conn, customer_id, about, today).await?;
        if !numbers.contains(&known.bill.number) {
            numbers.insert(0, known.bill.number);
        }
    }
    let answer_time = answer_time(app, &mut conn).await?;
    Ok(Help { bills: numbers, asks: of_customer(&mut conn, customer_id).await?, today, answer_time })
}

/// How long people waited for an answer lately, whoever asked.
pub async fn answer_time(app: &AppState, conn: &mut Conn<'_>) -> Result<AnswerTime> {
    let now = app.clock.now_ms();
    let times = store::times_since(conn, now - WINDOW_MS).await?;
    let questions: Vec<Question> =
        times.iter().map(|row| Question { asked_at: row.asked_at, answered_at: row.answered_at }).collect();
    Ok(AnswerTime::of(&questions, now))
}

/// What one customer asked, the latest first.
pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str) -> Result<Vec<Ask>> {
    Ok(store::of_customer(conn, customer_id, SHOWN).await?.into_iter().map(RequestRow::ask).collect())
}

/// What one customer asked about one of their bills; somebody else's is not found.
pub async fn about_bill(app: &AppState, customer_id: &str, number: &str) -> Result<Vec<Ask>> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let known = bills::service::by_number(&mut conn, customer_id, number, today).await?;
    let rows = store::about_bill(&mut conn, customer_id, &known.invoice_id, SHOWN).await?;
    Ok(rows.into_iter().map(RequestRow::ask).collect())
}

/// Who waits for an answer, the longest first, and how many requests wait in all.
pub async fn waiting(app: &AppState, conn: &mut Conn<'_>) -> Result<(Vec<Waiting>, i64)> {
    let now = app.clock.now_ms();
    let waiting = store::waiting(conn, SHOWN)
        .await?
        .into_iter()
        .map(|row| Waiting {
            customer_id: row.customer_id.clone(),
            customer_name: row.customer_name.clone(),
            asked_at: row.asked_at,
            since: how_long(now - row.asked_at),
            ask: row.ask(),
        })
        .collect();
    Ok((waiting, store::count_waiting(conn).await?))
}

/// What one customer waits for, with the days that can be agreed to.
pub async fn to_answer(app: &AppState, conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<ToAnswer>> {
    let now = app.clock.now_ms();
    let mut all = Vec::new();
    for row in store::waiting_of_customer(conn, customer_id).await? {
        let days = match (&row.invoice_id, row.kind.0) {
            (Some(invoice_id), Kind::LaterDate) => {
                let known = bills::service::by_id(conn, invoice_id, today).await?;
                LaterDates::of(&known.bill, AGREE_WITHIN_DAYS, today)
            }
            _ => None,
        };
        all.push(ToAnswer { since: how_long(now - row.asked_at), ask: row.ask(), days });
    }
    Ok(all)
}

/// For staff: agrees to a later day, the one asked for or another; from now on the bill is to be paid by then. Gives the
/// customer's id.
pub async fn agree(app: &AppState, person: &Person, id: &str, pay_by: &str, words: &str) -> Result<String> {
    let typed = [("request", id), ("pay_by", pay_by), ("words", words)];
    let now = app.clock.now_ms();
    let (customer_id, written) = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let row = waiting_request(conn, id).await?;
            let invoice_id = row.invoice_id.as_deref().ok_or(AppError::NotFound)?;
            let today = app.clock.today_in(&row.time_zone);
            let known = bills::service::by_id(conn, invoice_id, today).await?;
            if known.bill.open() == 0 {
                return Err(AppError::Refused(Refusal::BillPaid));
            }
            let mut problems = Vec::new();
            let day = date("pay_by", pay_by).and_then(|day| {
                LaterDates::check(&known.bill, AGREE_WITHIN_DAYS, today, day)
                    .map(|()| day)
                    .map_err(|problem| Problem { field: "pay_by".to_owned(), reason: problem.into() })
            });
            let (day, words) =
                (kept(day, &mut problems), kept(maybe_written("words", words, LONGEST_WORDS), &mut problems));
            let (Some(day), Some(words)) = (day, words) else {
                return Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(typed));
            };
            let answer = NewAnswer {
                outcome: Outcome::Agreed,
                agreed_due_on: Some(day),
                words: Some(&words),
                by: &person.id,
                at: now,
            };
            answer_once(conn, id, answer).await?;
            let answered = row.answered(&known, person, &words, now);
            billing::service::later_date_agreed(app, conn, &answered, day).await?;
            advice::service::changed(conn, [row.customer_id.as_str()]).await?;
            // A note is a person's: where they wrote nothing, the customer sees the answer without one.
            let written = match words.as_str() {
                "" => None,
                words => tell(conn, person, &row, &known, words, now).await?,
            };
            Ok::<_, AppError>((row.customer_id, written))
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(customer_id)
}

/// A note about a wish that a person has just answered.
async fn tell(
    conn: &mut Conn<'_>,
    person: &Person,
    row: &RequestRow,
    known: &KnownBill,
    words: &str,
    at: i64,
) -> Result<Option<Written>> {
    let decision = Decision {
        customer_id: &row.customer_id,
        invoice_id: &known.invoice_id,
        bill: &known.bill.number,
        request_id: Some(&row.id),
        act_id: &row.id,
        words,
        at,
    };
    notes::writing::tell_decision(conn, person, decision).await
}

/// For staff: says no to a later date, or answers a question, in words of their own; an answer stands in the question's
/// thread as well. Gives the customer's id.
pub async fn answer(app: &AppState, person: &Person, id: &str, words: &str) -> Result<String> {
    let typed = [("request", id), ("answer", words)];
    let now = app.clock.now_ms();
    let (customer_id, written) = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let row = waiting_request(conn, id).await?;
            let words = written("answer", words, LONGEST_WORDS)
                .map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() }.keeping(typed))?;
            let outcome = match row.kind.0 {
                Kind::LaterDate => Outcome::Declined,
                Kind::Person => Outcome::Answered,
            };
            let answer = NewAnswer { outcome, agreed_due_on: None, words: Some(&words), by: &person.id, at: now };
            let written = match (row.kind.0, &row.invoice_id) {
                (Kind::LaterDate, Some(invoice_id)) => {
                    let known = bills::service::by_id(conn, invoice_id, app.clock.today_in(&row.time_zone)).await?;
                    answer_once(conn, id, answer).await?;
                    billing::service::later_date_declined(conn, &row.answered(&known, person, &words, now)).await?;
                    tell(conn, person, &row, &known, &words, now).await?
                }
                _ => {
                    answer_once(conn, id, answer).await?;
                    notes::writing::answer_question(conn, id, person, &words, now).await?
                }
            };
            Ok::<_, AppError>((row.customer_id, written))
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(customer_id)
}

/// A person answered in the thread that a question began: where it still waits, these words are its answer.
pub async fn answered_in_thread(conn: &mut Conn<'_>, id: &str, person: &Person, words: &str, now: i64) -> Result<()> {
    let answer =
        NewAnswer { outcome: Outcome::Answered, agreed_due_on: None, words: Some(words), by: &person.id, at: now };
    store::answer(conn, id, answer).await?;
    Ok(())
}

/// A request that waits. Nobody else acts for its customer before the transaction ends.
async fn waiting_request(conn: &mut Conn<'_>, id: &str) -> Result<RequestRow> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    if let Some(asked) = store::by_id(conn, id).await? {
        billing::service::hold(conn, &asked.customer_id).await?;
    }
    let Some(row) = store::by_id(conn, id).await? else {
        return Err(match billing::service::was_taken_back(conn, id).await? {
            true => AppError::Refused(Refusal::NoLongerAsked),
            false => AppError::NotFound,
        });
    };
    if row.answered_at.is_some() { Err(AppError::Refused(Refusal::AlreadyAnswered)) } else { Ok(row) }
}

async fn answer_once(conn: &mut Conn<'_>, id: &str, answer: NewAnswer<'_>) -> Result<()> {
    if store::answer(conn, id, answer).await? { Ok(()) } else { Err(AppError::Refused(Refusal::AlreadyAnswered)) }
}

fn date(field: &str, text: &str) -> Result<Date, Problem> {
    let reason = match text.trim() {
        "" => Reason::Missing,
        text => match text.parse() {
            Ok(day) => return Ok(day),
            Err(_) => Reason::NotADate,
        },
    };
    Err(Problem { field: field.to_owned(), reason })
}

/// A person's words as they are kept, which must say something: see [`maybe_written`].
pub fn written(field: &str, text: &str, longest: u32) -> Result<String, Problem> {
    match maybe_written(field, text, longest)? {
        words if words.is_empty() => Err(Problem { field: field.to_owned(), reason: Reason::Missing }),
        words => Ok(words),
    }
}

/// A person's words as they are kept: without spaces around and without the one character no database keeps.
pub fn maybe_written(field: &str, text: &str, longest: u32) -> Result<String, Problem> {
    let words = text.replace('\0', "").replace("\r\n", "\n");
    let words = words.trim();
    if words.chars().count() > longest as usize {
        return Err(Problem { field: field.to_owned(), reason: Reason::TooLong(longest) });
    }
    if !words.is_empty() && !is_seen(words) {
        return Err(Problem { field: field.to_owned(), reason: Reason::NothingSeen });
    }
    Ok(words.to_owned())
}

fn kept<T>(read: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::features::fixture::{Fixture, MIRA, TODAY, TOM};

    const ALREADY_ASKED: AppError = AppError::Refused(Refusal::AlreadyAsked);
    const ALREADY_ANSWERED: AppError = AppError::Refused(Refusal::AlreadyAnswered);

    async fn house_with_a_bill() -> Fixture {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "1042", 3_820, date(2026, 11, 20)).await;
        house
    }

    async fn later(house: &Fixture, number: &str, wanted_on: &str, words: &str) -> Result<()> {
        billing::service::ask_later_date(&house.app, &house.mira().await, number, &new_id(), (wanted_on, words)).await
    }

    async fn waiting_ids(house: &Fixture) -> Vec<String> {
        let (waiting, _) = waiting(&house.app, &mut house.conn().await).await.expect("a queue");
        waiting.into_iter().map(|one| one.ask.id).collect()
    }

    fn reasons(refused: Result<()>) -> Vec<Reason> {
        match refused {
            Err(AppError::Invalid { problems, .. }) => problems.into_iter().map(|problem| problem.reason).collect(),
            other => panic!("not a refused form: {other:?}"),
        }
    }

    #[tokio::test]
    async fn the_same_is_not_asked_twice_while_it_waits() {
        let house = house_with_a_bill().await;
        let wish = || later(&house, "1042", "2026-12-04", "My salary comes on the 2nd.");
        assert_eq!(wish().await, Ok(()));
        assert_eq!(wish().await, Err(ALREADY_ASKED));
        let question = |words| ask_person(&house.app, MIRA, None, words);
        assert_eq!(question("Why is it more this month").await, Ok(()));
        assert_eq!(question(" Why is it more this month ").await, Err(ALREADY_ASKED));
        assert_eq!(question("Something else").await, Ok(()));
        assert_eq!(ask_person(&house.app, TOM, None, "Something else").await, Ok(()), "another may ask the same");
        let jonas = house.person("p-jonas").await;
        let first = waiting_ids(&house).await.remove(0);
        answer(&house.app, &jonas, &first, "Not this time, sorry.").await.expect("an answer");
        assert_eq!(wish().await, Ok(()), "once it is answered, it may be asked again");
    }

    #[tokio::test]
    async fn of_twenty_who_ask_at_once_one_request_arrives() {
        let house = house_with_a_bill().await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (app, mira) = (house.app.clone(), house.mira().await);
            tasks.spawn(async move {
                billing::service::ask_later_date(&app, &mira, "1042", &new_id(), ("2026-12-04", "")).await
            });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(waiting_ids(&house).await.len(), 1);
    }

    #[tokio::test]
    async fn only_a_day_that_can_be_agreed_to_is_taken() {
        let house = house_with_a_bill().await;
        for (wanted, reason) in [
            ("", Reason::Missing),
            ("soon", Reason::NotADate),
            ("2026-11-20", Reason::DateNotLater),
            ("2026-12-21", Reason::DateTooFar(30)),
        ] {
            let refused = later(&house, "1042", wanted, "").await;
            assert_eq!(reasons(refused), [reason], "{wanted:?}");
        }
        let too_long = "a".repeat(2001);
        let refused = later(&house, "1042", "", &too_long).await;
        assert_eq!(reasons(refused), [Reason::Missing, Reason::TooLong(2000)]);
        assert_eq!(reasons(ask_person(&house.app, MIRA, None, " \n\0 ").await), [Reason::Missing]);
        assert!(waiting_ids(&house).await.is_empty());
    }

    #[tokio::test]
    async fn a_paid_bill_or_somebody_elses_is_not_moved() {
        let house = house_with_a_bill().await;
        house.pay("1042", 3_820, TODAY).await;
        let paid = later(&house, "1042", "2026-12-04", "").await;
        assert_eq!(paid, Err(AppError::Refused(Refusal::BillPaid)));
        house.add_bill(TOM, "2001", 3_820, date(2026, 11, 20)).await;
        let not_found = Err(AppError::NotFound);
        assert_eq!(later(&house, "2001", "2026-12-04", "").await, not_found);
        assert_eq!(ask_person(&house.app, MIRA, Some("2001"), "What is this").await, not_found);
        assert_eq!(help(&house.app, MIRA, Some("2001")).await, Err(AppError::NotFound));
        assert_eq!(about_bill(&house.app, MIRA, "2001").await, Err(AppError::NotFound));
        assert_eq!(ask_person(&house.app, MIRA, Some("1042"), "Did it reach you").await, Ok(()));
    }

    #[tokio::test]
    async fn agreeing_moves_the_bill_and_the_fee() {
        let house = house_with_a_bill().await;
        later(&house, "1042", "2026-12-04", "").await.expect("asked");
        let id = waiting_ids(&house).await.remove(0);
        let jonas = house.person("p-jonas").await;
        let customer = agree(&house.app, &jonas, &id, "2026-12-11", "Take a week more.").await;
        assert_eq!(customer.as_deref(), Ok(MIRA));
        let sheet = bills::service::sheet(&house.app, MIRA, "1042").await.expect("the bill");
        assert_eq!(sheet.state, bills::BillState::DateAgreed { pay_by: date(2026, 12, 11) });
        assert_eq!(sheet.fee.map(|ahead| ahead.fee_on), Some(date(2026, 12, 12)));
        let asks = about_bill(&house.app, MIRA, "1042").await.expect("what was asked");
        let said = asks[0].answer.clone().expect("an answer");
        assert_eq!(
            (said.outcome, said.pay_by, said.by.as_str()),
            (Outcome::Agreed, Some(date(2026, 12, 11)), "Jonas Ott")
        );
        assert_eq!(said.words.as_deref(), Some("Take a week more."));
    }

    #[tokio::test]
    async fn an_agreement_that_cannot_be_changes_nothing() {
        let house = house_with_a_bill().await;
        later(&house, "1042", "2026-12-04", "").await.expect("asked");
        let id = waiting_ids(&house).await.remove(0);
        let jonas = house.person("p-jonas").await;
        let sooner = agree(&house.app, &jonas, &id, "2026-11-01", "").await.map(drop);
        assert_eq!(reasons(sooner), [Reason::DateNotLater]);
        assert_eq!(agree(&house.app, &jonas, "nobody's", "2026-12-04", "").await, Err(AppError::NotFound));
        house.pay("1042", 3_820, TODAY).await;
        let paid = agree(&house.app, &jonas, &id, "2026-12-04", "").await;
        assert_eq!(paid, Err(AppError::Refused(Refusal::BillPaid)));
        assert_eq!(waiting_ids(&house).await, [id], "it still waits for words");
    }

    #[tokio::test]
    async fn of_two_who_answer_at_once_one_is_told_that_somebody_was_faster() {
        let house = house_with_a_bill().await;
        later(&house, "1042", "2026-12-04", "").await.expect("asked");
        let id = waiting_ids(&house).await.remove(0);
        let (jonas, ines) = (house.person("p-jonas").await, house.person("p-ines").await);
        let (agreed, declined) = tokio::join!(
            agree(&house.app, &jonas, &id, "2026-12-04", ""),
            answer(&house.app, &ines, &id, "Not this time, sorry.")
        );
        let refused: Vec<_> = [agreed.clone().err(), declined.err()].into_iter().flatten().collect();
        assert_eq!(refused, [ALREADY_ANSWERED]);
        let sheet = bills::service::sheet(&house.app, MIRA, "1042").await.expect("the bill");
        assert_eq!(sheet.agreed_due_on.is_some(), agreed.is_ok(), "the bill moved if and only if that was the answer");
        assert_eq!(answer(&house.app, &ines, &id, "Again").await, Err(ALREADY_ANSWERED));
    }

    #[tokio::test]
    async fn the_answer_time_counts_everybody_and_also_those_who_wait_since_long() {
        let house = house_with_a_bill().await;
        let empty = help(&house.app, MIRA, None).await.expect("help").answer_time;
        assert_eq!(empty, AnswerTime::default());
        let hour = 3_600_000;
        let now = house.app.clock.now_ms();
        for (id, customer, kind, asked, answered) in [
            ("r1", MIRA, "person", now - 30 * hour, Some(now - 28 * hour)),
            ("r2", TOM, "later_date", now - 20 * hour, Some(now - 10 * hour)),
            ("r3", TOM, "person", now - 240 * hour, None),
            ("r4", TOM, "person", now - 300 * hour, Some(now - hour)),
        ] {
            house
                .write(async |conn: &mut Conn<'_>| {
                    let text = "insert into requests (id, customer_id, kind, words, asked_at, outcome, answered_at)
                                values ($1, $2, $3, '', $4, $5, $6)";
                    crate::sql!(conn, execute, text, id, customer, kind, asked, answered.map(|_| "answered"), answered)
                })
                .await;
        }
        let time = help(&house.app, MIRA, None).await.expect("help").answer_time;
        let ms = |within: Option<crate::domain::answer_time::Within>| within.map(|within| within.ms / hour);
        assert_eq!((time.asked, time.answered, ms(time.half), ms(time.most)), (2, 2, Some(2), Some(10)));
        let waiting = time.waiting.expect("one waits since ten days");
        assert_eq!((waiting.many, waiting.longest_ms / hour), (1, 240));
    }

    #[tokio::test]
    async fn the_answer_time_counts_conversations_that_customers_began() {
        let house = Fixture::new().await;
        let hour = 3_600_000;
        let now = house.app.clock.now_ms();
        for (id, began, by_customer, answered) in [
            ("t1", now - 30 * hour, true, Some(now - 27 * hour)),
            ("t2", now - 240 * hour, true, None),
            ("t3", now - 20 * hour, false, None),
            ("t4", now - 300 * hour, true, Some(now - hour)),
        ] {
            let waiting = (by_customer && answered.is_none()).then_some(began);
            house
                .write(async |conn: &mut Conn<'_>| {
                    let thread =
                        "insert into note_threads (id, customer_id, subject, created_at, last_at, waiting_since)
                                  values ($1, 'mira', '', $2, $3, $4)";
                    crate::sql!(conn, execute, thread, id, began, answered.unwrap_or(began), waiting)?;
                    let note = "insert into notes (id, thread_id, author_name, by_customer, words, written_at)
                                values ($1, $2, '', $3, '', $4)";
                    if let Some(answered) = answered {
                        crate::sql!(conn, execute, note, format!("{id}-answer"), id, false, answered)?;
                    }
                    crate::sql!(conn, execute, note, id, id, by_customer, began)
                })
                .await;
        }
        let time = help(&house.app, MIRA, None).await.expect("help").answer_time;
        assert_eq!((time.asked, time.answered), (1, 1), "what we began is not asked");
        assert_eq!(time.half.map(|within| within.ms / hour), Some(3));
        let waiting = time.waiting.expect("one waits since ten days");
        assert_eq!((waiting.many, waiting.longest_ms / hour), (1, 240));
    }

    #[tokio::test]
    async fn a_customer_asks_sixty_questions_in_an_hour_and_the_next_is_kept_in_the_form() {
        let house = Fixture::new().await;
        for number in 1..=60 {
            assert_eq!(ask_person(&house.app, MIRA, None, &format!("Question {number}")).await, Ok(()));
        }
        assert_eq!(ask_person(&house.app, MIRA, None, "Question 60").await, Err(ALREADY_ASKED));
        match ask_person(&house.app, MIRA, None, "Question 61").await {
            Err(AppError::Invalid { problems, kept }) => {
                assert_eq!(problems[0].reason, Reason::TooManyNotes(60));
                assert!(kept.contains(&("question".to_owned(), "Question 61".to_owned())));
            }
            other => panic!("not a refused form: {other:?}"),
        }
        assert_eq!(house.count("select count(*) from requests").await, 60, "a refused question is not kept");
        assert_eq!(ask_person(&house.app, TOM, None, "Question 61").await, Ok(()), "others may ask");
    }

    #[tokio::test]
    async fn the_longest_waiting_comes_first() {
        let house = house_with_a_bill().await;
        ask_person(&house.app, TOM, None, "Asked first").await.expect("asked");
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        ask_person(&house.app, MIRA, Some("1042"), "Asked second").await.expect("asked");
        let (waiting, in_all) = waiting(&house.app, &mut house.conn().await).await.expect("a queue");
        let names: Vec<_> = waiting.iter().map(|one| one.customer_name.as_str()).collect();
        assert_eq!((names.as_slice(), in_all), (["Tom Whelan", "Mira Kovač"].as_slice(), 2));
    }
}
