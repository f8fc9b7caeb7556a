//! Portraits of candidates: re-encoded from the upload, and frozen with the definition.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Sha256Hash;
use urna_tests::{Answer, Api, Ballot, Cases, World, cases};

use crate::record::{archive, check, key};
use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_portrait_is_three_squares_around_the_focus,
            a_portrait_is_fixed_with_the_definition,
            a_definition_keeps_portraits_and_gives_none,
            a_copy_has_the_portraits,
            what_is_no_picture_is_no_portrait,
            a_change_based_on_an_older_draft_is_refused,
            a_known_portrait_is_not_sent_again,
            a_portrait_of_nobody_is_not_found;
    }
}

/// A wide picture, its left third red and the rest blue.
fn picture(format: ImageFormat) -> Vec<u8> {
    let pixel = |x, _| if x < 200 { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) };
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::from_fn(600, 300, pixel)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn path(ballot: &Ballot, place: usize) -> String {
    format!("ballots/{}/candidates/{}/portrait", ballot.id, ballot.candidates[place])
}

async fn put(organiser: &Api, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    Api::send(organiser.request(Method::PUT, path).header("content-type", kind).body(bytes)).await
}

async fn image(world: &World, sha256: &str, px: u32) -> (Vec<u8>, DynamicImage) {
    let found = world.api().request(Method::GET, &format!("portraits/{sha256}/{px}")).send().await.unwrap();
    assert_eq!((found.status().as_u16(), &found.headers()["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    assert_eq!(found.headers()["cache-control"], "public, max-age=31536000, immutable");
    let bytes = found.bytes().await.unwrap().to_vec();
    let decoded = image::load_from_memory(&bytes).unwrap();
    (bytes, decoded)
}

async fn a_portrait_is_three_squares_around_the_focus(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    for (kind, format) in
        [("image/png", ImageFormat::Png), ("image/jpeg", ImageFormat::Jpeg), ("image/webp", ImageFormat::WebP)]
    {
        let mut hashes = Vec::new();
        for (query, is_red) in [("?x=0", true), ("?x=1&y=0.5", false)] {
            let made =
                put(&organiser, &format!("{}{query}", path(&ballot, 0)), kind, picture(format)).await.expect(201);
            assert_eq!(made.json["sizes"], json!([96, 192, 384]));
            let sha256 = made.text("/sha256");
            for (px, most) in [(96, 3_000), (192, 6_000), (384, 24_000)] {
                let (bytes, decoded) = image(world, &sha256, px).await;
                assert!(bytes.len() <= most, "{px}: {} bytes", bytes.len());
                assert_eq!(decoded.dimensions(), (px, px));
                let [red, _, blue, _] = decoded.get_pixel(px / 2, px / 2).0;
                assert_eq!(red > blue, is_red, "{px} {query}");
                if px == 384 {
                    assert_eq!(Sha256Hash::of(&bytes).to_string(), sha256);
                }
            }
            hashes.push(sha256);
        }
        // The later upload replaced the earlier one.
        world.api().get(&format!("portraits/{}/96", hashes[0])).await.refused(404, "not-found");
    }
    let shown = organiser.get(&format!("ballots/{}", ballot.id)).await.expect(200).json;
    assert!(shown["candidates"][0]["portrait"].is_string(), "{shown}");
    assert_eq!(shown["candidates"][1]["portrait"], Value::Null);
    for wrong in ["?x=2", "?y=-0.1", "?x=NaN", "?x=left"] {
        let refused =
            put(&organiser, &format!("{}{wrong}", path(&ballot, 0)), "image/png", picture(ImageFormat::Png)).await;
        refused.refused(422, "validation-failed");
    }
}

async fn a_portrait_is_fixed_with_the_definition(world: &World) {
    let organiser = organiser(world).await;
    let _voter = organiser.voter(CONFERENCE, "Anna").await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let made = put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.expect(201);
    go_on(&organiser, &ballot, "open").await;
    let manifest = world.api().get(&format!("ballots/{}/manifest", ballot.id)).await.expect(200).json;
    assert_eq!(manifest["candidates"][0]["portrait"], made.json["sha256"]);
    assert!(manifest["candidates"][1].get("portrait").is_none(), "{manifest}");
    put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.refused(409, "ballot-locked");
    organiser.delete(&path(&ballot, 0)).await.refused(409, "ballot-locked");
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "published").await;
    let report = check(&archive(&world.api(), &ballot, "").await, &key(&world.api()).await, &[]);
    assert_eq!(report.faults, []);
    let _still_there = image(world, &made.text("/sha256"), 384).await;
}

async fn a_definition_keeps_portraits_and_gives_none(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let address = format!("ballots/{}", ballot.id);
    let sha256 =
        put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.expect(201).text("/sha256");
    let renamed = organiser.patch(&address, &json!({"title": "Another title"})).await.expect(200);
    assert_eq!(renamed.json["candidates"][0]["portrait"], json!(sha256));
    let mut candidates = renamed.json["candidates"].clone();
    for (place, portrait) in [(1, json!(sha256)), (0, json!("0".repeat(64)))] {
        let mut wrong = candidates.clone();
        wrong[place]["portrait"] = portrait;
        let refused = organiser.patch(&address, &json!({"candidates": wrong})).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], json!(format!("/candidates/{place}/portrait")));
    }
    candidates[0]["portrait"] = Value::Null;
    let without = organiser.patch(&address, &json!({"candidates": candidates})).await.expect(200);
    assert_eq!(without.json["candidates"][0]["portrait"], Value::Null);
    world.api().get(&format!("portraits/{sha256}/96")).await.refused(404, "not-found");
    let again = put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.expect(201);
    let _removed = organiser.delete(&path(&ballot, 0)).await.expect(204);
    world.api().get(&format!("portraits/{}/96", again.text("/sha256"))).await.refused(404, "not-found");
    let events = organiser.audit().await;
    assert_eq!(events.iter().filter(|event| event["action"] == "candidate.portrait_changed").count(), 3);
}

