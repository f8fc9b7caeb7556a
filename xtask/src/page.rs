//! Commands that a document tells people to type, tested verbatim.

/// The first block of shell commands in a document.
pub(crate) fn first_block(page: &str) -> Option<&str> {
    let (_, block) = page.split_once("```sh\n")?;
    Some(block.split_once("```")?.0)
}

#[cfg(test)]
mod tests {
    use super::first_block;

    #[test]
    fn the_commands_are_those_between_the_marks() {
        assert_eq!(first_block("Text\n```sh\none\ntwo\n```\nmore\n```sh\nthree\n```\n"), Some("one\ntwo\n"));
        assert_eq!(first_block("Text"), None);
    }
}
