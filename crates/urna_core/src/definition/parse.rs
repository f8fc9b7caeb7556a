//! Parsing a definition as organisers write it: cleans each text, and reports each mistake with its place.

use std::collections::HashSet;
use std::fmt;

use url::Url;

use super::{Candidate, Definition, MOST_CANDIDATES};
use crate::attendee::Eligibility;
use crate::method::MethodFault;
use crate::text::{InvalidText, LocalText, is_ignorable, line, paragraph};

/// The most stakeholder groups that one ballot can admit.
const MOST_CATEGORIES: usize = 50;

/// The most bytes (UTF-8) of all texts of a ballot together.
const MOST_TEXT: usize = 256 * 1024;

/// A place in a definition where something is wrong. Shown as a JSON pointer (RFC 6901).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionPlace {
    /// The title.
    Title,
    /// The question.
    Question,
    /// A field of the method.
    Method(&'static str),
    /// Whether a vote may be blank.
    AllowBlank,
    /// The tie rule.
    TieRule,
    /// The list of candidates.
    Candidates,
    /// A field of the candidate at this place of the list.
    Candidate(usize, &'static str),
    /// The stakeholder groups that the ballot admits.
    Categories,
}

impl fmt::Display for DefinitionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title => f.write_str("/title"),
            Self::Question => f.write_str("/question"),
            Self::Method(field) => write!(f, "/method/{field}"),
            Self::AllowBlank => f.write_str("/allow_blank"),
            Self::TieRule => f.write_str("/tie_rule"),
            Self::Candidates => f.write_str("/candidates"),
            Self::Candidate(index, field) => write!(f, "/candidates/{index}/{field}"),
            Self::Categories => f.write_str("/eligibility/categories"),
        }
    }
}

/// A mistake in a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionRefused {
    /// A text that no field takes, or that is too long.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// Not a web address.
    #[error("not a web address: https:// and a host, without a user name or spaces")]
    Website,
    /// More candidates than a ballot holds.
    #[error("at most {MOST_CANDIDATES} candidates")]
    TooManyCandidates,
    /// Texts that are too long together, although each fits.
    #[error("the texts of a ballot may have at most {} KiB together", MOST_TEXT / 1024)]
    TooMuchText,
    /// Two candidates with one id.
    #[error("two candidates have the same id")]
    DuplicateId,
    /// Two candidates that voters could not tell apart.
    #[error("another candidate has this name: voters could not tell the two apart")]
    DuplicateName,
    /// A text in several languages without the original one.
    #[error("a text in several languages needs original_language, and itself in that language")]
    OriginalLanguageMissing,
    /// None, or too many.
    #[error("between one and {MOST_CATEGORIES} categories")]
    Categories,
    /// A parameter of the method.
    #[error(transparent)]
    Method(#[from] MethodFault),
    /// A rule that cannot settle the method's ties.
    #[error(
        "the ties of a ranked count need one order, jury or lot; a motion has the rule rejected, and no other method has"
    )]
    TieRule,
    /// Candidates of a motion.
    #[error("a motion has no candidates: its question is what is put to the vote")]
    Candidates,
    /// Blank votes on a motion.
    #[error("a motion takes abstentions, and no blank votes")]
    AllowBlank,
}

/// One mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionFault {
    /// The place.
    pub place: DefinitionPlace,
    /// The mistake.
    pub refused: DefinitionRefused,
}

/// The mistakes so far.
struct Parsing(Vec<DefinitionFault>);

impl Parsing {
    fn fault(&mut self, place: DefinitionPlace, refused: DefinitionRefused) {
        self.0.push(DefinitionFault { place, refused });
    }

    /// Returns the cleaned text; if refused, notes the mistake and returns the text unchanged.
    fn text(
        &mut self,
        place: DefinitionPlace,
        given: LocalText,
        check: impl Fn(&str) -> Result<String, InvalidText>,
    ) -> LocalText {
        given.clone().parse(check).unwrap_or_else(|invalid| {
            self.fault(place, invalid.into());
            given
        })
    }

    fn candidate(&mut self, index: usize, candidate: Candidate) -> Candidate {
        let at = |field| DefinitionPlace::Candidate(index, field);
        let Candidate { id, name, organisation, country, biography, website, portrait } = candidate;
        let name = self.text(at("name"), name, |text| line(text, 200));
        let organisation = organisation.and_then(|text| match line(&text, 200) {
            Ok(text) => Some(text),
            Err(invalid) => {
                self.fault(at("organisation"), invalid.into());
                None
            }
        });
        let biography = biography.map(|text| self.text(at("biography"), text, |text| paragraph(text, 2_000)));
        let website = website.and_then(|text| match parse_website(&text) {
            Ok(text) => Some(text),
            Err(refused) => {
                self.fault(at("website"), refused);
                None
            }
        });
        Candidate { id, name, organisation, country, biography, website, portrait }
    }
}

