//! Forms: what was typed stays, and each mistake is told twice, above all and where it is.

use askama::Template;
use urna_core::Conference;

use super::frame::Frame;

/// One line to fill in.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) id: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    /// What there is to choose from: values and words. Where there is nothing it is a line to fill in.
    pub(super) options: &'static [(String, String)],
    /// As the `type` of an `input`.
    pub(super) kind: &'static str,
    /// What browsers may fill in by themselves.
    pub(super) autocomplete: &'static str,
    pub(super) value: String,
    pub(super) error: Option<String>,
    pub(super) is_optional: bool,
    /// Whether it is a code: capitals, and nothing that a keyboard might correct.
    pub(super) is_code: bool,
}

impl Field {
    /// The ids of what explains the field.
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

/// A few lines to fill in, and one button.
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
    /// What is to be filled in, and what the button says; the page says that something is wrong where a field does.
    pub(super) fn new(frame: Frame, intro: String, fields: Vec<Field>, submit: String) -> Self {
        let is_wrong = fields.iter().any(|field| field.error.is_some());
        let frame = if is_wrong { frame.error() } else { frame };
        Self { frame, intro, fields, submit, back: None, leads_on: false, has_verifier: false }
    }

    /// With the way back to the conference.
    pub(super) fn back_to(self, conference: &Conference) -> Self {
        Self { back: Some(format!("/{}", conference.slug)), ..self }
    }

    /// With the way to the page that checks a whole record.
    pub(super) fn with_verifier(self) -> Self {
        Self { has_verifier: true, ..self }
    }

    /// A script may ask for the next page at once.
    pub(super) fn leading_on(self) -> Self {
        Self { leads_on: true, frame: self.frame.with_script(), ..self }
    }
}

/// Some sentences, and the way back.
#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct NoticePage {
    pub(super) frame: Frame,
    pub(super) paragraphs: Vec<String>,
    pub(super) back: String,
}
