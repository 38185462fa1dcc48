//! Whatever rules can ask about.

use super::{
    fact::Fact,
    value::{Facts, Value},
};
use crate::{money::Currency, notice::NoticeKind};

/// One bill, credit or offer on one day. Each fact is worked out when a rule asks for it.
pub trait Subject {
    /// Of every amount.
    fn currency(&self) -> Currency;

    /// The value of a fact; nothing where it is not known, or not a matter of this subject.
    fn value(&self, fact: Fact) -> Option<Value>;

    /// Everything that a rule of `kind` may ask.
    fn facts(&self, kind: NoticeKind) -> Facts {
        let mut facts = Facts::new(self.currency());
        for fact in kind.facts() {
            // A value of another type than the catalogue's would not be known.
            if let Some(value) = self.value(fact).filter(|value| value.is() == fact.is()) {
                facts.put(fact, value);
            }
        }
        facts
    }
}

impl Subject for Facts {
    fn currency(&self) -> Currency {
        self.currency()
    }

    fn value(&self, fact: Fact) -> Option<Value> {
        self.get(fact).cloned()
    }
}

impl<S: Subject> Subject for &S {
    fn currency(&self) -> Currency {
        (*self).currency()
    }

    fn value(&self, fact: Fact) -> Option<Value> {
        (*self).value(fact)
    }
}
