//! The history of a ballot until its result, and the corrections since.

use urna_core::Timestamp;
use urna_core::life_cycle::HistoryEvent;

use super::ResultInWords;

/// An event in the history, or a correction.
pub(super) struct Event {
    /// The time, with its date unless the line before is of the same day.
    pub(super) at: String,
    pub(super) text: String,
}

impl ResultInWords<'_> {
    pub(super) fn events(&self) -> Vec<Event> {
        let happened = self.view.history.iter().filter_map(|line| {
            let text = match &line.event {
                HistoryEvent::Opened { eligible } => self.t.with1("history-opened", "eligible", *eligible),
                HistoryEvent::Paused => self.t.say("history-paused"),
                HistoryEvent::Resumed => self.t.say("history-resumed"),
                HistoryEvent::ClosingTime { closes_at: Some(at) } => {
                    self.t.with1("history-closing-time", "time", self.moment(*at))
                }
                HistoryEvent::ClosingTime { closes_at: None } => self.t.say("history-closing-time-none"),
                HistoryEvent::Withdrawn { candidate, reason } => {
                    let (name, reason) = (self.name(*candidate), reason.as_str());
                    let values = [("kind", self.kind().into()), ("name", name.into()), ("reason", reason.into())];
                    self.t.with("history-withdrawn", values)
                }
                HistoryEvent::SealedOrder { sha256 } => {
                    self.t.with1("history-sealed-order", "hash", sha256.to_string())
                }
                HistoryEvent::Closed { eligible, voted, unreadable } => {
                    let closed =
                        self.t.with("history-closed", [("eligible", (*eligible).into()), ("voted", (*voted).into())]);
                    match unreadable {
                        0 => closed,
                        _ => format!("{closed} {}", self.t.with1("unreadable-votes", "votes", *unreadable)),
                    }
                }
                HistoryEvent::Cancelled { .. } => return None,
            };
            Some((line.at, text))
        });
        let published = self.view.versions.first().map(|first| (first.at, self.t.say("history-published")));
        let mut before = None;
        let line = |(at, text)| Event { at: self.moment_after(before.replace(at), at), text };
        happened.chain(published).map(line).collect()
    }

    /// Writes a time, without its date if the line before is of the same day.
    pub(super) fn moment_after(&self, before: Option<Timestamp>, at: Timestamp) -> String {
        before.map_or_else(|| self.moment(at), |before| self.t.moment(at, before, &self.view.conference.time_zone))
    }

    pub(super) fn corrections(&self) -> Vec<Event> {
        let later = self.view.versions.iter().skip(1);
        later
            .map(|version| Event {
                at: self.t.with1("corrected", "time", self.moment(version.at)),
                text: version.note.clone().unwrap_or_default(),
            })
            .collect()
    }
}
