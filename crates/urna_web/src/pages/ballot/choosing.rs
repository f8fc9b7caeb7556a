//! Choosing, and checking the choice.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use urna_app::ballots::BallotView;
use urna_app::random;
use urna_core::choice::{Answer, Choice, ChoicePlace, GivenChoice, InvalidChoice};
use urna_core::method::ChoiceShape;
use urna_core::{BallotId, Candidate, CandidateId, Method, StateName, Timestamp, Tracker};
use urna_texts::Speech;

use super::candidate::place;
use super::marks::{self, FormChoice, HiddenField, fields, points_field, rank_field};
use super::{Scene, Watch};
use crate::extract::{Form, InPath};
use crate::pages::frame::Frame;
use crate::pages::own_form::OwnForm;
use crate::pages::results::motion::{answer_word, rules};
use crate::pages::{Written, ballot_path, page, page_with, portrait, see_other};
use crate::problem::Problem;
use crate::state::Web;

/// A candidate on a ballot.
struct CandidateLine {
    id: String,
    name: Written,
    /// Organisation and country.
    place: String,
    /// The path of the page about them, if it says more.
    about: Option<String>,
    /// The sentence that they can no longer win, if so.
    withdrawn: Option<String>,
    /// The path of their portrait: on a ballot either all candidates have one, or none has.
    portrait: Option<String>,
    is_chosen: bool,
    /// Ranks or points that can be given, if the method has them.
    numbers: Option<Numbers>,
}

/// An answer to a motion.
struct AnswerLine {
    value: &'static str,
    text: String,
    is_chosen: bool,
}

/// The numbers from which a voter gives a candidate one.
struct Numbers {
    /// The name of the field.
    field: String,
    /// Each number, what it is called, and whether it is given.
    options: Vec<(u16, String, bool)>,
}

/// How ranks are given.
struct Ranks {
    is_strict: bool,
}

/// A mistake in a choice.
pub(super) struct ChoiceMistake {
    text: String,
    /// The id of the element where it is.
    field: String,
}

/// The page on which a voter chooses.
#[derive(Template)]
#[template(path = "ballot.html")]
pub(super) struct BallotPage {
    frame: Frame,
    path: String,
    tracker: String,
    closing: Option<ClosingNotice>,
    closing_words: ClosingWords,
    question: Written,
    instruction: String,
    /// The type and the name of the fields, and the most that may be ticked.
    input: &'static str,
    field: &'static str,
    most: u16,
    candidates: Vec<CandidateLine>,
    /// The answers to choose from, and the rules by which they are counted, if the ballot is a motion.
    answers: Vec<AnswerLine>,
    rules: Vec<String>,
    allow_blank: bool,
    is_blank_chosen: bool,
    /// Whether ranks are chosen from lists, and not points from rows of buttons; and whether each can be given once.
    ranks: Option<Ranks>,
    error: Option<ChoiceMistake>,
    watch: Watch,
    /// The check, which the script shows next without a request, and its title in the tab.
    check: CheckPart,
    check_title: String,
}

/// The words that the script puts in place of the closing time once voting is not open: JSON, by state.
struct ClosingWords(String);

impl ClosingWords {
    fn of(t: &Speech) -> Self {
        let words = |heading, text, button| [t.say(heading), t.say(text), t.say(button)];
        let words = serde_json::json!({
            "paused": words("paused-heading", "halt-paused", "halt-paused-button"),
            "closed": words("closed-heading", "halt-closed", "closed-heading"),
            "cancelled": words("cancelled-heading", "cancelled-votes", "cancelled-heading"),
        });
        Self(words.to_string())
    }
}

/// The closing time of a ballot.
struct ClosingNotice {
    text: String,
    /// The time left, if it is less than an hour.
    left: Option<Left>,
}

/// The time left, and the words with which the script counts it down.
pub(super) struct Left {
    pub(super) text: String,
    pub(super) seconds: u64,
    /// JSON: the sentences for minutes and for seconds, each by the plural form of the number.
    pub(super) words: String,
}

