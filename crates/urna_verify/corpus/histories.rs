//! Histories: every possible order, and impossible events.

use serde_json::{Value, json};
use urna_core::Timestamp;
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::file;
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, candidate};

const HISTORY: &str = file::HISTORY;

/// Correct histories.
pub(crate) fn right() -> Vec<Case> {
    let forge = Forge::new();
    let time = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let withdrawn =
        |number, reason: &str| HistoryEvent::Withdrawn { candidate: candidate(number), reason: reason.to_owned() };
    let happened = |events: &[HistoryEvent]| Forge { history: events.to_vec(), ..forge.clone() };
    let opened = HistoryEvent::Opened { eligible: 9_007_199_254_740_992 };
    let every = happened(&[
        HistoryEvent::Resumed,
        HistoryEvent::ClosingTime { closes_at: time("0000-01-01T00:00:00Z") },
        opened.clone(),
        HistoryEvent::ClosingTime { closes_at: None },
        HistoryEvent::Paused,
        HistoryEvent::Paused,
        withdrawn(3, ""),
        opened,
        HistoryEvent::ClosingTime { closes_at: time("9999-12-30T22:00:00Z") },
        withdrawn(2, "\"Ill\",\nthey said \u{2028}\u{1f600}"),
    ]);
    let last = Timestamp::from_micros(253_402_207_200_000_000).unwrap();
    let mut at_the_end = forge.clone();
    at_the_end.publication.at = last;
    let back = every.json(HISTORY, |history| {
        let times = [
            "9999-12-30T22:00:00Z",
            "2024-02-29T23:59:59.000001Z",
            "0000-02-29T00:00:00.1Z",
            "2000-02-29T12:00:00.12345Z",
        ];
        for (event, at) in history.as_array_mut().unwrap().iter_mut().zip(times) {
            event["at"] = at.into();
        }
    });
    vec![
        Case::right("right-every-event-in-any-order", &every.parts()),
        Case::right("right-times-that-go-back", &back.parts()),
        Case::right("right-nothing-but-the-close", &happened(&[]).parts()),
        Case::right("right-at-the-end-of-the-calendar", &at_the_end.parts()),
        Case::right("right-everybody-voted", &Forge { eligible: 7, ..forge.clone() }.parts()),
        Case::right(
            "right-as-many-as-can-be-said",
            &Forge { eligible: 9_007_199_254_740_992, ..forge.clone() }.parts(),
        ),
    ]
}

