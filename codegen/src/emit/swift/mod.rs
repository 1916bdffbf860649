//! The Swift package, over the bindings of uniffi.

pub(super) mod calls;
mod examples;
mod handles;
mod names;
mod raw;
mod texts;
mod values;
mod variants;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// The raw layer, the methods, and the tests of their examples.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = raw::emit(model)?;
    output.extend(handles::emit(model)?);
    output.extend(examples::emit(model)?);
    Ok(output)
}
