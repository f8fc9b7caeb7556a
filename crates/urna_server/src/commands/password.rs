//! Reads a new password from a terminal or a pipe: never from an argument or the environment, which others can see.

use std::io::{self, BufRead as _, Read as _};

use console::Term;
use urna_app::passwords::Password;
use zeroize::Zeroizing;

use crate::exit::Stop;

/// Longer than any valid password.
const MOST_BYTES: u64 = 4096;

/// Reads the first line of stdin.
pub(super) fn from_stdin() -> Result<Password, Stop> {
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(MOST_BYTES).read_line(&mut line);
    read.map_err(|error| Stop::usage(format!("the password cannot be read from stdin: {error}")))?;
    let text = line.strip_suffix('\n').map_or(line.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() {
        return Err(Stop::usage("there is no password in the first line of stdin"));
    }
    Ok(Password::new(text.to_owned()))
}

/// Asks twice, without echo.
pub(super) fn from_terminal() -> Result<Password, Stop> {
    let terminal = Term::stderr();
    if !terminal.is_term() || !console::user_attended() {
        return Err(Stop::usage("there is no terminal to ask for a password on; use --password-stdin"));
    }
    let ask = |question: &str| -> io::Result<Zeroizing<String>> {
        terminal.write_str(question)?;
        terminal.read_secure_line().map(Zeroizing::new)
    };
    let wrong = |error: io::Error| Stop::usage(format!("the password cannot be read: {error}"));
    let first = ask("Password, at least 15 characters (it is not shown): ").map_err(wrong)?;
    let second = ask("Once more: ").map_err(wrong)?;
    if first != second {
        return Err(Stop::usage("the passwords do not match; nothing was changed"));
    }
    Ok(Password::new(first.to_string()))
}
