//! The program as an operator runs it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// A folder of its own for each test, and the program in it.
struct Operator {
    folder: tempfile::TempDir,
}

impl Operator {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
        command.args(words).current_dir(self.folder.path()).env_clear().env("RUST_BACKTRACE", "0");
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn says(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The status and the only line of a refusal.
    fn refuses(&self, words: &[&str]) -> (i32, String) {
        let output = self.run(words);
        let line = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), line.trim().to_owned())
    }
}

/// A running server, ended with the test.
struct Server {
    addr: SocketAddr,
    process: Child,
}

impl Server {
    fn start(operator: &Operator, words: &[&str]) -> Self {
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let process = operator
            .command(&[&["serve"], words].concat())
            .env("CANDOR_ADDR", addr.to_string())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { addr, process };
        let started = Instant::now();
        while server.get("/livez").is_none() {
            assert!(started.elapsed() < Duration::from_secs(30), "the server did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.addr).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.addr).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn help_names_every_command_and_setting_with_its_variable() {
    let help = Operator::new().says(&["serve", "--help"]);
    for word in ["--demo", "--today", "DATABASE_URL", "CANDOR_ADDR", "CANDOR_SMTP_URL", "CANDOR_CONFIG"] {
        assert!(help.contains(word), "{word} is not in:\n{help}");
    }
    let help = Operator::new().says(&["--help"]);
    for word in [
        "serve",
        "migrate",
        "import",
        "advise",
        "price",
        "tariff",
        "sign-in-link",
        "user",
        "backup",
        "restore",
        "doctor",
    ] {
        assert!(help.contains(word), "{word} is not in:\n{help}");
    }
}

#[test]
fn usage_is_two_and_a_refusal_is_one_clear_line() {
    let operator = Operator::new();
    assert_eq!(operator.run(&["frobnicate"]).status.code(), Some(2));
    assert_eq!(operator.run(&["user", "add", "mira@example.com", "--role", "wizard"]).status.code(), Some(2));
    let (status, line) = operator.refuses(&["migrate", "--database-url", "mysql://x"]);
    assert_eq!((status, line.lines().count()), (1, 1), "{line}");
    assert!(line.contains("must start with sqlite: or postgres:"), "{line}");
    let (status, line) = operator.refuses(&["sign-in-link", "nobody@example.com"]);
    assert_eq!(status, 1);
    assert!(line.contains("nobody signs in as nobody@example.com"), "{line}");
    let (status, line) = operator.refuses(&["serve", "--time-zone", "Mars/Olympus"]);
    assert_eq!(status, 1);
    assert!(line.contains("not a time zone"), "{line}");
}

#[test]
fn settings_come_from_flag_then_environment_then_file() {
    let operator = Operator::new();
    let path = operator.folder.path();
    std::fs::write(path.join("candor.toml"), "database_url = \"sqlite:from-file.db\"\n").unwrap();
    operator.says(&["migrate", "--config", "candor.toml"]);
    assert!(path.join("from-file.db").exists());
    let with_env = |words: &[&str]| {
        operator.command(words).env("DATABASE_URL", "sqlite:from-env.db").output().unwrap().status.success()
    };
    assert!(with_env(&["migrate", "--config", "candor.toml"]));
    assert!(path.join("from-env.db").exists());
    assert!(with_env(&["migrate", "--config", "candor.toml", "--database-url", "sqlite:from-flag.db"]));
    assert!(path.join("from-flag.db").exists());
    std::fs::write(path.join("wrong.toml"), "databse_url = \"sqlite:x.db\"\n").unwrap();
    let (status, line) = operator.refuses(&["migrate", "--config", "wrong.toml"]);
    assert_eq!(status, 1);
    assert!(line.contains("databse_url"), "a mistyped setting is named: {line}");
}

#[test]
fn a_person_is_added_once_and_gets_a_link() {
    let operator = Operator::new();
    assert!(operator.says(&["user", "add", "Omar@example.com", "--role", "admin"]).contains("omar@example.com"));
    let (status, line) = operator.refuses(&["user", "add", "omar@example.com", "--role", "staff"]);
    assert_eq!(status, 1);
    assert!(line.contains("already signs in"), "{line}");
    assert!(operator.says(&["sign-in-link", "omar@example.com"]).starts_with("/sign-in/"));
    let (status, line) = operator.refuses(&["user", "add", "m@example.com", "--role", "customer", "--customer", "X"]);
    assert_eq!(status, 1);
    assert!(line.contains("We know no customer"), "{line}");
}

#[test]
fn a_server_is_ready_and_stops_when_asked_to() {
    let operator = Operator::new();
    let mut server = Server::start(&operator, &["--demo", "--today", "2026-11-22"]);
    assert!(server.get("/readyz").unwrap().starts_with("HTTP/1.1 200"));
    assert!(server.get("/sign-in").unwrap().contains("Mira Kovač"));
    assert!(server.get("/metrics").unwrap().starts_with("HTTP/1.1 404"), "figures have an address of their own");
    // A connection that is open and idle, or asks by half, must not keep the program from stopping.
    let _idle = TcpStream::connect(server.addr).unwrap();
    let mut half = TcpStream::connect(server.addr).unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nHost: x").unwrap();
    let asked = Instant::now();
    let id = rustix::process::Pid::from_child(&server.process);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let status = server.process.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

#[test]
fn figures_are_at_their_own_address_alone() {
    let operator = Operator::new();
    let figures = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::start(&operator, &["--metrics-addr", &figures.to_string()]);
    assert!(server.get("/metrics").unwrap().starts_with("HTTP/1.1 404"));
    let mut stream = TcpStream::connect(figures).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("candor_http_requests_total"), "{answer}");
}

#[test]
fn the_log_says_who_did_what_from_where_and_no_token() {
    let operator = Operator::new();
    let log = operator.folder.path().join("log");
    let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let process = operator
        .command(&["serve", "--demo", "--log", "trace"])
        .env("CANDOR_ADDR", addr.to_string())
        .env("CANDOR_LOG_FORMAT", "json")
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let server = Server { addr, process };
    while server.get("/livez").is_none() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let post = |path: &str, body: &str, cookie: &str| {
        let mut stream = TcpStream::connect(addr).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nAccept: text/html\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answer = post("/api/sign_in/as_cast", "email=customer%40demo.example", "");
    let cookie = answer.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    post("/api/fees/end_exemption", "id=none", &cookie);
    post("/api/sign_in/use_link", "token=SECRETTOKEN", "");
    server.get("/sign-in/SECRETTOKEN");
    server.get("/x/%2e%2e/sign-in/SECRETTOKEN");
    post("/api/sign_in/sign_out", "", &cookie);
    let said = std::fs::read_to_string(&log).unwrap();
    for event in ["signed_in", "forbidden", "link_refused", "signed_out"] {
        let line = said.lines().find(|line| line.contains(&format!("\"event\":\"{event}\"")));
        let line = line.unwrap_or_else(|| panic!("{event} is not in {said}"));
        assert!(line.contains("\"address\":\"127.0.0.1\""), "{line}");
    }
    assert!(!said.contains("SECRETTOKEN"), "{said}");
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let operator = Operator::new();
    operator.says(&["migrate"]);
    std::fs::write(operator.folder.path().join("copy.db.partial"), "what a backup that was ended left").unwrap();
    operator.says(&["backup", "copy.db"]);
    let mut seen = 0;
    for file in std::fs::read_dir(operator.folder.path()).unwrap().flatten() {
        let (name, mode) = (file.file_name(), file.metadata().unwrap().permissions().mode() & 0o777);
        assert_eq!(mode, 0o600, "{name:?}");
        seen += 1;
    }
    assert!(seen >= 3, "the database, its copy and what is in it");
    assert!(!operator.folder.path().join("copy.db.partial").exists());
    let copied = operator.says(&["restore", "copy.db", "--database-url", "sqlite:back.db"]);
    assert!(copied.contains("restored"), "{copied}");
}

#[test]
fn whatever_is_wrong_is_said_at_once_in_one_line() {
    let operator = Operator::new();
    let file = |name: &str, text: &str| std::fs::write(operator.folder.path().join(name), text).unwrap();
    file("broken.toml", "addr = \"127.0.0.1:1\"\ncompany = \"x\n");
    file("mistyped.toml", "compnay = \"x\"\n");
    for (words, reason) in [
        (["migrate", "--database-url", "postgres://candor@127.0.0.1:1/x"].as_slice(), "refused"),
        (&["migrate", "--database-url", "sqlite:/nowhere/x.db"], "there is no folder /nowhere"),
        (&["migrate", "--database-url", "sqlite::memory:"], "in memory"),
        (&["migrate", "--config", "broken.toml"], "line 2"),
        (&["migrate", "--config", "mistyped.toml"], "`compnay`"),
        (&["migrate", "--config", "nowhere.toml"], "nowhere.toml"),
        (&["migrate", "--log", "a=b=c"], "log lines"),
        (&["migrate", "--proxies", "here"], "not the address of a proxy"),
        (&["serve", "--demo", "--base-url", "https://portal.example"], "leave out --demo"),
        (&["serve", "--demo", "--addr", "0.0.0.0:0"], "--demo-for-others"),
    ] {
        let asked = Instant::now();
        let (status, line) = operator.refuses(words);
        assert_eq!((status, line.lines().count()), (1, 1), "{words:?}: {line}");
        assert!(line.contains(reason), "{words:?}: {line}");
        assert!(asked.elapsed() < Duration::from_secs(3), "{words:?} took {:?}", asked.elapsed());
    }
    operator.says(&["migrate"]);
    let (status, line) = operator.refuses(&["backup", "nowhere/copy.db"]);
    assert_eq!((status, line.lines().count()), (1, 1), "{line}");
    assert!(line.contains("there is no folder nowhere"), "{line}");
    let (_, line) = operator.refuses(&["why", "C-1"]);
    assert!(line.contains("we know no customer C-1"), "{line}");
}

#[test]
fn the_doctor_says_what_needs_somebody() {
    let operator = Operator::new();
    for look in [["doctor"].as_slice(), &["backup", "copy.db"]] {
        let output = operator.run(look);
        assert_eq!(output.status.code(), Some(1), "{look:?}");
        assert!(!operator.folder.path().join("candor.db").exists(), "{look:?} makes no database");
    }
    assert!(operator.run(&["migrate"]).status.success());
    let output = operator.run(&["doctor", "--addr", "0.0.0.0:3000"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("ok       integrity"), "{said}");
    assert!(said.contains("problem  site: there is no built site"), "{said}");
    assert!(said.contains("problem  address: http://0.0.0.0:3000 is not https"), "{said}");
}

#[test]
fn prices_come_out_in_the_order_they_went_in() {
    let operator = Operator::new();
    let mut process = operator.command(&["price"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = concat!(
        r#"{"id":"a","charge_model":"standard","properties":{"amount":"0.1"},"units":3}"#,
        "\n",
        r#"{"id":"b","charge_model":"magic","properties":{},"units":3}"#,
        "\n",
        r#"{"id":"c","charge_model":"package","properties":{"amount":"100","package_size":10},"units":"121"}"#,
        "\n",
    );
    process.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0], serde_json::json!({"id": "a", "amount": "0.3"}));
    assert!(answers[1]["error"].is_string() && answers[1]["id"] == "b", "{said}");
    assert_eq!(answers[2], serde_json::json!({"id": "c", "amount": "1300"}));
}
