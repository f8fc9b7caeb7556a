//! The images: stand-ins for third-party ones, and Urna's own from the Dockerfile.

use std::{fs, path::Path, process::Command, time::Instant};

use anyhow::{Context as _, Result, ensure};
use xtask::{
    cargo::{succeed, succeed_quietly},
    environment,
};

use super::engine::Engine;
use crate::bookworm;

/// The name of the bare system in the Dockerfile and in the Containerfiles.
const DEBIAN: &str = "docker.io/library/debian:bookworm-slim";

/// The image with the compiler, in the version that Cargo.toml requires.
const RUST: &str = "docker.io/library/rust:1.95-bookworm";

/// The images that docker-compose.yml names, and the folders below `xtask/containers` that they are built from.
const SERVICES: [(&str, &str); 2] =
    [("docker.io/library/postgres:15-bookworm", "postgres"), ("docker.io/axllent/mailpit:v1.27", "mailpit")];

/// The name in docker-compose.yml.
const URNA: &str = "urna";

/// The CA certificates that the machine trusts, on Debian.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Builds the third-party images, including the compiler's if needed.
pub(crate) fn make_bases(engine: &Engine, with_compiler: bool) -> Result<()> {
    make_debian(engine)?;
    for (image, folder) in SERVICES {
        make(engine, image, folder)?;
    }
    if with_compiler && !engine.has_image(RUST)? {
        eprintln!("=== {RUST}: from Debian's packages and the toolchain of this machine");
        compiler(engine)?;
    }
    Ok(())
}

/// Builds the bare system below the other images, unless it exists.
pub(crate) fn make_debian(engine: &Engine) -> Result<()> {
    if engine.has_image(DEBIAN)? {
        return Ok(());
    }
    eprintln!("=== {DEBIAN}: from debootstrap");
    let policy = engine.folder().join("policy.json");
    let mut import = engine.podman(&["import", "--quiet", "--change", "CMD [\"bash\"]", "--signature-policy"]);
    succeed_quietly(import.arg(policy).arg(bookworm::archive()?).arg(DEBIAN))?;
    Ok(())
}

/// Builds an image from a folder below `xtask/containers`. Unchanged layers are reused.
pub(crate) fn make(engine: &Engine, image: &str, folder: &str) -> Result<()> {
    eprintln!("=== {image}: from Debian's packages");
    build_in(engine, image, &containers().join(folder), None)
}

fn compiler(engine: &Engine) -> Result<()> {
    let rustc = |arguments: &[&str]| succeed_quietly(Command::new("rustc").current_dir("/").args(arguments));
    let version = rustc(&["--version"])?;
    let wanted = RUST.split_once(':').and_then(|(_, tag)| tag.split_once('-')).context("the tag has a version")?.0;
    ensure!(version.contains(&format!(" {wanted}.")), "{RUST} is wanted, and this machine has {version}");
    let context = engine.fresh_folder("compiler")?;
    let toolchain = context.join("toolchain");
    fs::create_dir(&toolchain)?;
    let from = rustc(&["--print", "sysroot"])?;
    for part in ["bin", "lib"] {
        succeed(Command::new("cp").arg("--archive").arg(Path::new(from.trim()).join(part)).arg(&toolchain))?;
    }
    fs::copy(AUTHORITIES, context.join("ca-certificates.crt")).with_context(|| format!("{AUTHORITIES} is needed"))?;
    let made = build_in(engine, RUST, &context, Some(&containers().join("rust/Containerfile")));
    fs::remove_dir_all(context)?;
    made
}

/// Builds Urna's image from the Dockerfile, or around an existing binary.
pub(crate) fn build(engine: &Engine, binary: Option<&Path>) -> Result<()> {
    let begin = Instant::now();
    if let Some(binary) = binary {
        eprintln!("=== {URNA}: the second stage of the Dockerfile, around {}", binary.display());
        let context = engine.fresh_folder("stage")?;
        let place = context.join("out/usr/local/bin");
        fs::create_dir_all(&place)?;
        fs::create_dir(context.join("empty"))?;
        fs::copy(binary, place.join("urna")).with_context(|| format!("{} cannot be had", binary.display()))?;
        let text = fs::read_to_string(environment::root().join("Dockerfile"))?;
        fs::write(context.join("Containerfile"), around_binary(&text)?)?;
        build_in(engine, URNA, &context, None)?;
        fs::remove_dir_all(context)?;
    } else {
        eprintln!("=== {URNA}: the whole Dockerfile");
        // The unmodified build needs crates.io, and so the network of the machine.
        let mut command = engine.podman(&["build", "--pull=never", "--network", "host", "--tag", URNA]);
        succeed(command.arg(environment::root()).stdout(std::io::stderr()))?;
    }
    let size = |image: &str| -> Result<u64> {
        let printed = engine.ask(&["image", "inspect", "--format", "{{.Size}}", image])?;
        Ok(printed.parse::<u64>().context("the size is a number")? / 1_000_000)
    };
    let (all, base) = (size(URNA)?, size(DEBIAN)?);
    eprintln!("{URNA} is built in {} s: {all} MB, {base} MB of which are Debian", begin.elapsed().as_secs());
    Ok(())
}

fn build_in(engine: &Engine, image: &str, context: &Path, file: Option<&Path>) -> Result<()> {
    let mut command = engine.podman(&["build", "--pull=never", "--layers", "--network", "host", "--tag", image]);
    if let Some(file) = file {
        command.arg("--file").arg(file);
    }
    succeed_quietly(command.arg(context)).with_context(|| format!("the image {image}"))?;
    Ok(())
}

fn containers() -> std::path::PathBuf {
    environment::root().join("xtask/containers")
}

/// The Dockerfile with another first stage, which takes the binary from the context instead of compiling it.
fn around_binary(dockerfile: &str) -> Result<String> {
    let first = dockerfile.find("\nFROM ").context("the Dockerfile has a first stage")? + 1;
    let rest = &dockerfile[first + 1..];
    let second = first + 2 + rest.find("\nFROM ").context("the Dockerfile has a second stage")?;
    let stage = "FROM scratch AS build\nCOPY out /out\nCOPY empty /out-data\nCOPY empty /out-closed\n";
    Ok(format!("{}{stage}{}", &dockerfile[..first], &dockerfile[second..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_stage_is_another() {
        let dockerfile = "# syntax\n\nFROM rust AS build\nRUN cargo build\n\nFROM debian\nCOPY --from=build /out/ /\n";
        let wanted = "# syntax\n\nFROM scratch AS build\nCOPY out /out\nCOPY empty /out-data\nCOPY empty /out-closed\n\
                      FROM debian\nCOPY --from=build /out/ /\n";
        assert_eq!(around_binary(dockerfile).unwrap(), wanted);
        assert!(around_binary("\nFROM debian\n").is_err());
    }

    #[test]
    fn the_real_files_name_the_images_that_are_made() {
        let read = |file| fs::read_to_string(environment::root().join(file)).unwrap();
        let short = |image: &'static str| image.trim_start_matches("docker.io/").trim_start_matches("library/");
        let dockerfile = read("Dockerfile");
        assert!(around_binary(&dockerfile).unwrap().contains(&format!("FROM {}\n", short(DEBIAN))));
        assert!(dockerfile.contains(&format!("FROM {} AS build\n", short(RUST))));
        let compose = read("docker-compose.yml");
        for (image, _) in SERVICES {
            assert!(compose.contains(&format!("image: {}\n", short(image))), "{image}");
        }
    }
}
