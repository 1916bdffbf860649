//! Output for users and scripts.

use std::fs;
use std::thread;

use anyhow::Result;
use serde::Serialize;

use crate::load::Run;

/// One run in the JSON output. Latencies are in microseconds.
#[derive(Serialize)]
struct Row {
    operation: String,
    connections: usize,
    requests: u64,
    seconds: f64,
    per_second: f64,
    mean_us: f64,
    p50_us: f64,
    p90_us: f64,
    p99_us: f64,
    p999_us: f64,
    max_us: f64,
}

impl Row {
    fn new(run: &Run) -> Self {
        let micros = |nanos: u64| nanos as f64 / 1000.0;
        let quantile = |q| micros(run.latencies.value_at_quantile(q));
        let seconds = run.elapsed.as_secs_f64();
        let requests = run.latencies.len();
        Self {
            operation: run.job.name(),
            connections: run.connections,
            requests,
            seconds,
            per_second: requests as f64 / seconds,
            mean_us: run.latencies.mean() / 1000.0,
            p50_us: quantile(0.5),
            p90_us: quantile(0.9),
            p99_us: quantile(0.99),
            p999_us: quantile(0.999),
            max_us: micros(run.latencies.max()),
        }
    }
}

/// Header of the table.
pub(crate) fn head() {
    eprintln!(
        "{:<14} {:>5} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "operation", "conn", "req/s", "p50 µs", "p90 µs", "p99 µs", "max µs"
    );
}

/// Row of the table.
pub(crate) fn line(run: &Run) {
    let row = Row::new(run);
    eprintln!(
        "{:<14} {:>5} {:>10.0} {:>10.1} {:>10.1} {:>10.1} {:>10.1}",
        row.operation,
        row.connections,
        row.per_second,
        row.p50_us,
        row.p90_us,
        row.p99_us,
        row.max_us
    );
}

/// The machine that ran the measurement.
#[derive(Serialize)]
struct Machine {
    architecture: &'static str,
    /// Number of processors available to this process and to the service.
    cores: Option<usize>,
    processor: Option<String>,
    kernel: Option<String>,
}

impl Machine {
    fn this() -> Self {
        Self {
            architecture: std::env::consts::ARCH,
            cores: thread::available_parallelism().ok().map(usize::from),
            processor: fs::read_to_string("/proc/cpuinfo")
                .ok()
                .and_then(|text| processor(&text)),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .ok()
                .map(|text| text.trim().to_owned()),
        }
    }
}

/// Returns the name of the first processor; not every architecture has one.
fn processor(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The whole report.
pub(crate) fn json(runs: &[Run]) -> Result<String> {
    #[derive(Serialize)]
    struct Report {
        version: &'static str,
        optimised: bool,
        machine: Machine,
        runs: Vec<Row>,
    }
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        optimised: !cfg!(debug_assertions),
        machine: Machine::this(),
        runs: runs.iter().map(Row::new).collect(),
    };
    Ok(serde_json::to_string_pretty(&report)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_name_of_the_processor_if_any() {
        let text = "processor\t: 0\nmodel name\t: Some CPU: fast\n\nprocessor\t: 1\n";
        assert_eq!(processor(text).as_deref(), Some("Some CPU: fast"));
        assert_eq!(processor("processor\t: 0\nBogoMIPS\t: 50.00\n"), None);
    }
}
