//! The raw layer of the Python client: types, and a method an operation, plain and for asyncio.

use anyhow::Result;
use askama::Template;

use super::rust_native::has_default;
use super::text::one_line;
use super::{Output, banner, keywords};
use crate::model::{
    Field, Form, Model, Operation, Payload, Provider, ProviderKind, Type, TypeRef, Variant,
};

const FOLDER: &str = "clients/python/parsec/_generated";

/// `types.py`, `raw.py` and `providers.py`.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let shared = model.types().map(|found| type_code(model, found));
    let outputs = model.operations.iter().map(|operation| {
        let name = format!("{}Result", operation.name.camel());
        let doc = format!("What ``{}`` answers.", operation.name.snake());
        Struct {
            name,
            doc,
            total: true,
            fields: fields(model, &operation.outputs),
        }
        .render()
        .map_err(Into::into)
    });
    let types = Types {
        banner: banner("contracts"),
        types: shared.chain(outputs).collect::<Result<_>>()?,
    };
    let raw = Raw {
        banner: banner("contracts/operations/*.toml"),
        operations: model
            .operations
            .iter()
            .map(|operation| operation_view(model, operation))
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
        file("types.py", types.render()?),
        file("raw.py", raw.render()?),
        file("providers.py", providers.render()?),
        file(
            "__init__.py",
            format!(
                "# {}\n\"\"\"What the contracts say, in Python.\"\"\"\n",
                banner("contracts")
            ),
        ),
    ]))
}

#[derive(Template)]
#[template(path = "python/types.py", escape = "none")]
struct Types {
    banner: String,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "python/providers.py", escape = "none")]
struct Providers<'a> {
    banner: String,
    providers: &'a [Provider],
}

#[derive(Template)]
#[template(path = "python/enum.py", escape = "none")]
struct Enum {
    name: String,
    doc: String,
    values: Vec<String>,
}

#[derive(Template)]
#[template(path = "python/struct.py", escape = "none")]
struct Struct {
    name: String,
    doc: String,
    total: bool,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "python/union.py", escape = "none")]
struct Union {
    name: String,
    doc: String,
    variants: Vec<VariantView>,
    /// The variants that hold nothing.
    bare: Vec<String>,
}

#[derive(Template)]
#[template(path = "python/raw.py", escape = "none")]
struct Raw {
    banner: String,
    operations: Vec<OperationView>,
}

struct FieldView {
    name: String,
    argument: String,
    doc: String,
    type_name: String,
    optional: bool,
}

struct VariantView {
    name: String,
    class: String,
    holds: Option<String>,
    /// The fields, where it holds such.
    inner: Vec<FieldView>,
}

struct OperationView {
    name: String,
    method: String,
    doc: String,
    core: bool,
    provider: &'static str,
    output: String,
    inputs: Vec<FieldView>,
}

fn type_code(model: &Model, found: &Type) -> Result<String> {
    let name = class(found);
    let doc = one_line(&found.doc);
    Ok(match &found.form {
        Form::Scalar(base, _) => {
            format!("#: {doc}\n{name} = {}", builtin(base))
        }
        Form::Enum(of) => Enum {
            name,
            doc,
            values: of.values.iter().map(|value| value.name.kebab()).collect(),
        }
        .render()?,
        Form::Struct(of) => Struct {
            name,
            doc,
            total: !has_default(model, of),
            fields: fields(model, of),
        }
        .render()?,
        Form::Union(variants) => Union {
            bare: variants
                .iter()
                .filter(|variant| matches!(variant.payload, Payload::Empty))
                .map(|variant| variant.name.kebab())
                .collect(),
            variants: variants
                .iter()
                .map(|variant| variant_view(model, &name, variant))
                .collect(),
            name,
            doc,
        }
        .render()?,
    })
}

fn variant_view(model: &Model, union: &str, variant: &Variant) -> VariantView {
    let mut inner = Vec::new();
    let holds = match &variant.payload {
        Payload::Empty => None,
        Payload::Value(type_ref) => Some(quoted(&type_name(model, type_ref))),
        Payload::Fields(of) => {
            inner = fields(model, of);
            Some(format!("\"{union}_{}_Fields\"", variant.name.camel()))
        }
    };
    VariantView {
        name: variant.name.kebab(),
        class: format!("{union}_{}", variant.name.camel()),
        holds,
        inner,
    }
}

fn operation_view(model: &Model, operation: &Operation) -> OperationView {
    let inputs: Vec<_> = operation
        .inputs
        .iter()
        .map(|field| FieldView {
            type_name: argument_type(model, field),
            ..field_view(model, field)
        })
        .collect();
    let taken = inputs.iter().any(|field| field.argument == "provider");
    OperationView {
        name: operation.name.snake(),
        method: keywords::python(&operation.name.snake()),
        doc: one_line(&operation.summary),
        core: operation.provider == ProviderKind::Core,
        provider: if taken { "provider_" } else { "provider" },
        output: format!("{}Result", operation.name.camel()),
        inputs,
    }
}

fn fields(model: &Model, fields: &[Field]) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| field_view(model, field))
        .collect()
}

fn field_view(model: &Model, field: &Field) -> FieldView {
    FieldView {
        name: field.name.snake(),
        argument: keywords::python(&field.name.snake()),
        doc: one_line(&field.doc),
        type_name: quoted(&wrapped(field, type_name(model, &field.type_ref))),
        optional: field.optional,
    }
}

/// Bytes that go in may be of any type that holds bytes.
fn argument_type(model: &Model, field: &Field) -> String {
    let single = match &field.type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => builtin(base).to_owned(),
            _ => format!("types.{}", class(model.type_named(&name.kebab()))),
        },
        base => builtin(base).to_owned(),
    };
    let single = if single == "bytes" {
        "BytesLike".to_owned()
    } else {
        single
    };
    if field.repeated {
        format!("_t.Sequence[{single}]")
    } else {
        wrapped(field, single)
    }
}

fn wrapped(field: &Field, single: String) -> String {
    match (field.repeated, field.optional) {
        (true, _) => format!("list[{single}]"),
        (false, true) => format!("_t.Optional[{single}]"),
        (false, false) => single,
    }
}

fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Named(name) => class(model.type_named(&name.kebab())),
        base => builtin(base).to_owned(),
    }
}

/// A forward reference: types may name later ones.
fn quoted(type_name: &str) -> String {
    format!("\"{type_name}\"")
}

fn builtin(type_ref: &TypeRef) -> &'static str {
    match type_ref {
        TypeRef::Bool => "bool",
        TypeRef::Uint32 | TypeRef::Uint64 => "int",
        TypeRef::String => "str",
        TypeRef::Bytes => "bytes",
        TypeRef::Named(_) => "object",
    }
}

fn class(found: &Type) -> String {
    keywords::python_class(&found.name.camel())
}
