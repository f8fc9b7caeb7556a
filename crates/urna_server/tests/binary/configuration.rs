//! A wrong setting stops the start with one clear sentence.

use std::fs;

use crate::place::Place;

#[test]
fn a_wrong_variable_is_named() {
    let place = Place::new();
    for (name, value, sentence) in [
        ("URNA_LISTN", "127.0.0.1:0", "the nearest known name is URNA_LISTEN"),
        ("URNA_LISTEN", "localhost", "URNA_LISTEN is \"localhost\", and not an IP address with a port"),
        ("URNA_METRICS_LISTEN", ":9090", "URNA_METRICS_LISTEN is"),
        ("URNA_PUBLIC_URL", "vote.example.org", "URNA_PUBLIC_URL is not an address such as https://vote.example.org"),
        ("URNA_PUBLIC_URL", "http://vote.example.org", "URNA_PUBLIC_URL is http and not this machine"),
        ("URNA_PUBLIC_URL", "https://example.org/vote", "URNA_PUBLIC_URL has a path"),
        ("URNA_LISTEN", "0.0.0.0:0", "URNA_PUBLIC_URL is needed"),
        ("URNA_DATABASE_URL", "mysql://u:hunter2@db", "URNA_DATABASE_URL does not begin with sqlite:// or postgres://"),
        ("URNA_DATABASE_URL", "postgres://u:hunter2@db/urna", "URNA_SECRET_FILE is needed with PostgreSQL"),
        ("URNA_DATABASE_URL_FILE", "/nowhere", "the file /nowhere of URNA_DATABASE_URL_FILE cannot be read"),
        ("URNA_SECRET_FILE", "/nowhere", "the master secret cannot be read from /nowhere"),
        ("URNA_MAIL", "smtp://u:hunter2@mail.example.org", "URNA_MAIL_FROM is needed"),
        ("URNA_MAIL_FROM", "nobody", "URNA_MAIL or URNA_MAIL_FROM is wrong"),
        ("URNA_MAIL_CA_FILE", "/nowhere", "the file /nowhere of URNA_MAIL_CA_FILE cannot be read"),
        ("URNA_MAIL_CA_FILE", "/dev/null", "URNA_MAIL, URNA_MAIL_FROM or URNA_MAIL_CA_FILE is wrong"),
        ("URNA_LOG", "infoo", "URNA_LOG is not a level or a filter"),
        ("URNA_LOG_FORMAT", "xml", "URNA_LOG_FORMAT is \"xml\"; it can be human or json"),
    ] {
        let ended = place.run_with(&[(name, value)], ["serve"]);
        let said = ended.sentence(3);
        assert!(said.contains(sentence), "{name}={value}: {said}");
        assert!(!said.contains("hunter2"), "{name}={value}: {said}");
    }
}

#[test]
fn the_same_in_a_file() {
    let place = Place::new();
    let with = |text: &str| {
        fs::write(place.path("urna.toml"), text).unwrap();
        place.run(["serve", "--config", "urna.toml"])
    };
    assert_eq!(
        with("database-url = 'x'").sentence(3),
        "unknown setting \"database-url\" in urna.toml; the nearest known name is \"database_url\""
    );
    assert_eq!(
        with("listen = 8080").sentence(3),
        "\"listen\" in urna.toml is \"8080\", and not an IP address with a port, such as 127.0.0.1:8080"
    );
    assert!(with("listen = 'a").sentence(3).starts_with("the configuration file urna.toml is not TOML: at line 1"));
    let ended = place.run(["serve", "--config", "nowhere.toml"]);
    assert!(ended.sentence(3).starts_with("the configuration file nowhere.toml cannot be read"));
}

#[test]
fn flags_beat_the_environment_and_that_beats_the_file() {
    let place = Place::new();
    fs::write(place.path("urna.toml"), "data_dir = 'a'\nlog = 'off'\npublic_url = 'http://file.localhost'").unwrap();
    let migrate = |variables: &[(&str, &str)]| place.run_with(variables, ["migrate", "--config", "urna.toml"]).ok();
    migrate(&[]);
    assert!(place.path("a/urna.db").exists() && !place.path("b").exists());
    migrate(&[("URNA_DATA_DIR", "b")]);
    assert!(place.path("b/urna.db").exists());
    let served = {
        let mut command = place.urna(["serve", "--config", "urna.toml", "--data-dir", "c", "--json"]);
        command.env("URNA_DATA_DIR", "b").env("URNA_LISTEN", "127.0.0.1:0").stdout(std::process::Stdio::piped());
        crate::place::Served::start(command)
    };
    assert_eq!(served.url("public_url"), "http://file.localhost");
    assert!(place.path("c/urna.db").exists());
}

#[test]
fn the_variables_of_tests_and_of_kubernetes_are_not_settings() {
    let place = Place::new();
    let foreign =
        [("URNA_TEST_POSTGRES_URL", "x"), ("URNA_SERVICE_HOST", "10.0.0.1"), ("URNA_PORT", "tcp://10.0.0.1:80")];
    place.run_with(&foreign, ["migrate"]).ok();
}

#[test]
fn a_port_that_is_taken_is_said() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = place.run_with(&[("URNA_LOG", "off")], ["serve", "--listen", &address]);
    assert!(ended.sentence(3).starts_with(&format!("cannot listen on {address}: ")), "{ended:?}");
}
