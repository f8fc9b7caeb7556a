//! The invented attendees and their preferences.

use std::collections::BTreeSet;

use serde::Serialize;

use super::chance::Chance;
use super::names::{COUNTRIES, NAMES};
use super::scene::FINALISTS;
use crate::command_line::DemoMethod;

/// The stakeholder groups: the percentage of people in each, and the group's weights for the three finalists and a
/// blank vote.
const CATEGORIES: [(&str, u32, [u32; 4]); 7] = [
    ("cluster-management", 34, [38, 34, 26, 2]),
    ("cluster-policy", 14, [30, 44, 22, 4]),
    ("business", 22, [46, 28, 24, 2]),
    ("research", 12, [26, 30, 42, 2]),
    ("civil-society", 6, [24, 34, 36, 6]),
    ("training", 6, [34, 26, 38, 2]),
    ("other", 6, [32, 32, 31, 5]),
];

/// Extra weight for the finalist from a person's own country.
const HOME: u32 = 25;

/// The percentage of people who vote.
const TURNOUT: u32 = 93;

/// Countries that send more people, as a multiple of the others.
const LARGE: [(&str, u32); 8] =
    [("BE", 6), ("DE", 5), ("ES", 5), ("FR", 5), ("IT", 5), ("PL", 4), ("NL", 3), ("SE", 3)];

/// The number of tries for a name that is not taken; in very large demonstrations some people share one.
const NAME_TRIES: usize = 20;

const PLACES: &[&str] = &[
    "Adriatic",
    "Alpine",
    "Atlantic",
    "Baltic",
    "Carpathian",
    "Danube",
    "Iberian",
    "Lakeland",
    "Mediterranean",
    "Midland",
    "Nordic",
    "Pannonian",
    "Rhine",
    "Silesian",
    "Tatra",
    "Wadden",
];
const FIELDS: &[&str] = &[
    "Agrifood",
    "Battery",
    "Biotech",
    "Circular Economy",
    "Construction",
    "Cybersecurity",
    "Design",
    "Hydrogen",
    "Maritime",
    "Mobility",
    "Photonics",
    "Robotics",
    "Space",
    "Textile",
    "Tourism",
    "Wood",
];

/// A robot's plan for the ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preference {
    /// The finalist at this index.
    Finalist(usize),
    /// A blank vote.
    Blank,
    /// No vote.
    Absent,
}

/// An invented attendee, in the form of the API.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) name: String,
    organisation: String,
    pub(super) country: &'static str,
    category: &'static str,
    language: &'static str,
    verified: bool,
    #[serde(skip)]
    pub(super) preference: Preference,
    /// Whether the next finalist in the list is acceptable, too.
    #[serde(skip)]
    likes_next: bool,
}

impl Person {
    /// The indices of the finalists in this person's vote, the best first: up to two if the method allows it, none for a
    /// blank vote.
    /// `None` if the person does not vote.
    pub(super) fn choice(&self, method: DemoMethod) -> Option<Vec<usize>> {
        match self.preference {
            Preference::Absent => None,
            Preference::Blank => Some(Vec::new()),
            Preference::Finalist(first) => {
                let next = (first + 1) % FINALISTS.len();
                let likes_next = self.likes_next && method != DemoMethod::Plurality;
                Some([first].into_iter().chain(likes_next.then_some(next)).collect())
            }
        }
    }
}

impl Person {
    /// This person's answer to a motion: those who like one of the first two finalists say yes.
    pub(super) const fn answer(&self) -> &'static str {
        match self.preference {
            Preference::Finalist(0 | 1) => "yes",
            Preference::Finalist(_) => "no",
            Preference::Absent | Preference::Blank => "abstain",
        }
    }
}

