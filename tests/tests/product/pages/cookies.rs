//! The cookies that browsers keep, and browsers that keep none.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use sha2::{Digest as _, Sha256};
use urna_core::receipt::Receipt;
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases, tracker};

use super::{conference, page, press, submit, submit_own};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_browser_keeps_a_receipt_sealed,
            signing_out_takes_a_few_headers_however_many_ballots_there_are,
            after_signing_out_no_receipt_opens_any_more,
            somebody_elses_sign_in_ends_what_a_browser_kept,
            what_does_not_open_is_taken_away_where_it_is_met,
            a_receipt_from_before_they_were_sealed_is_shown_and_sealed,
            a_browser_that_keeps_no_cookie_is_told_so,
            who_sends_no_cookie_is_not_told_of_twelve_hours;
    }
}

/// The name-value pairs of the cookies that a response sets.
fn kept(answer: &Answer) -> Vec<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    cookies.map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect()
}

/// Somebody votes on the pages. Returns the cookie of the receipt.
async fn vote(world: &World, ballot: &Ballot, cookie: &str) -> String {
    let form = format!("tracker={}&choice={}", tracker(), ballot.candidates[0]);
    let cast = submit_own(world, &format!("/ballots/{}/votes", ballot.id), cookie, &form).await.expect(303);
    let kept = kept(&cast);
    assert_eq!(kept.len(), 1, "{kept:?}");
    kept[0].clone()
}

/// The ballot's page, and whether it shows a receipt.
async fn look(world: &World, ballot: &Ballot, cookies: &[&str]) -> (Answer, bool) {
    let page = page(world, &format!("/ballots/{}", ballot.id), &cookies.join("; ")).await;
    let is_shown = page.body.contains("Your receipt code");
    (page, is_shown)
}

async fn a_browser_keeps_a_receipt_sealed(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let receipt = vote(world, &ballot, &cookie).await;
    let (_page, is_shown) = look(world, &ballot, &[&cookie, &receipt]).await;
    assert!(is_shown);
    let path = format!("/ballots/{}/receipt.json", ballot.id);
    let file = world.api().request(Method::GET, &path).header("cookie", format!("{cookie}; {receipt}"));
    let file = Api::send(file).await.expect(200);
    let sealed = receipt.strip_prefix("urna-receipt=").unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(sealed).expect("one piece of base64url");
    for secret in ["/receipt/tracker", "/receipt/commitment", "/receipt/code"] {
        let secret = file.text(secret);
        let raw = URL_SAFE_NO_PAD.decode(&secret).unwrap_or_default();
        let is_there = |needle: &[u8]| !needle.is_empty() && bytes.windows(needle.len()).any(|part| part == needle);
        assert!(!sealed.contains(&secret) && !is_there(secret.as_bytes()) && !is_there(&raw), "{secret}");
    }
    let mut broken = sealed.to_owned().into_bytes();
    broken[40] = if broken[40] == b'A' { b'B' } else { b'A' };
    let broken = format!("urna-receipt={}", String::from_utf8(broken).unwrap());
    assert!(!look(world, &ballot, &[&cookie, &broken]).await.1);
}

async fn signing_out_takes_a_few_headers_however_many_ballots_there_are(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    for number in 0..32 {
        let _ballot = organiser.open_ballot("eccp-2026", &format!("award-{number}")).await;
    }
    let cookie = press(world, &anna.link).await;
    let out = submit_own(world, "/sign-out", &cookie, "").await.expect(303);
    let bytes: usize = out.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    assert!(bytes < 1_500, "{bytes} bytes of headers; a proxy may take 4,096: {:?}", out.headers);
    let cookies: Vec<_> = out.headers.get_all("set-cookie").iter().collect();
    assert!(cookies.len() == 2 && cookies.iter().map(|cookie| cookie.len()).sum::<usize>() < 250, "{cookies:?}");
    assert_eq!(kept(&out)[0], "urna-session=");
}

