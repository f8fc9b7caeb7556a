//! Properties of every response: headers, ids, methods; and the addresses outside the API.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, World, cases};
use urna_web::WebConfig;

use crate::roles::documented;
use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            every_answer_has_the_security_headers,
            over_https_cookies_are_locked_to_the_host,
            another_site_cannot_act,
            the_same_site_and_plain_clients_can,
            a_request_id_is_taken_where_it_is_harmless,
            another_method_is_answered_with_those_that_there_are,
            what_is_nowhere_is_a_problem_or_a_page,
            head_answers_as_get_without_a_body,
            health_is_told_without_a_session,
            where_to_report_a_weakness_is_told,
            every_kind_of_problem_has_a_page,
            the_documentation_is_the_services_own,
            the_contract_is_served,
            what_never_changes_is_compressed_and_not_sent_twice;
    }
}

/// Without the hash of the stylesheet, which one page embeds.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-'; img-src 'self'; font-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A policy without its hash.
fn without_hash(policy: &str) -> String {
    let (before, rest) = policy.split_once("'sha256-").unwrap_or((policy, ""));
    let (_, after) = rest.split_once("';").unwrap_or(("", ""));
    format!("{before}'sha256-';{after}")
}

#[track_caller]
fn has_security_headers(name: &str, answer: &Answer) {
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        assert_eq!(answer.header(header), value, "{name} {header}");
    }
    assert_eq!(without_hash(answer.header("content-security-policy")), POLICY, "{name}");
    assert!(!answer.header("x-request-id").is_empty(), "{name}");
    assert!(!answer.header("cache-control").is_empty(), "{name}");
    for telling in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(answer.header(telling), "", "{name} {telling}");
    }
}

async fn every_answer_has_the_security_headers(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let anyone = world.api();
    let link = format!("/l/{}", voter.link);
    for path in [
        "conferences",
        "conferences/eccp-2026",
        "keys",
        "/api/v1/openapi.json",
        "/",
        "/eccp-2026",
        "/help",
        "/verify",
        "/healthz",
        "/readyz",
        "/.well-known/security.txt",
        "/problems/not-found",
        "/problems/x",
        "/nowhere",
        "nowhere",
        "sessions/current",
        "conferences?limit=0",
        &link,
        "/l/x",
    ] {
        has_security_headers(path, &anyone.get(path).await);
    }
    has_security_headers("session", &voter.api.get("sessions/current").await);
    has_security_headers("roll", &organiser.get("conferences/eccp-2026/attendees").await);
    has_security_headers("created", &organiser.post("conferences", &json!({})).await);
    has_security_headers("202", &anyone.register("eccp-2026", "a@cluster.example", "A").await);
    has_security_headers("303", &Api::send(anyone.request(Method::POST, &link)).await.expect(303));
    has_security_headers("405", &anyone.delete("keys").await);
    let tag = anyone.get("keys").await.header("etag").to_owned();
    let known = anyone.request(Method::GET, "keys").header("if-none-match", tag);
    has_security_headers("304", &Api::send(known).await.expect(304));
    let cross = anyone.request(Method::POST, "sessions").header("sec-fetch-site", "cross-site");
    has_security_headers("csrf", &Api::send(cross).await.expect(403));
    let _gone = voter.api.delete("sessions/current").await.expect(204);
    assert_eq!(anyone.get("keys").await.header("strict-transport-security"), "", "plain http");
}

async fn over_https_cookies_are_locked_to_the_host(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let link = organiser.voter("eccp-2026", "Anna").await.link;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = Api::new(format!("http://{}", listener.local_addr().unwrap()));
    let service =
        urna_web::service(std::sync::Arc::clone(world.app()), WebConfig { secure: true, ..WebConfig::default() });
    let server = tokio::spawn(async move { axum::serve(listener, tower::make::Shared::new(service)).await });

    let pressed = Api::send(api.request(Method::POST, &format!("/l/{link}"))).await.expect(303);
    let (pair, attributes) = pressed.header("set-cookie").split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Lax; Secure");
    assert!(pair.starts_with("__Host-urna-session="), "{pair}");
    assert_eq!(pressed.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let page = async |cookie: &str| {
        Api::send(api.request(Method::GET, "/eccp-2026").header("cookie", cookie)).await.expect(200).body
    };
    assert!(page(pair).await.contains("Anna"));
    assert!(!page(pair.trim_start_matches("__Host-")).await.contains("Anna"));
    server.abort();
}

async fn another_site_cannot_act(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let link = format!("/l/{}", voter.link);
    let cookie = format!("urna-session={}", voter.api.token().unwrap());
    let before = tables::everything(world).await;
    let host = world.api().base().replace("127.0.0.1", "localhost");
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "SAME-ORIGIN"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", host.as_str()),
    ] {
        for (method, path) in [
            (Method::POST, "sessions"),
            (Method::DELETE, "sessions/current"),
            (Method::PATCH, "sessions/current"),
            (Method::POST, "conferences/eccp-2026/registrations"),
        ] {
            let request = world.api().request(method, path).header(header, value).header("cookie", &cookie);
            let body = json!({"personal_link": voter.link, "email": "x@cluster.example", "name": "X"});
            Api::send(request.json(&body)).await.refused(403, "cross-site-request");
        }
        let pressed = Api::send(world.api().request(Method::POST, &link).header(header, value)).await.expect(403);
        assert_eq!(pressed.header("set-cookie"), "");
        assert!(pressed.body.contains("cross-site-request") && pressed.header("content-type").contains("html"));
    }
    assert_eq!(tables::everything(world).await, before);
    let reading = world.api().request(Method::GET, &link).header("sec-fetch-site", "cross-site");
    let _page = Api::send(reading.header("origin", "https://mail.example")).await.expect(200);
}

