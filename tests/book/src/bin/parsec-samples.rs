#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a tool for people")]
//! Runs every sample of the book: `parsec-samples --python PROGRAM --node PROGRAM --kotlin CLASSES --swift SCRIPT`.
//!
//! One service for all, and one process per language where possible: the tests check the samples,
//! not the start-up time of programs.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use parsec_book::samples::{LANGUAGES, Language, TESTS, tasks};
use parsec_harness::root;
use parsec_tests_book::world::World;

/// Runs Python files in one interpreter.
const PYTHON: &str = "
import runpy, sys
for path in sys.argv[1:]:
    print(path, flush=True)
    runpy.run_path(path, run_name='__main__')
";

/// Runs modules of JavaScript in one process.
const NODE: &str = "
for (const path of process.argv.slice(1)) {
  console.log(path)
  await import(path)
}
";

fn main() -> Result<()> {
    let programs = programs()?;
    let tasks = tasks()?;
    let world = World::start()?;
    for language in LANGUAGES {
        if !language.has_samples()? {
            println!("{}: no samples yet", language.title);
            continue;
        }
        if programs
            .get(language.id)
            .is_some_and(|program| program.as_os_str().is_empty())
        {
            println!(
                "*** SKIPPED: the samples in {}, because it is not installed",
                language.title
            );
            continue;
        }
        let start = Instant::now();
        let folder = world.folder(language.id)?;
        let samples: Vec<_> = tasks
            .iter()
            .filter(|task| language.sample(task).is_some())
            .collect();
        for mut command in commands(language, &folder, &samples, &programs)? {
            run(language, world.equip(command.current_dir(&folder)))?;
        }
        world.forget_keys()?;
        let took = start.elapsed().as_secs_f64();
        println!(
            "{}: {} samples in {took:.1} s",
            language.title,
            samples.len()
        );
    }
    Ok(())
}

/// Programs from the command line.
fn programs() -> Result<BTreeMap<String, PathBuf>> {
    let mut arguments = env::args().skip(1);
    let mut programs = BTreeMap::new();
    while let Some(name) = arguments.next() {
        let name = name.strip_prefix("--").context("a language is expected")?;
        let program = arguments.next().context("its program is expected")?;
        programs.insert(name.to_owned(), PathBuf::from(program));
    }
    Ok(programs)
}

/// Returns the command that runs the samples of a language. A new language needs a line here.
fn commands(
    language: &Language,
    folder: &Path,
    tasks: &[&String],
    programs: &BTreeMap<String, PathBuf>,
) -> Result<Vec<Command>> {
    let program = |name: &str| {
        let given = programs.get(name);
        given.with_context(|| {
            format!(
                "--{name} PROGRAM names the program that runs {}",
                language.title
            )
        })
    };
    // Programs; the others are tests.
    let (tests, programs_of): (Vec<&String>, Vec<&String>) =
        tasks.iter().copied().partition(|task| *task == TESTS);
    let paths = |tasks: &[&String]| -> Vec<PathBuf> {
        let found = tasks.iter().filter_map(|task| language.sample(task));
        found.collect()
    };
    Ok(match language.id {
        "bash" => paths(tasks).into_iter().map(shell).collect(),
        // A test of this crate runs its test.
        "rust" => {
            let mut command = at_most(env::current_exe()?.with_file_name("parsec-samples-rust"));
            command.args(programs_of);
            vec![command]
        }
        "python" => {
            let python = |arguments: &[&str], paths: Vec<PathBuf>| -> Result<Command> {
                let mut command = at_most(program("python")?);
                command.args(arguments).args(paths);
                command.env("PYTHONPATH", root().join("clients/python"));
                Ok(command)
            };
            let pytest = ["-m", "pytest", "--quiet", "-p", "no:cacheprovider"];
            vec![
                python(&["-c", PYTHON], paths(&programs_of))?,
                python(&pytest, paths(&tests))?,
            ]
        }
        "javascript" => {
            let mut command = at_most(program("node")?);
            command.args(["--input-type=module", "--eval", NODE]);
            command.args(modules(folder, tasks, language)?);
            vec![command]
        }
        "kotlin" => {
            let classes = program("kotlin")?;
            // The tests of the package include its test.
            programs_of.iter().map(|task| java(classes, task)).collect()
        }
        "swift" => {
            let script = program("swift")?;
            // The tests of the package include its test.
            programs_of.iter().map(|task| swift(script, task)).collect()
        }
        _ => bail!(
            "{} has samples: add a command for them to tests/book/src/bin/parsec-samples.rs",
            language.title
        ),
    })
}

/// Runs a program with a timeout longer than any sample needs.
fn at_most(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.arg("120").arg(program);
    command
}

fn shell(path: PathBuf) -> Command {
    let mut command = at_most("sh");
    command.args(["-e", "-u", "-x"]).arg(path);
    command
}

/// A program compiled from the sample of a task: Kotlin names the class after the file.
fn java(classes: &Path, task: &str) -> Command {
    let mut command = at_most("java");
    let class = format!("{}Kt", parsec_book::samples::program(task));
    // The TLS server waits for a close message that a JVM only sends when it closes, and this JVM
    // closes only after the server.
    command.arg("-Djdk.tls.acknowledgeCloseNotify=true");
    command.arg("-cp").arg(classes).arg(class);
    command
}

/// A program compiled from the sample of a task, which the script runs in the Swift environment.
fn swift(script: &Path, task: &str) -> Command {
    let mut command = at_most("sh");
    command.arg(script).arg(parsec_book::samples::program(task));
    command
}

/// Copies of the modules in a folder that contains the package, as in a user's project.
fn modules(folder: &Path, tasks: &[&String], language: &Language) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder.join("node_modules/@parsec"))?;
    let package = fs::canonicalize(root().join("clients/node"))?;
    symlink(package, folder.join("node_modules/@parsec/client"))?;
    let copy = |task: &&&String| -> Option<Result<PathBuf>> {
        let sample = language.sample(task)?;
        let module = folder.join(format!("{task}.mjs"));
        let copied = fs::copy(sample, &module).map(|_| module);
        Some(copied.map_err(Into::into))
    };
    tasks.iter().filter_map(|task| copy(&task)).collect()
}

/// Runs it; its output is printed only if it fails.
fn run(language: &Language, command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("{} cannot be run", command.get_program().display()))?;
    if !output.status.success() {
        bail!(
            "a sample in {} failed\n{}{}",
            language.title,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
