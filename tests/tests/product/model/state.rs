//! The reference: a ballot and the people around it, written from what `docs/api.md` and `docs/data-model.md` promise and
//! not from the code that keeps the promise. Each deed is answered with what whoever did it must hear.

use urna_core::{AttendeeStatus, StateName};

use super::steps::{Closing, Deed, Until};

/// How many candidates the ballot has.
pub(super) const CANDIDATES: usize = 3;

/// A person on the roll; they are known by their place in [`Model::people`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    /// None once they are erased.
    pub(super) standing: Option<AttendeeStatus>,
    pub(super) signed_in: bool,
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Candidate(usize),
    Blank,
    /// Somebody who is no candidate.
    Stranger,
}

/// The tracker that is sent with a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tracker {
    /// None: the service makes one.
    Absent,
    /// One that phones make. Nobody owns it until a vote has it.
    Made(u8),
    /// The one that the service made for this person's vote.
    MadeFor(usize),
}

/// A vote that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vote {
    pub(super) voter: usize,
    pub(super) tracker: Tracker,
    pub(super) choice: Choice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TieRule {
    Jury,
    Shared,
}

/// What whoever did something hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nobody was asked.
    Nothing,
    /// Success with this status.
    Done(u16),
    /// 201, and from where the ballot went on.
    Moved {
        from: StateName,
        to: StateName,
    },
    /// The receipt of this person's vote.
    Receipt {
        status: u16,
        of: usize,
    },
    /// 201, and the version.
    Published(u32),
    Refused(u16, &'static str),
}

/// Who is elected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    NoVotes,
    /// It waits for the jury.
    Tied,
    Elected(Vec<usize>),
}

/// A ballot and the people of its conference.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) tie_rule: TieRule,
    pub(super) people: Vec<Person>,
    pub(super) votes: Vec<Vote>,
    /// As it was carried out: from the closing time on a running ballot is closed, and somebody has yet to act on it.
    pub(super) carried_out: StateName,
    /// Microseconds since it was written.
    pub(super) now: i64,
    pub(super) closes_at: Option<i64>,
    /// How many could vote, fixed when the close was carried out.
    frozen: Option<usize>,
    /// Whom the jury has put first.
    decision: Option<usize>,
    pub(super) version: u32,
}

const NOT_FOUND: Heard = Heard::Refused(404, "not-found");
const BALLOT_CLOSED: Heard = Heard::Refused(410, "ballot-closed");
const BALLOT_CANCELLED: Heard = Heard::Refused(410, "ballot-cancelled");
const ALREADY_VOTED: Heard = Heard::Refused(409, "already-voted");
const TRACKER_REUSED: Heard = Heard::Refused(409, "tracker-reused");
const NOT_CLOSED: Heard = Heard::Refused(409, "not-closed");

impl Model {
    /// A draft, and so many verified people and one who waits for approval, all signed in.
    pub(super) fn new(tie_rule: TieRule, verified: usize) -> Self {
        let mut people = vec![Person { standing: Some(AttendeeStatus::Verified), signed_in: true }; verified];
        people.push(Person { standing: Some(AttendeeStatus::Pending), signed_in: true });
        Self {
            tie_rule,
            people,
            votes: Vec::new(),
            carried_out: StateName::Draft,
            now: 0,
            closes_at: None,
            frozen: None,
            decision: None,
            version: 0,
        }
    }

    /// The state as everybody sees it.
    pub(super) fn state(&self) -> StateName {
        if self.is_due() { StateName::Closed } else { self.carried_out }
    }

    fn is_due(&self) -> bool {
        let running = matches!(self.carried_out, StateName::Open | StateName::Paused);
        running && self.closes_at.is_some_and(|closes_at| closes_at <= self.now)
    }

    /// Whether nothing more happens to it but corrections.
    pub(super) const fn has_ended(&self) -> bool {
        matches!(self.carried_out, StateName::Published | StateName::Cancelled)
    }

    pub(super) fn vote_of(&self, voter: usize) -> Option<&Vote> {
        self.votes.iter().find(|vote| vote.voter == voter)
    }

    /// Whether this person counts as eligible.
    pub(super) fn is_eligible(&self, person: usize) -> bool {
        self.people[person].standing == Some(AttendeeStatus::Verified) || self.vote_of(person).is_some()
    }

    /// How many can vote.
    pub(super) fn eligible(&self) -> usize {
        self.frozen.unwrap_or_else(|| (0..self.people.len()).filter(|person| self.is_eligible(*person)).count())
    }

