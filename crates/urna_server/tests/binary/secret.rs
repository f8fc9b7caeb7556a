//! The master secret.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::place::Place;

#[test]
fn the_first_start_makes_a_secret_that_nobody_else_can_read() {
    let place = Place::new();
    place.create_organiser("a@example.org", "owner").ok();
    let path = place.path("data/urna.secret");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(fs::read(&path).unwrap().len(), 32);
    assert_eq!(mode(path.clone()), 0o400);
    assert_eq!(mode(place.path("data")), 0o700);

    let before = fs::read(&path).unwrap();
    place.run(["organiser", "list"]).ok();
    assert_eq!(fs::read(&path).unwrap(), before, "it stays");
}

#[test]
fn without_its_secret_a_database_is_not_used() {
    let place = Place::new();
    place.create_organiser("a@example.org", "owner").ok();
    fs::remove_file(place.path("data/urna.secret")).unwrap();
    let ended = place.run(["serve", "--listen", "127.0.0.1:0"]);
    let sentence = ended.sentence(3);
    assert!(sentence.starts_with("there is no master secret at data/urna.secret, and the database belongs to one"));
    assert!(!place.path("data/urna.secret").exists(), "and none is made");
}

#[test]
fn with_another_secret_a_database_is_not_used() {
    let place = Place::new();
    place.create_organiser("a@example.org", "owner").ok();
    fs::write(place.path("other"), [7; 32]).unwrap();
    fs::set_permissions(place.path("other"), fs::Permissions::from_mode(0o400)).unwrap();
    let ended = place.run_with(&[("URNA_SECRET_FILE", "other")], ["organiser", "list"]);
    assert!(ended.sentence(3).starts_with("the database belongs to another master secret"));
    place.run(["organiser", "list"]).ok();
}

#[test]
fn a_secret_has_exactly_32_bytes() {
    let place = Place::new();
    for length in [0, 31, 33] {
        fs::write(place.path("secret"), vec![7; length]).unwrap();
        let ended = place.run_with(&[("URNA_SECRET_FILE", "secret"), ("URNA_LISTEN", "127.0.0.1:0")], ["serve"]);
        let wanted =
            format!("the file secret is no master secret: a master secret is exactly 32 bytes, this is {length}");
        assert_eq!(ended.sentence(3), wanted);
    }
}

#[test]
fn a_secret_that_everybody_can_read_is_used_with_a_warning() {
    let place = Place::new();
    fs::write(place.path("secret"), [7; 32]).unwrap();
    place.set_up(&[("URNA_SECRET_FILE", "secret")]);
    for (mode, warned) in [(0o444, true), (0o440, false)] {
        fs::set_permissions(place.path("secret"), fs::Permissions::from_mode(mode)).unwrap();
        let ended = place.run_with(&[("URNA_SECRET_FILE", "secret")], ["organiser", "list"]);
        assert_eq!(ended.stderr.contains("everybody on this machine can read the master secret"), warned, "{mode:o}");
        ended.ok();
    }
    assert!(!place.path("data/urna.secret").exists(), "the one that was named is used");
}

#[test]
fn of_several_first_starts_at_once_all_use_the_same_secret() {
    let place = &Place::new();
    std::thread::scope(|scope| {
        let starts = ["a", "b", "c", "d", "e", "f"]
            .map(|name| scope.spawn(move || place.create_organiser(&format!("{name}@example.org"), "owner")));
        for start in starts {
            start.join().unwrap().ok();
        }
    });
}
