//! What a form says after it was answered: the problems and what the person had typed, or that it is done.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use leptos::{prelude::*, server_fn::ServerFn};

use crate::error::{Answer, AppError, Problem};

/// The answer that this page shows, in its context.
#[derive(Clone, Debug)]
pub struct Told {
    answer: Answer,
    /// Whether the form or the line it belongs to has taken it.
    is_taken: Arc<AtomicBool>,
}

impl Told {
    pub fn new(answer: Answer) -> Self {
        Self { answer, is_taken: Arc::default() }
    }

    /// The refusal, where no form of the page has taken it.
    pub fn refusal_left() -> Option<Typed> {
        let told = use_context::<Told>().filter(|told| !told.is_taken.load(Ordering::Relaxed))?;
        told.refusal(|_| true)
    }

    fn refusal(self, is_wanted: impl FnOnce(&str) -> bool) -> Option<Typed> {
        match self.answer {
            Answer::Refused { action, error, typed } if is_wanted(&action) => {
                self.is_taken.store(true, Ordering::Relaxed);
                // Whoever had to sign in first is signed in now: the page is as it should be.
                if error != AppError::SignIn {
                    crate::app::status::set(error.status());
                }
                Some(Typed { error: Some(error), typed })
            }
            _ => None,
        }
    }
}

/// A refused form, if this page is shown because of one: the refusal of the form's own server function.
pub fn refused_form<F>() -> Typed
where
    F: ServerFn<Error = AppError>,
{
    refused_form_at(F::PATH)
}

/// The same of a form that is sent to an address of its own.
pub fn refused_form_at(address: &str) -> Typed {
    use_context::<Told>().and_then(|told| told.refusal(|action| action == address)).unwrap_or_default()
}

/// What `what` was done to, if this page is shown because it was: an id, or nothing where the page holds one thing alone.
pub fn done(what: &str) -> Option<String> {
    match use_context::<Told>()?.answer {
        Answer::Done { what: is, about } if is == what => Some(about),
        _ => None,
    }
}

/// The state of a form: empty, or as it was when it was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub error: Option<AppError>,
    /// Every field as it was sent.
    pub typed: Vec<(String, String)>,
}

/// Fields of prose: where no form shows them any more, they stand beside the refusal.
const PROSE: [&str; 9] = ["answer", "farewell", "note", "question", "reason", "refusal", "subject", "why", "words"];

impl Typed {
    /// A form of which this was found before anybody sent it.
    pub fn refused(error: AppError) -> Self {
        Self { error: Some(error), typed: Vec::new() }
    }

    /// What the person had typed into `field`, or `otherwise`.
    pub fn value(&self, field: &str, otherwise: &str) -> String {
        let kept = match &self.error {
            Some(AppError::Invalid { kept, .. }) => kept.as_slice(),
            _ => &[],
        };
        let typed = self.typed.iter().chain(kept).find(|(name, _)| name == field);
        typed.map_or(otherwise, |(_, value)| value.as_str()).to_owned()
    }

    /// What was written in prose, where the refusal may have taken its form away: somebody else was faster, or it is not theirs.
    pub fn prose_left(&self) -> Vec<&str> {
        match self.error {
            Some(AppError::Refused(_) | AppError::NotFound | AppError::Forbidden) => self
                .typed
                .iter()
                .filter(|(name, value)| PROSE.contains(&name.as_str()) && !value.trim().is_empty())
                .map(|(_, value)| value.as_str())
                .collect(),
            _ => Vec::new(),
        }
    }

    pub fn problems(&self) -> &[Problem] {
        match &self.error {
            Some(AppError::Invalid { problems, .. }) => problems,
            _ => &[],
        }
    }

    /// The words for `field`, if it was refused.
    pub fn problem(&self, field: &str) -> Option<String> {
        self.problems().iter().find(|problem| problem.field == field).map(|problem| problem.reason.to_string())
    }
}
