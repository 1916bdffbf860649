//! The service with one provider alone, each in turn, and with the provider that the contributors'
//! guide adds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::package::Extent;
use crate::{places, shell};

const DIFF: &str = "book/diffs/provider.diff";
const PROVIDERS: [&str; 4] = ["pkcs11", "software", "tpm", "hwrng"];

/// Why it does not run, if it does not.
pub(crate) fn missing(extent: Extent) -> Option<String> {
    match extent {
        Extent::EachChange => {
            Some("compiles the service four times; run it with --extended".to_owned())
        }
        Extent::Extended => None,
    }
}

/// Applies the guide's difference to a copy of this repository and builds the service there with each
/// provider alone. A service without a provider must name the feature that is missing.
pub(crate) fn build() -> Result<()> {
    let folder = places::target().join("one-provider");
    let source = copy(&folder)?;
    let diff = places::root().join(DIFF);
    shell::step(
        Command::new("git")
            .arg("apply")
            .arg(diff)
            .current_dir(&source),
    )?;
    let codegen = places::target().join("debug/parsec-codegen");
    shell::step(Command::new(codegen).arg("--root").arg(&source))?;
    for provider in PROVIDERS {
        let mut cargo = shell::cargo(&[
            "build",
            "--quiet",
            "--package=parsec-service",
            "--no-default-features",
            "--features",
            provider,
        ]);
        // With the compiler that the other tests have used, for nobody lints this copy.
        cargo.env_remove("RUSTC_WORKSPACE_WRAPPER");
        cargo.arg("--target-dir").arg(folder.join("target"));
        shell::step(cargo.current_dir(&source))?;
    }
    let service = folder.join("target/debug/parsec-service");
    // The last one that was built.
    let generator = check(&folder, &service, "\"HwRng\"\npath = \"/dev/urandom\"")?;
    expect(&generator, "hwrng-provider: Random bytes from /dev/urandom")?;
    let tpm = check(&folder, &service, "\"Tpm\"\ntcti = \"device:/dev/tpmrm0\"")?;
    expect(&tpm, "with the Cargo feature `tpm`")
}

/// A copy of the files that git knows, without a repository around it: `git apply` would look for paths
/// in that one.
fn copy(folder: &Path) -> Result<PathBuf> {
    let source = folder.join("source");
    if source.exists() {
        fs::remove_dir_all(&source)?;
    }
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(places::root())
        .output()?;
    let listed = String::from_utf8(listed.stdout)?;
    for name in listed.split_terminator('\0') {
        let (from, to) = (places::root().join(name), source.join(name));
        fs::create_dir_all(to.parent().context("a folder")?)?;
        // A deleted file that is not yet committed as such.
        if from.exists() {
            fs::copy(&from, &to).with_context(|| format!("copying {name}"))?;
        }
    }
    shell::run(
        Command::new("git")
            .args(["init", "--quiet"])
            .current_dir(&source),
    )?;
    Ok(source)
}

/// Returns the output of `--check` for a configuration with this provider.
fn check(folder: &Path, service: &Path, provider: &str) -> Result<String> {
    let config = folder.join("config.toml");
    let text = format!(
        "[core_settings]\nallow_root = true\n\
         [listener]\nlistener_type = \"DomainSocket\"\nsocket_path = \"parsec.sock\"\n\
         [authenticator]\nauth_type = \"UnixPeerCredentials\"\n\
         [key_store]\npath = \"keys.sqlite3\"\n\
         [[provider]]\nprovider_type = {provider}\n"
    );
    fs::write(&config, text)?;
    let mut command = Command::new(service);
    let output = command
        .arg("--check")
        .arg("--config")
        .arg(&config)
        .output()?;
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn expect(printed: &str, expected: &str) -> Result<()> {
    if !printed.contains(expected) {
        bail!("`parsec-service --check` does not print {expected:?}, but:\n{printed}");
    }
    println!("{printed}");
    Ok(())
}
