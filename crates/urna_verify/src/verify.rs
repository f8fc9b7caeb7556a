//! The check of a record: hashes, commitments, choices, counts, receipts.

use std::collections::HashSet;

use serde::Serialize;
use urna_core::choice::Choice;
use urna_core::count::{Lot, Votes, Withdrawals, count, count_decided};
use urna_core::life_cycle::HistoryEvent;
use urna_core::method::{ChoiceShape, Method};
use urna_core::record::{Opening, encode_tally, file};
use urna_core::signed_note;
use urna_core::tally::{Outcome, Tally};
use urna_core::{BallotId, CandidateId, Commitment, Definition, Disclosure, Sha256Hash, Timestamp};

use crate::fault::Fault;
use crate::files::Files;
use crate::known::Known;
use crate::receipt::SavedReceipt;
use crate::record::Record;

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The content of the record, if every file could be read.
    pub summary: Option<Summary>,
    /// All faults; for an unreadable record, those that make it unreadable.
    pub faults: Vec<Fault>,
}

/// The content of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The ballot.
    pub ballot_id: BallotId,
    /// The ballot's title, in the original language.
    pub title: String,
    /// The published version.
    pub version: u32,
    /// The time of publication.
    pub published_at: Timestamp,
    /// The SHA-256 of the statement, in hex; its first half is shown at the close.
    pub statement_sha256: String,
    /// The fingerprint of the key that signed it.
    pub key_fingerprint: String,
    /// The number of people who could vote.
    pub eligible: u64,
    /// The number of votes.
    pub votes: u64,
    /// The number of blank votes among them.
    pub blank: u64,
    /// Votes that could not be read at the close, and are not among `votes`.
    pub unreadable: u64,
    /// Whether the votes were counted again; `false` if only counts are disclosed.
    pub recounted: bool,
    /// Each candidate's result, best first; empty if the votes cannot be counted.
    pub results: Vec<CandidateResult>,
    /// The method of the ballot.
    #[serde(skip)]
    pub method: Method,
    /// The candidates who withdrew: before the close in the order of withdrawal, after it in the order of the manifest.
    pub withdrawals: Vec<Withdrawal>,
    /// The jury's decision about a tie, its order given by names.
    pub decision: Option<JuryDecision>,
    /// How often organisers looked at the result before it was public.
    pub looks: u64,
    /// The reason for a further version.
    pub note: Option<String>,
    /// The receipts whose votes are in the record.
    pub receipts: Vec<FoundReceipt>,
}

/// The jury's decision about a tie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JuryDecision {
    /// The names of the tied candidates, the elected one first.
    pub order: Vec<String>,
    /// The reason, in their words.
    pub reason: String,
    /// The people who decided, in their words.
    pub decided_by: String,
}

/// A candidate who can no longer be elected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// Their name, in the original language.
    pub name: String,
    /// Whether the votes had been counted by then.
    pub after_the_close: bool,
}

/// The result of one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateResult {
    /// Their name, in the original language.
    pub name: String,
    /// The votes that name them; see [`urna_core::tally::TallyRow::votes`].
    pub votes: u64,
    /// Points, where they decide; see [`urna_core::tally::TallyRow::points`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// Whether elected.
    pub elected: bool,
}

/// A receipt whose vote is in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundReceipt {
    /// Its code, or its holder's name for it.
    pub name: String,
    /// The vote's choice; only if the record discloses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<FoundChoice>,
}

/// The choice in the vote of a receipt, by names in the original language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FoundChoice {
    /// One candidate, if a vote names one.
    Candidate(String),
    /// The candidates, if a vote may name several.
    Candidates(Vec<String>),
    /// The candidates at each rank, if a vote ranks them.
    Ranking(Vec<Vec<String>>),
    /// Every candidate with points, if a vote gives them.
    Scores(Vec<(String, u16)>),
    /// Nobody; `null` in JSON, which cannot be mistaken for a name.
    Blank,
}

