//! What the mail of a notice says: the headline, our words, where to see why, and how to get no more of its kind.

use jiff::civil::Date;

use crate::{
    domain::{locale::Locale, notice::NoticeKind},
    features::notices::{NoticeCard, plan_words},
    server::mail::Mail,
    ui::escape,
};

/// A subject longer than this is shown by no mail program.
const LONGEST_SUBJECT: usize = 150;

/// What a mail is put together from.
pub struct Letter<'a> {
    pub to: &'a str,
    /// What the customer is called.
    pub name: &'a str,
    pub company: &'a str,
    pub base_url: &'a str,
    pub locale: Locale,
    pub card: &'a NoticeCard,
    /// The address that ends mails of this kind; nothing where they cannot be ended.
    pub way_out: Option<&'a str>,
}

impl Letter<'_> {
    pub fn mail(&self) -> Mail {
        let id = format!("notice-{}", self.card.id);
        Mail {
            id,
            to: self.to.to_owned(),
            subject: subject(self.card, self.locale),
            text: self.text(),
            html: self.html(),
        }
    }

    fn why(&self) -> String {
        format!("{}/notices/{}", self.base_url, self.card.id)
    }

    fn preferences(&self) -> String {
        format!("{}/about-me/notices", self.base_url)
    }

    fn text(&self) -> String {
        let mut text = format!("Hello {},\n\n{}.\n\n", self.name, headline(self.card, self.locale));
        if !self.card.words.is_empty() {
            text.push_str(&format!("{}\n\n", self.card.words_in(self.locale)));
        }
        text.push_str(&format!("Why we tell you, and what you can do:\n{}\n\n{}\n\n-- \n", self.why(), self.company));
        match self.way_out {
            Some(way_out) => text.push_str(&format!("No more mail of this kind:\n{way_out}\n")),
            None => text.push_str(&format!("{ALWAYS}\n")),
        }
        text.push_str(&format!("What comes by mail, and when it may not:\n{}\n", self.preferences()));
        text
    }

    fn html(&self) -> String {
        let words = if self.card.words.is_empty() {
            String::new()
        } else {
            format!("<p dir=\"auto\">{}</p>", escape(&self.card.words_in(self.locale)))
        };
        let end = match self.way_out {
            Some(way_out) => format!("<a href=\"{}\">No more mail of this kind</a>", escape(way_out)),
            None => ALWAYS.to_owned(),
        };
        format!(
            "<!DOCTYPE html><html lang=\"en\"><body><p>Hello <bdi>{}</bdi>,</p><p><strong>{}.</strong></p>{words}\
             <p><a href=\"{}\">Why we tell you, and what you can do</a></p><p>{}</p>\
             <hr><p><small>{end}<br><a href=\"{}\">What comes by mail, and when it may not</a></small></p></body></html>",
            escape(self.name),
            escape(&headline(self.card, self.locale)),
            escape(&self.why()),
            escape(self.company),
            escape(&self.preferences()),
        )
    }
}

const ALWAYS: &str = "Warnings of a late fee always come by mail, so that no fee surprises you.";

/// The headline on one line that fits, with the bill it is about: two warnings must not look alike.
fn subject(card: &NoticeCard, locale: Locale) -> String {
    let line = |words: &str| words.chars().filter(|letter| !letter.is_control()).collect::<String>();
    let headline = line(&headline(card, locale));
    let words = match &card.bill {
        Some(bill) if card.kind == NoticeKind::FeeWarning => format!("{headline} (bill {})", line(&bill.number)),
        _ => headline,
    };
    words.chars().take(LONGEST_SUBJECT).collect()
}

