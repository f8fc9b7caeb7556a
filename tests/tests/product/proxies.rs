//! Requests that proxies have altered still work.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use urna_core::Role;
use urna_tests::{Api, Cases, Instance, World, cases};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_password_of_the_proxys_does_not_hide_the_cookie,
            a_port_beside_an_address_tells_people_apart,
            the_public_address_is_trusted_whatever_the_proxy_calls_us,
            plain_http_is_another_site_than_https,
            a_tag_that_a_proxy_made_weak_still_names_the_version;
    }
}

/// Credentials for a proxy's own password prompt.
const BASIC: &str = "Basic cmVoZWFyc2FsOnNlY3JldA==";

async fn a_password_of_the_proxys_does_not_hide_the_cookie(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let token = voter.api.token().unwrap().to_owned();
    let anyone = world.api();
    let with = |authorization: &[&str], cookie: bool| {
        let mut request = anyone.request(Method::GET, "sessions/current");
        for value in authorization {
            request = request.header("authorization", *value);
        }
        if cookie { request.header("cookie", format!("urna-session={token}")) } else { request }
    };
    for other in [BASIC, "Negotiate abc", "Digest username=\"x\"", "nonsense", ""] {
        let session = Api::send(with(&[other], true)).await;
        assert_eq!(session.status, 200, "{other}: {}", session.body);
        Api::send(with(&[other], false)).await.refused(401, "not-signed-in");
    }
    let bearer = format!("bearer {token}");
    let _session = Api::send(with(&[BASIC, &bearer], false)).await.expect(200);
    // An explicit token counts, and no other.
    for wrong in ["Bearer x", "Bearer ", "Bearer"] {
        Api::send(with(&[wrong], true)).await.refused(401, "not-signed-in");
    }
}

async fn a_port_beside_an_address_tells_people_apart(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    // Well-formed, but nobody's.
    let checks = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().map(|check| format!("K7QM-2XTP-9RVD-{check}"));
    let code = checks.into_iter().find(|code| code.parse::<urna_core::BadgeCode>().is_ok()).unwrap();
    let guess_from = async |address: String| {
        let request = world.api().request(Method::POST, "sessions").header("x-forwarded-for", address);
        Api::send(request.json(&json!({"conference": "eccp-2026", "badge_code": code}))).await.status
    };
    let mut is_stopped = false;
    for round in 0..200_u16 {
        let many = (0..64_u16).map(|port| guess_from(format!("203.0.113.7:{}", 1024 + 64 * round + port)));
        is_stopped = futures_util::future::join_all(many).await.contains(&429);
        if is_stopped {
            break;
        }
    }
    assert!(is_stopped, "another port is the same sender");
    // Enough requests to show that the proxy's header counts: the gradual refill of the limit lets fewer through.
    for (other, what) in [("198.51.100.7", "another address is another sender"), ("[2001:db8::7]", "so is a newer one")]
    {
        let many = (50_000..50_256).map(|port| guess_from(format!("{other}:{port}")));
        assert_eq!(futures_util::future::join_all(many).await, [401; 256], "{what}");
    }
}

const PUBLIC: &str = "https://vote.example.org";

/// A request for a personal link through a form on the pages.
fn form(instance: &Instance, headers: &[(&str, &str)]) -> RequestBuilder {
    let request = instance.api().request(Method::POST, "/eccp-2026/link").body("email=a%40cluster.example");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

async fn status(instance: &Instance, headers: &[(&str, &str)]) -> u16 {
    Api::send(form(instance, headers)).await.status
}

async fn the_public_address_is_trusted_whatever_the_proxy_calls_us(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let instance = world.instance_at(PUBLIC).await;
    for host in ["vote.example.org", "urna.internal:8080", "127.0.0.1"] {
        assert_eq!(status(&instance, &[("host", host), ("origin", PUBLIC)]).await, 202, "{host}");
        assert_eq!(status(&instance, &[("host", host), ("sec-fetch-site", "same-origin")]).await, 202, "{host}");
        assert_eq!(status(&instance, &[("host", host)]).await, 202, "{host}: a program");
        for other in
            ["https://evil.example", "https://vote.example.org.evil.example", "https://vote.example.org:8443", "null"]
        {
            assert_eq!(status(&instance, &[("host", host), ("origin", other)]).await, 403, "{host} {other}");
            let said = [("host", host), ("origin", other), ("sec-fetch-site", "cross-site")];
            assert_eq!(status(&instance, &said).await, 403, "{host} {other}");
        }
    }
    instance.stop().await;
}

async fn plain_http_is_another_site_than_https(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let instance = world.instance_at(PUBLIC).await;
    let plain = "http://vote.example.org";
    assert_eq!(status(&instance, &[("host", "vote.example.org"), ("origin", plain)]).await, 403);
    let said = [("host", "vote.example.org"), ("origin", plain), ("sec-fetch-site", "cross-site")];
    assert_eq!(status(&instance, &said).await, 403);
    instance.stop().await;
}

async fn a_tag_that_a_proxy_made_weak_still_names_the_version(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let path = "conferences/eccp-2026";
    for change in ["W/TAG", "TAG-gzip", "W/TAG-gzip", "TAG-br"] {
        let before = organiser.get(path).await.expect(200).header("etag").to_owned();
        let inner = before.trim_matches('"');
        let (weak, coding) = (if change.starts_with("W/") { "W/" } else { "" }, change.trim_start_matches("W/"));
        let changed_tag = format!("{weak}\"{}\"", coding.replace("TAG", inner));
        let patch = |tag: &str| {
            let request = organiser.request(Method::PATCH, path).header("if-match", tag);
            request.json(&json!({"name": format!("By {change}")}))
        };
        let _changed = Api::send(patch(&changed_tag)).await.expect(200);
        Api::send(patch(&changed_tag)).await.refused(412, "precondition-failed");
        let now = organiser.get(path).await.expect(200).header("etag").replace('"', "");
        let known = changed_tag.replace(inner, &now);
        let request = world.api().request(Method::GET, path).header("if-none-match", known.as_str());
        assert_eq!(Api::send(request).await.status, 304, "{known}");
    }
}
