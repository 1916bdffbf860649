//! Fuzz targets.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use crate::world::World;

/// Code that parses external input, and the properties of all inputs.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name on the command line, and the name of its corpus folder.
    pub name: &'static str,
    /// Description of its input.
    pub about: &'static str,
    /// Runs one input. A panic is a fault.
    pub run: fn(&[u8]) -> Outcome,
    /// Generates seed inputs beside the corpus.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Dictionary for mutations.
    pub words: &'static [&'static str],
    /// Maximum length of an input in bytes.
    pub longest: usize,
    /// The environment that it needs.
    pub world: World,
}

impl Target {
    /// Returns the target of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        crate::targets::ALL
            .iter()
            .find(|target| target.name == name)
    }

    /// Returns whether the tested code runs in its own process.
    pub fn is_in_process(&self) -> bool {
        matches!(self.world, World::Nothing | World::Files)
    }
}

/// The outcome of an input: inputs with a new outcome are mutated further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome(u64);

impl Outcome {
    /// Returns the outcome shared by all inputs with equal `parts`.
    pub fn of(parts: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        Self(hasher.finish())
    }

    /// Returns the outcome shared by all inputs with the same words in their message. Numbers and
    /// quoted texts come from the input and are ignored.
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

/// Fails the target if a message for users contains debug text.
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
