//! Forms. They keep the typed text, and show each mistake twice: at the top of the page and at its field.

use askama::Template;
use urna_core::Conference;

use super::frame::Frame;

/// A field of a form.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) id: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    /// The values to choose from, with their words; if there are none, the field is a line to fill in.
    pub(super) options: &'static [(String, String)],
    /// The `type` of the `input`.
    pub(super) kind: &'static str,
    /// The `autocomplete` of the field, by which browsers fill it in themselves.
    pub(super) autocomplete: &'static str,
    pub(super) value: String,
    pub(super) error: Option<String>,
    pub(super) is_optional: bool,
    /// Whether it is a code: typed in capitals, and never corrected by a keyboard.
    pub(super) is_code: bool,
}

impl Field {
    /// Returns the ids of the elements that explain the field.
    fn described_by(&self) -> Option<String> {
        let (id, has_hint) = (self.id, !self.hint.is_empty());
        match (&self.error, has_hint) {
            (None, false) => None,
            (None, true) => Some(format!("{id}-hint")),
            (Some(_), false) => Some(format!("{id}-error")),
            (Some(_), true) => Some(format!("{id}-error {id}-hint")),
        }
    }
}

/// A form with a few fields and one button.
#[derive(Template)]
#[template(path = "form.html")]
pub(super) struct FormPage {
    frame: Frame,
    intro: String,
    fields: Vec<Field>,
    submit: String,
    back: Option<String>,
    leads_on: bool,
    has_verifier: bool,
}

impl FormPage {
    /// Builds the page from its fields and the text of its button. The page reports an error if a field does.
    pub(super) fn new(frame: Frame, intro: String, fields: Vec<Field>, submit: String) -> Self {
        let is_wrong = fields.iter().any(|field| field.error.is_some());
        let frame = if is_wrong { frame.error() } else { frame };
        Self { frame, intro, fields, submit, back: None, leads_on: false, has_verifier: false }
    }

    /// Adds the link back to the conference.
    pub(super) fn back_to(self, conference: &Conference) -> Self {
        Self { back: Some(format!("/{}", conference.slug)), ..self }
    }

    /// Adds the link to the page that checks a whole record.
    pub(super) fn with_verifier(self) -> Self {
        Self { has_verifier: true, ..self }
    }

    /// Lets the script ask for the next page at once.
    pub(super) fn leading_on(self) -> Self {
        Self { leads_on: true, frame: self.frame.with_script(), ..self }
    }
}

/// A page of a few sentences, and the link back.
#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct NoticePage {
    pub(super) frame: Frame,
    pub(super) paragraphs: Vec<String>,
    pub(super) back: String,
}
