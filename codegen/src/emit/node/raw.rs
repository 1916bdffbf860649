//! The raw layer of the Node client: types, and a method for each operation.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::native::has_default;
use crate::emit::text::{one_line, wrap};
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
    let sent = sent(model);
    for module in &model.modules {
        let name = module.name.snake();
        let references: Vec<_> = module.types.iter().flat_map(references).collect();
        let code = |found| type_code(model, found, Direction::of(found, &sent));
        let types: Vec<String> = module.types.iter().map(code).collect::<Result<_>>()?;
        let file = Types {
            banner: banner(&format!("contracts/types/{}.toml", module.name)),
            imports: imports(model, ".", &references, Some(&module.name), &types),
            types,
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
            imports: imports(model, "../shared", &references, None, &types),
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
                doc: comment(&operation.summary, 2),
                core: operation.provider == ProviderKind::Core,
                signature: signature(operation),
                input: if operation.inputs.is_empty() {
                    "{}"
                } else {
                    "input"
                },
                output: output_type(operation),
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

/// Renders the input and the output of an operation, if it has any.
fn messages(model: &Model, operation: &Operation) -> Result<Vec<String>> {
    let called = operation.name.lower_camel();
    let message = |ending: &str, what: &str, of: &[Field], direction: Direction| {
        Struct {
            name: format!("{}{ending}", operation_type(&operation.name)),
            doc: comment(&format!("The {what} of `{called}`."), 0),
            fields: fields(model, of, false, direction),
        }
        .render()
    };
    let mut types = Vec::new();
    if !operation.inputs.is_empty() {
        types.push(message("", "input", &operation.inputs, Direction::Sent)?);
    }
    if !operation.outputs.is_empty() {
        let outputs = &operation.outputs;
        types.push(message("Output", "output", outputs, Direction::Received)?);
    }
    Ok(types)
}

/// Whether a value is an argument, or only a result, whose bytes nothing shares.
#[derive(Clone, Copy)]
enum Direction {
    Sent,
    Received,
}

impl Direction {
    fn of(found: &Type, sent: &BTreeSet<String>) -> Self {
        match sent.contains(&found.name.kebab()) {
            true => Self::Sent,
            false => Self::Received,
        }
    }
}

/// Returns the names of the types in inputs of operations.
fn sent(model: &Model) -> BTreeSet<String> {
    let inputs = model.operations.iter().flat_map(|of| &of.inputs);
    let mut open: Vec<&TypeRef> = inputs.map(|field| &field.type_ref).collect();
    let mut found = BTreeSet::new();
    while let Some(type_ref) = open.pop() {
        if let TypeRef::Named(name) = type_ref
            && found.insert(name.kebab())
        {
            open.extend(references(model.type_named(&name.kebab())));
        }
    }
    found
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

/// Returns the imports of a file: the types of other modules than `own`, as `code` uses them.
fn imports(
    model: &Model,
    scope: &str,
    references: &[&TypeRef],
    own: Option<&Name>,
    code: &[String],
) -> Vec<String> {
    let mut imports: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    if code.iter().any(|code| code.contains(OWN_BYTES)) {
        let path = "../../bytes.js".to_owned();
        imports
            .entry(path)
            .or_default()
            .insert(OWN_BYTES.to_owned());
    }
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
    let import = |(path, names): (String, BTreeSet<String>)| {
        let names: Vec<String> = names.into_iter().collect();
        let line = format!("import type {{ {} }} from '{path}'", names.join(", "));
        match line.len() <= WIDTH {
            true => line,
            false => listed("import type {", &names, &format!("}} from '{path}'"), 0),
        }
    };
    imports.into_iter().map(import).collect()
}

#[derive(Template)]
#[template(path = "node/types.ts", escape = "none")]
struct Types {
    banner: String,
    imports: Vec<String>,
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
    doc: String,
    core: bool,
    signature: String,
    input: &'static str,
    /// The type of the output, if there is one.
    output: Option<String>,
}

/// Returns the declaration of the method of an operation.
fn signature(operation: &Operation) -> String {
    let input = (!operation.inputs.is_empty())
        .then(|| format!("input: types.{}", operation_type(&operation.name)));
    let options = "options: RawOptions = {}".to_owned();
    let parameters: Vec<String> = input.into_iter().chain([options]).collect();
    let output = output_type(operation).map(|name| format!("types.{name}"));
    let method = keywords::node_method(&operation.name.lower_camel());
    let end = format!("): Promise<{}> {{", output.as_deref().unwrap_or("void"));
    listed(&format!("async {method}("), &parameters, &end, 2)
}

/// Returns the name of the type of an output, if the output has fields.
fn output_type(operation: &Operation) -> Option<String> {
    (!operation.outputs.is_empty()).then(|| format!("{}Output", operation_type(&operation.name)))
}

/// The longest line, and the longest of a comment.
pub(super) const WIDTH: usize = 120;
const COMMENT: usize = 100;

/// Returns items in brackets in one line, or in a line each, as Prettier does.
pub(in crate::emit) fn listed(open: &str, items: &[String], close: &str, indent: usize) -> String {
    let (space, line) = (" ".repeat(indent), items.join(", "));
    if indent + open.len() + line.len() + close.len() <= WIDTH {
        return format!("{space}{open}{line}{close}");
    }
    let items: String = items
        .iter()
        .map(|item| format!("{space}  {item},\n"))
        .collect();
    format!("{space}{open}\n{items}{space}{close}")
}

/// Returns a text as a comment.
fn comment(text: &str, indent: usize) -> String {
    let (space, text) = (" ".repeat(indent), one_line(text));
    let line = format!("{space}/** {text} */");
    if line.chars().count() <= COMMENT {
        return line;
    }
    let lines = wrap(&text, COMMENT - indent - 3);
    let lines: String = lines
        .iter()
        .map(|line| format!("{space} * {line}\n"))
        .collect();
    format!("{space}/**\n{lines}{space} */")
}

/// Returns the name of a property, in quotes if it is no identifier.
fn property(name: &str) -> String {
    match name.contains('-') {
        true => format!("'{name}'"),
        false => name.to_owned(),
    }
}

fn type_code(model: &Model, found: &Type, direction: Direction) -> Result<String> {
    let name = class(&found.name);
    let doc = comment(&found.doc, 0);
    let choices = match &found.form {
        Form::Struct(of) => {
            let fields = fields(model, of, has_default(model, of), direction);
            return Ok(Struct { name, doc, fields }.render()?);
        }
        Form::Scalar(base, _) => vec![type_name(model, base, direction)],
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
                        let of = type_name(model, type_ref, direction);
                        format!("{{ {}: {of} }}", property(&tag))
                    }
                    Payload::Fields(of) => {
                        let inner: Vec<_> = fields(model, of, false, direction)
                            .into_iter()
                            .map(|field| format!("{}: {}", field.name, field.type_name))
                            .collect();
                        format!("{{ {}: {{ {} }} }}", property(&tag), inner.join("; "))
                    }
                }
            })
            .collect(),
    };
    let head = format!("export type {name} =");
    let joined = choices.join(" | ");
    let code = match choices.as_slice() {
        [only] if only.starts_with("{ ") => {
            let inner = only
                .strip_prefix("{ ")
                .and_then(|only| only.strip_suffix(" }"));
            format!(
                "export interface {name} {{\n  {}\n}}",
                inner.unwrap_or(only)
            )
        }
        _ if head.len() + 1 + joined.len() <= WIDTH => format!("{head} {joined}"),
        _ if 2 + joined.len() <= WIDTH => format!("{head}\n  {joined}"),
        _ => format!("{head}\n  | {}", choices.join("\n  | ")),
    };
    Ok(format!("{doc}\n{code}"))
}

