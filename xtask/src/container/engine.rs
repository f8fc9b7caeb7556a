//! podman, with everything of its own in one folder.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use xtask::{cargo::succeed_quietly, environment, guardian::Guardian};

use crate::{bookworm, dist::sha256};

/// The programs, and Debian's packages of them. The network of containers has a program for it, one for names, and one
/// for the firewall.
const PROGRAMS: [(&str, &str); 5] = [
    ("podman", "podman"),
    ("runc", "runc"),
    ("iptables", "iptables"),
    ("openssl", "openssl"),
    ("python3", "python3-venv"),
];

/// Not every machine has a systemd, may raise limits, or lets cgroups be delegated.
const CONFIGURATION: &str = "\
[containers]
default_ulimits = []
[engine]
runtime = \"runc\"
cgroup_manager = \"cgroupfs\"
events_logger = \"file\"
[network]
network_backend = \"netavark\"
";

/// There is nothing signed here: every image is made on this machine.
const POLICY: &str = "{\"default\": [{\"type\": \"insecureAcceptAnything\"}]}";

/// Ends all containers, and takes their networks and volumes away. Images stay.
const CLEANUP: &str = "\
\"$1\" rm --all --force --time 5 --volumes; \"$1\" network prune --force; \"$1\" volume prune --force; rm -rf -- \"$2\" \"$3\"";

/// What runs the containers. Whatever becomes of xtask, none is left.
pub(crate) struct Engine {
    folder: PathBuf,
    program: PathBuf,
    _guardian: Guardian,
    /// Held until the guardian has done its work: fields are dropped in their order.
    _lock: fs::File,
}

impl Engine {
    /// Installs what is missing, and writes what podman is told.
    pub(crate) fn set_up(storage_driver: &str) -> Result<Self> {
        for (program, package) in PROGRAMS {
            bookworm::need(program, package)?;
        }
        for (program, package) in [("netavark", "netavark"), ("aardvark-dns", "aardvark-dns")] {
            if !Path::new("/usr/lib/podman").join(program).exists() {
                bookworm::need(program, package)?;
            }
        }
        let folder = environment::scratch("container");
        for part in ["tmp", "networks"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let lock = fs::File::create(folder.join("lock"))?;
        lock.try_lock().with_context(|| format!("another run works in {}", folder.display()))?;
        fs::write(folder.join("containers.conf"), CONFIGURATION)?;
        fs::write(folder.join("policy.json"), POLICY)?;
        let program = folder.join("podman");
        let run = run_folder(&folder);
        fs::write(&program, wrapper(&folder, &run, storage_driver))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let work = folder.join("project");
        let guardian = Guardian::start(CLEANUP, &[program.as_os_str(), work.as_os_str(), run.as_os_str()], None)?;
        Ok(Self { folder, program, _guardian: guardian, _lock: lock })
    }

    /// Where everything of this task is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder of this name, made anew.
    pub(crate) fn fresh_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{} could not be removed", folder.display()))?;
        }
        fs::create_dir(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        Ok(folder)
    }

    /// A call of podman. Programs that call podman themselves are given the same one.
    pub(crate) fn podman<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }

    /// The program that knows where everything is.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// What a call of podman prints; it must succeed.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String> {
        Ok(succeed_quietly(&mut self.podman(arguments))?.trim().to_owned())
    }

    /// Whether there is an image of this name.
    pub(crate) fn has_image(&self, name: &str) -> Result<bool> {
        Ok(self.podman(&["image", "exists", name]).status()?.success())
    }

    /// Fails if any container is left.
    pub(crate) fn is_empty(&self) -> Result<()> {
        let left = self.ask(&["ps", "--all", "--format", "{{.Names}}"])?;
        ensure!(left.is_empty(), "these containers are left: {left}");
        Ok(())
    }
}

/// Where podman keeps what does not outlive a start of the machine. It wants a path of at most 50 letters, which one below
/// the target folder may not have; so it is a short one that no other clone has.
fn run_folder(folder: &Path) -> PathBuf {
    let name = sha256(folder.as_os_str().as_encoded_bytes());
    Path::new("/run").join(format!("urna-xtask-{}", &name[..8]))
}

/// A script that calls podman with the folders of this task, whoever calls it. Images are made in Docker's format: that
/// of OCI has no health checks.
fn wrapper(folder: &Path, run: &Path, storage_driver: &str) -> String {
    let (folder, run) = (folder.display(), run.display());
    format!(
        "#!/bin/sh\n\
         export CONTAINERS_CONF='{folder}/containers.conf' TMPDIR='{folder}/tmp' BUILDAH_FORMAT=docker\n\
         exec podman --log-level fatal --storage-driver {storage_driver} --root '{folder}/storage' \
         --runroot '{run}/run' --tmpdir '{run}/engine' --network-config-dir '{folder}/networks' \"$@\"\n"
    )
}
