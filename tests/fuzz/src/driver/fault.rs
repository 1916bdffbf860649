//! Faults: catching them, making their inputs smaller, and keeping them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::corpus;
use crate::{Outcome, Target};

/// An input for which a property does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where the input is kept.
    pub file: PathBuf,
    /// What the panic said, and where.
    pub message: String,
}

/// What a panic said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panic {
    /// File and line.
    place: String,
    message: String,
    backtrace: String,
}

/// The last panic of any thread, for those of a target's own threads are faults as well.
static LAST: Mutex<Option<Panic>> = Mutex::new(None);

/// Keeps what panics say instead of printing it.
pub(crate) fn catch_all() {
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, ToString::to_string);
        let panic = Panic {
            place,
            message: info.payload_as_str().unwrap_or_default().to_owned(),
            backtrace: std::backtrace::Backtrace::force_capture().to_string(),
        };
        let mut last = LAST
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        last.get_or_insert(panic);
    }));
}

/// Runs one input.
pub(crate) fn attempt(target: &Target, input: &[u8]) -> Result<Outcome, Panic> {
    let result = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let mut last = LAST
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    match (result, last.take()) {
        (Ok(outcome), None) => Ok(outcome),
        (_, Some(panic)) => Err(panic),
        (Err(_), None) => Err(Panic {
            place: String::new(),
            message: "a panic without a message".to_owned(),
            backtrace: String::new(),
        }),
    }
}

/// The faults of a run, one for each place that panics.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    found: BTreeMap<String, Fault>,
}

/// How long an input is made smaller.
const PATIENCE: Duration = Duration::from_secs(5);

impl Faults {
    /// Whether there are so many that continuing finds the same again.
    pub(crate) fn are_enough(&self) -> bool {
        self.found.len() >= 10
    }

    /// Keeps an input, unless one with the same fault is kept already.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn keep(&mut self, target: &Target, input: &[u8], panic: &Panic) -> io::Result<()> {
        if self.found.contains_key(&panic.place) {
            return Ok(());
        }
        // Where a service has a state, the same input need not lead to the same again.
        let small = match target.is_in_process() {
            true => smaller(target, input, &panic.place),
            false => input.to_vec(),
        };
        let text = format!("{}: {}\n\n{}", panic.place, panic.message, panic.backtrace);
        let fault = save(
            target,
            &small,
            &text,
            format!("{}: {}", panic.place, panic.message),
        )?;
        self.found.insert(panic.place.clone(), fault);
        Ok(())
    }

    pub(crate) fn into_list(self) -> Vec<Fault> {
        self.found.into_values().collect()
    }
}

/// Writes an input, and beside it what is known of its fault.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn save(
    target: &Target,
    input: &[u8],
    text: &str,
    message: String,
) -> io::Result<Fault> {
    let folder = super::folder().join("faults").join(target.name);
    fs::create_dir_all(&folder)?;
    let file = folder.join(corpus::name(input));
    fs::write(&file, input)?;
    fs::write(file.with_extension("txt"), text)?;
    Ok(Fault { file, message })
}

/// The shortest input found that panics in the same place.
fn smaller(target: &Target, input: &[u8], place: &str) -> Vec<u8> {
    let deadline = Instant::now() + PATIENCE;
    let mut best = input.to_vec();
    let mut length = best.len().div_ceil(2);
    while length > 0 && Instant::now() < deadline {
        let mut at = 0;
        while at < best.len() && Instant::now() < deadline {
            let mut shorter = best.clone();
            shorter.drain(at..(at + length).min(best.len()));
            match attempt(target, &shorter) {
                Err(panic) if panic.place == place => best = shorter,
                _ => at += length,
            }
        }
        length /= 2;
    }
    best
}
