//! `urna demo`: a whole vote, from an empty database to a published result, with robots as attendees. Everything except
//! the appointment of the first organiser goes over HTTP, the way every phone does.

mod chance;
mod client;
mod names;
mod people;
mod phase;
mod report;
mod robots;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use urna_app::App;
use urna_app::mail::Mailer;
use urna_web::WebConfig;

use self::client::{Client, text};
use self::people::Person;
use self::report::{Report, Row, Seconds, Turnout};
use self::robots::{Cast, Link};
use self::scene::{Account, Ballot, FINALISTS, Organiser};
use crate::command_line::{DemoArguments, DemoMethod};
use crate::exit::Stop;
use crate::instance::{self, Prepared};
use crate::output::Output;
use crate::secret;
use crate::server::{Server, address_of, listen};
use crate::settings::{DatabaseUrl, PublicUrl, Settings};
use crate::signals::Signals;

/// Tried first because it is easy to type.
const USUAL_PORT: u16 = 8080;

/// The number of personal links offered to try.
const LINKS_TO_TRY: usize = 3;

pub(crate) async fn run(settings: Settings, arguments: DemoArguments, output: &Output) -> Result<(), Stop> {
    let mut signals = Signals::listen()?;
    let stage = Stage::set(&settings, &arguments).await?;
    let shown = tokio::select! {
        shown = stage.show(&arguments) => Some(shown),
        _ = signals.wait() => None,
    };
    let outcome = match shown {
        Some(Ok(report)) => {
            let outcome = output.answer(&report, &report);
            if outcome.is_ok() && !arguments.exit {
                eprintln!("Press Ctrl-C to end.");
                signals.wait().await;
            }
            outcome
        }
        Some(Err(error)) => Err(error.into()),
        // Ctrl-C: stop early without an error.
        None => Ok(()),
    };
    stage.server.stop().await;
    outcome
}

/// The service under demonstration.
struct Stage {
    app: Arc<App>,
    server: Server,
    public: PublicUrl,
    /// The address for the robots.
    address: SocketAddr,
    /// Mail, and the database if none was given. Deleted on drop.
    _folder: TempDir,
}

impl Stage {
    async fn set(settings: &Settings, arguments: &DemoArguments) -> Result<Self, Stop> {
        let folder = tempfile::Builder::new().prefix("urna-demo-").tempdir();
        let folder = folder.map_err(|error| Stop::failed(format!("there is no temporary folder: {error}")))?;
        let listener = open_port(arguments.listen)?;
        let address = address_of(&listener)?;
        let (address, public) = reachable(address)?;
        let prepared = prepare(settings, arguments, &folder).await?;
        let app = prepared.into_app(public.text.clone(), &folder.path().join("closed-ballots")).await?;
        let mail = format!("file:{}", folder.path().join("mail").display());
        let mailer =
            Mailer::new(&mail, &settings.mail_from, None).map_err(|error| Stop::configuration(error.to_string()))?;
        let web = WebConfig { secure: public.secure, trusted_proxies: settings.trusted_proxies.clone() };
        let server = Server::start(Arc::clone(&app), listener, web, mailer);
        Ok(Self { app, server, public, address, _folder: folder })
    }

