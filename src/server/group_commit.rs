//! The one writer of a SQLite database: each caller works in a savepoint of its own, and callers that wait share a commit.

use std::{sync::Arc, time::Instant};

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, oneshot};

use super::db::Conn;

/// Lends its connection to one caller at a time, first come first served.
///
/// The first caller of a batch opens the transaction and a task queues for the connection to commit it; everyone who
/// queued before that task joins the batch, so a batch is as large as the crowd and a lone writer waits for nobody.
pub struct Writer {
    turn: Mutex<Turn>,
}

struct Turn {
    /// `None` once closed.
    connection: Option<SqliteConnection>,
    batch: Option<Batch>,
    /// When the last transaction could not be opened, and why.
    refused: Option<(Instant, Arc<str>)>,
}

struct Batch {
    step: Step,
    waiting: Vec<oneshot::Sender<Result<(), Arc<str>>>>,
}

/// How far the present caller got. A caller whose future is dropped leaves its step behind for the next to clear up.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Beginning,
    Between,
    Working,
    Releasing,
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Arc<Self> {
        Arc::new(Self { turn: Mutex::new(Turn { connection: Some(connection), batch: None, refused: None }) })
    }

    pub(super) async fn write<T, E>(
        self: &Arc<Self>,
        work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<sqlx::Error>,
    {
        let asked = Instant::now();
        let mut turn = self.turn.lock().await;
        if let Some((at, reason)) = &turn.refused
            && asked < *at
        {
            // Somebody else holds the database: whoever waited meanwhile has waited long enough.
            return Err(failure(reason).into());
        }
        if turn.batch.is_none() {
            turn.batch = Some(Batch { step: Step::Beginning, waiting: Vec::new() });
            let writer = Arc::clone(self);
            tokio::spawn(async move { writer.turn.lock().await.commit().await });
        }
        turn.clear_abandoned().await?;
        turn.savepoint(Step::Working, "savepoint caller").await?;
        match work(&mut Conn::Sqlite(turn.connection()?)).await {
            Ok(done) => {
                turn.savepoint(Step::Releasing, "release caller").await?;
                turn.step(Step::Between);
                let (committed, answer) = oneshot::channel();
                if let Some(batch) = &mut turn.batch {
                    batch.waiting.push(committed);
                }
                drop(turn);
                match answer.await {
                    Ok(Ok(())) => Ok(done),
                    Ok(Err(reason)) => Err(failure(&reason).into()),
                    Err(_) => Err(failure("the writer stopped before the commit").into()),
                }
            }
            Err(refused) => {
                turn.undo().await?;
                Err(refused)
            }
        }
    }

    pub(super) async fn close(&self) {
        let mut turn = self.turn.lock().await;
        turn.commit().await;
        if let Some(connection) = turn.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "closing the writer");
        }
    }
}

impl Turn {
    fn connection(&mut self) -> sqlx::Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    fn step(&mut self, step: Step) {
        if let Some(batch) = &mut self.batch {
            batch.step = step;
        }
    }

    async fn run(&mut self, text: &'static str) -> sqlx::Result<()> {
        sqlx::query(text).execute(self.connection()?).await.map(drop)
    }

    /// Opens the transaction where that is due, and takes back what a dropped caller left half done.
    async fn clear_abandoned(&mut self) -> sqlx::Result<()> {
        match self.batch.as_ref().map(|batch| batch.step) {
            Some(Step::Beginning) => {
                // A caller dropped in the middle of `begin` may have left a transaction with nothing in it.
                let _ = self.run("rollback").await;
                if let Err(error) = self.run("begin immediate").await {
                    self.batch = None;
                    self.refused = Some((Instant::now(), error.to_string().into()));
                    return Err(error);
                }
            }
            Some(Step::Working) => return self.undo().await,
            Some(Step::Releasing) => {
                let _ = self.run("release caller").await;
            }
            Some(Step::Between) | None => {}
        }
        self.step(Step::Between);
        Ok(())
    }

    async fn savepoint(&mut self, step: Step, text: &'static str) -> sqlx::Result<()> {
        self.step(step);
        if let Err(error) = self.run(text).await {
            self.fail(&error).await;
            return Err(error);
        }
        Ok(())
    }

    /// Takes back the present caller's work alone; where even that fails, nobody in the batch is told it was kept.
    async fn undo(&mut self) -> sqlx::Result<()> {
        let mut undone = self.run("rollback to caller").await;
        if undone.is_ok() {
            undone = self.run("release caller").await;
        }
        if let Err(error) = undone {
            self.fail(&error).await;
            return Err(error);
        }
        self.step(Step::Between);
        Ok(())
    }

    async fn commit(&mut self) {
        if self.batch.is_none() {
            return;
        }
        if self.batch.as_ref().is_some_and(|batch| batch.step == Step::Beginning) {
            let _ = self.run("rollback").await;
            self.batch = None;
            return;
        }
        if self.clear_abandoned().await.is_err() {
            return;
        }
        match self.run("commit").await {
            Ok(()) => {
                for caller in self.batch.take().into_iter().flat_map(|batch| batch.waiting) {
                    let _ = caller.send(Ok(()));
                }
            }
            Err(error) => self.fail(&error).await,
        }
    }

    async fn fail(&mut self, error: &sqlx::Error) {
        let reason: Arc<str> = error.to_string().into();
        let _ = self.run("rollback").await;
        for caller in self.batch.take().into_iter().flat_map(|batch| batch.waiting) {
            let _ = caller.send(Err(Arc::clone(&reason)));
        }
    }
}

fn failure(reason: &str) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(format!("the shared commit failed: {reason}")))
}
