//! Settings as `--check` prints them.

/// A setting as `--check` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printed {
    /// A string.
    Text(String),
    /// A boolean.
    Boolean(bool),
    /// A decimal integer.
    Integer(u64),
    /// A hexadecimal integer.
    Hexadecimal(u32),
    /// A list of integers.
    Integers(Vec<u32>),
    /// A secret, which is not printed.
    Hidden,
}
