//! Invalid requests: each is refused with a complete problem document, and nothing happens.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Ballot, Cases, PASSWORD, World, cases, tracker};

use crate::{raw_http, tables};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_is_not_json_is_malformed,
            a_field_that_is_given_twice_is_refused,
            a_list_is_no_object,
            deep_nesting_is_refused,
            the_content_type_must_be_json,
            a_body_has_at_most_sixteen_kibibytes_and_a_ballot_more,
            what_is_no_uuid_is_nowhere,
            numbers_out_of_range_are_refused,
            odd_paths_are_refused,
            odd_methods_and_versions_are_refused,
            a_request_is_for_exactly_one_host,
            an_empty_body_is_no_json;
    }
}

/// A conference with an open ballot and a voter.
struct Scene {
    organiser: Api,
    voter: Api,
    ballot: Ballot,
}

async fn scene(world: &World) -> Scene {
    let organiser = world.organiser(Role::Owner).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await.api;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    Scene { organiser, voter, ballot }
}

impl Scene {
    /// Every operation with a body: its caller, and a valid body.
    fn takers(&self, world: &World) -> Vec<(Method, String, Api, Value)> {
        let (own, voter, anyone) = (&self.organiser, &self.voter, &world.api());
        let at = |what: &str| format!("ballots/{}/{what}", self.ballot.id);
        let candidate = &self.ballot.candidates[0];
        let conference = json!({"slug": "new", "name": "New", "starts_on": "2026-11-25", "ends_on": "2026-11-27",
            "time_zone": "UTC", "languages": ["en"], "registration": "open"});
        let organiser = json!({"email": "new@organisers.example", "role": "desk", "password": PASSWORD});
        let ballot = json!({"slug": "new", "title": "New", "question": "Who?", "kind": "award",
            "method": {"type": "plurality"}, "candidates": [{"name": "Zoë"}], "allow_blank": true});
        let signing_in = json!({"email": "new@organisers.example", "password": PASSWORD});
        let registration = json!({"email": "new@cluster.example", "name": "New"});
        let vote = json!({"choice": {"candidate": candidate}, "tracker": tracker()});
        let post = |path: String, api: &Api, body: Value| (Method::POST, path, api.clone(), body);
        let patch = |path: String, api: &Api, body: Value| (Method::PATCH, path, api.clone(), body);
        vec![
            post("organiser-sessions".into(), anyone, signing_in),
            post("organisers".into(), own, organiser),
            post("conferences".into(), own, conference),
            patch("conferences/eccp-2026".into(), own, json!({"name": "New"})),
            post("conferences/eccp-2026/registrations".into(), anyone, registration),
            post("conferences/eccp-2026/attendees".into(), own, json!({"name": "New", "verified": true})),
            post("sessions".into(), anyone, json!({"personal_link": "x"})),
            patch("sessions/current".into(), voter, json!({"language": "de"})),
            post("personal-link-requests".into(), anyone, json!({"conference": "x", "email": "x@cluster.example"})),
            post("conferences/eccp-2026/ballots".into(), own, ballot),
            post(at("transitions"), own, json!({"to": "paused"})),
            post(at("closing-times"), own, json!({"in_seconds": 60})),
            post(at("withdrawals"), own, json!({"candidate_id": candidate, "reason": "x"})),
            post(at("tie-breaks"), own, json!({"order": [], "reason": "x", "decided_by": "x"})),
            post(at("publications"), own, json!({"note": "x"})),
            post(at("copies"), own, json!({"rehearsal": true})),
            patch(format!("ballots/{}", self.ballot.id), own, json!({"title": "x"})),
            post(at("votes"), voter, vote),
        ]
    }

    /// Sends bodies with this content type to every operation that takes one; each is refused, and nothing changes.
    async fn all_refuse(&self, world: &World, kind: Option<&str>, bodies: &[&[u8]], refusal: (u16, &str)) {
        self.refuse(world, kind, bodies, refusal, |_, _| true).await;
    }

