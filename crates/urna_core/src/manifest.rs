//! The manifest: the frozen definition of a ballot as bytes that anyone can hash.

use serde::Serialize;
use serde_json::Value;

use crate::definition::Definition;
use crate::ids::BallotId;
use crate::sha256::Sha256Hash;

/// The exact bytes of a frozen definition: canonical JSON (RFC 8785). Kept and served unchanged, never generated again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest(Vec<u8>);

/// The bytes are not a manifest in its one canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the canonical JSON of a manifest")]
pub struct InvalidManifest;

const FORMAT: &str = "urna manifest v1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    ballot: BallotId,
    #[serde(flatten)]
    definition: &'a Definition,
}

impl Manifest {
    /// Freezes a definition under the ballot's id.
    #[must_use]
    pub fn freeze(ballot: BallotId, definition: &Definition) -> Self {
        let document = Document { format: FORMAT, ballot, definition };
        Self(serde_json_canonicalizer::to_vec(&document).expect("a definition has string keys and no floats"))
    }

    /// Takes the bytes of an earlier freeze, as stored.
    #[must_use]
    pub const fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The ballot and its definition, if the bytes are exactly what [`Manifest::freeze`] makes of them.
    pub fn read(&self) -> Result<(BallotId, Definition), InvalidManifest> {
        let mut document: serde_json::Map<String, Value> =
            serde_json::from_slice(&self.0).map_err(|_| InvalidManifest)?;
        document.remove("format");
        let ballot = document.remove("ballot").and_then(|id| serde_json::from_value(id).ok()).ok_or(InvalidManifest)?;
        let definition = serde_json::from_value(Value::Object(document)).map_err(|_| InvalidManifest)?;
        if Self::freeze(ballot, &definition) == *self { Ok((ballot, definition)) } else { Err(InvalidManifest) }
    }

    /// The bytes whose SHA-256 is the manifest hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The SHA-256 of the bytes.
    #[must_use]
    pub fn hash(&self) -> Sha256Hash {
        Sha256Hash::of(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_canonical_and_bound_to_the_ballot() {
        let definition: Definition = serde_json::from_str(
            r#"{"title": "T", "question": {"en": "Who?", "de": "Wer?"}, "original_language": "en", "kind": "award",
                "method": {"type": "plurality"}, "candidates": [], "allow_blank": true,
                "tie_rule": {"type": "lot"}, "disclosure": "full"}"#,
        )
        .unwrap();
        let ballot = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let manifest = Manifest::freeze(ballot, &definition);
        assert_eq!(
            std::str::from_utf8(manifest.as_bytes()).unwrap(),
            r#"{"allow_blank":true,"ballot":"01890a5d-ac96-774b-bcce-b302099a8057","candidates":[],"disclosure":"full","eligibility":{},"format":"urna manifest v1","kind":"award","method":{"type":"plurality"},"original_language":"en","question":{"de":"Wer?","en":"Who?"},"tie_rule":{"type":"lot"},"title":"T"}"#
        );
        assert_eq!(manifest.read(), Ok((ballot, definition.clone())));
        let text = std::str::from_utf8(manifest.as_bytes()).unwrap();
        for changed in
            [text.replace("v1", "v2"), text.replace(":{", ": {"), format!("{text}\n"), text.replace("full", "all")]
        {
            assert_eq!(Manifest::from_stored(changed.into_bytes()).read(), Err(InvalidManifest));
        }
        let other = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
        assert_ne!(Manifest::freeze(other, &definition).hash(), manifest.hash());
    }
}
