//! The check of a record: hashes, commitments, choices, counts, receipts.

use std::collections::HashSet;

use urna_core::choice::Choice;
use urna_core::count::{Lot, Orders, Votes, Withdrawals, count, count_decided, is_sealed_order};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::{Decision, Opening, decode_tally, encode_tally, file};
use urna_core::signed_note;
use urna_core::tally::{CountStep, Outcome, Tally};
use urna_core::{CandidateId, Commitment, Definition, Sha256Hash, TieRule};

use crate::fault::Fault;
use crate::files::Files;
use crate::known::Known;
use crate::receipt::SavedReceipt;
use crate::record::Record;
use crate::report::{
    CandidateResult, FoundChoice, FoundReceipt, JuryDecision, MotionResult, Recount, Report, Summary, Withdrawal,
};

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
    check.sealed_order();
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
        recount: match &choices {
            Some(_) => Recount::Votes,
            None if !definition.method.is_counted(record.turnout()) => Recount::NotNeeded,
            None if definition.method.needs_every_vote() => Recount::Nothing,
            None => Recount::Counts,
        },
        method: definition.method,
        motion: tally.as_ref().and_then(MotionResult::of),
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
            sealed: decision.nonce.is_some(),
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

/// Those whom the outcome elects.
fn elected(tally: &Tally) -> &[CandidateId] {
    if let Outcome::Elected { candidates } = &tally.outcome { candidates } else { &[] }
}

/// The jury's order by which ties were settled, if one was.
fn jury_order(tally: &Tally) -> Option<&[CandidateId]> {
    tally.derivation.iter().find_map(|step| match step {
        CountStep::TieOrder { rule: TieRule::Jury {}, order } => Some(order.as_slice()),
        _ => None,
    })
}

