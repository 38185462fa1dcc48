//! What a form says after it was refused: the problems, and what the person had typed.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::error::{AppError, Problem};

/// A refused form, if this page is shown because of one: with JavaScript off and on, the address carries the refusal of
/// the form's own server function.
pub fn refused_form<F>() -> Typed
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    match ServerAction::<F>::new().value().try_get_untracked().flatten() {
        Some(Err(error)) => {
            crate::app::status::set(error.status());
            Typed { error: Some(error) }
        }
        _ => Typed::default(),
    }
}

/// The state of a form: empty, or as it was when it was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub error: Option<AppError>,
}

impl Typed {
    /// What the person had typed into `field`, or `otherwise`.
    pub fn value(&self, field: &str, otherwise: &str) -> String {
        match &self.error {
            Some(AppError::Invalid { kept, .. }) => {
                kept.iter().find(|(name, _)| name == field).map_or(otherwise, |(_, value)| value.as_str()).to_owned()
            }
            _ => otherwise.to_owned(),
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
