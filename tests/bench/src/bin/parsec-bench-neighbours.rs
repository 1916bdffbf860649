#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "a tool for people and scripts, whose output is its product"
)]
//! Measures the effect of other clients' load on one client: the same requests with idle and with
//! busy neighbours, as a ratio of latencies.
//!
//! JSON goes to standard output, a table to standard error. The program fails if a ratio is out of
//! its bounds.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use parsec_contracts::Status;
use parsec_contracts::operations::{Ping, PsaExportKey, PsaGenerateRandom, PsaHashCompute};
use parsec_contracts::types::Hash;
use parsec_harness::{Auth, Service, Wire, eventually, keys, request, request_of};
use serde::Serialize;

/// Idle and busy rounds alternate, and the best of each counts, because other load on the machine
/// only increases latencies.
const ROUNDS: usize = 7;

#[derive(Debug, Serialize)]
struct Row {
    scenario: &'static str,
    statistic: &'static str,
    quiet_us: f64,
    busy_us: f64,
    ratio: f64,
    at_least: f64,
    at_most: f64,
}

fn main() -> Result<ExitCode> {
    let rows = [
        row("flood", "p99", 0.0..=2.0, flood()?),
        row("key generation", "p99", 0.0..=10.0, key_generation()?),
        row("half-sent requests", "p99", 0.0..=5.0, half_sent()?),
        row("another's key", "median", 0.9..=1.1, others_key()?),
    ];
    println!("{}", serde_json::to_string_pretty(&rows)?);
    let is_within = |row: &Row| (row.at_least..=row.at_most).contains(&row.ratio);
    Ok(ExitCode::from(u8::from(!rows.iter().all(is_within))))
}

fn row(
    scenario: &'static str,
    statistic: &'static str,
    bounds: std::ops::RangeInclusive<f64>,
    (quiet, busy): (Duration, Duration),
) -> Row {
    let ratio = busy.as_secs_f64() / quiet.as_secs_f64();
    eprintln!(
        "{scenario:<20} {statistic:<7} quiet {quiet:>10.1?}  busy {busy:>10.1?}  {ratio:.2} times, \
         of {} to {}",
        bounds.start(),
        bounds.end()
    );
    Row {
        scenario,
        statistic,
        quiet_us: quiet.as_secs_f64() * 1e6,
        busy_us: busy.as_secs_f64() * 1e6,
        ratio,
        at_least: *bounds.start(),
        at_most: *bounds.end(),
    }
}

/// Returns the best of all idle and of all busy rounds.
fn best(mut round: impl FnMut(bool) -> Result<Duration>) -> Result<(Duration, Duration)> {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        best.0 = best.0.min(round(false)?);
        best.1 = best.1.min(round(true)?);
    }
    Ok(best)
}

/// Measures the latency of one request.
fn time(wire: &mut Wire, request: &[u8], expected: Status) -> Result<Duration> {
    let start = Instant::now();
    wire.send(request)?;
    let reply = wire.receive()?;
    let took = start.elapsed();
    ensure!(reply.status() == expected, "{}", reply.status());
    Ok(took)
}

/// Measures the 99th percentile of `count` requests, one every `pace`.
fn p99(wire: &mut Wire, request: &[u8], count: usize, pace: Duration) -> Result<Duration> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let took = time(wire, request, Status::Success)?;
        times.push(took);
        thread::sleep(pace.saturating_sub(took));
    }
    times.sort();
    Ok(times[count * 99 / 100 - 1])
}

/// Threads that repeat an action while they are enabled.
#[derive(Default)]
struct Neighbours {
    is_on: AtomicBool,
    is_over: AtomicBool,
    /// Number of active threads.
    active: AtomicU64,
}

impl Neighbours {
    fn switch(&self, is_on: bool) {
        self.is_on.store(is_on, Ordering::Release);
        eventually("the neighbours are busy or quiet", || {
            (self.active.load(Ordering::Acquire) > 0) == is_on
        });
    }

