//! The sources of settings: later ones win.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use toml::Value;

use super::names::{NAMES, PAIRS, PREFIX, is_foreign, nearest, variable};
use crate::exit::Stop;

/// The settings from one source.
pub(super) type Layer = BTreeMap<&'static str, Said>;

/// A value from a source, and its origin in words for an error.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// `None` for a list or a table.
    text: Option<String>,
    origin: String,
}

/// A setting with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// The text.
    pub(super) text: String,
    /// The origin, for example `URNA_LISTEN`.
    pub(super) origin: String,
}

/// Settings by name.
pub(super) type AllGiven = BTreeMap<&'static str, Given>;

/// Reads the settings of a TOML file.
pub(super) fn file(path: &Path) -> Result<Layer, Stop> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::configuration(format!("the configuration file {shown} cannot be read: {error}")))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        Stop::configuration(format!(
            "the configuration file {shown} is not TOML: {}",
            without_content(&error.to_string())
        ))
    })?;
    let mut layer = Layer::new();
    for (name, value) in table {
        let known = NAMES.into_iter().find(|known| *known == name).ok_or_else(|| {
            let nearest = nearest(&name);
            Stop::configuration(format!("unknown setting {name:?} in {shown}; the nearest known name is {nearest:?}"))
        })?;
        layer.insert(known, Said { text: as_text(value), origin: format!("{name:?} in {shown}") });
    }
    Ok(layer)
}

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Datetime(time) => Some(time.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}

/// A parser's message without the quoted line, which may hold a password.
fn without_content(error: &str) -> String {
    let mut lines = error.lines().filter(|line| !line.trim().is_empty());
    let place = lines.next().unwrap_or_default().trim();
    let place = place.strip_prefix("TOML parse error ").unwrap_or(place);
    let quoted =
        |line: &&str| line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().starts_with('|');
    let message = lines.find(|line| !quoted(line)).unwrap_or_default();
    format!("{place} {message}")
}

/// Reads the settings in the environment. An empty one counts as not set.
pub(super) fn environment(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Layer, Stop> {
    let mut layer = Layer::new();
    for (key, value) in variables {
        let Some(key) = key.to_str().filter(|key| key.starts_with(PREFIX) && !is_foreign(key)) else { continue };
        let known = NAMES.into_iter().find(|name| variable(name) == key).ok_or_else(|| {
            let nearest = variable(nearest(&key[PREFIX.len()..]));
            Stop::configuration(format!(
                "unknown setting {key} in the environment; the nearest known name is {nearest}"
            ))
        })?;
        let value = value.into_string().map_err(|_| Stop::configuration(format!("{key} is not UTF-8 text")))?;
        if !value.is_empty() {
            layer.insert(known, Said { text: Some(value), origin: key.to_owned() });
        }
    }
    Ok(layer)
}

/// The settings given as flags.
pub(super) fn flags(flags: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Layer {
    let given = flags.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    given
        .map(|(name, value)| {
            let origin = format!("--{}", name.replace('_', "-"));
            (name, Said { text: Some(value), origin })
        })
        .collect()
}

/// Merges the sources.
pub(super) fn merge(mut layers: Vec<Layer>) -> Result<AllGiven, Stop> {
    for index in 0..layers.len() {
        for (value, file) in PAIRS {
            let (before, rest) = layers.split_at_mut(index);
            let Some(layer) = rest.first() else { continue };
            match (layer.get(value), layer.get(file)) {
                (Some(value), Some(file)) => return Err(contradiction(value, file)),
                (None, None) => {}
                _ => before.iter_mut().for_each(|earlier| earlier.retain(|name, _| *name != value && *name != file)),
            }
        }
    }
    let merged: Layer = layers.into_iter().flatten().collect();
    let given = merged.into_iter().map(|(name, Said { text, origin })| {
        let text = text.ok_or_else(|| Stop::configuration(format!("{origin} must be text")))?;
        Ok((name, Given { text, origin }))
    });
    given.collect()
}

fn contradiction(value: &Said, file: &Said) -> Stop {
    Stop::configuration(format!("{} and {} cannot both be set", value.origin, file.origin))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Layer {
        environment(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into()))).unwrap()
    }

    fn toml(text: &str) -> Result<Layer, Stop> {
        let mut written = tempfile::NamedTempFile::new().unwrap();
        written.write_all(text.as_bytes()).unwrap();
        file(written.path())
    }

    #[test]
    fn later_sources_win_and_are_named() {
        let file = toml("listen = '127.0.0.1:1'\nlog = 'info'\nmail_from = 'a@example.org'").unwrap();
        let env = env(&[("URNA_LISTEN", "127.0.0.1:2"), ("URNA_LOG", "debug"), ("URNA_MAIL_FROM", ""), ("PATH", "/")]);
        let flags = flags([("listen", Some("127.0.0.1:3".to_owned())), ("data_dir", None)]);
        let all = merge(vec![file, env, flags]).unwrap();
        assert_eq!(all["listen"], Given { text: "127.0.0.1:3".to_owned(), origin: "--listen".to_owned() });
        assert_eq!(all["log"], Given { text: "debug".to_owned(), origin: "URNA_LOG".to_owned() });
        assert_eq!(all["mail_from"].text, "a@example.org", "an empty variable is not set");
        assert!(all["mail_from"].origin.starts_with("\"mail_from\" in /"));
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn a_later_value_replaces_an_earlier_file_of_it() {
        let earlier = env(&[("URNA_DATABASE_URL_FILE", "/run/secrets/url")]);
        let all = merge(vec![earlier.clone(), flags([("database_url", Some("sqlite://a.db".to_owned()))])]).unwrap();
        assert_eq!(all.keys().copied().collect::<Vec<_>>(), ["database_url"]);
        let all = merge(vec![flags([("database_url", Some("sqlite://a.db".to_owned()))]), earlier]).unwrap();
        assert_eq!(all.keys().copied().collect::<Vec<_>>(), ["database_url_file"]);
        let both = env(&[("URNA_MAIL", "file:x"), ("URNA_MAIL_FILE", "/x")]);
        let stop = merge(vec![both]).unwrap_err();
        assert_eq!(stop.to_string(), "URNA_MAIL and URNA_MAIL_FILE cannot both be set");
    }

    #[test]
    fn what_is_misspelt_is_named_with_the_nearest_name() {
        let unknown = [("URNA_LISTN".into(), "x".into())].into_iter();
        let stop = environment(unknown).unwrap_err();
        assert_eq!(
            stop.to_string(),
            "unknown setting URNA_LISTN in the environment; the nearest known name is URNA_LISTEN"
        );
        let stop = toml("[public-url]\na = 1").unwrap_err();
        assert!(stop.to_string().starts_with("unknown setting \"public-url\" in /"), "{stop}");
        assert!(stop.to_string().ends_with("the nearest known name is \"public_url\""), "{stop}");
    }

    #[test]
    fn a_broken_file_is_not_quoted() {
        let stop = toml("listen = '127.0.0.1:1'\ndatabase_url = 'postgres://urna:hunter2@db\n").unwrap_err();
        let sentence = stop.to_string();
        assert!(sentence.contains("is not TOML: at line 2, column"), "{sentence}");
        assert!(!sentence.contains("hunter2"), "{sentence}");
        let stop = merge(vec![toml("listen = ['a']").unwrap()]).unwrap_err();
        assert!(stop.to_string().ends_with("must be text"), "{stop}");
    }
}