/// Invents people. The first ones come from each country in turn; `homes` are the finalists' countries.
pub(super) fn invent(count: u32, homes: [&str; 3]) -> Vec<Person> {
    let mut chance = Chance::new(2026);
    let mut taken = BTreeSet::new();
    let mut people: Vec<Person> = (1..=count).map(|number| person(number, homes, &mut chance, &mut taken)).collect();
    // Even in the smallest demonstration somebody votes.
    if let Some(first) = people.first_mut()
        && first.preference == Preference::Absent
    {
        first.preference = Preference::Finalist(0);
    }
    people
}

fn person(number: u32, homes: [&str; 3], chance: &mut Chance, taken: &mut BTreeSet<String>) -> Person {
    let weights =
        COUNTRIES.map(|country| LARGE.iter().find(|(large, _)| *large == country).map_or(1, |(_, many)| *many));
    let any = COUNTRIES[chance.weigh(&weights)];
    let country = COUNTRIES.get(number as usize - 1).copied().unwrap_or(any);
    let lists: Vec<_> = NAMES.iter().filter(|names| names.countries.contains(&country)).collect();
    let names = chance.pick(&lists);
    let mut name = String::new();
    for _ in 0..NAME_TRIES {
        name = format!("{} {}", chance.pick(&names.given()), chance.pick(&names.family()));
        if taken.insert(name.clone()) {
            break;
        }
    }
    let (category, _, likes) = CATEGORIES[chance.weigh(&CATEGORIES.map(|(_, share, _)| share))];
    Person {
        email: format!("attendee-{number:05}@example.org"),
        name,
        organisation: format!("{} {} Cluster", chance.pick(PLACES), chance.pick(FIELDS)),
        country,
        category,
        language: names.language,
        verified: true,
        preference: prefer(likes, homes.map(|home| home == country), chance),
        likes_next: number.is_multiple_of(3),
    }
}

fn prefer(mut likes: [u32; 4], from_home: [bool; 3], chance: &mut Chance) -> Preference {
    for (like, from_home) in likes.iter_mut().zip(from_home) {
        *like += if from_home { HOME } else { 0 };
    }
    let votes = chance.below(100) < TURNOUT;
    match chance.weigh(&likes) {
        _ if !votes => Preference::Absent,
        3 => Preference::Blank,
        place => Preference::Finalist(place),
    }
}

#[cfg(test)]
mod tests {
    use urna_core::{Category, Country, Email, Language, PersonName};

    use super::*;

    #[test]
    fn a_thousand_people_come_from_every_country_and_group_and_could_exist() {
        let people = invent(1000, ["PL", "SE", "HR"]);
        let distinct = |of: fn(&Person) -> &str| people.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|person| person.country), 52);
        assert_eq!(distinct(|person| person.category), 7);
        assert_eq!(distinct(|person| &person.email), 1000);
        assert!(distinct(|person| &person.name) > 950);
        for person in &people {
            assert_eq!(Email::parse(&person.email).unwrap().as_str(), person.email);
            assert_eq!(PersonName::parse(&person.name).unwrap().as_str(), person.name);
            assert!(Category::parse(person.category).is_ok() && Language::parse(person.language).is_ok());
            assert!(Country::parse(person.country).is_ok());
        }
    }

    #[test]
    fn most_vote_some_blank_and_every_run_is_the_same() {
        let people = invent(1000, ["PL", "SE", "HR"]);
        let count = |wanted| people.iter().filter(|person| person.preference == wanted).count();
        assert!((40..110).contains(&count(Preference::Absent)), "{}", count(Preference::Absent));
        assert!((10..60).contains(&count(Preference::Blank)), "{}", count(Preference::Blank));
        for place in 0..3 {
            assert!(count(Preference::Finalist(place)) > 200, "{place}");
        }
        assert_eq!(people[7].name, invent(10, ["PL", "SE", "HR"])[7].name);
    }

    #[test]
    fn every_country_has_names() {
        for country in COUNTRIES {
            assert!(NAMES.iter().any(|names| names.countries.contains(&country)), "{country}");
        }
    }
}