fn fields(
    model: &Model,
    fields: &[Field],
    all_optional: bool,
    direction: Direction,
) -> Vec<FieldView> {
    fields
        .iter()
        .map(|field| {
            let single = type_name(model, &field.type_ref, direction);
            FieldView {
                name: field.name.lower_camel(),
                doc: comment(&field.doc, 2),
                type_name: match (field.repeated, field.optional) {
                    (true, _) => format!("readonly {single}[]"),
                    (false, true) => format!("{single} | null | undefined"),
                    (false, false) if all_optional => format!("{single} | undefined"),
                    (false, false) => single,
                },
                may_lack: field.optional || all_optional,
            }
        })
        .collect()
}

/// The type of the bytes of results.
const OWN_BYTES: &str = "OwnBytes";

fn type_name(model: &Model, type_ref: &TypeRef, direction: Direction) -> String {
    match type_ref {
        TypeRef::Named(name) => class(&model.type_named(&name.kebab()).name),
        TypeRef::Bool => "boolean".to_owned(),
        TypeRef::Uint32 => "number".to_owned(),
        TypeRef::Uint64 => "Uint64".to_owned(),
        TypeRef::String => "string".to_owned(),
        TypeRef::Bytes => match direction {
            Direction::Sent => "Uint8Array".to_owned(),
            Direction::Received => OWN_BYTES.to_owned(),
        },
    }
}

/// Returns the name of the type of an operation, which must differ from the types of the contracts.
fn operation_type(name: &Name) -> String {
    format!("{}Operation", name.camel())
}

fn class(name: &Name) -> String {
    keywords::node_type(&name.camel())
}
