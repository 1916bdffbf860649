//! The parts: the tests of each Rust crate, and the tasks around the other languages.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::new_operation;
use super::report::{self, Report};
use super::rust::{self, Crate};
use crate::package::{self, Extent, Language};
use crate::{
    bench, book, conformance, kotlin, lint, node, one_provider, places, python, shell, spire,
    swift, uniffi,
};

/// A task that runs in its own process, so that its output is not interleaved.
struct Task {
    name: &'static str,
    /// Parts that must end before it, if they run.
    after: &'static [&'static str],
    work: fn(Extent) -> Result<()>,
    /// Returns why it cannot run here, if so.
    missing: fn(Extent) -> Result<Option<String>>,
}

impl Task {
    const fn new(
        name: &'static str,
        after: &'static [&'static str],
        work: fn(Extent) -> Result<()>,
    ) -> Self {
        Self {
            name,
            after,
            work,
            missing: |_| Ok(None),
        }
    }

    const fn unless(self, missing: fn(Extent) -> Result<Option<String>>) -> Self {
        Self { missing, ..self }
    }
}

/// Installs a language's tools, mostly from the network, while cargo builds.
const SET_UP: &[Task] = &[
    Task::new("set-up/swift", &[], |_| swift::set_up()).unless(no_swift),
    Task::new("set-up/node", &[], |_| node::set_up()),
    Task::new("set-up/python", &[], |_| python::set_up()),
    Task::new("set-up/kotlin", &[], |_| kotlin::set_up()),
    Task::new("set-up/uniffi", &[], |_| uniffi::set_up()),
];

/// Measurements, which must run alone.
const ALONE: &[Task] = &[
    Task::new("latency", &[], |_| bench::neighbours()),
    Task::new("new operation", &[], |_| new_operation::test()),
];

/// Builds SPIRE, which one test needs; if it was built before, each run includes that test.
const EXTENDED_SET_UP: &[Task] =
    &[Task::new("set-up/spire", &[], |_| spire::set_up()).unless(|_| Ok(spire::missing()))];

/// After the build, the longest first.
const TASKS: &[Task] = &[
    Task::new("kotlin", &[OBSTACLE], |_| kotlin::test()),
    Task::new("swift", &[], |_| swift::test()).unless(no_swift),
    Task::new("node", &[], |_| node::test()),
    Task::new("python", &[], |_| python::test()),
    Task::new("package/python", &[], |extent| {
        package::make(Language::Python, extent)
    }),
    Task::new("package/node", &["node"], |extent| {
        package::make(Language::Node, extent)
    }),
    Task::new("package/kotlin", &["kotlin"], |extent| {
        package::make(Language::Kotlin, extent)
    }),
    Task::new("package/swift", &["swift"], |extent| {
        package::make(Language::Swift, extent)
    })
    .unless(no_swift),
    Task::new("hostile names/python", &[OBSTACLE], |_| {
        python::hostile_names()
    }),
    Task::new("hostile names/node", &[OBSTACLE], |_| node::hostile_names()),
    Task::new("hostile names/swift", &[OBSTACLE], |_| {
        swift::hostile_names()
    })
    .unless(no_swift),
    Task::new("one provider", &[OBSTACLE], |_| one_provider::build())
        .unless(|extent| Ok(one_provider::missing(extent))),
    Task::new("samples", &PACKAGES, |_| book::samples()),
    Task::new("conformance", &LANGUAGES, |_| conformance::compare()),
];

/// The crate whose tests create the copy of this repository with hostile names.
const OBSTACLE: &str = "codegen";
const PACKAGES: [&str; 5] = [
    "python",
    "package/python",
    "package/node",
    "package/kotlin",
    "package/swift",
];
const LANGUAGES: [&str; 5] = ["tests/conformance", "python", "node", "kotlin", "swift"];
/// The examples in the documentation of the Rust crates.
const DOCTESTS: &str = "doc examples";

fn no_swift(_: Extent) -> Result<Option<String>> {
    swift::missing()
}

/// A row of the summary.
pub(super) struct Part {
    name: String,
    work: Work,
}

enum Work {
    Crate(Crate),
    Doctests,
    Task(&'static Task),
}

impl Part {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn after(&self) -> &'static [&'static str] {
        match self.work {
            Work::Task(task) => task.after,
            Work::Crate(_) | Work::Doctests => &[],
        }
    }

