//! A package that uses ours, with the samples.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::toolchain::{self, scratch};
use crate::samples::{of_the_book, sample_of, with_a_service};
use crate::stamp::Stamp;
use crate::{places, shell, uniffi};

/// Programs that each need their own service: the samples of the two READMEs. The book's samples
/// run elsewhere.
const PAGES: [&str; 2] = ["Sample", "FrontDoor"];

/// A package with only our archived package and the samples.
pub(crate) struct Project {
    folder: PathBuf,
    scratch: PathBuf,
}

impl Project {
    /// Returns the package that also contains the tests, so that our package is compiled once for
    /// both.
    pub(crate) fn of_tests() -> Self {
        Self {
            folder: scratch("project"),
            scratch: scratch("build"),
        }
    }

    /// Returns a package with nothing else.
    pub(crate) fn alone() -> Result<Self> {
        let folder = places::fresh_package("swift-empty")?;
        let scratch = folder.join(".build");
        Ok(Self { folder, scratch })
    }

    /// Returns the script that runs one of its programs by name.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("run.sh")
    }

    /// Our package inside it.
    fn package(&self) -> PathBuf {
        self.folder.join("Parsec")
    }

    /// The inputs of its last build.
    pub(crate) fn made_with(&self) -> Result<Stamp> {
        let own = toolchain::folder();
        let root = places::root();
        Stamp::of(
            self.folder.join("made-with.txt"),
            [
                uniffi::library("debug"),
                root.join("bindings/uniffi/bindings.toml"),
                own.join("Package.swift"),
                own.join("Sources/Parsec"),
                own.join("README.md"),
                root.join("README.md"),
                root.join("book/samples"),
            ],
        )
    }

    /// Unpacks the archive and writes the samples and the manifest. Unchanged files, and the code
    /// compiled from them, are kept.
    pub(crate) fn write(&self, archive: &Path) -> Result<()> {
        let unpacked = places::fresh_package("swift-unpacked")?;
        let mut tar = Command::new("tar");
        tar.arg("-xf").arg(archive).arg("-C").arg(&unpacked);
        shell::step(&mut tar)?;
        same_files(&unpacked, &self.package())?;
        fs::remove_dir_all(&unpacked)?;
        let mut programs = vec![
            (
                PAGES[0].to_owned(),
                sample_of(&self.package().join("README.md"), "swift")?,
            ),
            (
                PAGES[1].to_owned(),
                sample_of(&places::root().join("README.md"), "swift")?,
            ),
        ];
        programs.extend(of_the_book("swift")?);
        let mut targets = String::new();
        for (program, text) in &programs {
            let sources = self.folder.join("Sources").join(program);
            write_changed(&sources.join("main.swift"), text.as_bytes())?;
            targets += &format!(
                "        .executableTarget(name: \"{program}\", dependencies: [\"Parsec\"]),\n"
            );
        }
        targets += TEST_TARGETS;
        same_files(
            &toolchain::folder().join("Tests"),
            &self.folder.join("Tests"),
        )?;
        let sample = self.tls_sample()?;
        let place = self.folder.join("Sources/TLSSample/ParsecTLSKey.swift");
        write_changed(&place, sample.as_bytes())?;
        let manifest = MANIFEST.replace("@TARGETS@\n", &targets);
        write_changed(&self.folder.join("Package.swift"), manifest.as_bytes())?;
        let script = toolchain::runner(&self.scratch.join("debug"))?;
        write_changed(&self.programs(), script.as_bytes())
    }

    /// The TLS sample of the book, which is also that of our package's README. It has a library instead of a
    /// program, because it needs libraries that are not available here.
    fn tls_sample(&self) -> Result<String> {
        let page = places::root().join("book/samples/tls/missing-swift.md");
        let sample = sample_of(&page, "swift")?;
        let readme = self.package().join("README.md");
        anyhow::ensure!(
            fs::read_to_string(&readme)?.contains(&sample),
            "{} does not contain the sample in {}",
            readme.display(),
            page.display()
        );
        Ok(sample)
    }

    /// Runs SwiftPM on it: `swift build` or `swift test`, with options.
    pub(crate) fn swift(&self, words: &[&str]) -> Result<Command> {
        let scratch = self.scratch.display().to_string();
        // Debug information would be most of a program here.
        let options = ["--scratch-path", &scratch, "-Xlinker", "--strip-debug"];
        let all = [&["swift"], &words[..1], &options, &words[1..]].concat();
        toolchain::command(&self.folder, &all)
    }

    pub(crate) fn build(&self) -> Result<()> {
        shell::step(&mut self.swift(&["build"])?)?;
        self.made_with()?.write()
    }

    /// Runs the samples of the READMEs.
    pub(crate) fn run(&self) -> Result<()> {
        for program in PAGES {
            with_a_service(Command::new("sh").arg(self.programs()).arg(program))?;
        }
        Ok(())
    }
}

/// The manifest of a package that uses ours.
const MANIFEST: &str = "\
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: \"Sample\",
    dependencies: [.package(path: \"Parsec\")],
    targets: [
@TARGETS@
    ]
)
";

/// The tests, and modules with declarations of libraries that are not available here.
const TEST_TARGETS: &str = "\
        .target(name: \"NIOCore\", path: \"Tests/Stubs/NIOCore\"),
        .target(name: \"NIOSSL\", dependencies: [\"NIOCore\"], path: \"Tests/Stubs/NIOSSL\"),
        .target(name: \"TLSSample\", dependencies: [\"NIOCore\", \"NIOSSL\", \"Parsec\"]),
        .testTarget(
            name: \"ParsecTests\",
            dependencies: [\"NIOCore\", \"NIOSSL\", \"Parsec\", \"TLSSample\"],
            path: \"Tests/ParsecTests\"
        ),
";

/// Makes `to` equal to `from`, without touching unchanged files.
fn same_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let there = entry?;
        if !from.join(there.file_name()).exists() {
            if there.path().is_dir() {
                fs::remove_dir_all(there.path())?;
            } else {
                fs::remove_file(there.path())?;
            }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            same_files(&entry.path(), &place)?;
        } else {
            write_changed(&place, &fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// Writes a file unless it is unchanged.
fn write_changed(path: &Path, text: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(())
}
