//! A conference's colour on its pages: darkened on light paper and lightened on dark until everybody can read it.

use urna_core::Colour;

/// The least contrast between text and its background (WCAG 2.2, 1.4.3).
const LEAST: f64 = 4.5;

/// The backgrounds of accents, as in the stylesheet: paper, sheet and rail, in light and in dark.
const LIGHT: [Colour; 3] = [colour(0xfb, 0xfa, 0xf7), colour(0xff, 0xff, 0xff), colour(0xe9, 0xe6, 0xdd)];
const DARK: [Colour; 3] = [colour(0x14, 0x16, 0x1a), colour(0x1c, 0x1f, 0x25), colour(0x2c, 0x30, 0x38)];

pub(super) const WHITE: Colour = colour(0xff, 0xff, 0xff);
pub(super) const BLACK: Colour = colour(0x00, 0x00, 0x00);

const fn colour(red: u8, green: u8, blue: u8) -> Colour {
    Colour { red, green, blue }
}

/// Returns the relative luminance of WCAG 2.2, from 0 for black to 1 for white.
fn luminance(colour: Colour) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
}

/// Returns the contrast of WCAG 2.2, from 1 to 21.
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Mixes two colours: goes `parts` sixty-fourths of the way from one to the other.
fn mixed(from: Colour, to: Colour, parts: u16) -> Colour {
    let mix = |from: u8, to: u8| {
        let sum = (u16::from(from) * (64 - parts) + u16::from(to) * parts + 32) / 64;
        u8::try_from(sum).unwrap_or(u8::MAX)
    };
    Colour { red: mix(from.red, to.red), green: mix(from.green, to.green), blue: mix(from.blue, to.blue) }
}

/// Returns the nearest mixture with `end` that is readable on all of `grounds`.
fn readable(wanted: Colour, grounds: &[Colour], end: Colour) -> Colour {
    let candidates = (0..=64).map(|parts| mixed(wanted, end, parts));
    let is_readable = |candidate: &Colour| grounds.iter().all(|ground| contrast(*candidate, *ground) >= LEAST);
    candidates.into_iter().find(is_readable).unwrap_or(end)
}

/// Returns black or white, whichever is more readable on this colour.
pub(super) fn on(ground: Colour) -> Colour {
    if contrast(WHITE, ground) >= contrast(BLACK, ground) { WHITE } else { BLACK }
}

/// Returns the path of a colour's stylesheet.
pub(crate) fn path(accent: Colour) -> String {
    format!("/assets/tint2-{}.css", &accent.to_string()[1..])
}

/// Writes the stylesheet of a colour.
pub(crate) fn stylesheet(accent: Colour) -> String {
    let (light, dark) = (readable(accent, &LIGHT, BLACK), readable(accent, &DARK, WHITE));
    format!(
        ":root{{--conf:{accent};--on-conf:{};--accent:{light};--on-accent:{}}}@media (prefers-color-scheme:dark){{:root{{--accent:{dark};--on-accent:{}}}}}\n",
        on(accent),
        on(light),
        on(dark)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-9);
        // The darkest grey that fails on white, and the lightest that passes (WebAIM and others cite the pair).
        assert!(contrast(colour(0x77, 0x77, 0x77), WHITE) < LEAST);
        assert!(contrast(colour(0x76, 0x76, 0x76), WHITE) >= LEAST);
    }

    #[test]
    fn every_colour_can_be_read() {
        let steps = || (0..=255).step_by(17);
        for (red, green, blue) in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| (r, g, b)))) {
            let wanted = Colour { red, green, blue };
            for (grounds, end) in [(LIGHT, BLACK), (DARK, WHITE)] {
                let accent = readable(wanted, &grounds, end);
                assert!(grounds.iter().all(|ground| contrast(accent, *ground) >= LEAST), "{wanted} {accent}");
                assert!(contrast(on(accent), accent) >= LEAST, "{wanted} {accent}");
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        let navy = colour(0x17, 0x45, 0x6b);
        assert_eq!(readable(navy, &LIGHT, BLACK), navy);
        assert_eq!(path(navy), "/assets/tint2-17456b.css");
        assert!(
            stylesheet(navy)
                .starts_with(":root{--conf:#17456b;--on-conf:#ffffff;--accent:#17456b;--on-accent:#ffffff}"),
            "{}",
            stylesheet(navy)
        );
    }

    #[test]
    fn the_grounds_are_those_of_the_stylesheet() {
        let css = crate::pages::assets::stylesheet_text();
        let (light, dark) = css.split_once("@media (prefers-color-scheme: dark)").unwrap();
        for (text, grounds) in [(light, LIGHT), (dark, DARK)] {
            for (name, ground) in ["paper", "sheet", "rail"].iter().zip(grounds) {
                assert!(text.contains(&format!("--{name}: {ground};")), "{name} {ground}");
            }
        }
    }
}