    /// Whether there is what the deed speaks of. What comes before it may have been left out.
    pub(super) fn knows(&self, deed: &Deed) -> bool {
        let is_there = |person: usize| person < self.people.len();
        match *deed {
            Deed::Cast { who, tracker: Tracker::MadeFor(of), .. } => {
                is_there(who) && self.votes.iter().any(|vote| vote.tracker == Tracker::MadeFor(of))
            }
            Deed::Cast { who, .. } | Deed::SignIn(who) | Deed::Block(who) | Deed::Approve(who) | Deed::Erase(who) => {
                is_there(who)
            }
            Deed::Wait(Until::JustBeforeTheClose | Until::TheClose) => self.closes_at.is_some_and(|at| at > self.now),
            _ => true,
        }
    }

    /// What becomes of it, and what whoever does it hears.
    pub(super) fn live(&mut self, deed: &Deed) -> Heard {
        match *deed {
            Deed::Go(to) => self.go(to),
            Deed::Cast { who, tracker, choice } => self.cast(who, tracker, choice),
            Deed::SetClose(closing) => self.set_close(closing),
            Deed::Wait(until) => self.wait(until),
            Deed::RunSchedule => {
                self.carry_out();
                Heard::Nothing
            }
            Deed::Join => {
                self.people.push(Person { standing: Some(AttendeeStatus::Verified), signed_in: true });
                Heard::Done(201)
            }
            Deed::SignIn(who) => self.sign_in(who),
            Deed::Block(who) => self.set_standing(who, AttendeeStatus::Blocked),
            Deed::Approve(who) => self.set_standing(who, AttendeeStatus::Verified),
            Deed::Erase(who) => self.erase(who),
            Deed::Count => {
                self.carry_out();
                if self.is_counted() { Heard::Done(200) } else { NOT_CLOSED }
            }
            Deed::BreakTie => self.break_tie(),
            Deed::Publish { note } => self.publish(note),
            Deed::Restart => Heard::Nothing,
        }
    }

    /// The close whose time has come happens.
    pub(super) fn carry_out(&mut self) {
        if self.is_due() {
            self.frozen = Some(self.eligible());
            self.carried_out = StateName::Closed;
        }
    }

    fn go(&mut self, to: StateName) -> Heard {
        use StateName::{Cancelled, Closed, Draft, Open, Paused, Published, Ready};
        self.carry_out();
        let from = self.carried_out;
        let leads_to: &[StateName] = match from {
            Draft => &[Ready, Open, Cancelled],
            Ready => &[Draft, Open, Cancelled],
            Open => &[Paused, Closed, Cancelled],
            Paused => &[Open, Closed, Cancelled],
            Closed => &[Cancelled],
            Published | Cancelled => &[],
        };
        if !leads_to.contains(&to) {
            return Heard::Refused(409, "invalid-transition");
        }
        let opens = to == Open && from != Paused;
        if opens && (self.eligible() == 0 || self.closes_at.is_some_and(|closes_at| closes_at <= self.now)) {
            return Heard::Refused(409, "not-ready");
        }
        if to == Closed {
            self.closes_at = Some(self.now);
            self.frozen = Some(self.eligible());
        }
        self.carried_out = to;
        Heard::Moved { from, to }
    }

    fn cast(&mut self, who: usize, tracker: Tracker, choice: Choice) -> Heard {
        use StateName::{Cancelled, Closed, Draft, Open, Paused, Published, Ready};
        if !self.people[who].signed_in {
            return Heard::Refused(401, "not-signed-in");
        }
        if choice == Choice::Stranger {
            return Heard::Refused(422, "invalid-choice");
        }
        let found = self.votes.iter().find(|vote| vote.tracker == tracker).copied();
        let took_part = self.vote_of(who).is_some();
        match (self.state(), found) {
            (Cancelled, _) => BALLOT_CANCELLED,
            (Draft | Ready, _) => Heard::Refused(409, "ballot-not-open"),
            (Closed | Published, _) if !took_part => BALLOT_CLOSED,
            (Closed | Published, Some(vote)) => Heard::Receipt { status: 200, of: vote.voter },
            (Open | Paused, Some(own)) if own.voter == who && own.choice == choice => {
                Heard::Receipt { status: 200, of: who }
            }
            (Open | Paused, Some(own)) if own.voter == who => TRACKER_REUSED,
            (Open | Paused, Some(_)) if !took_part => TRACKER_REUSED,
            _ if took_part => ALREADY_VOTED,
            (Paused, _) => Heard::Refused(409, "ballot-paused"),
            _ if self.people[who].standing != Some(AttendeeStatus::Verified) => Heard::Refused(403, "not-eligible"),
            _ => {
                let tracker = if tracker == Tracker::Absent { Tracker::MadeFor(who) } else { tracker };
                self.votes.push(Vote { voter: who, tracker, choice });
                Heard::Receipt { status: 201, of: who }
            }
        }
    }

