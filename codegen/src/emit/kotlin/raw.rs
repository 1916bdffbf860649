//! The raw layer of the Kotlin client, over the bindings of uniffi.

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::native::operation_doc;
use crate::model::{Area, Model, Operation, ProviderKind};

const FOLDER: &str = "clients/kotlin/src/main/kotlin/org/parsec/client/generated";

/// Renders `Raw.kt`, `RawCalls.kt`, and for each area a file with the interface of its operations.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |name: &str, text: String| {
        let path = format!("{FOLDER}/{name}.kt");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    let source = "contracts/operations/*.toml";
    for area in &model.areas {
        let operations = Operations {
            banner: banner(source),
            title: &area.title,
            interface: interface(area),
            operations: model.operations_of(area).map(view).collect(),
        };
        write(&interface(area), operations.render()?);
    }
    let raw = Raw {
        banner: banner(source),
        interfaces: model.areas.iter().map(interface).collect(),
    };
    write("Raw", raw.render()?);
    let calls = RawCalls {
        banner: banner(source),
    };
    write("RawCalls", calls.render()?);
    Ok(output)
}

fn interface(area: &Area) -> String {
    format!("{}Operations", area.name.camel())
}

#[derive(Template)]
#[template(path = "kotlin/Raw.kt", escape = "none")]
struct Raw {
    banner: String,
    interfaces: Vec<String>,
}

#[derive(Template)]
#[template(path = "kotlin/RawCalls.kt", escape = "none")]
struct RawCalls {
    banner: String,
}

#[derive(Template)]
#[template(path = "kotlin/Operations.kt", escape = "none")]
struct Operations<'a> {
    banner: String,
    title: &'a str,
    interface: String,
    operations: Vec<View>,
}

struct View {
    doc: Vec<String>,
    /// Its name in Kotlin. The next two are its names in the code of uniffi.
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
    arguments.push("calls.timeoutMs");
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
