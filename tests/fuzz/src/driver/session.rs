//! One run of one target in this process.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use super::fault::{self, Fault, Faults};
use super::{corpus, mutate};
use crate::Target;

/// Limits of a run.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Maximum duration.
    pub time: Duration,
    /// Maximum number of inputs.
    pub executions: u64,
    /// Seed of the random numbers: the same seed runs the same inputs.
    pub seed: u64,
    /// Folder for inputs whose outcome the corpus lacks.
    pub keep: Option<PathBuf>,
}

/// Results of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Number of executed inputs.
    pub executions: u64,
    /// Number of seed inputs.
    pub corpus: u64,
    /// Number of inputs with a new outcome.
    pub new: u64,
    /// The faults found.
    pub faults: Vec<Fault>,
}

/// Maximum number of inputs kept for their outcome, besides the corpus.
const MOST_KEPT: usize = 4096;
/// Maximum time per input, after which it counts as endless.
const LONGEST_RUN: Duration = Duration::from_secs(60);

/// The file with the current input, for the supervisor of a process that dies. Its name contains
/// the supervisor's process ID, so that two runs in one clone do not collide.
pub(crate) fn current(target: &Target, supervisor: u32) -> PathBuf {
    let name = format!("{}-{supervisor}", target.name);
    super::folder().join("current").join(name)
}

/// Runs the corpus, then mutations of it.
///
/// # Errors
///
/// If the corpus cannot be read, or a fault cannot be written.
pub fn run(target: &Target, limits: &Limits) -> io::Result<Summary> {
    fault::catch_all();
    let mut session = Session::new(target, limits.seed)?;
    let deadline = Instant::now() + limits.time;
    let corpus = corpus::load(target)?;
    let mut summary = Summary {
        corpus: corpus.len() as u64,
        ..Summary::default()
    };
    for input in corpus {
        session.attempt(&input)?;
        session.pool.push(input);
    }
    let first = session.pool.len();
    while Instant::now() < deadline
        && session.executions < limits.executions
        && !session.faults.are_enough()
    {
        let input = session.mutated();
        if session.attempt(&input)? && session.pool.len() < first + MOST_KEPT {
            session.pool.push(input);
        }
    }
    if let Some(folder) = &limits.keep {
        corpus::keep(&folder.join(target.name), &session.pool[first..])?;
    }
    summary.executions = session.executions;
    summary.new = session.seen.len() as u64;
    summary.faults = session.faults.into_list();
    fs::remove_file(current(target, parent_id()))?;
    Ok(summary)
}

/// Runs one input and lets its panic reach the terminal.
///
/// # Errors
///
/// If it cannot be read.
pub fn replay(target: &Target, file: &Path) -> io::Result<()> {
    let input = fs::read(file)?;
    (target.run)(&input);
    Ok(())
}

struct Session<'a> {
    target: &'a Target,
    random: Rng,
    pool: Vec<Vec<u8>>,
    seen: HashSet<crate::Outcome>,
    faults: Faults,
    executions: u64,
    current: File,
}

impl<'a> Session<'a> {
    fn new(target: &'a Target, seed: u64) -> io::Result<Self> {
        let place = current(target, parent_id());
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        watch();
        Ok(Self {
            target,
            random: Rng::with_seed(seed),
            pool: Vec::new(),
            seen: HashSet::new(),
            faults: Faults::default(),
            executions: 0,
            current: File::create(place)?,
        })
    }

    fn mutated(&mut self) -> Vec<u8> {
        let base = self.random.usize(0..self.pool.len());
        let other = self.random.usize(0..self.pool.len());
        mutate::mutate(
            &mut self.random,
            &self.pool[base],
            &self.pool[other],
            self.target.words,
            self.target.longest,
        )
    }

    /// Runs an input; returns whether its outcome is new.
    fn attempt(&mut self, input: &[u8]) -> io::Result<bool> {
        self.current.set_len(input.len() as u64)?;
        self.current.write_all_at(input, 0)?;
        self.executions += 1;
        STARTED.store(self.executions, Ordering::Relaxed);
        match fault::attempt(self.target, input) {
            Ok(outcome) => Ok(self.seen.insert(outcome)),
            Err(panic) => {
                self.faults.keep(self.target, input, &panic)?;
                Ok(false)
            }
        }
    }
}

/// Number of the current input.
static STARTED: AtomicU64 = AtomicU64::new(0);

/// Exits this process if one input takes too long. The supervisor finds the input.
fn watch() {
    thread::spawn(|| {
        let mut last = (STARTED.load(Ordering::Relaxed), Instant::now());
        loop {
            thread::sleep(Duration::from_secs(1));
            let now = STARTED.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > LONGEST_RUN {
                eprintln!("an input runs for more than {} s", LONGEST_RUN.as_secs());
                process::exit(HUNG);
            }
        }
    });
}

/// Exit code of a process whose input does not finish.
const HUNG: i32 = 77;
