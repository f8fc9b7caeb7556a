//! Reads an archive of `pg_dump` to the end and lists its contents.

use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use urna_store::backup::Inventory;
use uuid::Uuid;

use super::postgres::{program, said};
use crate::exit::{Exit, Stop};

/// Reads an archive to the end; needs no server.
pub(super) async fn read(file: &Path) -> Result<Inventory, Stop> {
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || read_blocking(&file)).await.map_err(|error| Stop::failed(error.to_string()))?
}

fn read_blocking(file: &PathBuf) -> Result<Inventory, Stop> {
    let mut command = program("pg_restore")?;
    // SQL text is the form that every version writes.
    command.arg("--file=-").arg(file).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process =
        command.spawn().map_err(|error| Stop::failed(format!("pg_restore cannot be started: {error}")))?;
    let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
    let (Some(stdout), Some(mut stderr)) = (stdout, stderr) else {
        return Err(Stop::failed("pg_restore has no output"));
    };
    // On its own thread: otherwise a long error message would block both programs.
    let complaint = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.read_to_end(&mut text);
        text
    });
    let inventory = take_stock(BufReader::new(stdout));
    let status = process.wait().map_err(|error| Stop::failed(format!("pg_restore came to no end: {error}")))?;
    let complaint = complaint.join().unwrap_or_default();
    let wrong = |why: &str| Stop::new(Exit::Verification, format!("{} is not a whole backup: {why}", file.display()));
    if !status.success() {
        return Err(wrong(&said(&complaint)));
    }
    inventory.map_err(|error| wrong(&error.to_string()))
}

/// A table in a dump: its columns by name.
struct Table {
    name: String,
    columns: Vec<String>,
}

impl Table {
    /// `COPY public.ballots (id, uuid, …) FROM stdin;`
    fn begin(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("COPY ")?.strip_suffix(" FROM stdin;")?;
        let (name, columns) = rest.split_once(" (")?;
        let name = name.rsplit('.').next().unwrap_or(name).to_owned();
        Some(Self { name, columns: columns.trim_end_matches(')').split(", ").map(str::to_owned).collect() })
    }

    fn value<'a>(&self, column: &str, row: &'a str) -> Option<&'a str> {
        let place = self.columns.iter().position(|name| name == column)?;
        row.split('\t').nth(place)
    }
}

fn take_stock(mut dump: impl BufRead) -> std::io::Result<Inventory> {
    let mut inventory = Inventory::default();
    let mut table: Option<Table> = None;
    let mut line = Vec::new();
    while dump.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches('\n');
        match &table {
            Some(_) if text == "\\." => table = None,
            Some(table) => count(&mut inventory, table, text),
            None => table = Table::begin(text),
        }
        line.clear();
    }
    Ok(inventory)
}

fn count(inventory: &mut Inventory, table: &Table, row: &str) {
    let number = |column: &str| table.value(column, row)?.parse::<i64>().ok();
    match table.name.as_str() {
        "_sqlx_migrations" => inventory.step = inventory.step.max(number("version")),
        "service" => inventory.fingerprint = table.value("secret_fingerprint", row).and_then(bytes),
        "conferences" => inventory.conferences += 1,
        "attendees" => inventory.attendees += 1,
        "ballots" => {
            let id = table.value("uuid", row).and_then(|text| Uuid::parse_str(text).ok());
            if let (Some(number), Some(id), Some(state)) = (number("id"), id, table.value("state", row)) {
                inventory.ballots.push((number, id, state.to_owned()));
            }
        }
        "participations" => {
            if let Some(ballot) = number("ballot_id") {
                *inventory.participations.entry(ballot).or_default() += 1;
            }
        }
        "ballot_history" => {
            if let (Some(ballot), Some(event)) = (number("ballot_id"), table.value("event", row)) {
                inventory.add_history(ballot, &unescaped(event));
            }
        }
        "statements" => {
            if let (Some(ballot), Some(note)) = (number("ballot_id"), table.value("statement", row)) {
                inventory.statements.insert(ballot, unescaped(note));
            }
        }
        "ballot_inbox" | "ballot_box" => {
            if let Some(ballot) = number("ballot_id") {
                *inventory.votes.entry(ballot).or_default() += 1;
                let value = |column: &str| table.value(column, row).and_then(bytes);
                if let (Some(slot), Some(sealed)) = (value("slot"), value("sealed")) {
                    inventory.inbox.push((ballot, slot, sealed));
                }
                let fields = ["commitment", "tracker_hash", "nonce", "choice"].map(value);
                if let [Some(commitment), Some(tracker), Some(nonce), Some(choice)] = fields {
                    inventory.boxes.entry(ballot).or_default().push([commitment, tracker, nonce, choice]);
                }
            }
        }
        "box_keys" => {
            if let (Some(ballot), Some(wrapped)) = (number("ballot_id"), table.value("wrapped", row).and_then(bytes)) {
                inventory.keys.insert(ballot, wrapped);
            }
        }
        _ => {}
    }
}

