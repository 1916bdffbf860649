//! The bounds that a contract can state. Generated code calls these.

use crate::{Status, Violation};

fn invalid(field: &'static str, message: String) -> Violation {
    Violation {
        status: Status::PsaErrorInvalidArgument,
        field,
        message,
    }
}

/// At least `min` bytes.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if there are fewer.
pub fn min_length(field: &'static str, length: usize, min: usize) -> Result<(), Violation> {
    if length < min {
        return Err(invalid(
            field,
            format!("has {length} bytes; it needs at least {min}"),
        ));
    }
    Ok(())
}

/// At most `max` bytes.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if there are more.
pub fn max_length(field: &'static str, length: usize, max: usize) -> Result<(), Violation> {
    if length > max {
        return Err(invalid(
            field,
            format!("has {length} bytes; it may have at most {max}"),
        ));
    }
    Ok(())
}

/// Exactly `expected` bytes, where another input fixes the length.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if the length is another.
pub fn exact_length(
    field: &'static str,
    length: usize,
    expected: Option<usize>,
) -> Result<(), Violation> {
    match expected {
        Some(expected) if expected != length => Err(invalid(
            field,
            format!("has {length} bytes; the algorithm makes it exactly {expected}"),
        )),
        _ => Ok(()),
    }
}

/// At most `max` items.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if there are more.
pub fn max_items(field: &'static str, items: usize, max: usize) -> Result<(), Violation> {
    if items > max {
        return Err(invalid(
            field,
            format!("has {items} items; it may have at most {max}"),
        ));
    }
    Ok(())
}

/// At least `min`.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if it is less.
pub fn min_value(field: &'static str, value: u64, min: u64) -> Result<(), Violation> {
    if value < min {
        return Err(invalid(
            field,
            format!("is {value}; it must be at least {min}"),
        ));
    }
    Ok(())
}

/// At most `max`.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if it is more.
pub fn max_value(field: &'static str, value: u64, max: u64) -> Result<(), Violation> {
    if value > max {
        return Err(invalid(
            field,
            format!("is {value}; it may be at most {max}"),
        ));
    }
    Ok(())
}

/// A key's name, or none where it is left empty.
pub(crate) fn named(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}
