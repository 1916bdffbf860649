//! The native library, uniffi's generated code, and the archive with both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::toolchain::{self, scratch};
use crate::{places, shell, uniffi};

/// Copies a compiled static library into the folder of a package's native library.
pub(crate) fn place_native(profile: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let built = places::target().join(profile).join("libparsec_uniffi.a");
    let place = folder.join("libparsec_uniffi.a");
    if place.exists() {
        fs::remove_file(&place)?;
    }
    // It is large, so it is hard-linked if possible, otherwise copied.
    if fs::hard_link(&built, &place).is_err() {
        fs::copy(&built, &place).with_context(|| format!("copying {}", built.display()))?;
    }
    Ok(())
}

/// uniffi's code for the compiled library, and its paths in the package. It is generated each time
/// and is not committed.
const GENERATED: [(&str, &str); 2] = [
    ("ParsecBinding.swift", "Sources/ParsecBinding/Generated"),
    ("ParsecFFI.h", "Sources/ParsecFFI/Generated"),
];

/// Writes it into the package.
pub(crate) fn generate() -> Result<()> {
    uniffi::set_up()?;
    let (tree, out) = (places::root(), scratch("generated"));
    uniffi::generate(&uniffi::library("debug"), "swift", &out)?;
    for (name, place) in GENERATED {
        let place = tree.join("clients/swift").join(place);
        fs::create_dir_all(&place)?;
        let (made, place) = (fs::read(out.join(name))?, place.join(name));
        // An unchanged file is not touched, so that it is not compiled again.
        if !fs::read(&place).is_ok_and(|there| there == made) {
            fs::write(&place, made)?;
        }
    }
    Ok(())
}

/// The folder of the package as users receive it.
const ARCHIVED: [&str; 4] = ["Package.swift", "README.md", "Sources", "native"];

/// Creates the archive of the package: its sources, uniffi's code, and the native library.
pub(crate) fn archive(profile: &str) -> Result<PathBuf> {
    generate()?;
    let folder = places::fresh_package("swift")?;
    let whole = folder.join("Parsec");
    fs::create_dir_all(&whole)?;
    place_native(profile, &whole.join("native"))?;
    for part in ["Package.swift", "README.md", "Sources"] {
        let mut copy = Command::new("cp");
        copy.arg("-r")
            .arg(toolchain::folder().join(part))
            .arg(&whole);
        shell::run(&mut copy)?;
    }
    fs::copy(places::root().join("LICENSE"), whole.join("LICENSE"))?;
    let archive = folder.join("parsec-swift.tar.gz");
    let mut tar = Command::new("tar");
    // The native library is large, and better compression takes long.
    tar.args(["--use-compress-program", "gzip --fast"]);
    tar.arg("-C").arg(&whole).arg("-cf").arg(&archive);
    shell::step(tar.args(ARCHIVED).arg("LICENSE"))?;
    println!("{}", archive.display());
    Ok(archive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_can_be_a_dependency_with_a_version() {
        // SwiftPM permits unsafe flags only in a folder or a branch; users set no search path for pkg-config.
        let manifest = fs::read_to_string(toolchain::folder().join("Package.swift")).unwrap();
        for refused in ["unsafeFlags", "pkgConfig"] {
            assert!(!manifest.contains(refused), "{refused}");
        }
    }
}