/// An `https` address of at most 500 characters, with a host and without a user.
fn parse_website(text: &str) -> Result<String, DefinitionRefused> {
    let text = line(text, 500)?;
    // The parser repairs what browsers repair: `https:example.org`, `https:///example.org`, `https:\\example.org`.
    let authority = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    // An empty user, an encoded letter or an undrawn one would be gone from what the parser returns.
    let has_host =
        authority.is_some_and(|host| !host.is_empty() && !host.contains(['@', '%']) && !host.chars().any(is_ignorable));
    let is_plain = !text.chars().any(|c| c.is_whitespace() || "\"<>\\^`{|}".contains(c));
    // The final dot of an absolute name is not the begin of a label.
    let names_a_host = |host: &str| host.strip_suffix('.').unwrap_or(host).split('.').all(|label| !label.is_empty());
    let names_a_host = |url: Url| url.host_str().is_some_and(names_a_host);
    if has_host && is_plain && Url::parse(&text).is_ok_and(names_a_host) {
        Ok(text)
    } else {
        Err(DefinitionRefused::Website)
    }
}

impl Definition {
    /// The bytes of all texts together.
    fn text_bytes(&self) -> usize {
        let local = |text: &LocalText| text.texts().map(str::len).sum::<usize>();
        let candidates = self.candidates.iter().map(|candidate| {
            let plain = [&candidate.organisation, &candidate.website].into_iter().flatten().map(String::len);
            local(&candidate.name) + candidate.biography.as_ref().map_or(0, local) + plain.sum::<usize>()
        });
        local(&self.title) + local(&self.question) + candidates.sum::<usize>()
    }

    /// Cleans every text and checks every part and the whole; returns all mistakes at once.
    pub fn parse(self) -> Result<Self, Vec<DefinitionFault>> {
        use DefinitionPlace as Place;
        let mut parsing = Parsing(Vec::new());
        if self.candidates.len() > MOST_CANDIDATES {
            return Err(vec![DefinitionFault {
                place: Place::Candidates,
                refused: DefinitionRefused::TooManyCandidates,
            }]);
        }
        let title = parsing.text(Place::Title, self.title, |text| line(text, 200));
        let question = parsing.text(Place::Question, self.question, |text| paragraph(text, 500));
        let candidates = self.candidates.into_iter().enumerate();
        let candidates = candidates.map(|(index, candidate)| parsing.candidate(index, candidate)).collect();
        let definition = Self { title, question, candidates, ..self };
        for fault in definition.method_faults() {
            parsing.0.push(fault);
        }
        let Eligibility { categories } = &definition.eligibility;
        if categories.as_ref().is_some_and(|some| some.is_empty() || some.len() > MOST_CATEGORIES) {
            parsing.fault(Place::Categories, DefinitionRefused::Categories);
        }
        if definition.has_repeated_id() {
            parsing.fault(Place::Candidates, DefinitionRefused::DuplicateId);
        }
        if let Some(index) = definition.duplicate_name_at() {
            parsing.fault(Place::Candidate(index, "name"), DefinitionRefused::DuplicateName);
        }
        if definition.text_bytes() > MOST_TEXT {
            parsing.fault(Place::Candidates, DefinitionRefused::TooMuchText);
        }
        for place in definition.texts_without_original() {
            parsing.fault(place, DefinitionRefused::OriginalLanguageMissing);
        }
        if parsing.0.is_empty() { Ok(definition) } else { Err(parsing.0) }
    }

