//! Content for one person is shown to nobody else.

use reqwest::Method;
use serde_json::json;
use urna_core::receipt::Promise;
use urna_core::signed_note::{self, parse_verifier_key};
use urna_core::{Role, Sha256Hash, Tracker};
use urna_tests::{Api, Ballot, Cases, World, cases, tracker};

use super::{conference, mark, page, press, published, submit, submit_own};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_session_that_has_ended_is_nobodys,
            what_is_personal_is_not_kept,
            who_belongs_elsewhere_is_a_stranger_here,
            who_has_not_proven_a_mailbox_is_told_so,
            a_receipt_is_shown_to_its_voter_alone,
            a_script_has_what_it_needs_to_check_a_receipt,
            in_an_outage_tracker_and_choice_are_kept;
    }
}

async fn a_session_that_has_ended_is_nobodys(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    for (cookie, status) in [
        (String::new(), 401),
        ("urna-session=".to_owned(), 401),
        ("urna-session=nonsense".to_owned(), 401),
        (format!("urna-session={}", "A".repeat(43)), 401),
        (format!("other={}", anna.api.token().unwrap()), 401),
        (format!("urna-session={}", organiser.token().unwrap()), 401),
        (format!("urna-session={}", anna.api.token().unwrap()), 200),
    ] {
        let page = page(world, &format!("/ballots/{}", ballot.id), &cookie).await;
        assert_eq!(page.status, status, "{cookie}");
        assert_eq!(page.body.contains("Anna"), status == 200);
        assert_eq!(page.body.contains("Sign in to vote"), status == 401);
    }
}

async fn what_is_personal_is_not_kept(world: &World) {
    let (_organiser, anna, _ballot) = published(world).await;
    let cookie = press(world, &anna.link).await;
    let path = "/eccp-2026/award/results";
    let own = page(world, path, &cookie).await.expect(200);
    assert!(own.body.contains("Anna"));
    assert_eq!(own.header("cache-control"), "no-store");
    let public = page(world, path, "").await.expect(200);
    assert_eq!(public.header("cache-control"), "no-cache");
    let varies: Vec<_> = public.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(varies.join(", ").contains("Accept-Language, Cookie"), "{varies:?}");
    assert!(public.body.contains("Nobody has won"), "no vote was cast");
    assert!(public.body.contains("og:description\" content=\"Nobody has won"), "{}", public.body);
}

async fn who_belongs_elsewhere_is_a_stranger_here(world: &World) {
    let organiser = conference(world).await;
    organiser.add_conference("other-2026", "closed").await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let _bo = organiser.voter("other-2026", "Bo").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.open_ballot("other-2026", "award").await;
    let there = page(world, "/other-2026", &cookie).await.expect(200);
    assert!(there.body.contains("Are you attending?") && !there.body.contains("Anna"), "{}", there.body);
    let there = page(world, &format!("/ballots/{}", ballot.id), &cookie).await.expect(401);
    assert!(there.body.contains("Sign in to vote") && there.body.contains("/other-2026/enter"), "{}", there.body);
}

async fn who_has_not_proven_a_mailbox_is_told_so(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let _bo = organiser.voter("eccp-2026", "Bo").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _mailed = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    let id = organiser.roll("eccp-2026").await[1]["id"].as_str().unwrap().to_owned();
    let code = organiser.post(&format!("attendees/{id}/badge-codes"), &json!({})).await.expect(201).text("/code");
    let entered = submit(world, "/eccp-2026/enter", "", &format!("code={code}")).await.expect(303);
    let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    for (path, status) in [("/eccp-2026".to_owned(), 200), (format!("/ballots/{}", ballot.id), 403)] {
        let page = page(world, &path, &cookie).await.expect(status);
        assert!(page.body.contains("Your e-mail address is not proven yet."), "{path}: {}", page.body);
    }
}

