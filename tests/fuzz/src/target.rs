//! What a fuzz target is.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use crate::world::World;

/// Code that reads bytes of others, and the properties that hold for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name on the command line, and its folder in the corpus.
    pub name: &'static str,
    /// What it reads.
    pub about: &'static str,
    /// Runs one input. A panic is a fault.
    pub run: fn(&[u8]) -> Outcome,
    /// Inputs to start from, beside those in the corpus.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words that inputs are made of.
    pub words: &'static [&'static str],
    /// Bytes that an input has at most.
    pub longest: usize,
    /// What must run beside it.
    pub world: World,
}

impl Target {
    /// The target of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        crate::targets::ALL
            .iter()
            .find(|target| target.name == name)
    }

    /// Whether the code that it tests runs in its own process.
    pub fn is_in_process(&self) -> bool {
        matches!(self.world, World::Nothing | World::Files)
    }
}

/// What an input led to: inputs with an outcome that was not seen before are worth mutating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome(u64);

impl Outcome {
    /// The outcome that all inputs with equal `parts` have.
    pub fn of(parts: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        Self(hasher.finish())
    }

    /// The outcome that all inputs have whose message has the same words. Numbers and what is quoted
    /// come from the input and make no difference.
    pub fn of_message(message: impl ToString) -> Self {
        let message = message.to_string();
        let mut plain = String::new();
        for (index, part) in message.split(['"', '`', '\'']).enumerate() {
            if index % 2 == 0 {
                plain.extend(part.chars().filter(|c| !c.is_ascii_digit()));
            }
        }
        Self::of(plain.chars().take(64).collect::<String>())
    }
}

/// Fails the target if a text for people holds what only developers understand.
///
/// # Panics
///
/// If it does.
pub(crate) fn assert_readable(text: &str) {
    const DEBUG: &[&str] = &[
        "panicked at",
        "RUST_BACKTRACE",
        ".rs:",
        "Some(",
        "Ok(",
        "Err(",
        "Error(",
        "Error {",
        "Utf8Error",
        "unwrap()",
        "core::",
        "std::",
        "alloc::",
    ];
    let found = DEBUG.iter().find(|part| text.contains(**part));
    assert!(found.is_none(), "debug text {found:?} in: {text}");
}
