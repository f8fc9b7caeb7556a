//! What stands around every page.

use urna_core::Conference;
use urna_texts::{Speech, Status};

use crate::pages::{assets, tint};

/// A language that a page can be read in.
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

/// Where a conference's name leads.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) path: String,
    /// Where its logo is.
    pub(crate) logo: Option<String>,
    /// Where the stylesheet with its colour is.
    pub(crate) tint: Option<String>,
}

/// Who is signed in.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) name: String,
    /// The mark of the forms that are made for them.
    pub(crate) mark: String,
}

/// Head, header and footer.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) t: &'static Speech,
    /// The one `h1`.
    pub(crate) heading: String,
    pub(crate) home: Option<Home>,
    pub(crate) voter: Option<SignedIn>,
    /// Where somebody stays who changes the language; empty where only the browser knows it.
    pub(crate) path: String,
    pub(crate) languages: Vec<LanguageLine>,
    /// Whether search engines may list the page.
    pub(crate) is_public: bool,
    /// Whether it says that something is wrong.
    pub(crate) is_error: bool,
    pub(crate) icon: &'static str,
    pub(crate) stylesheet: &'static str,
    /// The further stylesheet of pages that are read at leisure: the typeface, and room.
    pub(crate) display: Option<&'static str>,
    /// Whether the page is the conference's own, which says its name itself.
    pub(crate) is_home: bool,
    pub(crate) script: Option<&'static str>,
    /// The stylesheet in the page: no other request is waited for.
    pub(crate) style: Option<&'static str>,
}

impl Frame {
    pub(crate) fn new(
        t: &'static Speech,
        heading: String,
        conference: Option<&Conference>,
        voter: Option<SignedIn>,
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

    /// For everybody: search engines may list it.
    pub(crate) fn public(mut self) -> Self {
        self.is_public = true;
        self
    }

    /// Read at leisure, on any screen and on paper: with the typeface, which nobody who votes waits for.
    pub(crate) fn on_display(self) -> Self {
        Self { display: Some(assets::display()), ..self }
    }

    /// The conference's own page.
    pub(crate) fn at_home(self) -> Self {
        Self { is_home: true, ..self }
    }

    /// Where the header leads: a conference's own page says its name itself, and leads to the others.
    pub(crate) fn header_home(&self) -> Option<&Home> {
        self.home.as_ref().filter(|_| !self.is_home)
    }

    /// With the script that makes it faster.
    pub(crate) fn with_script(mut self) -> Self {
        self.script = Some(assets::script());
        self
    }

    /// Seen as soon as it is there, with what the next page needs on its way.
    pub(crate) fn at_once(self) -> Self {
        Self { style: Some(assets::stylesheet_text()), ..self.with_script() }
    }

    /// At an address that is a secret: the page does not repeat it.
    pub(crate) fn at_a_secret_address(self) -> Self {
        Self { path: String::new(), ..self }
    }

    /// Says that something is wrong.
    pub(crate) fn error(mut self) -> Self {
        self.is_error = true;
        self
    }

    /// Where the stylesheet with the conference's colour is.
    pub(crate) fn tint(&self) -> Option<&str> {
        self.home.as_ref().and_then(|home| home.tint.as_deref())
    }

    /// The tag of the page's language.
    pub(crate) fn language(&self) -> &str {
        self.t.language().as_str()
    }

    /// The mark of the forms that are made for who is signed in; nothing where nobody is.
    pub(crate) fn mark(&self) -> &str {
        self.voter.as_ref().map_or("", |voter| &voter.mark)
    }

    /// Whether no native speaker has read what the page says.
    pub(crate) fn is_unread(&self) -> bool {
        self.t.status() == Status::Machine
    }

    /// What a browser shows in its tab.
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
