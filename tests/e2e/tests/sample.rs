#![forbid(unsafe_code)]
//! What the README and the book show does what they say.

use std::fs;
use std::path::Path;
use std::process::Command;

use parsec_harness::{Service, cli, service_binary};

#[test]
fn the_sample_runs_and_prints_a_public_key_the_same_each_time() {
    let service = Service::start();
    let run = || {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--example", "sample"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            .output()
            .expect("cargo runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).expect("text")
    };
    let first = run();
    assert!(first.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{first}");
    // The second time it finds the key that the first has made.
    assert_eq!(run(), first);
}

/// The lines of a page that a reader would type into a shell.
fn shell_lines(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(page);
    let text = fs::read_to_string(path).expect("the page is there");
    text.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with("parsec "))
        .fold(String::new(), |script, line| script + line + "\n")
}

#[test]
fn the_shell_lines_run_as_they_are_shown() {
    for page in ["README.md", "book/src/getting-started.md"] {
        let service = Service::start();
        let script = shell_lines(page);
        assert!(script.contains("parsec verify "), "{page}: {script}");
        fs::write(service.scratch().join("letter.txt"), "Dear reader").expect("a letter");
        let programs = cli().parent().expect("a program is in a folder");
        let output = Command::new("sh")
            .args(["-e", "-x", "-c", &script])
            .current_dir(service.scratch())
            .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .output()
            .expect("a shell");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{page}: {errors}");
    }
}

#[test]
fn the_config_that_the_book_shows_is_good() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src/operating.md");
    let text = fs::read_to_string(page).expect("the page is there");
    let config = text.split("```toml\n").nth(1).expect("a config");
    let config = config.split("```").next().expect("its end");
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("config.toml");
    // The tests may run as root, which a config has to allow.
    let config = config.replace("[core_settings]", "[core_settings]\nallow_root = true");
    fs::write(&path, config).expect("a file");
    let output = Command::new(service_binary())
        .arg("--check")
        .arg("--config")
        .arg(&path)
        .output()
        .expect("the service runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}
