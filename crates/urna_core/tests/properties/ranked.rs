//! Ranked counts: what each promises, and a kept example of what instant runoff does not.

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use urna_core::election_file::{ElectionFile, Format};
use urna_core::method::ranked::{Contest, RankedCount, Ranking, Rankings, count};
use urna_core::tally::{CountStep, Outcome, PartVotes, Tally, Transfer};
use urna_core::{CandidateId, TieRule};
use uuid::Uuid;

use crate::cases;

/// One vote: groups of places, best first.
type Groups = Vec<Vec<u16>>;

/// Votes for candidates, with a tie order over all of them and those who withdrew.
#[derive(Debug, Clone)]
struct Election {
    by: RankedCount,
    candidates: u16,
    seats: u16,
    votes: Vec<Groups>,
    order: Vec<u16>,
    withdrawn: Vec<u16>,
}

fn id(place: u16) -> CandidateId {
    CandidateId::new(Uuid::from_u128(u128::from(place) + 1))
}

fn ids(places: &[u16]) -> Vec<CandidateId> {
    places.iter().copied().map(id).collect()
}

fn rankings(candidates: u16, votes: &[Groups]) -> Rankings {
    let mut rankings = Rankings::new(candidates);
    for groups in votes {
        match groups.as_slice() {
            [] => rankings.add_blank(1),
            groups => rankings.add(Ranking::of_groups(groups).expect("a ranking"), 1),
        }
    }
    rankings
}

impl Election {
    fn tally_with(&self, order: Option<&[CandidateId]>) -> Tally {
        let (candidates, withdrawn) = (ids(&(0..self.candidates).collect::<Vec<_>>()), ids(&self.withdrawn));
        let (seats, rule) = (self.seats, TieRule::Jury {});
        let contest = Contest { candidates: &candidates, withdrawn: &withdrawn, seats, rule, order };
        count(self.by, contest, &rankings(self.candidates, &self.votes))
    }

    fn tally(&self) -> Tally {
        self.tally_with(Some(&ids(&self.order)))
    }

    /// The elected, ascending; nobody if there were no votes.
    fn elected(&self) -> Vec<u16> {
        elected(&self.tally())
    }

    /// Those who can win before the tie order decides.
    fn winners(&self) -> Vec<u16> {
        match self.tally_with(None).outcome {
            Outcome::Elected { candidates } | Outcome::Tied { candidates, .. } => places(&candidates),
            _ => Vec::new(),
        }
    }

    fn standing(&self) -> Vec<u16> {
        (0..self.candidates).filter(|place| !self.withdrawn.contains(place)).collect()
    }
}

fn places(candidates: &[CandidateId]) -> Vec<u16> {
    let place = |id: &CandidateId| u16::try_from(id.uuid().as_u128() - 1).expect("few candidates");
    candidates.iter().map(place).collect()
}

fn elected(tally: &Tally) -> Vec<u16> {
    match &tally.outcome {
        Outcome::Elected { candidates } => places(candidates),
        Outcome::Tied { .. } => panic!("a tie order settles every tie"),
        _ => Vec::new(),
    }
}

/// A ranking of some candidates; with equal ranks if the count takes them.
fn vote(candidates: u16, equal: bool) -> impl Strategy<Value = Groups> {
    let most = usize::from(candidates);
    let some = subsequence((0..candidates).collect::<Vec<_>>(), 0..=most).prop_shuffle();
    (some, prop::collection::vec(prop::bool::weighted(0.3), most)).prop_map(move |(places, joins)| {
        let mut groups: Groups = Vec::new();
        for (place, joins) in places.into_iter().zip(joins) {
            match groups.last_mut().filter(|_| joins && equal) {
                Some(group) => group.push(place),
                None => groups.push(vec![place]),
            }
        }
        groups
    })
}

