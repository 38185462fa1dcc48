//! The mails of notices: their rows.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::{
    domain::notice::NoticeKind,
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    Waiting,
    Sent,
    /// Tried as often as we try.
    Failed,
    /// The mail server said for good that the address takes no mail; `bounced_at` says when.
    Bounced,
    /// None was wanted, or what it would say is no longer so.
    Dropped,
}

impl MailState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Sent, Self::Failed, Self::Bounced, Self::Dropped];

    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for MailState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no state of a mail.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a state of a mail")]
pub struct UnknownState(String);

impl FromStr for MailState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// A notice of which nobody decided yet whether it is mailed, with what that hangs on.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UndecidedRow {
    pub notice_id: String,
    pub customer_id: String,
    pub kind: Text<NoticeKind>,
    pub email: Option<String>,
    pub time_zone: String,
    /// Nothing where the customer chose nothing about this kind.
    pub by_mail: Option<bool>,
    pub quiet_from: Option<i64>,
    pub quiet_until: Option<i64>,
}

/// Of the notices written from `since` on, the oldest first.
pub async fn undecided(conn: &mut Conn<'_>, since: i64, limit: i64) -> sqlx::Result<Vec<UndecidedRow>> {
    sql!(
        conn,
        all as UndecidedRow,
        "select notices.id as notice_id, notices.customer_id, notices.kind, customers.email, customers.time_zone,
                notice_preferences.by_mail, notice_preferences.quiet_from, notice_preferences.quiet_until
         from notices
         join customers on customers.id = notices.customer_id
         left join notice_preferences on notice_preferences.customer_id = notices.customer_id
                                     and notice_preferences.kind = notices.kind
         where notices.created_at >= $1
           and not exists (select 1 from notice_mails where notice_mails.notice_id = notices.id)
         order by notices.created_at, notices.id limit $2",
        since,
        limit
    )
}

pub struct NewMail<'a> {
    pub notice_id: &'a str,
    pub customer_id: &'a str,
    pub state: MailState,
    pub not_before: i64,
    /// Why there is none.
    pub last_error: Option<&'static str>,
}

/// Decides about the mail of a notice; where another process did already, that holds.
pub async fn decide(conn: &mut Conn<'_>, mail: NewMail<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into notice_mails (notice_id, customer_id, state, not_before, tries, last_error)
         values ($1, $2, $3, $4, 0, $5) on conflict (notice_id) do nothing",
        mail.notice_id,
        mail.customer_id,
        mail.state.name(),
        mail.not_before,
        mail.last_error
    )
    .map(drop)
}

/// A mail that waits, as it was when it was read: a change of it names all of this.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WaitingRow {
    pub notice_id: String,
    pub customer_id: String,
    pub kind: Text<NoticeKind>,
    pub tries: i64,
    pub not_before: i64,
}

/// What is due at `now`; warnings of a fee before anything else.
pub async fn due(conn: &mut Conn<'_>, now: i64, limit: i64) -> sqlx::Result<Vec<WaitingRow>> {
    sql!(
        conn,
        all as WaitingRow,
        "select notice_mails.notice_id, notice_mails.customer_id, notices.kind, tries, not_before
         from notice_mails join notices on notices.id = notice_mails.notice_id
         where state = 'waiting' and not_before <= $1
         order by case when notices.kind = 'fee_warning' then 0 else 1 end, not_before, notice_id limit $2",
        now,
        limit
    )
}

/// Puts a mail off without a try; whether it still was as it was read.
pub async fn put_off(conn: &mut Conn<'_>, row: &WaitingRow, not_before: i64) -> sqlx::Result<bool> {
    let text = "update notice_mails set not_before = $4
                where notice_id = $1 and state = 'waiting' and tries = $2 and not_before = $3";
    sql!(conn, execute, text, row.notice_id.as_str(), row.tries, row.not_before, not_before).map(|rows| rows == 1)
}

/// Takes a mail for one try, nobody else may have it before `lease_ends`; whether it is ours.
pub async fn claim(conn: &mut Conn<'_>, row: &WaitingRow, lease_ends: i64) -> sqlx::Result<bool> {
    let text = "update notice_mails set tries = tries + 1, not_before = $4
                where notice_id = $1 and state = 'waiting' and tries = $2 and not_before = $3";
    sql!(conn, execute, text, row.notice_id.as_str(), row.tries, row.not_before, lease_ends).map(|rows| rows == 1)
}

/// What became of a try, or why there was none.
pub struct Outcome<'a> {
    pub state: MailState,
    /// When it is tried again, where it waits.
    pub not_before: i64,
    pub last_error: Option<&'a str>,
    pub sent_at: Option<i64>,
    /// The customer's day then.
    pub sent_on: Option<Date>,
    pub bounced_at: Option<i64>,
}

impl<'a> Outcome<'a> {
    /// No try is made any more, and why.
    pub fn ended(state: MailState, row: &WaitingRow, why: &'a str) -> Self {
        Self {
            state,
            not_before: row.not_before,
            last_error: Some(why),
            sent_at: None,
            sent_on: None,
            bounced_at: None,
        }
    }
}

/// Ends the try with this number; one that another process began meanwhile is left alone.
pub async fn settle(conn: &mut Conn<'_>, notice_id: &str, tries: i64, outcome: Outcome<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "update notice_mails set state = $3, not_before = $4, last_error = $5, sent_at = $6, bounced_at = $7, sent_on = $8
         where notice_id = $1 and state = 'waiting' and tries = $2",
        notice_id,
        tries,
        outcome.state.name(),
        outcome.not_before,
        outcome.last_error,
        outcome.sent_at,
        outcome.bounced_at,
        outcome.sent_on.map(Text)
    )
    .map(drop)
}

/// What became of the mail of a notice, for tests.
#[cfg(test)]
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailRow {
    pub state: Text<MailState>,
    pub not_before: i64,
    pub tries: i64,
    pub last_error: Option<String>,
    pub sent_at: Option<i64>,
}

#[cfg(test)]
pub async fn of_notice(conn: &mut Conn<'_>, notice_id: &str) -> sqlx::Result<Option<MailRow>> {
    let text = "select state, not_before, tries, last_error, sent_at from notice_mails where notice_id = $1";
    sql!(conn, optional as MailRow, text, notice_id)
}
