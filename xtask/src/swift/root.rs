//! A root folder with Debian 13, because Debian 12 has no Swift: created once, in the user's cache.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::mirror;
use crate::stamp::Stamp;
use crate::{places, shell};

/// The oldest Debian release with Swift.
const RELEASE: &str = "trixie";
/// Further packages that Swift 6 needs: the headers that its C importer reads.
const PACKAGES: [&str; 3] = ["swiftlang", "libc6-dev", "libstdc++-14-dev"];
/// The links in `/usr/bin` do not find their libraries.
const PATH: &str = "/usr/libexec/swift/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// Returns the path of the root folder.
pub(super) fn place() -> Option<PathBuf> {
    Some(places::cache()?.join(format!("swift-{RELEASE}")))
}

/// Returns why this machine cannot have such a root, if so.
pub(super) fn why_not() -> Result<Option<String>> {
    if !cfg!(target_os = "linux") {
        return Ok(Some("no `swift` is on PATH, and this is not Linux".into()));
    }
    if !shell::is_root()? {
        return Ok(Some(
            "no `swift` is on PATH, and only root can create a root folder with Debian 13 for it"
                .into(),
        ));
    }
    if place().is_none() {
        return Ok(Some("no `swift` is on PATH, and HOME is not set".into()));
    }
    if !mounts() {
        return Ok(Some(
            "no `swift` is on PATH, and this machine does not permit the mounts that it needs"
                .into(),
        ));
    }
    if mirror::find().is_none() {
        return Ok(Some(
            "no `swift` is on PATH, and apt's sources contain no Debian mirror".into(),
        ));
    }
    Ok(None)
}

/// Containers may forbid mount namespaces.
fn mounts() -> bool {
    Command::new("unshare")
        .args(["--mount", "--propagation", "private", "true"])
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Creates the root if it is missing or outdated.
pub(super) fn set_up(place: &Path) -> Result<()> {
    let stamp = made_of(place);
    if stamp.is_current() {
        return Ok(());
    }
    let mirror = mirror::find().context("apt's sources contain no Debian mirror")?;
    println!(
        "No `swift` is on PATH. Installing Debian 13 ({RELEASE}) with {} into {}: about 80 s and 3.3 GB, once.",
        PACKAGES.join(", "),
        place.display()
    );
    install_debootstrap()?;
    // An incomplete root must not look like a complete one.
    let unfinished = place.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    shell::step(
        Command::new("debootstrap")
            .args([
                "--variant=minbase",
                "--include=ca-certificates",
                "--keyring=/usr/share/keyrings/debian-archive-keyring.gpg",
                RELEASE,
            ])
            .arg(&unfinished)
            .arg(&mirror),
    )?;
    take_over_settings(&unfinished)?;
    let apt = ["apt-get", "--quiet"];
    shell::step(enter(&unfinished, Path::new("/"), &[], apt).arg("update"))?;
    shell::step(
        enter(&unfinished, Path::new("/"), &[], apt)
            .args(["install", "--yes", "--no-install-recommends"])
            .args(PACKAGES)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    // Downloaded packages are no longer needed.
    shell::step(enter(&unfinished, Path::new("/"), &[], apt).arg("clean"))?;
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    fs::rename(&unfinished, place)?;
    stamp.write()
}

/// The contents of the root: the release and the installed packages.
fn made_of(place: &Path) -> Stamp {
    let what = format!("{RELEASE}: {}\n", PACKAGES.join(" "));
    Stamp::of_text(place.join("made-of.txt"), &what)
}

fn install_debootstrap() -> Result<()> {
    let there = Command::new("debootstrap").arg("--version").output();
    if there.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    println!("Installing debootstrap, which creates this folder, with apt-get.");
    shell::step(Command::new("apt-get").args(["update", "--quiet"]))?;
    shell::step(
        Command::new("apt-get")
            .args(["install", "--quiet", "--yes", "--no-install-recommends"])
            .arg("debootstrap")
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
    .map(drop)
}

/// The new root needs this machine's settings for its mirror.
fn take_over_settings(root: &Path) -> Result<()> {
    fs::copy("/etc/resolv.conf", root.join("etc/resolv.conf")).context("copying resolv.conf")?;
    let extras = Path::new("/etc/apt/apt.conf.d");
    for entry in fs::read_dir(extras).context("reading apt's settings")? {
        let entry = entry?;
        let to = root.join("etc/apt/apt.conf.d").join(entry.file_name());
        if entry.file_type()?.is_file() && !to.exists() {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Returns a program of the root, in `folder`, with the `shared` folders at their outside paths.
pub(super) fn enter<I, S>(root: &Path, folder: &Path, shared: &[&Path], program: I) -> Command
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let shared: Vec<_> = shared.iter().map(|path| path.to_string_lossy()).collect();
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--propagation", "private", "sh"])
        .arg(places::root().join("xtask/src/swift/enter.sh"))
        .arg(root)
        .arg(folder)
        .arg(PATH)
        .arg(shared.join(":"))
        .args(program);
    command
}
