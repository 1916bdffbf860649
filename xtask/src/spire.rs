//! SPIRE, which vouches for workloads: built from its Go sources, for one test of the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{places, shell};

const VERSION: &str = "1.13.3";
const PROGRAMS: [&str; 2] = ["spire-server", "spire-agent"];
/// Its go.mod wants no older one.
const GO: (u32, u32) = (1, 24);

/// Why there can be none, if so.
fn why_not() -> Option<String> {
    let output = Command::new("go").arg("version").output();
    let said = match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => return Some("no `go` is on PATH to build SPIRE with".into()),
    };
    let version = version(&said);
    (version < Some(GO)).then(|| {
        format!(
            "SPIRE wants Go {}.{} or newer; this is {}",
            GO.0,
            GO.1,
            said.trim()
        )
    })
}

/// `go version go1.26.8 linux/amd64`
fn version(said: &str) -> Option<(u32, u32)> {
    let number = said
        .split_whitespace()
        .find_map(|word| word.strip_prefix("go1."))?;
    let minor = number.split('.').next()?.parse().ok()?;
    Some((1, minor))
}

/// Builds it where it is missing. `None` where that cannot be, which is said loudly.
fn set_up() -> Result<Option<PathBuf>> {
    let folder = places::cache()
        .context("HOME is not set")?
        .join(format!("spire-{VERSION}"));
    if PROGRAMS
        .iter()
        .all(|program| folder.join(program).is_file())
    {
        return Ok(Some(folder));
    }
    let missing = match why_not() {
        Some(reason) => reason,
        None => match build(&folder) {
            Ok(()) => return Ok(Some(folder)),
            // Its sources come from elsewhere.
            Err(error) => format!("it cannot be built here: {error:#}"),
        },
    };
    println!("\n*** SKIPPED: the test with a real SPIRE. {missing}.\n");
    Ok(None)
}

fn build(folder: &Path) -> Result<()> {
    println!(
        "Building SPIRE {VERSION} from its Go sources into {}, once: its server and its agent, for one test.",
        folder.display()
    );
    let work = places::target().join("spire");
    fs::create_dir_all(&work)?;
    fs::create_dir_all(folder)?;
    if !work.join("go.mod").exists() {
        shell::step(go(&work).args(["mod", "init", "parsec-tests-spire"]))?;
    }
    let packages = PROGRAMS.map(|name| format!("github.com/spiffe/spire/cmd/{name}"));
    let tools = packages.clone().map(|name| format!("{name}@v{VERSION}"));
    shell::step(go(&work).args(["get", "-tool"]).args(tools))?;
    shell::step(
        go(&work)
            .args(["build", "-ldflags", "-s -w", "-o"])
            .arg(folder)
            .args(packages),
    )
    .map(drop)
}

fn go(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder);
    command
}

/// The test that wants it.
pub(crate) fn test() -> Result<()> {
    let Some(folder) = set_up()? else {
        return Ok(());
    };
    let mut command = Command::new(built()?);
    command
        .arg("--ignored")
        .current_dir(places::root().join("service"))
        .env("PARSEC_SPIRE", folder);
    shell::step(&mut command).map(drop)
}

/// The program that holds it. Cargo is not asked for it by its name: for one test it would choose
/// other features of what all are built on, and build that once more.
fn built() -> Result<PathBuf> {
    let output = shell::cargo(&["test", "--no-run", "--workspace", "--all-features"])
        .output()
        .context("cargo cannot be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let path = executable(&said).context("cargo names no test called spire")?;
    Ok(places::root().join(path))
}

/// `  Executable tests/spire/main.rs (target/debug/deps/spire-0123456789abcdef)`
fn executable(said: &str) -> Option<&str> {
    let line = said
        .lines()
        .find(|line| line.contains("tests/spire/main.rs ("))?;
    line.split_once('(')?.1.trim_end().strip_suffix(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_is_found_in_what_cargo_says() {
        let said = "    Finished `test`\n  Executable unittests src/lib.rs (target/debug/deps/a-1)\n  \
                    Executable tests/spire/main.rs (target/debug/deps/spire-2)\n";
        assert_eq!(executable(said), Some("target/debug/deps/spire-2"));
        assert_eq!(executable("Finished"), None);
    }

    #[test]
    fn the_version_of_go_is_read() {
        assert_eq!(version("go version go1.26.8 linux/amd64"), Some((1, 26)));
        assert!(version("go version go1.19 linux/amd64") < Some(GO));
        assert_eq!(version("nonsense"), None);
    }
}
