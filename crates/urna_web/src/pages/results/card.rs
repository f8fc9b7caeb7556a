//! The picture that other sites show beside a link to a result: 1200 by 630 pixels, drawn here because they load no
//! styles.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ab_glyph::{Font as _, FontRef, PxScale, ScaleFont as _, point};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageResult, Rgb, RgbImage};
use tokio::sync::Semaphore;
use urna_core::{Colour, Slug};

use super::{ResultInWords, assets};
use crate::api::results::VersionQuery;
use crate::etag::{self, PUBLIC};
use crate::extract::InQuery;
use crate::pages::tint;
use crate::problem::{Code, Problem};
use crate::state::Web;

/// The texts and the colour of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawing {
    title: String,
    /// The label, such as `Winner`.
    label: String,
    names: String,
    share: String,
    votes: String,
    conference: String,
    ground: Colour,
}

/// The colours of the stylesheet.
const PAPER: Colour = Colour { red: 0xfb, green: 0xfa, blue: 0xf7 };
const INK: Colour = Colour { red: 0x14, green: 0x18, blue: 0x1f };
const SOFT: Colour = Colour { red: 0x4b, green: 0x53, blue: 0x5f };
const CONFERENCE: Colour = Colour { red: 0xff, green: 0xbe, blue: 0x3d };

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;
/// The row of pixels in which the coloured ground begins.
const LINE: u32 = 400;
const MARGIN: f32 = 72.0;
const ROOM: f32 = 1056.0;

static REGULAR: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("../../../assets/fonts/commissioner-regular.ttf"))
        .expect("the typeface is one of ours")
});
static FLAIR: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("../../../assets/fonts/commissioner-flair.ttf"))
        .expect("the typeface is one of ours")
});

/// The cards that were asked for last: many people share one result at once.
static DRAWN: Mutex<VecDeque<(Drawing, Bytes)>> = Mutex::new(VecDeque::new());
const MOST: usize = 32;
/// One card is drawn at a time, so that nobody draws what somebody else is drawing.
static DRAWING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Serves the card. If nobody has won, the typeface lacks a letter, or the winners' names do not fit, serves the picture
/// that is the same for all results.
pub(in crate::pages) async fn show(
    State(web): State<Web>,
    headers: HeaderMap,
    Path((conference, ballot)): Path<(String, String)>,
    InQuery(query): InQuery<VersionQuery>,
) -> Result<Response, Problem> {
    let slug = |text: &str| Slug::parse(text).map_err(|_| Problem::new(Code::NotFound));
    let view = web.app.view_results(&slug(&conference)?, &slug(&ballot)?, query.version).await?;
    let t = urna_texts::choose(None, None, &view.conference.languages);
    let drawing = ResultInWords { view: &view, t }.drawing().filter(Drawing::can_be_drawn);
    let Some(drawing) = drawing else { return Ok(etag::answer(&headers, "image/png", PUBLIC, assets::CARD)) };
    let png = match find_drawn(&drawing) {
        Some(png) => png,
        None => draw(drawing).await?,
    };
    Ok(etag::answer(&headers, "image/png", PUBLIC, png))
}

fn drawn() -> std::sync::MutexGuard<'static, VecDeque<(Drawing, Bytes)>> {
    DRAWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finds a card that was drawn before, and remembers it longer.
fn find_drawn(drawing: &Drawing) -> Option<Bytes> {
    let mut drawn = drawn();
    let place = drawn.iter().position(|(known, _)| known == drawing)?;
    let card = drawn.remove(place)?;
    let png = card.1.clone();
    drawn.push_front(card);
    Some(png)
}

async fn draw(drawing: Drawing) -> Result<Bytes, Problem> {
    let permit = DRAWING.clone().acquire_owned().await.map_err(|_| Problem::new(Code::Internal))?;
    if let Some(png) = find_drawn(&drawing) {
        return Ok(png);
    }
    let drawing = tokio::task::spawn_blocking(move || {
        // A caller may hang up; the card is finished, and kept for the next one.
        let _permit = permit;
        let png = Bytes::from(drawing.png()?);
        let mut drawn = drawn();
        drawn.truncate(MOST - 1);
        drawn.push_front((drawing, png.clone()));
        ImageResult::Ok(png)
    });
    drawing.await.ok().and_then(ImageResult::ok).ok_or(Problem::new(Code::Internal))
}