    fn set_close(&mut self, closing: Closing) -> Heard {
        match self.state() {
            StateName::Cancelled => return BALLOT_CANCELLED,
            StateName::Closed | StateName::Published => return BALLOT_CLOSED,
            _ => {}
        }
        let closes_at = match closing {
            Closing::Never => None,
            Closing::InSeconds(seconds) => Some(self.now + i64::from(seconds) * 1_000_000),
            Closing::JustPassed => return Heard::Refused(422, "validation-failed"),
        };
        self.closes_at = closes_at;
        Heard::Done(201)
    }

    fn wait(&mut self, until: Until) -> Heard {
        self.now = match (until, self.closes_at) {
            (Until::Seconds(seconds), _) => self.now + i64::from(seconds) * 1_000_000,
            (Until::JustBeforeTheClose, Some(closes_at)) => closes_at - 1,
            (Until::TheClose, Some(closes_at)) => closes_at,
            (_, None) => self.now,
        };
        Heard::Nothing
    }

    fn sign_in(&mut self, who: usize) -> Heard {
        if self.people[who].standing.is_none() {
            return Heard::Refused(404, "link-invalid");
        }
        self.people[who].signed_in = true;
        Heard::Done(201)
    }

    fn set_standing(&mut self, who: usize, standing: AttendeeStatus) -> Heard {
        let person = &mut self.people[who];
        if person.standing.is_none() {
            return NOT_FOUND;
        }
        person.standing = Some(standing);
        person.signed_in &= standing != AttendeeStatus::Blocked;
        Heard::Done(201)
    }

    fn erase(&mut self, who: usize) -> Heard {
        if self.people[who].standing.is_none() {
            return NOT_FOUND;
        }
        // Until the close is carried out, the person is what says that they took part.
        let runs = matches!(self.carried_out, StateName::Open | StateName::Paused);
        if runs && self.vote_of(who).is_some() {
            return Heard::Refused(409, "attendee-in-open-ballot");
        }
        self.people[who] = Person { standing: None, signed_in: false };
        Heard::Done(204)
    }

    fn is_counted(&self) -> bool {
        matches!(self.carried_out, StateName::Closed | StateName::Published)
    }

    /// How many chose whom, and how many nobody.
    pub(super) fn count(&self) -> ([usize; CANDIDATES], usize) {
        let with = |choice| self.votes.iter().filter(|vote| vote.choice == choice).count();
        (std::array::from_fn(|candidate| with(Choice::Candidate(candidate))), with(Choice::Blank))
    }

    /// Who has the most votes; nobody where nobody was chosen.
    fn leaders(&self) -> Vec<usize> {
        let (votes, _) = self.count();
        let most = votes.into_iter().max().filter(|most| *most > 0);
        (0..CANDIDATES).filter(|candidate| Some(votes[*candidate]) == most).collect()
    }

    /// What the jury says: of those who have the most votes, the last on the list first.
    pub(super) fn order_of_jury(&self) -> Vec<usize> {
        let leaders = self.leaders();
        if leaders.len() < 2 { vec![1, 0] } else { leaders.into_iter().rev().collect() }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let leaders = self.leaders();
        match (leaders.as_slice(), self.tie_rule, self.decision) {
            ([], ..) => Outcome::NoVotes,
            ([_], ..) | (_, TieRule::Shared, _) => Outcome::Elected(leaders),
            (_, TieRule::Jury, Some(first)) => Outcome::Elected(vec![first]),
            (_, TieRule::Jury, None) => Outcome::Tied,
        }
    }

    fn break_tie(&mut self) -> Heard {
        self.carry_out();
        match self.carried_out {
            StateName::Published => Heard::Refused(409, "already-published"),
            StateName::Closed if self.tie_rule == TieRule::Jury && self.leaders().len() > 1 => {
                self.decision = self.order_of_jury().first().copied();
                Heard::Done(201)
            }
            StateName::Closed => Heard::Refused(409, "no-tie"),
            _ => NOT_CLOSED,
        }
    }

    fn publish(&mut self, note: bool) -> Heard {
        self.carry_out();
        match self.carried_out {
            StateName::Published if !note => return Heard::Refused(409, "already-published"),
            StateName::Closed | StateName::Published if self.outcome() == Outcome::Tied => {
                return Heard::Refused(409, "tie-unresolved");
            }
            StateName::Closed | StateName::Published => {}
            _ => return NOT_CLOSED,
        }
        self.carried_out = StateName::Published;
        self.version += 1;
        Heard::Published(self.version)
    }
}
