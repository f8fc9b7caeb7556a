//! Pictures uploaded by organisers: decoded under limits and encoded anew, so that browsers get one small picture
//! and nothing else from the file.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::error::{LimitError, LimitErrorKind};
use image::imageops::{FilterType as Scaling, overlay};
use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, ImageResult, Limits, Rgba, RgbaImage,
};
use tokio::sync::Semaphore;
use urna_store::conferences::Logo;
use urna_store::portraits::Portrait;

use crate::failure::{Failure, Refusal};

/// The limits of an upload.
struct Bounds {
    /// The most pixels on a side.
    side: u32,
    /// The most pixels in all.
    pixels: u64,
    /// The most memory for the decoded pixels. Decoding may take about twice as much for a moment: to turn a picture
    /// upright, or for the parts of a progressive JPEG or a lossless WebP.
    memory: u64,
    /// The limits in words. Pixels with transparency or 16 bits per channel take more memory than others.
    said: &'static str,
}

/// Limits of a logo: four bytes for each pixel of a square, and some room.
const LOGO: Bounds = Bounds {
    side: 4_096,
    pixels: 4_096 * 4_096,
    memory: 96 * 1024 * 1024,
    said: "a logo may have at most 4,096 pixels on each side, and 12 million in all with 16 bits per channel",
};

/// Limits of a portrait from a camera: three bytes for each pixel, and some room.
const PORTRAIT: Bounds = Bounds {
    side: 10_000,
    pixels: 40_000_000,
    memory: 128 * 1024 * 1024,
    said: "a portrait may have at most 10,000 pixels on each side, and 40 million in all (33 million with \
           transparency, 16 million with 16 bits per channel)",
};

/// The stored size of a logo: four times the width and height shown on pages, for sharp displays.
const LOGO_WIDTH: u32 = 448;
const LOGO_HEIGHT: u32 = 144;

/// Why an upload is not a picture that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PictureRefused {
    /// Not decodable as the declared type, or cut off.
    #[error("this is no picture of that kind, or it is damaged")]
    Unreadable,
    /// More pixels than the limit.
    #[error("{0}")]
    TooLarge(&'static str),
}

/// The accepted kinds of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP; the first picture of an animation.
    WebP,
}

impl PictureKind {
    /// The kind with this media type, such as `image/png`.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type {
            "image/png" => Some(Self::Png),
            "image/jpeg" => Some(Self::Jpeg),
            "image/webp" => Some(Self::WebP),
            _ => None,
        }
    }

    const fn format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Jpeg => ImageFormat::Jpeg,
            Self::WebP => ImageFormat::WebP,
        }
    }
}

/// One picture is decoded at a time: each may take more than a hundred megabytes.
static DECODING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Encodes a picture anew, off the serving threads.
pub(crate) async fn made_anew<T: Send + 'static>(
    make: impl FnOnce() -> Result<T, PictureRefused> + Send + 'static,
) -> Result<T, Failure> {
    let permit = DECODING.clone().acquire_owned().await.expect("nobody closes the semaphore");
    let decoding = tokio::task::spawn_blocking(move || {
        // A caller may hang up; the decoder goes on, and so must the permit.
        let _permit = permit;
        make()
    });
    // If the decoder panics, treat the picture as unreadable.
    let made = decoding.await.unwrap_or(Err(PictureRefused::Unreadable));
    Ok(made.map_err(|refused| Refusal::invalid("", "invalid-picture", refused.to_string()))?)
}

/// Makes a logo from an upload: upright, no larger than pages show it, with nothing but its pixels. Takes up to a
/// fraction of a second: not for an async thread.
pub(crate) fn logo(kind: PictureKind, bytes: &[u8]) -> Result<Logo, PictureRefused> {
    let decoded = decode(kind, bytes, &LOGO)?;
    let is_small = decoded.width() <= LOGO_WIDTH && decoded.height() <= LOGO_HEIGHT;
    let scaled = if is_small { decoded } else { decoded.resize(LOGO_WIDTH, LOGO_HEIGHT, Scaling::Lanczos3) };
    encode(&scaled).map_err(|_| PictureRefused::Unreadable)
}

/// The point of a picture that matters most, as fractions of its width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Focus {
    /// From 0 at the left to 1 at the right.
    pub x: f32,
    /// From 0 at the top to 1 at the bottom.
    pub y: f32,
}

impl Default for Focus {
    /// The usual place of a face.
    fn default() -> Self {
        Self { x: 0.5, y: 0.4 }
    }
}

/// The sides of a portrait's squares, and the most bytes of each.
const SQUARES: [(u32, usize); 3] = [(96, 3_000), (192, 6_000), (384, 24_000)];

