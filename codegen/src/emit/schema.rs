//! JSON Schema of the contract files, for editors.

use anyhow::Result;
use schemars::JsonSchema;
use schemars::schema_for;

use super::output::Output;
use crate::read::raw::{
    Authenticators, Handle, KeyKinds, Map, Operation, Protocol, Providers, Published, Statuses,
    Type,
};

/// Renders a schema for each form of file.
pub(super) fn emit() -> Result<Output> {
    Ok(Output::from([
        schema::<Operation>("operation")?,
        schema::<Handle>("handle")?,
        schema::<Map<Type>>("types")?,
        schema::<Protocol>("protocol")?,
        schema::<Statuses>("statuses")?,
        schema::<Providers>("providers")?,
        schema::<Authenticators>("authenticators")?,
        schema::<KeyKinds>("key_kinds")?,
        schema::<Published>("published")?,
    ]))
}

fn schema<T: JsonSchema>(name: &str) -> Result<(String, String)> {
    let mut schema = schema_for!(T);
    schema.insert(
        "$comment".to_owned(),
        super::output::banner("codegen/src/read/raw/*.rs").into(),
    );
    let text = serde_json::to_string_pretty(&schema)? + "\n";
    Ok((format!("contracts/schema/{name}.json"), text))
}