impl Left {
    /// Returns the time left until `at`, if within the hour, in the messages for minutes and for seconds.
    pub(super) fn until(at: Timestamp, now: Timestamp, t: &Speech, minutes: &str, seconds: &str) -> Option<Self> {
        let left = at.seconds_since(now);
        let text = match left {
            0..60 => t.with1(seconds, "seconds", left),
            60..3_600 => t.with1(minutes, "minutes", left.div_ceil(60)),
            _ => return None,
        };
        let words = serde_json::json!({
            "minute": t.patterns(minutes, "minutes"), "second": t.patterns(seconds, "seconds"),
        });
        Some(Self { text, seconds: left, words: words.to_string() })
    }
}

impl ClosingNotice {
    fn of(view: &BallotView, now: Timestamp, t: &'static Speech) -> Option<Self> {
        let at = view.ballot.schedule.closes_at?;
        Some(Self {
            text: t.with1("closes-at", "time", t.moment(at, now, &view.conference.time_zone)),
            left: Left::until(at, now, t, "minutes-left", "seconds-left"),
        })
    }
}

pub(super) fn fresh_tracker() -> Tracker {
    Tracker::new(random::bytes())
}

impl Scene<'_> {
    fn candidate_line(&self, candidate: &Candidate, chosen: Option<&GivenChoice>) -> CandidateLine {
        let name = Written::in_ballot(&candidate.name, &self.view.ballot, self.t.language());
        CandidateLine {
            id: candidate.id.to_string(),
            place: place(candidate, self.t),
            about: candidate
                .has_details()
                .then(|| format!("{}/candidates/{}", ballot_path(&self.view.ballot), candidate.id)),
            withdrawn: self.withdrawn(candidate, &name),
            portrait: candidate.portrait.map(|hash| portrait::path(hash, 192)),
            name,
            is_chosen: chosen.is_some_and(|chosen| chosen.names(candidate.id)),
            numbers: self.numbers(candidate.id, chosen),
        }
    }

    /// The ranks or points that a candidate can get.
    fn numbers(&self, id: CandidateId, chosen: Option<&GivenChoice>) -> Option<Numbers> {
        let definition = &self.view.ballot.definition;
        let given = chosen.and_then(|chosen| number_of(chosen, id));
        let (field, numbers, message) = match definition.method {
            Method::Score { min, max, .. } => (points_field(id), min..=max, None),
            Method::Ranked { .. } => {
                let most = definition.method.most_ranks(definition.candidate_count());
                (rank_field(id), 1..=most, Some("choose-rank"))
            }
            Method::Plurality { .. } | Method::Approval { .. } | Method::Motion { .. } => return None,
        };
        let called = |number: u16| {
            let number = u64::from(number);
            message.map_or_else(|| self.t.number(number), |message| self.t.with1(message, "rank", number))
        };
        let options = numbers.map(|number| (number, called(number), given == Some(number)));
        Some(Numbers { field, options: options.collect() })
    }

    /// The number that a choice gives a candidate, in words; points are given to everybody.
    fn number_in_words(&self, id: CandidateId, given: &GivenChoice) -> Option<String> {
        let number = number_of(given, id).map(u64::from);
        match self.view.ballot.definition.method {
            Method::Score { min, .. } => {
                Some(self.t.with1("choose-points", "points", number.unwrap_or(u64::from(min))))
            }
            Method::Ranked { .. } => Some(self.t.with1("choose-rank", "rank", number?)),
            Method::Plurality { .. } | Method::Approval { .. } | Method::Motion { .. } => None,
        }
    }

    /// Builds the check of a choice, or an empty one for the script to fill in.
    fn check(&self, tracker: &Tracker, given: Option<&GivenChoice>) -> CheckPart {
        let definition = &self.view.ballot.definition;
        let is_score = definition.method.shape() == ChoiceShape::Scores && given != Some(&GivenChoice::Blank);
        let is_shown = |given: &GivenChoice, id| given.names(id) || is_score;
        let find = |id: &CandidateId| definition.candidates.iter().find(|candidate| candidate.id == *id);
        let chosen = self.order().into_iter().filter(|id| given.is_some_and(|given| is_shown(given, *id)));
        let mut chosen: Vec<_> = chosen.collect();
        if let Some(given @ GivenChoice::Ranking(_)) = given {
            chosen.sort_by_key(|id| number_of(given, *id));
        }
        let mut lines: Vec<_> =
            chosen.iter().filter_map(find).map(|candidate| self.checked_line(candidate, given)).collect();
        if lines.is_empty() {
            let text = match given {
                Some(GivenChoice::Motion(answer)) => self.t.say(answer_word(*answer)),
                Some(_) => self.t.say("choose-blank"),
                None => String::new(),
            };
            let name = Written { text, language: None };
            lines.push(CheckedLine { number: None, name, place: String::new(), withdrawn: None });
        }
        CheckPart {
            t: self.t,
            path: ballot_path(&self.view.ballot),
            mark: self.reader.mark().map(ToString::to_string).unwrap_or_default(),
            tracker: tracker.to_string(),
            fields: given.map(fields).unwrap_or_default(),
            ballot: self.title(),
            lines,
            closing: ClosingNotice::of(self.view, self.now, self.t),
            closing_words: ClosingWords::of(self.t),
            unfit: self.t.with("critical-unfit", [("own", "{own}".into()), ("other", "{other}".into())]),
            key: self.key.clone(),
            manifest: self.view.ballot.state.frozen().map(|frozen| frozen.hash.to_string()).unwrap_or_default(),
            watch: self.watch(),
        }
    }

    fn checked_line(&self, candidate: &Candidate, given: Option<&GivenChoice>) -> CheckedLine {
        let name = Written::in_ballot(&candidate.name, &self.view.ballot, self.t.language());
        let number = given.and_then(|given| self.number_in_words(candidate.id, given));
        CheckedLine { number, withdrawn: self.withdrawn(candidate, &name), name, place: place(candidate, self.t) }
    }

    /// Says that a candidate can no longer win, if so.
    fn withdrawn(&self, candidate: &Candidate, name: &Written) -> Option<String> {
        let values = [("kind", self.kind().into()), ("name", name.text.as_str().into())];
        self.view.withdrawn.contains(&candidate.id).then(|| self.t.with("candidate-withdrawn", values))
    }

    /// Says how many of the candidates who can win one vote may name.
    fn instruction(&self, candidates: u16) -> String {
        let method = self.view.ballot.definition.method;
        let (most, candidates) = (u64::from(method.most_marks(candidates)), u64::from(candidates));
        let shape = match method.shape() {
            ChoiceShape::Several if candidates <= 1 => ChoiceShape::One,
            shape => shape,
        };
        match shape {
            ChoiceShape::Answer => self.t.say("choose-answer"),
            ChoiceShape::One => {
                self.t.with("choose-one", [("kind", self.kind().into()), ("candidates", candidates.into())])
            }
            ChoiceShape::Several => {
                let values = [("kind", self.kind().into()), ("most", most.into()), ("candidates", candidates.into())];
                self.t.with("choose-several", values)
            }
            ChoiceShape::Scores => {
                let Method::Score { min, max, .. } = method else { return String::new() };
                let values = [
                    ("kind", self.kind().into()),
                    ("min", u64::from(min).into()),
                    ("max", u64::from(max).into()),
                    ("candidates", candidates.into()),
                ];
                self.t.with("choose-scores", values)
            }
            ChoiceShape::Ranking => {
                let is_equal = matches!(method, Method::Ranked { count, .. } if count.takes_equal_ranks());
                let most = u64::from(method.most_ranks(self.view.ballot.definition.candidate_count()));
                // Several at one rank leave the others to more.
                let most = if is_equal { most } else { most.min(candidates) };
                let values = [("kind", self.kind().into()), ("most", most.into()), ("candidates", candidates.into())];
                self.t.with(if is_equal { "choose-ranking-equal" } else { "choose-ranking" }, values)
            }
        }
    }

    /// The answers to a motion.
    fn answers(&self, chosen: Option<&GivenChoice>) -> Vec<AnswerLine> {
        if self.view.ballot.definition.method.shape() != ChoiceShape::Answer {
            return Vec::new();
        }
        let line = |answer: Answer| AnswerLine {
            value: answer.as_str(),
            text: self.t.say(answer_word(answer)),
            is_chosen: chosen == Some(&GivenChoice::Motion(answer)),
        };
        Answer::ALL.into_iter().map(line).collect()
    }

    pub(super) fn choose(
        &self,
        tracker: &Tracker,
        chosen: Option<&GivenChoice>,
        wrong: Option<WrongForm>,
    ) -> BallotPage {
        let definition = &self.view.ballot.definition;
        let find = |id: &CandidateId| definition.candidates.iter().find(|candidate| candidate.id == *id);
        let mut candidates: Vec<_> =
            self.order().iter().filter_map(find).map(|candidate| self.candidate_line(candidate, chosen)).collect();
        if candidates.iter().any(|candidate| candidate.portrait.is_none()) {
            for candidate in &mut candidates {
                candidate.portrait = None;
            }
        }
        let count = candidates.iter().filter(|candidate| candidate.withdrawn.is_none()).count();
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        let (input, field) = match definition.method.shape() {
            ChoiceShape::One | ChoiceShape::Answer => ("radio", "choice"),
            ChoiceShape::Several | ChoiceShape::Scores | ChoiceShape::Ranking => ("checkbox", "candidates"),
        };
        let ranks = match definition.method {
            Method::Ranked { count, .. } => Some(Ranks { is_strict: !count.takes_equal_ranks() }),
            _ => None,
        };
        let error = wrong.map(|wrong| self.mistake(wrong, chosen, &candidates));
        let most = definition.method.most_marks(definition.candidate_count());
        let question = Written::in_ballot(&definition.question, &self.view.ballot, self.t.language());
        let frame = self.frame(question.text.clone()).with_script();
        BallotPage {
            frame: if error.is_some() { frame.error() } else { frame },
            path: ballot_path(&self.view.ballot),
            tracker: tracker.to_string(),
            closing: ClosingNotice::of(self.view, self.now, self.t),
            closing_words: ClosingWords::of(self.t),
            question,
            instruction: self.instruction(count),
            input,
            field,
            most,
            candidates,
            answers: self.answers(chosen),
            rules: rules(definition.method, self.t),
            allow_blank: definition.allow_blank,
            is_blank_chosen: chosen == Some(&GivenChoice::Blank),
            ranks,
            error,
            watch: self.watch(),
            check: self.check(tracker, None),
            check_title: self.frame(self.t.say("check-heading")).title(),
        }
    }
}

