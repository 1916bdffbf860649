//! What users install: wheels, npm packages. Each is built, put into an empty environment and used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::test_service::TestService;
use crate::{kotlin, node, places, python, setup, shell, swift, uniffi};

/// A language's package.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    /// A wheel and a source distribution
    Python,
    /// A package for npm
    Node,
    /// A jar with the native library inside
    Kotlin,
    /// The sources of a SwiftPM package, with the native library
    Swift,
}

/// Sets up and makes a package.
pub(crate) fn run(language: Language) -> Result<()> {
    setup::run(setup::Wanted::Everything)?;
    let programs = ["--package", "parsec-service", "--package", "parsec-harness"];
    shell::step(shell::cargo(&["build", "--bins"]).args(programs))?;
    match language {
        Language::Python => python(),
        Language::Node => node(),
        Language::Kotlin => {
            shell::step(shell::cargo(&["build"]).args(["--package", "parsec-uniffi-bindgen"]))?;
            kotlin()
        }
        Language::Swift => swift_package(),
    }?;
    if let Some(line) = in_ones_own_project(language)? {
        println!("\nIn your own project: {line}");
    }
    Ok(())
}

/// What to do with it there.
fn in_ones_own_project(language: Language) -> Result<Option<String>> {
    let made = |name: &str, ending: &str| {
        let folder = places::target().join("packages").join(name);
        the_file(&folder, ending).map(|file| file.display().to_string())
    };
    Ok(Some(match language {
        Language::Python => format!("pip install {}", made("python", ".whl")?),
        Language::Node => format!("npm install {}", made("node", ".tgz")?),
        Language::Kotlin => format!(
            "depend on org.parsec:parsec-client:{}, which is in ~/.m2 now",
            env!("CARGO_PKG_VERSION")
        ),
        Language::Swift => match made("swift", ".tar.gz") {
            Ok(archive) => format!(
                "mkdir Parsec && tar -xf {archive} -C Parsec && export PKG_CONFIG_PATH=$PWD/Parsec/native"
            ),
            // There is no Swift, which was said.
            Err(_) => return Ok(None),
        },
    }))
}

