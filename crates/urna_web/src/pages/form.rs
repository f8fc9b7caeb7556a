//! Forms: what was typed stays, and each mistake is told twice, above all and where it is.

use askama::Template;

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
    pub(super) frame: Frame,
    pub(super) intro: String,
    pub(super) fields: Vec<Field>,
    pub(super) submit: String,
    pub(super) back: Option<String>,
    /// Whether a script may ask for the next page at once.
    pub(super) leads_on: bool,
}

impl FormPage {
    /// The page, which says that something is wrong where a field does.
    pub(super) fn checked(self) -> Self {
        let is_wrong = self.fields.iter().any(|field| field.error.is_some());
        if is_wrong { Self { frame: self.frame.error(), ..self } } else { self }
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