/// Whether a tally has a row for each candidate, and says of the same ones that they are elected.
fn agrees_with_itself(tally: &Tally, definition: &Definition) -> bool {
    let mut rows: Vec<_> = tally.rows.iter().map(|row| row.candidate).collect();
    let mut candidates: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
    rows.sort_unstable();
    candidates.sort_unstable();
    rows == candidates && tally.rows.iter().all(|row| row.elected == elected(tally).contains(&row.candidate))
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
        match (publication.result, self.record.files.result.as_deref()) {
            (Some(signed), Some(bytes)) => self.that(Sha256Hash::of(bytes) == signed, Fault::Changed(file::RESULT)),
            (Some(_), None) => self.faults.push(Fault::MissingFile(file::RESULT)),
            (None, Some(_)) => self.faults.push(Fault::Unsigned(file::RESULT)),
            (None, None) => {}
        }
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
            self.that(!self.record.discloses_votes(), Fault::MissingFile(file::OPENINGS));
            return None;
        };
        self.that(self.record.discloses_votes(), Fault::OpeningsDisclosed);
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
            HistoryEvent::SealedOrder { .. } => !self.record.definition.takes_sealed_order(),
            HistoryEvent::Cancelled { .. } => true,
            _ => false,
        });
        self.faults.extend(impossible.map(|place| Fault::Event { place: place + 1 }));
    }

    /// Checks that the tally follows from the votes, and the result from all that came between close and publication.
    fn tally(&mut self, choices: Option<&[Choice]>) -> Option<Tally> {
        let Record { publication, definition, manifest, commitments, .. } = self.record;
        if choices.is_none() && self.record.discloses_votes() {
            // An earlier check has said which votes cannot be read.
            return None;
        }
        let turnout = self.record.turnout();
        let known = choices.map(|choices| Votes::of(choices, definition, turnout)).or_else(|| self.disclosed_votes());
        let Some(votes) = known else { return self.signed_result() };
        let decision = publication.tie_break.as_ref();
        let sealed = decision.and_then(Decision::sealed_order);
        let orders = Orders { lot: Lot::new(manifest, commitments), sealed };
        let before_close: Vec<CandidateId> = self.record.withdrawn_before_the_close().collect();
        let at_close = Withdrawals { before_close: &before_close, after_close: &[] };
        let since = Withdrawals { after_close: &publication.withdrawals, ..at_close };
        let first = count(definition, &votes, at_close, orders);
        self.that(encode_tally(&first) == self.record.tally, Fault::Tally);

        let is_open = |withdrawals| {
            let unsettled = count(definition, &votes, withdrawals, Orders { sealed: None, ..orders });
            matches!(unsettled.outcome, Outcome::Tied { .. })
        };
        let tally = match (decision, sealed) {
            (Some(decision), None) => {
                let decided = count_decided(definition, &votes, since, &decision.order);
                self.that(decided.is_ok(), Fault::Decision);
                decided.unwrap_or_else(|_| count(definition, &votes, since, orders))
            }
            (_, Some(order)) => {
                let is_needed = is_open(at_close) || is_open(since);
                self.that(is_sealed_order(definition, order) && is_needed, Fault::Decision);
                count(definition, &votes, since, orders)
            }
            (None, None) => count(definition, &votes, since, orders),
        };
        self.that(!matches!(tally.outcome, Outcome::Tied { .. }), Fault::TieUnresolved);
        let result = self.record.files.result.as_deref();
        self.that(result.is_none_or(|result| encode_tally(&tally) == result), Fault::Result);
        Some(tally)
    }

    /// The result of a ballot that cannot be counted without its votes, which are not disclosed: as it was signed.
    fn signed_result(&mut self) -> Option<Tally> {
        let Record { publication, definition, statement, .. } = self.record;
        let is_signed_only = definition.method.needs_every_vote();
        let may_be_blank = definition.allow_blank || statement.blank == 0;
        let first = decode_tally(self.record.tally).ok().filter(|_| is_signed_only && may_be_blank);
        let is_whole = |tally: &Tally| {
            agrees_with_itself(tally, definition)
                && (tally.voted, tally.counted, tally.blank) == (statement.votes, statement.counted, statement.blank)
        };
        self.that(first.as_ref().is_some_and(is_whole), Fault::Tally);
        let result = self.record.files.result.as_deref().and_then(|bytes| decode_tally(bytes).ok());
        let result = result.filter(|_| is_signed_only);
        let is_result = result.as_ref().is_some_and(is_whole);
        let late = &publication.withdrawals;
        let gone: Vec<_> = self.record.withdrawn_before_the_close().chain(late.iter().copied()).collect();
        let elects = |tally: &Tally, of: &[CandidateId]| elected(tally).iter().any(|id| of.contains(id));
        let is_tied = |tally: &Tally| matches!(tally.outcome, Outcome::Tied { .. });
        // Otherwise nothing that came after the close could have changed it.
        let is_changed = first.as_ref().is_some_and(|tally| is_tied(tally) || elects(tally, late));
        let is_result = is_result && (is_changed || first == result);
        let elects_gone = result.as_ref().is_some_and(|tally| elects(tally, &gone));
        self.that(is_result && !elects_gone, Fault::Result);
        let decision = publication.tie_break.as_ref();
        let is_by_jury = |decision: &Decision| is_sealed_order(definition, &decision.order);
        let sealed = decision.and_then(Decision::sealed_order);
        // The order in each file is the one that it can have: the sealed one, or in the result the one that was decided.
        let has_order = |tally: &Tally, order: Option<&[CandidateId]>| match jury_order(tally) {
            Some(used) => order == Some(used),
            None => true,
        };
        let is_used = decision.is_none_or(|_| {
            first.iter().chain(&result).any(|tally| jury_order(tally).is_some() || is_tied(tally) || !late.is_empty())
        });
        let fits = decision.is_none_or(is_by_jury)
            && is_used
            && first.as_ref().is_none_or(|tally| has_order(tally, sealed))
            && result.as_ref().is_none_or(|tally| has_order(tally, decision.map(|decision| decision.order.as_slice())));
        self.that(fits, Fault::Decision);
        let is_open = first.as_ref().is_some_and(is_tied) && self.record.sealed_order.is_some();
        self.that(!is_open && !result.as_ref().is_some_and(is_tied), Fault::TieUnresolved);
        result
    }

    /// Checks that the jury's order is the one that was sealed, if one was.
    fn sealed_order(&mut self) {
        let Record { publication, sealed_order, manifest, .. } = self.record;
        let Some(decision) = &publication.tie_break else { return };
        self.that(decision.seal(manifest) == *sealed_order, Fault::OtherOrder);
    }

    /// The votes as the tally has them, if that many votes can add up to them.
    fn disclosed_votes(&self) -> Option<Votes> {
        let Record { definition, statement, tally, .. } = self.record;
        let tally: Tally = serde_json::from_slice(tally).ok()?;
        let may_be_blank = definition.allow_blank || tally.blank == 0;
        let is_whole = tally.counted.checked_add(tally.blank) == Some(statement.votes);
        let turnout = self.record.turnout();
        if may_be_blank && is_whole { Votes::disclosed(&tally, definition, turnout) } else { None }
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