async fn a_copy_has_the_portraits(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let sha256 =
        put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.expect(201).text("/sha256");
    let copy = organiser.post(&format!("ballots/{}/copies", ballot.id), &json!({})).await.expect(201);
    assert_eq!(copy.json["candidates"][0]["portrait"], json!(sha256));
    let _gone = organiser.delete(&format!("ballots/{}", ballot.id)).await.expect(204);
    let _still_there = image(world, &sha256, 192).await;
}

async fn what_is_no_picture_is_no_portrait(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let path = path(&ballot, 0);
    put(&organiser, &path, "image/svg+xml", b"<svg/>".to_vec()).await.refused(415, "unsupported-media-type");
    for kind in ["image/png", "image/jpeg", "image/webp"] {
        put(&organiser, &path, kind, b"<script>alert(1)</script>".to_vec()).await.refused(422, "validation-failed");
    }
    // Few bytes, but more pixels than are decoded: 10,001 on a side.
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(image::GrayImage::new(10_001, 8)).write_to(&mut bytes, ImageFormat::Png).unwrap();
    put(&organiser, &path, "image/png", bytes.into_inner()).await.refused(422, "validation-failed");
    for (kind, format) in
        [("image/png", ImageFormat::Png), ("image/jpeg", ImageFormat::Jpeg), ("image/webp", ImageFormat::WebP)]
    {
        let whole = picture(format);
        let cut = whole[..whole.len() * 2 / 3].to_vec();
        put(&organiser, &path, kind, cut).await.refused(422, "validation-failed");
    }
    let refused = put(&organiser, &path, "image/png", vec![0; 5 * 1024 * 1024 + 1]).await;
    refused.refused(413, "body-too-large");
    assert_eq!(refused.json["detail"], "The body of this request may have at most 5120 KiB.");
    let shown = organiser.get(&format!("ballots/{}", ballot.id)).await.expect(200).json;
    assert_eq!(shown["candidates"][0]["portrait"], Value::Null);
}

async fn a_change_based_on_an_older_draft_is_refused(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let (path, draft) = (path(&ballot, 0), format!("ballots/{}", ballot.id));
    let send = |method: Method, tag: &str| {
        let request = organiser.request(method, &path).header("content-type", "image/png").header("if-match", tag);
        Api::send(request.body(picture(ImageFormat::Png)))
    };
    let first = organiser.get(&draft).await.expect(200).header("etag").to_owned();
    let _renamed = organiser.patch(&draft, &json!({"title": "Another title"})).await.expect(200);
    let second = organiser.get(&draft).await.expect(200).header("etag").to_owned();
    send(Method::PUT, &first).await.refused(412, "precondition-failed");
    let made = send(Method::PUT, &second).await.expect(201);
    send(Method::DELETE, &second).await.refused(412, "precondition-failed");
    let third = organiser.get(&draft).await.expect(200);
    assert_eq!(third.json["candidates"][0]["portrait"], made.json["sha256"]);
    let _removed = send(Method::DELETE, third.header("etag")).await.expect(204);
    let _nothing_left = organiser.delete(&path).await.expect(204);
    let events = organiser.audit().await;
    let events: Vec<_> = events.iter().filter(|event| event["action"] == "candidate.portrait_changed").collect();
    let portraits: Vec<_> = events.iter().map(|event| &event["details"]["portrait"]).collect();
    assert!(portraits.len() == 2 && portraits.contains(&&made.json["sha256"]), "{portraits:?}");
    assert!(portraits.contains(&&Value::Null), "{portraits:?}");
}

async fn a_known_portrait_is_not_sent_again(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let made = put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.expect(201);
    let address = format!("portraits/{}/96", made.text("/sha256"));
    let first = world.api().request(Method::GET, &address).send().await.unwrap();
    let again = world.api().request(Method::GET, &address).header("if-none-match", &first.headers()["etag"]);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

async fn a_portrait_of_nobody_is_not_found(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let nobody = format!("ballots/{}/candidates/{}/portrait", ballot.id, ballot.id);
    put(&organiser, &nobody, "image/png", picture(ImageFormat::Png)).await.refused(404, "not-found");
    let sha256 =
        put(&organiser, &path(&ballot, 0), "image/png", picture(ImageFormat::Png)).await.expect(201).text("/sha256");
    for wrong in [
        format!("portraits/{sha256}/95"),
        format!("portraits/{sha256}/096"),
        format!("portraits/{}/96", "0".repeat(64)),
        "portraits/x/96".to_owned(),
    ] {
        world.api().get(&wrong).await.refused(404, "not-found");
    }
}
