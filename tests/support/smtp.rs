//! A real mail server on loopback (Debian's python3-aiosmtpd) that prints what it takes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

/// Started for one test and ended with it.
pub struct MailServer {
    pub port: u16,
    process: Child,
    lines: BufReader<ChildStdout>,
}

const SERVER: &str = r#"
import asyncio, json, sys
from email import message_from_bytes, policy
from aiosmtpd.controller import Controller

class Printer:
    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        print(json.dumps({"to": envelope.rcpt_tos, "from": envelope.mail_from, "subject": mail["subject"], "parts": parts, "unsubscribe": mail["list-unsubscribe"], "one_click": mail["list-unsubscribe-post"]}), flush=True)
        return "250 OK"

controller = Controller(Printer(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
"#;

impl MailServer {
    /// `None`, with words, where the mail server is not installed and not required.
    pub fn start() -> Option<Self> {
        let python = ["/usr/bin/python3", "python3"].into_iter().find(|python| {
            let import = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
            import.is_ok_and(|status| status.success())
        });
        let Some(python) = python else {
            let required = std::env::var_os("CANDOR_TEST_SMTP").is_some_and(|value| value == "required");
            assert!(!required, "the mail server for tests was not found: install the package python3-aiosmtpd");
            eprintln!("skipped: aiosmtpd was not found");
            return None;
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut process = Command::new(python)
            .args(["-c", SERVER, &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut ready = String::new();
        lines.read_line(&mut ready).unwrap();
        assert_eq!(ready.trim(), "ready", "the mail server did not start");
        Some(Self { port, process, lines })
    }

    /// The next mail it takes.
    pub fn next(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        std::thread::sleep(Duration::from_millis(50));
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
