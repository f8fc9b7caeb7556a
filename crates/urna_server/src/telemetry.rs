//! Logs: one event per line on stderr, times in UTC, for people or as JSON.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _};

use tracing::{Level, Metadata};
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::{FilterFn, Targets};
use tracing_subscriber::fmt as log;
use tracing_subscriber::fmt::format::debug_fn;
use tracing_subscriber::prelude::*;

use crate::settings::LogFormat;

/// Starts logging, panics included.
pub(crate) fn start(filter: Targets, format: LogFormat) {
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    match format {
        LogFormat::Human => {
            let fields = debug_fn(|writer, field, value| {
                let mut clean = Neutralised(writer);
                match field.name() {
                    "message" => write!(clean, "{value:?}"),
                    // The line already contains the fields that the bridge from the `log` crate adds.
                    name if name.starts_with("log.") => Ok(()),
                    name => write!(clean, "{name}={value:?}"),
                }
            });
            let layer = log::layer().with_writer(io::stderr).fmt_fields(fields.delimited(" "));
            // On a terminal the layer still respects NO_COLOR.
            let layer = if io::stderr().is_terminal() { layer } else { layer.with_ansi(false) };
            tracing_subscriber::registry().with(filter).with(layer.with_filter(FilterFn::new(is_discreet))).init();
        }
        LogFormat::Json => {
            let layer =
                log::layer().json().flatten_event(true).with_span_list(false).with_writer(|| JsonLines(io::stderr()));
            tracing_subscriber::registry().with(filter).with(layer.with_filter(FilterFn::new(is_discreet))).init();
        }
    }
}

/// Libraries that log whole request addresses below the level of information. An address may hold a personal link or a
/// receipt code, so no log setting may enable them.
const TALKATIVE: [&str; 5] = ["tower_http", "hyper", "hyper_util", "ureq", "ureq_proto"];

fn is_discreet(event: &Metadata<'_>) -> bool {
    let library = event.target().split("::").next().unwrap_or_default();
    *event.level() <= Level::INFO || !TALKATIVE.contains(&library)
}

/// Escapes control characters, so that no value can begin a new line or move the terminal's cursor.
struct Neutralised<W>(W);

impl<W: fmt::Write> fmt::Write for Neutralised<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(char::is_control) {
            match part.char_indices().next_back() {
                Some((end, last)) if last.is_control() => {
                    self.0.write_str(&part[..end])?;
                    write!(self.0, "{}", last.escape_default())?;
                }
                _ => self.0.write_str(part)?,
            }
        }
        Ok(())
    }
}

/// Lines of JSON. The JSON writer escapes control characters below the space; those above `~` are escaped here, which
/// leaves the JSON equivalent.
struct JsonLines<W>(W);

impl<W: io::Write> io::Write for JsonLines<W> {
    /// Expects a whole event at once, as the layer writes it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let upper = |c: char| ('\u{7f}'..='\u{9f}').contains(&c);
        match std::str::from_utf8(line) {
            Ok(text) if text.contains(upper) => {
                let mut clean = String::with_capacity(text.len() + 16);
                for c in text.chars() {
                    if upper(c) {
                        write!(clean, "\\u{:04x}", u32::from(c)).map_err(io::Error::other)?;
                    } else {
                        clean.push(c);
                    }
                }
                self.0.write_all(clean.as_bytes())?;
            }
            _ => self.0.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_value_cannot_begin_a_line_or_move_the_cursor() {
        let mut text = String::new();
        write!(Neutralised(&mut text), "a\n2026-01-01 ERROR forged\u{1b}[2J\u{9b}1mé").unwrap();
        assert_eq!(text, "a\\n2026-01-01 ERROR forged\\u{1b}[2J\\u{9b}1mé");
    }

    #[test]
    fn json_stays_the_same_json_without_control_characters() {
        let mut bytes = Vec::new();
        JsonLines(&mut bytes).write_all("{\"a\":\"é\u{9b}\u{7f}\"}\n".as_bytes()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "{\"a\":\"é\\u009b\\u007f\"}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["a"], "é\u{9b}\u{7f}");
    }
}
