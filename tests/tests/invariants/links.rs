//! The links in the documents have targets: a file, and a heading in it.

use std::path::{Component, Path, PathBuf};

use urna_tests::{Cases, cases, repository};

pub(crate) fn cases() -> Cases {
    cases! {
        once:
            every_link_of_a_document_leads_somewhere,
            a_link_that_leads_nowhere_is_found,
            the_pictures_of_the_readme_are_small;
    }
}

fn every_link_of_a_document_leads_somewhere() {
    let top = std::fs::read_dir(repository::root()).unwrap().map(|entry| entry.unwrap().path());
    let top = top.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let top = top.map(|path| path.strip_prefix(repository::root()).unwrap().to_owned());
    let documents: Vec<PathBuf> = top.chain(repository::files("docs", "md")).collect();
    assert!(documents.len() > 15, "{documents:?}");
    let mut broken = Vec::new();
    let mut followed = 0;
    for document in &documents {
        for link in links(&repository::read(document)) {
            followed += 1;
            if !leads_somewhere(document, &link) {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(followed > 50, "only {followed} links");
}

/// Tests the check itself.
fn a_link_that_leads_nowhere_is_found() {
    let text = "[a](b.md) and ![c](d.svg), <img src=\"e.webp\">\n```\n[f](g)\n```\n`[h](i)` [j](https://example.org)";
    assert_eq!(links(text), ["b.md", "d.svg", "e.webp"]);
    let document = Path::new("docs/api.md");
    for there in ["quick-start.md", "../README.md#try-it", "#casting-a-vote", "clients/", "openapi.json"] {
        assert!(leads_somewhere(document, there), "{there}");
    }
    for nowhere in ["nowhere.md", "../README.md#nowhere", "#nowhere", "docs/api.md", "../../outside.md"] {
        assert!(!leads_somewhere(document, nowhere), "{nowhere}");
    }
}

/// They are on the first page that people see of the project.
fn the_pictures_of_the_readme_are_small() {
    let links = links(&repository::read("README.md")).into_iter();
    let pictures: Vec<String> = links.filter(|link| link.starts_with("docs/pictures/")).collect();
    assert_eq!(pictures.len(), 6, "three pictures, each in the light and in the dark: {pictures:?}");
    for picture in pictures {
        let bytes = std::fs::read(repository::root().join(&picture)).unwrap();
        assert!(bytes.len() <= 40_000 && bytes.starts_with(b"RIFF"), "{picture}: {} bytes", bytes.len());
    }
}

/// The targets of links and pictures within the repository, ignoring code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let prose: String = line.split('`').step_by(2).collect();
            for (begin, end) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')] {
                links.extend(prose.split(begin).skip(1).filter_map(|rest| rest.split(end).next()).map(str::to_owned));
            }
        }
    }
    links.retain(|link| !link.contains("://"));
    links
}

fn leads_somewhere(document: &Path, link: &str) -> bool {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let target = if path.is_empty() { document.to_owned() } else { document.parent().unwrap().join(path) };
    let Some(target) = normal(&target) else { return false };
    let file = repository::root().join(&target);
    match heading {
        None => file.exists(),
        Some(heading) => file.is_file() && anchors(&repository::read(&target)).iter().any(|anchor| anchor == heading),
    }
}

/// The path without `..`; `None` if it leads out of the repository.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => normal.pop().then_some(())?,
            other => normal.push(other),
        }
    }
    Some(normal)
}

/// The anchors of the headings, as GitHub and others generate them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        kept.chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    headings.map(anchor).collect()
}
