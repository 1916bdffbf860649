//! The reference pages of the book.

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use super::book_calls::{MethodSection, sections};
use super::keywords;
use super::output::{Output, banner};
use super::text::one_line;
use crate::model::{
    Area, Bounds, Caller, Effect, EnumValue, Field, Form, KeyRule, Kind, Listed, Model, Name,
    Operation, Payload, ProviderKind, Retry, Type, TypeRef, Value, Variant,
};
use crate::read::raw::Published;

const FOLDER: &str = "book/src/reference";

/// Renders an overview, one page for each operation, and pages for types, statuses, providers and
/// authenticators.
pub(super) fn emit(model: &Model, published: &Published) -> Result<Output> {
    let mut output = Output::new();
    let mut page = |name: &str, text: String| {
        output.insert(format!("{FOLDER}/{name}.md"), tidy(&text));
    };
    page(
        "README",
        Overview {
            banner: banner("contracts"),
            model,
        }
        .render()?,
    );
    page(
        "types",
        Types {
            banner: banner("contracts/types/*.toml"),
            model,
        }
        .render()?,
    );
    page(
        "statuses",
        Statuses {
            banner: banner("contracts/statuses.toml"),
            model,
        }
        .render()?,
    );
    page(
        "identities",
        Identities {
            banner: banner("contracts/providers.toml and contracts/authenticators.toml"),
            model,
        }
        .render()?,
    );
    for operation in &model.operations {
        let page_of = Page {
            banner: banner(&operation.file),
            model,
            operation,
            area: area_of(model, operation),
            is_published: published.operation.contains_key(&operation.name.snake()),
            methods: sections(model, &operation.name),
        };
        page(
            &format!("operations/{}", operation.name.snake()),
            page_of.render()?,
        );
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "book/overview.md", escape = "none")]
struct Overview<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "book/operation.md", escape = "none")]
struct Page<'a> {
    banner: String,
    model: &'a Model,
    operation: &'a Operation,
    area: &'a Area,
    is_published: bool,
    methods: Vec<MethodSection>,
}

#[derive(Template)]
#[template(path = "book/types.md", escape = "none")]
struct Types<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "book/statuses.md", escape = "none")]
struct Statuses<'a> {
    banner: String,
    model: &'a Model,
}

#[derive(Template)]
#[template(path = "book/identities.md", escape = "none")]
struct Identities<'a> {
    banner: String,
    model: &'a Model,
}

fn area_of<'a>(model: &'a Model, operation: &Operation) -> &'a Area {
    model
        .areas
        .iter()
        .find(|area| area.name == operation.area)
        .unwrap_or_else(|| unreachable!("the checks reject unknown areas"))
}

/// Merges consecutive empty lines, and removes empty lines at the end.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::new();
    let mut empty = 0;
    for line in text.lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out.trim_end().to_owned() + "\n"
}

/// Escapes text for a cell of a table.
pub(super) fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

/// Returns the name of a type as a link to its description. `up` is the path from the page to the
/// reference.
fn linked(model: &Model, type_ref: &TypeRef, up: &str) -> String {
    match type_ref {
        TypeRef::Bool => "`bool`".to_owned(),
        TypeRef::Uint32 => "`uint32`".to_owned(),
        TypeRef::Uint64 => "`uint64`".to_owned(),
        TypeRef::String => "`string`".to_owned(),
        TypeRef::Bytes => "`bytes`".to_owned(),
        TypeRef::Named(name) => {
            let found = model.type_named(&name.kebab());
            format!("[`{0}`]({up}types.md#{0})", found.name.kebab())
        }
    }
}

fn field_type(model: &Model, field: &Field, up: &str) -> String {
    let repeated = if field.repeated { "repeated " } else { "" };
    let secret = if field.secret { ", secret" } else { "" };
    format!("{repeated}{}{secret}", linked(model, &field.type_ref, up))
}