async fn after_signing_out_no_receipt_opens_any_more(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let (first, second) =
        (organiser.open_ballot("eccp-2026", "first").await, organiser.open_ballot("eccp-2026", "second").await);
    let receipt = vote(world, &first, &cookie).await;
    // Even if the session expires or is replaced, the same person finds their receipt again.
    let anew = press(world, &anna.link).await;
    assert!(look(world, &first, &[&anew, &receipt]).await.1);
    let out = submit_own(world, "/sign-out", &anew, "").await.expect(303);
    let turn = kept(&out).into_iter().find(|cookie| cookie.starts_with("urna-turn=")).unwrap();
    // Nobody sees it, not even somebody with Anna's badge at the tablet that she has left.
    let later = press(world, &anna.link).await;
    assert!(!look(world, &first, &[&later, &receipt, &turn]).await.1);
    let path = format!("/ballots/{}/receipt.json", first.id);
    let file = world.api().request(Method::GET, &path).header("cookie", format!("{later}; {receipt}; {turn}"));
    let _none = Api::send(file).await.expect(404);
    // Votes cast from then on are kept as before.
    let receipt = vote(world, &second, &format!("{later}; {turn}")).await;
    assert!(look(world, &second, &[&later, &receipt, &turn]).await.1);
    assert!(!look(world, &second, &[&later, &receipt]).await.1);
}

async fn press_beside(world: &World, voter: &Voter, cookie: &str) -> Vec<String> {
    let press = world.api().request(Method::POST, &format!("/l/{}", voter.link)).header("cookie", cookie);
    kept(&Api::send(press).await.expect(303))
}

async fn somebody_elses_sign_in_ends_what_a_browser_kept(world: &World) {
    let organiser = conference(world).await;
    let (anna, bo) = (organiser.voter("eccp-2026", "Anna").await, organiser.voter("eccp-2026", "Bo").await);
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let annas = press(world, &anna.link).await;
    let receipt = vote(world, &ballot, &annas).await;
    let again = press_beside(world, &anna, &annas).await;
    assert_eq!(again.len(), 1, "the same person goes on: {again:?}");
    assert!(look(world, &ballot, &[&again[0], &receipt]).await.1);
    let bos = press_beside(world, &bo, &annas).await;
    assert!(bos.len() == 2 && bos[1].starts_with("urna-turn="), "{bos:?}");
    assert!(!look(world, &ballot, &[&bos[0], &bos[1], &receipt]).await.1);
    assert!(!look(world, &ballot, &[&again[0], &bos[1], &receipt]).await.1, "and Anna's is over");
}

async fn what_does_not_open_is_taken_away_where_it_is_met(world: &World) {
    let organiser = conference(world).await;
    let (anna, bo) = (organiser.voter("eccp-2026", "Anna").await, organiser.voter("eccp-2026", "Bo").await);
    let (ballot, other) =
        (organiser.open_ballot("eccp-2026", "award").await, organiser.open_ballot("eccp-2026", "other").await);
    let (annas, bos) = (press(world, &anna.link).await, press(world, &bo.link).await);
    let receipt = vote(world, &ballot, &annas).await;
    let taken = |page: &Answer| page.header("set-cookie").to_owned();
    let path =
        |ballot: &Ballot| format!("urna-receipt=; Path=/ballots/{}; HttpOnly; SameSite=Lax; Max-Age=0", ballot.id);
    assert_eq!(taken(&look(world, &ballot, &[&bos, &receipt]).await.0), path(&ballot), "it is Anna's");
    assert_eq!(taken(&look(world, &other, &[&annas, &receipt]).await.0), path(&other), "it is another ballot's");
    assert_eq!(taken(&look(world, &ballot, &[&annas, &receipt]).await.0), "");
    assert_eq!(taken(&look(world, &ballot, &[&receipt]).await.0), "", "nobody is signed in: Anna may come back");
    let led = world.api().request(Method::GET, &format!("/ballots/{}/receipt", ballot.id));
    let led = Api::send(led.header("cookie", format!("{bos}; {receipt}"))).await.expect(303);
    assert_eq!(taken(&led), path(&ballot));
}