impl ResultInWords<'_> {
    /// Collects the texts of the card; `None` if nobody has won and there is no verdict.
    fn drawing(&self) -> Option<Drawing> {
        let (title, conference) = (self.written(&self.view.results.title).text, self.view.conference.name.clone());
        let ground = self.view.conference.accent.unwrap_or(CONFERENCE);
        if let Some(verdict) = self.verdict() {
            let (label, share) = (self.t.say("motion-label"), String::new());
            let votes = if verdict.answers.is_empty() { verdict.needed.concat() } else { verdict.answers };
            return Some(Drawing { title, label, names: verdict.heading, share, votes, conference, ground });
        }
        let elected = self.view.results.rows.iter().filter(|row| row.elected);
        let names: Vec<_> = elected.map(|row| self.written(&row.name).text).collect();
        let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
        let figures = self.figures(count)?;
        Some(Drawing {
            title,
            label: self.winner_label(count),
            names: self.t.list(&names),
            share: figures.share,
            votes: figures.votes,
            conference,
            ground,
        })
    }
}

impl Drawing {
    /// Whether the typeface has every letter (it lacks all scripts that run from right to left), and no winner's name
    /// would be left out.
    fn can_be_drawn(&self) -> bool {
        let has = |text: &str| text.chars().all(|letter| letter == ' ' || FLAIR.glyph_id(letter).0 != 0);
        [&self.title, &self.label, &self.names, &self.share, &self.votes, &self.conference]
            .into_iter()
            .all(|text| has(&spaced(text)))
            && set(&self.names).is_some()
    }

    fn png(&self) -> ImageResult<Vec<u8>> {
        let mut image = RgbImage::from_pixel(WIDTH, HEIGHT, rgb(PAPER));
        for (_, _, pixel) in image.enumerate_pixels_mut().filter(|(_, y, _)| *y >= LINE) {
            *pixel = rgb(self.ground);
        }
        let on_ground = if tint::on(self.ground) == tint::BLACK { INK } else { tint::WHITE };
        write(&mut image, &REGULAR, &fitted(&REGULAR, &self.title, 38.0, ROOM), 38.0, (MARGIN, 92.0), INK);
        write(&mut image, &REGULAR, &self.label, 30.0, (MARGIN, 136.0), SOFT);
        let (size, lines) = set(&self.names).unwrap_or_default();
        let mut baseline = 354.0;
        for line in lines.iter().rev() {
            write(&mut image, &FLAIR, line, size, (MARGIN, baseline), INK);
            baseline -= size * 1.03;
        }
        write(&mut image, &FLAIR, &self.share, 150.0, (MARGIN, 568.0), on_ground);
        let beside = MARGIN + width(&FLAIR, &self.share, 150.0) + 56.0;
        let room = MARGIN + ROOM - beside;
        write(&mut image, &REGULAR, &fitted(&REGULAR, &self.votes, 40.0, room), 40.0, (beside, 512.0), on_ground);
        let sizes = [32.0, 28.0, 24.0];
        let size = sizes.into_iter().find(|size| width(&REGULAR, &self.conference, *size) <= room).unwrap_or(24.0);
        let conference = fitted(&REGULAR, &self.conference, size, room);
        write(&mut image, &REGULAR, &conference, size, (beside, 562.0), on_ground);
        let mut png = Vec::new();
        image.write_with_encoder(PngEncoder::new_with_quality(
            Cursor::new(&mut png),
            CompressionType::Default,
            FilterType::NoFilter,
        ))?;
        Ok(png)
    }
}

const fn rgb(colour: Colour) -> Rgb<u8> {
    Rgb([colour.red, colour.green, colour.blue])
}

/// Replaces white space with plain spaces, which every typeface has.
fn spaced(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace()).collect::<Vec<_>>().join(" ")
}

/// Returns the scale at which an em has `size` pixels.
fn scale(font: &FontRef<'_>, size: f32) -> PxScale {
    PxScale::from(size * font.height_unscaled() / font.units_per_em().unwrap_or(1000.0))
}

/// Returns the extra space after a letter, in pixels: large letters stand closer.
fn tracking(size: f32) -> f32 {
    if size > 42.0 { -0.015 * size } else { 0.0 }
}

fn width(font: &FontRef<'_>, text: &str, size: f32) -> f32 {
    let scaled = font.as_scaled(scale(font, size));
    spaced(text).chars().map(|letter| scaled.h_advance(font.glyph_id(letter)) + tracking(size)).sum()
}

/// Cuts a line to the width of the room.
fn fitted(font: &FontRef<'_>, text: &str, size: f32, room: f32) -> String {
    let mut text = spaced(text);
    while width(font, &text, size) > room && text.chars().count() > 2 {
        let kept = text.chars().count() - 2;
        text = text.chars().take(kept).chain(['…']).collect();
    }
    text
}

