//! `cargo xtask fuzz-api`: sends generated requests to every operation of the API, as each role.
//!
//! Each role gets its own server with fresh data, because an owner's requests delete and close things. Failures are
//! server errors, and responses that the `OpenAPI` document does not declare.

mod config;
mod scene;
mod server;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use xtask::environment;

use self::{config::Part, scene::Scene, server::Server};
use crate::{client::Client, venv};

/// The fuzzer.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The file in the server's folder for the hooks of schemathesis.
const SCENE: &str = "scene.json";

/// The checks that every response must pass.
///
/// The other checks contradict this API's design: `positive_data_acceptance` (a well-formed vote in a closed ballot is
/// refused), `negative_data_rejection` and `missing_required_header` (an anonymous request is refused before its body
/// is read, with another status), `ignored_auth` and `object_level_authorization` (covered by the role matrix of the
/// tests, which knows the roles), `use_after_free` and `ensure_resource_availability` (a draft exists for some and not
/// for others), `unsupported_method` and `allow_header_conformance` (a path that is also a page allows more methods
/// than the API's document).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance";

/// The options.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seed: the same one sends the same requests, except for ids that the server generates
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Generated requests per operation and role, in addition to the systematic ones
    #[arg(long, default_value_t = 60)]
    max_examples: u32,
    /// Only this role; repeat it for more roles
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<Role>,
    /// Only operations whose path matches this regular expression
    #[arg(long, value_name = "REGEX")]
    path: Option<String>,
    /// Fuzz this binary instead of building a development binary
    #[arg(long, value_name = "FILE")]
    urna: Option<PathBuf>,
}

/// The sender of the requests.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Role {
    Anonymous,
    Attendee,
    Observer,
    Desk,
    Organiser,
    Owner,
}

impl Role {
    /// The roles with a password, the most powerful first: the first organiser must be an owner.
    const ORGANISERS: [Self; 4] = [Self::Owner, Self::Organiser, Self::Desk, Self::Observer];

    /// The path at which a session of this role is read and ended.
    fn session_path(self) -> Option<&'static str> {
        match self {
            Self::Anonymous => None,
            Self::Attendee => Some("/sessions/current"),
            Self::Observer | Self::Desk | Self::Organiser | Self::Owner => Some("/organiser-sessions/current"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Anonymous => "anonymous",
            Self::Attendee => "attendee",
            Self::Observer => "observer",
            Self::Desk => "desk",
            Self::Organiser => "organiser",
            Self::Owner => "owner",
        })
    }
}

/// Fuzzes as each of the roles, and fails if any of them found something.
pub(crate) fn run(options: &Options) -> Result<()> {
    let fuzzer = venv::tool(SCHEMATHESIS, "schemathesis")?;
    let urna = match &options.urna {
        Some(urna) => std::path::absolute(urna).context("the path of the binary")?,
        None => server::build()?,
    };
    let roles = if options.roles.is_empty() { Role::value_variants() } else { options.roles.as_slice() };

    let mut findings = Vec::new();
    for &role in roles {
        eprintln!("\n=== Fuzzing as {role}");
        findings.extend(fuzz(options, role, &fuzzer, &urna).with_context(|| format!("fuzzing as {role}"))?);
    }
    if !findings.is_empty() {
        bail!("the fuzzer has found something:\n  {}", findings.join("\n  "));
    }
    eprintln!("\nNo server error and no undeclared answer ({} roles, seed {}).", roles.len(), options.seed);
    Ok(())
}

/// Fuzzes as one role on its own server. Returns the findings.
fn fuzz(options: &Options, role: Role, fuzzer: &Path, urna: &Path) -> Result<Vec<String>> {
    let mut server = Server::start(urna)?;
    let client = Client::new(&server.api());
    let scene = Scene::set(&client, role, server.password()).context("the data could not be prepared")?;
    let document = client.get(None, "/openapi.json")?;

    fs::write(server.folder().join(SCENE), config::for_hooks(&scene).to_string()).context("the data for the hooks")?;

    let mut findings = Vec::new();
    for part in [Part::Everything, Part::SignOut] {
        let config = server.folder().join(part.file_name());
        let signs_out = config::signs_out(&document, options.path.is_some());
        if part == Part::SignOut && (role == Role::Anonymous || signs_out.is_empty()) {
            continue;
        }
        fs::write(&config, config::write(&document, &scene, part)).context("the fuzzer's configuration")?;
        let token = match part {
            Part::Everything => &scene.token,
            Part::SignOut => &scene.spare_token,
        };
        let mut command = schemathesis(options, fuzzer, &config, &server);
        command.env("URNA_FUZZ_TOKEN", token.as_deref().unwrap_or_default());
        match (part, &options.path) {
            (Part::Everything, None) => &mut command,
            (Part::Everything, Some(path)) => command.args(["--include-path-regex", path]),
            (Part::SignOut, _) => command.args(signs_out.iter().flat_map(|name| ["--include-name", name])),
        };
        if !command.status().context("schemathesis could not be started")?.success() {
            findings.push(format!("{role}: see the failures of schemathesis above"));
        }
        if part == Part::Everything {
            findings.extend(lost_session(&client, role, &scene)?);
        }
    }
    findings.extend(server.complaints()?.into_iter().map(|complaint| format!("{role}: {complaint}")));
    Ok(findings)
}

fn schemathesis(options: &Options, fuzzer: &Path, config: &Path, server: &Server) -> Command {
    let hooks: PathBuf = environment::root().join("xtask").join("schemathesis").join("hooks.py");
    let mut command = Command::new(fuzzer);
    // Its output is only progress, not data for another program.
    command
        .stdout(std::io::stderr())
        .current_dir(server.folder())
        .env("SCHEMATHESIS_HOOKS", hooks)
        .env("URNA_FUZZ_SCENE", server.folder().join(SCENE));
    command.arg("--config-file").arg(config).arg("run").arg(format!("{}/openapi.json", server.api()));
    command.args(["--checks", CHECKS, "--seed", &options.seed.to_string()]);
    command.args(["--max-examples", &options.max_examples.to_string()]);
    command.args(["--workers", "1", "--continue-on-failure", "--no-color"]);
    // A repeated run depends on nothing but the seed.
    command.args(["--generation-database", "none"]);
    command
}

/// Detects a session that ended midway: the remaining requests were anonymous, which must not count as a result.
fn lost_session(client: &Client, role: Role, scene: &Scene) -> Result<Option<String>> {
    let (Some(path), Some(token)) = (role.session_path(), scene.token.as_deref()) else {
        return Ok(None);
    };
    let status = client.status(Some(token), path)?;
    Ok((status != 200).then(|| format!("{role}: the session did not outlive the requests ({path} answers {status})")))
}