    /// Runs the whole demonstration.
    async fn show(&self, arguments: &DemoArguments) -> Result<Report> {
        let began = Instant::now();
        eprintln!("Urna is at {}, on {}. Everything from here on goes over HTTP.", self.public.text, self.app.engine());
        let client = Client::new(&format!("http://{}", self.address));
        let account = scene::appoint(&self.app).await?;
        let organiser = Organiser::begin(client, &account, &self.app).await?;

        let people = people::invent(arguments.attendees, FINALISTS.map(|(_, country, ..)| country));
        let added = robots::add_to_roll(&organiser, people.clone()).await?;
        let added_first = added.results.first().cloned();
        let links = robots::hand_out_links(&organiser, added.results).await?;
        let sessions = robots::sign_in(&organiser.client, links.results.clone()).await?;
        let held = Held::hold(&organiser, arguments.method, &people, sessions.results).await?;

        let mut report = Report {
            title: held.award.title.clone(),
            engine: self.app.engine(),
            conference: organiser.conference.clone(),
            attendees: people.len(),
            countries: people.iter().map(|person| person.country).collect::<BTreeSet<_>>().len(),
            turnout: held.turnout,
            results: held.rows,
            outcome: held.outcome,
            seconds: Seconds {
                adding: added.took.as_secs_f64(),
                links: links.took.as_secs_f64(),
                signing_in: sessions.took.as_secs_f64(),
                voting: held.voting.as_secs_f64(),
                closing: held.closing.as_secs_f64(),
                publishing: held.publishing.as_secs_f64(),
                total: began.elapsed().as_secs_f64(),
            },
            votes_per_second: report::per_second(held.votes, held.voting),
            links: Map::new(),
            hints: None,
        };
        if !arguments.exit {
            let open = organiser.write_consultation().await?;
            organiser.change_state(&open, "open").await?;
            let first = added_first.context("somebody was added")?;
            let badge_code = organiser.badge_code(&first).await?;
            self.invite(&mut report, [&held.award, &open], (&links.results, &badge_code), &account);
        }
        Ok(report)
    }

    /// Adds links to try.
    fn invite(
        &self,
        report: &mut Report,
        [award, open]: [&Ballot; 2],
        (links, badge_code): (&[Link], &str),
        account: &Account,
    ) {
        let base = &self.public.text;
        let conference = format!("{base}/{}", report.conference);
        let page = format!("{conference}/{}/results", award.slug);
        let results = format!("{base}/api/v1/ballots/{}/results", award.id);
        let personal: Vec<&str> = links.iter().take(LINKS_TO_TRY).map(|link| link.url.as_str()).collect();
        report.hints = Some(format!(
            "Now you. Open a personal link in a browser, sign in, and vote on {:?}, which is open:\n\n  \
             {}\n\n\
             Or enter the badge code of the first of them: {} at {conference}/enter\n\n\
             The conference      {conference}\n\
             The result          {page}\n\
             as JSON             {results}\n\
             The API             {base}/api/docs\n\
             Organiser           {} with the password {}\n",
            open.title,
            personal.join("\n  "),
            badge_code,
            account.email,
            account.password,
        ));
        let entries: [(&str, Value); 11] = [
            ("conference", json!(conference)),
            ("results_page", json!(page)),
            ("badge_code", json!(badge_code)),
            ("results", json!(results)),
            ("results_csv", json!(format!("{results}.csv"))),
            ("results_svg", json!(format!("{results}.svg"))),
            ("api_docs", json!(format!("{base}/api/docs"))),
            ("personal_links", json!(personal)),
            ("open_ballot", json!(format!("{base}/api/v1/ballots/{}", open.id))),
            ("organiser_email", json!(account.email)),
            ("organiser_password", json!(account.password)),
        ];
        report.links = entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    }
}

/// A ballot after its publication.
struct Held {
    award: Ballot,
    /// The number of votes cast.
    votes: usize,
    voting: Duration,
    closing: Duration,
    publishing: Duration,
    turnout: Turnout,
    rows: Vec<Row>,
    /// The outcome, if the ballot is a motion.
    outcome: Option<String>,
}

impl Held {
    /// Opens the ballot, casts all votes, closes and publishes, and checks the result.
    async fn hold(organiser: &Organiser, method: DemoMethod, people: &[Person], sessions: Vec<String>) -> Result<Self> {
        let client = &organiser.client;
        let award = organiser.write_award(method).await?;
        organiser.change_state(&award, "open").await?;
        let cast = robots::cast(client, robots::fill_in(&award, method, people, sessions)?).await?;
        if let Some(first) = cast.results.first() {
            robots::send_again(client, first).await?;
        }
        let close = Instant::now();
        organiser.change_state(&award, "closed").await?;
        let closing = close.elapsed();
        let publication = Instant::now();
        let results = organiser.publish(&award).await?;
        let publishing = publication.elapsed();

        let (turnout, rows) = report::read(&results)?;
        check(people, method, &award, (&turnout, &rows))?;
        check_receipts(client, &cast.results).await?;
        let outcome = (method == DemoMethod::Motion).then(|| text(&results, "/outcome/type")).transpose()?;
        Ok(Self { award, votes: cast.results.len(), voting: cast.took, closing, publishing, turnout, rows, outcome })
    }
}

