//! Runs `docs/quick-start.md` as written.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// The shell blocks from the marker to the end.
fn quick_start() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/quick-start.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_before, from_marker) = page.split_once("<!-- quick start:").unwrap();
    let blocks = from_marker.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0);
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_quick_start_goes_from_nothing_to_a_published_result() {
    let script = quick_start();
    assert!(script.matches("send ").count() > 10, "the blocks were found:\n{script}");
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let binary = Path::new(env!("CARGO_BIN_EXE_urna")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::option_env!("PATH").unwrap_or("/usr/bin:/bin"));
    let output = Command::new("timeout")
        // A failing command ends the script, and the script ends the service.
        .args([
            "60",
            "bash",
            "-e",
            "-u",
            "-o",
            "pipefail",
            "-c",
            &format!("trap 'kill $(jobs -p) || true' EXIT\n{script}"),
        ])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("URNA_LISTEN", format!("127.0.0.1:{port}"))
        .env("URNA_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let talked = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n---\n{talked}");
    assert!(said.contains(r#""turnout":{"eligible":1,"voted":1,"counted":1,"blank":0}"#), "{said}\n---\n{talked}");
    assert!(said.contains(r#""outcome":{"type":"elected""#), "{said}");
    assert!(said.contains(r#""status":"counted"}"#), "{said}");
}