/// Returns the tracker in a form, or a fresh one.
pub(super) fn tracker_of(form: &Form) -> Tracker {
    form.get("tracker").parse().unwrap_or_else(|_| fresh_tracker())
}

/// A mistake in a form.
#[derive(Debug, Clone, Copy)]
pub(super) enum WrongForm {
    /// Nothing is chosen, or nothing that can be read.
    Nothing,
    /// Candidates, and the blank vote as well.
    Both,
    /// A choice that the ballot does not take.
    Invalid(InvalidChoice),
}

/// The rank or the points that a choice gives a candidate.
fn number_of(given: &GivenChoice, id: CandidateId) -> Option<u16> {
    match given {
        GivenChoice::Scores(scores) => scores.iter().find(|(other, _)| *other == id).map(|(_, points)| *points),
        GivenChoice::Ranking(ranks) => (1..).zip(ranks).find(|(_, rank)| rank.contains(&id)).map(|(number, _)| number),
        GivenChoice::Candidate(_) | GivenChoice::Candidates(_) | GivenChoice::Motion(_) | GivenChoice::Blank => None,
    }
}

impl Scene<'_> {
    /// Says what is wrong, and where.
    fn mistake(&self, wrong: WrongForm, chosen: Option<&GivenChoice>, lines: &[CandidateLine]) -> ChoiceMistake {
        let definition = &self.view.ballot.definition;
        let most = u64::from(definition.method.most_marks(definition.candidate_count()));
        let message = |id: &str, most: u64| self.t.with(id, [("kind", self.kind().into()), ("most", most.into())]);
        // The element of the first candidate who has this rank, or of the first one at all.
        let at = |rank: Option<usize>| {
            let rank = rank.and_then(|rank| u16::try_from(rank + 1).ok());
            let has_it = |line: &CandidateLine| {
                let id = line.id.parse().ok();
                rank.is_some() && chosen.zip(id).and_then(|(chosen, id)| number_of(chosen, id)) == rank
            };
            format!("choice-{}", lines.iter().position(has_it).unwrap_or(0) + 1)
        };
        let ranked = |id: &str, rank: usize| self.t.with1(id, "rank", u64::try_from(rank + 1).unwrap_or(u64::MAX));
        let (text, field) = match wrong {
            WrongForm::Nothing | WrongForm::Invalid(InvalidChoice::Nobody) => match definition.method.shape() {
                ChoiceShape::One | ChoiceShape::Several => (message("choose-missing", most), at(None)),
                ChoiceShape::Scores => (self.t.say("choose-no-points"), at(None)),
                ChoiceShape::Ranking => (self.t.say("choose-no-rank"), at(None)),
                ChoiceShape::Answer => (self.t.say("choose-no-answer"), at(None)),
            },
            WrongForm::Both => (message("choose-both", most), at(None)),
            WrongForm::Invalid(InvalidChoice::TooMany { .. }) => (message("choose-too-many", most), at(None)),
            WrongForm::Invalid(InvalidChoice::EqualRanks { at: ChoicePlace::Rank(rank) }) => {
                (ranked("choose-rank-twice", rank), at(Some(rank)))
            }
            // The gap is where somebody stands at the next rank.
            WrongForm::Invalid(InvalidChoice::EmptyRank { at: ChoicePlace::Rank(rank) }) => {
                let next = match chosen {
                    Some(GivenChoice::Ranking(ranks)) => (rank..ranks.len()).find(|rank| !ranks[*rank].is_empty()),
                    _ => None,
                };
                (ranked("choose-rank-empty", rank), at(next))
            }
            WrongForm::Invalid(_) => (message("choose-unknown", most), at(None)),
        };
        ChoiceMistake { text, field }
    }
}

