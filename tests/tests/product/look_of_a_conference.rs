//! The colour and the logo of a conference, on its pages.

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use urna_tests::{Answer, Api, Cases, World, cases};

use crate::scene::{CONFERENCE, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_colour_is_on_every_page_of_the_conference,
            a_logo_is_on_every_page_of_the_conference,
            what_is_no_picture_is_no_logo,
            a_new_logo_has_a_new_address;
    }
}

/// The smallest PNG: one pixel (<https://www.w3.org/TR/png-3/>).
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

async fn put(organiser: &Api, kind: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("conferences/{CONFERENCE}/logo");
    Api::send(organiser.request(Method::PUT, &path).header("content-type", kind).body(bytes)).await
}

async fn logo(world: &World) -> Value {
    world.api().get(&format!("conferences/{CONFERENCE}")).await.expect(200).json["logo"].clone()
}

async fn a_colour_is_on_every_page_of_the_conference(world: &World) {
    let organiser = organiser(world).await;
    let path = format!("conferences/{CONFERENCE}");
    assert_eq!(organiser.get(&path).await.expect(200).json["accent"], Value::Null);
    for wrong in ["red", "#12345", "url(x)"] {
        organiser.patch(&path, &json!({"accent": wrong})).await.refused(422, "validation-failed");
    }
    let changed = organiser.patch(&path, &json!({"accent": "#FFDD00"})).await.expect(200);
    assert_eq!(changed.json["accent"], "#ffdd00");
    let page = world.api().get(&format!("/{CONFERENCE}")).await.expect(200);
    assert!(page.body.contains("<link rel=\"stylesheet\" href=\"/assets/tint-ffdd00.css\">"), "{}", page.body);
    let tint = world.api().get("/assets/tint-ffdd00.css").await.expect(200);
    assert_eq!(tint.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(tint.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(tint.body.contains("--accent:") && !tint.body.starts_with(":root{--accent:#ffdd00"), "{}", tint.body);
    assert!(tint.body.contains("{--accent:#ffdd00;--on-accent:#000000}"), "as it is on dark paper: {}", tint.body);
    let _plain = organiser.patch(&path, &json!({"accent": null})).await.expect(200);
    assert!(!world.api().get(&format!("/{CONFERENCE}")).await.expect(200).body.contains("tint-"));
    for wrong in ["/assets/tint-red.css", "/assets/tint-12345é.css", "/assets/nothing"] {
        let _missing = world.api().get(wrong).await.expect(404);
    }
}

async fn a_logo_is_on_every_page_of_the_conference(world: &World) {
    let organiser = organiser(world).await;
    assert_eq!(logo(world).await, Value::Null);
    let _put = put(&organiser, "image/png", PNG.to_vec()).await.expect(204);
    let address = logo(world).await.as_str().unwrap().to_owned();
    let page = world.api().get(&format!("/{CONFERENCE}")).await.expect(200);
    assert!(page.body.contains(&format!("<img src=\"{address}\" alt=\"\"")), "{}", page.body);
    let image = world.api().request(Method::GET, &address).send().await.unwrap();
    assert_eq!(image.headers()["content-type"], "image/png");
    assert_eq!(image.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(Sha256::digest(image.bytes().await.unwrap()), Sha256::digest(PNG));
    let renamed = organiser.patch(&format!("conferences/{CONFERENCE}"), &json!({"name": "Another"})).await.expect(200);
    assert_eq!(renamed.json["logo"], json!(address), "a change of the name leaves the logo");
    let _removed = organiser.delete(&format!("conferences/{CONFERENCE}/logo")).await.expect(204);
    assert_eq!(logo(world).await, Value::Null);
    let _gone = world.api().get(&address).await.expect(404);
    assert!(!world.api().get(&format!("/{CONFERENCE}")).await.expect(200).body.contains("<img"));
    let events = organiser.audit().await;
    assert_eq!(events.iter().filter(|event| event["action"] == "conference.logo_changed").count(), 2);
}

async fn what_is_no_picture_is_no_logo(world: &World) {
    let organiser = organiser(world).await;
    put(&organiser, "image/svg+xml", b"<svg onload=\"alert(1)\"/>".to_vec())
        .await
        .refused(415, "unsupported-media-type");
    for kind in ["image/png", "image/jpeg", "image/webp"] {
        put(&organiser, kind, b"<script>alert(1)</script>".to_vec()).await.refused(422, "validation-failed");
    }
    put(&organiser, "image/jpeg", PNG.to_vec()).await.refused(422, "validation-failed");
    let large = [PNG, &[0; 16 * 1024]].concat();
    put(&organiser, "image/png", large).await.refused(413, "body-too-large");
    assert_eq!(logo(world).await, Value::Null);
    let elsewhere = organiser.request(Method::PUT, "conferences/nowhere/logo").header("content-type", "image/png");
    Api::send(elsewhere.body(PNG)).await.refused(404, "not-found");
}

async fn a_new_logo_has_a_new_address(world: &World) {
    let organiser = organiser(world).await;
    let _first = put(&organiser, "image/png", PNG.to_vec()).await.expect(204);
    let first = logo(world).await;
    let _second = put(&organiser, "image/jpeg", b"\xff\xd8\xff\xe0 a picture".to_vec()).await.expect(204);
    let second = logo(world).await;
    assert_ne!(first, second);
    let image = world.api().get(second.as_str().unwrap()).await.expect(200);
    assert_eq!((image.header("content-type"), image.header("x-content-type-options")), ("image/jpeg", "nosniff"));
    let _gone = world.api().get(first.as_str().unwrap()).await.expect(404);
}
