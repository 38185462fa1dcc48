//! A browser without a window: it keeps its cookie and posts plain forms.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where a redirect leads, without the host.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[derive(Clone)]
pub struct Browser {
    router: Router,
    /// The one of the session.
    pub cookie: Option<String>,
    /// The one by which the browser is known while nobody is signed in.
    pub known_by: Option<String>,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookie: None, known_by: None }
    }

    /// The same browser, at another process.
    pub fn at(self, router: Router) -> Self {
        Self { router, ..self }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Posts a form as a browser without JavaScript does, from the page it was on.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_from("/", path, form).await
    }

    /// Posts a form that stood on `page`.
    pub async fn post_from(&mut self, page: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form
            .iter()
            .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
            .collect::<Vec<_>>()
            .join("&");
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, format!("http://candor.test{page}"))
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Posts a form and follows the redirect, as a person sees it.
    pub async fn submit(&mut self, page: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.post_from(page, path, form).await;
        if !matches!(answer.status, 302 | 303) {
            return answer;
        }
        let next = answer.location().trim_start_matches("http://candor.test").to_owned();
        self.get(&next).await
    }

    /// Opens a stream and leaves it open: its status, and what comes over it.
    pub async fn open(&mut self, path: &str) -> (u16, Body) {
        let mut request = Request::get(path).header(header::ACCEPT, "text/event-stream").body(Body::empty()).unwrap();
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        (response.status().as_u16(), response.into_body())
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        headers.entry(header::HOST).or_insert("candor.test".parse().unwrap());
        let cookies: Vec<&str> = [&self.cookie, &self.known_by].into_iter().flatten().map(String::as_str).collect();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
            match cookie.as_deref().is_some_and(|cookie| cookie.contains("candor-browser=")) {
                true => self.known_by = cookie,
                false => self.cookie = cookie,
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            // Without the marks that the framework sets between parts of a page.
            body: String::from_utf8_lossy(&bytes).replace("<!>", ""),
        }
    }
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
