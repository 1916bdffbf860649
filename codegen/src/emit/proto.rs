//! The .proto files, for third parties and for prost-build.

use anyhow::Result;
use askama::Template;

use super::output::{Output, banner};
use crate::model::{Field, Form, Model, Name, Operation, Payload, Type, TypeRef};

/// The folder of the .proto files.
pub(super) const FOLDER: &str = "contracts/proto";

/// Renders the .proto files: one for each file of types and one for each functional area.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for module in &model.modules {
        let file = File {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            package: format!("parsec.types.{}", module.name.snake()),
            imports: imports(
                model,
                module.types.iter().flat_map(references),
                &module.name,
            ),
            messages: module
                .types
                .iter()
                .flat_map(|found| type_messages(model, found))
                .collect(),
        };
        let path = format!("{FOLDER}/parsec/types/{}.proto", module.name.snake());
        output.insert(path, file.render()?);
    }
    for area in &model.areas {
        let operations: Vec<&Operation> = model.operations_of(area).collect();
        let fields = || {
            operations
                .iter()
                .flat_map(|o| o.inputs.iter().chain(&o.outputs))
        };
        let file = File {
            banner: banner("contracts/operations/*.toml"),
            package: format!("parsec.{}", area.name.snake()),
            imports: imports(model, fields().map(|field| &field.type_ref), &Name::new("")),
            messages: operations
                .iter()
                .flat_map(|o| operation_messages(model, o))
                .collect(),
        };
        let path = format!("{FOLDER}/parsec/{}.proto", area.name.snake());
        output.insert(path, file.render()?);
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "proto/file.proto", escape = "none")]
struct File {
    banner: String,
    package: String,
    imports: Vec<String>,
    messages: Vec<String>,
}

#[derive(Template)]
#[template(path = "proto/enum.proto", escape = "none")]
struct EnumView {
    doc: Vec<String>,
    name: String,
    values: Vec<(Vec<String>, String, u32)>,
}

#[derive(Template)]
#[template(path = "proto/message.proto", escape = "none")]
struct MessageView {
    doc: Vec<String>,
    name: String,
    nested: Vec<String>,
    fields: Vec<FieldView>,
    is_union: bool,
    indent: &'static str,
}

struct FieldView {
    doc: Vec<String>,
    type_name: String,
    name: String,
    number: u32,
}

/// Returns the name of the message with the inputs of an operation.
pub(super) fn operation_message(operation: &Operation) -> String {
    format!("{}Operation", operation.name.prost_type())
}

/// Returns the name of the message with the outputs of an operation.
pub(super) fn result_message(operation: &Operation) -> String {
    format!("{}Result", operation.name.prost_type())
}

fn operation_messages(model: &Model, operation: &Operation) -> [String; 2] {
    let summary = format!("{} Opcode {:#06x}.", operation.summary, operation.opcode);
    [
        message(
            model,
            &summary,
            operation_message(operation),
            &operation.inputs,
        ),
        message(
            model,
            &format!("What {} answers.", operation.name),
            result_message(operation),
            &operation.outputs,
        ),
    ]
}

fn message(model: &Model, doc: &str, name: String, fields: &[Field]) -> String {
    let fields = fields
        .iter()
        .map(|field| field_view(model, field))
        .collect();
    MessageView {
        doc: lines(doc),
        name,
        nested: Vec::new(),
        fields,
        is_union: false,
        indent: "  ",
    }
    .render()
    .unwrap_or_default()
}

fn type_messages(model: &Model, found: &Type) -> Option<String> {
    match &found.form {
        Form::Scalar(..) => None,
        Form::Enum(of) => {
            let zero = of
                .zero
                .iter()
                .map(|zero| (lines("Never sent."), zero.proto_value(&found.name), 0));
            let values = of.values.iter().map(|value| {
                (
                    lines(&value.doc),
                    value.name.proto_value(&found.name),
                    value.number,
                )
            });
            EnumView {
                doc: lines(&found.doc),
                name: found.name.prost_type(),
                values: zero.chain(values).collect(),
            }
            .render()
            .ok()
        }
        Form::Struct(fields) => Some(message(model, &found.doc, found.name.prost_type(), fields)),
        Form::Union(variants) => {
            let mut nested = Vec::new();
            let mut fields = Vec::new();
            for variant in variants {
                let type_name = match &variant.payload {
                    Payload::Value(type_ref) => proto_type(model, type_ref),
                    Payload::Empty | Payload::Fields(_) => {
                        let inner = match &variant.payload {
                            Payload::Fields(fields) => fields.as_slice(),
                            _ => &[],
                        };
                        let name = Name::new(&variant.proto_name).prost_type();
                        nested.push(message(model, &variant.doc, name.clone(), inner));
                        name
                    }
                };
                fields.push(FieldView {
                    doc: lines(&variant.doc),
                    type_name,
                    name: variant.proto_name.clone(),
                    number: variant.number,
                });
            }
            let name = found.name.prost_type();
            MessageView {
                doc: lines(&found.doc),
                name,
                nested,
                fields,
                is_union: true,
                indent: "    ",
            }
            .render()
            .ok()
        }
    }
}

fn field_view(model: &Model, field: &Field) -> FieldView {
    let repeated = if field.repeated { "repeated " } else { "" };
    FieldView {
        doc: lines(&field.doc),
        type_name: format!("{repeated}{}", proto_type(model, &field.type_ref)),
        name: field.name.snake(),
        number: field.number,
    }
}

fn proto_type(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Bool => "bool".to_owned(),
        TypeRef::Uint32 => "uint32".to_owned(),
        TypeRef::Uint64 => "uint64".to_owned(),
        TypeRef::String => "string".to_owned(),
        TypeRef::Bytes => "bytes".to_owned(),
        TypeRef::Named(name) => {
            let named = model.type_named(&name.kebab());
            match &named.form {
                Form::Scalar(base, _) => proto_type(model, base),
                _ => format!(
                    ".parsec.types.{}.{}",
                    named.module.snake(),
                    name.prost_type()
                ),
            }
        }
    }
}

fn references(found: &Type) -> Vec<&TypeRef> {
    match &found.form {
        Form::Scalar(..) | Form::Enum(_) => Vec::new(),
        Form::Struct(fields) => fields.iter().map(|field| &field.type_ref).collect(),
        Form::Union(variants) => variants
            .iter()
            .flat_map(|variant| match &variant.payload {
                Payload::Empty => Vec::new(),
                Payload::Value(type_ref) => vec![type_ref],
                Payload::Fields(fields) => fields.iter().map(|field| &field.type_ref).collect(),
            })
            .collect(),
    }
}

fn imports<'a>(
    model: &Model,
    references: impl IntoIterator<Item = &'a TypeRef>,
    own: &Name,
) -> Vec<String> {
    let mut modules: Vec<String> = references
        .into_iter()
        .filter_map(|reference| match reference {
            TypeRef::Named(name) => Some(model.type_named(&name.kebab())),
            _ => None,
        })
        .filter(|named| !matches!(named.form, Form::Scalar(..)) && named.module != *own)
        .map(|named| format!("parsec/types/{}.proto", named.module.snake()))
        .collect();
    modules.sort();
    modules.dedup();
    modules
}

fn lines(doc: &str) -> Vec<String> {
    doc.trim()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}