async fn a_receipt_is_shown_to_its_voter_alone(world: &World) {
    let organiser = conference(world).await;
    let (anna, bo) = (organiser.voter("eccp-2026", "Anna").await, organiser.voter("eccp-2026", "Bo").await);
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let (annas, bos) = (press(world, &anna.link).await, press(world, &bo.link).await);
    let form = format!("tracker={}&choice={}", tracker(), ballot.candidates[0]);
    let cast = submit_own(world, &format!("/ballots/{}/votes", ballot.id), &annas, &form).await.expect(303);
    let kept = cast.header("set-cookie").split(';').next().unwrap();
    assert!(cast.header("set-cookie").contains(&format!("Path=/ballots/{}; HttpOnly; SameSite=Lax", ballot.id)));
    let code = shown_code(world, &ballot, &format!("{annas}; {kept}")).await;
    for (cookie, status) in [(format!("{bos}; {kept}"), 303), (kept.to_owned(), 303), (annas.clone(), 303)] {
        let path = format!("/ballots/{}/receipt", ballot.id);
        let shown = Api::send(world.api().request(Method::GET, &path).header("cookie", &cookie)).await.expect(status);
        assert!(!shown.body.contains(&code), "{cookie}");
        let file = Api::send(world.api().request(Method::GET, &format!("{path}.json")).header("cookie", &cookie)).await;
        assert!((401..=404).contains(&file.status) && !file.body.contains(&code), "{cookie}: {}", file.status);
    }
}

/// The value of an attribute of a page.
fn attribute<'a>(page: &'a str, name: &str) -> &'a str {
    page.split_once(&format!(" {name}=\"")).unwrap().1.split('"').next().unwrap()
}

async fn a_script_has_what_it_needs_to_check_a_receipt(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let cookie = press(world, &anna.link).await;
    let path = format!("/ballots/{}", ballot.id);
    let shown = page(world, &path, &cookie).await.expect(200).body;
    let key = world.api().get("keys").await.expect(200).text("/items/0/vkey");
    let manifest = Sha256Hash::of(world.api().ballot(&ballot, "manifest").await.expect(200).body.as_bytes());
    assert_eq!((attribute(&shown, "data-key"), attribute(&shown, "data-manifest")), (&*key, &*manifest.to_string()));
    let tracker = tracker();
    let form = format!("tracker={tracker}&choice={}", ballot.candidates[0]);
    let cast = submit_own(world, &format!("{path}/votes"), &cookie, &form).await.expect(303);
    let kept = cast.header("set-cookie").split(';').next().unwrap();
    let receipt = page(world, &format!("{path}/receipt"), &format!("{cookie}; {kept}")).await.expect(200).body;
    let note = attribute(&receipt, "data-note");
    let text = signed_note::open(note, &parse_verifier_key(&key).unwrap()).unwrap();
    let promise: Promise = text.parse().unwrap();
    let tracker: Tracker = tracker.parse().unwrap();
    assert_eq!((promise.ballot.to_string(), promise.manifest), (ballot.id.clone(), manifest));
    assert_eq!(promise.tracker, Some(tracker.hash()), "nobody can be handed somebody else's");
    assert!(receipt.contains("Not checked here."), "only a script may say that it was checked: {receipt}");
}

/// The code on the receipt's page.
async fn shown_code(world: &World, ballot: &Ballot, cookie: &str) -> String {
    let page = page(world, &format!("/ballots/{}/receipt", ballot.id), cookie).await.expect(200);
    page.body.split("id=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

async fn in_an_outage_tracker_and_choice_are_kept(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _seen = page(world, &format!("/ballots/{}", ballot.id), &cookie).await.expect(200);
    let (tracker, choice) = (tracker(), &ballot.candidates[1]);
    let mark = mark(world, &cookie).await;
    let (path, form) =
        (format!("/ballots/{}/votes", ballot.id), format!("tracker={tracker}&choice={choice}&for={mark}"));
    let cast = async || submit(world, &path, &cookie, &form).await;
    crate::tables::execute(world, "alter table participations rename to participations_away").await;
    let unsure = cast().await.expect(503);
    crate::tables::execute(world, "alter table participations_away rename to participations").await;
    for kept in
        [tracker.as_str(), choice, &mark, "We could not confirm your vote", "You cannot vote twice by trying again."]
    {
        assert!(unsure.body.contains(kept), "{kept}: {}", unsure.body);
    }
    assert_eq!(cast().await.expect(303).header("location"), format!("/ballots/{}/receipt", ballot.id));
}
