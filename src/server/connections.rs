//! Connections: who may have how many, and how long one may say nothing.
//!
//! A connection waits (for a request, or for the rest of one) or answers. One that waits too long is closed, and where there is
//! no room for another, the one that waits longest makes room: silence costs whoever is silent, and nobody else.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{
    body::{Bytes, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};
use tower::ServiceExt;

use super::peer;

/// How long the head of a request may take, from the connection or its first byte on.
const HEAD: Duration = Duration::from_secs(10);
/// How long a connection may be open between two requests: longer than proxies keep theirs, so that they are the ones to close.
const IDLE: Duration = Duration::from_secs(75);
/// How long somebody may take nothing of an answer.
const STALLED: Duration = Duration::from_secs(60);
/// What the database, the log and the like need of the files a process may have open.
const OTHER_FILES: u64 = 64;
/// As many connections as there may be in all, where the system lets us.
const MOST: u64 = 10_000;

/// Lets this process open as many files as the system allows it, and says how many connections that leaves room for.
pub fn room() -> usize {
    let (mut files, most) = open_files(&std::fs::read_to_string("/proc/self/limits").unwrap_or_default());
    if let (Some(now), Some(most)) = (files, most)
        && now < most
    {
        let raised = Rlimit { current: Some(most), maximum: Some(most) };
        files = Some(if setrlimit(Resource::Nofile, raised).is_ok() { most } else { now });
    }
    room_beside(files)
}

/// How many files may be open, and how many at most if we ask, as the system lists a process's limits; nothing where there is
/// no limit. It is read there because a unit may forbid to ask for it.
fn open_files(limits: &str) -> (Option<u64>, Option<u64>) {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    let mut figures = line.split_whitespace().map(|figure| figure.parse().ok());
    (figures.next().flatten(), figures.next().flatten())
}

fn room_beside(files: Option<u64>) -> usize {
    let left = files.map_or(MOST, |files| files.saturating_sub(OTHER_FILES).clamp(8, MOST));
    usize::try_from(left).unwrap_or(8)
}

/// Serves `router` on `listener` until `stopped`, then lets what is being answered finish.
pub async fn serve(listener: TcpListener, router: Router, room: usize, mut stopped: watch::Receiver<bool>) {
    let all = Arc::new(All { room, open: Mutex::default(), changed: Notify::new() });
    let (ended, mut last) = tokio::sync::mpsc::channel::<Infallible>(1);
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_one(&error) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                all.make_room(None);
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let pulse = tokio::select! {
            taken = all.take(number, address.ip()) => taken,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let Some(pulse) = pulse else { continue };
        let seat = Seat { all: Arc::clone(&all), number };
        number += 1;
        let (router, stopped, ended) = (router.clone(), stopped.clone(), ended.clone());
        tokio::spawn(async move {
            converse(stream, address, router, pulse, stopped).await;
            drop((seat, ended));
        });
    }
    drop((listener, ended));
    // Nothing is ever sent: this ends with the last connection.
    let _ = last.recv().await;
}

