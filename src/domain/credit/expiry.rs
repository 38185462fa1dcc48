//! When a customer is told that credit will be lost: in three steps, once in each.

/// Days before the last day on which a step begins, the first step first.
pub const WARNING_DAYS: [i64; 3] = [30, 7, 1];

/// The step that a grant with so many days left is in: 30 from the 30th day before its last one, 7 from the 7th, 1 on
/// the day before and on the last day itself. Nothing before the first step and after the last day. A customer is told
/// when the step is another than the one they were told in, so a day that was missed is made up for and none is told
/// twice.
pub fn expiry_warning(days_left: i64) -> Option<i64> {
    if days_left < 0 {
        return None;
    }
    WARNING_DAYS.into_iter().rev().find(|step| days_left <= *step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_begins_on_its_day_and_lasts_until_the_next() {
        for (days_left, step) in [
            (31, None),
            (30, Some(30)),
            (8, Some(30)),
            (7, Some(7)),
            (2, Some(7)),
            (1, Some(1)),
            (0, Some(1)),
            (-1, None),
            (i64::MAX, None),
        ] {
            assert_eq!(expiry_warning(days_left), step, "{days_left} days left");
        }
    }

    #[test]
    fn who_is_looked_at_every_day_is_told_three_times() {
        let mut told = Vec::new();
        for days_left in (-5..=60).rev() {
            let step = expiry_warning(days_left);
            if step.is_some() && told.last() != step.as_ref() {
                told.extend(step);
            }
        }
        assert_eq!(told, WARNING_DAYS);
    }
}
