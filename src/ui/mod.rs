//! Widgets without business meaning. The look of each is one file of the same name in `style/components`.

pub mod asking;
mod choice;
mod errors;
mod evidence;
mod field;
mod flash;
mod form;
mod grouped;
mod icon;
mod pager;
mod part;
mod show;
mod source;
mod words;

pub use choice::{Choice, Select};
pub use errors::ErrorSummary;
pub use evidence::{Conditions, Grounds, Why};
pub use field::{Field, TextArea};
pub use flash::Flash;
pub use form::{Told, Typed, done, refused_form, refused_form_at};
pub use grouped::GroupedSelect;
pub use icon::Icon;
pub use pager::{Page, Pager};
pub use part::part;
pub use show::{
    Day, Face, MoneyView, ShortDay, day, day_and_year, day_of_month, locale, money, retold, retold_beside, weekday,
};
pub use source::sourced;
pub use words::{capital, count, escape, how_long, in_words, initials};
