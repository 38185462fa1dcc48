//! One line on a terminal that says how far something is.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

/// A line is not painted more often than this.
const REPAINT: Duration = Duration::from_millis(100);

/// On a terminal, the line; nothing anywhere else.
#[derive(Default)]
pub struct Line {
    painted_at: Option<Instant>,
}

impl Line {
    pub fn show(&mut self, words: impl FnOnce() -> String) {
        let mut out = std::io::stderr();
        if !out.is_terminal() || self.painted_at.is_some_and(|at| at.elapsed() < REPAINT) {
            return;
        }
        self.painted_at = Some(Instant::now());
        let _ = write!(out, "\r\x1b[K{}", words());
        let _ = out.flush();
    }

    pub fn clear(&mut self) {
        if self.painted_at.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