/// An empty folder below the target folder.
fn fresh(name: &str) -> Result<PathBuf> {
    let folder = places::target().join("packages").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The one file in `folder` whose name ends so.
fn the_file(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    match (found.pop(), found.len()) {
        (Some(file), 0) => Ok(file),
        _ => bail!("{} has not one file *{ending}", folder.display()),
    }
}

/// The wheel and the source distribution of Python.
pub(crate) fn python() -> Result<()> {
    let environment = python_environment()?;
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
    build_from_source(&the_file(
        &places::target().join("packages/python"),
        ".tar.gz",
    )?)
}

/// Builds a source distribution where nothing of this repository is, as pip would.
fn build_from_source(archive: &Path) -> Result<()> {
    let folder = fresh("python-source")?;
    shell::step(
        Command::new("tar")
            .args(["--strip-components=1", "-xf"])
            .arg(archive)
            .arg("-C")
            .arg(&folder),
    )?;
    let mut build = python::tool("maturin", &["build", "--out"]);
    build.arg(folder.join("wheels")).current_dir(&folder);
    // The dependencies are compiled already; the crates are others, for they lie elsewhere.
    build.env("CARGO_TARGET_DIR", places::target());
    shell::step(&mut build)?;
    the_file(&folder.join("wheels"), ".whl").map(drop)
}

/// Builds the wheel and the source distribution, and installs the wheel where nothing else is.
pub(crate) fn python_environment() -> Result<PathBuf> {
    python::set_up()?;
    let folder = fresh("python")?;
    for what in [&["build", "--release", "--locked"][..], &["sdist"]] {
        let mut command = python::tool("maturin", what);
        command.arg("--out").arg(&folder);
        command.env("CARGO_TARGET_DIR", places::target());
        shell::step(&mut command)?;
    }
    let wheel = the_file(&folder, ".whl")?;
    let environment = fresh("python-empty")?;
    python::make_environment(&environment)?;
    let interpreter = environment.join("bin/python");
    shell::step(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet", "--no-index"])
            .arg(&wheel)
            .current_dir(&environment),
    )?;
    println!("{}", wheel.display());
    println!("{}", the_file(&folder, ".tar.gz")?.display());
    Ok(environment)
}

/// The package of npm.
pub(crate) fn node() -> Result<()> {
    let folder = node_folder()?;
    // Without types a sample in TypeScript is one in JavaScript.
    for (name, readme) in readmes(&node::folder()) {
        let sample = folder.join(format!("{name}.mjs"));
        fs::write(&sample, sample_of(&readme, "javascript")?)?;
        with_a_service(node::node(&[]).arg(&sample).current_dir(&folder))?;
    }
    Ok(())
}

/// Builds the package of npm, and installs it where nothing else is.
pub(crate) fn node_folder() -> Result<PathBuf> {
    node::set_up()?;
    let folder = fresh("node")?;
    let mut build = node::npm(&["run", "--silent", "build:native", "--", "--release"]);
    build.env("CARGO_TARGET_DIR", places::target());
    let types = node::folder().join("native/native.d.cts");
    let before = fs::read_to_string(&types)?;
    shell::step(&mut build)?;
    if fs::read_to_string(&types)? != before {
        bail!(
            "{} did not say what the addon has: look at the new one and commit it",
            types.display()
        );
    }
    shell::step(&mut node::npm(&["run", "--silent", "build"]))?;
    shell::step(node::npm(&["pack", "--silent", "--pack-destination"]).arg(&folder))?;
    let package = the_file(&folder, ".tgz")?;
    let empty = fresh("node-empty")?;
    fs::write(empty.join("package.json"), "{ \"private\": true }\n")?;
    shell::step(
        node::npm(&["install", "--offline", "--no-audit", "--no-fund"])
            .arg(&package)
            .current_dir(&empty),
    )?;
    println!("{}", package.display());
    Ok(empty)
}

/// The jar of Kotlin and Java.
pub(crate) fn kotlin() -> Result<()> {
    let project = kotlin_project()?;
    // Kotlin's name for the class of a file.
    for class in ["ReadmeKt", "FrontDoorKt"] {
        with_a_service(&mut project.java(class))?;
    }
    Ok(())
}

/// Builds the jar, and a project that has nothing else: the samples and the measurements.
pub(crate) fn kotlin_project() -> Result<kotlin::Project> {
    let jar = kotlin::jar()?;
    let page = |readme: PathBuf| sample_of(&readme, "kotlin");
    let calls = kotlin::folder().join("bench/Calls.kt");
    let mut sources = vec![
        (
            "Readme".to_owned(),
            page(kotlin::folder().join("README.md"))?,
        ),
        (
            "FrontDoor".to_owned(),
            page(places::root().join("README.md"))?,
        ),
        ("Calls".to_owned(), fs::read_to_string(calls)?),
    ];
    sources.extend(of_the_book("kt")?);
    fresh("kotlin-empty")?;
    let project = kotlin::Project::new(&kotlin_folder(), &jar, &sources)?;
    println!("{}", jar.display());
    Ok(project)
}

/// Where that project is.
pub(crate) fn kotlin_folder() -> PathBuf {
    places::target().join("packages/kotlin-empty")
}

/// The package of SwiftPM.
pub(crate) fn swift_package() -> Result<()> {
    let folder = fresh("swift")?;
    if swift::missing()?.is_some() {
        return Ok(());
    }
    swift::set_up()?;
    uniffi::build()?;
    let archive = swift::archive(&folder)?;
    println!("{}", archive.display());
    use_swift_package(&archive)
}

/// Unpacks the archive, and runs the samples of the pages in a package that has nothing else.
fn use_swift_package(archive: &Path) -> Result<()> {
    let empty = fresh("swift-empty")?;
    let package = empty.join("Parsec");
    fs::create_dir_all(&package)?;
    shell::step(
        Command::new("tar")
            .arg("-xf")
            .arg(archive)
            .arg("-C")
            .arg(&package),
    )?;
    let pages = [
        ("Sample", package.join("README.md")),
        ("FrontDoor", places::root().join("README.md")),
    ];
    let mut programs = Vec::new();
    for (program, readme) in &pages {
        programs.push(((*program).to_owned(), sample_of(readme, "swift")?));
    }
    programs.extend(of_the_book("swift")?);
    let mut targets = String::new();
    for (program, text) in &programs {
        let sources = empty.join("Sources").join(program);
        fs::create_dir_all(&sources)?;
        fs::write(sources.join("main.swift"), text)?;
        targets += &format!(
            "        .executableTarget(name: \"{program}\", dependencies: [\"Parsec\"]),\n"
        );
    }
    let manifest = SWIFT_MANIFEST.replace("@TARGETS@\n", &targets);
    fs::write(empty.join("Package.swift"), manifest)?;
    let native = package.join("native");
    let build = ["swift", "build", "--scratch-path", ".build"];
    shell::step(&mut swift::command(&empty, &native, &build)?)?;
    let script = swift_programs();
    fs::write(&script, swift::runner(&empty.join(".build/debug"))?)?;
    for (program, _) in pages {
        with_a_service(Command::new("sh").arg(&script).arg(program))?;
    }
    Ok(())
}

/// A script that runs a program of that package, by its name.
pub(crate) fn swift_programs() -> PathBuf {
    places::target().join("packages/swift-empty/run.sh")
}

/// A package that uses ours.
const SWIFT_MANIFEST: &str = "\
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

/// The samples of the book in a language that compiles them, with what each program is called: the
/// task, `Encrypt`.
fn of_the_book(ending: &str) -> Result<Vec<(String, String)>> {
    let mut samples = Vec::new();
    for entry in fs::read_dir(places::root().join("book/samples"))? {
        let folder = entry?;
        let sample = folder.path().join(format!("sample.{ending}"));
        if sample.is_file() {
            let task = folder.file_name().to_string_lossy().into_owned();
            let (first, rest) = task.split_at(1);
            let program = first.to_ascii_uppercase() + rest;
            samples.push((program, fs::read_to_string(sample)?));
        }
    }
    samples.sort();
    Ok(samples)
}

/// The pages that show what a package does.
fn readmes(package: &Path) -> [(&'static str, PathBuf); 2] {
    [
        ("sample", package.join("README.md")),
        ("front-door", places::root().join("README.md")),
    ]
}

/// The first sample of a language in a page.
fn sample_of(readme: &Path, language: &str) -> Result<String> {
    let text = fs::read_to_string(readme)?;
    let (_, after) = text
        .split_once(&format!("```{language}\n"))
        .with_context(|| format!("{} has no sample", readme.display()))?;
    let (sample, _) = after
        .split_once("```")
        .with_context(|| format!("the sample in {} does not end", readme.display()))?;
    Ok(sample.to_owned())
}

/// Runs a command with a service that it finds by its environment.
fn with_a_service(command: &mut Command) -> Result<()> {
    let service = TestService::start()?;
    shell::step(command.env("PARSEC_SERVICE_ENDPOINT", service.endpoint())).map(drop)
}