async fn a_receipt_from_before_they_were_sealed_is_shown_and_sealed(world: &World) {
    let organiser = conference(world).await;
    let (anna, bo) = (organiser.voter("eccp-2026", "Anna").await, organiser.voter("eccp-2026", "Bo").await);
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let cast = anna.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let receipt = Receipt {
        ballot: ballot.id.parse().unwrap(),
        code: cast.text("/receipt/code").parse().unwrap(),
        tracker: cast.text("/receipt/tracker").parse().unwrap(),
        commitment: cast.text("/receipt/commitment").parse().unwrap(),
        signed_note: cast.text("/receipt/signed_note"),
    };
    let owner = Sha256::digest(anna.id.parse::<urna_core::AttendeeId>().unwrap().as_bytes());
    let old = format!("urna-receipt={}.{}", URL_SAFE_NO_PAD.encode(&owner[..12]), receipt.compact());
    let (annas, bos) = (press(world, &anna.link).await, press(world, &bo.link).await);
    let (page, is_shown) = look(world, &ballot, &[&annas, &old]).await;
    assert!(is_shown && page.body.contains(&receipt.code.to_string()));
    let sealed = kept(&page).remove(0);
    assert!(sealed.starts_with("urna-receipt=") && !sealed.contains('.'), "{sealed}");
    assert!(look(world, &ballot, &[&annas, &sealed]).await.1);
    assert!(!look(world, &ballot, &[&bos, &old]).await.1);
    let turn = format!("urna-turn={}", "A".repeat(22));
    assert!(!look(world, &ballot, &[&annas, &old, &turn]).await.1, "somebody has signed out since");
}

async fn a_browser_that_keeps_no_cookie_is_told_so(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let session = press(world, &anna.link).await;
    let ballot = format!("/ballots/{}", ballot.id);
    let get = async |path: &str, from: &str, cookie: &str| {
        let request = world.api().request(Method::GET, path).header("cookie", cookie);
        Api::send(request.header("referer", format!("{}{from}", world.api().base()))).await
    };
    let told = "your browser did not keep the one cookie";
    let (link, capitals) = (format!("/l/{}", anna.link), format!("/L/{}", anna.link));
    for from in [link.as_str(), &capitals, "/eccp-2026/enter", "/eccp-2026/enter?ballot=x"] {
        for (path, status) in [(ballot.as_str(), 401), ("/eccp-2026", 200)] {
            for none in ["", "urna-language=en"] {
                let page = get(path, from, none).await.expect(status);
                assert!(page.body.contains(told), "{from} {path}: {}", page.body);
                assert!(!page.body.contains(&anna.link), "{from} {path}");
            }
            let kept = get(path, from, &session).await.expect(200);
            assert!(!kept.body.contains(told) && kept.body.contains("Anna"), "{from} {path}");
        }
    }
    for (from, cookie) in [("/eccp-2026", ""), (link.as_str(), "urna-session=ended")] {
        let page = get(&ballot, from, cookie).await.expect(401);
        assert!(!page.body.contains(told) && page.body.contains("Sign in to vote"), "{from}: {}", page.body);
    }
}

async fn who_sends_no_cookie_is_not_told_of_twelve_hours(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let (path, form) = (format!("/ballots/{}/votes", ballot.id), format!("tracker={}&choice=blank&for=x", tracker()));
    let none = submit(world, &path, "urna-language=en", &form).await.expect(401);
    assert!(none.body.contains("You are not signed in here") && none.body.contains("one cookie"), "{}", none.body);
    assert!(!none.body.contains("12 hours"), "{}", none.body);
    let session = press(world, &anna.link).await;
    world.pass_seconds(13 * 3600);
    let ended = submit(world, &path, &session, &form).await.expect(401);
    assert!(ended.body.contains("12 hours") && !ended.body.contains("one cookie"), "{}", ended.body);
}
