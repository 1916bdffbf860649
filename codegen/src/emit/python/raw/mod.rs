//! The raw layer of the Python client: types, and a method for each operation, blocking and for
//! asyncio. Each module of types and each area of operations has its own file; `types.py` and
//! `raw.py` export them.

mod operations;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::text::one_line;
use crate::model::{Field, Form, Model, Provider, Type, TypeRef};

const FOLDER: &str = "clients/python/parsec/_generated";

/// Renders the packages of types, results and operations, the modules that export them, and
/// `providers.py`.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |name: &str, text: String| {
        let path = format!("{FOLDER}/{name}");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    types::emit(model, &mut write)?;
    operations::emit(model, &mut write)?;
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: &model.providers,
    };
    write("providers.py", providers.render()?);
    for (package, doc) in [
        ("", "The generated part of the client."),
        ("shared/", "The types that operations share, by module."),
        ("results/", "The results of operations, by area."),
        ("sync/", "The operations as blocking methods, by area."),
        ("aio/", "The operations as methods for asyncio, by area."),
    ] {
        let text = format!("# {}\n\"\"\"{doc}\"\"\"\n", banner("contracts"));
        write(&format!("{package}__init__.py"), text);
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "python/providers.py", escape = "none")]
struct Providers<'a> {
    banner: String,
    providers: &'a [Provider],
}

struct FieldView {
    name: String,
    argument: String,
    doc: String,
    type_name: String,
    optional: bool,
}

/// Names to import, by module.
type Imports = BTreeMap<String, BTreeSet<String>>;

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

/// Returns the type of an input. For bytes, it accepts all bytes-like types.
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

/// Returns a forward reference, because a type may refer to a later one.
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
