//! `urna verify`: checks a record and receipts.

use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use url::Url;
use urna_core::method::motion::{Answers, MajorityCount, MotionCount, QuorumCount, Threshold};
use urna_verify::{
    Fault, Files, FoundChoice, JuryDecision, Known, MotionResult, Recount, Report, SavedReceipt, Summary, Withdrawal,
    verify,
};

use super::files::read_file;
use crate::command_line::VerifyArguments;
use crate::exit::{Exit, Stop};
use crate::output::{Output, plain};

/// The maximum size of a record: ten million votes. (docs/verification.md)
const MOST_BYTES: u64 = 1 << 30;

/// The time limit for fetching a record.
const FETCH_LIMIT: Duration = Duration::from_mins(5);

pub(super) fn run(arguments: VerifyArguments, output: &Output) -> Result<(), Stop> {
    let VerifyArguments { record, receipts, key, statement } = arguments;
    let known = Known { signer: key, statement };
    let receipts = receipts.iter().map(|path| read_receipt(path)).collect::<Result<Vec<_>, _>>()?;
    let is_address = record.starts_with("http://") || record.starts_with("https://");
    let archive = if is_address { fetch(&record)? } else { read_file(Path::new(&record), MOST_BYTES)? };
    let report = match Files::read(&archive) {
        Ok(files) => {
            let bar = progress_bar();
            let report = verify(&files, &known, &receipts, &mut |done, of| {
                bar.set_length(u64::try_from(of).unwrap_or(0));
                bar.set_position(u64::try_from(done).unwrap_or(0));
            });
            bar.finish_and_clear();
            report
        }
        Err(invalid) => Report { summary: None, faults: vec![Fault::Archive(invalid)] },
    };
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    let is_right = faults.is_empty();
    let document = json!({"verified": is_right, "key_given": known.signer.is_some(),
        "statement_given": known.statement.is_some(), "record": report.summary, "faults": faults});
    let mut lines = report.summary.as_ref().map(|summary| describe(summary, &known)).unwrap_or_default();
    lines.extend(faults.iter().map(|fault| format!("WRONG: {fault}")));
    lines.extend(is_right.then(|| "Verified.".to_owned()));
    output.answer(&document, lines.iter().fold(String::new(), |text, line| text + &plain(line) + "\n"))?;
    if is_right { Ok(()) } else { Err(Stop::new(Exit::Verification, "the record is not what it must be")) }
}

/// The report for people.
fn describe(summary: &Summary, known: &Known) -> Vec<String> {
    let Summary { title, ballot_id, version, votes, eligible, blank, looks, .. } = summary;
    let of_key = known.signer.as_ref().map_or("the record's own, which was NOT checked", |_| "the key that you gave");
    let of_statement =
        known.statement.as_ref().map_or("compare it with what was shown at the close", |_| "as you gave it");
    let counted = match summary.recount {
        Recount::Votes => "counted again",
        Recount::Counts => "follows from the counts; recount not possible: only counts are disclosed",
        Recount::NotNeeded => "not decided: nobody counts the votes",
        Recount::Nothing => "as it was signed; recount not possible: only counts are disclosed",
    };
    let looked = match looks {
        0 => "never looked at the result".to_owned(),
        1 => "looked at the result once".to_owned(),
        _ => format!("looked at the result {looks} times"),
    };
    let mut lines = vec![
        title.clone(),
        format!("  ballot      {ballot_id}, version {version}, published {}", summary.published_at),
        format!("  key         {} ({of_key})", summary.key_fingerprint),
        format!("  statement   {} ({of_statement})", summary.statement_sha256),
        format!("  votes       {votes} of {eligible} who could vote, {blank} blank"),
        format!("  looks       organisers {looked} before it was public"),
    ];
    if summary.unreadable > 0 {
        let unreadable = summary.unreadable;
        lines.push(format!("  NOT COUNTED {unreadable} who took part: their votes could not be read at the close"));
    }
    lines.extend(summary.note.iter().map(|note| format!("  note        {note}")));
    lines.extend(summary.withdrawals.iter().map(|Withdrawal { name, after_the_close }| {
        format!("  withdrew    {name}, {} the close", if *after_the_close { "AFTER" } else { "before" })
    }));
    lines.extend(summary.decision.iter().map(|JuryDecision { sealed, order, reason, decided_by }| {
        let when = if *sealed { "sealed before the close" } else { "after the close" };
        format!("  decision    {}: decided by {decided_by}, {when}: {reason}", order.join(", "))
    }));
    lines.push(format!("  result      {counted}"));
    lines.extend(summary.results.iter().map(|candidate| {
        let points = candidate.points.map(|points| summary.method.decimal_points(points));
        let points = points.map_or_else(String::new, |points| format!(", {points} points"));
        let mark = if candidate.elected { "  first place" } else { "" };
        format!("{:>8}  {}{points}{mark}", candidate.votes, candidate.name)
    }));
    lines.extend(summary.motion.iter().flat_map(describe_motion));
    lines.extend(summary.receipts.iter().map(|receipt| {
        let choice = match &receipt.choice {
            Some(FoundChoice::Candidate(name)) => format!(": {name}"),
            Some(FoundChoice::Candidates(names)) => format!(": {}", names.join(", ")),
            Some(FoundChoice::Ranking(ranks)) => {
                let ranks = (1..).zip(ranks).map(|(rank, names)| format!("{rank}. {}", names.join(", ")));
                format!(": {}", ranks.collect::<Vec<_>>().join("  "))
            }
            Some(FoundChoice::Scores(scores)) => {
                let scores = scores.iter().map(|(name, points)| format!("{name} {points}"));
                format!(": {}", scores.collect::<Vec<_>>().join(", "))
            }
            Some(FoundChoice::Motion { motion }) => format!(": {}", motion.as_str()),
            Some(FoundChoice::Blank) => ", and names nobody".to_owned(),
            None => String::new(),
        };
        format!("  receipt {} is in the record{choice}", receipt.name)
    }));
    lines
}

