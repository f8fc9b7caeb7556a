//! Pictures that organisers upload: decoded under limits and written anew, so that browsers get one small picture and nothing
//! else that was in the file.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Scaling;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, ImageResult, Limits};
use urna_store::conferences::Logo;

/// The most pixels on a side, as they are uploaded.
const LONGEST_SIDE: u32 = 4_096;
/// The most memory that decoding may take: an image of [`LONGEST_SIDE`] squared with four bytes each, and some room.
const MOST_MEMORY: u64 = 96 * 1024 * 1024;

/// A logo as it is kept: four times what the pages show of it, for sharp displays.
const LOGO_WIDTH: u32 = 448;
const LOGO_HEIGHT: u32 = 144;

/// Why an upload is no picture that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PictureRefused {
    /// It cannot be decoded as what it was said to be.
    #[error("this is no picture of that kind, or it is damaged")]
    Unreadable,
    /// More pixels than are decoded.
    #[error("a picture may have at most {LONGEST_SIDE} pixels on each side")]
    TooLarge,
}

/// The kinds of pictures that are taken.
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
    /// The kind of a media type, such as `image/png`.
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

/// Makes a logo of an upload: upright, no larger than pages show it, without anything but its pixels. Takes a part of a
/// second at most: not for an async thread.
pub(crate) fn logo(kind: PictureKind, bytes: &[u8]) -> Result<Logo, PictureRefused> {
    let decoded = decode(kind, bytes).map_err(|error| match error {
        ImageError::Limits(_) => PictureRefused::TooLarge,
        _ => PictureRefused::Unreadable,
    })?;
    let is_small = decoded.width() <= LOGO_WIDTH && decoded.height() <= LOGO_HEIGHT;
    let scaled = if is_small { decoded } else { decoded.resize(LOGO_WIDTH, LOGO_HEIGHT, Scaling::Lanczos3) };
    encode(&scaled).map_err(|_| PictureRefused::Unreadable)
}

fn decode(kind: PictureKind, bytes: &[u8]) -> ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind.format());
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    // What is decoded is reserved here; the decoder only counts what it needs besides.
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The smaller of PNG and JPEG; PNG where something is transparent.
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
