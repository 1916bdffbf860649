//! The contracts in Rust, and the Rust client.

pub(super) mod calls;
mod examples;
mod functions;
mod handles;
mod imports;
pub(super) mod literals;
pub(super) mod names;
pub(super) mod native;
mod raw;
pub(super) mod tables;
mod texts;
mod values;
mod wire;

use anyhow::Result;

use super::output::Output;
use crate::model::Model;

/// The messages, which the emitted .proto files describe, the types and the tables; the raw layer of the client and
/// its handles.
pub(super) fn emit(model: &Model, protos: &Output) -> Result<Output> {
    let mut output = wire::emit(model, protos)?;
    output.extend(native::emit(model)?);
    output.extend(tables::emit(model)?);
    output.extend(raw::emit(model)?);
    output.extend(handles::emit(model)?);
    Ok(output)
}
