//! Places in the configuration.

use std::error::Error;
use std::fmt;

/// A line of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as errors call it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// An error in this line.
    pub fn wrong(&self, message: impl Into<String>) -> SettingError {
        SettingError {
            place: self.clone(),
            message: message.into(),
        }
    }
}

/// A setting that is used after the configuration was read, with its place for errors.
#[derive(Debug, Clone, Eq)]
pub struct Placed<T> {
    /// The setting.
    pub value: T,
    /// Its place.
    pub place: Place,
}

/// A setting that moved to another line is the same setting.
impl<T: PartialEq> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A setting that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// Where it is.
    pub place: Place,
    /// The problem, and how to correct it.
    pub message: String,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}",
            self.place.file, self.place.line, self.message
        )
    }
}

impl Error for SettingError {}