/// Makes a portrait from an upload: squares around the focus, with nothing but their pixels. Takes up to a second:
/// not for an async thread.
pub(crate) fn portrait(kind: PictureKind, bytes: &[u8], focus: Focus) -> Result<Portrait, PictureRefused> {
    let decoded = decode(kind, bytes, &PORTRAIT)?;
    let square = square(&on_white(decoded), focus);
    let [small, medium, large] =
        SQUARES.map(|(side, most)| jpeg(&square.resize_exact(side, side, Scaling::Lanczos3), most));
    let encoded = || Ok::<_, ImageError>(Portrait { small: small?, medium: medium?, large: large? });
    encoded().map_err(|_| PictureRefused::Unreadable)
}

/// The largest square around the focus that lies within the picture.
fn square(image: &DynamicImage, focus: Focus) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let side = width.min(height);
    image.crop_imm(begin(width, side, focus.x), begin(height, side, focus.y), side, side)
}

/// The start of a part of a length, with the part's middle as near to the focus as possible.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels: few, and clamped"
)]
fn begin(length: u32, part: u32, focus: f32) -> u32 {
    let middle = length as f32 * focus.clamp(0.0, 1.0);
    ((middle - part as f32 / 2.0).round().max(0.0) as u32).min(length - part)
}

/// Puts the picture on white in place of transparency. A large picture is first made smaller.
fn on_white(image: DynamicImage) -> DynamicImage {
    let most = 4 * SQUARES[2].0;
    let image = if image.width().min(image.height()) > most { image.thumbnail(2 * most, 2 * most) } else { image };
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let mut white = RgbaImage::from_pixel(image.width(), image.height(), Rgba([u8::MAX; 4]));
    overlay(&mut white, &image.into_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(white).into_rgb8())
}

/// A JPEG of at most `most` bytes, or else of the lowest acceptable quality.
fn jpeg(image: &DynamicImage, most: usize) -> ImageResult<Vec<u8>> {
    let mut smallest = Vec::new();
    for quality in [84, 76, 68, 60, 50, 40, 30] {
        smallest = written(|to| image.write_with_encoder(JpegEncoder::new_with_quality(to, quality)))?;
        if smallest.len() <= most {
            break;
        }
    }
    Ok(smallest)
}

fn decode(kind: PictureKind, bytes: &[u8], bounds: &Bounds) -> Result<DynamicImage, PictureRefused> {
    if is_cut_off(kind, bytes) {
        return Err(PictureRefused::Unreadable);
    }
    try_decode(kind, bytes, bounds).map_err(|error| match error {
        ImageError::Limits(_) => PictureRefused::TooLarge(bounds.said),
        _ => PictureRefused::Unreadable,
    })
}

/// Whether the end of an upload is missing, which the decoders of these two kinds fill up in silence: of a JPEG the
/// end marker, of a WebP anything that its length promises. Whatever follows the end, such as the film of a motion
/// photo, is not looked at.
fn is_cut_off(kind: PictureKind, bytes: &[u8]) -> bool {
    match kind {
        PictureKind::Png => false,
        PictureKind::Jpeg => end_of_jpeg(bytes).is_none(),
        PictureKind::WebP => {
            let promised = bytes.get(4..8).and_then(|length| length.try_into().ok()).map(u32::from_le_bytes);
            promised.is_none_or(|length| u64::try_from(bytes.len()).unwrap_or(u64::MAX) < u64::from(length) + 8)
        }
    }
}

/// Walks over the segments of a JPEG (ITU T.81, B.1) to its end marker; returns the bytes behind it.
fn end_of_jpeg(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        let marker = bytes.iter().position(|byte| *byte == 0xff)?;
        bytes = bytes.get(marker + 1..)?;
        match *bytes.first()? {
            0xd9 => return bytes.get(1..),
            // A fill byte before a marker: look at the next one.
            0xff => {}
            // A stuffed byte of a scan, and markers without a segment.
            0x00 | 0x01 | 0xd0..=0xd8 => bytes = bytes.get(1..)?,
            _ => {
                let length = u16::from_be_bytes(bytes.get(1..3)?.try_into().ok()?);
                bytes = bytes.get(1 + usize::from(length)..)?;
            }
        }
    }
}

