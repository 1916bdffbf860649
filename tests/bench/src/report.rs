//! What people and scripts read.

use anyhow::Result;
use serde::Serialize;

use crate::load::Run;

/// One run, as a script sees it. Latencies are in microseconds.
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

/// The head of the table.
pub(crate) fn head() {
    eprintln!(
        "{:<14} {:>5} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "operation", "conn", "req/s", "p50 µs", "p99 µs", "p99.9 µs", "max µs"
    );
}

/// A line of it.
pub(crate) fn line(run: &Run) {
    let row = Row::new(run);
    eprintln!(
        "{:<14} {:>5} {:>10.0} {:>10.1} {:>10.1} {:>10.1} {:>10.1}",
        row.operation,
        row.connections,
        row.per_second,
        row.p50_us,
        row.p99_us,
        row.p999_us,
        row.max_us
    );
}

/// All of it.
pub(crate) fn json(runs: &[Run]) -> Result<String> {
    #[derive(Serialize)]
    struct Report {
        optimised: bool,
        runs: Vec<Row>,
    }
    let report = Report {
        optimised: !cfg!(debug_assertions),
        runs: runs.iter().map(Row::new).collect(),
    };
    Ok(serde_json::to_string_pretty(&report)?)
}
