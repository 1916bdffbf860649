//! The Kotlin client, over the bindings of uniffi.

pub(super) mod calls;
mod conversions;
mod declarations;
mod defaults;
mod examples;
mod handles;
mod names;
mod raw;
mod records;
mod texts;
mod type_files;
mod types;
mod values;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// The raw layer, the types, the classes, and the tests of their examples.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = raw::emit(model)?;
    output.extend(type_files::emit(model)?);
    output.extend(handles::emit(model)?);
    output.extend(examples::emit(model)?);
    Ok(output)
}