    /// Whether the definition keeps the rules that every release shares. A verifier asks for no more: earlier
    /// releases cleaned texts by other rules.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.candidates.len() <= MOST_CANDIDATES
            && self.method_faults().next().is_none()
            && !self.needs_presence()
            && !self.has_repeated_id()
            && self.texts_without_original().next().is_none()
    }

    /// The mistakes of the method, and of the fields that must fit to it.
    fn method_faults(&self) -> impl Iterator<Item = DefinitionFault> {
        let fault = |place, refused| DefinitionFault { place, refused };
        let method = self.method.fault().map(|wrong| fault(DefinitionPlace::Method(wrong.field()), wrong.into()));
        let rule = !self.method.takes(self.tie_rule);
        let rule = rule.then_some(fault(DefinitionPlace::TieRule, DefinitionRefused::TieRule));
        let is_motion = self.method.motion().is_some();
        let stand = (is_motion && !self.candidates.is_empty())
            .then_some(fault(DefinitionPlace::Candidates, DefinitionRefused::Candidates));
        let blank = (is_motion && self.allow_blank)
            .then_some(fault(DefinitionPlace::AllowBlank, DefinitionRefused::AllowBlank));
        [method, rule, stand, blank].into_iter().flatten()
    }

    fn has_repeated_id(&self) -> bool {
        let ids: HashSet<_> = self.candidates.iter().map(|candidate| candidate.id).collect();
        ids.len() != self.candidates.len()
    }

    /// Places of texts in several languages that lack the original one.
    fn texts_without_original(&self) -> impl Iterator<Item = DefinitionPlace> {
        let own = [(DefinitionPlace::Title, &self.title), (DefinitionPlace::Question, &self.question)];
        let of_candidates = self.candidates.iter().enumerate().flat_map(|(index, candidate)| {
            let name = (DefinitionPlace::Candidate(index, "name"), &candidate.name);
            let biography =
                candidate.biography.as_ref().map(|text| (DefinitionPlace::Candidate(index, "biography"), text));
            [name].into_iter().chain(biography)
        });
        let lacks_original = |text: &LocalText| match text {
            LocalText::One(_) => false,
            LocalText::Many(texts) => {
                !self.original_language.as_ref().is_some_and(|original| texts.contains_key(original))
            }
        };
        own.into_iter().chain(of_candidates).filter(move |(_, text)| lacks_original(text)).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CandidateId;
    use crate::method::{Method, Seats};

    fn definition() -> Definition {
        serde_json::from_str(
            r#"{"title": " The  title ", "question": "Who?", "kind": "award", "method": {"type": "plurality"},
                "candidates": [{"id": "01890a5d-ac96-774b-bcce-b302099a80a1", "name": "Ana"},
                    {"id": "01890a5d-ac96-774b-bcce-b302099a80a2", "name": "Zoë", "website": "https://example.org/a"}],
                "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "full"}"#,
        )
        .unwrap()
    }

    fn faults(definition: Definition) -> Vec<(String, DefinitionRefused)> {
        let faults = definition.parse().map(|_| ()).expect_err("something is wrong");
        faults.into_iter().map(|fault| (fault.place.to_string(), fault.refused)).collect()
    }

    #[test]
    fn texts_are_cleaned() {
        let cleaned = definition().parse().unwrap();
        assert_eq!(cleaned.title, LocalText::One("The  title".to_owned()));
        assert_eq!(cleaned.clone().parse(), Ok(cleaned));
    }

    #[test]
    fn a_website_is_a_public_address() {
        for right in [
            "https://example.org",
            "https://bücher.example/ä?a=b#c",
            "https://example.org.",
            "https://[2001:db8::1]:8443/",
        ] {
            assert_eq!(parse_website(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            "http://example.org",
            "https://",
            "https:///path",
            "https:example.org",
            "https://ana@example.org",
            "https://@example.org",
            "https://:@example.org",
            "https://\u{200b}example.org",
            "https://%41.example",
            "https://..",
            "https://.",
            "https://a..example",
            "https://example.org:port",
            "https://exa mple.org",
            "https://a<b.example",
            "https://a\\b",
            "javascript:alert(1)",
        ] {
            assert!(parse_website(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let mut wrong = definition();
        wrong.title = LocalText::One("x".repeat(201));
        wrong.candidates[1].website = Some("http://example.org".to_owned());
        wrong.candidates[1].name = LocalText::One("ana".to_owned());
        wrong.method = Method::Approval { max_choices: 1, seats: Seats::ONE };
        wrong.eligibility.categories = Some(std::collections::BTreeSet::new());
        assert_eq!(
            faults(wrong),
            [
                ("/title".to_owned(), DefinitionRefused::Text(InvalidText::TooLong { max: 200 })),
                ("/candidates/1/website".to_owned(), DefinitionRefused::Website),
                ("/method/max_choices".to_owned(), DefinitionRefused::Method(MethodFault::MaxChoices)),
                ("/eligibility/categories".to_owned(), DefinitionRefused::Categories),
                ("/candidates/1/name".to_owned(), DefinitionRefused::DuplicateName),
            ]
        );
    }

    #[test]
    fn ids_and_originals_are_those_of_every_release() {
        let mut twice = definition();
        twice.candidates[1].id = twice.candidates[0].id;
        let mut many = definition();
        many.question = serde_json::from_str(r#"{"en": "Who?", "de": "Wer?"}"#).unwrap();
        for (wrong, place, refused) in [
            (twice, "/candidates", DefinitionRefused::DuplicateId),
            (many, "/question", DefinitionRefused::OriginalLanguageMissing),
        ] {
            assert!(!wrong.is_consistent());
            assert_eq!(faults(wrong), [(place.to_owned(), refused)]);
        }
        let mut long = definition();
        long.candidates = (0..70)
            .map(|number| Candidate {
                id: CandidateId::new(uuid::Uuid::from_u128(number)),
                name: LocalText::One(number.to_string()),
                biography: Some(LocalText::One("ж".repeat(2_000))),
                ..long.candidates[0].clone()
            })
            .collect();
        assert_eq!(faults(long), [("/candidates".to_owned(), DefinitionRefused::TooMuchText)]);
        let mut alike = definition();
        alike.candidates[1].name = alike.candidates[0].name.clone();
        assert!(alike.is_consistent(), "an earlier release may have taken it");
        let mut crowd = definition();
        crowd.candidates = (0..=100)
            .map(|number| Candidate {
                id: CandidateId::new(uuid::Uuid::from_u128(number)),
                name: LocalText::One(number.to_string()),
                ..crowd.candidates[0].clone()
            })
            .collect();
        assert!(!crowd.is_consistent());
        assert_eq!(faults(crowd), [("/candidates".to_owned(), DefinitionRefused::TooManyCandidates)]);
    }
}
