//! Faults: catching panics, minimising inputs, and storing them.

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

/// An input that violates a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Path of the stored input.
    pub file: PathBuf,
    /// Message and location of the panic.
    pub message: String,
}

/// A caught panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panic {
    /// File and line.
    place: String,
    message: String,
    backtrace: String,
}

/// The last panic of any thread, because panics of a target's own threads are faults as well.
static LAST: Mutex<Option<Panic>> = Mutex::new(None);

/// Stores panic messages instead of printing them.
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

/// The faults of a run, one per panic location.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    found: BTreeMap<String, Fault>,
}

/// Maximum time for minimising an input.
const PATIENCE: Duration = Duration::from_secs(5);

impl Faults {
    /// Returns whether there are so many faults that continuing only repeats them.
    pub(crate) fn are_enough(&self) -> bool {
        self.found.len() >= 10
    }

    /// Stores an input, unless one with the same fault is already stored.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn keep(&mut self, target: &Target, input: &[u8], panic: &Panic) -> io::Result<()> {
        if self.found.contains_key(&panic.place) {
            return Ok(());
        }
        // If a service has state, the same input may not fail again.
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

/// Writes an input and the details of its fault.
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

/// Returns the shortest input found that panics at the same location.
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