/// An event has a value that it cannot have.
pub(crate) fn wrong_values() -> Vec<Case> {
    let mut forge = Forge::new();
    forge.history.push(HistoryEvent::ClosingTime { closes_at: None });
    forge.history.push(HistoryEvent::Withdrawn { candidate: candidate(3), reason: "ill".to_owned() });
    let times = [
        ("date-alone", "2026-09-21"),
        ("small-t", "2026-09-21t14:13:20Z"),
        ("small-z", "2026-09-21T14:13:20z"),
        ("offset", "2026-09-21T14:13:20+00:00"),
        ("space", "2026-09-21 14:13:20Z"),
        ("space-after", "2026-09-21T14:13:20Z "),
        ("newline-after", "2026-09-21T14:13:20Z\n"),
        ("no-seconds", "2026-09-21T14:13Z"),
        ("point-without-digits", "2026-09-21T14:13:20.Z"),
        ("nought-at-the-end", "2026-09-21T14:13:20.10Z"),
        ("seven-digits", "2026-09-21T14:13:20.1234567Z"),
        ("comma", "2026-09-21T14:13:20,5Z"),
        ("second-sixty", "2026-12-31T23:59:60Z"),
        ("hour-24", "2026-09-21T24:00:00Z"),
        ("minute-60", "2026-09-21T14:60:00Z"),
        ("month-13", "2026-13-21T14:13:20Z"),
        ("month-0", "2026-00-21T14:13:20Z"),
        ("day-0", "2026-09-00T14:13:20Z"),
        ("february-30", "2026-02-30T14:13:20Z"),
        ("no-leap-year", "2026-02-29T14:13:20Z"),
        ("no-leap-century", "1900-02-29T14:13:20Z"),
        ("after-the-end", "9999-12-30T22:00:00.000001Z"),
        ("last-of-the-year", "9999-12-31T23:59:59Z"),
        ("five-digit-year", "10000-01-01T00:00:00Z"),
        ("before-the-beginning", "-000001-12-31T23:59:59Z"),
        ("other-digits", "２０２６-09-21T14:13:20Z"),
        ("zone-after", "2026-09-21T14:13:20Z[UTC]"),
    ];
    let times = times.map(|(what, time)| (format!("time-{what}"), "0/at", json!(time)));
    let values = [
        ("time-null", "0/at", json!(null)),
        ("time-number", "0/at", json!(1_790_000_000)),
        ("type-in-capitals", "0/type", json!("Opened")),
        ("type-unknown", "0/type", json!("renamed")),
        ("type-null", "0/type", json!(null)),
        ("type-list", "0/type", json!(["opened"])),
        ("event-null", "0", json!(null)),
        ("event-text", "0", json!("opened")),
        ("event-list", "0", json!(["2026-09-21T14:13:20Z", "opened", 10])),
        ("event-empty", "0", json!({})),
        ("eligible-text", "0/eligible", json!("10")),
        ("eligible-below-nought", "0/eligible", json!(-1)),
        ("eligible-part", "0/eligible", json!(1.5)),
        ("eligible-true", "0/eligible", json!(true)),
        ("eligible-null", "0/eligible", json!(null)),
        ("field-unknown", "0/by", json!("somebody")),
        ("field-of-another-event", "0/voted", json!(3)),
        ("closing-time-of-a-word", "1/closes_at", json!("soon")),
        ("closing-time-number", "1/closes_at", json!(0)),
        ("candidate-in-capitals", "2/candidate", json!("00000000-0000-0000-0000-00000000000A")),
        ("candidate-null", "2/candidate", json!(null)),
        ("reason-null", "2/reason", json!(null)),
        ("reason-number", "2/reason", json!(1)),
        ("voted-text", "3/voted", json!("7")),
        ("unreadable-nought", "3/unreadable", json!(0)),
        ("unreadable-null", "3/unreadable", json!(null)),
        ("unreadable-text", "3/unreadable", json!("1")),
        ("unreadable-of-an-opening", "0/unreadable", json!(1)),
    ];
    let values = values.map(|(what, field, value)| (what.to_owned(), field, value));
    let case = |what: String, parts| Case::fault(format!("history-{what}"), &parts, Fault::Form(HISTORY));
    let values = times.into_iter().chain(values).map(|(what, field, value): (String, &str, Value)| {
        case(what, forge.set(HISTORY, &format!("/{field}"), value).parts())
    });
    let missing = ["0/at", "0/eligible", "0/type", "1/closes_at", "2/candidate", "2/reason", "3/eligible", "3/voted"];
    let missing = missing.into_iter().map(|field| {
        case(format!("without-{}", field.replace('/', "-")), forge.remove(HISTORY, &format!("/{field}")).parts())
    });
    let numbers = [("eligible", "\"eligible\":10,"), ("voted", "\"voted\":7")].into_iter().map(|(field, of)| {
        let by = of.replace("10", "9007199254740993").replace('7', "9007199254740993");
        case(format!("{field}-too-large"), forge.replace(HISTORY, of, &by).parts())
    });
    let unreadable = forge.replace(HISTORY, "\"voted\":7", "\"unreadable\":9007199254740993,\"voted\":7");
    let unreadable = case("unreadable-too-large".to_owned(), unreadable.parts());
    values.chain(missing).chain(numbers).chain([unreadable]).collect()
}

/// Each event is correct, but they cannot have happened together.
pub(crate) fn wrong_orders() -> Vec<Case> {
    let forge = Forge::new();
    let events = |change: fn(&mut Vec<Value>)| {
        forge.json(HISTORY, move |history| change(history.as_array_mut().unwrap())).parts()
    };
    let wrong = |name: &str, parts| Case::fault(name, &parts, Fault::History);
    vec![
        wrong("history-of-nothing", events(Vec::clear)),
        wrong("history-without-the-close", events(|events| drop(events.pop()))),
        wrong("history-that-begins-with-the-close", events(|events| events.reverse())),
        wrong("history-of-two-closes", events(|events| events.push(events[1].clone()))),
        wrong(
            "history-paused-after-the-close",
            events(|events| {
                events.push(json!({"at": "2026-09-21T14:13:20Z", "type": "paused"}));
            }),
        ),
        wrong("history-of-others-who-could-vote", forge.set(HISTORY, "/1/eligible", json!(11)).parts()),
        wrong("history-of-others-who-voted", forge.set(HISTORY, "/1/voted", json!(8)).parts()),
        Case::fault(
            "history-that-is-an-object",
            &forge.change(HISTORY, |bytes| *bytes = b"{}".to_vec()).parts(),
            Fault::Form(HISTORY),
        ),
        Case::fault(
            "history-that-lost-an-unreadable-vote",
            &forge.set(HISTORY, "/1/unreadable", json!(1)).parts(),
            Fault::Count { what: "people who took part", said: 7, found: 8 },
        ),
    ]
}