async fn the_same_site_and_plain_clients_can(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let link = organiser.voter("eccp-2026", "Anna").await.link;
    let origin = world.api().base().to_owned();
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", origin.as_str())],
        &[("origin", origin.as_str()), ("sec-fetch-site", "same-origin")],
    ] {
        let press = world.api().request(Method::POST, &format!("/l/{link}"));
        let press = headers.iter().fold(press, |request, (name, value)| request.header(*name, *value));
        let _pressed = Api::send(press).await.expect(303);
    }
}

async fn a_request_id_is_taken_where_it_is_harmless(world: &World) {
    let ask = async |id: &[u8]| {
        let answer = Api::send(world.api().request(Method::GET, "nowhere").header("x-request-id", id)).await;
        answer.refused(404, "not-found");
        answer.header("x-request-id").to_owned()
    };
    let longest = "a".repeat(64);
    for harmless in ["abc-123_X.y", "7", &longest] {
        assert_eq!(ask(harmless.as_bytes()).await, harmless);
    }
    let too_long = "a".repeat(65);
    for harmful in [&b""[..], b"a b", b"a\xe9", b"<script>", b"a,b", b"a\tb", b"\"", too_long.as_bytes()] {
        let id = ask(harmful).await;
        assert!(id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    }
    let (one, other) = (world.api().get("keys").await, world.api().get("keys").await);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

async fn another_method_is_answered_with_those_that_there_are(world: &World) {
    for (method, path, allowed) in [
        (Method::DELETE, "keys", &["GET"][..]),
        (Method::PUT, "conferences", &["GET", "POST"]),
        (Method::PUT, "conferences/eccp-2026", &["GET", "PATCH"]),
        (Method::PUT, "sessions", &["GET", "POST"]),
        (Method::POST, "sessions/current", &["DELETE", "GET", "PATCH"]),
        (Method::POST, "ballots/x/results", &["GET"]),
        (Method::OPTIONS, "keys", &["GET"]),
    ] {
        let answer = Api::send(world.api().request(method.clone(), path)).await;
        answer.refused(405, "method-not-allowed");
        let mut found: Vec<_> =
            answer.header("allow").split(',').map(str::trim).filter(|method| *method != "HEAD").collect();
        found.sort_unstable();
        assert_eq!(found, allowed, "{method} {path}");
    }
    let page = Api::send(world.api().request(Method::POST, "/help")).await.expect(405);
    assert!(page.header("allow").contains("GET") && page.body.contains("method-not-allowed"), "{}", page.body);
}

async fn what_is_nowhere_is_a_problem_or_a_page(world: &World) {
    for path in ["nowhere", "/api/nowhere", "/api/v1/ballots", "/healthz/nowhere", "/api/v1/openapi.yaml"] {
        world.api().get(path).await.refused(404, "not-found");
    }
    for path in ["/nowhere/at/all", "/l", "/l/a/b", "/assets/nothing.css", "/assets/..%2fCargo.toml", "/.env"] {
        let page = world.api().get(path).await.expect(404);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.body.contains("<h1>There is nothing here</h1>"), "{path}: {}", page.body);
        assert!(page.body.contains(page.header("x-request-id")), "{path}");
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

async fn head_answers_as_get_without_a_body(world: &World) {
    for path in ["conferences", "keys", "/", "/healthz", "nowhere", "/nowhere", "/problems/not-found"] {
        let get = world.api().get(path).await;
        let head = Api::send(world.api().request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
        for header in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(header), get.header(header), "{path} {header}");
        }
    }
}

async fn health_is_told_without_a_session(world: &World) {
    let alive = world.api().get("/healthz").await.expect(200);
    assert_eq!((alive.json, "no-store"), (json!({"status": "ok"}), alive.headers["cache-control"].to_str().unwrap()));
    let ready = world.api().get("/readyz").await.expect(200);
    assert_eq!(ready.json, json!({"status": "ready"}));
}

async fn where_to_report_a_weakness_is_told(world: &World) {
    let text = world.api().get("/.well-known/security.txt").await.expect(200);
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    let base = world.api().base().to_owned();
    assert!(text.body.contains("Contact: mailto:security@127.0.0.1\n"), "{}", text.body);
    assert!(text.body.contains(&format!("Canonical: {base}/.well-known/security.txt\n")), "{}", text.body);
    assert!(text.body.contains("Expires: 2027-11-25T18:30:00Z\n"), "{}", text.body);
}

/// Codes named in the contract.
const CODES: &[&str] = &[
    "invalid-credentials",
    "last-owner",
    "slug-taken",
    "registration-closed",
    "duplicate-attendee",
    "attendee-in-open-ballot",
    "link-invalid",
    "link-expired",
    "link-replaced",
    "ballot-locked",
    "invalid-transition",
    "not-ready",
    "not-eligible",
    "already-voted",
    "ballot-not-open",
    "ballot-paused",
    "tracker-reused",
    "ballot-closed",
    "ballot-cancelled",
    "invalid-choice",
    "not-recorded",
    "outcome-unknown",
    "not-closed",
    "tie-unresolved",
    "already-published",
    "tie-break-final",
    "results-not-published",
    "commitments-not-public",
    "receipt-not-found",
];

async fn every_kind_of_problem_has_a_page(world: &World) {
    let document: Value = serde_json::from_str(&urna_web::openapi_json()).unwrap();
    let mut codes: Vec<String> = CODES.iter().map(|code| (*code).to_owned()).collect();
    for item in document["paths"].as_object().unwrap().values() {
        let operations = item.as_object().unwrap().values();
        let answers = operations.filter_map(|operation| operation["responses"].as_object()).flatten();
        for (_status, answer) in answers.filter(|(status, _)| status.starts_with(['4', '5'])) {
            let words = answer["description"].as_str().unwrap().split('`').skip(1).step_by(2);
            codes.extend(words.filter(|word| word.contains('-')).map(str::to_owned));
        }
    }
    codes.sort();
    codes.dedup();
    assert!(codes.len() > 35, "{codes:?}");
    for code in codes {
        let page = world.api().get(&format!("/problems/{code}")).await;
        assert_eq!(page.status, 200, "{code}: {}", page.body);
        assert!(page.body.contains(&format!("<code>{code}</code>")), "{code}");
    }
    let _unknown = world.api().get("/problems/unknown").await.expect(404);
}

async fn the_documentation_is_the_services_own(world: &World) {
    let page = world.api().get("/api/docs/").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let named = page.body.split('"').skip(1).step_by(2);
    let assets: Vec<_> = named.filter(|value| [".css", ".svg", ".js"].iter().any(|end| value.ends_with(end))).collect();
    assert_eq!(assets.len(), 3, "a sign, the stylesheet of all pages and one of its own: {assets:?}");
    for path in assets {
        assert!(path.starts_with('/') && !path.starts_with("//"), "{path} lies elsewhere");
        let _asset = world.api().get(path).await.expect(200);
    }
    for foreign in ["<script", " style=", " src=", "href=\"http"] {
        assert!(!page.body.contains(foreign), "{foreign}");
    }
    assert!(page.body.contains("href=\"/api/v1/openapi.json\""));
    for (method, path) in documented() {
        let method = method.to_uppercase();
        let heading = format!("<span class=\"method\">{method}</span> <code>/api/v1{path}</code>");
        assert!(page.body.contains(&heading), "{method} {path}");
    }
}

async fn the_contract_is_served(world: &World) {
    let served = world.api().get("/api/v1/openapi.json").await.expect(200);
    assert!(served.body == urna_web::openapi_json());
    assert_eq!(served.header("content-type"), "application/json");
    assert_eq!(served.header("cache-control"), "public, max-age=300");
}

/// The contract and the documentation are large: clients that accept gzip get less, and those that have them cached get
/// nothing.
async fn what_never_changes_is_compressed_and_not_sent_twice(world: &World) {
    let get = async |path: &str, headers: &[(&str, &str)]| {
        let request = world.api().request(Method::GET, path);
        Api::send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    };
    let length = |answer: &Answer| answer.header("content-length").parse::<usize>().unwrap();
    for path in ["/api/v1/openapi.json", "/api/docs/", "/api/docs/api.css"] {
        let plain = get(path, &[]).await.expect(200);
        let packed = get(path, &[("accept-encoding", "br, gzip")]).await.expect(200);
        assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"), "{path}");
        assert!(length(&packed) * 2 < length(&plain), "{path}: {} of {}", length(&packed), length(&plain));
        assert_ne!(plain.header("etag"), packed.header("etag"), "{path}: a strong tag stands for bytes");
        for (answer, coding) in [(&plain, "identity"), (&packed, "gzip")] {
            assert_eq!(answer.header("vary"), "accept-encoding", "{path}");
            let known = [("accept-encoding", coding), ("if-none-match", answer.header("etag"))];
            let again = get(path, &known).await.expect(304);
            assert_eq!((again.body.as_str(), again.header("etag")), ("", answer.header("etag")), "{path}");
        }
    }
}
