//! The software bill of materials, as `CycloneDX` 1.6.
//!
//! It contains no time and no random number: the same binary gives the same document, and the serial number is a hash
//! of the rest.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    archive::sha256,
    crates::{Key, Package},
    vendored::{Licence, Vendored},
};

/// Writes the document for a binary with this hash.
pub(crate) fn write(packages: &[Package], vendored: &[Vendored], version: &str, sha256: &str) -> Result<String> {
    let mut document = document(packages, vendored, version, sha256);
    document["serialNumber"] = serial_number(&document).into();
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn document(packages: &[Package], vendored: &[Vendored], version: &str, sha256: &str) -> Value {
    let components: Vec<Value> = packages.iter().map(component).chain(vendored.iter().map(carried)).collect();
    let urna = format!("pkg:generic/urna@{version}");
    let names: BTreeMap<Key, String> =
        packages.iter().map(|package| ((package.name.clone(), package.version.clone()), purl(package))).collect();
    let server = names.iter().find(|((name, _), _)| name == "urna_server").map(|(_, purl)| purl);
    let root = json!({ "ref": urna, "dependsOn": server.into_iter().chain(vendored.iter().map(|part| &part.purl)).collect::<Vec<_>>() });
    let needs = packages.iter().map(|package| {
        let needs: Vec<&String> = package.needs.iter().filter_map(|key| names.get(key)).collect();
        json!({ "ref": purl(package), "dependsOn": needs })
    });
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "component": {
                "type": "application",
                "bom-ref": urna,
                "name": "urna",
                "version": version,
                "purl": urna,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "hashes": [{ "alg": "SHA-256", "content": sha256 }],
            },
        },
        "components": components,
        "dependencies": std::iter::once(root).chain(needs).collect::<Vec<_>>(),
    })
}

/// A crate that was only needed for the build is marked as excluded.
fn component(package: &Package) -> Value {
    let Package { name, version, licence, checksum, linked, .. } = package;
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": name,
        "version": version,
        "purl": purl(package),
        "scope": if *linked { "required" } else { "excluded" },
        "licenses": [{ "expression": licence }],
        "properties": [{ "name": "urna:used", "value": if *linked { "in the binary" } else { "in the build" } }],
    });
    if let Some(checksum) = checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    component
}

fn carried(part: &Vendored) -> Value {
    let licence = match part.licence {
        Licence::Expression(text) => json!({ "expression": text }),
        Licence::Named(text) => json!({ "license": { "name": text } }),
    };
    json!({
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "scope": "required",
        "licenses": [licence],
        "properties": [{ "name": "urna:used", "value": "in the binary" }],
    })
}

/// A crate of the workspace is in no registry, and must not be mistaken for one that is.
fn purl(package: &Package) -> String {
    let kind = if package.checksum.is_some() { "cargo" } else { "generic" };
    format!("pkg:{kind}/{}@{}", package.name, package.version.replace('+', "%2B"))
}

/// A UUID of version 8 (RFC 9562) made of the document's hash.
fn serial_number(document: &Value) -> String {
    let hash = sha256(document.to_string().as_bytes());
    format!("urn:uuid:{}-{}-8{}-8{}-{}", &hash[..8], &hash[8..12], &hash[12..15], &hash[15..18], &hash[18..30])
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    fn package(name: &str, checksum: Option<&str>, linked: bool, needs: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0+a".to_owned(),
            licence: "MIT".to_owned(),
            authors: Vec::new(),
            folder: "/".into(),
            checksum: checksum.map(str::to_owned),
            linked,
            needs: needs.iter().map(|name| ((*name).to_owned(), "1.0.0+a".to_owned())).collect::<BTreeSet<_>>(),
        }
    }

    fn sample() -> String {
        let packages = [
            package("a", Some("abc"), true, &["b"]),
            package("b", Some("def"), false, &[]),
            package("urna_server", None, true, &["a"]),
        ];
        write(&packages, &[], "1.0.0", "123").unwrap()
    }

    #[test]
    fn every_crate_is_listed_once_with_its_marks() {
        let document: Value = serde_json::from_str(&sample()).unwrap();
        let components = document["components"].as_array().unwrap();
        let purls: Vec<&str> = components.iter().map(|one| one["purl"].as_str().unwrap()).collect();
        assert_eq!(purls, ["pkg:cargo/a@1.0.0%2Ba", "pkg:cargo/b@1.0.0%2Ba", "pkg:generic/urna_server@1.0.0%2Ba"]);
        assert_eq!(components[0]["hashes"][0]["content"], "abc");
        assert_eq!((&components[0]["scope"], &components[1]["scope"]), (&json!("required"), &json!("excluded")));
        assert_eq!(document["dependencies"][1]["dependsOn"], json!(["pkg:cargo/b@1.0.0%2Ba"]));
    }

    #[test]
    fn the_serial_number_is_made_of_the_rest() {
        assert_eq!(sample(), sample());
        let number =
            |text: &str| serde_json::from_str::<Value>(text).unwrap()["serialNumber"].as_str().unwrap().to_owned();
        let one = number(&sample());
        assert_eq!(one.len(), "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79".len());
        assert_ne!(one, number(&write(&[], &[], "1.0.0", "123").unwrap()));
    }

    /// Checks Urna's real dependencies.
    #[test]
    fn the_real_list_is_whole() {
        let packages = super::super::crates::find("x86_64-unknown-linux-gnu").unwrap();
        let list =
            write(&packages, &super::super::vendored::find(&packages, "1.95.0").unwrap(), "0.1.0", "123").unwrap();
        let document: Value = serde_json::from_str(&list).unwrap();
        let components = document["components"].as_array().unwrap();
        assert!(components.len() > 200, "{}", components.len());
        let mut seen = HashSet::new();
        for component in components {
            let text = |name: &str| component[name].as_str().filter(|text| !text.is_empty()).unwrap();
            assert!(seen.insert((text("name"), text("version"))), "{component} is there twice");
            assert!(text("purl").starts_with("pkg:") && text("purl").contains('@'), "{component}");
            let licence = &component["licenses"][0];
            let named = licence["expression"].as_str().or(licence["license"]["name"].as_str());
            assert!(named.is_some_and(|name| !name.is_empty()), "{component}");
            assert_eq!(component["hashes"].is_array(), text("purl").starts_with("pkg:cargo/"), "{component}");
        }
        for (name, scope) in
            [("SQLite", "required"), ("ring", "required"), ("serde_derive", "excluded"), ("cc", "excluded")]
        {
            assert!(components.iter().any(|one| one["name"] == name && one["scope"] == scope), "{name}");
        }
        assert!(!seen.iter().any(|(name, _)| *name == "proptest" || *name == "xtask"), "tests are not in the binary");
    }
}