    fn run(&self, mut act: impl FnMut() -> bool) {
        let mut continues = true;
        while continues && !self.is_over.load(Ordering::Acquire) {
            if self.is_on.load(Ordering::Acquire) {
                self.active.fetch_add(1, Ordering::AcqRel);
                continues = act();
                self.active.fetch_sub(1, Ordering::AcqRel);
            } else {
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// Measures beside `count` threads that each repeat the action from `neighbour`.
fn beside<N: FnMut() -> bool + Send>(
    count: usize,
    neighbour: impl Fn(usize) -> N,
    measure: impl FnOnce(&Neighbours) -> Result<(Duration, Duration)>,
) -> Result<(Duration, Duration)> {
    let neighbours = Neighbours::default();
    thread::scope(|scope| {
        for number in 0..count {
            let (act, neighbours) = (neighbour(number), &neighbours);
            scope.spawn(move || neighbours.run(act));
        }
        let measured = measure(&neighbours);
        neighbours.is_over.store(true, Ordering::Release);
        measured
    })
}

/// A client within its limits, beside one that floods the service.
fn flood() -> Result<(Duration, Duration)> {
    let limits = "[audit]\nto = \"file\"\n\n[limits.each]\nrequests_per_second = 50\n\
                  requests_in_flight = 1\n\n[[key_manager]]";
    let service = Service::direct_with("[[key_manager]]", limits);
    // Work of some size that the rate limiter charges as one request.
    let hash = |app: &str| {
        let input = vec![7; 30_000];
        request_of(
            app,
            PsaHashCompute {
                alg: Hash::Sha256,
                input,
            },
        )
    };
    let flooder = |_| {
        let (mut wire, bytes) = (service.wire(), hash("flooder"));
        move || wire.send(&bytes).is_ok() && wire.receive().is_ok()
    };
    beside(16, flooder, |neighbours| {
        let (mut wire, bytes) = (service.wire(), hash("measured"));
        best(|is_busy| {
            neighbours.switch(is_busy);
            // Slightly slower than the limit.
            let took = p99(&mut wire, &bytes, 100, Duration::from_millis(22));
            neighbours.switch(false);
            took
        })
    })
}

/// Pings beside the generation of large RSA keys.
fn key_generation() -> Result<(Duration, Duration)> {
    let service = Service::direct();
    let generator = |_| {
        let (mut wire, mut number) = (service.wire(), 0);
        move || {
            number += 1;
            let key = keys::generate(&format!("slow-{number}"), keys::rsa(4096));
            wire.call(1, &Auth::direct("busy"), 0, key).is_ok()
        }
    };
    beside(1, generator, |neighbours| pings(&service, neighbours))
}

/// Pings beside 600 incomplete requests, and clients that send one byte at a time.
fn half_sent() -> Result<(Duration, Duration)> {
    let service = Service::direct_with("timeout = 3000", "timeout = 600000");
    let whole = || request_of("client", PsaGenerateRandom { size: 64 });
    let half_sent: Vec<Wire> = (0..600)
        .map(|number| {
            let (mut wire, whole) = (service.wire(), whole());
            wire.send(&whole[..number % whole.len()])?;
            Ok(wire)
        })
        .collect::<Result<_>>()?;
    let dripping = |_| {
        let (mut wire, bytes) = (service.wire(), whole());
        let mut bytes = bytes.into_iter().cycle();
        move || {
            thread::sleep(Duration::from_millis(2));
            bytes.next().is_some_and(|byte| wire.send(&[byte]).is_ok())
        }
    };
    // The idle round runs without any of them.
    let quiet = Service::direct();
    let busy = beside(2, dripping, |neighbours| {
        neighbours.switch(true);
        best(|is_busy| {
            let mut wire = if is_busy {
                service.wire()
            } else {
                quiet.wire()
            };
            p99(&mut wire, &ping(), 300, Duration::from_millis(2))
        })
    });
    drop(half_sent);
    busy
}

fn ping() -> Vec<u8> {
    request(0, &Auth::None, 0, Ping {})
}

fn pings(service: &Service, neighbours: &Neighbours) -> Result<(Duration, Duration)> {
    let mut wire = service.wire();
    best(|is_busy| {
        neighbours.switch(is_busy);
        let took = p99(&mut wire, &ping(), 300, Duration::from_millis(2));
        neighbours.switch(false);
        took
    })
}

/// Measures the time of the error for a missing key: for a key that does not exist, and for a key
/// of another application. The times must not differ.
fn others_key() -> Result<(Duration, Duration)> {
    let service = Service::direct();
    let mut wire = service.wire();
    let made = wire.ask("web", keys::exportable("taken", &[1; 16]));
    ensure!(made == Status::Success, "{made}");
    let export = |name: &str| {
        let key_name = name.to_owned();
        request_of("mail", PsaExportKey { key_name })
    };
    let requests = [export("never"), export("taken")];
    let mut times = [Vec::new(), Vec::new()];
    // The two alternate in either order, so that periodic load affects both equally.
    for round in 0..5000 {
        for which in [round % 2, 1 - round % 2] {
            let missing = Status::PsaErrorDoesNotExist;
            times[which].push(time(&mut wire, &requests[which], missing)?);
        }
    }
    let [nobodys, others] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    Ok((nobodys, others))
}
