//! Work that goes on beside the pages: each piece again and again until the server stops.

use std::{future::Future, time::Duration};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::error::Result;

/// The jobs of this process.
pub struct Jobs {
    stop: Stop,
    running: JoinSet<()>,
}

/// Whether the server was asked to stop; a job looks at it between two pieces of work.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    async fn asked(&mut self) {
        // Whoever would ask is gone: then it is the end as well.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

impl Jobs {
    pub fn new(stopped: watch::Receiver<bool>) -> Self {
        Self { stop: Stop(stopped), running: JoinSet::new() }
    }

    /// Does `work` now, and again so long after it was begun, but never twice at once. A round that fails or panics is
    /// logged, and the next one comes all the same.
    pub fn every<W, F>(&mut self, name: &'static str, gap: Duration, work: W)
    where
        W: Fn(Stop) -> F + Send + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let mut stop = self.stop.clone();
        self.running.spawn(async move {
            let mut rounds = interval(gap);
            rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stop.asked() => return,
                    _ = rounds.tick() => {}
                }
                match tokio::spawn(work(stop.clone())).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::error!(job = name, %error, "a round of a job failed"),
                    Err(error) => tracing::error!(job = name, %error, "a round of a job panicked"),
                }
            }
        });
    }

    /// Waits for the rounds under way; after `patience` they are left where they are.
    pub async fn finish(mut self, patience: Duration) {
        let all = async { while self.running.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(patience, all).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;
    use crate::error::AppError;

    #[tokio::test]
    async fn a_job_goes_on_after_a_failure_and_a_panic_and_ends_when_asked() {
        let (stopping, stopped) = watch::channel(false);
        let mut jobs = Jobs::new(stopped);
        let rounds = Arc::new(AtomicU32::new(0));
        let counted = rounds.clone();
        jobs.every("a test", Duration::from_millis(2), move |_| {
            let round = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(round != 0, "the first round panics");
                if round == 1 { Err(AppError::NotFound) } else { Ok(()) }
            }
        });
        while rounds.load(Ordering::SeqCst) < 4 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        stopping.send(true).expect("a job that listens");
        jobs.finish(Duration::from_secs(10)).await;
        let ended = rounds.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(rounds.load(Ordering::SeqCst), ended);
    }
}
