//! The colour and the logo of a conference, on its pages.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::{Value, json};
use urna_tests::{Answer, Api, Cases, World, cases};

use crate::scene::{CONFERENCE, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_colour_is_on_every_page_of_the_conference,
            a_logo_is_on_every_page_of_the_conference,
            what_is_no_picture_is_no_logo,
            a_logo_of_too_many_pixels_is_refused_however_few_its_bytes,
            a_logo_is_kept_as_its_pixels_alone,
            a_new_logo_has_a_new_address;
    }
}

/// A picture in one colour; its left half is transparent if `alpha` is 0.
fn picture(format: ImageFormat, width: u32, height: u32, alpha: u8) -> Vec<u8> {
    let pixel = |x, _| Rgba([23, 69, 107, if 2 * x < width { alpha } else { 255 }]);
    let image = DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, pixel));
    let mut bytes = Cursor::new(Vec::new());
    let image = if alpha == 255 { DynamicImage::ImageRgb8(image.to_rgb8()) } else { image };
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png() -> Vec<u8> {
    picture(ImageFormat::Png, 8, 8, 255)
}

async fn shown(world: &World) -> (String, Vec<u8>) {
    let address = logo(world).await.as_str().unwrap().to_owned();
    let image = world.api().request(Method::GET, &address).send().await.unwrap();
    assert_eq!(
        (&image.headers()["x-content-type-options"], image.status().as_u16()),
        (&"nosniff".parse().unwrap(), 200)
    );
    (image.headers()["content-type"].to_str().unwrap().to_owned(), image.bytes().await.unwrap().to_vec())
}

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
    assert!(page.body.contains("<link rel=\"stylesheet\" href=\"/assets/tint2-ffdd00.css\">"), "{}", page.body);
    let tint = world.api().get("/assets/tint2-ffdd00.css").await.expect(200);
    assert_eq!(tint.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(tint.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(tint.body.contains("--conf:#ffdd00;--on-conf:#000000"), "as an area: {}", tint.body);
    assert!(tint.body.contains(";--accent:") && !tint.body.contains(";--accent:#ffdd00"), "{}", tint.body);
    assert!(tint.body.contains("{--accent:#ffdd00;--on-accent:#000000}"), "as it is on dark paper: {}", tint.body);
    let _plain = organiser.patch(&path, &json!({"accent": null})).await.expect(200);
    assert!(!world.api().get(&format!("/{CONFERENCE}")).await.expect(200).body.contains("tint2-"));
    for wrong in ["/assets/tint2-red.css", "/assets/tint2-12345é.css", "/assets/nothing"] {
        let _missing = world.api().get(wrong).await.expect(404);
    }
}

async fn a_logo_is_on_every_page_of_the_conference(world: &World) {
    let organiser = organiser(world).await;
    assert_eq!(logo(world).await, Value::Null);
    let _put = put(&organiser, "image/png", png()).await.expect(204);
    let address = logo(world).await.as_str().unwrap().to_owned();
    let page = world.api().get(&format!("/{CONFERENCE}")).await.expect(200);
    assert!(page.body.contains(&format!("<img src=\"{address}\" alt=\"\"")), "{}", page.body);
    let image = world.api().request(Method::GET, &address).send().await.unwrap();
    assert_eq!(image.headers()["content-type"], "image/png");
    assert_eq!(image.headers()["cache-control"], "public, max-age=31536000, immutable");
    let drawn = image::load_from_memory(&image.bytes().await.unwrap()).unwrap();
    assert_eq!((drawn.width(), drawn.height(), drawn.to_rgb8().get_pixel(3, 3).0), (8, 8, [23, 69, 107]));
    let renamed = organiser.patch(&format!("conferences/{CONFERENCE}"), &json!({"name": "Another"})).await.expect(200);
    assert_eq!(renamed.json["logo"], json!(address), "a change of the name leaves the logo");
    let path = format!("conferences/{CONFERENCE}/logo");
    let send = |method: Method, tag: &str| {
        let request = organiser.request(method, &path).header("if-match", tag).header("content-type", "image/png");
        Api::send(request.body(png()))
    };
    for method in [Method::PUT, Method::DELETE] {
        send(method, "\"AAAAAAAAAAAAAAAAAAAAAA\"").await.refused(412, "precondition-failed");
    }
    let _the_same = send(Method::PUT, renamed.header("etag")).await.expect(204);
    let _removed = send(Method::DELETE, renamed.header("etag")).await.expect(204);
    let _nothing_left = organiser.delete(&path).await.expect(204);
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
    put(&organiser, "image/jpeg", png()).await.refused(422, "validation-failed");
    put(&organiser, "image/png", vec![0; 5 * 1024 * 1024 + 1]).await.refused(413, "body-too-large");
    put(&organiser, "image/png", png()[..40].to_vec()).await.refused(422, "validation-failed");
    assert_eq!(logo(world).await, Value::Null);
    let elsewhere = organiser.request(Method::PUT, "conferences/nowhere/logo").header("content-type", "image/png");
    Api::send(elsewhere.body(png())).await.refused(404, "not-found");
}

async fn a_new_logo_has_a_new_address(world: &World) {
    let organiser = organiser(world).await;
    let _first = put(&organiser, "image/png", png()).await.expect(204);
    let first = logo(world).await;
    let _second = put(&organiser, "image/webp", picture(ImageFormat::WebP, 9, 8, 255)).await.expect(204);
    let second = logo(world).await;
    assert_ne!(first, second);
    let _gone = world.api().get(first.as_str().unwrap()).await.expect(404);
}

async fn a_logo_of_too_many_pixels_is_refused_however_few_its_bytes(world: &World) {
    let organiser = organiser(world).await;
    let mut bomb = png();
    // Width and height are in the header, which has a checksum.
    bomb[16..24].copy_from_slice(&[12_000_u32.to_be_bytes(), 8_000_u32.to_be_bytes()].concat());
    let checksum = crc32fast::hash(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    let refused = put(&organiser, "image/png", bomb).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["code"], "invalid-picture", "{}", refused.body);
    assert!(refused.body.contains("4,096 pixels"), "{}", refused.body);
    assert_eq!(logo(world).await, Value::Null);
}

async fn a_logo_is_kept_as_its_pixels_alone(world: &World) {
    let organiser = organiser(world).await;
    // A text chunk before the end of the picture, and data after it.
    let mut talkative = png();
    let end = talkative.len() - 12;
    let text =
        [b"\0\0\0\x11tEXtComment\0a secret!".as_slice(), &crc32fast::hash(b"tEXtComment\0a secret!").to_be_bytes()]
            .concat();
    talkative.splice(end..end, text);
    talkative.extend(b"<script>");
    let _put = put(&organiser, "image/png", talkative).await.expect(204);
    let (_, bytes) = shown(world).await;
    assert!(!bytes.windows(6).any(|part| part == b"secret" || part == b"<scrip"));
    let _wide = put(&organiser, "image/png", picture(ImageFormat::Png, 1_000, 100, 0)).await.expect(204);
    let (media_type, bytes) = shown(world).await;
    let small = image::load_from_memory(&bytes).unwrap();
    assert_eq!((media_type.as_str(), small.width(), small.height()), ("image/png", 448, 45));
    assert_eq!([small.to_rgba8().get_pixel(20, 20).0[3], small.to_rgba8().get_pixel(400, 20).0[3]], [0, 255]);
}
