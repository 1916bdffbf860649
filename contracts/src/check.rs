//! Bounds in contracts. Generated code calls these.

use crate::{Status, Violation};

fn invalid(field: &'static str, message: String) -> Violation {
    Violation {
        status: Status::PsaErrorInvalidArgument,
        field,
        message,
    }
}

/// Checks that there are at least `min` bytes.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if there are fewer.
pub fn min_length(field: &'static str, length: usize, min: usize) -> Result<(), Violation> {
    if length < min {
        return Err(invalid(
            field,
            format!("has {length} bytes; the minimum is {min}"),
        ));
    }
    Ok(())
}

/// Checks that there are at most `max` bytes.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if there are more.
pub fn max_length(field: &'static str, length: usize, max: usize) -> Result<(), Violation> {
    if length > max {
        return Err(invalid(
            field,
            format!("has {length} bytes; the maximum is {max}"),
        ));
    }
    Ok(())
}

/// Checks that there are exactly `expected` bytes, if another input determines the length.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if the length differs.
pub fn exact_length(
    field: &'static str,
    length: usize,
    expected: Option<usize>,
) -> Result<(), Violation> {
    match expected {
        Some(expected) if expected != length => Err(invalid(
            field,
            format!("has {length} bytes; the algorithm requires exactly {expected}"),
        )),
        _ => Ok(()),
    }
}

/// Checks that there are at most `max` items.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if there are more.
pub fn max_items(field: &'static str, items: usize, max: usize) -> Result<(), Violation> {
    if items > max {
        return Err(invalid(
            field,
            format!("has {items} items; the maximum is {max}"),
        ));
    }
    Ok(())
}

/// Checks that the value is at least `min`.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if it is less.
pub fn min_value(field: &'static str, value: u64, min: u64) -> Result<(), Violation> {
    if value < min {
        return Err(invalid(field, format!("is {value}; the minimum is {min}")));
    }
    Ok(())
}

/// Checks that the value is at most `max`.
///
/// # Errors
///
/// [`Status::PsaErrorInvalidArgument`] if it is more.
pub fn max_value(field: &'static str, value: u64, max: u64) -> Result<(), Violation> {
    if value > max {
        return Err(invalid(field, format!("is {value}; the maximum is {max}")));
    }
    Ok(())
}

/// Returns a key name, or `None` if it is empty.
pub(crate) fn named(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}
