//! One run: several connections that repeat the same request.

use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use hdrhistogram::Histogram;
use parsec_harness::Wire;

use crate::job::Job;

/// Settings of all runs.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) socket: PathBuf,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
}

/// Results of one run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) job: Job,
    pub(crate) connections: usize,
    pub(crate) elapsed: Duration,
    /// Latencies in nanoseconds.
    pub(crate) latencies: Histogram<u64>,
}

/// Runs the measurement.
pub(crate) fn run(plan: &Plan, job: Job, connections: usize) -> Result<Run> {
    ensure!(connections > 0, "at least one connection is needed");
    let request = job.request(&plan.socket)?;
    // All connections are opened before the measurement starts, so that all run concurrently.
    let wires = (0..connections)
        .map(|_| Wire::connect(&plan.socket))
        .collect::<Result<Vec<_>, _>>()?;
    let start = Barrier::new(connections);
    let histograms = thread::scope(|scope| {
        let threads: Vec<_> = wires
            .into_iter()
            .map(|wire| {
                scope.spawn(|| {
                    start.wait();
                    drive(plan, &request, wire)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .map_err(|_| anyhow!("a connection panicked"))?
            })
            .collect::<Result<Vec<_>>>()
    })?;
    let mut latencies = histogram()?;
    let mut elapsed = Duration::ZERO;
    for (own, time) in histograms {
        latencies.add(own)?;
        elapsed = elapsed.max(time);
    }
    ensure!(!latencies.is_empty(), "no request was answered in time");
    Ok(Run {
        job,
        connections,
        elapsed,
        latencies,
    })
}

fn drive(plan: &Plan, request: &[u8], mut wire: Wire) -> Result<(Histogram<u64>, Duration)> {
    let mut exchange = || -> Result<Duration> {
        let start = Instant::now();
        wire.send(request)?;
        let reply = wire.receive()?;
        let took = start.elapsed();
        ensure!(reply.header.status == 0, "refused: {}", reply.status());
        Ok(took)
    };
    let warm = Instant::now();
    while warm.elapsed() < plan.warm_up {
        exchange()?;
    }
    let mut latencies = histogram()?;
    let start = Instant::now();
    while start.elapsed() < plan.measured {
        let took = exchange()?;
        latencies.record(u64::try_from(took.as_nanos())?)?;
    }
    Ok((latencies, start.elapsed()))
}

fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new(3)?)
}
