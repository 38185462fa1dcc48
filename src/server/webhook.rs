//! Webhooks signed as Standard Webhooks say (<https://www.standardwebhooks.com>): HMAC-SHA256 over id, time and body.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// How far a sender's clock may be off, in seconds.
const TOLERANCE_S: i64 = 300;
/// As many signatures as are looked at: a sender that changes its secret signs with the old one too, and that is all.
const MOST_SIGNATURES: usize = 5;
/// The longest list of signatures, in bytes; five need less than 300.
const LONGEST_SIGNATURES: usize = 1024;

/// The bytes of a secret as it is written: base64, with or without `whsec_` before it.
fn key(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok().filter(|key| key.len() >= 16)
}

fn mac(secret: &str, id: &str, seconds: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key(secret)?).ok()?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    Some(mac)
}

/// `v1,` and the signature; empty where the secret is none, which the settings refuse.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &[u8]) -> String {
    mac(secret, id, seconds, body)
        .map(|mac| format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
        .unwrap_or_default()
}

/// Whether one of the signatures (several stand apart by spaces) is ours, and its time is near `now`. What it costs does not
/// grow with the signatures: anybody may send them.
pub fn is_signed(secret: &str, (id, time, signatures): (&str, &str, &str), body: &[u8], now_ms: i64) -> bool {
    let Ok(seconds) = time.parse::<i64>() else { return false };
    let is_near = (now_ms / 1000).checked_sub(seconds).is_some_and(|apart| apart.abs() <= TOLERANCE_S);
    if !is_near || signatures.len() > LONGEST_SIGNATURES {
        return false;
    }
    let given: Vec<_> = signatures.split(' ').filter_map(|one| one.strip_prefix("v1,")).take(MOST_SIGNATURES).collect();
    if given.is_empty() {
        return false;
    }
    let Some(ours) = mac(secret, id, seconds, body).map(|mac| mac.finalize().into_bytes()) else { return false };
    given.into_iter().filter_map(|one| STANDARD.decode(one).ok()).any(|one| bool::from(ours.as_slice().ct_eq(&one)))
}

/// Whether a secret can be used to sign.
pub fn is_secret(secret: &str) -> bool {
    key(secret).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn a_message_is_signed_as_the_published_example() {
        // From the specification of Standard Webhooks.
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_what_was_signed_lately_with_this_secret_is_believed() {
        let now = 1_614_265_330_000;
        let sign = |secret: &str| signature(secret, "m1", now / 1000, b"body");
        let (time, good) = ((now / 1000).to_string(), sign(SECRET));
        let believed =
            |signatures: &str, time: &str, body: &[u8], at| is_signed(SECRET, ("m1", time, signatures), body, at);
        assert!(believed(&good, &time, b"body", now));
        assert!(believed(&format!("v1,bm90IG91cnM= {good}"), &time, b"body", now + 299_000));
        assert!(!believed(&good, &time, b"other", now));
        assert!(!believed(&good, &time, b"body", now + 301_000));
        assert!(!believed(&sign("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &time, b"body", now));
        assert!(!believed("", &time, b"body", now));
        assert!(!believed(&good, "yesterday", b"body", now));
        assert!(!believed(&good, &i64::MIN.to_string(), b"body", now));
    }

    #[test]
    fn many_signatures_cost_no_more_than_one() {
        let now = 1_614_265_330_000;
        let body = vec![b'x'; 256 * 1024];
        let good = signature(SECRET, "m1", now / 1000, &body);
        let time = (now / 1000).to_string();
        let believed = |signatures: &str| is_signed(SECRET, ("m1", &time, signatures), &body, now);
        let other = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ";
        assert!(believed(&format!("{}{good}", other.repeat(4))), "of five, one is enough");
        assert!(!believed(&format!("{}{good}", other.repeat(5))), "more than five are not looked at");
        assert!(!believed(&format!("{good}{}", " ".repeat(LONGEST_SIGNATURES))), "nor is a long list");
        let started = std::time::Instant::now();
        assert!(!believed(&"v1,AA== ".repeat(40_000)));
        assert!(started.elapsed() < std::time::Duration::from_secs(1), "{:?}", started.elapsed());
    }

    #[test]
    fn a_secret_is_long_and_base64() {
        assert!(is_secret(SECRET));
        assert!(is_secret(&SECRET["whsec_".len()..]));
        assert!(!is_secret("whsec_c2hvcnQ="));
        assert!(!is_secret("not base64"));
    }
}
