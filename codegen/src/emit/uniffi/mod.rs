//! The binding of Kotlin and Swift.

mod handles;
pub(super) mod names;
mod raw;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// The raw layer and the objects with the methods.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = raw::emit(model)?;
    output.extend(handles::emit(model)?);
    Ok(output)
}
