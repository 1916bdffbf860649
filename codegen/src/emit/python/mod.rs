//! The Python client, for asyncio and blocking, and its binding.

mod binding;
pub(super) mod calls;
mod examples;
mod handles;
mod imports;
mod layout;
mod names;
mod packages;
pub(super) mod raw;
mod stubs;
mod texts;
mod values;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// The raw layer, the classes with the rest of their packages, the tests of their examples, and the binding with
/// its stubs.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = raw::emit(model)?;
    output.extend(handles::emit(model)?);
    output.extend(packages::emit(model)?);
    output.extend(examples::emit(model)?);
    output.extend(binding::emit(model)?);
    output.extend(stubs::emit(model)?);
    Ok(output)
}