/// Describes the bounds of a field in words.
pub(super) fn bounds(field: &Field) -> String {
    let mut words = Vec::new();
    let unit = if matches!(field.type_ref, TypeRef::Uint32 | TypeRef::Uint64) {
        ""
    } else {
        " bytes"
    };
    words.extend(field.bounds.min.map(|min| format!("at least {min}{unit}")));
    words.extend(field.bounds.max.map(|max| format!("at most {max}{unit}")));
    words.extend(
        field
            .bounds
            .max_items
            .map(|max| format!("at most {max} items")),
    );
    words.extend(
        field
            .bounds
            .length
            .map(|length| format!("exactly {length}{unit}")),
    );
    words.extend(
        field
            .bounds
            .length_of
            .as_ref()
            .map(|(function, input)| format!("{function} of `{input}`")),
    );
    words.join(", ")
}

fn key_sentence(key: &KeyRule) -> String {
    let verb = match key.effect {
        Effect::Use => "must exist",
        Effect::Create => "must not exist; the operation creates the key",
        Effect::Destroy => "must exist; the operation destroys the key",
    };
    let optional = if key.optional { " (may be empty)" } else { "" };
    let mut sentence = format!("`{}`{optional} {verb}.", key.input);
    if !key.usage.is_empty() {
        let flags: Vec<String> = key
            .usage
            .iter()
            .map(|flag| format!("`{}`", flag.kebab()))
            .collect();
        sentence.push_str(&format!(" Its policy must have {}.", flags.join(" or ")));
    }
    if let Some(algorithm) = &key.algorithm {
        sentence.push_str(&format!(" Its policy must permit `{algorithm}`."));
    }
    if let Some(agreement) = &key.derivation {
        sentence.push_str(&format!(
            " Its policy must permit the derivation function of `{agreement}`."
        ));
    }
    sentence
}

fn caller_of(operation: &Operation) -> &'static str {
    match operation.caller {
        Caller::Anyone => "any process that can connect to the socket",
        Caller::Application => "an authenticated application",
        Caller::Administrator => "an administrator",
    }
}

/// Returns which provider serves an operation.
fn served_by(operation: &Operation) -> &'static str {
    match operation.provider {
        ProviderKind::Core => "the core provider (provider 0)",
        ProviderKind::Crypto => "[cryptographic providers](../../providers.md#operations)",
    }
}

fn takes_provider(operation: &Operation) -> bool {
    matches!(operation.provider, ProviderKind::Crypto)
}

fn is_extension_only(operation: &Operation) -> bool {
    operation.listed == Listed::Extensions
}

pub(super) fn retry(of: &Retry) -> &'static str {
    match of {
        Retry::Never => "never",
        Retry::Later => "later",
        Retry::Reconnect => "after reconnecting",
    }
}

fn kind_doc(kind: &Kind) -> String {
    cell(&kind.doc)
}

fn form(found: &Type) -> &'static str {
    match &found.form {
        Form::Scalar(..) => "scalar",
        Form::Enum(_) => "enum",
        Form::Struct(_) => "struct",
        Form::Union(_) => "union",
    }
}

fn scalar_words(model: &Model, found: &Type) -> String {
    match &found.form {
        Form::Scalar(base, bounds) => match length(bounds).as_str() {
            "" => format!("A {}.", linked(model, base, "")),
            limits => format!("A {}, {limits}.", linked(model, base, "")),
        },
        _ => String::new(),
    }
}

/// Describes the length of a scalar in words.
pub(super) fn length(bounds: &Bounds) -> String {
    let min = bounds.min.map(|min| format!("at least {min} bytes"));
    let max = bounds.max.map(|max| format!("at most {max} bytes"));
    min.into_iter().chain(max).collect::<Vec<_>>().join(", ")
}

fn payload(model: &Model, variant: &Variant) -> String {
    match &variant.payload {
        Payload::Empty => "nothing".to_owned(),
        Payload::Value(type_ref) => linked(model, type_ref, ""),
        Payload::Fields(fields) => fields
            .iter()
            .map(|field| {
                format!(
                    "{} `{}`: {}",
                    field.number,
                    field.name,
                    field_type(model, field, "")
                )
            })
            .collect::<Vec<_>>()
            .join("; "),
    }
}

fn deprecated(why: Option<&String>) -> String {
    why.map(|why| format!(" *Deprecated: {}*", cell(why)))
        .unwrap_or_default()
}

