#![forbid(unsafe_code)]
//! `parsec-fuzz [TARGET…] [--seconds N]`: runs fuzz targets without a nightly compiler.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use parsec_tests_fuzz::driver::{Limits, Report, replay, run, supervise, with_coverage};
use parsec_tests_fuzz::{TARGETS, Target};

/// Runs fuzz targets: mutates their corpora, and stores each input that violates a property
#[derive(Parser)]
struct Arguments {
    /// Targets; default: all
    targets: Vec<String>,
    /// Seconds per target
    #[arg(long, default_value = "10")]
    seconds: f64,
    /// Maximum number of inputs per target
    #[arg(long, default_value_t = u64::MAX)]
    executions: u64,
    /// Seed of the random numbers; the same seed runs the same inputs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of targets to run in parallel
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Run one input of a target without an environment, and print the panic
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// Run targets under libFuzzer, with this program; targets whose code runs in a service use the
    /// driver
    #[arg(long, value_name = "PROGRAM")]
    coverage: Option<PathBuf>,
    /// Write some inputs with new outcomes into this folder, for the corpus
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// List the targets
    #[arg(long)]
    list: bool,
    /// Run the target in this process, and print a summary as JSON
    #[arg(long, hide = true)]
    in_this_process: bool,
}

fn main() -> ExitCode {
    match work(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is for people")]
fn work(arguments: &Arguments) -> Result<ExitCode> {
    let targets = chosen(&arguments.targets)?;
    if arguments.list {
        for target in targets {
            println!("{:<10} {}", target.name, target.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let limits = Limits {
        time: Duration::try_from_secs_f64(arguments.seconds).context("--seconds")?,
        executions: arguments.executions,
        seed: arguments.seed,
        keep: arguments.keep.clone(),
    };
    if let Some(file) = &arguments.replay {
        let [target] = targets.as_slice() else {
            bail!("name the target of this input");
        };
        replay(target, file).with_context(|| file.display().to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.in_this_process {
        let [target] = targets.as_slice() else {
            bail!("one target at a time");
        };
        println!("{}", serde_json::to_string(&run(target, &limits)?)?);
        return Ok(ExitCode::SUCCESS);
    }
    let (reports, failed) = run_all(&targets, &limits, arguments)?;
    print(&reports);
    for error in &failed {
        eprintln!("{error:#}");
    }
    if !failed.is_empty() {
        return Ok(ExitCode::from(2));
    }
    let is_clean = reports
        .iter()
        .all(|report| report.summary.faults.is_empty());
    Ok(ExitCode::from(u8::from(!is_clean)))
}

fn chosen(names: &[String]) -> Result<Vec<&'static Target>> {
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    let find = |name: &String| {
        Target::named(name).with_context(|| {
            let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            format!("there is no target {name}; there are {}", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}

/// Runs the targets; the reports of the others are kept if one cannot run.
fn run_all(
    targets: &[&'static Target],
    limits: &Limits,
    arguments: &Arguments,
) -> Result<(Vec<Report>, Vec<anyhow::Error>)> {
    let program = env::current_exe()?.display().to_string();
    let waiting = Mutex::new(targets.iter());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..arguments.jobs.clamp(1, targets.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
                    let Some(target) = next else { return };
                    let coverage = arguments.coverage.as_deref();
                    let report = match coverage.filter(|_| target.is_in_process()) {
                        Some(program) => with_coverage(target, limits, program),
                        None => supervise(target, limits, &program),
                    };
                    let report = report.with_context(|| format!("the target {}", target.name));
                    if let Ok(mut done) = done.lock() {
                        done.push(report);
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_default();
    let (mut reports, mut failed) = (Vec::new(), Vec::new());
    for report in done {
        match report {
            Ok(report) => reports.push(report),
            Err(error) => failed.push(error),
        }
    }
    reports.sort_by_key(|report| targets.iter().position(|one| one.name == report.target));
    Ok((reports, failed))
}

#[expect(clippy::print_stdout, reason = "the table is for people")]
fn print(reports: &[Report]) {
    println!(
        "\n{:<10} {:>8} {:>12} {:>9} {:>9} {:>7}",
        "target", "corpus", "executions", "outcomes", "seconds", "faults"
    );
    let mut total = 0;
    for Report {
        target,
        summary,
        time,
    } in reports
    {
        total += summary.executions;
        println!(
            "{target:<10} {:>8} {:>12} {:>9} {:>9.1} {:>7}",
            summary.corpus,
            summary.executions,
            summary.new,
            time.as_secs_f64(),
            summary.faults.len()
        );
    }
    println!("{:<10} {:>8} {total:>12}", "total", "");
    for report in reports {
        for fault in &report.summary.faults {
            println!("\n{}: {}", report.target, fault.file.display());
            println!("  {}", fault.message.lines().next().unwrap_or_default());
        }
    }
}
