#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "a tool for people and scripts, whose output is its product"
)]
//! Compares calls per second of each language with the Rust client: the same operations, one
//! service, one run.
//!
//! The programs of the other languages print their own measurements as JSON: `{"language": …,
//! "runs": [{"operation": …, "mode": "blocking" | "async", "concurrency": n, "calls_per_second":
//! x}]}`. JSON goes to standard output, a table to standard error.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use parsec_client::operations::Ping;
use parsec_client::{Client, Endpoint, Signature, aes_256_gcm, blocking, ecdsa_p256};
use parsec_harness::Service;
use serde::{Deserialize, Serialize};

const MESSAGE: &[u8] = b"a message of a usual length, as it might be signed";
/// The largest message that fits into a request.
const LARGE: usize = 1024 * 1024 - 4096;
const OPERATIONS: [&str; 6] = [
    "ping",
    "sign-p256",
    "verify-p256",
    "encrypt-64",
    "encrypt-1m",
    "random-32",
];

/// Measures each language's client.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Seconds per run.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,

    /// Program of another language, with its arguments, that prints its runs as JSON. It finds the
    /// service through its environment, and PARSEC_BENCH_SECONDS contains the seconds per run.
    #[arg(long = "with", value_name = "COMMAND")]
    programs: Vec<String>,
}

/// Measurements of one language.
#[derive(Serialize, Deserialize)]
struct Report {
    language: String,
    runs: Vec<Run>,
}

#[derive(Serialize, Deserialize)]
struct Run {
    operation: String,
    mode: String,
    concurrency: usize,
    calls_per_second: f64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let service = Service::start();
    let seconds = Duration::try_from_secs_f64(arguments.seconds)?;
    let mut reports = vec![Report {
        language: "rust".to_owned(),
        runs: own_runs(&service, seconds)?,
    }];
    for program in &arguments.programs {
        reports.push(other_runs(program, &service, arguments.seconds)?);
    }
    println!("{}", serde_json::to_string_pretty(&reports)?);
    table(&reports);
    Ok(())
}

fn other_runs(program: &str, service: &Service, seconds: f64) -> Result<Report> {
    let mut words = program.split_whitespace();
    let name = words.next().context("--with names a program")?;
    let output = Command::new(PathBuf::from(name))
        .args(words)
        .env("PARSEC_SERVICE_ENDPOINT", service.endpoint())
        .env("PARSEC_BENCH_SECONDS", seconds.to_string())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{name} cannot be run"))?;
    ensure!(output.status.success(), "{program} failed");
    serde_json::from_slice(&output.stdout).with_context(|| format!("what {program} prints"))
}

