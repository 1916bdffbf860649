//! Python's wheel and source distribution.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Extent, the_file};
use crate::samples::{readmes, sample_of, with_a_service};
use crate::{places, python, shell};

/// A library on PyPI whose import name is that of this project.
const PARSER: &str = "parsec==3.17";

/// Builds both, installs the wheel into an empty environment, and runs the samples there.
///
/// By default the wheel contains the library of the tests' build, and the source distribution is
/// compared with the sources of that library. The extended run compiles both.
pub(crate) fn package(extent: Extent) -> Result<()> {
    let environment = environment(extent)?;
    let interpreter = environment.join("bin/python");
    for (name, readme) in readmes(&python::folder()) {
        let sample = environment.join(format!("{name}.py"));
        fs::write(&sample, sample_of(&readme, "python")?)?;
        with_a_service(
            Command::new(&interpreter)
                .arg(&sample)
                .current_dir(&environment),
        )?;
    }
    beside_the_parser(&environment)?;
    let source = the_file(&places::target().join("packages/python"), ".tar.gz")?;
    match extent {
        Extent::EachChange => check_source(&source),
        Extent::Extended => build_from_source(&source),
    }
}

/// Installs the parser library `parsec` beside our package, and imports both: no file of one may
/// replace a file of the other.
fn beside_the_parser(environment: &Path) -> Result<()> {
    let install = ["install", "--quiet", "--disable-pip-version-check", PARSER];
    shell::step(
        python::tool("python", &["-m", "pip", "--python"])
            .arg(environment.join("bin/python"))
            .args(install),
    )?;
    let both = "import parsec, parsec_client; \
                assert parsec.string('a').parse('a') == 'a'; \
                assert parsec_client.Client().endpoint is None";
    shell::step(
        Command::new(environment.join("bin/python"))
            .args(["-c", both])
            .current_dir(environment),
    )
    .map(drop)
}

/// Builds the wheel and the source distribution, and installs the wheel into an empty environment.
pub(crate) fn environment(extent: Extent) -> Result<PathBuf> {
    python::set_up()?;
    let folder = places::fresh_package("python")?;
    shell::step(
        maturin("build", &folder)
            .args(match extent {
                // It is only installed here, so compression is not worth the time.
                Extent::EachChange => ["--profile=dev", "--compression-level=1"],
                Extent::Extended => ["--release", "--locked"],
            })
            .env(
                "CARGO",
                match extent {
                    Extent::EachChange => one_build().into_os_string(),
                    Extent::Extended => cargo(),
                },
            ),
    )?;
    shell::step(&mut maturin("sdist", &folder))?;
    let wheel = the_file(&folder, ".whl")?;
    let environment = places::fresh_package("python-empty")?;
    python::make_environment(&environment, false)?;
    shell::step(
        python::tool("python", &["-m", "pip", "--python"])
            .arg(environment.join("bin/python"))
            .args(["install", "--quiet", "--no-index"])
            .arg(&wheel)
            .current_dir(&environment),
    )?;
    println!("{}", wheel.display());
    println!("{}", the_file(&folder, ".tar.gz")?.display());
    Ok(environment)
}

fn maturin(what: &str, out: &Path) -> Command {
    let mut command = python::tool("maturin", &[what, "--out"]);
    command
        .arg(out)
        .env("CARGO_TARGET_DIR", places::target())
        .env("PARSEC_CARGO", cargo());
    command
}

fn cargo() -> OsString {
    shell::cargo(&[]).get_program().to_owned()
}

/// Replacement for cargo.
fn one_build() -> PathBuf {
    places::root().join("xtask/src/package/one-build.sh")
}

/// Builds a source distribution outside this repository, as pip would.
fn build_from_source(archive: &Path) -> Result<()> {
    let folder = places::fresh_package("python-source")?;
    shell::step(
        Command::new("tar")
            .args(["--strip-components=1", "-xf"])
            .arg(archive)
            .arg("-C")
            .arg(&folder),
    )?;
    // The dependencies are already compiled; our crates are compiled again because their paths
    // differ.
    let mut build = maturin("build", &folder.join("wheels"));
    shell::step(build.current_dir(&folder))?;
    the_file(&folder.join("wheels"), ".whl").map(drop)
}

/// Checks that a source distribution contains every file of this repository that the wheel is built
/// from.
fn check_source(archive: &Path) -> Result<()> {
    let output = Command::new("tar")
        .arg("-tf")
        .arg(archive)
        .output()
        .context("tar cannot be run")?;
    let list = String::from_utf8_lossy(&output.stdout);
    let has: BTreeSet<&str> = list
        .lines()
        .filter_map(|line| Some(line.split_once('/')?.1))
        .collect();
    let depinfo = places::target().join("debug/lib_native.d");
    let text = fs::read_to_string(&depinfo)
        .with_context(|| format!("{}: build the workspace first", depinfo.display()))?;
    let mut wanted = compiled_from(&text, places::root());
    if wanted.is_empty() {
        bail!("{} lists no file of this repository", depinfo.display());
    }
    python_files(&python::folder().join("parsec_client"), &mut wanted)?;
    wanted.extend(["Cargo.toml", "Cargo.lock", "pyproject.toml", "README.md"].map(String::from));
    let missing: Vec<_> = wanted
        .iter()
        .map(String::as_str)
        .filter(|file| !has.contains(file))
        .collect();
    if !missing.is_empty() {
        bail!("{} lacks {}", archive.display(), missing.join(", "));
    }
    println!("{} files are in {}", wanted.len(), archive.display());
    Ok(())
}

/// Returns the files below `root` that cargo's dep-info names as inputs, relative to it.
fn compiled_from(depinfo: &str, root: &Path) -> BTreeSet<String> {
    let names = depinfo.replace("\\ ", "\0");
    names
        .split_whitespace()
        .map(|name| name.replace('\0', " "))
        .filter(|name| !name.ends_with(':'))
        .filter_map(|name| {
            let file = Path::new(&name).strip_prefix(root).ok()?;
            Some(file.to_string_lossy().into_owned())
        })
        // Read by clippy, which compiles for the tests.
        .filter(|file| file != "clippy.toml")
        .collect()
}

/// Returns the package's own modules and types, by their names in the source distribution.
fn python_files(folder: &Path, files: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            python_files(&path, files)?;
        } else if let Some("py" | "pyi" | "typed") = path.extension().and_then(|end| end.to_str()) {
            let file = path.strip_prefix(python::folder())?;
            files.insert(file.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_those_of_the_repository() {
        let depinfo = "/r/target/lib.so: /r/a/src/lib.rs /r/a\\ b/x.toml /home/registry/lib.rs\n";
        let files: Vec<_> = compiled_from(depinfo, Path::new("/r"))
            .into_iter()
            .collect();
        assert_eq!(files, ["a b/x.toml", "a/src/lib.rs"]);
    }
}
