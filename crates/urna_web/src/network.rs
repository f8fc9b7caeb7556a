//! The network that a request comes from, for the limits on callers who are not signed in. It is never written down.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use urna_app::Network;

use crate::state::Web;

/// The header in which a proxy names its client; each proxy appends an address.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The network of a request's sender.
pub(crate) struct From(pub(crate) Network);

impl FromRequestParts<Web> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let peer = peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
        Ok(Self(Network::of(sender(peer, &parts.headers, &web.trusted_proxies))))
    }
}

/// Returns the first address, from the nearest on, that does not belong to a trusted proxy. Anybody could have written
/// the addresses before it.
fn sender(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|network| network.contains(&address.to_canonical()));
    let lists = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let told: Vec<Option<IpAddr>> =
        lists.flat_map(|list| list.split(',')).map(|address| read(address.trim())).collect();
    let mut sender = peer;
    for address in told.into_iter().rev() {
        match address {
            Some(address) if is_proxy(&sender) => sender = address,
            _ => break,
        }
    }
    sender
}

/// Reads an address as proxies write it: `203.0.113.7`, `203.0.113.7:51234`, `2001:db8::7`, `[2001:db8::7]`,
/// `[2001:db8::7]:51234`.
fn read(told: &str) -> Option<IpAddr> {
    let bare = || told.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    told.parse().ok().or_else(|| told.parse().ok().map(|address: SocketAddr| address.ip())).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trusted_proxy_says_for_whom_it_asks() {
        let proxies = ["127.0.0.0/8", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let sender = |peer: &str, list: &str| {
            let headers = HeaderMap::from_iter([(FORWARDED_FOR, list.parse().unwrap())]);
            sender(address(peer), &headers, &proxies)
        };
        for (peer, list, expected) in [
            ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
            ("127.0.0.1", "203.0.113.7:51234", "203.0.113.7"),
            ("127.0.0.1", "203.0.113.7:51234, 10.0.0.2:443", "203.0.113.7"),
            ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
            ("127.0.0.1", "[2001:db8::7]", "2001:db8::7"),
            ("127.0.0.1", "[2001:db8::7]:51234", "2001:db8::7"),
            ("127.0.0.1", "203.0.113.7:", "127.0.0.1"),
            ("127.0.0.1", "[203.0.113.7]", "127.0.0.1"),
            ("127.0.0.1", "203.0.113.7, nonsense", "127.0.0.1"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("192.168.0.9", "198.51.100.1", "192.168.0.9"),
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ] {
            assert_eq!(sender(peer, list), address(expected), "{peer} {list}");
        }
    }
}
