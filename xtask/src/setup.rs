//! The system packages that the build needs.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::package::Language;
use crate::shell;

/// Extent of the set-up; each level includes the previous ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Wanted {
    /// The service and its Rust clients, and the demo with software keys
    Service,
    /// The demo with keys in a device
    Devices,
    /// All tests, in all languages
    Everything,
}

use Wanted::{Devices, Everything, Service};

/// Python's tool for environments, which its package needs.
const VENV: &str = "python3-venv";

/// Debian package, the level that needs it, and its purpose.
const PACKAGES: &[(&str, Wanted, &str)] = &[
    (
        "gcc",
        Service,
        "compiles the C sources of Mbed TLS and SQLite",
    ),
    (
        "libc6-dev",
        Service,
        "the C library's headers, for the same",
    ),
    ("make", Service, "drives the build of Mbed TLS"),
    ("cmake", Service, "configures the build of Mbed TLS"),
    (
        "clang",
        Service,
        "finds the compiler's own headers for the next one",
    ),
    (
        "libclang-dev",
        Service,
        "reads the headers of Mbed TLS to bind them to Rust",
    ),
    (
        "pkg-config",
        Service,
        "finds an installed Mbed TLS, and the next one",
    ),
    ("libtss2-dev", Service, "access to a TPM"),
    (
        "python3",
        Service,
        "Mbed TLS generates some of its sources with it",
    ),
    ("openssl", Service, "the demo verifies a signature with it"),
    ("swtpm", Devices, "a TPM in software"),
    ("softhsm2", Devices, "a token in software"),
    ("opensc", Devices, "inspects the token"),
    (
        "tpm2-tools",
        Everything,
        "the tests inspect the TPM with it",
    ),
    (
        "strace",
        Everything,
        "the tests kill the service at its system calls with it",
    ),
    (
        VENV,
        Everything,
        "an environment for the tools of the Python package",
    ),
];

/// A program that may be installed without its Debian package, that package, and its purpose. All
/// are for tests.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("node", "nodejs", "runs the Node package"),
    ("npm", "npm", "fetches the tools of the Node package"),
    (
        "javac",
        "openjdk-17-jdk-headless",
        "compiles and runs the Kotlin package",
    ),
    ("mvn", "maven", "builds the Kotlin package"),
    (
        "go",
        "golang-go",
        "compiles a client of the published protocol",
    ),
];

/// Debian packages, and their purposes.
type Packages = Vec<(&'static str, &'static str)>;

/// Installs missing packages.
pub(crate) fn run(wanted: Wanted) -> Result<()> {
    let programs = match wanted {
        Everything => missing_programs(|_| true),
        Service | Devices => Packages::new(),
    };
    install(packages(wanted), programs)
}

/// Installs the missing packages that the package of a language needs, and no other language's.
pub(crate) fn for_package(language: Language) -> Result<()> {
    let (wanted, needed) = of_package(language);
    install(
        wanted,
        missing_programs(|program| needed.contains(&program)),
    )
}

/// Returns the Debian packages and the programs that the package of a language needs.
fn of_package(language: Language) -> (Packages, &'static [&'static str]) {
    let mut wanted = packages(Service);
    if language == Language::Python {
        wanted.extend(
            packages(Everything)
                .into_iter()
                .filter(|(name, _)| *name == VENV),
        );
    }
    let programs: &[_] = match language {
        Language::Python | Language::Swift => &[],
        Language::Node => &["node", "npm"],
        Language::Kotlin => &["javac", "mvn"],
    };
    (wanted, programs)
}

fn install(wanted: Packages, programs: Packages) -> Result<()> {
    let Some(mut missing) = missing(&wanted)? else {
        println!("This is not Debian. The build needs the contents of these Debian packages:");
        explain(&wanted);
        return Ok(());
    };
    missing.extend(programs);
    if missing.is_empty() {
        println!("All system packages are installed.");
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

/// Returns the Debian packages of a level, and their purposes.
fn packages(wanted: Wanted) -> Packages {
    let those = PACKAGES.iter().filter(|(_, of, _)| *of <= wanted);
    those.map(|(name, _, reason)| (*name, *reason)).collect()
}

fn explain(packages: &[(&str, &str)]) {
    for (name, reason) in packages {
        println!("  {name:<14} {reason}");
    }
}

/// Returns the packages of the selected programs that are not on the PATH.
fn missing_programs(selected: impl Fn(&'static str) -> bool) -> Packages {
    PROGRAMS
        .iter()
        .filter(|(program, ..)| selected(program) && shell::find_program(program).is_none())
        .map(|(_, package, reason)| (*package, *reason))
        .collect()
}

/// Returns the packages that are not installed; `None` if there is no dpkg.
fn missing(wanted: &Packages) -> Result<Option<Packages>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${Status}\\n"])
        .args(wanted.iter().map(|(name, _)| name))
        .output();
    let output = match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.context("dpkg-query cannot be run")?,
    };
    // It fails if one package is unknown, and still prints the others.
    let listing = String::from_utf8_lossy(&output.stdout);
    Ok(Some(not_installed(wanted, &listing)))
}

fn not_installed(wanted: &Packages, listing: &str) -> Packages {
    let installed: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.strip_suffix(" install ok installed"))
        .collect();
    wanted
        .iter()
        .filter(|(name, _)| !installed.contains(name))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_installations_count() {
        let listing = PACKAGES
            .iter()
            .map(|(name, ..)| match *name {
                "cmake" => "cmake deinstall ok config-files\n".to_owned(),
                "openssl" => String::new(),
                other => format!("{other} install ok installed\n"),
            })
            .collect::<String>();
        let missing = |wanted, listing: &str| -> Vec<_> {
            let missing = not_installed(&packages(wanted), listing).into_iter();
            missing.map(|(name, _)| name).collect()
        };
        assert_eq!(missing(Everything, &listing), ["cmake", "openssl"]);
        // The service alone needs no device and no language's tools.
        let bare = missing(Service, "");
        assert!(
            bare.contains(&"gcc") && !bare.contains(&"swtpm"),
            "{bare:?}"
        );
        assert!(missing(Devices, "").contains(&"swtpm"));
    }
    #[test]
    fn a_package_needs_no_other_languages_tools() {
        for (language, named) in [
            (Language::Python, "python3-venv"),
            (Language::Node, "npm"),
            (Language::Kotlin, "mvn"),
        ] {
            let (packages, programs) = of_package(language);
            let all: Vec<_> = packages.iter().map(|(name, _)| *name).collect();
            let all = [&all[..], programs].concat();
            assert!(all.contains(&named) && all.contains(&"gcc"), "{all:?}");
            assert_eq!(all.contains(&"javac"), language == Language::Kotlin);
            assert_eq!(all.contains(&"node"), language == Language::Node);
            assert!(!all.contains(&"swtpm"), "{all:?}");
        }
    }
}