    /// The same, for the operations that are meant.
    async fn refuse(
        &self,
        world: &World,
        kind: Option<&str>,
        bodies: &[&[u8]],
        (status, code): (u16, &str),
        is_meant: fn(&Method, &str) -> bool,
    ) {
        let before = tables::everything(world).await;
        for (method, path, api, _good) in self.takers(world).into_iter().filter(|taker| is_meant(&taker.0, &taker.1)) {
            for body in bodies {
                let request = api.request(method.clone(), &path).body(body.to_vec());
                let request = if let Some(kind) = kind { request.header("content-type", kind) } else { request };
                let answer = Api::send(request).await;
                assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
                answer.refused(status, code);
            }
        }
        assert_eq!(tables::everything(world).await, before);
    }
}

const JSON: Option<&str> = Some("application/json");

async fn what_is_not_json_is_malformed(world: &World) {
    let scene = scene(world).await;
    let bodies: &[&[u8]] = &[
        b"{",
        b"{\"",
        b"{,}",
        b"nonsense",
        b"\x00",
        b"{\"\xff\xfe\": 1}",
        b"{\"\x01\": 1}",
        b"\xef\xbb\xbf{}",
        b"<xml/>",
        b"{'a': 1}",
        b"{\"\\ud800\": 1}",
    ];
    scene.all_refuse(world, JSON, bodies, (400, "malformed-json")).await;

    let before = tables::everything(world).await;
    for (method, path, api, good) in scene.takers(world) {
        let good = good.to_string();
        let cut = good[..good.len() - 1].to_owned();
        for body in [format!("{good}{{}}"), format!("{good} x"), format!("{cut},}}"), cut] {
            let request = api.request(method.clone(), &path).header("content-type", "application/json");
            let refused = Api::send(request.body(body)).await;
            assert_eq!(refused.status, 400, "{method} {path}: {}", refused.body);
            refused.refused(400, "malformed-json");
        }
    }
    assert_eq!(tables::everything(world).await, before);
}

async fn a_field_that_is_given_twice_is_refused(world: &World) {
    let scene = scene(world).await;
    let before = tables::everything(world).await;
    for (method, path, api, good) in scene.takers(world) {
        let (field, value) = good.as_object().unwrap().iter().next().unwrap();
        let text = good.to_string();
        let twice = format!("{},\"{field}\":{value}}}", text.strip_suffix('}').unwrap());
        let request = api.request(method.clone(), &path).header("content-type", "application/json");
        let refused = Api::send(request.body(twice)).await;
        assert_eq!(refused.status, 422, "{method} {path}: {}", refused.body);
        refused.refused(422, "validation-failed");
    }
    assert_eq!(tables::everything(world).await, before);
}

async fn a_list_is_no_object(world: &World) {
    let scene = scene(world).await;
    let before = tables::everything(world).await;
    for (method, path, api, good) in scene.takers(world) {
        let values = Value::from(good.as_object().unwrap().values().cloned().collect::<Vec<_>>());
        for body in [values, json!([]), json!([good]), json!("text"), json!(7), json!(true), Value::Null] {
            let refused = Api::send(api.request(method.clone(), &path).json(&body)).await;
            assert_eq!(refused.status, 422, "{method} {path} {body}: {}", refused.body);
            refused.refused(422, "validation-failed");
        }
    }
    let candidate = &scene.ballot.candidates[0];
    let votes = format!("ballots/{}/votes", scene.ballot.id);
    for choice in [json!([candidate]), json!([null, true]), json!(candidate)] {
        let refused = scene.voter.post(&votes, &json!({"choice": choice, "tracker": tracker()})).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/choice", "{}", refused.body);
    }
    assert_eq!(tables::everything(world).await, before);
}

