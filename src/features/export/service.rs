//! A customer's data, read whole and written out.

use std::{borrow::Cow, fmt::Write};

use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::{
    MyData, Table,
    kinds::{KINDS, Kind, Shape},
    store::{self, Cells},
};
use crate::{
    domain::{
        import::export::{harmless, line},
        money::{Currency, Money},
    },
    error::{AppError, Result},
    features::erasure,
    server::state::AppState,
};

/// Which files there are, and whether this customer asked to be erased.
pub async fn my_data(app: &AppState, customer_id: &str) -> Result<MyData> {
    let mut conn = app.db.reader().await?;
    let tables = KINDS.iter().map(|kind| Table { name: kind.name.to_owned(), holds: kind.holds.to_owned() });
    Ok(MyData { tables: tables.collect(), wish: erasure::service::latest(&mut conn, customer_id).await? })
}

/// Everything kept of this customer: an array for each kind, a line for each thing.
pub async fn json(app: &AppState, customer_id: &str) -> Result<String> {
    let mut text = format!("{{\"company\":{},\"made_at\":\"{}\"", quoted(&app.config.company), app.clock.now());
    let mut conn = app.db.reader().await?;
    for kind in KINDS {
        let _ = write!(text, ",\n\"{}\":[", kind.name);
        for (at, cells) in store::of_customer(&mut conn, kind.query, customer_id).await?.into_iter().enumerate() {
            text.push_str(if at == 0 { "\n{" } else { ",\n{" });
            for (at, (name, value)) in kind.written(cells).enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let _ = write!(text, "{comma}\"{name}\":{}", value.json());
            }
            text.push('}');
        }
        text.push(']');
    }
    text.push_str("\n}\n");
    Ok(text)
}

/// One kind of it as a table; an unknown kind is not found.
pub async fn csv(app: &AppState, customer_id: &str, name: &str) -> Result<String> {
    let kind = KINDS.iter().find(|kind| kind.name == name).ok_or(AppError::NotFound)?;
    let mut conn = app.db.reader().await?;
    let mut text = line(kind.columns.iter().map(|(name, _)| Cow::Borrowed(*name)));
    text.push_str("\r\n");
    for cells in store::of_customer(&mut conn, kind.query, customer_id).await? {
        let cells: Vec<String> = kind.written(cells).map(|(_, value)| value.plain()).collect();
        text.push_str(&line(cells.iter().map(|cell| harmless(cell))));
        text.push_str("\r\n");
    }
    Ok(text)
}

/// A cell as it is written.
enum Written {
    Nothing,
    Text(String),
    Number(String),
    Truth(bool),
    Json(String),
}

impl Kind {
    /// The names of the columns with what is written for them.
    fn written(&self, Cells(cells): Cells) -> impl Iterator<Item = (&'static str, Written)> {
        let at = self.columns.iter().position(|(name, _)| *name == "currency");
        let currency = at.and_then(|at| cells.get(at)?.as_deref()).and_then(Currency::from_code);
        self.columns.iter().zip(cells).map(move |((name, shape), cell)| (*name, shape.written(cell, currency)))
    }
}

impl Shape {
    fn written(self, cell: Option<String>, currency: Option<Currency>) -> Written {
        let Some(cell) = cell else { return Written::Nothing };
        let number = cell.parse::<i64>().ok();
        match (self, number, currency) {
            (Shape::Instant, Some(ms), _) => {
                Written::Text(Timestamp::from_millisecond(ms).map_or(cell, |at| at.to_string()))
            }
            (Shape::Money, Some(minor), Some(currency)) => Written::Text(Money::new(minor, currency).plain()),
            (Shape::Millionths, Some(millionths), _) => Written::Text(from_millionths(millionths)),
            (Shape::Number, Some(_), _) => Written::Number(cell),
            (Shape::Truth, _, _) => Written::Truth(matches!(cell.as_str(), "1" | "true")),
            (Shape::Json, _, _) if serde_json::from_str::<IgnoredAny>(&cell).is_ok() => Written::Json(cell),
            _ => Written::Text(cell),
        }
    }
}

impl Written {
    fn json(&self) -> Cow<'_, str> {
        match self {
            Written::Nothing => "null".into(),
            Written::Text(text) => quoted(text).into(),
            Written::Number(number) => number.into(),
            Written::Truth(truth) => if *truth { "true" } else { "false" }.into(),
            // A line is a thing, whatever breaks the text had.
            Written::Json(text) => text.replace(['\n', '\r'], " ").into(),
        }
    }

    fn plain(self) -> String {
        match self {
            Written::Nothing => String::new(),
            Written::Text(text) | Written::Number(text) | Written::Json(text) => text,
            Written::Truth(truth) => truth.to_string(),
        }
    }
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `12.5` from 12,500,000 millionths.
fn from_millionths(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, part) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let text = format!("{sign}{whole}.{part:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
