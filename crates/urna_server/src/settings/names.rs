//! The names of all settings, and suggestions for misspelt ones.

/// The prefix of environment variables.
pub(super) const PREFIX: &str = "URNA_";

/// The settings, as the file spells them; in the environment `listen` is `URNA_LISTEN`.
pub(super) const NAMES: [&str; 15] = [
    "listen",
    "metrics_listen",
    "data_dir",
    "database_url",
    DATABASE_URL_FILE,
    "public_url",
    "secret_file",
    "closed_file",
    "trusted_proxies",
    "mail",
    MAIL_FILE,
    "mail_from",
    "mail_ca_file",
    "log",
    "log_format",
];

pub(super) const DATABASE_URL_FILE: &str = "database_url_file";
pub(super) const MAIL_FILE: &str = "mail_file";

/// A value, and the file to read it from instead. Setting one discards the other if it comes from an earlier source.
pub(super) const PAIRS: [(&str, &str); 2] = [("database_url", DATABASE_URL_FILE), ("mail", MAIL_FILE)];

/// Variables with Urna's prefix that are no settings: those of its tests, and those that Kubernetes and Docker put into
/// every container beside a service called `urna`.
pub(super) fn is_foreign(variable: &str) -> bool {
    let rest = variable.strip_prefix(PREFIX).unwrap_or_default();
    rest == "PORT" || ["TEST_", "PORT_", "SERVICE_"].iter().any(|prefix| rest.starts_with(prefix))
}

/// The known name most similar to this one.
pub(super) fn nearest(name: &str) -> &'static str {
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&name.to_lowercase(), known);
    NAMES.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or(NAMES[0])
}

/// The environment variable of a setting.
pub(super) fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        for (misspelt, meant) in [
            ("lisen", "listen"),
            ("LISTEN", "listen"),
            ("public-url", "public_url"),
            ("database", "database_url"),
            ("mailfrom", "mail_from"),
            ("secretfile", "secret_file"),
        ] {
            assert_eq!(nearest(misspelt), meant, "{misspelt}");
        }
    }

    #[test]
    fn the_variables_of_others_are_left_alone() {
        for foreign in ["URNA_TEST_POSTGRES_URL", "URNA_PORT", "URNA_PORT_8080_TCP", "URNA_SERVICE_HOST"] {
            assert!(is_foreign(foreign), "{foreign}");
        }
        for own in ["URNA_LISTEN", "URNA_PUBLIC_URL", "URNA_PORTAL"] {
            assert!(!is_foreign(own), "{own}");
        }
    }
}