async fn deep_nesting_is_refused(world: &World) {
    let scene = scene(world).await;
    let before = tables::everything(world).await;
    for (method, path, api, good) in scene.takers(world) {
        let field = good.as_object().unwrap().keys().next().unwrap();
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let depth = 2000;
            let body = format!("{{\"{field}\":{}1{}}}", open.repeat(depth), close.repeat(depth));
            let request = api.request(method.clone(), &path).header("content-type", "application/json");
            let refused = Api::send(request.body(body)).await;
            assert!(matches!(refused.status, 400 | 422), "{method} {path}: {}", refused.body);
            let code = if refused.status == 400 { "malformed-json" } else { "validation-failed" };
            refused.refused(refused.status, code);
        }
    }
    assert_eq!(tables::everything(world).await, before);
}

async fn the_content_type_must_be_json(world: &World) {
    let scene = scene(world).await;
    let body: &[&[u8]] = &[b"{\"a\": 1}"];
    for kind in
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp"), Some("")]
    {
        scene.all_refuse(world, kind, body, (415, "unsupported-media-type")).await;
    }
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"] {
        let request = scene.organiser.request(Method::PATCH, "conferences/eccp-2026").header("content-type", kind);
        let _changed = Api::send(request.body("{\"name\": \"ECCP\"}")).await.expect(200);
    }
}

/// A JSON object of exactly this many bytes.
fn of_size(bytes: usize) -> Vec<u8> {
    let mut body = b"{\"name\": \"".to_vec();
    body.resize(bytes - 2, b'a');
    body.extend_from_slice(b"\"}");
    body
}

fn writes_a_ballot(method: &Method, path: &str) -> bool {
    (method == Method::PATCH && path.starts_with("ballots/")) || path.ends_with("/ballots")
}

async fn a_body_has_at_most_sixteen_kibibytes_and_a_ballot_more(world: &World) {
    let scene = scene(world).await;
    let (fits, too_large, huge) = (of_size(16 * 1024), of_size(16 * 1024 + 1), of_size(100_000));
    let (ballot_fits, no_ballot) = (of_size(1024 * 1024), of_size(1024 * 1024 + 1));
    let refusal = (413, "body-too-large");
    let others = |method: &Method, path: &str| !writes_a_ballot(method, path);
    scene.refuse(world, JSON, &[&too_large, &huge], refusal, others).await;
    scene.refuse(world, JSON, &[&no_ballot], refusal, writes_a_ballot).await;
    scene.refuse(world, JSON, &[&ballot_fits], (422, "validation-failed"), writes_a_ballot).await;
    let path = "conferences/eccp-2026";
    let request = scene.organiser.request(Method::PATCH, path).header("content-type", "application/json");
    Api::send(request.body(fits.clone())).await.refused(422, "validation-failed");

    for (body, status, code) in [(&too_large, 413, "body-too-large"), (&fits, 422, "validation-failed")] {
        let mut chunks = Vec::new();
        for chunk in body.chunks(4000) {
            chunks.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            chunks.extend_from_slice(chunk);
            chunks.extend_from_slice(b"\r\n");
        }
        chunks.extend_from_slice(b"0\r\n\r\n");
        let head =
            format!("PATCH /api/v1/{path} HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked");
        let refused = raw_http::send(&scene.organiser, head.as_bytes(), &chunks).await;
        assert_eq!(refused.status, status, "{}", refused.body);
        refused.refused(status, code);
    }
    let found = world.api().get(path).await.expect(200);
    assert_eq!(found.json["name"], "European Cluster Conference");
}

