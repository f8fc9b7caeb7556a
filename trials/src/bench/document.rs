//! The page with the figures: handwritten except between two markers.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use xtask::environment;

use super::latency::Point;
use super::report::thousands;
use super::{plot, report};
use crate::bench::report::Row;

/// The page and its picture.
const PAGE: &str = "docs/performance.md";
const PICTURE: &str = "docs/performance.svg";

/// The text between these two markers is generated.
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// The findings of a run.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The machine and the date.
    pub(super) machine: String,
    /// Limits of the machine, measured in the same run.
    pub(super) limits: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) points: Vec<Point>,
}

impl Findings {
    /// The findings as Markdown.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.machine);
        for limit in &self.limits {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(text, "- {limit}");
        }
        let _ = write!(text, "\n{}", report::tables(&self.rows));
        if !self.points.is_empty() {
            text.push_str(
                "\n### Latency over offered load\n\n\
                 | engine | of the maximum | arrive/s | recorded/s | p50 ms | p99 ms | p99.9 ms | refused |\n\
                 |---|---|---|---|---|---|---|---|\n",
            );
        }
        for point in &self.points {
            let Point { engine, step, p50, p99, p999, refused, .. } = point;
            let (offered, recorded) = (thousands(point.offered), thousands(point.recorded));
            let _ = writeln!(
                text,
                "| {engine} | {step} % | {offered} | {recorded} | {p50:.1} | {p99:.1} | {p999:.1} | {refused} |"
            );
        }
        text
    }

    /// Writes the page and the picture.
    pub(super) fn write(&self) -> Result<()> {
        let page = environment::root().join(PAGE);
        let old = fs::read_to_string(&page).with_context(|| format!("{PAGE} cannot be read"))?;
        let new = replace(&old, &self.text()).with_context(|| format!("{PAGE} has no {BEGIN} and {END}"))?;
        fs::write(&page, new).with_context(|| format!("{PAGE} cannot be written"))?;
        let picture = environment::root().join(PICTURE);
        fs::write(picture, plot::svg(&self.points)).with_context(|| format!("{PICTURE} cannot be written"))
    }
}

/// Replaces the text between the markers of the page.
fn replace(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_written() {
        let page = format!("Before\n{BEGIN}\nold\n{END}\nafter\n");
        let new = replace(&page, "new\n").unwrap();
        assert_eq!(new, format!("Before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"));
        assert_eq!(replace(&new, "new").unwrap(), new);
        assert_eq!(replace("no marks", "new"), None);
    }

    #[test]
    fn the_page_of_the_repository_has_the_marks() {
        let page = fs::read_to_string(environment::root().join(PAGE)).unwrap();
        assert!(replace(&page, "").is_some());
    }
}
