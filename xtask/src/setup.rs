//! The system packages that the build needs.

use std::env;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell;

/// Debian package, and what it is for.
const PACKAGES: &[(&str, &str)] = &[
    ("gcc", "compiles the C sources of Mbed TLS and SQLite"),
    ("libc6-dev", "the C library's headers, for the same"),
    ("make", "drives the build of Mbed TLS"),
    ("cmake", "configures the build of Mbed TLS"),
    ("clang", "finds the compiler's own headers for the next one"),
    (
        "libclang-dev",
        "reads the headers of Mbed TLS to bind them to Rust",
    ),
    ("pkg-config", "looks for an installed Mbed TLS"),
    ("libtss2-dev", "the way to a TPM"),
    ("swtpm", "a TPM in software, for the tests"),
    ("tpm2-tools", "the tests look into the TPM with it"),
    ("softhsm2", "a token in software, for the tests"),
    ("opensc", "the tests look into the token with it"),
    ("python3", "Mbed TLS generates some of its sources with it"),
    (
        "python3-venv",
        "an environment for the tools of the Python package",
    ),
    ("openssl", "the demo verifies a signature with it"),
];

/// A program that may be there without Debian's package for it, that package, what it is for.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("node", "nodejs", "runs the Node package"),
    ("npm", "npm", "fetches the tools of the Node package"),
    (
        "javac",
        "openjdk-17-jdk-headless",
        "compiles and runs the Kotlin package",
    ),
    ("mvn", "maven", "builds the Kotlin package"),
];

/// Installs what is missing.
pub(crate) fn run() -> Result<()> {
    let Some(mut missing) = missing()? else {
        println!("This is not Debian. The build needs what these packages of Debian hold:");
        explain(PACKAGES);
        return Ok(());
    };
    missing.extend(missing_programs());
    if missing.is_empty() {
        println!("All system packages are there.");
        return Ok(());
    }
    println!("These system packages are missing:");
    explain(&missing);
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    if !shell::is_root()? {
        bail!(
            "run this line, then the same command again:\n\n    \
             sudo apt-get update && sudo apt-get install --yes {}\n",
            names.join(" ")
        );
    }
    println!("Installing them with apt-get.");
    shell::step(Command::new("apt-get").args(["update", "--quiet"]))?;
    shell::step(
        Command::new("apt-get")
            .args(["install", "--quiet", "--yes", "--no-install-recommends"])
            .args(&names)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    Ok(())
}

fn explain(packages: &[(&str, &str)]) {
    for (name, reason) in packages {
        println!("  {name:<14} {reason}");
    }
}

fn missing_programs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let there = |program: &str| {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    PROGRAMS
        .iter()
        .filter(move |(program, ..)| !there(program))
        .map(|(_, package, reason)| (*package, *reason))
}

/// `None` where there is no dpkg to ask.
fn missing() -> Result<Option<Vec<(&'static str, &'static str)>>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${Status}\\n"])
        .args(PACKAGES.iter().map(|(name, _)| name))
        .output();
    let output = match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.context("dpkg-query cannot be run")?,
    };
    // It fails when one package is unknown to it, and still prints the others.
    Ok(Some(not_installed(&String::from_utf8_lossy(
        &output.stdout,
    ))))
}

fn not_installed(listing: &str) -> Vec<(&'static str, &'static str)> {
    let installed: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.strip_suffix(" install ok installed"))
        .collect();
    PACKAGES
        .iter()
        .copied()
        .filter(|(name, _)| !installed.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_installations_count() {
        let listing = PACKAGES
            .iter()
            .map(|(name, _)| match *name {
                "cmake" => "cmake deinstall ok config-files\n".to_owned(),
                "openssl" => String::new(),
                other => format!("{other} install ok installed\n"),
            })
            .collect::<String>();
        let names: Vec<_> = not_installed(&listing).iter().map(|p| p.0).collect();
        assert_eq!(names, ["cmake", "openssl"]);
    }
}