/// Decodes a text in the format of COPY (PostgreSQL's documentation, COPY, "Text Format").
fn unescaped(text: &str) -> String {
    let (mut plain, mut escaped) = (String::with_capacity(text.len()), false);
    for c in text.chars() {
        match (escaped, c) {
            (false, '\\') => {}
            (true, 'n') => plain.push('\n'),
            (true, 'r') => plain.push('\r'),
            (true, 't') => plain.push('\t'),
            _ => plain.push(c),
        }
        escaped = !escaped && c == '\\';
    }
    plain
}

/// Decodes `\\x` and hex.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_start_matches('\\').strip_prefix('x')?;
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_counted_by_its_tables() {
        let dump = "COPY public.nothing (x) FROM stdin;\n\\.\n\
                    COPY public._sqlx_migrations (version, description) FROM stdin;\n4\ta\n5\tb\n\\.\n\
                    COPY public.service (id, secret_fingerprint, created_at) FROM stdin;\n1\t\\\\x0aff\t7\n\\.\n\
                    COPY public.ballots (id, uuid, state) FROM stdin;\n\
                    3\t01890a5d-ac96-774b-bcce-b302099a8057\topen\n\\.\n\
                    COPY public.participations (ballot_id, attendee_id) FROM stdin;\n3\t1\n3\t2\n\\.\n\
                    COPY public.ballot_inbox (ballot_id, slot, sealed) FROM stdin;\n3\t\\\\x00\t\\\\x01\n\\.\n\
                    COPY public.ballot_box (ballot_id, commitment, code, tracker_hash, nonce, choice) FROM stdin;\n\
                    4\t\\\\x01\t7\t\\\\x02\t\\\\x03\t\\\\x04\n\\.\n\
                    COPY public.ballot_history (ballot_id, number, at, event) FROM stdin;\n\
                    4\t1\t7\t{\"type\":\"closed\",\"eligible\":3,\"voted\":2,\"unreadable\":1}\n\\.\n\
                    COPY public.statements (ballot_id, tally, history, statement) FROM stdin;\n\
                    4\t{}\t[]\ta\\nb\\\\n\n\\.\n";
        let inventory = take_stock(dump.as_bytes()).unwrap();
        assert_eq!((inventory.step, inventory.fingerprint), (Some(5), Some(vec![0x0a, 0xff])));
        assert_eq!((inventory.participations[&3], inventory.votes[&3]), (2, 1));
        assert_eq!(inventory.ballots[0].2, "open");
        assert_eq!(inventory.inbox, [(3, vec![0], vec![1])]);
        assert_eq!(inventory.boxes[&4], [[vec![1], vec![2], vec![3], vec![4]]]);
        assert_eq!((inventory.left_out[&4], inventory.statements[&4].as_str()), (1, "a\nb\\n"));
    }
}