/// Binds the requested port, the usual one, or any.
fn open_port(wanted: Option<SocketAddr>) -> Result<TcpListener, Stop> {
    if let Some(address) = wanted {
        return listen(address);
    }
    let usual = listen((Ipv4Addr::LOCALHOST, USUAL_PORT).into());
    match usual {
        Ok(listener) => Ok(listener),
        Err(_) => listen((Ipv4Addr::LOCALHOST, 0).into()),
    }
}

/// The address for the robots, and the address that people type. If the service listens on all addresses (in a
/// container), both mean this machine.
fn reachable(address: SocketAddr) -> Result<(SocketAddr, PublicUrl), Stop> {
    if address.ip().is_unspecified() {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
        return Ok((local, PublicUrl { text: format!("http://localhost:{}", address.port()), secure: false }));
    }
    let public = PublicUrl::of_listener(address).ok_or_else(|| {
        Stop::usage(format!("the demonstration speaks plain http, and not on {address}: listen on 127.0.0.1"))
    })?;
    Ok((address, public))
}

/// Prepares a temporary database with its own secret, or the given database with its secret.
async fn prepare(settings: &Settings, arguments: &DemoArguments, folder: &TempDir) -> Result<Prepared, Stop> {
    if arguments.database_url.is_some() {
        if settings.secret_file.is_none() {
            instance::make_folder(&settings.data_dir)?;
        }
        let db = instance::connect_to(&settings.database).await?;
        let secret = secret::find(settings, &db).await?;
        return Prepared::with_secret(db, &secret, &settings.database).await;
    }
    let database = DatabaseUrl::file_in(folder.path())?;
    let db = instance::connect_to(&database).await?;
    let secret = secret::find_or_make(&folder.path().join("urna.secret"), &db).await?;
    Prepared::with_secret(db, &secret, &database).await
}

/// Recounts the votes from what the robots sent.
fn check(people: &[Person], method: DemoMethod, ballot: &Ballot, (turnout, rows): (&Turnout, &[Row])) -> Result<()> {
    let answers = ["yes", "no", "abstained"].map(str::to_owned);
    let names = if method == DemoMethod::Motion { answers.as_slice() } else { &ballot.candidates };
    let mut sent: BTreeMap<&str, u64> = names.iter().map(|id| (id.as_str(), 0)).collect();
    let mut blank = 0;
    for person in people {
        let Some(places) = person.choice(method) else { continue };
        if method == DemoMethod::Motion {
            let answer = if person.answer() == "abstain" { "abstained" } else { person.answer() };
            *sent.entry(answer).or_default() += 1;
            continue;
        }
        blank += u64::from(places.is_empty());
        // The result counts the first places of rankings.
        let counted = if method.is_ranked() { 1 } else { places.len() };
        for place in places.into_iter().take(counted) {
            let id = ballot.candidates.get(place).context("there is such a finalist")?;
            *sent.entry(id).or_default() += 1;
        }
    }
    let published: BTreeMap<&str, u64> = rows.iter().map(|row| (row.candidate_id.as_str(), row.votes)).collect();
    ensure!(sent == published && blank == turnout.blank, "the published result is not what the robots sent");
    Ok(())
}

/// Looks up a few receipts.
async fn check_receipts(client: &Client, cast: &[Cast]) -> Result<()> {
    for cast in cast.iter().step_by(cast.len().div_ceil(10).max(1)) {
        let receipt = client.get(&format!("/receipts/{}", cast.code)).await?;
        ensure!(receipt["status"] == "counted", "a recorded vote was not counted");
    }
    Ok(())
}
