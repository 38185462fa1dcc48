//! Customers and the people who sign in for them, as rows bring them.

use std::collections::HashMap;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::{Earlier, Verdict},
    names, told,
};
use crate::{
    domain::import::{CustomerRow, Row, RowProblem, RowReason},
    error::Result,
    features::{
        customers::service::{FOLDING, search_text},
        merging,
        sign_in::{self, service::normal_email},
    },
    server::{
        bulk::{Bulk, Value},
        db::{Conn, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select customers.id, external_id, name, preferred_name, email, time_zone, country, erased_at,
            chose_name_at is not null as chose_name, chose_zone_at is not null as chose_zone from (values ",
    1,
    ") as wanted join customers on customers.external_id = wanted.column1",
);
static PEOPLE: Bulk = Bulk::new(
    "select people.id, people.email, people.name, people.customer_id, customers.external_id from (values ",
    1,
    ") as wanted join people on people.email = wanted.column1 left join customers on customers.id = people.customer_id",
);
static ALIASES: Bulk = Bulk::new(
    "select customer_aliases.external_id, customers.external_id from (values ",
    1,
    ") as wanted join customer_aliases on customer_aliases.external_id = wanted.column1
                 join customers on customers.id = customer_aliases.customer_id",
);
static WRITE: Bulk = Bulk::new(
    "insert into customers (id, external_id, name, preferred_name, email, time_zone, country, search_text,
                            search_folding, created_at, updated_at) values ",
    11,
    // What a customer chose stays, also where they choose it while the file is read.
    " on conflict (external_id) do update set name = excluded.name,
          preferred_name = case when customers.chose_name_at is null then excluded.preferred_name
                                else customers.preferred_name end,
          time_zone = case when customers.chose_zone_at is null then excluded.time_zone else customers.time_zone end,
          email = excluded.email, country = excluded.country,
          search_text = excluded.search_text, search_folding = excluded.search_folding, updated_at = excluded.updated_at",
);
static ADD_PEOPLE: Bulk = Bulk::new(
    "insert into people (id, email, name, role, customer_id, created_at) values ",
    6,
    " on conflict (email) do nothing",
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Customer {
    id: String,
    external_id: String,
    name: String,
    preferred_name: Option<String>,
    email: Option<String>,
    time_zone: String,
    country: Option<String>,
    erased_at: Option<i64>,
    /// Whether they chose what they are called, and their zone, themselves: a file then changes neither.
    chose_name: bool,
    chose_zone: bool,
}

#[derive(sqlx::FromRow)]
struct Person {
    id: String,
    email: String,
    name: String,
    customer_id: Option<String>,
    /// What billing calls the customer they sign in for.
    external_id: Option<String>,
}

/// What happens to the person who signs in for a customer.
enum Door {
    Stays,
    Opens,
    /// The person gets another address or name.
    Moves(String),
    /// Somebody else signs in with the address.
    Taken,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Customer(row) => Some(row),
        _ => None,
    });
    // Whoever is brought into another gives up their address before the other takes it.
    let (rows, merges): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| row.merged_into.is_none());
    let merges = merge(conn, desk, merges, outcome, false).await?;
    let names: Vec<&str> = rows.iter().map(|(_, row)| row.external_id.as_str()).collect();
    let aliases: HashMap<String, String> = ALIASES.find::<(String, String)>(conn, &names).await?.into_iter().collect();
    let (rows, gone): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| !aliases.contains_key(&row.external_id));
    for (read, row) in gone {
        outcome.tally.unchanged += 1;
        let into = aliases.get(&row.external_id).cloned().unwrap_or_default();
        outcome.warn(desk, read, &RowProblem::at("external_id", RowReason::WasMerged(into)));
    }
    let keys: Vec<&str> = rows.iter().map(|(_, row)| row.external_id.as_str()).collect();
    let known: Vec<Customer> = KNOWN.find(conn, &keys).await?;
    let known: HashMap<&str, &Customer> =
        known.iter().map(|customer| (customer.external_id.as_str(), customer)).collect();
    let told = rows.iter().filter_map(|(_, row)| normal_email(row.email.as_ref()?.as_deref()?).ok());
    let emails: Vec<String> = told.chain(known.values().filter_map(|customer| customer.email.clone())).collect();
    let people: Vec<Person> = PEOPLE.find(conn, &emails.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let people: HashMap<&str, &Person> = people.iter().map(|person| (person.email.as_str(), person)).collect();

    let (mut written, mut closed) = (Vec::new(), Vec::new());
    for (read, row) in rows {
        let before = known.get(row.external_id.as_str()).copied();
        let mut lost = Vec::new();
        let mut customer = merged(row, before, desk, &mut lost);
        let door = door(&customer, before, &people, earlier);
        if let (Door::Taken, Some(email)) = (&door, &customer.email) {
            lost.push(RowProblem::at("email", taken(email, &people, &customer)));
            // Whoever is known by an address of their own keeps it.
            customer.email = before.map_or(customer.email, |before| before.email.clone());
        }
        let as_before = before.map(|before| *before == customer && matches!(door, Door::Stays | Door::Taken));
        let verdict = earlier.judge(&row.external_id, row, as_before);
        if verdict != Verdict::Contradicts {
            lost.iter().for_each(|problem| outcome.warn(desk, read, problem));
        }
        if outcome.takes(desk, read, verdict, ("external_id", &row.external_id)) {
            if let Some(email) = customer.email.as_ref().filter(|_| !matches!(door, Door::Taken)) {
                earlier.claim(email, &customer.external_id);
            }
            if let Some(old) = before.and_then(|before| before.email.as_deref())
                && customer.email.as_deref() != Some(old)
                && let Some(person) = people.get(old).filter(|person| person.customer_id.as_ref() == Some(&customer.id))
            {
                earlier.release(old);
                if !matches!(&door, Door::Moves(moved) if *moved == person.id) {
                    closed.push(person.id.clone());
                }
            }
            outcome.changed.push(customer.id.clone());
            written.push((customer, door));
        }
    }
    if !desk.is_dry_run {
        write(conn, &written, &closed, desk.now).await?;
    }
    merge(conn, desk, merges, outcome, true).await.map(drop)
}

