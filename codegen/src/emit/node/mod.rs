//! The Node client and its binding.

mod binding;
mod bodies;
pub(super) mod calls;
mod examples;
mod handles;
mod imports;
mod names;
mod options;
pub(super) mod raw;
mod texts;
mod values;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// The raw layer, the classes, the tests of their examples, and the binding.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = raw::emit(model)?;
    output.extend(handles::emit(model)?);
    output.extend(examples::emit(model)?);
    output.extend(binding::emit(model)?);
    Ok(output)
}