fn deprecated_bits(value: &EnumValue) -> String {
    let sizes: Vec<String> = value.deprecated_bits.iter().map(u32::to_string).collect();
    match sizes.is_empty() {
        true => String::new(),
        false => format!(" *Deprecated at {} bits*", sizes.join(" and ")),
    }
}

/// Formats the values of an example as lines of `name = value`.
fn example_lines(fields: &[Field], values: &[Value]) -> Vec<String> {
    fields
        .iter()
        .zip(values)
        .map(|(field, value)| format!("{} = {}", field.name, words(value)))
        .collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::Missing => "(none)".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Bytes(bytes) if bytes.bytes.is_empty() => "(empty)".to_owned(),
        Value::Bytes(bytes) => hex::encode(&bytes.bytes),
        Value::Enum(_, name, _) => name.kebab(),
        Value::Struct(_, held) => {
            let set = held.iter().filter(|(_, value)| {
                !matches!(
                    value,
                    Value::Bool(false) | Value::Number(0) | Value::Missing
                )
            });
            let set = set.map(|(name, value)| format!("{name} = {}", words(value)));
            format!("{{ {} }}", set.collect::<Vec<_>>().join(", "))
        }
        Value::Union(_, name, held) => match held.as_slice() {
            [] => name.kebab(),
            [(_, value)] => format!("{}({})", name.kebab(), words(value)),
            several => {
                let inner = several
                    .iter()
                    .map(|(name, value)| format!("{name} = {}", words(value)));
                format!("{}({})", name.kebab(), inner.collect::<Vec<_>>().join(", "))
            }
        },
        Value::Repeated(items) => {
            format!(
                "[{}]",
                items.iter().map(words).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

fn opcode(operation: &Operation) -> String {
    format!("{:#06x}", operation.opcode)
}

/// Returns the call of the raw layer in each language.
fn calls(operation: &Operation) -> [(&'static str, String); 5] {
    let names = |of: fn(&Name) -> String, end: &str| {
        let inputs = operation.inputs.iter();
        let names: Vec<_> = inputs.map(|field| of(&field.name) + end).collect();
        names.join(", ")
    };
    let rust = format!(
        "raw.{}({}{} {{ {} }})",
        operation.name.rust(),
        match operation.provider {
            ProviderKind::Core => "",
            ProviderKind::Crypto => "provider, ",
        },
        operation.name.rust_type(),
        names(Name::rust, ""),
    );
    let python = format!(
        "raw.{}({})",
        keywords::python(&operation.name.snake()),
        names(|name| keywords::python(&name.snake()), "=…"),
    );
    let node = format!(
        "await raw.{}({})",
        keywords::node_method(&operation.name.lower_camel()),
        match operation.inputs.is_empty() {
            true => String::new(),
            false => format!("{{ {} }}", names(Name::lower_camel, "")),
        },
    );
    let provider = match operation.provider {
        ProviderKind::Core => "",
        ProviderKind::Crypto => "provider",
    };
    let kotlin_name = keywords::uniffi_method(&operation.name.snake()).to_lower_camel_case();
    let kotlin_input = match operation.inputs.is_empty() {
        true => String::new(),
        false => {
            let fields = names(Name::lower_camel, "");
            format!("{}Request({fields})", operation.name.camel())
        }
    };
    let kotlin = format!(
        "raw.{}({})",
        keywords::kotlin_method(&kotlin_name),
        listed([provider, &kotlin_input]),
    );
    let swift_input = match operation.inputs.is_empty() {
        true => String::new(),
        false => {
            let labels = names(|name| keywords::swift_label(&name.lower_camel()), ": …");
            format!(".init({labels})")
        }
    };
    let swift_provider = provider.replace("provider", "provider: …");
    let swift = format!(
        "try await raw.{}({})",
        keywords::swift(&operation.name.lower_camel()),
        listed([&swift_input, &swift_provider]),
    );
    [
        ("Rust", rust.replace("{  }", "{}")),
        ("Python", python),
        ("Node.js", node),
        ("Kotlin", kotlin),
        ("Swift", swift),
    ]
}

/// Joins the arguments that are not empty.
fn listed(arguments: [&str; 2]) -> String {
    let there = arguments.iter().filter(|argument| !argument.is_empty());
    there.copied().collect::<Vec<_>>().join(", ")
}
