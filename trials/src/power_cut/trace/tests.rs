use super::*;

fn hex(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    bytes.concat()
}

/// Events of a trace in which `<name>` stands for a descriptor of that file and `"text"` for its bytes.
fn events(text: &str) -> Result<Vec<What>> {
    let line = |line: &str| {
        let line = line.trim().replace('<', "9</data/");
        let parts = line.split('"').zip([false, true].into_iter().cycle());
        let parts = parts.map(|(part, quoted)| if quoted { format!("\"{}\"", hex(part)) } else { part.to_owned() });
        format!("7 {}\n", parts.collect::<String>())
    };
    let trace = text.lines().map(line).collect::<Vec<_>>().concat();
    let before = ["urna.db".to_owned()];
    let events =
        Files::new(Path::new("/data"), "urna.db", before.iter()).events(&mut Trace::read(trace.as_bytes())?)?;
    Ok(events.into_iter().map(|event| event.what).collect())
}

#[test]
fn writes_syncs_and_names_are_told() {
    let found = events(
        r#"openat(AT_FDCWD, "/data/urna.db-wal", O_RDWR|O_CREAT, 0644) = <urna.db-wal>
           openat(AT_FDCWD, "/data/urna.db-wal", O_RDWR|O_CREAT, 0644) = <urna.db-wal>
           pwrite64(<urna.db-wal>, "ab", 2, 32) = 2
           fdatasync(<urna.db-wal>) = 0
           ftruncate(<urna.db>, 4096) = 0
           pwrite64(<urna.db-shm>, "ab", 2, 32) = 2
           mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, <urna.db-shm>, 0) = 0x7f00
           mmap(NULL, 32768, PROT_READ, MAP_SHARED, <urna.db>, 0) = 0x7f00
           unlink("/data/urna.db-wal") = 0"#,
    );
    let change = Change::Write { at: 32, bytes: b"ab".to_vec() };
    let name = "urna.db-wal".to_owned();
    let expected = [
        What::Named { name: name.clone(), file: Some(1) },
        What::Change { number: 2, file: 1, change },
        What::Changed { number: 2 },
        What::Sync { number: 3, of: Synced::File(1) },
        What::SyncDone { number: 3 },
        What::Change { number: 4, file: 0, change: Change::Length(4096) },
        What::Changed { number: 4 },
        What::Named { name, file: None },
    ];
    assert_eq!(found.unwrap(), expected);
}

#[test]
fn a_sync_of_the_folder_is_of_its_names() {
    let trace = "7 fsync(9</data>) = 0\n";
    let mut files = Files::new(Path::new("/data"), "urna.db", std::iter::empty());
    let events = files.events(&mut Trace::read(trace.as_bytes()).unwrap()).unwrap();
    assert_eq!(events[0], Event { thread: 7, what: What::Sync { number: 0, of: Synced::Folder } });
}

#[test]
fn an_answer_counts_from_its_first_byte() {
    let answer = |status: &str| format!("HTTP/1.1 {status}\\x0d\\x0a{}", hex(r#"{"tracker":"AbC","more":1}"#));
    let found = |status| {
        let trace =
            format!("7 writev(9<socket:[1]>, [{{iov_base=\"{}\", iov_len=9}}], 1 <unfinished ...>\n", answer(status));
        let mut files = Files::new(Path::new("/data"), "urna.db", std::iter::empty());
        files.events(&mut Trace::read(trace.as_bytes()).unwrap()).unwrap()
    };
    let acknowledged = What::Acknowledged { tracker: "AbC".to_owned() };
    assert_eq!(found("201 Created"), [Event { thread: 7, what: acknowledged }]);
    assert_eq!(found("504 Gateway Timeout"), []);
}

#[test]
fn what_the_model_does_not_know_is_refused() {
    for line in [
        r#"write(<urna.db>, "ab", 2) = 2"#,
        r#"pwrite64(<urna.db>, "ab", 2, 0) = 1"#,
        r#"pwrite64(<urna.db>, "ab", 2, 0) = -1 ENOSPC (No space left on device)"#,
        "fdatasync(<urna.db>) = -1 EIO (Input/output error)",
        "fallocate(<urna.db>, 0, 0, 4096) = 0",
        "pwrite64(<urna.db-wal>, \"ab\", 2, 0) = 2",
        "pwrite64(<urna.db>(deleted), \"ab\", 2, 0) = 2",
        "mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, <urna.db>, 0) = 0x7f00",
        r#"rename("/data/urna.db", "/data/other") = 0"#,
        r#"openat(AT_FDCWD, "/data/urna.db", O_RDWR|O_TRUNC) = <urna.db>"#,
        "io_uring_setup(8, NULL) = 5",
    ] {
        assert!(events(line).is_err(), "{line}");
    }
}