impl FoundChoice {
    fn of(choice: &Choice, definition: &Definition) -> Self {
        let name = |place: u16| {
            let candidate = definition.candidate(place);
            candidate.map_or_else(String::new, |candidate| definition.original(&candidate.name).to_owned())
        };
        match (choice.marks(), definition.method.shape()) {
            ([], _) => Self::Blank,
            ([mark], ChoiceShape::One) => Self::Candidate(name(mark.candidate)),
            (marks, ChoiceShape::Ranking) => {
                let ranks = 1..=marks.iter().map(|mark| mark.value).max().unwrap_or(0);
                let at = |rank| marks.iter().filter(move |mark| mark.value == rank);
                Self::Ranking(ranks.map(|rank| at(rank).map(|mark| name(mark.candidate)).collect()).collect())
            }
            (marks, ChoiceShape::Scores) => {
                Self::Scores(marks.iter().map(|mark| (name(mark.candidate), mark.value)).collect())
            }
            (marks, ChoiceShape::One | ChoiceShape::Several) => {
                Self::Candidates(marks.iter().map(|mark| name(mark.candidate)).collect())
            }
        }
    }
}

/// Checks a record: against itself, and against facts known from elsewhere. Calls `progress` with the number of
/// votes checked, and the number of all.
#[must_use]
pub fn verify(
    files: &Files,
    known: &Known,
    receipts: &[SavedReceipt],
    progress: &mut dyn FnMut(usize, usize),
) -> Report {
    let record = match Record::read(files, known.signer.as_ref()) {
        Ok(record) => record,
        Err(faults) => return Report { summary: None, faults },
    };
    let mut check = Check { record: &record, faults: Vec::new() };
    check.hashes(known);
    check.publication();
    check.commitments();
    let choices = check.votes(progress);
    check.counts(choices.as_deref());
    let tally = check.tally(choices.as_deref());
    let receipts = receipts.iter().filter_map(|receipt| check.receipt(receipt, choices.as_deref())).collect();

    let (definition, statement) = (&record.definition, &record.statement);
    let name = |id: CandidateId| {
        let candidate = definition.candidates.iter().find(|candidate| candidate.id == id);
        candidate.map_or_else(String::new, |candidate| definition.original(&candidate.name).to_owned())
    };
    let rows = tally.iter().flat_map(|tally| &tally.rows);
    let summary = Summary {
        ballot_id: record.ballot,
        title: definition.original(&definition.title).to_owned(),
        version: record.publication.version,
        published_at: record.publication.at,
        statement_sha256: record.statement_hash().to_string(),
        key_fingerprint: signed_note::fingerprint(&record.key),
        eligible: statement.eligible,
        votes: statement.votes,
        blank: statement.blank,
        unreadable: record.unreadable(),
        recounted: choices.is_some(),
        method: definition.method,
        results: rows
            .map(|row| CandidateResult {
                name: name(row.candidate),
                votes: row.votes,
                points: row.points,
                elected: row.elected,
            })
            .collect(),
        withdrawals: (record.withdrawn_before_the_close().map(|id| (id, false)))
            .chain(record.publication.withdrawals.iter().map(|id| (*id, true)))
            .map(|(id, after_the_close)| Withdrawal { name: name(id), after_the_close })
            .collect(),
        decision: record.publication.tie_break.as_ref().map(|decision| JuryDecision {
            order: decision.order.iter().map(|id| name(*id)).collect(),
            reason: decision.reason.clone(),
            decided_by: decision.decided_by.clone(),
        }),
        looks: record.publication.looks,
        note: record.publication.note.clone(),
        receipts,
    };
    Report { summary: Some(summary), faults: check.faults }
}

