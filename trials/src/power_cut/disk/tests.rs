use proptest::prelude::*;

use super::*;

fn write(number: usize, file: usize, at: usize, bytes: Vec<u8>) -> What {
    What::Change { number, file, change: Change::Write { at, bytes } }
}

fn image(files: &[(&str, &[u8])]) -> Image {
    files.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect()
}

fn named(name: &str, file: Option<usize>) -> What {
    What::Named { name: name.to_owned(), file }
}

/// Every possible image, or at least most of them.
fn images(before: &Image, events: &[What]) -> Vec<Image> {
    let mut disk = Disk::new(before);
    for event in events {
        disk.apply(event);
    }
    let mut found: Vec<Image> = [Survival::Nothing, Survival::Everything]
        .map(|survival| disk.image(survival, &mut Chance::new(&[])))
        .into_iter()
        .chain((0..500).map(|seed| {
            let survival = Survival::Some { whole: 40, torn: 50 };
            disk.image(survival, &mut Chance::new(&[seed]))
        }))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn a_sync_covers_what_had_ended_before_it_began() {
    let before = image(&[("a", b"--")]);
    let change = |number, at| write(number, 0, at, b"x".to_vec());
    let sync = What::Sync { number: 9, of: Synced::File(0) };
    let mut events = vec![change(1, 0), What::Changed { number: 1 }, sync.clone(), What::SyncDone { number: 9 }];
    assert_eq!(images(&before, &events), [image(&[("a", b"x-")])]);
    events.pop();
    assert_eq!(images(&before, &events).len(), 2, "the sync has not ended");
    // The change had not ended when the sync began.
    let events = [change(1, 0), sync.clone(), What::Changed { number: 1 }, What::SyncDone { number: 9 }, change(2, 1)];
    assert_eq!(images(&before, &events).len(), 4);
    let other = [change(1, 0), What::Changed { number: 1 }, What::Sync { number: 9, of: Synced::File(1) }];
    assert_eq!(images(&before, &other).len(), 2, "it is a sync of another file");
}

#[test]
fn later_changes_may_be_there_without_earlier_ones() {
    let before = image(&[("a", b"--")]);
    let events = [write(1, 0, 0, b"12".to_vec()), write(2, 0, 1, b"3".to_vec())];
    let found = images(&before, &events);
    for content in [b"--", b"12", b"13", b"-3"] {
        assert!(found.contains(&image(&[("a", content)])), "{}", String::from_utf8_lossy(content));
    }
    assert_eq!(found.len(), 4);
}

#[test]
fn a_write_is_torn_between_sectors_and_nowhere_else() {
    let before = image(&[("a", &[0; 1100])]);
    let found = images(&before, &[write(1, 0, 500, vec![1; 600])]);
    let parts = |image: &Image| {
        let content = &image["a"];
        assert!(content[..500].iter().all(|byte| *byte == 0), "a neighbour was harmed");
        [500..512, 512..1024, 1024..1100].map(|part| {
            let first = content[part.start];
            assert!(content[part].iter().all(|byte| *byte == first), "half a sector");
            first
        })
    };
    let all: HashSet<[u8; 3]> = found.iter().map(parts).collect();
    assert_eq!(all.len(), 8, "each sector independently");
}

#[test]
fn a_name_is_sure_once_its_folder_is_synced() {
    let before = image(&[("a", b"")]);
    let made = [named("b", Some(1)), write(1, 1, 0, b"x".to_vec()), What::Changed { number: 1 }];
    let file_synced = [What::Sync { number: 2, of: Synced::File(1) }, What::SyncDone { number: 2 }];
    let folder_synced = [What::Sync { number: 3, of: Synced::Folder }, What::SyncDone { number: 3 }];
    let with = image(&[("a", b""), ("b", b"x")]);
    let events = [&made[..], &file_synced].concat();
    assert_eq!(images(&before, &events), [before.clone(), with.clone()]);
    let events = [&events[..], &folder_synced].concat();
    assert_eq!(images(&before, &events), std::slice::from_ref(&with));
    let events = [&events[..], &[named("b", None)]].concat();
    assert_eq!(images(&before, &events), [before.clone(), with]);
    let events = [&events[..], &folder_synced].concat();
    assert_eq!(images(&before, &events), [before]);
}

#[test]
fn of_two_syncs_of_a_folder_neither_covers_what_came_after_both_began() {
    let before = image(&[("a", b"")]);
    let sync = |number| What::Sync { number, of: Synced::Folder };
    let (one, two) = (What::SyncDone { number: 1 }, What::SyncDone { number: 2 });
    let events = [named("b", Some(1)), sync(1), sync(2), one, named("b", None), two];
    assert_eq!(images(&before, &events).len(), 2);
}

#[test]
fn a_file_that_was_cut_short_has_lost_its_end_or_not() {
    let before = image(&[("a", b"123")]);
    let found = images(&before, &[What::Change { number: 1, file: 0, change: Change::Length(1) }]);
    assert_eq!(found, [image(&[("a", b"1")]), image(&[("a", b"123")])]);
}

/// Completed writes of any position and length.
fn changes() -> impl Strategy<Value = Vec<What>> {
    let change = (0_usize..3000, 1_usize..1500, 1_u8..=255);
    prop::collection::vec(change, 0..12).prop_map(|changes| {
        let change =
            |(number, (at, length, byte))| [write(number, 0, at, vec![byte; length]), What::Changed { number }];
        (0..).zip(changes).flat_map(change).collect()
    })
}

proptest! {
    #[test]
    fn without_a_cut_the_disk_is_what_the_operating_system_has_seen(changes in changes()) {
        let before = image(&[("a", b"content")]);
        let mut disk = Disk::new(&before);
        let mut seen = before["a"].clone();
        for event in &changes {
            disk.apply(event);
            if let What::Change { change: Change::Write { at, bytes }, .. } = event {
                seen.resize(seen.len().max(at + bytes.len()), 0);
                seen[*at..at + bytes.len()].copy_from_slice(bytes);
            }
        }
        let mut chance = Chance::new(&[]);
        prop_assert_eq!(&disk.image(Survival::Everything, &mut chance)["a"], &seen);
        prop_assert_eq!(&disk.image(Survival::Nothing, &mut chance), &before);
        let (sync, done) = (What::Sync { number: 99, of: Synced::File(0) }, What::SyncDone { number: 99 });
        disk.apply(&sync);
        disk.apply(&done);
        prop_assert_eq!(disk.pending(), 0);
        prop_assert_eq!(&disk.image(Survival::Nothing, &mut chance)["a"], &seen);
    }

    #[test]
    fn each_byte_is_what_was_sure_or_what_somebody_wrote_there(changes in changes(), seed: u64) {
        let before = image(&[("a", &[0; 2000])]);
        let mut disk = Disk::new(&before);
        for event in &changes {
            disk.apply(event);
        }
        let survival = Survival::Some { whole: 30, torn: 40 };
        let found = disk.image(survival, &mut Chance::new(&[seed]));
        for (place, byte) in found["a"].iter().enumerate() {
            let written = changes.iter().any(|event| matches!(event, What::Change { change: Change::Write { at, bytes }, .. }
                if (*at..at + bytes.len()).contains(&place) && bytes[0] == *byte));
            prop_assert!(*byte == 0 || written, "{place}");
        }
    }
}
