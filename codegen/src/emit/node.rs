//! The raw layer of the Node client: types, and a method an operation.

use anyhow::Result;
use askama::Template;

use super::rust_native::has_default;
use super::text::one_line;
use super::{Output, banner, keywords};
use crate::model::{Field, Form, Model, Name, Payload, Provider, ProviderKind, Type, TypeRef};

const FOLDER: &str = "clients/node/src/generated";

/// `types.ts`, `raw.ts` and `providers.ts`.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut types = Vec::new();
    for found in model.types() {
        types.push(type_code(model, found)?);
    }
    for operation in &model.operations {
        let called = operation.name.lower_camel();
        if !operation.inputs.is_empty() {
            types.push(
                Struct {
                    name: operation_type(&operation.name),
                    doc: format!("What `{called}` takes."),
                    fields: fields(model, &operation.inputs, false),
                }
                .render()?,
            );
        }
        types.push(
            Struct {
                name: format!("{}Output", operation_type(&operation.name)),
                doc: format!("What `{called}` answers."),
                fields: fields(model, &operation.outputs, false),
            }
            .render()?,
        );
    }
    let types = Types {
        banner: banner("contracts"),
        types,
    };
    let raw = Raw {
        banner: banner("contracts/operations/*.toml"),
        operations: model
            .operations
            .iter()
            .map(|operation| OperationView {
                name: operation.name.snake(),
                method: keywords::node_method(&operation.name.lower_camel()),
                doc: one_line(&operation.summary),
                core: operation.provider == ProviderKind::Core,
                empty: operation.inputs.is_empty(),
                input: operation_type(&operation.name),
                output: format!("{}Output", operation_type(&operation.name)),
            })
            .collect(),
    };
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: &model.providers,
    };
    let file = |name: &str, text: String| {
        (
            format!("{FOLDER}/{name}"),
            text.trim_end().to_owned() + "\n",
        )
    };
    Ok(Output::from([
        file("types.ts", types.render()?),
        file("raw.ts", raw.render()?),
        file("providers.ts", providers.render()?),
    ]))
}

#[derive(Template)]
#[template(path = "node/types.ts", escape = "none")]
struct Types {
    banner: String,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "node/providers.ts", escape = "none")]
struct Providers<'a> {
    banner: String,
    providers: &'a [Provider],
}

#[derive(Template)]
#[template(path = "node/type.ts", escape = "none")]
struct Alias {
    name: String,
    doc: String,
    choices: Vec<String>,
}

#[derive(Template)]
#[template(path = "node/struct.ts", escape = "none")]
struct Struct {
    name: String,
    doc: String,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "node/raw.ts", escape = "none")]
struct Raw {
    banner: String,
    operations: Vec<OperationView>,
}

struct FieldView {
    name: String,
    doc: String,
    type_name: String,
    may_lack: bool,
}

struct OperationView {
    name: String,
    method: String,
    doc: String,
    core: bool,
    empty: bool,
    input: String,
    output: String,
}

fn type_code(model: &Model, found: &Type) -> Result<String> {
    let name = class(&found.name);
    let doc = one_line(&found.doc);
    let choices = match &found.form {
        Form::Struct(of) => {
            let fields = fields(model, of, has_default(model, of));
            return Ok(Struct { name, doc, fields }.render()?);
        }
        Form::Scalar(base, _) => vec![type_name(model, base)],
        Form::Enum(of) => of
            .values
            .iter()
            .map(|value| format!("'{}'", value.name.kebab()))
            .collect(),
        Form::Union(variants) => variants
            .iter()
            .map(|variant| {
                let tag = variant.name.kebab();
                match &variant.payload {
                    Payload::Empty => format!("'{tag}'"),
                    Payload::Value(type_ref) => {
                        format!("{{ '{tag}': {} }}", type_name(model, type_ref))
                    }
                    Payload::Fields(of) => {
                        let inner: Vec<_> = fields(model, of, false)
                            .into_iter()
                            .map(|field| format!("{}: {}", field.name, field.type_name))
                            .collect();
                        format!("{{ '{tag}': {{ {} }} }}", inner.join("; "))
                    }
                }
            })
            .collect(),
    };
    Ok(Alias { name, doc, choices }.render()?)
}

fn fields(model: &Model, fields: &[Field], all_may_lack: bool) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| {
            let single = type_name(model, &field.type_ref);
            FieldView {
                name: field.name.lower_camel(),
                doc: one_line(&field.doc),
                type_name: match (field.repeated, field.optional) {
                    (true, _) => format!("readonly {single}[]"),
                    (false, true) => format!("{single} | null | undefined"),
                    (false, false) => single,
                },
                may_lack: field.optional || all_may_lack,
            }
        })
        .collect()
}

fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Named(name) => class(&model.type_named(&name.kebab()).name),
        TypeRef::Bool => "boolean".to_owned(),
        TypeRef::Uint32 => "number".to_owned(),
        TypeRef::Uint64 => "Uint64".to_owned(),
        TypeRef::String => "string".to_owned(),
        TypeRef::Bytes => "Uint8Array".to_owned(),
    }
}

/// Operations and types have names apart, but an operation may be called as a type is.
fn operation_type(name: &Name) -> String {
    format!("{}Operation", name.camel())
}

fn class(name: &Name) -> String {
    keywords::node_type(&name.camel())
}