/// A chosen candidate, or the blank vote.
struct CheckedLine {
    /// The rank or the points.
    number: Option<String>,
    name: Written,
    place: String,
    /// The sentence that they can no longer win, if so.
    withdrawn: Option<String>,
}

/// The choice, and the buttons to cast it or to change it.
#[derive(Template)]
#[template(path = "check_part.html")]
struct CheckPart {
    t: &'static Speech,
    path: String,
    mark: String,
    tracker: String,
    fields: Vec<HiddenField>,
    ballot: Written,
    lines: Vec<CheckedLine>,
    closing: Option<ClosingNotice>,
    closing_words: ClosingWords,
    /// The script's words about an answer that is not a receipt for this vote; `{own}` and `{other}` stand for the
    /// codes.
    unfit: String,
    /// The service's key and the manifest hash, with which the script checks the receipt.
    key: String,
    manifest: String,
    watch: Watch,
}

/// The page with the choice before the cast.
#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    check: CheckPart,
}

/// Shows the choice; casts nothing yet.
pub(in crate::pages) async fn check(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    OwnForm { reader, form, .. }: OwnForm,
) -> Result<Response, Problem> {
    let view = web.app.view_ballot(id, reader.voter.as_deref()).await?;
    let scene = Scene::new(&web, &reader, &view);
    let can_vote = view.participation.as_ref().is_some_and(|standing| standing.eligible && !standing.has_voted);
    if !can_vote || scene.state != StateName::Open {
        return Ok(see_other(&ballot_path(&view.ballot)));
    }
    let (read, tracker) = (marks::read(&form), tracker_of(&form));
    let error = match &read {
        FormChoice::Nothing => Some(WrongForm::Nothing),
        FormChoice::Both(_) => Some(WrongForm::Both),
        FormChoice::Given(given) => Choice::parse(given, &view.ballot.definition).err().map(WrongForm::Invalid),
    };
    if error.is_some() {
        let ballot = scene.choose(&tracker, read.given(), error);
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &ballot);
    }
    if form.filled("change").is_some() {
        return page(&scene.choose(&tracker, read.given(), None));
    }
    let check = scene.check(&tracker, read.given());
    page(&CheckPage { frame: scene.frame(scene.t.say("check-heading")).with_script(), check })
}
