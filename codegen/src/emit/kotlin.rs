//! The raw layer of the Kotlin client, over the one that uniffi gives.

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use super::rust_native::operation_doc;
use super::{Output, banner, keywords};
use crate::model::{Model, Operation, ProviderKind};

const FILE: &str = "clients/kotlin/src/main/kotlin/org/parsec/client/generated/Raw.kt";

/// `Raw.kt`.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let raw = Raw {
        banner: banner("contracts/operations/*.toml"),
        operations: model.operations.iter().map(view).collect(),
    };
    let text = raw.render()?.trim_end().to_owned() + "\n";
    Ok(Output::from([(FILE.to_owned(), text)]))
}

#[derive(Template)]
#[template(path = "kotlin/Raw.kt", escape = "none")]
struct Raw {
    banner: String,
    operations: Vec<View>,
}

struct View {
    doc: Vec<String>,
    /// What it is called in Kotlin, and the two that it has in uniffi's code.
    method: String,
    native: String,
    native_blocking: String,
    parameters: String,
    arguments: String,
    output: String,
}

fn view(operation: &Operation) -> View {
    let native = keywords::uniffi_method(&operation.name.snake());
    let native = native.trim_start_matches("r#");
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    if operation.provider == ProviderKind::Crypto {
        parameters.push("provider: ProviderId".to_owned());
        arguments.push("provider");
    }
    if !operation.inputs.is_empty() {
        parameters.push(format!("input: {}Request", operation.name.camel()));
        arguments.push("input");
    }
    arguments.push("timeoutMs");
    View {
        doc: operation_doc(operation),
        method: keywords::kotlin_method(&native.to_lower_camel_case()),
        native: keywords::kotlin_method(&native.to_lower_camel_case()),
        native_blocking: format!("{native}_blocking").to_lower_camel_case(),
        parameters: parameters.join(", "),
        arguments: arguments.join(", "),
        output: if operation.outputs.is_empty() {
            ": Unit".to_owned()
        } else {
            format!(": {}Response", operation.name.camel())
        },
    }
}