    /// Runs it to its end. Its output goes to `log`.
    pub(super) fn run(&self, log: &Path, extent: Extent) -> Result<Report> {
        match &self.work {
            Work::Crate(tests) => tests.run(log, extent),
            Work::Doctests => rust::doctests(log),
            Work::Task(task) => task.run(log, extent),
        }
    }

    fn of_task(task: &'static Task) -> Self {
        Self {
            name: task.name.to_owned(),
            work: Work::Task(task),
        }
    }
}

impl Task {
    fn run(&self, log: &Path, extent: Extent) -> Result<Report> {
        if let Some(reason) = (self.missing)(extent)? {
            fs::write(log, format!("skipped: {reason}\n"))?;
            return Ok(Report::skipped(&reason));
        }
        let reports = places::reports(self.name);
        if reports.exists() {
            // Reports of an earlier run must not replace those of a failed part.
            fs::remove_dir_all(&reports)?;
        }
        let file = File::create(log)?;
        // This very program, even if the build has replaced its file.
        let mut command = Command::new("/proc/self/exe");
        command.args(["part", self.name]);
        shell::without_cargos_variables(&mut command);
        match extent {
            // If it runs cargo, cargo finds the compiled workspace.
            Extent::EachChange => drop(lint::with_clippy(&mut command)),
            Extent::Extended => drop(command.arg("--extended").env(rust::EXTENDED, "1")),
        }
        let status = shell::run_within(rust::limit(extent), &mut command, file)?;
        let Some(mut report) = report::of_junit(&reports)? else {
            return Ok(Report::of_one(status.success()));
        };
        if !status.success() && report.failed == 0 {
            report.failed += 1;
        }
        Ok(report)
    }
}

/// Runs `cargo xtask part NAME`.
pub(crate) fn run_task(name: &str, extent: Extent) -> Result<()> {
    let mut tasks = [SET_UP, EXTENDED_SET_UP, TASKS, ALONE]
        .into_iter()
        .flatten();
    let task = tasks.find(|task| task.name == name);
    (task
        .with_context(|| format!("there is no part {name}"))?
        .work)(extent)
}

/// Returns the tasks that install the tools of the selected languages.
pub(super) fn set_ups(only: &[String], extent: Extent) -> Vec<Part> {
    let is_wanted = |task: &&Task| {
        let tool = task.name.rsplit('/').next().unwrap_or_default();
        let wants = |name: &String| match tool {
            "uniffi" => name.contains("kotlin") || name.contains("swift") || name == "samples",
            language => name.contains(language) || name == "samples",
        };
        only.is_empty() || only.iter().any(wants)
    };
    let extended = EXTENDED_SET_UP
        .iter()
        .filter(|_| extent == Extent::Extended);
    let tasks = SET_UP.iter().filter(is_wanted).chain(extended);
    tasks.map(Part::of_task).collect()
}

/// All parts, in the order in which they start.
pub(super) fn all(crates: Vec<Crate>) -> Vec<Part> {
    // First the parts that others wait for, then the longest.
    const FIRST: [&str; 3] = [OBSTACLE, "tests/e2e", "tests/conformance"];
    let (first, rest): (Vec<_>, Vec<_>) = crates
        .into_iter()
        .partition(|tests| FIRST.contains(&tests.name.as_str()));
    let of_crate = |tests: Crate| Part {
        name: tests.name.clone(),
        work: Work::Crate(tests),
    };
    let doctests = Part {
        name: DOCTESTS.to_owned(),
        work: Work::Doctests,
    };
    first
        .into_iter()
        .map(of_crate)
        .chain([doctests])
        .chain(TASKS.iter().map(Part::of_task))
        .chain(rest.into_iter().map(of_crate))
        .collect()
}

/// The parts that the extended tests run at the end, alone.
pub(super) fn alone(extent: Extent) -> Vec<Part> {
    let tasks = ALONE.iter().filter(|_| extent == Extent::Extended);
    tasks.map(Part::of_task).collect()
}

/// Keeps the named parts.
pub(super) fn keep(parts: &mut Vec<Part>, only: &[String]) -> Result<()> {
    for name in only {
        if !parts.iter().any(|part| part.name() == name) {
            let names: Vec<_> = parts.iter().map(Part::name).collect();
            bail!(
                "there is no part {name}; the parts are: {}",
                names.join(", ")
            );
        }
    }
    parts.retain(|part| only.iter().any(|name| name == part.name()));
    Ok(())
}
