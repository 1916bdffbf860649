//! The raw layer of the Node client: types, and a method for each operation.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::native::has_default;
use crate::emit::text::one_line;
use crate::model::{
    Field, Form, Model, Name, Operation, Payload, Provider, ProviderKind, Type, TypeRef,
};

const FOLDER: &str = "clients/node/src/generated";

/// Renders the files of types and messages, `types.ts`, which exports all of them, `raw.ts` and
/// `providers.ts`.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |name: &str, text: String| {
        let path = format!("{FOLDER}/{name}");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    let mut files = vec!["./uint64.js".to_owned()];
    for module in &model.modules {
        let name = module.name.snake();
        let references: Vec<_> = module.types.iter().flat_map(references).collect();
        let file = Types {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            imports: imports(model, ".", &references, Some(&module.name)),
            types: module
                .types
                .iter()
                .map(|found| type_code(model, found))
                .collect::<Result<_>>()?,
        };
        write(&format!("shared/{name}.ts"), file.render()?);
        files.push(format!("./shared/{name}.js"));
    }
    for area in &model.areas {
        let name = area.name.snake();
        let operations = model.operations_of(area);
        let fields = operations.flat_map(|of| of.inputs.iter().chain(&of.outputs));
        let references: Vec<_> = fields.map(|field| &field.type_ref).collect();
        let mut types = Vec::new();
        for operation in model.operations_of(area) {
            types.extend(messages(model, operation)?);
        }
        let file = Types {
            banner: banner("contracts/operations/*.toml"),
            imports: imports(model, "../shared", &references, None),
            types,
        };
        write(&format!("messages/{name}.ts"), file.render()?);
        files.push(format!("./messages/{name}.js"));
    }
    let banner_of_all = banner("contracts");
    let all = AllTypes {
        banner: &banner_of_all,
        files,
    };
    write("types.ts", all.render()?);
    let uint64 = Uint64 {
        banner: &banner_of_all,
    };
    write("uint64.ts", uint64.render()?);
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
    write("raw.ts", raw.render()?);
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: &model.providers,
    };
    write("providers.ts", providers.render()?);
    Ok(output)
}

/// Renders the input of an operation, if it has any, and its output.
fn messages(model: &Model, operation: &Operation) -> Result<Vec<String>> {
    let called = operation.name.lower_camel();
    let message = |ending: &str, what: &str, of: &[Field]| {
        Struct {
            name: format!("{}{ending}", operation_type(&operation.name)),
            doc: format!("The {what} of `{called}`."),
            fields: fields(model, of, false),
        }
        .render()
    };
    let mut types = Vec::new();
    if !operation.inputs.is_empty() {
        types.push(message("", "input", &operation.inputs)?);
    }
    types.push(message("Output", "output", &operation.outputs)?);
    Ok(types)
}

/// Returns the types that a type refers to; for a scalar, its base type.
fn references(found: &Type) -> Vec<&TypeRef> {
    match &found.form {
        Form::Scalar(base, _) => vec![base],
        Form::Enum(_) => Vec::new(),
        Form::Struct(of) => of.iter().map(|field| &field.type_ref).collect(),
        Form::Union(variants) => variants
            .iter()
            .flat_map(|variant| match &variant.payload {
                Payload::Empty => Vec::new(),
                Payload::Value(type_ref) => vec![type_ref],
                Payload::Fields(of) => of.iter().map(|field| &field.type_ref).collect(),
            })
            .collect(),
    }
}

/// Returns the imports of a file, by path: the types of other modules than `own`.
fn imports(
    model: &Model,
    scope: &str,
    references: &[&TypeRef],
    own: Option<&Name>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for type_ref in references {
        let (path, name) = match type_ref {
            TypeRef::Named(name) => {
                let found = model.type_named(&name.kebab());
                if Some(&found.module) == own {
                    continue;
                }
                (
                    format!("{scope}/{}.js", found.module.snake()),
                    class(&found.name),
                )
            }
            TypeRef::Uint64 => ("../uint64.js".to_owned(), "Uint64".to_owned()),
            _ => continue,
        };
        imports.entry(path).or_default().insert(name);
    }
    imports
}

#[derive(Template)]
#[template(path = "node/types.ts", escape = "none")]
struct Types {
    banner: String,
    imports: BTreeMap<String, BTreeSet<String>>,
    types: Vec<String>,
}

#[derive(Template)]
#[template(path = "node/all_types.ts", escape = "none")]
struct AllTypes<'a> {
    banner: &'a str,
    files: Vec<String>,
}

#[derive(Template)]
#[template(path = "node/uint64.ts", escape = "none")]
struct Uint64<'a> {
    banner: &'a str,
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

fn fields(model: &Model, fields: &[Field], all_optional: bool) -> Vec<FieldView> {
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
                may_lack: field.optional || all_optional,
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

/// Returns the name of the type of an operation, which must differ from the types of the contracts.
fn operation_type(name: &Name) -> String {
    format!("{}Operation", name.camel())
}

fn class(name: &Name) -> String {
    keywords::node_type(&name.camel())
}
