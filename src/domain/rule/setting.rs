//! Numbers that a rule hands to the work before its condition is asked: how far to look back, how much headroom to leave.

use std::collections::BTreeMap;

use crate::notice::NoticeKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    LookBackMonths,
    Percentile,
    HeadroomPercent,
}

impl Setting {
    pub const ALL: [Self; 3] = [Self::LookBackMonths, Self::Percentile, Self::HeadroomPercent];

    pub fn name(self) -> &'static str {
        match self {
            Self::LookBackMonths => "look_back_months",
            Self::Percentile => "percentile",
            Self::HeadroomPercent => "headroom_percent",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::LookBackMonths => "months to look back",
            Self::Percentile => "share of the months, in percent, that the size must be enough for",
            Self::HeadroomPercent => "room to leave above what is needed, in percent",
        }
    }

    /// The rules that have it.
    pub fn belongs_to(self, kind: NoticeKind) -> bool {
        match self {
            Self::LookBackMonths => {
                matches!(kind, NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor)
            }
            Self::Percentile | Self::HeadroomPercent => kind == NoticeKind::RightSize,
        }
    }

    /// What holds where a rule does not say.
    pub fn usual(self) -> i64 {
        match self {
            Self::LookBackMonths => 12,
            Self::Percentile => 95,
            Self::HeadroomPercent => 20,
        }
    }

    /// The least and the most it can be.
    pub fn range(self) -> (i64, i64) {
        match self {
            Self::LookBackMonths => (1, 36),
            Self::Percentile => (50, 100),
            Self::HeadroomPercent => (0, 100),
        }
    }

    pub fn of(kind: NoticeKind) -> impl Iterator<Item = Setting> {
        Self::ALL.into_iter().filter(move |setting| setting.belongs_to(kind))
    }
}

/// Those a rule sets; the rest are as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    values: BTreeMap<Setting, i64>,
}

impl Settings {
    pub fn get(&self, setting: Setting) -> i64 {
        self.values.get(&setting).copied().unwrap_or(setting.usual())
    }

    pub(super) fn set(&mut self, setting: Setting, value: i64) {
        self.values.insert(setting, value);
    }

    /// Those that the rule sets itself.
    pub fn set_here(&self) -> impl Iterator<Item = (Setting, i64)> {
        self.values.iter().map(|(setting, value)| (*setting, *value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_in_range() {
        for setting in Setting::ALL {
            let (low, high) = setting.range();
            assert!((low..=high).contains(&setting.usual()), "{setting:?}");
            assert_eq!(Settings::default().get(setting), setting.usual());
        }
    }
}