/// One sentence with the money and the date, as on the card.
fn headline(card: &NoticeCard, locale: Locale) -> String {
    let amount = locale.money(card.amount);
    let day = |of: Date| if of.year() == card.as_of.year() { locale.day(of) } else { locale.day_and_year(of) };
    let number = card.bill.as_ref().map_or("", |bill| bill.number.as_str());
    match (card.kind, card.fee_on, card.due_on) {
        _ if card.is_withdrawal() => "What we advised no longer saves you anything".to_owned(),
        (NoticeKind::FeeWarning, Some(fee_on), _) => {
            format!("A late fee of {amount} will be added on {}", day(fee_on))
        }
        (NoticeKind::FeeWarning, None, _) => format!("A late fee of {amount} can still be avoided"),
        (NoticeKind::FeeCame, Some(fee_on), _) => format!("A late fee of {amount} applies since {}", day(fee_on)),
        (NoticeKind::FeeCame, None, _) => format!("A late fee of {amount} applies"),
        (NoticeKind::Overdue, _, Some(due_on)) => {
            format!("Bill {number} was due on {}, and {amount} is still open", day(due_on))
        }
        (NoticeKind::Due, _, Some(due_on)) => format!("Bill {number} over {amount} is due on {}", day(due_on)),
        (NoticeKind::Overdue | NoticeKind::Due, _, None) => format!("Bill {number} has {amount} open"),
        (NoticeKind::UnusualBill, ..) => format!("Bill {number} of {amount} is unusual"),
        (NoticeKind::NothingToDo, _, Some(due_on)) => {
            format!("Nothing to do: your credit pays bill {number}, due on {}", day(due_on))
        }
        (NoticeKind::NothingToDo, _, None) => format!("Nothing to do: your credit pays bill {number}"),
        (NoticeKind::Dispute, ..) => format!("Let us settle the dispute about bill {number} over {amount} first"),
        (NoticeKind::BetterPrice, ..) => format!("You pay {amount} more than required"),
        (NoticeKind::RightSize, ..) => format!("Another size fits you better: {amount} less{}", over(card)),
        (NoticeKind::Credit, _, Some(until)) => format!("You have {amount} of credit to use until {}", day(until)),
        (NoticeKind::Credit, _, None) => format!("You have {amount} of credit to use"),
        (NoticeKind::Competitor, ..) => format!("Someone else’s product fits you better: {amount} less{}", over(card)),
    }
}

/// ` over 12 months`, where that is kept.
fn over(card: &NoticeCard) -> String {
    plan_words::months(&card.evidence).map(|months| format!(" over {months}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        domain::{
            evidence::Evidence,
            money::{Currency, Money},
        },
        features::notices::BillAbout,
    };

    fn card(kind: NoticeKind) -> NoticeCard {
        let amount = Money::new(123_450, Currency::EUR);
        NoticeCard {
            id: "n1".to_owned(),
            kind,
            words: "Pay <b>10</b> & be free.".to_owned(),
            subject: "42".to_owned(),
            bill: Some(BillAbout { number: "4\n2".to_owned(), open: amount }),
            amount,
            due_on: Some(date(2026, 11, 30)),
            fee_on: Some(date(2027, 1, 5)),
            as_of: date(2026, 11, 22),
            rule: "r".to_owned(),
            rule_version: 1,
            evidence: Evidence::default(),
            subscription: None,
            ways: Default::default(),
            can_move: false,
            said: Default::default(),
            can_say: Default::default(),
            aside: None,
        }
    }

    #[test]
    fn a_subject_has_the_money_and_the_date_the_customers_way() {
        for (kind, locale, expected) in [
            (
                NoticeKind::FeeWarning,
                Locale::English,
                "A late fee of €1,234.50 will be added on 5 January 2027 (bill 42)",
            ),
            (NoticeKind::Credit, Locale::German, "You have 1.234,50\u{a0}€ of credit to use until Monday 30. November"),
            (
                NoticeKind::NothingToDo,
                Locale::American,
                "Nothing to do: your credit pays bill 42, due on Monday, November 30",
            ),
            (NoticeKind::Dispute, Locale::English, "Let us settle the dispute about bill 42 over €1,234.50 first"),
        ] {
            assert_eq!(subject(&card(kind), locale), expected);
        }
        let mut long = card(NoticeKind::Dispute);
        long.bill = Some(BillAbout { number: "9".repeat(1_000), open: long.amount });
        assert_eq!(subject(&long, Locale::English).chars().count(), LONGEST_SUBJECT);
    }

    #[test]
    fn no_word_of_anybody_becomes_markup_and_each_mail_says_how_to_end_it() {
        let card = card(NoticeKind::Credit);
        let letter = Letter {
            to: "mira@example.com",
            name: "<i>Mira</i>",
            company: "Harbour & Sons",
            base_url: "https://candor.example",
            locale: Locale::English,
            card: &card,
            way_out: Some("https://candor.example/unsubscribe/x"),
        };
        let mail = letter.mail();
        assert!(
            mail.html.contains("&lt;i&gt;Mira&lt;/i&gt;") && mail.html.contains("Harbour &amp; Sons"),
            "{}",
            mail.html
        );
        assert!(mail.html.contains("Pay &lt;b&gt;10&lt;/b&gt; &amp; be free."), "{}", mail.html);
        for part in [&mail.text, &mail.html] {
            for words in
                ["https://candor.example/notices/n1", "/unsubscribe/x", "https://candor.example/about-me/notices"]
            {
                assert!(part.contains(words), "{words} is not in {part}");
            }
        }
        let certain = Letter { way_out: None, ..letter }.mail();
        assert!(certain.text.contains(ALWAYS) && !certain.text.contains("/unsubscribe/"), "{}", certain.text);
    }
}