/// A connection that was gone before it was taken is no matter of the others.
fn is_of_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers one request after the other.
async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    pulse: Arc<Pulse>,
    mut stopped: watch::Receiver<bool>,
) {
    let io = TokioIo::new(Felt { stream, pulse: Arc::clone(&pulse) });
    let answer = service_fn(|request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        let (router, answering) = (router.clone(), Answering::begin(&pulse));
        async move {
            let answer = router.oneshot(request).await;
            answer.map(|answer: Response| answer.map(|body| Counted { body, _answering: answering }))
        }
    });
    let mut connection = std::pin::pin!(http1::Builder::new().serve_connection(io, answer));
    let mut is_stopping = false;
    loop {
        let deadline = pulse.deadline();
        tokio::select! {
            done = connection.as_mut() => {
                if let Err(error) = done {
                    tracing::debug!(%error, "a connection ended");
                }
                return;
            }
            () = sleep_until(deadline) => if pulse.deadline() <= Instant::now() { return },
            () = pulse.asked_to_go.notified() => if pulse.has_gone() { return },
            _ = stopped.wait_for(|stopped| *stopped), if !is_stopping => {
                if pulse.is_waiting() {
                    return;
                }
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Every connection there is.
struct All {
    room: usize,
    open: Mutex<HashMap<u64, Open>>,
    /// Some connection ended.
    changed: Notify,
}

struct Open {
    network: IpAddr,
    pulse: Arc<Pulse>,
}

impl All {
    fn open(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more, as soon as there is one; nothing where everything this network may have is being answered. A
    /// proxy on this machine stands for many people, so that it may have all.
    async fn take(&self, number: u64, address: IpAddr) -> Option<Arc<Pulse>> {
        let network = peer::network(address);
        let share = if network.is_loopback() { self.room } else { (self.room / 4).max(8) };
        loop {
            let changed = self.changed.notified();
            {
                let mut open = self.open();
                let of_network = if share < self.room {
                    open.values().filter(|one| one.network == network && !one.pulse.has_gone()).count()
                } else {
                    0
                };
                if of_network >= share && !make_room(&open, Some(network)) {
                    return None;
                }
                if open.values().filter(|one| !one.pulse.has_gone()).count() < self.room || make_room(&open, None) {
                    let pulse = Arc::new(Pulse::new());
                    open.insert(number, Open { network, pulse: Arc::clone(&pulse) });
                    return Some(pulse);
                }
            }
            changed.await;
        }
    }

    fn make_room(&self, network: Option<IpAddr>) -> bool {
        make_room(&self.open(), network)
    }
}

/// Ends the connection, of this network or of all, that has waited longest; false where none waits.
fn make_room(open: &HashMap<u64, Open>, network: Option<IpAddr>) -> bool {
    let waiting = open.values().filter(|one| network.is_none_or(|network| one.network == network));
    let longest =
        waiting.filter_map(|one| one.pulse.waits_since().map(|since| (since, one))).min_by_key(|(since, _)| *since);
    longest.is_some_and(|(_, one)| one.pulse.let_go())
}

/// The place of a connection, given up with it.
struct Seat {
    all: Arc<All>,
    number: u64,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.all.open().remove(&self.number);
        self.all.changed.notify_waiters();
    }
}

/// What a connection is doing, and since when.
struct Pulse {
    state: Mutex<State>,
    asked_to_go: Notify,
}

struct State {
    doing: Doing,
    since: Instant,
    /// Since when the other side takes nothing of what we send.
    stalled: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// No byte yet, or the head of a request in part.
    Asking,
    Answering,
    /// Between two requests.
    Idle,
    /// Asked to make room.
    Gone,
}

impl Pulse {
    fn new() -> Self {
        let state = State { doing: Doing::Asking, since: Instant::now(), stalled: None };
        Self { state: Mutex::new(state), asked_to_go: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self, doing: Doing) {
        let mut state = self.state();
        (state.doing, state.since) = (doing, Instant::now());
    }

    /// When this has taken too long.
    fn deadline(&self) -> Instant {
        let state = self.state();
        let patience = match state.doing {
            Doing::Asking => HEAD,
            Doing::Idle => IDLE,
            // Handlers have a limit of their own; this is looked at again now and then for the reader's sake.
            Doing::Answering => return state.stalled.map_or_else(|| Instant::now() + STALLED, |since| since + STALLED),
            Doing::Gone => return state.since,
        };
        state.stalled.map_or(state.since + patience, |since| since + STALLED)
    }

    fn is_waiting(&self) -> bool {
        self.waits_since().is_some()
    }

    /// Since when it neither answers nor sends the rest of an answer.
    fn waits_since(&self) -> Option<Instant> {
        let state = self.state();
        (matches!(state.doing, Doing::Asking | Doing::Idle) && state.stalled.is_none()).then_some(state.since)
    }

    fn has_gone(&self) -> bool {
        self.state().doing == Doing::Gone
    }

    /// Ends it, unless it has begun to answer.
    fn let_go(&self) -> bool {
        let mut state = self.state();
        if !matches!(state.doing, Doing::Asking | Doing::Idle) {
            return false;
        }
        state.doing = Doing::Gone;
        self.asked_to_go.notify_one();
        true
    }

    fn read_something(&self) {
        let mut state = self.state();
        if state.doing == Doing::Idle {
            (state.doing, state.since) = (Doing::Asking, Instant::now());
        }
    }

    fn wrote(&self, is_taken: bool) {
        let mut state = self.state();
        state.stalled = if is_taken { None } else { state.stalled.or_else(|| Some(Instant::now())) };
    }
}

/// From the head of a request to the last byte of its answer.
struct Answering(Arc<Pulse>);

impl Answering {
    fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.now(Doing::Answering);
        Self(Arc::clone(pulse))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.now(Doing::Idle);
    }
}

/// A stream that tells what moves on it.
struct Felt {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl AsyncRead for Felt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.read_something();
        }
        read
    }
}

impl AsyncWrite for Felt {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pulse.wrote(written.is_ready());
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.pulse.wrote(written.is_ready());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The body of an answer: when it is gone, the answer is.
struct Counted {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const ASKED: &[u8] = b"GET / HTTP/1.1\r\nHost: candor.test\r\n\r\n";

    struct Site {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        ended: tokio::task::JoinHandle<()>,
    }

    async fn site(room: usize) -> Site {
        let answers = Router::new().route("/", get(|| async { "here" })).route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                "late"
            }),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        Site { address, stop, ended: tokio::spawn(serve(listener, answers, room, stopped)) }
    }

    impl Site {
        async fn says(&self, bytes: &[u8]) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.expect("a connection");
            stream.write_all(bytes).await.expect("sent");
            stream
        }

        /// What comes back, and how long that took.
        async fn asks(&self, path: &str) -> (String, Duration) {
            let began = Instant::now();
            let request = format!("GET {path} HTTP/1.1\r\nHost: candor.test\r\nConnection: close\r\n\r\n");
            let mut stream = self.says(request.as_bytes()).await;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer");
            (answer, began.elapsed())
        }
    }

    #[tokio::test]
    async fn a_person_is_answered_beside_any_number_of_silent_connections() {
        let site = site(16).await;
        let mut silent = Vec::new();
        for number in 0..60 {
            let words: &[u8] = match number % 3 {
                0 => b"",
                1 => b"GET / HTTP/1.1\r\nHost: candor",
                _ => ASKED,
            };
            silent.push(site.says(words).await);
        }
        for _ in 0..3 {
            let (answer, took) = site.asks("/").await;
            assert!(answer.ends_with("here"), "{answer}");
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
    }

    #[tokio::test]
    async fn a_stop_waits_for_answers_and_for_nobody_else() {
        let site = site(16).await;
        let _half = site.says(b"GET / HTTP/1.1\r\nHost: candor").await;
        let _silent = site.says(b"").await;
        let mut used = site.says(ASKED).await;
        let mut some = [0; 16];
        used.read_exact(&mut some).await.expect("an answer");
        let slow = site.asks("/slow");
        let stopped = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            site.stop.send(true).expect("somebody to stop");
        };
        let ((answer, _), ()) = tokio::join!(slow, stopped);
        assert!(answer.ends_with("late"), "{answer}");
        tokio::time::timeout(Duration::from_secs(1), site.ended).await.expect("a stop at once").expect("no panic");
    }

    #[test]
    fn there_are_as_many_connections_as_files_leave_room_for() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max processes             63448                63448                processes \n\
                      Max open files            1024                 1048576              files     \n";
        assert_eq!(open_files(limits), (Some(1_024), Some(1_048_576)));
        assert_eq!(
            open_files("Max open files            unlimited            unlimited            files"),
            (None, None)
        );
        assert_eq!([Some(1_024), Some(40), Some(1_048_576), None].map(room_beside), [960, 8, 10_000, 10_000]);
    }

    #[test]
    fn who_says_nothing_is_let_go() {
        let is_in = |pulse: &Pulse, wanted: Duration| {
            let left = pulse.deadline() - Instant::now();
            assert!(left.abs_diff(wanted) < Duration::from_secs(1), "{left:?} instead of {wanted:?}");
        };
        let pulse = Arc::new(Pulse::new());
        is_in(&pulse, HEAD);
        pulse.read_something();
        is_in(&pulse, HEAD);
        let answering = Answering::begin(&pulse);
        assert!(!pulse.let_go(), "an answer under way is not cut off");
        drop(answering);
        is_in(&pulse, IDLE);
        pulse.wrote(false);
        assert!(!pulse.is_waiting(), "the rest of an answer is under way");
        is_in(&pulse, STALLED);
        pulse.wrote(true);
        pulse.read_something();
        is_in(&pulse, HEAD);
        assert!(pulse.let_go() && pulse.has_gone());
    }
}
