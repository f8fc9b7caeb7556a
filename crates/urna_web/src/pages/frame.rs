//! The frame of every page.

use urna_core::Conference;
use urna_texts::{Speech, Status};

use crate::pages::{assets, tint};

/// A language in which a page can be read.
#[derive(Debug)]
pub(crate) struct LanguageLine {
    pub(crate) tag: &'static str,
    pub(crate) name: String,
    pub(crate) is_current: bool,
}

impl LanguageLine {
    pub(crate) fn of(speech: &'static Speech, current: &Speech) -> Self {
        Self {
            tag: speech.language().as_str(),
            name: speech.say("language-name"),
            is_current: std::ptr::eq(speech, current),
        }
    }
}

/// A conference in the header, and the path to which its name leads.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) path: String,
    /// The path of its logo.
    pub(crate) logo: Option<String>,
    /// The path of the stylesheet with its colour.
    pub(crate) tint: Option<String>,
}

/// The signed-in attendee.
#[derive(Debug)]
pub(crate) struct ShownVoter {
    pub(crate) name: String,
    /// The mark on the forms that are made for them.
    pub(crate) mark: String,
}

/// The head, header and footer of a page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) t: &'static Speech,
    /// The one `h1`.
    pub(crate) heading: String,
    pub(crate) home: Option<Home>,
    pub(crate) voter: Option<ShownVoter>,
    /// The path to which a change of language leads back; empty if only the browser knows it.
    pub(crate) path: String,
    pub(crate) languages: Vec<LanguageLine>,
    /// Whether search engines may list the page.
    pub(crate) is_public: bool,
    /// Whether it reports an error.
    pub(crate) is_error: bool,
    pub(crate) icon: &'static str,
    pub(crate) stylesheet: &'static str,
    /// The second stylesheet, for pages that are read at leisure: the typeface, and room.
    pub(crate) display: Option<&'static str>,
    /// Whether the page is the conference's own, which says its name itself.
    pub(crate) is_home: bool,
    pub(crate) script: Option<&'static str>,
    /// The stylesheet itself, so that the page waits for no other request.
    pub(crate) style: Option<&'static str>,
}

impl Frame {
    pub(crate) fn new(
        t: &'static Speech,
        heading: String,
        conference: Option<&Conference>,
        voter: Option<ShownVoter>,
        path: &str,
    ) -> Self {
        let home = |conference: &Conference| Home {
            name: conference.name.clone(),
            path: format!("/{}", conference.slug),
            logo: conference.logo.as_ref().map(assets::logo),
            tint: conference.accent.map(tint::path),
        };
        Self {
            t,
            heading,
            home: conference.map(home),
            voter,
            path: path.to_owned(),
            languages: urna_texts::speeches().map(|speech| LanguageLine::of(speech, t)).collect(),
            is_public: false,
            is_error: false,
            icon: assets::icon(),
            stylesheet: assets::stylesheet(),
            display: None,
            is_home: false,
            script: None,
            style: None,
        }
    }

    /// Marks the page as public: search engines may list it.
    pub(crate) fn public(mut self) -> Self {
        self.is_public = true;
        self
    }

    /// Adds the second stylesheet, to read at leisure on any screen and on paper: no voter waits for its typeface.
    pub(crate) fn on_display(self) -> Self {
        Self { display: Some(assets::display()), ..self }
    }

    /// Marks the page as the conference's own.
    pub(crate) fn at_home(self) -> Self {
        Self { is_home: true, ..self }
    }

    /// Returns the conference to which the header leads. A conference's own page says its name itself, and its header
    /// leads to the start page.
    pub(crate) fn header_home(&self) -> Option<&Home> {
        self.home.as_ref().filter(|_| !self.is_home)
    }

    /// Adds the script, which makes the page faster.
    pub(crate) fn with_script(mut self) -> Self {
        self.script = Some(assets::script());
        self
    }

    /// Shows the page as soon as it arrives, and loads what the next page needs meanwhile.
    pub(crate) fn at_once(self) -> Self {
        Self { style: Some(assets::stylesheet_text()), ..self.with_script() }
    }

    /// Keeps a secret address out of the page.
    pub(crate) fn at_a_secret_address(self) -> Self {
        Self { path: String::new(), ..self }
    }

    /// Marks the page as one that reports an error.
    pub(crate) fn error(mut self) -> Self {
        self.is_error = true;
        self
    }

    /// Returns the path of the stylesheet with the conference's colour.
    pub(crate) fn tint(&self) -> Option<&str> {
        self.home.as_ref().and_then(|home| home.tint.as_deref())
    }

    /// Returns the tag of the page's language.
    pub(crate) fn language(&self) -> &str {
        self.t.language().as_str()
    }

    /// Returns the mark on the forms that are made for the signed-in attendee; empty if nobody is signed in.
    pub(crate) fn mark(&self) -> &str {
        self.voter.as_ref().map_or("", |voter| &voter.mark)
    }

    /// Whether no native speaker has read the page's texts.
    pub(crate) fn is_unread(&self) -> bool {
        self.t.status() == Status::Machine
    }

    /// Returns the title in the browser's tab.
    pub(crate) fn title(&self) -> String {
        let page = match self.header_home() {
            Some(home) => {
                let values = [("page", self.heading.as_str().into()), ("conference", home.name.as_str().into())];
                self.t.with("page-title", values)
            }
            None => self.heading.clone(),
        };
        if self.is_error { self.t.with1("page-title-error", "page", page) } else { page }
    }
}