/// Sets the names as large as they fit above the ground; returns their size in pixels, and their lines. A single word
/// that is too long for a line is cut. `None` if there are too many names.
fn set(names: &str) -> Option<(f32, Vec<String>)> {
    for (size, most) in [(128.0, 1), (104.0, 2), (88.0, 2), (68.0, 3), (56.0, 3), (44.0, 4), (36.0, 5), (30.0, 6)] {
        let lines = wrapped(names, size);
        if lines.len() <= most && lines.iter().all(|line| width(&FLAIR, line, size) <= ROOM) {
            return Some((size, lines));
        }
    }
    let lines = wrapped(names, 30.0);
    (lines.len() <= 6).then(|| (30.0, lines.iter().map(|line| fitted(&FLAIR, line, 30.0, ROOM)).collect()))
}

fn wrapped(text: &str, size: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|longer| width(&FLAIR, longer, size) <= ROOM) {
            Some(longer) => lines.last_mut().into_iter().for_each(|line| line.clone_from(&longer)),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes one line.
fn write(image: &mut RgbImage, font: &FontRef<'_>, text: &str, size: f32, (mut x, y): (f32, f32), colour: Colour) {
    let scale = scale(font, size);
    for letter in spaced(text).chars() {
        let id = font.glyph_id(letter);
        if let Some(outline) = font.outline_glyph(id.with_scale_and_position(scale, point(x, y))) {
            let bounds = outline.px_bounds();
            let (left, top) = (whole(bounds.min.x), whole(bounds.min.y));
            outline.draw(|dx, dy, cover| {
                if let Some(pixel) = image.get_pixel_mut_checked(left.saturating_add(dx), top.saturating_add(dy)) {
                    let (from, to) = (pixel.0, rgb(colour).0);
                    pixel.0 = std::array::from_fn(|part| mixed(from[part], to[part], cover));
                }
            });
        }
        x += font.as_scaled(scale).h_advance(id) + tracking(size);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a small picture; less is its edge"
)]
const fn whole(place: f32) -> u32 {
    place as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between the two, which are bytes")]
fn mixed(from: u8, to: u8, cover: f32) -> u8 {
    let cover = cover.clamp(0.0, 1.0);
    (f32::from(to) - f32::from(from)).mul_add(cover, f32::from(from)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(names: &str) -> Drawing {
        let text = str::to_owned;
        Drawing {
            title: text("European Cluster Manager of the Year 2026"),
            label: text("Winner"),
            names: text(names),
            share: text("40.0\u{a0}%"),
            votes: text("239 of 597 votes"),
            conference: text("European Cluster Conference 2026"),
            ground: CONFERENCE,
        }
    }

    #[test]
    fn every_name_that_the_typeface_has_fits() {
        for names in [
            "Madonna",
            "Zoë Łukaszewicz-Ó Briain",
            "Θεοδώρα Παπαδοπούλου and Иван Петрович Сидоров",
            "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen",
            "Ana-Maria Constantinescu-Brâncoveanu von und zu Hohenzollern, Þórður Æsir Øystein Åse, Ðorđe Živković and Ġorġ Ħaż-Żabbar",
        ] {
            assert!(drawing(names).can_be_drawn(), "{names}");
            let (size, lines) = set(names).unwrap();
            assert!(lines.iter().all(|line| width(&FLAIR, line, size) <= ROOM), "{lines:?}");
            let picture = image::load_from_memory(&drawing(names).png().unwrap()).unwrap().into_rgb8();
            assert_eq!(picture.dimensions(), (WIDTH, HEIGHT));
            let is_written = |pixel: &Rgb<u8>| *pixel == rgb(INK);
            assert!(picture.pixels().any(is_written));
            let margin = |x: u32| !(60..=WIDTH - 60).contains(&x);
            assert!(!picture.enumerate_pixels().any(|(x, _, pixel)| margin(x) && is_written(pixel)), "{names}");
        }
    }

    #[tokio::test]
    async fn a_card_whose_caller_hung_up_is_kept_for_the_next_one() {
        let card = drawing("Somebody who leaves");
        let before = DRAWING.clone().acquire_owned().await.unwrap();
        let caller = tokio::spawn(draw(card.clone()));
        drop(before);
        // The next one waits for the first, whether it had begun to draw or not.
        tokio::task::yield_now().await;
        caller.abort();
        let drawn = draw(card.clone()).await.ok().unwrap();
        assert_eq!(find_drawn(&card), Some(drawn));
        assert_eq!(DRAWING.available_permits(), 1);
    }

    #[test]
    fn no_winner_is_left_out() {
        let name = "Ana-Maria Constantinescu-Brâncoveanu of Hohenzollern";
        assert!(drawing(&[name; 5].join(", ")).can_be_drawn());
        assert!(!drawing(&[name; 9].join(", ")).can_be_drawn());
    }

    #[test]
    fn other_letters_are_left_to_the_picture_for_all() {
        assert!(!drawing("ليلى حداد").can_be_drawn());
        assert!(!drawing("נועה לוי 🏆").can_be_drawn());
    }
}
