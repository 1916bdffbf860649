#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "a tool for people and scripts, whose output is its product"
)]
//! The end-to-end load generator: operations × connections against a running service.
//!
//! JSON goes to standard output for scripts, a table to standard error. Without `--endpoint` it
//! starts a service on the embedded default. Each connection has its own thread and one request in
//! flight, so a latency is the latency of one caller, and the throughput is the number of
//! connections divided by the mean latency.

mod job;
mod load;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum as _};
use parsec_harness::Service;

use crate::job::Job;

/// Measures a Parsec service from the outside.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Running service, such as unix:/run/parsec/parsec.sock, with peer credentials. Keys whose
    /// names begin with parsec-bench are created there and deleted again
    #[arg(long, value_parser = socket)]
    endpoint: Option<PathBuf>,

    /// Operations to measure; default: all
    #[arg(long = "operation", value_enum, value_delimiter = ',')]
    operations: Vec<Job>,

    /// Numbers of concurrent connections, each a separate run
    #[arg(long, value_delimiter = ',', default_value = "1,4,16,64")]
    connections: Vec<usize>,

    /// Seconds per run
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,

    /// Seconds of warm-up before each run
    #[arg(long, default_value_t = 0.5)]
    warm_up: f64,
}

fn socket(endpoint: &str) -> Result<PathBuf, String> {
    let path = endpoint
        .strip_prefix("unix:")
        .ok_or("begin it with unix:")?;
    // A URL may contain an empty host.
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.starts_with('/') {
        Ok(path.into())
    } else {
        Err("give the whole path, as in unix:/run/parsec/parsec.sock".into())
    }
}

fn seconds(value: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(value)
        .with_context(|| format!("{value} is not a number of seconds"))
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let own = match &arguments.endpoint {
        Some(_) => None,
        None => Some(Service::builder().try_start()?),
    };
    let socket = match (&arguments.endpoint, &own) {
        (Some(path), _) => path.clone(),
        (None, Some(service)) => service.socket(),
        (None, None) => unreachable!("one of the two was just created"),
    };
    let jobs = match arguments.operations.as_slice() {
        [] => Job::value_variants(),
        chosen => chosen,
    };
    let plan = load::Plan {
        socket,
        warm_up: seconds(arguments.warm_up)?,
        measured: seconds(arguments.seconds)?,
    };
    report::head();
    let mut runs = Vec::new();
    for job in jobs {
        job.prepare(&plan.socket)
            .with_context(|| format!("{} cannot be prepared", job.name()))?;
        for connections in &arguments.connections {
            let run = load::run(&plan, *job, *connections)
                .with_context(|| format!("{} over {connections} connections", job.name()))?;
            report::line(&run);
            runs.push(run);
        }
        job.clean_up(&plan.socket)?;
    }
    println!("{}", report::json(&runs)?);
    Ok(())
}