async fn what_is_no_uuid_is_nowhere(world: &World) {
    let Scene { organiser, voter, ballot } = scene(world).await;
    let hyphenless = ballot.id.replace('-', "");
    let longer = format!("{}0", ballot.id);
    let odd =
        ["1", "null", "%00", "%ff", "..", "00000000-0000-0000-0000-000000000000", "ballots", &longer, "💥", "a b"];
    let reads = ["", "/manifest", "/state", "/turnout", "/results", "/results.csv", "/results.svg"];
    for id in odd {
        for what in reads {
            let id = if id == ".." { "%2e%2e" } else { id };
            let answer = world.api().get(&format!("ballots/{id}{what}")).await;
            assert_eq!(answer.status, 404, "{id}{what}: {}", answer.body);
            answer.refused(404, "not-found");
        }
        voter.get(&format!("ballots/x{id}/participation")).await.refused(404, "not-found");
        organiser.get(&format!("ballots/x{id}/tally")).await.refused(404, "not-found");
        organiser.post(&format!("ballots/x{id}/transitions"), &json!({"to": "closed"})).await.refused(404, "not-found");
        organiser.get(&format!("attendees/x{id}")).await.refused(404, "not-found");
        organiser.delete(&format!("attendees/x{id}")).await.refused(404, "not-found");
        organiser.delete(&format!("organisers/x{id}")).await.refused(404, "not-found");
        world.api().get(&format!("conferences/x{id}y")).await.refused(404, "not-found");
        world.api().get(&format!("receipts/x{id}")).await.refused(404, "receipt-not-found");
    }
    // Each resource has one address, whatever else a UUID parser may accept.
    for spelling in [hyphenless, format!("{{{}}}", ballot.id), format!("urn:uuid:{}", ballot.id)] {
        let answer = world.api().get(&format!("ballots/{spelling}")).await;
        assert!(answer.status == 404 || answer.json["id"] == ballot.id.as_str(), "{spelling}: {}", answer.body);
    }
}

async fn numbers_out_of_range_are_refused(world: &World) {
    let Scene { organiser, ballot, .. } = scene(world).await;
    for limit in ["0", "201", "-1", "1.5", "1e2", "", "ten", "4294967296", "99999999999999999999999999", "%00", "0x10"]
    {
        for list in ["conferences", "organisers", "audit-events", "conferences/eccp-2026/ballots"] {
            let refused = organiser.get(&format!("{list}?limit={limit}")).await;
            assert_eq!(refused.status, 422, "{list} {limit}: {}", refused.body);
            refused.refused(422, "validation-failed");
            assert_eq!(refused.json["errors"][0]["pointer"], "/limit", "{}", refused.body);
        }
    }
    organiser.get("conferences?limit=1&limit=2").await.refused(422, "validation-failed");
    for version in ["-1", "x", "4294967296", "99999999999999999999"] {
        let path = format!("ballots/{}/results?version={version}", ballot.id);
        world.api().get(&path).await.refused(422, "validation-failed");
    }
    for version in ["0", "1", "4294967295"] {
        let path = format!("ballots/{}/results?version={version}", ballot.id);
        world.api().get(&path).await.refused(404, "results-not-published");
    }
    let path = format!("ballots/{}/closing-times", ballot.id);
    for number in ["-1", "604801", "4294967296", "1.5", "1e400", "\"60\"", "99999999999999999999999", "[60]"] {
        let request = organiser.request(Method::POST, &path).header("content-type", "application/json");
        let refused = Api::send(request.body(format!("{{\"in_seconds\": {number}}}"))).await;
        assert!(matches!(refused.status, 400 | 422), "{number}: {}", refused.body);
    }
    for time in
        ["9999-12-31T23:59:59Z", "-000001-01-01T00:00:00Z", "2026-11-25", "2026-13-01T00:00:00Z", "0", "tomorrow"]
    {
        organiser.post(&path, &json!({"closes_at": time})).await.refused(422, "validation-failed");
    }
    let state = world.api().ballot(&ballot, "state").await.expect(200);
    assert_eq!((&state.json["state"], &state.json["closes_at"]), (&json!("open"), &Value::Null));
}

