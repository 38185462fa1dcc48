//! What was acknowledged is kept; what was not is gone whole.

use std::{sync::Arc, time::Duration};

use candor::{
    server::db::{Conn, Db},
    sql,
};

use crate::support::{TestApp, on_both};

async fn add(db: &Db, id: String) -> sqlx::Result<()> {
    db.write(async |conn: &mut Conn<'_>| {
        sql!(conn, execute, "insert into attempts (id, scope, made_at) values ($1, 'test', 1)", &id).map(drop)
    })
    .await
}

async fn count(db: &Db) -> i64 {
    let mut conn = db.reader().await.unwrap();
    sql!(conn, scalar as i64, "select count(*) from attempts where scope = 'test'").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_the_same_time_are_all_kept() {
    on_both(async |app| {
        let db = app.state.db.clone();
        let writers: Vec<_> = (0..64)
            .map(|writer| {
                let db = db.clone();
                tokio::spawn(async move {
                    for turn in 0..10 {
                        add(&db, format!("{writer}-{turn}")).await.unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(count(&db).await, 640);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_callers_mistake_is_taken_back_alone() {
    on_both(async |app| {
        let db = app.state.db.clone();
        let writers: Vec<_> = (0..40)
            .map(|writer| {
                let db = db.clone();
                tokio::spawn(async move {
                    // Every second one breaks the primary key after a first good statement.
                    db.write(async |conn: &mut Conn<'_>| {
                        let text = "insert into attempts (id, scope, made_at) values ($1, 'test', 1)";
                        sql!(conn, execute, text, format!("{writer}"))?;
                        if writer % 2 == 0 {
                            sql!(conn, execute, text, format!("{writer}"))?;
                        }
                        Ok::<_, sqlx::Error>(())
                    })
                    .await
                    .is_ok()
                })
            })
            .collect();
        let mut kept = 0;
        for writer in writers {
            kept += i64::from(writer.await.unwrap());
        }
        assert_eq!(kept, 20);
        assert_eq!(count(&db).await, 20);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_dropped_caller_leaves_nothing_behind() {
    on_both(async |app| {
        let db = app.state.db.clone();
        for round in 0..50 {
            let dropped = tokio::time::timeout(
                Duration::from_micros(round * 40),
                db.write(async |conn: &mut Conn<'_>| {
                    let text = "insert into attempts (id, scope, made_at) values ($1, 'dropped', 1)";
                    sql!(conn, execute, text, format!("dropped-{round}-a"))?;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    sql!(conn, execute, text, format!("dropped-{round}-b"))?;
                    std::future::pending::<sqlx::Result<()>>().await
                }),
            )
            .await;
            assert!(dropped.is_err());
            add(&db, format!("after-{round}")).await.unwrap();
        }
        assert_eq!(count(&db).await, 50);
        let mut conn = db.reader().await.unwrap();
        let dropped = sql!(conn, scalar as i64, "select count(*) from attempts where scope = 'dropped'").unwrap();
        assert_eq!(dropped, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failed_commit_fails_every_caller_in_it() {
    // A deferred foreign key is looked at when the transaction commits: one caller breaks it, and all who share the
    // commit are told, for none of their work is kept.
    let app = TestApp::new().await;
    let db = Arc::new(app.state.db.clone());
    db.write(async |conn: &mut Conn<'_>| {
        sql!(conn, execute, "create table parents (id text primary key)")?;
        sql!(conn, execute, "create table children (parent text references parents (id) deferrable initially deferred)")
            .map(drop)
    })
    .await
    .unwrap();
    let good = |number: usize| {
        let db = Arc::clone(&db);
        tokio::spawn(async move { add(&db, format!("good-{number}")).await.is_ok() })
    };
    // Hold the writer so that everyone queues into one batch.
    let (hold, held) = tokio::sync::oneshot::channel::<()>();
    let holder = {
        let db = Arc::clone(&db);
        tokio::spawn(async move {
            db.write(async |conn: &mut Conn<'_>| {
                sql!(conn, execute, "insert into children (parent) values ('nobody')")?;
                let _ = held.await;
                Ok::<_, sqlx::Error>(())
            })
            .await
            .is_ok()
        })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let others: Vec<_> = (0..8).map(good).collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    hold.send(()).unwrap();
    let mut told_kept = i64::from(holder.await.unwrap());
    for other in others {
        told_kept += i64::from(other.await.unwrap());
    }
    assert_eq!(told_kept, count(&db).await, "whoever was told that it is kept finds it, and nobody else");
    assert!(good(99).await.unwrap(), "the next batch works again");
}

#[tokio::test]
async fn a_backup_brings_everything_back_and_a_damaged_one_is_refused() {
    use candor::server::backup::{self, BackupError};
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let manifest = backup::backup(&app.state.config.database_url, &copy).await.unwrap();
    assert!(manifest.rows.iter().any(|(table, rows)| table == "customers" && *rows == 40), "{manifest:?}");
    let target = format!("sqlite:{}", folder.path().join("back.db").display());
    assert_eq!(backup::restore(&target, &copy).await.unwrap(), manifest);
    let twice = backup::restore(&target, &copy).await;
    assert!(matches!(twice, Err(BackupError::Exists(_))), "{twice:?}");
    let stale = folder.path().join("moved.db-wal");
    std::fs::write(&stale, "a journal of an earlier database").unwrap();
    let beside_a_journal =
        backup::restore(&format!("sqlite:{}", folder.path().join("moved.db").display()), &copy).await;
    assert!(matches!(&beside_a_journal, Err(BackupError::Exists(there)) if *there == stale), "{beside_a_journal:?}");
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes[5_000] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    let elsewhere = format!("sqlite:{}", folder.path().join("other.db").display());
    let damaged = backup::restore(&elsewhere, &copy).await;
    assert!(matches!(damaged, Err(BackupError::Damaged(_))), "{damaged:?}");
}

#[tokio::test]
async fn a_schema_newer_than_the_program_is_refused_in_words() {
    use candor::server::db::OpenError;
    on_both(async |app| {
        app.state
            .db
            .write(async |conn: &mut Conn<'_>| {
                sql!(
                    conn,
                    execute,
                    "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                     select 99999, 'from the future', success, checksum, 0 from _sqlx_migrations where version = 1"
                )
            })
            .await
            .unwrap();
        let refused = Db::open(&app.state.config.database_url).await.err().unwrap();
        assert!(matches!(refused, OpenError::Newer(99_999, _)), "{refused}");
        assert!(refused.to_string().contains("made by a newer Candor"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn processes_that_start_together_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("new.db").display());
    let starts: Vec<_> = (0..6)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Db::open(&url).await.map(drop).map_err(|error| error.to_string()) })
        })
        .collect();
    for start in starts {
        assert_eq!(start.await.unwrap(), Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_waits_while_another_program_holds_the_file_is_told_together() {
    use sqlx::{Connection, SqliteConnection};
    let app = TestApp::new().await;
    let path = app.state.config.database_url.trim_start_matches("sqlite:").to_owned();
    let mut other = SqliteConnection::connect(&path).await.unwrap();
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    let began = std::time::Instant::now();
    let writers: Vec<_> = (0..8)
        .map(|number| {
            let db = app.state.db.clone();
            tokio::spawn(async move { add(&db, format!("held-{number}")).await.is_ok() })
        })
        .collect();
    for writer in writers {
        assert!(!writer.await.unwrap(), "nothing can be written");
    }
    assert!(began.elapsed() < Duration::from_secs(9), "one after the other: {:?}", began.elapsed());
    sqlx::query("rollback").execute(&mut other).await.unwrap();
    assert!(add(&app.state.db, "after".to_owned()).await.is_ok(), "whoever comes later is not refused for it");
}