/// Who has the address that a customer was to sign in with.
fn taken(email: &str, people: &HashMap<&str, &Person>, customer: &Customer) -> RowReason {
    match people.get(email).and_then(|person| person.external_id.clone()) {
        Some(other) if other != customer.external_id => {
            RowReason::EmailOfCustomer { email: email.to_owned(), other, own: customer.external_id.clone() }
        }
        _ => RowReason::EmailTaken(email.to_owned()),
    }
}

/// Brings customers into those whose second accounts they are, and gives the rows that name somebody who may still come. The last
/// time they are refused.
async fn merge<'r>(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: Vec<(&'r ReadRow, &'r CustomerRow)>,
    outcome: &mut Outcome,
    is_last: bool,
) -> Result<Vec<(&'r ReadRow, &'r CustomerRow)>> {
    let mut names: Vec<&str> = Vec::with_capacity(rows.len() * 2);
    for (_, row) in &rows {
        names.push(&row.external_id);
        names.extend(row.merged_into.as_deref());
    }
    let known = names::customers(conn, names.into_iter()).await?;
    let mut left = Vec::new();
    for (read, row) in rows {
        let Some(kept) = row.merged_into.as_deref() else { continue };
        let (gone_id, kept_id) = (known.get(&row.external_id), known.get(kept));
        let refused = match (gone_id, kept_id) {
            (_, None) if !is_last => {
                left.push((read, row));
                continue;
            }
            // The row that makes the other was not written.
            (_, None) if desk.is_dry_run => None,
            (Some(_), Some(_)) if gone_id == kept_id && row.external_id != kept => {
                outcome.tally.unchanged += 1;
                continue;
            }
            _ if desk.is_dry_run => None,
            (None, Some(_)) => {
                merging::service::alias(conn, &row.external_id, kept, desk.today).await?;
                None
            }
            _ => {
                let done = merging::service::merge(conn, &row.external_id, kept, desk.today, desk.now).await?;
                done.err().map(|reason| RowReason::CannotMerge(reason.to_string()))
            }
        };
        match refused {
            Some(reason) => outcome.refuse(desk, read, RowProblem::at("merged_into", reason)),
            None => {
                outcome.tally.updated += 1;
                outcome.changed.extend(kept_id.cloned());
            }
        }
    }
    Ok(left)
}

/// The customer as they are after this row; what the file does not tell, or tells so that it cannot be used, stays. Who was
/// erased stays so.
fn merged(row: &CustomerRow, before: Option<&Customer>, desk: &Desk<'_>, lost: &mut Vec<RowProblem>) -> Customer {
    if let Some(erased) = before.filter(|before| before.erased_at.is_some()) {
        return erased.clone();
    }
    let known_email = || before.and_then(|before| before.email.clone());
    let email = match &row.email {
        Some(Some(text)) => match address(text) {
            Ok((email, word)) => {
                lost.extend(word.map(|reason| RowProblem::at("email", reason)));
                Some(email)
            }
            Err(reason) => {
                lost.push(RowProblem::at("email", reason));
                known_email()
            }
        },
        Some(None) => None,
        None => known_email(),
    };
    let told_zone = row.time_zone.as_ref().and_then(|text| {
        let told = zone_name(text);
        if told.is_none() {
            lost.push(RowProblem::at("time_zone", RowReason::NotATimeZone(text.clone())));
        }
        told
    });
    let time_zone = match (told_zone, before) {
        (Some(_), Some(before)) if before.chose_zone => before.time_zone.clone(),
        (Some(told), _) => told,
        (None, Some(before)) => before.time_zone.clone(),
        (None, None) => desk.time_zone.to_owned(),
    };
    let preferred_name = match before.filter(|before| before.chose_name) {
        Some(before) => before.preferred_name.clone(),
        None => told::text(&row.preferred_name, before.and_then(|before| before.preferred_name.as_ref())),
    };
    Customer {
        chose_name: before.is_some_and(|before| before.chose_name),
        chose_zone: before.is_some_and(|before| before.chose_zone),
        id: before.map_or_else(new_id, |before| before.id.clone()),
        external_id: row.external_id.clone(),
        name: row.name.clone(),
        preferred_name,
        email,
        time_zone,
        country: told::text(&row.country, before.and_then(|before| before.country.as_ref())),
        erased_at: None,
    }
}

