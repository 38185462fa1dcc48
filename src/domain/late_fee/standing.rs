//! How near an open bill is to its due date.

use jiff::civil::Date;

use super::Bill;

/// Where an open bill stands on a day; the agreed later date counts as its due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Overdue,
    DueToday,
    /// Due in one to three days.
    DueSoon,
    DueLater,
}

impl Bill {
    /// Nothing where the bill is paid.
    pub fn standing(&self, today: Date) -> Option<Standing> {
        if self.open() == 0 {
            return None;
        }
        let days_left = self.pay_by().duration_since(today).as_hours() / 24;
        Some(match days_left {
            ..0 => Standing::Overdue,
            0 => Standing::DueToday,
            1..=3 => Standing::DueSoon,
            4.. => Standing::DueLater,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_open_bill_stands_in_one_place() {
        let bill = Bill {
            number: "1042".to_owned(),
            amount: 100,
            paid: 0,
            due_on: date(2026, 3, 1),
            agreed_due_on: None,
            moved_to: None,
            is_disputed: false,
            credit: Vec::new(),
            is_exempt: false,
        };
        for (today, standing) in [
            (date(2026, 3, 2), Standing::Overdue),
            (date(2026, 3, 1), Standing::DueToday),
            (date(2026, 2, 28), Standing::DueSoon),
            (date(2026, 2, 26), Standing::DueSoon),
            (date(2026, 2, 25), Standing::DueLater),
        ] {
            assert_eq!(bill.standing(today), Some(standing), "{today}");
        }
        let agreed = Bill { agreed_due_on: Some(date(2026, 3, 9)), ..bill.clone() };
        assert_eq!(agreed.standing(date(2026, 3, 2)), Some(Standing::DueLater));
        assert_eq!(Bill { paid: 100, ..bill }.standing(date(2026, 3, 9)), None);
    }
}
