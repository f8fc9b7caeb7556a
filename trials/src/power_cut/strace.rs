//! Parses the output of strace (`-f -y -xx`): each call with its exact bytes, and the order in which calls began and
//! ended.
//!
//! strace is one process with one thread. It stops a thread of the server at the beginning and at the end of a call,
//! and resumes it only after writing that down. So an effect always follows its cause in the trace, even across
//! threads, and the order of the lines is a possible order of events. No clock is needed.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::BufRead;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// A system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The thread that made it.
    pub(super) thread: u32,
    /// For example `pwrite64`.
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
    /// The result; `None` if the call has not ended, or strace cannot tell.
    pub(super) outcome: Option<Outcome>,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument {
    /// A descriptor, resolved to its file.
    File(PathBuf),
    /// A text or a buffer, or all buffers of a list joined.
    Bytes(Vec<u8>),
    /// A number, flags and so on, in strace's notation.
    Other(String),
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Negative if the call failed.
    pub(super) value: i64,
    /// The file of the returned descriptor.
    pub(super) file: Option<PathBuf>,
}

/// The beginning or the end of a call, by its index in [`Trace::calls`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Begin(usize),
    End(usize),
}

/// A trace.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) calls: Vec<Call>,
    /// In order.
    pub(super) moments: Vec<Moment>,
    /// The current call of each thread.
    unfinished: HashMap<u32, usize>,
}

impl Trace {
    /// Reads a trace to its end.
    pub(super) fn read(lines: impl BufRead) -> Result<Self> {
        let mut trace = Self::default();
        for (number, line) in (1..).zip(lines.lines()) {
            let line = line.context("the trace cannot be read")?;
            trace.take(&line).with_context(|| {
                let shown: String = line.chars().take(200).collect();
                format!("line {number} of the trace is not understood: {shown}")
            })?;
        }
        Ok(trace)
    }

    fn take(&mut self, line: &str) -> Result<()> {
        let (thread, rest) = line.split_once(' ').context("no number of a thread")?;
        let (thread, rest) = (thread.parse().context("no number of a thread")?, rest.trim_start());
        if rest.starts_with("---") || rest.starts_with("+++") {
            return Ok(()); // A signal, or the end of a thread.
        }
        if rest.starts_with("<... ") {
            let place = self.unfinished.remove(&thread).context("what goes on has not begun")?;
            return self.end(place, rest);
        }
        let (name, rest) = rest.split_once('(').context("no call")?;
        let unfinished = rest.strip_suffix("<unfinished ...>");
        let arguments = match unfinished {
            Some(arguments) => arguments,
            None => split_outcome(rest)?.0,
        };
        let place = self.calls.len();
        let arguments = split(arguments).into_iter().map(argument).collect::<Result<_>>()?;
        self.calls.push(Call { thread, name: name.to_owned(), arguments, outcome: None });
        self.moments.push(Moment::Begin(place));
        if unfinished.is_some() {
            self.unfinished.insert(thread, place);
            return Ok(());
        }
        self.end(place, rest)
    }

    fn end(&mut self, place: usize, rest: &str) -> Result<()> {
        let outcome = outcome(split_outcome(rest)?.1)?;
        // A call interrupted by the end of its thread has none.
        if outcome.is_some() {
            self.calls[place].outcome = outcome;
            self.moments.push(Moment::End(place));
        }
        Ok(())
    }
}

/// Splits off the outcome in `…)   = …`. The explanation of an error may hold a parenthesis, but no equals sign.
fn split_outcome(text: &str) -> Result<(&str, &str)> {
    let (arguments, outcome) = text.rsplit_once("= ").context("no outcome")?;
    let arguments = arguments.trim_end().strip_suffix(')').context("no end of the arguments")?;
    Ok((arguments, outcome))
}

/// `0`, `-1 ENOENT (No such file or directory)`, `7</a/path>`, `0x7f2a` or `?`.
fn outcome(text: &str) -> Result<Option<Outcome>> {
    let end = text.find([' ', '<']).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    if number == "?" {
        return Ok(None);
    }
    let value = match number.strip_prefix("0x") {
        Some(_address) => 0,
        None => number.parse().context("the outcome is no number")?,
    };
    let file = if rest.starts_with('<') { Some(path(rest)?) } else { None };
    Ok(Some(Outcome { value, file }))
}

/// Splits at the commas outside of texts and brackets.
fn split(arguments: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut begin) = (0_usize, false, 0);
    let mut found = Vec::new();
    for (at, byte) in arguments.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(arguments[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(arguments[begin..].trim());
    found
}

fn argument(text: &str) -> Result<Argument> {
    if text.contains('"') {
        return bytes(text).map(Argument::Bytes);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && text[digits..].starts_with('<') {
        return path(&text[digits..]).map(Argument::File);
    }
    Ok(Argument::Other(text.to_owned()))
}

/// All quoted texts of an argument joined: for a list of buffers, all of their bytes.
fn bytes(text: &str) -> Result<Vec<u8>> {
    let mut found = Vec::with_capacity(text.len() / 4);
    let mut parts = text.split('"').skip(1);
    while let Some(quoted) = parts.next() {
        unescape(quoted, &mut found)?;
        if parts.next().is_some_and(|after| after.starts_with("...")) {
            bail!("strace has not written all of the bytes");
        }
    }
    Ok(found)
}

/// The `<…>` after a descriptor. A deleted file has a mark at the end, and differs from any other file of that name.
fn path(text: &str) -> Result<PathBuf> {
    let (inner, after) = text.strip_prefix('<').and_then(|text| text.rsplit_once('>')).context("no path")?;
    let mut found = Vec::new();
    unescape(inner, &mut found)?;
    found.extend_from_slice(after.as_bytes());
    Ok(PathBuf::from(OsString::from_vec(found)))
}

/// Decodes `\x41` and so on. With `-xx` strace writes all bytes of a text like that, except in the names of sockets.
fn unescape(text: &str, into: &mut Vec<u8>) -> Result<()> {
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [] => return Ok(()),
            [b'\\', b'x', high, low, after @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let (high, low) = digit(*high).zip(digit(*low)).context("not a hexadecimal number")?;
                into.push(high << 4 | low);
                rest = after;
            }
            [b'\\', ..] => bail!("a byte is written otherwise than in hexadecimal"),
            [byte, after @ ..] => {
                into.push(*byte);
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests;