/// The arithmetic of a motion.
fn describe_motion(MotionResult { outcome, count }: &MotionResult) -> Vec<String> {
    let MotionCount { quorum, answers, majority } = count;
    let quorum = quorum.map(|QuorumCount { members, needed, took_part }| {
        format!("  quorum      {took_part} of {members} took part, {needed} needed")
    });
    let answers = answers
        .map(|Answers { yes, no, abstained }| format!("  answers     {yes} yes, {no} no, {abstained} abstained"));
    let majority = majority.map(|MajorityCount { base, threshold, needed }| {
        let rule = match threshold {
            Threshold::MoreThan(fraction) => format!("more than {fraction}"),
            Threshold::AtLeast(fraction) => format!("at least {fraction}"),
        };
        format!("  majority    {rule} of {base}: {needed} yes, and more yes than no")
    });
    let outcome = Some(format!("  outcome     {}", outcome.replace('_', " ")));
    [quorum, answers, majority, outcome].into_iter().flatten().collect()
}

fn read_receipt(path: &Path) -> Result<SavedReceipt, Stop> {
    let most = u64::try_from(SavedReceipt::MOST_BYTES).unwrap_or(u64::MAX);
    let bytes = read_file(path, most)?;
    SavedReceipt::read(&bytes, &path.display().to_string())
        .map_err(|error| Stop::usage(format!("{}: {error}", path.display())))
}

/// Fetches the record, from its own address or from the ballot's.
fn fetch(address: &str) -> Result<Vec<u8>, Stop> {
    let wrong = || Stop::usage(format!("{address} is not the address of a ballot or a record"));
    let mut url = Url::parse(address).map_err(|_| wrong())?;
    if !url.path().ends_with("/record.zip") {
        url.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().push("record.zip");
    }
    let address = url.as_str();
    let failed = |error: ureq::Error| Stop::failed(format!("{address} cannot be fetched: {error}"));
    let config = ureq::Agent::config_builder().timeout_global(Some(FETCH_LIMIT)).http_status_as_error(false).build();
    let mut response = ureq::Agent::from(config).get(address).call().map_err(failed)?;
    match response.status().as_u16() {
        200 => response.body_mut().with_config().limit(MOST_BYTES).read_to_vec().map_err(failed),
        404 => Err(Stop::new(Exit::NotFound, format!("there is no record at {address}"))),
        status => Err(Stop::failed(format!("{address} answers {status}"))),
    }
}

/// Shown only on a terminal, and only if the check takes a moment.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} votes checked").expect("the template is right");
    ProgressBar::new(0).with_style(style)
}
