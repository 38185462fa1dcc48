//! What nobody has set yet, in one list: the overview shows it, and so does the doctor.

use jiff::civil::Date;

use super::{Unset, store};
use crate::{
    domain::notice::NoticeKind,
    error::Result,
    features::{fees, rules},
    server::{config::Config, db::Conn},
};

/// What is missing on `today`, what matters most to customers first. A demo has its own company.
pub async fn unset(config: &Config, conn: &mut Conn<'_>, today: Date) -> Result<Vec<Unset>> {
    let mut all = Vec::new();
    if !config.demo {
        all.extend(settings(config));
    }
    for without in fees::service::without_policy(conn, today).await? {
        let code = without.currency.code();
        all.push(Unset {
            name: format!("late fee in {code}"),
            words: without.words(),
            how: without.how(),
            href: Some(format!("/admin/fees?currency={code}")),
        });
    }
    let rules = rules::service::in_force(conn, today).await?;
    let silent: Vec<&str> = NoticeKind::ALL
        .into_iter()
        .filter(|kind| rules.of_kind(*kind).next().is_none())
        .map(NoticeKind::rule_title)
        .collect();
    if !silent.is_empty() {
        all.push(Unset {
            name: "rules".to_owned(),
            words: format!("No rule is in force for: {}. Of these customers are told nothing.", silent.join("; ")),
            how: "publish one with: candor rule publish FILE".to_owned(),
            href: None,
        });
    }
    all.extend(data(store::kinds_of_data(conn).await?));
    Ok(all)
}

/// What a company alone can know.
fn settings(config: &Config) -> Vec<Unset> {
    let unset = |is_set: bool, name: &str, words: String, how: &str| {
        (!is_set).then(|| Unset { name: name.to_owned(), words, how: how.to_owned(), href: None })
    };
    let has_pay = config.pay_url.is_some() || !config.pay_words.is_empty();
    let all = [
        unset(
            has_pay,
            "how to pay",
            "No page says how a bill is paid, also not where a late fee is near.".to_owned(),
            "set CANDOR_PAY_URL to the page on which customers pay, or CANDOR_PAY_WORDS to your bank details",
        ),
        unset(
            config.smtp_url.is_some(),
            "mail",
            "No mail is sent: no notice, and no link to sign in with.".to_owned(),
            "set CANDOR_SMTP_URL and CANDOR_MAIL_FROM; until then links are made with candor sign-in-link",
        ),
        unset(
            config.set.base_url,
            "address",
            format!("Links in mails begin with {}.", config.base_url),
            "set CANDOR_BASE_URL to the address that customers type",
        ),
        unset(
            config.set.company,
            "company",
            format!("Customers read the name {}, which is made up.", config.company),
            "set CANDOR_COMPANY to your name",
        ),
        unset(
            config.set.time_zone,
            "time zone",
            format!("The day of customers whose zone is not known is that of {}.", config.time_zone),
            "set CANDOR_TIME_ZONE, such as Europe/Dublin",
        ),
        unset(
            config.help_contact.is_some(),
            "help",
            "Who cannot sign in reads of nobody to ask.".to_owned(),
            "set CANDOR_HELP_CONTACT, such as a telephone number",
        ),
    ];
    all.into_iter().flatten().collect()
}

/// What did not come in, and what cannot be said without it.
fn data(known: store::KindsOfData) -> Option<Unset> {
    let missing = |has: bool, kind: &'static str| (!has).then_some(kind);
    let (words, kinds): (&str, Vec<&str>) = if known.customers {
        let kinds = [
            missing(known.plans, "plans"),
            missing(known.subscriptions, "subscriptions"),
            missing(known.usage, "usage"),
        ];
        ("Nobody can be told of a plan that costs less or fits better", kinds.into_iter().flatten().collect())
    } else {
        ("There is nobody to tell anything", vec!["customers", "invoices", "payments"])
    };
    let first = *kinds.first()?;
    Some(Unset {
        name: "data".to_owned(),
        words: format!("{words}: no {} came in yet.", kinds.join(", ")),
        how: format!("bring them in on /admin/import, or with: candor import {first} FILE"),
        href: Some("/admin/import".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        features::{
            advice::tests::office::Office,
            fixture::{Fixture, MIRA},
        },
        server::config::Settings,
    };

    const TODAY: Date = date(2026, 11, 18);

    fn names(all: &[Unset]) -> Vec<&str> {
        all.iter().map(|unset| unset.name.as_str()).collect()
    }

    #[tokio::test]
    async fn a_new_installation_is_told_everything_it_lacks() {
        let office = Office::without_policy(Some(TODAY)).await;
        let mut conn = office.app.db.reader().await.expect("a reader");
        let all = unset(&office.app.config, &mut conn, TODAY).await.expect("a list");
        assert_eq!(names(&all), ["how to pay", "mail", "address", "company", "time zone", "help", "data"]);
        let whole = Settings {
            pay_words: Some("Harbour Ltd\\nIBAN IE00 0000".to_owned()),
            smtp_url: Some("smtp://localhost".to_owned()),
            base_url: Some("https://bills.example.com".to_owned()),
            company: Some("Lumen".to_owned()),
            time_zone: Some("Europe/Dublin".to_owned()),
            help_contact: Some("Call us.".to_owned()),
            ..Settings::default()
        };
        let config = whole.resolve().expect("settings");
        assert_eq!(config.pay_words, ["Harbour Ltd", "IBAN IE00 0000"]);
        assert_eq!(names(&unset(&config, &mut conn, TODAY).await.expect("a list")), ["data"]);
    }

    #[tokio::test]
    async fn a_currency_without_a_policy_and_data_that_lacks_are_named() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "1", 1_000, TODAY).await;
        let mut conn = house.app.db.reader().await.expect("a reader");
        let all = unset(&house.app.config, &mut conn, TODAY).await.expect("a list");
        let data = all.last().expect("something");
        assert_eq!(
            data.words,
            "Nobody can be told of a plan that costs less or fits better: no plans, subscriptions, usage came in yet."
        );
        drop(conn);
        house.write(async |conn: &mut Conn<'_>| crate::sql!(conn, execute, "delete from fee_policies")).await;
        let mut conn = house.app.db.reader().await.expect("a reader");
        let all = unset(&house.app.config, &mut conn, TODAY).await.expect("a list");
        assert!(names(&all).contains(&"late fee in EUR"), "{all:?}");
    }
}