async fn odd_paths_are_refused(world: &World) {
    let scene = scene(world).await;
    let long = format!("/api/v1/conferences/{}", "a".repeat(5000));
    for path in [
        "/api/v1/conferences/%ff%fe",
        "/api/v1/conferences/%00",
        "/api/v1/conferences/..%2f..%2fetc%2fpasswd",
        "/api/v1/conferences//ballots",
        "/api/v1//conferences",
        "/api/v1/conferences/",
        "/api/v1/",
        "/api/v1",
        "/api/v2/conferences",
        "/api/",
        "/API/v1/conferences",
        long.as_str(),
    ] {
        let head = format!("GET {path} HTTP/1.1");
        let answer = raw_http::send(&scene.organiser, head.as_bytes(), b"").await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        if path.starts_with("/api/") {
            answer.refused(404, "not-found");
        }
    }
    // Invalid addresses never reach the service.
    for head in [&b"GET /api/v1/conferences/\xff\xfe HTTP/1.1"[..], b"GET /api/v1/conferences/ x HTTP/1.1"] {
        let answer = raw_http::send(&world.api(), head, b"").await;
        assert!(matches!(answer.status, 400 | 404), "{}", answer.body);
    }
    let absolute = raw_http::send(&world.api(), b"GET http://elsewhere.example/api/v1/keys HTTP/1.1", b"").await;
    assert!(matches!(absolute.status, 200 | 400 | 404 | 421), "{}", absolute.body);
}

async fn odd_methods_and_versions_are_refused(world: &World) {
    for method in ["TRACE", "PROPFIND", "FOO", "PUT", "CONNECT"] {
        let head = format!("{method} /api/v1/conferences HTTP/1.1");
        let answer = raw_http::send(&world.api(), head.as_bytes(), b"").await;
        assert!(matches!(answer.status, 400 | 404 | 405), "{method}: {}", answer.body);
        assert!(!answer.body.contains(method), "nothing is echoed: {}", answer.body);
    }
    let overridden = world.api().request(Method::GET, "conferences").header("x-http-method-override", "POST");
    let _list = Api::send(overridden).await.expect(200);
    let ancient = raw_http::send(&world.api(), b"GET /api/v1/conferences HTTP/9.9", b"").await;
    assert_eq!(ancient.status, 400);
}

async fn an_empty_body_is_no_json(world: &World) {
    let scene = scene(world).await;
    let needs_none = ["copies", "publications"];
    let before = tables::everything(world).await;
    for (method, path, api, _good) in scene.takers(world) {
        if needs_none.iter().any(|what| path.ends_with(what)) {
            continue;
        }
        let request = api.request(method.clone(), &path).header("content-type", "application/json");
        Api::send(request).await.refused(400, "malformed-json");
        Api::send(api.request(method, &path)).await.refused(415, "unsupported-media-type");
    }
    assert_eq!(tables::everything(world).await, before);
    let copies = format!("ballots/{}/copies", scene.ballot.id);
    let _copy = Api::send(scene.organiser.request(Method::POST, &copies)).await.expect(201);
    let untyped = scene.organiser.request(Method::POST, &copies).body("{}");
    Api::send(untyped).await.refused(415, "unsupported-media-type");
}

async fn a_request_is_for_exactly_one_host(world: &World) {
    let scene = scene(world).await;
    let state = format!("/api/v1/ballots/{}/state", scene.ballot.id);
    // The second one is answered from the cache.
    for path in ["/api/v1/keys", state.as_str(), state.as_str(), "/eccp-2026", "/healthz", "/nowhere"] {
        let send = async |lines: &str| raw_http::send_without_host(&world.api(), lines.as_bytes(), b"").await;
        let good = send(&format!("GET {path} HTTP/1.1\r\nHost: vote.example.org")).await.status;
        assert_eq!(good, if path == "/nowhere" { 404 } else { 200 }, "{path}");
        for hosts in
            ["", "\r\nHost: a.example\r\nHost: a.example", "\r\nHost: a.example\r\nhost: b.example", "\r\nHost: a b"]
        {
            let refused = send(&format!("GET {path} HTTP/1.1{hosts}")).await;
            assert_eq!(refused.status, 400, "{path} {hosts:?}: {}", refused.body);
        }
        assert_eq!(send(&format!("GET {path} HTTP/1.0")).await.status, good, "{path}: before there was that header");
        let twice = send(&format!("GET {path} HTTP/1.0\r\nHost: a.example\r\nHost: b.example")).await;
        assert_eq!(twice.status, 400, "{path}");
    }
}
