//! The addresses that are files: uploading one, and the downloads.

use std::{fs::File, io::Write};

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart, Path, State, multipart::Field},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get, post},
};

use super::{LARGEST_FILE_MB, UploadProblem, service, uploads};
use crate::{
    domain::import::Kind,
    error::AppError,
    server::{
        answers,
        auth::{self, AuthSession, Person},
        db::new_id,
        guard,
        state::AppState,
    },
};

/// A mapping is a page of text at most.
const LARGEST_MAPPING: usize = 64 * 1024;
const LONGEST_NAME: usize = 120;

/// Each address with what answers there.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    let limit = DefaultBodyLimit::max(LARGEST_FILE_MB as usize * 1024 * 1024 + LARGEST_MAPPING);
    vec![
        (guard::UPLOADS, post(upload).layer(limit)),
        ("/admin/import/template/{kind}", get(template)),
        ("/admin/import/{id}/mapping.toml", get(mapping)),
        ("/admin/import/{id}/rejected.csv", get(rejected)),
    ]
}

/// Why a request for a file is answered with something else.
pub struct Refused(AppError);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match self.0 {
            AppError::SignIn => Redirect::to("/sign-in").into_response(),
            AppError::NotFound => guard::plain_page(status, "We could not find that", "The address may be mistyped."),
            AppError::Forbidden => guard::plain_page(
                status,
                "This page is not for your account",
                "You are signed in, but this belongs to somebody else's work.",
            ),
            other => guard::plain_page(status, "That did not work", &other.to_string()),
        }
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Refused(error)
    }
}

/// Whoever is signed in, where they are an admin.
pub fn admin(session: AuthSession) -> Result<Person, Refused> {
    let person = session.user.ok_or(AppError::SignIn)?;
    if person.role.sets_rules() { Ok(person) } else { Err(auth::forbidden().into()) }
}

/// Takes a file for as long as it comes, then leads to the page that matches its columns.
async fn upload(State(app): State<AppState>, session: AuthSession, form: Multipart) -> Result<Redirect, Refused> {
    let admin = admin(session)?;
    let id = new_id();
    let mut kind = None;
    let received = receive(&app, &admin, &id, &mut kind, form).await;
    if !matches!(received, Ok(Ok(()))) {
        uploads::remove(&app.config, &id);
    }
    Ok(match received? {
        Ok(()) => Redirect::to(&format!("/admin/import/{id}/mapping")),
        Err(problem) => {
            let error = AppError::Invalid { problems: vec![problem.problem()], kept: Vec::new() };
            let typed = [("kind", kind.map(Kind::name).unwrap_or_default())];
            Redirect::to(&answers::refused(&app, &admin, guard::UPLOADS, error, &typed).await)
        }
    })
}

async fn receive(
    app: &AppState,
    admin: &Person,
    id: &str,
    kind: &mut Option<Kind>,
    mut form: Multipart,
) -> Result<Result<(), UploadProblem>, AppError> {
    let (mut file_name, mut mapping) = (None, None);
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => return Ok(Err(too_large(&error))),
        };
        match field.name() {
            Some("kind") => {
                let Some(text) = short_text(field, LONGEST_NAME).await else { return Ok(Err(UploadProblem::NoKind)) };
                *kind = text.parse().ok();
            }
            Some("file") if file_name.is_none() => {
                let name = field.file_name().unwrap_or_default().to_owned();
                match save(app, id, field).await? {
                    Err(problem) => return Ok(Err(problem)),
                    Ok(0) if name.is_empty() => return Ok(Err(UploadProblem::NoFile)),
                    Ok(_) => file_name = Some(shown_name(&name)),
                }
            }
            Some("mapping") => match short_text(field, LARGEST_MAPPING).await {
                Some(text) => mapping = Some(text).filter(|text| !text.trim().is_empty()),
                None => return Ok(Err(UploadProblem::Mapping)),
            },
            _ => {}
        }
    }
    let Some(kind) = *kind else { return Ok(Err(UploadProblem::NoKind)) };
    let Some(file_name) = file_name else { return Ok(Err(UploadProblem::NoFile)) };
    let upload = service::Upload { id, kind, file_name: &file_name, mapping: mapping.as_deref() };
    service::receive(app, admin, upload).await
}

/// The text of a field of so many bytes at most; what is longer is not kept in memory.
async fn short_text(mut field: Field<'_>, longest: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(more) = next_chunk(&mut field).await.ok()? {
        if bytes.len() + more.len() > longest {
            return None;
        }
        bytes.extend_from_slice(&more);
    }
    String::from_utf8(bytes).ok()
}

/// The next piece of a field; a sender who says nothing for so long has gone.
async fn next_chunk(field: &mut Field<'_>) -> Result<Option<Bytes>, UploadProblem> {
    match tokio::time::timeout(guard::TIMEOUT, field.chunk()).await {
        Ok(chunk) => chunk.map_err(|error| too_large(&error)),
        Err(_) => Err(UploadProblem::NoFile),
    }
}

/// Writes the file as it comes in, and says how long it is.
async fn save(app: &AppState, id: &str, mut field: Field<'_>) -> Result<Result<u64, UploadProblem>, AppError> {
    let mut file = uploads::create(&app.config, id).map_err(AppError::internal)?;
    let mut size = 0;
    loop {
        match next_chunk(&mut field).await {
            Ok(Some(bytes)) => {
                size += bytes.len() as u64;
                let written = tokio::task::spawn_blocking(move || -> std::io::Result<File> {
                    file.write_all(&bytes)?;
                    Ok(file)
                });
                file = written.await.map_err(AppError::internal)?.map_err(AppError::internal)?;
            }
            Ok(None) => return Ok(Ok(size)),
            Err(problem) => return Ok(Err(problem)),
        }
    }
}

fn too_large(error: &axum::extract::multipart::MultipartError) -> UploadProblem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { UploadProblem::TooLarge } else { UploadProblem::NoFile }
}

/// The last part of a file's name, without what nobody can see.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    if shown.is_empty() { "file".to_owned() } else { shown }
}

async fn template(session: AuthSession, Path(kind): Path<String>) -> Result<Response, Refused> {
    admin(session)?;
    let kind: Kind = kind.strip_suffix(".csv").and_then(|kind| kind.parse().ok()).ok_or(AppError::NotFound)?;
    Ok(download(&format!("{kind}.csv"), "text/csv; charset=utf-8", kind.template()))
}

async fn mapping(
    State(app): State<AppState>,
    session: AuthSession,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    admin(session)?;
    let (kind, text) = service::mapping_text(&app, &id).await?;
    Ok(download(&format!("{kind}.toml"), "application/toml; charset=utf-8", text))
}

async fn rejected(
    State(app): State<AppState>,
    session: AuthSession,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    admin(session)?;
    let (file_name, text) = service::refused_rows(&app.db, &id).await?;
    Ok(download(&format!("refused-{file_name}"), "text/csv; charset=utf-8", text))
}

/// A file to save; nothing in its name can end the header it stands in.
pub fn download(name: &str, content_type: &'static str, text: String) -> Response {
    let safe =
        |letter: char| if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_') { letter } else { '_' };
    let name: String = name.chars().map(safe).collect();
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}