fn try_decode(kind: PictureKind, bytes: &[u8], bounds: &Bounds) -> ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(bounds.side), Some(bounds.side));
    limits.max_alloc = Some(bounds.memory);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind.format());
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > bounds.pixels {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError)));
    }
    // The decoder counts only its additional memory, so reserve the decoded picture here.
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The smaller of PNG and JPEG; PNG if anything is transparent.
fn encode(image: &DynamicImage) -> ImageResult<Logo> {
    let pixels = image.to_rgba8();
    let is_opaque = pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let opaque = DynamicImage::ImageRgb8(image.to_rgb8());
    let plain = if is_opaque { &opaque } else { &DynamicImage::ImageRgba8(pixels) };
    let png = written(|to| {
        plain.write_with_encoder(PngEncoder::new_with_quality(to, CompressionType::Best, FilterType::Adaptive))
    })?;
    let jpeg = is_opaque
        .then(|| written(|to| opaque.write_with_encoder(JpegEncoder::new_with_quality(to, 88))))
        .transpose()?;
    Ok(match jpeg.filter(|jpeg| jpeg.len() < png.len()) {
        Some(image) => Logo { media_type: "image/jpeg".to_owned(), image },
        None => Logo { media_type: "image/png".to_owned(), image: png },
    })
}

fn written(write: impl FnOnce(&mut Cursor<Vec<u8>>) -> ImageResult<()>) -> ImageResult<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    write(&mut bytes)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_decoder_whose_caller_hung_up_keeps_the_next_one_waiting() {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (finish, finished) = mpsc::channel::<()>();
        let first = tokio::spawn(made_anew(move || {
            begun.send(()).ok();
            finished.recv().map_err(|_| PictureRefused::Unreadable)
        }));
        has_begun.await.unwrap();
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        assert_eq!(DECODING.available_permits(), 0);
        finish.send(()).unwrap();
        made_anew(|| Ok(())).await.unwrap();
    }

    #[test]
    fn a_picture_without_its_end_is_damaged() {
        let picture = DynamicImage::ImageRgb8(image::RgbImage::from_fn(64, 64, |x, y| {
            image::Rgb([u8::try_from(4 * x).unwrap(), u8::try_from(4 * y).unwrap(), 90])
        }));
        for (kind, format) in [
            (PictureKind::Png, ImageFormat::Png),
            (PictureKind::Jpeg, ImageFormat::Jpeg),
            (PictureKind::WebP, ImageFormat::WebP),
        ] {
            let whole = written(|to| picture.write_to(to, format)).unwrap();
            assert!(decode(kind, &whole, &PORTRAIT).is_ok(), "{kind:?}");
            // A camera may leave something behind the picture, such as a film.
            let film = b"more\xff\xd9 and \xff\xda and more";
            assert!(decode(kind, &[&whole[..], film].concat(), &PORTRAIT).is_ok(), "{kind:?}");
            // The last bytes of a PNG are no pixels.
            let nearly = whole.len() - if kind == PictureKind::Png { 30 } else { 2 };
            for kept in [whole.len() / 3, whole.len() * 2 / 3, nearly] {
                assert_eq!(
                    decode(kind, &whole[..kept], &PORTRAIT).err(),
                    Some(PictureRefused::Unreadable),
                    "{kind:?} {kept}"
                );
            }
        }
    }

    #[test]
    fn the_numbers_that_are_said_are_kept() {
        let millions = |bounds: &Bounds, bytes: u64| (bounds.memory / bytes).min(bounds.pixels) / 1_000_000;
        assert!(PORTRAIT.said.contains("10,000 pixels on each side, and 40 million in all (33 million"));
        assert_eq!((PORTRAIT.side, PORTRAIT.pixels), (10_000, 40_000_000));
        assert_eq!([3, 4, 8].map(|bytes| millions(&PORTRAIT, bytes)), [40, 33, 16]);
        assert!(LOGO.said.contains("4,096 pixels on each side, and 12 million in all with 16 bits"));
        assert_eq!((LOGO.side, LOGO.memory >= 4 * LOGO.pixels, millions(&LOGO, 8)), (4_096, true, 12));
    }

    #[test]
    fn more_pixels_than_the_bounds_are_refused() {
        let grey = |width, height| {
            let picture = DynamicImage::ImageLuma8(image::GrayImage::new(width, height));
            written(|to| picture.write_to(to, ImageFormat::Png)).unwrap()
        };
        let small = Bounds { side: 100, pixels: 5_000, memory: 1024 * 1024, said: "so large" };
        assert!(decode(PictureKind::Png, &grey(100, 50), &small).is_ok());
        for (width, height) in [(100, 51), (101, 1), (1, 101)] {
            let refused = decode(PictureKind::Png, &grey(width, height), &small);
            assert_eq!(refused.err(), Some(PictureRefused::TooLarge("so large")));
        }
    }
}
