//! What a customer chooses about themselves.

use super::service::{Wanted, language_of, locale_of, of, save};
use crate::{
    domain::locale::Locale,
    error::{AppError, Problem, Reason},
    features::{
        customers,
        fixture::{Fixture, MIRA, TOM},
    },
    server::db::Conn,
    sql,
};

const AS_IT_IS: Wanted<'static> = Wanted { preferred_name: "", locale: "", language: "", time_zone: "Europe/Zagreb" };

async fn changed(house: &Fixture) -> i64 {
    let mut conn = house.conn().await;
    read(&mut conn).await.expect("a count")
}

async fn read(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from advice_changes")
}

fn refused(fields: &[(&str, Reason)]) -> Vec<Problem> {
    fields.iter().map(|(field, reason)| Problem { field: (*field).to_owned(), reason: reason.clone() }).collect()
}

#[tokio::test]
async fn what_was_chosen_is_kept_and_nobody_elses_is_touched() {
    let house = Fixture::new().await;
    let wanted =
        Wanted { preferred_name: "  ميرا  ", locale: "de-DE", language: "hr", time_zone: "Asia/Kathmandu" };
    save(&house.app, MIRA, &wanted).await.expect("a profile");
    let mut conn = house.conn().await;
    let profile = of(&mut conn, MIRA).await.expect("a profile");
    assert_eq!(profile.preferred_name.as_deref(), Some("ميرا"));
    assert_eq!((profile.locale, profile.language.as_deref()), (Some(Locale::German), Some("hr")));
    assert_eq!(profile.time_zone, "Asia/Kathmandu");
    assert_eq!(locale_of(&mut conn, MIRA).await, Ok(Locale::German));
    assert_eq!(language_of(&mut conn, MIRA).await, Ok(Some("Hrvatski".to_owned())));
    assert_eq!(
        customers::service::sheet(&house.app, MIRA, &Default::default(), None).await.map(|sheet| sheet.language),
        Ok(Some("Hrvatski".to_owned()))
    );
    let toms = of(&mut conn, TOM).await.expect("a profile");
    assert_eq!((toms.preferred_name, toms.locale, toms.time_zone.as_str()), (None, None, "Europe/Zagreb"));
    assert_eq!(language_of(&mut conn, TOM).await, Ok(None));
    assert_eq!(of(&mut conn, "nobody").await, Err(AppError::NotFound));
}

#[tokio::test]
async fn another_zone_is_looked_at_again_and_another_name_is_not() {
    let house = Fixture::new().await;
    save(&house.app, MIRA, &Wanted { preferred_name: "Mi", ..AS_IT_IS }).await.expect("a profile");
    assert_eq!(changed(&house).await, 0);
    save(&house.app, MIRA, &Wanted { time_zone: "Europe/Dublin", ..AS_IT_IS }).await.expect("a profile");
    assert_eq!(changed(&house).await, 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_every_word_kept() {
    let house = Fixture::new().await;
    let long = "ß".repeat(61);
    let wanted = Wanted { preferred_name: &long, locale: "xx", language: "tlh", time_zone: "Europe/Atlantis" };
    let Err(AppError::Invalid { problems, kept }) = save(&house.app, MIRA, &wanted).await else {
        panic!("not refused")
    };
    let expected = [
        ("preferred_name", Reason::TooLong(60)),
        ("locale", Reason::NotAChoice),
        ("language", Reason::NotAChoice),
        ("time_zone", Reason::NotATimeZone),
    ];
    assert_eq!(problems, refused(&expected));
    assert!(kept.contains(&("preferred_name".to_owned(), long.clone())) && kept.len() == 4);
    for (name, zone) in
        [("Mi\0ra", "Europe/Zagreb"), ("Mi\nra", "Europe/Zagreb"), ("", "\0"), ("", ""), ("", "Factory")]
    {
        let wanted = Wanted { preferred_name: name, time_zone: zone, ..AS_IT_IS };
        let answer = save(&house.app, MIRA, &wanted).await;
        assert!(matches!(answer, Err(AppError::Invalid { .. })), "{name:?} in {zone:?}: {answer:?}");
    }
    save(&house.app, MIRA, &Wanted { preferred_name: &"ß".repeat(60), ..AS_IT_IS }).await.expect("sixty letters");
}

#[tokio::test]
async fn a_country_has_its_way_until_another_is_chosen() {
    let house = Fixture::new().await;
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update customers set country = 'AT'")).await;
    let mut conn = house.conn().await;
    assert_eq!(locale_of(&mut conn, MIRA).await, Ok(Locale::German));
    drop(conn);
    save(&house.app, MIRA, &Wanted { locale: "en-IE", ..AS_IT_IS }).await.expect("a profile");
    let mut conn = house.conn().await;
    assert_eq!(locale_of(&mut conn, MIRA).await, Ok(Locale::English));
    assert_eq!(locale_of(&mut conn, TOM).await, Ok(Locale::German));
}

#[tokio::test]
async fn a_zone_that_is_no_place_can_stay_but_not_be_chosen() {
    let house = Fixture::new().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update customers set time_zone = 'Etc/GMT+5' where id = $1", MIRA)
        })
        .await;
    let mut conn = house.conn().await;
    let profile = of(&mut conn, MIRA).await.expect("a profile");
    drop(conn);
    assert_eq!(profile.zones[0].zones, ["Etc/GMT+5"]);
    assert!(profile.zones.iter().map(|region| region.zones.len()).sum::<usize>() > 300);
    let kept = Wanted { time_zone: "Etc/GMT+5", preferred_name: "Mi", ..AS_IT_IS };
    save(&house.app, MIRA, &kept).await.expect("the zone it is in");
    assert!(save(&house.app, TOM, &kept).await.is_err());
}
