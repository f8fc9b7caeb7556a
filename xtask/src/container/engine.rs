//! podman, with all its data in one folder.

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

/// The programs and their Debian packages. Container networking needs a program for the network, one for names, and one
/// for the firewall.
const PROGRAMS: [(&str, &str); 5] = [
    ("podman", "podman"),
    ("runc", "runc"),
    ("iptables", "iptables"),
    ("openssl", "openssl"),
    ("python3", "python3-venv"),
];

/// Not every machine has systemd, may raise limits, or delegates cgroups.
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

/// Nothing is signed here: every image is built on this machine.
const POLICY: &str = "{\"default\": [{\"type\": \"insecureAcceptAnything\"}]}";

/// Removes all containers with their networks and volumes. Images stay.
const CLEANUP: &str = "\
\"$1\" rm --all --force --time 5 --volumes; \"$1\" network prune --force; \"$1\" volume prune --force; rm -rf -- \"$2\" \"$3\"";

/// Runs the containers. None is left, however xtask ends.
pub(crate) struct Engine {
    folder: PathBuf,
    program: PathBuf,
    _guardian: Guardian,
    /// Held until the guardian has finished: fields are dropped in order.
    _lock: fs::File,
}

impl Engine {
    /// Installs missing programs, and writes podman's configuration.
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

    /// The folder of this task.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// An empty folder of this name.
    pub(crate) fn fresh_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{} could not be removed", folder.display()))?;
        }
        fs::create_dir(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        Ok(folder)
    }

    /// A call of podman. Programs that call podman themselves get the same one.
    pub(crate) fn podman<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }

    /// The script that calls podman with this task's folders.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The output of a call of podman, which must succeed.
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

/// podman's folder for runtime data. Its path may have at most 50 characters, which the target folder may exceed; so it
/// is a short path that is unique to this clone.
fn run_folder(folder: &Path) -> PathBuf {
    let name = sha256(folder.as_os_str().as_encoded_bytes());
    Path::new("/run").join(format!("urna-xtask-{}", &name[..8]))
}

/// A script that calls podman with the folders of this task. It builds images in Docker's format, because OCI's has no
/// health checks.
fn wrapper(folder: &Path, run: &Path, storage_driver: &str) -> String {
    let (folder, run) = (folder.display(), run.display());
    format!(
        "#!/bin/sh\n\
         export CONTAINERS_CONF='{folder}/containers.conf' TMPDIR='{folder}/tmp' BUILDAH_FORMAT=docker\n\
         exec podman --log-level fatal --storage-driver {storage_driver} --root '{folder}/storage' \
         --runroot '{run}/run' --tmpdir '{run}/engine' --network-config-dir '{folder}/networks' \"$@\"\n"
    )
}