struct Check<'a> {
    record: &'a Record<'a>,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn that(&mut self, holds: bool, fault: Fault) {
        if !holds {
            self.faults.push(fault);
        }
    }

    /// Checks that every file is the one that was signed.
    fn hashes(&mut self, known: &Known) {
        for (name, bytes, signed) in self.record.signed_files() {
            self.that(bytes.is_none_or(|bytes| Sha256Hash::of(bytes) == signed), Fault::Changed(name));
        }
        let (ballot, statement) = (self.record.ballot, &self.record.statement);
        self.that(ballot == statement.ballot, Fault::OtherBallot(file::MANIFEST));
        let hash = self.record.statement_hash().to_string();
        self.that(known.statement.as_ref().is_none_or(|shown| shown.begins(&hash)), Fault::OtherThanShown);
    }

    fn publication(&mut self) {
        let Record { publication, statement, .. } = self.record;
        self.that(publication.ballot == statement.ballot, Fault::OtherBallot(file::PUBLICATION));
        self.that(publication.statement == self.record.statement_hash(), Fault::OtherStatement);
        self.that(publication.previous.is_some() == (publication.version > 1), Fault::NoPrevious);
        let early: Vec<CandidateId> = self.record.withdrawn_before_the_close().collect();
        let late = &publication.withdrawals;
        let places: Option<Vec<u16>> = late.iter().map(|id| self.record.definition.index_of(*id)).collect();
        let in_order = places.is_some_and(|places| places.is_sorted_by(|one, next| one < next));
        self.that(in_order && !late.iter().any(|id| early.contains(id)), Fault::Withdrawals);
    }

    /// Checks that the commitments ascend, each once.
    fn commitments(&mut self) {
        let pairs = || self.record.commitments.windows(2).zip(2..);
        let repeated = pairs().find(|(pair, _)| pair[0] == pair[1]).map(|(_, place)| Fault::Repeated { place });
        let order = pairs().find(|(pair, _)| pair[0] > pair[1]).map(|(_, place)| Fault::Order { place });
        self.faults.extend(repeated.into_iter().chain(order));
    }

    /// Checks that each vote fits its commitment and is a choice of the ballot. Returns the choices, if all do.
    fn votes(&mut self, progress: &mut dyn FnMut(usize, usize)) -> Option<Vec<Choice>> {
        let Record { definition, commitments, .. } = self.record;
        let Some(openings) = &self.record.openings else {
            self.that(definition.disclosure == Disclosure::Counts, Fault::MissingFile(file::OPENINGS));
            return None;
        };
        self.that(definition.disclosure == Disclosure::Full, Fault::OpeningsDisclosed);
        let (there, needed) = (openings.len(), commitments.len());
        self.that(there == needed, Fault::OpeningsMissing { openings: there, commitments: needed });

        let mut trackers = HashSet::with_capacity(there);
        let (mut broken, mut illegal, mut repeated) = (Vec::new(), None, None);
        let mut choices = Vec::with_capacity(there);
        for (opening, place) in openings.iter().zip(1..) {
            match Choice::decode(opening.choice, definition) {
                Ok(choice) => {
                    if commitments.get(place - 1) != Some(&self.commit(opening)) {
                        broken.push(place);
                    }
                    choices.push(choice);
                }
                Err(_) => illegal = illegal.or(Some(Fault::IllegalChoice { place })),
            }
            if !trackers.insert(opening.tracker) {
                repeated = repeated.or(Some(Fault::TrackerRepeated { place }));
            }
            progress(place, there);
        }
        let unkept = broken.first().map(|place| Fault::Commitment { votes: broken.len(), place: *place });
        self.faults.extend(unkept.into_iter().chain(illegal).chain(repeated));
        (choices.len() == there).then_some(choices)
    }

    fn commit(&self, opening: &Opening<'_>) -> Commitment {
        Commitment::commit(&self.record.manifest, &opening.tracker, &opening.nonce, opening.choice)
    }

    /// Checks the numbers: counted and blank make up all votes, each by somebody who took part, out of those who
    /// could; and the history agrees.
    fn counts(&mut self, choices: Option<&[Choice]>) {
        let Record { statement, commitments, history, .. } = self.record;
        let unreadable = self.record.unreadable();
        let number = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        let mut counts = vec![
            ("votes", statement.votes, number(commitments.len())),
            ("people who took part", statement.participations, statement.votes.saturating_add(unreadable)),
            ("votes that are counted or blank", statement.counted.saturating_add(statement.blank), statement.votes),
        ];
        if let Some(choices) = choices {
            let blank = number(choices.iter().filter(|choice| choice.is_blank()).count());
            counts.push(("blank votes", statement.blank, blank));
        } else if let Ok(tally) = serde_json::from_slice::<Tally>(self.record.tally) {
            counts.push(("blank votes", statement.blank, tally.blank));
        }
        for (what, said, found) in counts {
            self.that(said == found, Fault::Count { what, said, found });
        }
        let (participations, eligible) = (statement.participations, statement.eligible);
        self.that(participations <= eligible, Fault::TooMany { participations, eligible });
        let close = HistoryEvent::Closed { eligible, voted: participations, unreadable };
        let closes = history.iter().filter(|line| matches!(line.event, HistoryEvent::Closed { .. })).count();
        self.that(closes == 1 && history.last().is_some_and(|line| line.event == close), Fault::History);
        let mut withdrawn = HashSet::new();
        let impossible = history.iter().position(|line| match line.event {
            HistoryEvent::Withdrawn { candidate, .. } => {
                self.record.definition.index_of(candidate).is_none() || !withdrawn.insert(candidate)
            }
            HistoryEvent::Cancelled { .. } => true,
            _ => false,
        });
        self.faults.extend(impossible.map(|place| Fault::Event { place: place + 1 }));
    }

    /// Checks that the tally follows from the votes, and the final one from all that came between close and
    /// publication.
    fn tally(&mut self, choices: Option<&[Choice]>) -> Option<Tally> {
        let Record { publication, definition, manifest, commitments, .. } = self.record;
        let known = choices.map(|choices| Votes::of(choices, definition)).or_else(|| self.disclosed_votes());
        let Some(votes) = known else {
            // If every vote is to be disclosed, that one cannot be read was said before.
            self.that(definition.disclosure == Disclosure::Full, Fault::Tally);
            return None;
        };
        let before_close: Vec<CandidateId> = self.record.withdrawn_before_the_close().collect();
        let at_close = Withdrawals { before_close: &before_close, after_close: &[] };
        let lot = Lot::new(manifest, commitments);
        self.that(encode_tally(&count(definition, &votes, at_close, lot)) == self.record.tally, Fault::Tally);

        let withdrawals = Withdrawals { after_close: &publication.withdrawals, ..at_close };
        let order = publication.tie_break.as_ref().map(|decision| &decision.order);
        let decided = order.map(|order| count_decided(definition, &votes, withdrawals, order));
        self.that(!matches!(decided, Some(Err(_))), Fault::Decision);
        let tally = decided.and_then(Result::ok).unwrap_or_else(|| count(definition, &votes, withdrawals, lot));
        self.that(!matches!(tally.outcome, Outcome::Tied { .. }), Fault::TieUnresolved);
        Some(tally)
    }

    /// The votes as the tally has them, if that many votes can add up to them.
    fn disclosed_votes(&self) -> Option<Votes> {
        let Record { definition, statement, tally, .. } = self.record;
        let tally: Tally = serde_json::from_slice(tally).ok()?;
        let may_be_blank = definition.allow_blank || tally.blank == 0;
        let is_whole = tally.counted.checked_add(tally.blank) == Some(statement.votes);
        if may_be_blank && is_whole { Votes::disclosed(&tally, definition) } else { None }
    }

    /// The receipt, if its promise was kept.
    fn receipt(&mut self, receipt: &SavedReceipt, choices: Option<&[Choice]>) -> Option<FoundReceipt> {
        let Record { key, ballot, manifest, commitments, openings, definition, .. } = self.record;
        let name = receipt.name.clone();
        let promise = match receipt.promise(key) {
            Ok(promise) => promise,
            Err(cause) => {
                self.faults.push(Fault::ReceiptSignature { name, cause });
                return None;
            }
        };
        let is_of_this = promise.ballot == *ballot && promise.manifest.as_bytes() == manifest.as_bytes();
        let place = commitments.iter().position(|commitment| *commitment == promise.commitment);
        let fault = match place {
            _ if !is_of_this => Fault::ReceiptOfAnotherBallot(name),
            _ if !receipt.agrees(&promise) => Fault::ReceiptContradicts(name),
            None => Fault::ReceiptMissing(name),
            Some(place) => {
                let opening = openings.as_ref().and_then(|openings| openings.get(place));
                // A note of version 2 says whose it is; for version 1, only the file beside the note can.
                let holder = promise.tracker.or_else(|| receipt.tracker().map(|tracker| tracker.hash()));
                if opening.zip(holder).is_none_or(|(opening, holder)| opening.tracker == holder) {
                    let choice = choices.and_then(|choices| choices.get(place));
                    let choice = choice.map(|choice| FoundChoice::of(choice, definition));
                    return Some(FoundReceipt { name, choice });
                }
                Fault::ReceiptOfAnotherTracker(name)
            }
        };
        self.faults.push(fault);
        None
    }
}