fn own_runs(service: &Service, seconds: Duration) -> Result<Vec<Run>> {
    let endpoint = Endpoint::unix(service.socket());
    let client = blocking::Client::builder()
        .endpoint(endpoint.clone())
        .connect()?;
    client.generate("bench-sign", ecdsa_p256())?;
    client.generate("bench-seal", aes_256_gcm())?;
    let mut runs = Vec::new();
    for operation in OPERATIONS {
        let job = BlockingJob::new(&client)?;
        runs.push(Run {
            operation: operation.to_owned(),
            mode: "blocking".to_owned(),
            concurrency: 1,
            calls_per_second: blocking_rate(&job, operation, seconds)?,
        });
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    for operation in OPERATIONS {
        for concurrency in [1, 16] {
            let rate = async_rate(&endpoint, operation, concurrency, seconds);
            runs.push(Run {
                operation: operation.to_owned(),
                mode: "async".to_owned(),
                concurrency,
                calls_per_second: runtime.block_on(rate)?,
            });
        }
    }
    Ok(runs)
}

struct BlockingJob {
    client: blocking::Client,
    sign: blocking::SigningKey,
    seal: blocking::SymmetricKey,
    signature: Signature,
    large: Vec<u8>,
}

impl BlockingJob {
    fn new(client: &blocking::Client) -> Result<Self> {
        let sign = client.open_signing_key("bench-sign")?;
        Ok(Self {
            signature: sign.sign(MESSAGE)?,
            seal: client.open("bench-seal")?.into_symmetric_key()?,
            client: client.clone(),
            sign,
            large: vec![7; LARGE],
        })
    }

    fn call(&self, operation: &str) -> parsec_client::Result<()> {
        match operation {
            "ping" => drop(black_box(self.client.raw().ping(Ping {})?)),
            "sign-p256" => drop(black_box(self.sign.sign(MESSAGE)?)),
            "verify-p256" => self.sign.verify(MESSAGE, &self.signature)?,
            "encrypt-64" => drop(black_box(self.seal.encrypt(&self.large[..64])?)),
            "encrypt-1m" => drop(black_box(self.seal.encrypt(&self.large)?)),
            _ => drop(black_box(self.client.random(32)?)),
        }
        Ok(())
    }
}

fn blocking_rate(job: &BlockingJob, operation: &str, seconds: Duration) -> Result<f64> {
    for _ in 0..10 {
        job.call(operation)?;
    }
    let start = Instant::now();
    let mut calls = 0u32;
    while start.elapsed() < seconds {
        job.call(operation)?;
        calls += 1;
    }
    Ok(f64::from(calls) / start.elapsed().as_secs_f64())
}

async fn async_rate(
    endpoint: &Endpoint,
    operation: &'static str,
    concurrency: usize,
    seconds: Duration,
) -> Result<f64> {
    let client = Client::builder()
        .endpoint(endpoint.clone())
        .connect()
        .await?;
    let sign = client.open_signing_key("bench-sign").await?;
    let seal = client.open("bench-seal").await?.into_symmetric_key()?;
    let signature = sign.sign(MESSAGE).await?;
    let large = Arc::new(vec![7; LARGE]);
    let calls = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let callers: Vec<_> = (0..concurrency)
        .map(|_| {
            let (client, sign, seal) = (client.clone(), sign.clone(), seal.clone());
            let (signature, large, calls) = (signature.clone(), large.clone(), calls.clone());
            tokio::spawn(async move {
                while start.elapsed() < seconds {
                    match operation {
                        "ping" => drop(black_box(client.raw().ping(Ping {}).await?)),
                        "sign-p256" => drop(black_box(sign.sign(MESSAGE).await?)),
                        "verify-p256" => sign.verify(MESSAGE, &signature).await?,
                        "encrypt-64" => drop(black_box(seal.encrypt(&large[..64]).await?)),
                        "encrypt-1m" => drop(black_box(seal.encrypt(large.as_slice()).await?)),
                        _ => drop(black_box(client.random(32).await?)),
                    }
                    calls.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<(), parsec_client::Error>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(calls.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}

/// Prints each language's rate, and its ratio to Rust's.
fn table(reports: &[Report]) {
    let mut rows: BTreeMap<(&str, usize, usize), Vec<String>> = BTreeMap::new();
    let (rust, others) = reports.split_at(1);
    for run in rust.iter().flat_map(|report| &report.runs) {
        let place = OPERATIONS.iter().position(|known| *known == run.operation);
        let row = rows
            .entry((&run.mode, run.concurrency, place.unwrap_or_default()))
            .or_default();
        row.push(format!("{:>10.0}", run.calls_per_second));
        for report in others {
            let same = report.runs.iter().find(|other| {
                other.operation == run.operation
                    && other.mode == run.mode
                    && other.concurrency == run.concurrency
            });
            row.push(same.map_or_else(
                || format!("{:>18}", "-"),
                |other| {
                    let times = run.calls_per_second / other.calls_per_second;
                    format!("{:>10.0} ({times:.2}×)", other.calls_per_second)
                },
            ));
        }
    }
    let names: Vec<_> = reports
        .iter()
        .map(|report| report.language.as_str())
        .collect();
    eprintln!(
        "calls per second, and the ratio to Rust's rate: {}",
        names.join(", ")
    );
    for ((mode, concurrency, place), cells) in rows {
        eprintln!(
            "{mode:<9}{concurrency:>3}  {:<12} {}",
            OPERATIONS[place],
            cells.join("  ")
        );
    }
}
