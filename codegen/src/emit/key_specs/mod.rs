//! The specifications of new keys: their kinds, their options and the enumerations of options.
//! `kinds` renders tables and pages; this renders the classes, records and functions of each
//! language.

mod kotlin;
mod rust;
mod swift;
mod swift_kinds;
mod uniffi;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// Renders the files of each language.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    output.extend(rust::emit(model)?);
    output.extend(uniffi::emit(model)?);
    output.extend(kotlin::emit(model)?);
    output.extend(swift::emit(model)?);
    Ok(output)
}
