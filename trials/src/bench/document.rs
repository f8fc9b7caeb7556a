//! The page with the figures: written by hand, but for what stands between two marks.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use xtask::environment;

use super::latency::Point;
use super::report::thousands;
use super::{plot, report};
use crate::bench::report::Row;

/// The page, and the picture on it.
const PAGE: &str = "docs/performance.md";
const PICTURE: &str = "docs/performance.svg";

/// Between these two lines everything is generated.
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Of what machine, and when.
    pub(super) machine: String,
    /// What else limits, in the same run.
    pub(super) limits: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) points: Vec<Point>,
}

impl Findings {
    /// All of it as Markdown.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.machine);
        for limit in &self.limits {
            // Writing to a string does not fail, here and below.
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

/// The page with another text between the marks.
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
