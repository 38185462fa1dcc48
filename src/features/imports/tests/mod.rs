//! Files brought into a database of their own.

mod competitors;
mod credits;
mod customers;
mod files;
mod invoices;
mod money;
mod plans;
mod subscriptions;
mod usage;

use std::path::Path;

use super::{
    local::{LocalFile, bring_in, read_mapping},
    run::{Report, RunProblem},
};
use crate::{
    domain::import::{Kind, Tally},
    server::{
        clock::Clock,
        db::{Conn, Db},
    },
    sql,
};

/// A database with a folder for files beside it.
struct Desk {
    db: Db,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = crate::features::fixture::new_database(&folder).await;
        Self { db: Db::open(&url).await.expect("a database"), folder }
    }

    /// One with customers C1, C2 and C3.
    async fn with_customers() -> Self {
        let desk = Self::new().await;
        desk.bring(Kind::Customers, "external_id,name\nC1,Mira\nC2,Omar\nC3,Ana\n").await;
        desk
    }

    /// One with the plans `basic` and `plus` as well.
    async fn with_plans() -> Self {
        let desk = Self::with_customers().await;
        desk.bring(Kind::Plans, "code,name,currency,monthly_fee\nbasic,Basic,EUR,10\nplus,Plus,EUR,20\n").await;
        desk
    }

    async fn bring(&self, kind: Kind, text: impl AsRef<[u8]>) -> Report {
        self.try_to(kind, text, None, false).await.expect("a file that can be read")
    }

    async fn refusal(&self, kind: Kind, text: impl AsRef<[u8]>) -> String {
        self.try_to(kind, text, None, false).await.expect_err("a file that cannot be read").to_string()
    }

    async fn try_to(
        &self,
        kind: Kind,
        text: impl AsRef<[u8]>,
        mapping: Option<&str>,
        is_dry_run: bool,
    ) -> Result<Report, RunProblem> {
        let path = self.folder.path().join("file.csv");
        std::fs::write(&path, text).expect("a written file");
        self.read(kind, &path, mapping, is_dry_run).await
    }

    async fn read(
        &self,
        kind: Kind,
        path: &Path,
        mapping: Option<&str>,
        is_dry_run: bool,
    ) -> Result<Report, RunProblem> {
        let mapping = mapping.map(|text| read_mapping(text).expect("a mapping"));
        let file = LocalFile { kind, path, mapping: mapping.as_ref(), time_zone: "Europe/Dublin", is_dry_run };
        bring_in(&self.db, Clock::default(), file, |_, _| {}).await
    }

    async fn number(&self, text: &'static str) -> i64 {
        let mut conn = self.db.reader().await.expect("a reader");
        read_number(&mut conn, text).await.expect("a number")
    }

    async fn texts(&self, text: &'static str) -> Vec<String> {
        let mut conn = self.db.reader().await.expect("a reader");
        read_texts(&mut conn, text).await.expect("texts")
    }
}

async fn read_number(conn: &mut Conn<'_>, text: &'static str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, text)
}

async fn read_texts(conn: &mut Conn<'_>, text: &'static str) -> sqlx::Result<Vec<String>> {
    sql!(conn, scalars as String, text)
}

fn tally(read: i64, created: i64, updated: i64, unchanged: i64, rejected: i64) -> Tally {
    Tally { read, created, updated, unchanged, rejected }
}

/// Line, column and words of each refused row.
fn refused(report: &Report) -> Vec<(i64, &str, &str)> {
    let errors = report.errors.iter();
    errors.map(|row| (row.line, row.column.as_deref().unwrap_or_default(), row.reason.as_str())).collect()
}

/// Line, column and words about each row that was kept with one.
fn warned(report: &Report) -> Vec<(i64, &str, &str)> {
    let words = report.warnings.iter();
    words.map(|row| (row.line, row.column.as_deref().unwrap_or_default(), row.reason.as_str())).collect()
}

const INVOICES: &str = "number,customer,currency,amount,issued_on,due_on\n";
