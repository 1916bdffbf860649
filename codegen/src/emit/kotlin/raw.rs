//! The raw layer of the Kotlin client, over the bindings of uniffi.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use super::declarations::{Body, Signature, WIDTH, declaration};
use super::type_files::INTERNAL;
use super::types::RAW;
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::native::operation_doc;
use crate::emit::text::wrap;
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
        let views: Vec<View> = model.operations_of(area).map(view).collect();
        let types = views.iter().flat_map(|view| &view.types);
        let types = types.map(|class| format!("{RAW}.{class}"));
        let called = |name: &str| {
            let mut lines = views.iter().flat_map(|view| &view.suspending);
            lines.any(|line| line.contains(&format!(".{name}()")))
        };
        let conversions = ["lift", "lower"].into_iter().filter(|name| called(name));
        let conversions = conversions.map(|name| format!("{INTERNAL}.{name}"));
        let operations = Operations {
            banner: banner(source),
            title: &area.title,
            interface: interface(area),
            imports: types.chain(conversions).collect(),
            operations: views,
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
    imports: BTreeSet<String>,
    operations: Vec<View>,
}

struct View {
    doc: Vec<String>,
    /// Its name in Kotlin.
    method: String,
    suspending: Vec<String>,
    blocking: Vec<String>,
    /// The types of its input and output.
    types: Vec<String>,
}

fn view(operation: &Operation) -> View {
    let native = keywords::uniffi_method(&operation.name.snake());
    let native = native.trim_start_matches("r#");
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    if operation.provider == ProviderKind::Crypto {
        parameters.push("provider: Provider".to_owned());
        arguments.push("provider.lower()");
    }
    if !operation.inputs.is_empty() {
        parameters.push(format!("input: {}Request", operation.name.camel()));
        arguments.push("input.lower()");
    }
    arguments.push("calls.timeoutMs");
    let arguments = arguments.join(", ");
    let method = keywords::kotlin_method(&native.to_lower_camel_case());
    let output =
        (!operation.outputs.is_empty()).then(|| format!("{}Response", operation.name.camel()));
    let lifted = if output.is_some() { ".lift()" } else { "" };
    let declared = |modifiers: &'static str, name: &str, call: &'static str, native: &str| {
        let signature = Signature {
            overloads: false,
            modifiers,
            generics: "",
            name: name.to_owned(),
            parameters: &parameters,
        };
        let body = Body {
            before: String::new(),
            call,
            within: format!("calls.native.{native}({arguments}){lifted}"),
            after: String::new(),
        };
        declaration(
            &signature,
            output.as_deref().unwrap_or("Unit"),
            &body,
            false,
        )
    };
    let native_blocking = format!("{native}_blocking").to_lower_camel_case();
    let blocking_method = format!("{method}Blocking");
    View {
        doc: operation_doc(operation)
            .iter()
            .flat_map(|line| match line.is_empty() {
                true => vec![String::new()],
                false => wrap(line, WIDTH - "     * ".len()),
            })
            .collect(),
        suspending: declared("public suspend fun ", &method, "callSuspending", &method),
        blocking: declared(
            "public fun ",
            &blocking_method,
            "callBlocking",
            &native_blocking,
        ),
        types: parameters
            .iter()
            .filter_map(|parameter| Some(parameter.split_once(": ")?.1.to_owned()))
            .filter(|class| class != "Provider")
            .chain(output.clone())
            .collect(),
        method,
    }
}