fn election_by(by: RankedCount) -> impl Strategy<Value = Election> {
    (2u16..=6).prop_flat_map(move |candidates| {
        let places: Vec<_> = (0..candidates).collect();
        let seats = if by.takes_seats() { 1..candidates } else { 1..2 };
        let withdrawn = prop_oneof![3 => Just(Vec::new()), 1 => subsequence(places.clone(), 0..=places.len())];
        let votes = prop::collection::vec(vote(candidates, by.takes_equal_ranks()), 0..25);
        (seats, votes, Just(places).prop_shuffle(), withdrawn).prop_map(move |(seats, votes, order, withdrawn)| {
            Election { by, candidates, seats, votes, order, withdrawn }
        })
    })
}

fn election() -> impl Strategy<Value = Election> {
    prop::sample::select(RankedCount::ALL.to_vec()).prop_flat_map(election_by)
}

/// How many votes prefer one candidate to another.
fn duel(election: &Election, one: u16, other: u16) -> usize {
    let rank = |vote: &Groups, place| vote.iter().position(|group| group.contains(&place)).unwrap_or(usize::MAX);
    election.votes.iter().filter(|vote| rank(vote, one) < rank(vote, other)).count()
}

/// Raises a candidate by one rank in a vote that has them below the first: alone, above the group before.
fn raised(vote: &Groups, place: u16) -> Option<Groups> {
    let at = vote.iter().position(|group| group.contains(&place))?;
    let mut raised = vote.clone();
    raised[at].retain(|other| *other != place);
    raised.insert(at.checked_sub(1)?, vec![place]);
    raised.retain(|group| !group.is_empty());
    Some(raised)
}

