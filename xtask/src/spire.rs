//! SPIRE, which identifies workloads: built from its Go sources, for one test of the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{places, shell};

const VERSION: &str = "1.13.3";
const PROGRAMS: [&str; 2] = ["spire-server", "spire-agent"];
/// The oldest Go version that its go.mod accepts.
const GO: (u32, u32) = (1, 24);

/// Returns why Go cannot build it here, if so.
fn why_not() -> Option<String> {
    let output = Command::new("go").arg("version").output();
    let text = match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => return Some("no `go` is on PATH to build SPIRE with".into()),
    };
    let version = version(&text);
    (version < Some(GO)).then(|| {
        format!(
            "SPIRE needs Go {}.{} or newer; this is {}",
            GO.0,
            GO.1,
            text.trim()
        )
    })
}

/// `go version go1.26.8 linux/amd64`
fn version(text: &str) -> Option<(u32, u32)> {
    let number = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("go1."))?;
    let minor = number.split('.').next()?.parse().ok()?;
    Some((1, minor))
}

/// Returns the folder with the built programs, shared by all clones, by version.
fn folder() -> Option<PathBuf> {
    Some(places::cache()?.join(format!("spire-{VERSION}")))
}

/// Returns the folder with the built programs, if this user has them.
pub(crate) fn built() -> Option<PathBuf> {
    let folder = folder()?;
    let all = PROGRAMS
        .iter()
        .all(|program| folder.join(program).is_file());
    all.then_some(folder)
}

/// Builds SPIRE if it is missing. If it cannot be built, the test is skipped with this reason.
pub(crate) fn set_up() -> Result<()> {
    if built().is_some() {
        return Ok(());
    }
    match why_not() {
        Some(reason) => bail!("{reason}"),
        None => build(&folder().context("HOME is not set")?),
    }
}

/// Returns why it cannot be built here, if so.
pub(crate) fn missing() -> Option<String> {
    if built().is_some() {
        return None;
    }
    why_not()
}

fn build(folder: &Path) -> Result<()> {
    println!(
        "Building SPIRE {VERSION} from its Go sources into {}, once: its server and its agent, for one test.",
        folder.display()
    );
    let work = places::target().join("spire");
    // Programs of an interrupted build must not look like complete ones.
    let fresh = folder.with_extension(format!("new-{}", std::process::id()));
    for folder in [&work, &fresh] {
        fs::create_dir_all(folder)?;
    }
    // An interrupted run may have left one.
    let _ = fs::remove_file(work.join("go.mod"));
    shell::step(go(&work).args(["mod", "init", "parsec-tests-spire"]))?;
    let packages = PROGRAMS.map(|name| format!("github.com/spiffe/spire/cmd/{name}"));
    let tools = packages.clone().map(|name| format!("{name}@v{VERSION}"));
    shell::step(go(&work).args(["get", "-tool"]).args(tools))?;
    shell::step(
        go(&work)
            .args(["build", "-ldflags", "-s -w", "-o"])
            .arg(&fresh)
            .args(packages),
    )?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::rename(&fresh, folder)?;
    Ok(())
}

fn go(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_go_is_read() {
        assert_eq!(version("go version go1.26.8 linux/amd64"), Some((1, 26)));
        assert!(version("go version go1.19 linux/amd64") < Some(GO));
        assert_eq!(version("nonsense"), None);
    }
}