/// The address in a cell: as it is, or the first of several with a word of it. A name may stand beside it.
fn address(text: &str) -> Result<(String, Option<RowReason>), RowReason> {
    if let Ok(email) = normal_email(text) {
        return Ok((email, None));
    }
    let parted = text.split([',', ';', '|', '\n', '\t', ' ', '/', '<', '>', '(', ')', '"']);
    let mut found: Vec<String> =
        parted.filter_map(|part| normal_email(part.trim_start_matches("mailto:")).ok()).collect();
    found.dedup();
    match found.as_slice() {
        [] => Err(RowReason::NotAnEmail(text.chars().take(80).collect())),
        [email] => Ok((email.clone(), None)),
        [email, ..] => {
            let several = RowReason::SeveralEmails { text: text.chars().take(200).collect(), kept: email.clone() };
            Ok((email.clone(), Some(several)))
        }
    }
}

/// The zone's own name, whatever case it was written in.
fn zone_name(text: &str) -> Option<String> {
    jiff::tz::TimeZone::get(text).ok()?.iana_name().map(str::to_owned)
}

/// Whether somebody must be let in with the customer's address; an address belongs to one person alone.
fn door(customer: &Customer, before: Option<&Customer>, people: &HashMap<&str, &Person>, earlier: &Earlier) -> Door {
    let Some(email) = customer.email.as_deref() else { return Door::Stays };
    if earlier.is_claimed(email, &customer.external_id) {
        return Door::Taken;
    }
    let is_theirs = |person: &&&Person| person.customer_id.as_ref() == Some(&customer.id);
    let old_email = before.and_then(|before| before.email.as_deref());
    match people.get(email).filter(|_| !earlier.is_released(email)) {
        Some(person) if person.customer_id.as_ref() != Some(&customer.id) => Door::Taken,
        Some(person) => {
            let has_old_name = before.is_some_and(|before| before.name == person.name);
            let is_renamed = has_old_name && person.name != customer.name;
            if is_renamed { Door::Moves(person.id.clone()) } else { Door::Stays }
        }
        None => match old_email.and_then(|old| people.get(old)).filter(is_theirs) {
            Some(person) => Door::Moves(person.id.clone()),
            None => Door::Opens,
        },
    }
}

/// Writes the customers and opens, moves and closes their doors; `closed` are the people whose address is nobody's any more.
async fn write(conn: &mut Conn<'_>, written: &[(Customer, Door)], closed: &[String], now: i64) -> sqlx::Result<()> {
    let searched: Vec<String> = written
        .iter()
        .map(|(customer, _)| search_text(&customer.name, customer.email.as_deref(), &customer.external_id))
        .collect();
    let values: Vec<Value<'_>> = written
        .iter()
        .zip(&searched)
        .flat_map(|((customer, _), searched)| {
            [
                Value::Text(&customer.id),
                Value::Text(&customer.external_id),
                Value::Text(&customer.name),
                Value::Maybe(customer.preferred_name.as_deref()),
                Value::Maybe(customer.email.as_deref()),
                Value::Text(&customer.time_zone),
                Value::Maybe(customer.country.as_deref()),
                Value::Text(searched),
                Value::Whole(FOLDING),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await?;
    // What is given up comes first, then in the order of the file: an address is free before somebody else takes it.
    for person in closed {
        sign_in::service::take_away_door(conn, person).await?;
    }
    for (customer, door) in written {
        if let (Door::Moves(person), Some(email)) = (door, &customer.email) {
            sign_in::service::move_door(conn, person, email, &customer.name).await?;
        }
    }
    let let_in: Vec<(String, &Customer)> = written
        .iter()
        .filter(|(_, door)| matches!(door, Door::Opens))
        .map(|(customer, _)| (new_id(), customer))
        .collect();
    let values: Vec<Value<'_>> = let_in
        .iter()
        .flat_map(|(id, customer)| {
            [
                Value::Text(id),
                Value::Maybe(customer.email.as_deref()),
                Value::Text(&customer.name),
                Value::Text("customer"),
                Value::Text(&customer.id),
                Value::Whole(now),
            ]
        })
        .collect();
    ADD_PEOPLE.write(conn, &values).await
}
