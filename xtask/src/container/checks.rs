//! The checks of the running services.

use std::{io::Write as _, process::Stdio, time::Duration};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::project::Project;
use crate::{
    client::{Client, text},
    wait,
};

const ORGANISER: &str = "trial@example.org";
const PASSWORD: &str = "a password for this trial alone";
const CONFERENCE: &str = "trial";
const ATTENDEE: &str = "ada@example.org";

/// Time limit for the delivery of a mail.
const DELIVERY: Duration = Duration::from_secs(30);

/// Checks the compose file's promises about Urna's container, against the engine and the kernel.
pub(crate) fn confined(project: &Project) -> Result<()> {
    let engine = project.engine;
    let urna = Project::container("urna");
    let about: Value = serde_json::from_str(&engine.ask(&["inspect", &urna])?)?;
    let status = engine.ask(&["exec", &urna, "cat", "/proc/1/status"])?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(|rest| rest.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    };
    let uid = field("Uid:");
    ensure!(uid == "10001 10001 10001 10001", "urna runs as {uid}");
    for set in ["CapEff:", "CapPrm:", "CapBnd:"] {
        ensure!(field(set).chars().all(|digit| digit == '0'), "urna has capabilities: {set} {}", field(set));
    }
    ensure!(field("NoNewPrivs:") == "1", "urna could gain privileges");
    let written = engine.podman(&["exec", &urna, "bash", "-c", ": > /usr/local/trial"]).output()?;
    ensure!(!written.status.success(), "the file system of urna can be written to");
    engine.ask(&[
        "exec",
        &urna,
        "bash",
        "-c",
        ": > /data/trial && : > /closed/trial && : > /tmp/trial && rm /*/trial",
    ])?;
    published(&about[0]["NetworkSettings"]["Ports"])?;
    let metrics = "import urllib.request as u; print(u.urlopen('http://urna:9090/metrics', timeout=5).status)";
    let inside = engine.ask(&["exec", &Project::container("mailpit"), "python3", "-c", metrics])?;
    ensure!(inside == "200", "the metrics answer {inside} inside the network");
    networks(project)?;
    eprintln!("uid 10001, no capabilities, no new privileges, read-only; 9090 is inside alone; the database is apart");
    Ok(())
}

/// Checks that the database has no way out, and that only urna can reach it.
fn networks(project: &Project) -> Result<()> {
    let engine = project.engine;
    let mailpit = Project::container("mailpit");
    let database = "import socket; socket.create_connection(('postgres', 5432), 3)";
    let reached = engine.podman(&["exec", &mailpit, "python3", "-c", database]).output()?;
    ensure!(!reached.status.success(), "the mail catcher reaches the database");
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    let address = engine.ask(&["inspect", "--format", format, &mailpit])?;
    let out = format!("exec 3<>/dev/tcp/{address}/8025");
    let reached =
        engine.podman(&["exec", &Project::container("postgres"), "timeout", "5", "bash", "-c", &out]).output()?;
    ensure!(!reached.status.success(), "the database reaches {address}, which is outside its network");
    Ok(())
}

/// Checks that only the service is published, and only on the loopback interface.
fn published(ports: &Value) -> Result<()> {
    let ports = ports.as_object().context("podman names no ports")?;
    let published: Vec<(&String, &Value)> = ports.iter().filter(|(_, hosts)| !hosts.is_null()).collect();
    let hosts: Vec<&Value> = published.iter().flat_map(|(_, hosts)| hosts.as_array().into_iter().flatten()).collect();
    let names: Vec<&str> = published.iter().map(|(name, _)| name.as_str()).collect();
    ensure!(names == ["8080/tcp"], "these ports are published: {names:?}");
    ensure!(hosts.iter().all(|host| host["HostIp"] == "127.0.0.1"), "port 8080 is open to others: {hosts:?}");
    Ok(())
}

/// Appoints an organiser in the container, signs in from outside, and creates a conference. Returns the session.
pub(crate) fn organiser(project: &Project) -> Result<String> {
    let urna = Project::container("urna");
    let arguments = ["exec", "--interactive", &urna, "urna", "organiser", "create", ORGANISER, "--password-stdin"];
    let mut child = project.engine.podman(&arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    writeln!(child.stdin.take().context("the input is a pipe")?, "{PASSWORD}")?;
    ensure!(child.wait()?.success(), "urna organiser create failed in the container");
    let client = client(project);
    let session = client.post(None, "/organiser-sessions", &json!({ "email": ORGANISER, "password": PASSWORD }))?;
    let token = text(&session, "/token")?;
    let conference = json!({
        "slug": CONFERENCE, "name": "Trial", "starts_on": "2026-01-01", "ends_on": "2099-12-31",
        "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "open",
    });
    client.post(Some(&token), "/conferences", &conference)?;
    eprintln!("An organiser is made in the container, has signed in, and has made a conference");
    Ok(token)
}

/// Checks that the mail with the link of a new registration is caught.
pub(crate) fn mail(project: &Project, token: &str) -> Result<()> {
    let client = client(project);
    let person = json!({ "email": ATTENDEE, "name": "Ada" });
    client.post_accepted(&format!("/conferences/{CONFERENCE}/registrations"), &person)?;
    let catcher = Client::new(&project.catcher());
    let mut caught = Value::Null;
    let took = wait::until("a mail is caught", DELIVERY, || {
        caught = catcher.get(None, "/api/v1/messages")?;
        Ok(caught["messages"].as_array().is_some_and(|mails| !mails.is_empty()))
    })?;
    let to = text(&caught, "/messages/0/To/0/Address")?;
    ensure!(to == ATTENDEE, "the mail is for {to}");
    eprintln!("The mail is caught after {} ms: {}", took.as_millis(), text(&caught, "/messages/0/Subject")?);
    still_there(project, token)
}

/// Checks that the session, the conference and the person are still in the database.
pub(crate) fn still_there(project: &Project, token: &str) -> Result<()> {
    let people = client(project).get(Some(token), &format!("/conferences/{CONFERENCE}/attendees"))?;
    let email = text(&people, "/items/0/email")?;
    ensure!(email == ATTENDEE, "the person on the roll is {email}");
    eprintln!("The data is there: organiser, session, conference, attendee");
    Ok(())
}

/// Checks that the engine restarts a killed process.
pub(crate) fn comes_back(project: &Project) -> Result<()> {
    let engine = project.engine;
    let urna = Project::container("urna");
    let pid = engine.ask(&["inspect", "--format", "{{.State.Pid}}", &urna])?;
    let pid = pid.parse().ok().and_then(Pid::from_raw).with_context(|| format!("{pid:?} is no process"))?;
    kill_process(pid, Signal::KILL)?;
    wait::until("urna is started again", DELIVERY, || {
        Ok(engine.ask(&["inspect", "--format", "{{.RestartCount}} {{.State.Running}}", &urna])? == "1 true")
    })?;
    eprintln!("Killed: urna is started again");
    Ok(())
}

/// Checks that urna exits with 0 on SIGTERM.
pub(crate) fn ends_well(project: &Project) -> Result<()> {
    let urna = Project::container("urna");
    project.engine.ask(&["stop", "--time", "30", &urna])?;
    let code = project.engine.ask(&["inspect", "--format", "{{.State.ExitCode}}", &urna])?;
    ensure!(code == "0", "after SIGTERM urna ended with {code}");
    eprintln!("SIGTERM: urna has ended with 0");
    Ok(())
}

fn client(project: &Project) -> Client {
    Client::new(&format!("{}/api/v1", project.address()))
}
