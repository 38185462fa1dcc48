//! How things stand today: bills by how near they are due, the last look, the policies, the last files.

use super::{LastImport, LastRun, Looks, Overview, RefusesMail, Tally, setup, store};
use crate::{
    domain::{late_fee::Standing, money::Money},
    error::Result,
    features::{advice, bills, customers, fees, looks},
    server::{clock::moment, state::AppState},
};

const IMPORTS: i64 = 3;
/// As many customers whom no mail reaches.
const REFUSING: i64 = 10;

pub async fn overview(app: &AppState) -> Result<Overview> {
    let mut conn = app.db.reader().await?;
    let zone = &app.config.time_zone;
    let today = app.clock.today_in(zone);
    let last_run = match advice::service::last_run(&mut conn).await? {
        None => None,
        Some(run) => {
            let parts = advice::service::progress(&mut conn, &run).await?;
            Some(LastRun {
                started: moment(run.started_at, zone),
                milliseconds: run.finished_at.map(|finished_at| finished_at - run.started_at),
                parts: (parts.parts, parts.done),
                only_changed: run.only_changed,
                as_of: run.as_of.0,
                customers: run.customers,
                bills: run.bills,
                written: run.written,
            })
        }
    };
    let imports = store::last_imports(&mut conn, IMPORTS).await?.into_iter().map(|row| LastImport {
        id: row.id,
        kind: row.kind,
        file_name: row.file_name,
        state: row.state,
        is_dry_run: row.is_dry_run,
        started: moment(row.started_at, zone),
        created: row.rows_created,
        updated: row.rows_updated,
        rejected: row.rows_rejected,
    });
    let times = looks::service::times(&app.config, app.clock, &mut conn).await?;
    let mut overview = Overview {
        today,
        looks: Looks { last: times.last, next: times.next, is_late: times.is_late },
        unset: setup::unset(&app.config, &mut conn, today).await?,
        open: Tally::default(),
        due_today: Tally::default(),
        due_soon: Tally::default(),
        overdue: Tally::default(),
        last_run,
        refusing_mail: (
            customers::service::refusing_mail(&mut conn, REFUSING)
                .await?
                .into_iter()
                .map(|row| RefusesMail { id: row.id, name: row.name, email: row.email, why: row.why })
                .collect(),
            customers::service::count_refusing_mail(&mut conn).await?,
        ),
        policies: fees::service::in_force(app, &mut conn, today).await?,
        coming: fees::service::coming(&mut conn, today).await?,
        without_policy: fees::service::without_policy(&mut conn, today).await?,
        imports: imports.collect(),
    };
    for known in bills::service::open_on(&mut conn, today).await? {
        let open = Money::new(known.bill.open(), known.currency);
        overview.open.add(open);
        match known.bill.standing(today) {
            Some(Standing::Overdue) => overview.overdue.add(open),
            Some(Standing::DueToday) => overview.due_today.add(open),
            Some(Standing::DueSoon) => overview.due_soon.add(open),
            Some(Standing::DueLater) | None => {}
        }
    }
    Ok(overview)
}

impl Tally {
    fn add(&mut self, open: Money) {
        self.bills += 1;
        match self.open.iter_mut().find(|sum| sum.currency == open.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(open.minor),
            None => self.open.push(open),
        }
    }
}
