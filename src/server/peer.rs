//! Where a request comes from: the peer of its connection, or whom a proxy that we trust names.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Once,
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use ipnet::IpNet;

/// The address of whoever asks; `None` where there is no connection, as in tests.
pub fn address(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    let is_proxy = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if is_proxy(&peer) {
        // Each proxy adds the address it was asked from at the end; what stands before that, anybody may have written.
        let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|line| line.to_str().ok());
        let named = last.and_then(|all| parsed(all.rsplit(',').next().unwrap_or_default().trim()));
        return Some(named.unwrap_or(peer));
    }
    if peer.is_loopback() && headers.contains_key("x-forwarded-for") {
        warn_of_a_proxy();
    }
    Some(peer)
}

/// Whether a proxy that we trust asks.
pub fn is_proxy(extensions: &Extensions, proxies: &[IpNet]) -> bool {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    peer.is_some_and(|peer| proxies.iter().any(|network| network.contains(&peer)))
}

/// An address as proxies write it, some with a port.
fn parsed(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

fn warn_of_a_proxy() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "requests come through a proxy on this machine whose word is not taken, so that everybody shares one limit \
             on tries to sign in: set CANDOR_TRUST_PROXY=true"
        );
    });
}

/// What one person can hardly change: their IPv4 address, or the first half of their IPv6 address.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 40_000)));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        let proxies: Vec<IpNet> = proxies.iter().map(|network| network.parse().expect("a network")).collect();
        address(&extensions, &headers, &proxies).expect("an address").to_string()
    }

    #[test]
    fn only_a_proxy_we_trust_says_where_somebody_is() {
        let here: &[&str] = &["127.0.0.0/8"];
        assert_eq!(seen("127.0.0.1", &["203.0.113.7"], here), "203.0.113.7");
        assert_eq!(seen("127.0.0.1", &["203.0.113.7"], &[]), "127.0.0.1", "not asked for");
        assert_eq!(seen("198.51.100.1", &["203.0.113.7"], here), "198.51.100.1", "the port reached directly");
        assert_eq!(seen("10.1.2.3", &["203.0.113.7"], &["10.1.0.0/16"]), "203.0.113.7");
    }

    #[test]
    fn of_all_that_is_forwarded_the_last_value_of_the_last_line_counts() {
        let here: &[&str] = &["127.0.0.0/8"];
        assert_eq!(seen("127.0.0.1", &["1.1.1.1, 203.0.113.7"], here), "203.0.113.7");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1", "203.0.113.7"], here), "203.0.113.7", "a line of the client's own");
        assert_eq!(seen("127.0.0.1", &["203.0.113.7:5000"], here), "203.0.113.7");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::7]:5000"], here), "2001:db8::7");
        for no_address in ["unknown", "", "203.0.113.7 or so", &"1".repeat(60_000)] {
            assert_eq!(seen("127.0.0.1", &[no_address], here), "127.0.0.1");
        }
    }

    #[test]
    fn addresses_of_one_network_count_as_one() {
        let of = |text: &str| network(text.parse().expect("an address")).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
    }
}