/// The strength of the strongest chain of won duels, by trying every chain.
fn strongest_chain(election: &Election, from: u16, to: u16, without: &[u16]) -> usize {
    let strength = |one, other| {
        let won = duel(election, one, other);
        if won > duel(election, other, one) { won } else { 0 }
    };
    let through = election.standing().into_iter().filter(|next| *next != to && !without.contains(next));
    let by_way = through.map(|next| {
        let without = [without, &[next]].concat();
        strength(from, next).min(strongest_chain(election, next, to, &without))
    });
    by_way.chain([strength(from, to)]).max().unwrap_or(0)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_order_of_votes_is_irrelevant((election, shuffled) in election().prop_flat_map(|election| {
        let votes = election.votes.clone();
        (Just(election), Just(votes).prop_shuffle())
    })) {
        let again = Election { votes: shuffled, ..election.clone() };
        prop_assert_eq!(again.tally(), election.tally());
    }

    /// Ten equal papers are the same as one paper ten times.
    #[test]
    fn papers_may_be_bundled(election in election(), times in 1u64..5) {
        let mut bundled = Rankings::new(election.candidates);
        for groups in &election.votes {
            match groups.as_slice() {
                [] => bundled.add_blank(times),
                groups => bundled.add(Ranking::of_groups(groups).expect("a ranking"), times),
            }
        }
        let repeated = (0..times).flat_map(|_| election.votes.clone()).collect();
        let repeated = Election { votes: repeated, ..election.clone() };
        let (candidates, order) = (ids(&(0..election.candidates).collect::<Vec<_>>()), ids(&election.order));
        let withdrawn = ids(&election.withdrawn);
        let (seats, rule) = (election.seats, TieRule::Jury {});
        let contest = Contest { candidates: &candidates, withdrawn: &withdrawn, seats, rule, order: Some(&order) };
        prop_assert_eq!(count(election.by, contest, &bundled), repeated.tally());
    }

    /// Candidates under other numbers, with the tie order under the same: the same people are elected.
    #[test]
    fn numbers_of_candidates_are_irrelevant((election, moved) in election().prop_flat_map(|election| {
        let places: Vec<_> = (0..election.candidates).collect();
        (Just(election), Just(places).prop_shuffle())
    })) {
        let new = |old: &u16| moved[usize::from(*old)];
        let move_group = |group: &Vec<u16>| group.iter().map(new).collect();
        let other = Election {
            votes: election.votes.iter().map(|vote| vote.iter().map(move_group).collect()).collect(),
            order: election.order.iter().map(new).collect(),
            withdrawn: election.withdrawn.iter().map(new).collect(),
            ..election.clone()
        };
        let mut expected: Vec<u16> = election.elected().iter().map(new).collect();
        expected.sort_unstable();
        prop_assert_eq!(other.elected(), expected);
        let by_place = |tally: &Tally| {
            let mut rows: Vec<_> = tally.rows.iter().map(|row| {
                (places(&[row.candidate])[0], row.rank, row.votes, row.points, row.withdrawn, row.elected)
            }).collect();
            rows.sort_unstable();
            rows
        };
        let mut expected: Vec<_> = by_place(&election.tally());
        for row in &mut expected {
            row.0 = new(&row.0);
        }
        expected.sort_unstable();
        prop_assert_eq!(by_place(&other.tally()), expected);
    }

    /// An order changes nothing where none is needed; where one is, all that was counted before stays.
    #[test]
    fn a_tie_order_only_settles_ties(election in election()) {
        let (without, with) = (election.tally_with(None), election.tally());
        if let Outcome::Tied { candidates, .. } = &without.outcome {
            prop_assert!(candidates.len() > 1);
            prop_assert!(without.rows.iter().all(|row| !row.elected));
            let steps: Vec<_> =
                with.derivation.iter().filter(|step| !matches!(step, CountStep::TieOrder { .. })).collect();
            let before = without.derivation.len() - 1;
            prop_assert_eq!(&steps[..before], &without.derivation.iter().take(before).collect::<Vec<_>>()[..]);
        } else {
            prop_assert_eq!(without, with);
        }
    }

    #[test]
    fn seats_go_to_those_who_stand(election in election()) {
        let tally = election.tally();
        let (elected, standing) = (elected(&tally), election.standing());
        prop_assert!(elected.iter().all(|place| standing.contains(place)));
        let mut ranked = election.votes.iter().flatten().flatten();
        let ranked = if election.by.takes_equal_ranks() { ranked.next().is_some() } else { ranked.any(|place| standing.contains(place)) };
        let seats = usize::from(election.seats).min(standing.len());
        prop_assert_eq!(elected.len(), if ranked { seats } else { 0 });
        prop_assert_eq!(tally.counted + tally.blank, u64::try_from(election.votes.len()).expect("few"));
        let json = serde_json::to_string(&tally).expect("a tally is JSON");
        prop_assert_eq!(serde_json::from_str::<Tally>(&json).ok(), Some(tally.clone()));
        let first = tally.rows.iter().filter(|row| row.rank <= u32::from(election.seats)).filter(|row| row.elected);
        prop_assert_eq!(first.count(), elected.len(), "the elected have the first places");
    }

    /// A candidate who withdrew counts as little as one who never stood.
    #[test]
    fn who_withdrew_is_passed_over(election in election()) {
        let strike = |vote: &Groups| {
            let groups = vote.iter().map(|group| group.iter().copied().filter(|place| !election.withdrawn.contains(place)));
            groups.map(Vec::from_iter).filter(|group| !group.is_empty()).collect::<Groups>()
        };
        let without = Election { votes: election.votes.iter().map(strike).collect(), ..election.clone() };
        // Votes for nobody else become blank, which Schulze and Borda tell from votes that hold all for equal.
        if without.votes.iter().any(|vote| !vote.is_empty()) {
            prop_assert_eq!(without.elected(), election.elected());
        }
    }

    #[test]
    fn a_majority_of_first_places_wins(election in prop_oneof![
        election_by(RankedCount::Irv), election_by(RankedCount::Schulze), election_by(RankedCount::ScottishStv),
    ]) {
        for place in election.standing() {
            let first = election.votes.iter().filter(|vote| vote.first().is_some_and(|group| *group == [place])).count();
            if 2 * first > election.votes.len() {
                prop_assert!(election.elected().contains(&place));
            }
        }
    }

    #[test]
    fn the_winner_of_every_duel_wins(election in election_by(RankedCount::Schulze)) {
        let standing = election.standing();
        let wins = |one: u16| standing.iter().all(|other| *other == one || duel(&election, one, *other) > duel(&election, *other, one));
        if let Some(winner) = standing.iter().find(|place| standing.len() > 1 && wins(**place)) {
            prop_assert_eq!(election.elected(), vec![*winner]);
        }
    }

    #[test]
    fn chains_are_the_strongest_there_are(election in election_by(RankedCount::Schulze)) {
        let tally = election.tally();
        let strengths = tally.derivation.iter().find_map(|step| match step {
            CountStep::Strengths { strengths } => Some(strengths),
            _ => None,
        });
        for (from, to) in election.standing().into_iter().flat_map(|from| election.standing().into_iter().map(move |to| (from, to))) {
            if let Some(strengths) = strengths.filter(|_| from != to) {
                let expected = strongest_chain(&election, from, to, &[from]);
                prop_assert_eq!(strengths[usize::from(from)][usize::from(to)], u64::try_from(expected).expect("few"));
            }
        }
    }

    /// Two clones in the place of a candidate: the others win as before, and one of the clones where the one did.
    #[test]
    fn clones_change_nothing(election in election_by(RankedCount::Schulze), at in any::<Index>(), swaps in any::<u64>()) {
        let cloned = u16::try_from(at.index(usize::from(election.candidates))).expect("few");
        let twin = election.candidates;
        let double = |(number, vote): (usize, &Groups)| {
            vote.iter().flat_map(|group| {
                if !group.contains(&cloned) {
                    return vec![group.clone()];
                }
                // With others at the same rank, or alone in either order.
                if group.len() > 1 {
                    vec![[group.as_slice(), &[twin]].concat()]
                } else if (swaps >> (number % 64)) & 1 == 0 {
                    vec![vec![cloned], vec![twin]]
                } else {
                    vec![vec![twin], vec![cloned]]
                }
            }).collect::<Groups>()
        };
        let mut withdrawn = election.withdrawn.clone();
        withdrawn.extend(election.withdrawn.contains(&cloned).then_some(twin));
        let doubled = Election {
            candidates: election.candidates + 1,
            votes: election.votes.iter().enumerate().map(double).collect(),
            order: election.order.iter().copied().chain([twin]).collect(),
            withdrawn,
            ..election.clone()
        };
        let mut winners: Vec<_> =
            doubled.winners().into_iter().map(|place| if place == twin { cloned } else { place }).collect();
        winners.sort_unstable();
        winners.dedup();
        prop_assert_eq!(winners, election.winners());
    }

    /// Not so for instant runoff: see `support_can_hurt_in_an_instant_runoff`.
    #[test]
    fn to_be_ranked_higher_never_hurts(
        election in prop_oneof![election_by(RankedCount::Schulze), election_by(RankedCount::Borda)],
        at in any::<Index>(),
    ) {
        for winner in election.winners() {
            let below: Vec<usize> = (0..election.votes.len()).filter(|vote| raised(&election.votes[*vote], winner).is_some()).collect();
            if !below.is_empty() {
                let vote = below[at.index(below.len())];
                let mut more = election.clone();
                more.votes[vote] = raised(&election.votes[vote], winner).expect("chosen so");
                prop_assert!(more.winners().contains(&winner));
            }
        }
    }

    #[test]
    fn points_are_those_of_the_places(election in election_by(RankedCount::Borda)) {
        let tally = election.tally();
        let standing = election.standing();
        for row in tally.rows.iter().filter(|row| !row.withdrawn && row.points.is_some()) {
            let place = places(&[row.candidate])[0];
            let votes = election.votes.iter().filter(|vote| !vote.is_empty());
            // Twice the average of what the places are worth that the equals take up together.
            let points = votes.map(|vote| {
                let rank = |place: u16| vote.iter().position(|group| group.contains(&place)).unwrap_or(usize::MAX);
                let above = standing.iter().filter(|other| rank(**other) < rank(place)).count();
                let equal = standing.iter().filter(|other| rank(**other) == rank(place)).count();
                2 * (standing.len() - above) - equal - 1
            });
            prop_assert_eq!(row.points, Some(u64::try_from(points.sum::<usize>()).expect("few")));
        }
    }

    #[test]
    fn no_vote_is_lost(election in election_by(RankedCount::ScottishStv)) {
        let (mut valid, mut quota) = (0, 0);
        for step in election.tally().derivation {
            match step {
                CountStep::Quota { valid: votes, quota: enough, .. } => (valid, quota) = (votes, enough),
                CountStep::Stage { votes, non_transferable, loss, elected, next } => {
                    let sum = votes.iter().map(|votes| votes.units()).sum::<u64>();
                    prop_assert_eq!(sum + non_transferable.units() + loss.units(), valid * PartVotes::UNITS);
                    if next.is_some() {
                        let of = |id: &CandidateId| votes[usize::from(places(&[*id])[0])].units();
                        prop_assert!(elected.iter().all(|id| of(id) >= quota * PartVotes::UNITS));
                    }
                    if let Some(Transfer::Surplus { candidate, surplus, .. }) = next {
                        let votes = votes[usize::from(places(&[candidate])[0])].units();
                        prop_assert_eq!(surplus.units(), votes - quota * PartVotes::UNITS);
                    }
                }
                _ => {}
            }
        }
    }

    /// A group that so many voters put above all others gets a seat for each quota of them, if it has enough people.
    #[test]
    fn a_solid_coalition_gets_its_seats(election in election_by(RankedCount::ScottishStv), size in 1usize..4) {
        let standing = election.standing();
        let coalition: Vec<u16> = standing.iter().copied().take(size).collect();
        let is_solid = |vote: &&Groups| {
            let order: Vec<u16> = vote.iter().flatten().copied().filter(|place| standing.contains(place)).collect();
            order.len() >= coalition.len() && order[..coalition.len()].iter().all(|place| coalition.contains(place))
        };
        let valid = election.votes.iter().filter(|vote| vote.iter().flatten().any(|place| standing.contains(place))).count();
        let quota = valid / (usize::from(election.seats) + 1) + 1;
        // One vote more than the quotas, so that cutting after five places cannot matter.
        let supporters = election.votes.iter().filter(is_solid).count();
        let deserved = (supporters.saturating_sub(1) / quota).min(coalition.len()).min(usize::from(election.seats));
        let got = election.elected().iter().filter(|place| coalition.contains(place)).count();
        prop_assert!(got >= deserved, "{got} of {deserved} seats");
    }

    #[test]
    fn one_seat_is_an_instant_runoff(election in election_by(RankedCount::ScottishStv)) {
        let single = Election { seats: 1, ..election };
        let runoff = Election { by: RankedCount::Irv, ..single.clone() };
        prop_assert_eq!(single.elected(), runoff.elected());
    }

    /// Every file of rankings that is written can be read, and gives the same votes.
    #[test]
    fn a_file_gives_the_votes_that_were_written(election in election()) {
        let group = |group: &Vec<u16>, between: &str| {
            group.iter().map(|place| (place + 1).to_string()).collect::<Vec<_>>().join(between)
        };
        let of_all = |line: &dyn Fn(u16) -> String| (1..=election.candidates).map(line).collect::<String>();
        let papers = |line: &dyn Fn(&Groups) -> String| election.votes.iter().map(line).collect::<String>();
        let rank = |vote: &Groups, place: u16| vote.iter().position(|group| group.contains(&(place - 1)));
        let withdrawn = of_all(&|place| {
            if election.withdrawn.contains(&(place - 1)) { format!("-{place}\n") } else { String::new() }
        });
        let blt = [
            format!("{} 1\r\n{withdrawn}", election.candidates),
            papers(&|vote| {
                let groups: Vec<_> = vote.iter().map(|places| group(places, "=")).collect();
                format!("1 {} 0 # one paper\n", groups.join(" "))
            }),
            format!("0\n{}", of_all(&|place| format!("\"C{place}\"\n"))),
        ]
        .concat();
        let names = of_all(&|place| format!("# ALTERNATIVE NAME {place}: C{place}\n"));
        let preflib = names + &papers(&|vote| {
            let groups: Vec<_> = vote.iter().map(|places| format!("{{{}}}", group(places, ","))).collect();
            format!("1: {}\n", groups.join(","))
        });
        let table = "votes".to_owned() + &of_all(&|place| format!(",C{place}")) + &papers(&|vote| {
            "\n1".to_owned()
                + &of_all(&|place| rank(vote, place).map_or(",".to_owned(), |rank| format!(",{}", rank + 1)))
        });
        for (format, text) in [(Format::Blt, blt), (Format::PrefLib, preflib), (Format::Table, table)] {
            let file = ElectionFile::read(format, text.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert_eq!(file.rankings, rankings(election.candidates, &election.votes), "{}", text);
            prop_assert_eq!(&file.candidates[0], "C1");
            prop_assert_eq!(file.equal_ranks_at.is_some(), election.votes.iter().flatten().any(|group| group.len() > 1));
        }
    }
}

fn ranked(by: RankedCount, candidates: u16, votes: &[(usize, &[u16])]) -> Election {
    let groups = |order: &[u16]| order.iter().map(|place| vec![*place]).collect::<Groups>();
    let votes = votes.iter().flat_map(|(times, order)| std::iter::repeat_n(groups(order), *times)).collect();
    let order = (0..candidates).collect();
    Election { by, candidates, seats: 1, votes, order, withdrawn: Vec::new() }
}

/// Memphis, Nashville, Chattanooga and Knoxville want the capital of Tennessee near them.
const TENNESSEE: [(usize, &[u16]); 4] =
    [(42, &[0, 1, 2, 3]), (26, &[1, 2, 3, 0]), (15, &[2, 3, 1, 0]), (17, &[3, 2, 1, 0])];

#[test]
fn tennessee_has_as_many_capitals_as_methods() {
    let winner = |by| ranked(by, 4, &TENNESSEE).elected();
    assert_eq!(winner(RankedCount::Irv), [3]);
    assert_eq!(winner(RankedCount::ScottishStv), [3]);
    assert_eq!(winner(RankedCount::Borda), [1]);
    assert_eq!(winner(RankedCount::Schulze), [1]);
}

/// The example of section 1 of Schulze's paper: 45 voters, and a circle of majorities.
#[test]
fn schulze_finds_e() {
    // Candidates A to E are 0 to 4.
    let votes: [(usize, &[u16]); 8] = [
        (5, &[0, 2, 1, 4, 3]),
        (5, &[0, 3, 4, 2, 1]),
        (8, &[1, 4, 3, 0, 2]),
        (3, &[2, 0, 1, 4, 3]),
        (7, &[2, 0, 4, 1, 3]),
        (2, &[2, 1, 0, 3, 4]),
        (7, &[3, 2, 4, 1, 0]),
        (8, &[4, 1, 0, 3, 2]),
    ];
    let tally = ranked(RankedCount::Schulze, 5, &votes).tally();
    let strengths = vec![
        vec![0, 28, 28, 30, 24],
        vec![25, 0, 28, 33, 24],
        vec![25, 29, 0, 29, 24],
        vec![25, 28, 28, 0, 24],
        vec![25, 28, 28, 31, 0],
    ];
    assert!(tally.derivation.contains(&CountStep::Strengths { strengths }));
    assert_eq!(elected(&tally), [4]);
    let order: Vec<u16> = tally.rows.iter().flat_map(|row| places(&[row.candidate])).collect();
    assert_eq!(order, [4, 0, 2, 1, 3], "the order of the whole is that of the paper");
}

/// Two voters raise the winner to the first place, and with that somebody else wins.
#[test]
fn support_can_hurt_in_an_instant_runoff() {
    let [a, b, c] = [0, 1, 2];
    let before: [(usize, &[u16]); 4] = [(8, &[a, b, c]), (5, &[b, c, a]), (2, &[b, a, c]), (6, &[c, a, b])];
    assert_eq!(ranked(RankedCount::Irv, 3, &before).elected(), [a]);
    let after: [(usize, &[u16]); 3] = [(10, &[a, b, c]), (5, &[b, c, a]), (6, &[c, a, b])];
    assert_eq!(ranked(RankedCount::Irv, 3, &after).elected(), [c]);
}

/// Equal votes: earlier stages decide, and only then the tie order, whose last one goes.
#[test]
fn earlier_rounds_come_before_the_tie_order() {
    let votes: [(usize, &[u16]); 4] = [(5, &[0]), (3, &[1]), (2, &[2]), (1, &[3, 2])];
    // In round 2 candidates 1 and 2 have three votes each; in round 1 candidate 2 had fewer.
    let election = ranked(RankedCount::Irv, 4, &votes);
    let excluded = |tally: &Tally| {
        let steps = tally.derivation.iter().filter_map(|step| match step {
            CountStep::Round { excluded, tie, .. } => {
                Some((excluded.map(|id| places(&[id])[0]), tie.as_ref().map(|tie| (tie.earlier.len(), tie.by_order))))
            }
            _ => None,
        });
        steps.collect::<Vec<_>>()
    };
    let tally = election.tally_with(None);
    assert_eq!(excluded(&tally), [(Some(3), None), (Some(2), Some((1, false))), (None, None)]);
    let equal = ranked(RankedCount::Irv, 3, &[(2, &[0]), (2, &[1]), (3, &[2])]);
    assert_eq!(equal.winners(), [0, 1], "they are tied for the last place");
    let turned = Election { order: vec![1, 2, 0], ..equal };
    assert_eq!(excluded(&turned.tally())[0], (Some(0), Some((0, true))));
}

/// Three rounds: equal in the last two, and told apart by the first.
#[test]
fn the_look_back_goes_on_until_somebody_differs() {
    let votes: [(usize, &[u16]); 5] = [(6, &[0]), (3, &[1]), (2, &[2]), (1, &[3, 2]), (2, &[4])];
    let tally = ranked(RankedCount::Irv, 5, &votes).tally_with(None);
    let third = tally.derivation.iter().filter_map(|step| match step {
        CountStep::Round { excluded, tie, .. } => Some((excluded.map(|id| places(&[id])[0]), tie.clone())),
        _ => None,
    });
    let mut third = third.skip(2);
    let (excluded, tie) = third.next().expect("a third round");
    let tie = tie.expect("a tie");
    assert_eq!((excluded, places(&tie.among), tie.by_order), (Some(2), vec![1, 2], false));
    assert_eq!(tie.earlier.iter().map(|earlier| earlier.stage).collect::<Vec<_>>(), [1]);
}

/// Thirteen papers for three seats, counted with a pencil: those of a surplus pass over who is elected already.
#[test]
fn a_surplus_passes_over_the_elected() {
    let votes: [(usize, &[u16]); 4] = [(6, &[0, 1, 2]), (5, &[1, 2]), (1, &[2]), (1, &[3])];
    let election = Election { seats: 3, ..ranked(RankedCount::ScottishStv, 4, &votes) };
    let tally = election.tally_with(None);
    let stages = tally.derivation.iter().filter_map(|step| match step {
        CountStep::Stage { votes, .. } => Some(votes.iter().map(ToString::to_string).collect::<Vec<_>>()),
        _ => None,
    });
    let stages: Vec<_> = stages.collect();
    assert_eq!(stages[0], ["6.00000", "5.00000", "1.00000", "1.00000"]);
    assert_eq!(stages[1], ["4.00000", "5.00000", "2.99998", "1.00000"], "six papers of a third each, cut");
    assert_eq!(stages[2], ["4.00000", "4.00000", "3.99998", "1.00000"]);
    assert_eq!(elected(&tally), [0, 1, 2]);
}
