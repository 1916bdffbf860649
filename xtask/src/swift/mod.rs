//! The Swift package: its native library, its checks, its tests.

mod mirror;
mod native;
pub(crate) mod project;
mod root;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use self::native::{generate, place_native};
use self::project::Project;
use self::toolchain::{Toolchain, command, folder, quoted, scratch, toolchain};
use crate::stamp::Stamp;
use crate::test_service::TestService;
use crate::{codegen, places, shell, uniffi};

pub(crate) use self::native::archive;
pub(crate) use self::toolchain::{missing, set_up};

/// Builds the package as users receive it together with its tests and all samples, with warnings as
/// errors; then runs the tests and checks the documentation.
pub(crate) fn test() -> Result<()> {
    if let Some(reason) = missing()? {
        println!("skipped: {reason}");
        return Ok(());
    }
    set_up()?;
    let project = Project::of_tests();
    project.write(&archive("debug")?)?;
    // A warning is an error here, so that users of the package see none.
    let strict = ["-Xswiftc", "-warnings-as-errors"];
    let graphs = scratch("symbols");
    fs::create_dir_all(&graphs)?;
    let graph = graphs.display().to_string();
    let reports = places::fresh_reports("swift")?;
    let report = reports.join("swift.xml").display().to_string();
    let words = [
        &["test"][..],
        &strict,
        &["-Xswiftc", "-emit-symbol-graph"],
        &["-Xswiftc", "-emit-symbol-graph-dir", "-Xswiftc", &graph],
        &["--xunit-output", &report],
    ];
    let mut tests = project.swift(&words.concat())?;
    tests
        .env("PARSEC_REPOSITORY", places::root())
        .env("PARSEC_JUNIT_REPORT", reports.join("conformance.xml"));
    tests = shell::with_services(tests, "swift");
    // For the test of the book that connects without an endpoint.
    let service = TestService::start()?;
    tests.env("PARSEC_SERVICE_ENDPOINT", service.endpoint());
    if let Toolchain::Root(_) = toolchain()? {
        // The services run outside the root, where their libraries are.
        tests.env(
            "PARSEC_TEST_SERVICE",
            places::root().join("xtask/src/swift/outside.sh"),
        );
        tests.env(
            "PARSEC_OUTSIDE",
            places::target().join("debug/parsec-test-service"),
        );
    }
    shell::step(&mut tests)?;
    project.made_with()?.write()?;
    documentation(&graphs)
}

/// Runs DocC on all public items; broken links and undocumented arguments are errors.
fn documentation(graphs: &Path) -> Result<()> {
    let public = scratch("public-symbols");
    fs::create_dir_all(&public)?;
    let graph = "Parsec.symbols.json";
    fs::copy(graphs.join(graph), public.join(graph))?;
    let (public, pages) = (public.display().to_string(), scratch("Parsec.doccarchive"));
    let pages = pages.display().to_string();
    let words = [
        &["docc", "convert", "--warnings-as-errors"][..],
        &["--fallback-display-name", "Parsec"],
        &["--fallback-bundle-identifier", "org.parsec.client"],
        &[
            "--additional-symbol-graph-dir",
            &public,
            "--output-path",
            &pages,
        ],
    ];
    shell::step(&mut command(&folder(), &words.concat())?).map(drop)
}

/// Checks formatting, and that every public item is documented, with Swift's own formatter.
pub(crate) fn lint() -> Result<()> {
    if let Some(reason) = missing()? {
        println!("skipped: {reason}");
        return Ok(());
    }
    set_up()?;
    let mut files = Vec::new();
    // Generated files as well. `Sources/ParsecBinding` has only what uniffi writes.
    for part in ["Sources/Parsec", "Tests", "bench/Sources"] {
        swift_files(&folder().join(part), &mut files)?;
    }
    let lint = ["swift", "format", "lint", "--strict"];
    let manifests = ["Package.swift", "bench/Package.swift"];
    let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
    let files = files.iter().map(AsRef::as_ref).chain(manifests);
    let words: Vec<&str> = lint.into_iter().chain(files).collect();
    shell::step(&mut command(&folder(), &words)?).map(drop)
}

/// Returns the source files in a folder.
fn swift_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            swift_files(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "swift") {
            files.push(path);
        }
    }
    Ok(())
}

/// Compiles the code generated from names that are keywords in some languages, on both sides of the
/// binding.
pub(crate) fn hostile_names() -> Result<()> {
    if let Some(reason) = missing()? {
        println!("skipped: {reason}");
        return Ok(());
    }
    set_up()?;
    let tree = codegen::hostile_names()?;
    let folder = scratch("obstacle");
    uniffi::generate(&uniffi::hostile_names()?, "swift", &folder)?;
    let header = "ParsecFFI.modulemap";
    fs::rename(folder.join(header), folder.join("module.modulemap"))?;
    fs::write(folder.join("Raw.swift"), include_str!("Raw.swift"))?;
    let sources = tree.join("clients/swift/Sources/Parsec");
    let mut files = Vec::new();
    swift_files(&sources.join("Generated"), &mut files)?;
    // The methods of handles and the kinds of keys extend types by hand, and no hostile contract reaches them.
    let by_hand = [
        "Handles",
        "KeyKinds.swift",
        "KeyOptions.swift",
        "HashFunctions.swift",
    ];
    let by_hand = by_hand.map(|name| sources.join("Generated").join(name));
    files.retain(|file| !by_hand.iter().any(|path| file.starts_with(path)));
    for name in ["ContractScope", "Support/Bridged", "Support/Variant"] {
        files.push(sources.join(format!("{name}.swift")));
    }
    let compiled = Stamp::of(scratch("obstacle.txt"), files.iter().chain([&folder]))?;
    if compiled.is_current() {
        println!("The code generated from hostile names is unchanged since it last compiled.");
        return Ok(());
    }
    let module = [
        &[
            "swiftc",
            "-swift-version",
            "5",
            "-suppress-warnings",
            "-emit-module",
        ][..],
        &[
            "-module-name",
            "ParsecBinding",
            "-I",
            ".",
            "ParsecBinding.swift",
        ],
    ];
    shell::step(&mut command(&folder, &module.concat())?)?;

    let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
    let check = [
        &[
            "swiftc",
            "-typecheck",
            "-swift-version",
            "6",
            "-warnings-as-errors",
        ][..],
        &["-enable-upcoming-feature", "InternalImportsByDefault"],
        &["-module-name", "Parsec", "-I", ".", "Raw.swift"],
        &files.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
    ];
    shell::step(&mut command(&folder, &check.concat())?)?;
    compiled.write()
}

/// Builds the program that measures calls per second, and returns a command that runs it.
pub(crate) fn bench() -> Result<Option<PathBuf>> {
    if missing()?.is_some() {
        return Ok(None);
    }
    generate()?;
    place_native("release", &folder().join("native"))?;
    let build = scratch("bench").display().to_string();
    let words = ["swift", "build", "-c", "release", "--scratch-path", &build];
    let package = folder().join("bench");
    shell::step(&mut command(&package, &words)?)?;
    // It needs the toolchain's libraries, so it runs in the toolchain's environment.
    let program = format!("{build}/release/Calls");
    let script = scratch("bench.sh");
    let run = command(&package, &[&program])?;
    let words = std::iter::once(run.get_program()).chain(run.get_args());
    let line: Vec<_> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    fs::write(&script, format!("exec {}\n", line.join(" ")))?;
    Ok(Some(script))
}
