//! The page of the book about the wire protocol, for authors of clients.

use anyhow::Result;
use askama::Template;

use super::book::{bounds, cell, length, retry, tidy};
use super::output::{Output, banner};
use super::vectors::{request, response, vector_bodies};
use crate::model::{
    Caller, Field, Form, Listed, Model, Operation, Payload, ProviderKind, Type, TypeRef, Variant,
};

/// The operations whose frames the page shows, with the values of their first example.
const SHOWN: [&str; 3] = ["ping", "psa_generate_key", "psa_sign_hash"];

/// Renders the page.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let page = Page {
        banner: banner("contracts"),
        model,
        messages: messages(model),
        frames: frames(model),
    };
    Ok(Output::from([(
        "book/src/reference/wire-protocol.md".to_owned(),
        tidy(&page.render()?),
    )]))
}

#[derive(Template)]
#[template(path = "book/wire_protocol.md", escape = "none")]
struct Page<'a> {
    banner: String,
    model: &'a Model,
    messages: Vec<Message>,
    frames: Vec<Frame>,
}

/// A type on the wire.
struct Message {
    name: String,
    rows: Rows,
}

enum Rows {
    /// Numbers and their names.
    Enum(Vec<(u32, String)>),
    /// All of these fields.
    Fields(Vec<Row>),
    /// One of these fields.
    OneOf(Vec<Row>),
}

struct Row {
    number: u32,
    name: String,
    type_name: String,
    meaning: String,
}

/// A frame in lines: bytes and their meaning.
struct Frame {
    title: String,
    lines: Vec<(String, &'static str)>,
}

fn messages(model: &Model) -> Vec<Message> {
    let types = model.types();
    types.flat_map(|found| messages_of(model, found)).collect()
}

/// Returns the message of the type, and those of variants with fields.
fn messages_of(model: &Model, found: &Type) -> Vec<Message> {
    let name = found.name.kebab();
    match &found.form {
        Form::Scalar(..) => Vec::new(),
        Form::Enum(values) => {
            let values = values.values.iter();
            let rows = values.map(|value| (value.number, value.name.kebab()));
            vec![message(name, Rows::Enum(rows.collect()))]
        }
        Form::Struct(fields) => vec![message(name, Rows::Fields(rows(model, fields)))],
        Form::Union(variants) => {
            let of = |variant: &Variant| format!("{name}.{}", variant.name.kebab());
            let one_of = variants.iter().map(|variant| Row {
                number: variant.number,
                name: variant.name.kebab(),
                type_name: match &variant.payload {
                    Payload::Empty => "empty".to_owned(),
                    Payload::Value(type_ref) => type_name(model, type_ref),
                    Payload::Fields(_) => link(&of(variant)),
                },
                meaning: cell(&variant.doc),
            });
            let own = message(name.clone(), Rows::OneOf(one_of.collect()));
            let nested = variants
                .iter()
                .filter_map(|variant| match &variant.payload {
                    Payload::Fields(fields) => {
                        Some(message(of(variant), Rows::Fields(rows(model, fields))))
                    }
                    _ => None,
                });
            std::iter::once(own).chain(nested).collect()
        }
    }
}

fn message(name: String, rows: Rows) -> Message {
    Message { name, rows }
}

fn rows(model: &Model, fields: &[Field]) -> Vec<Row> {
    let row = |field: &Field| Row {
        number: field.number,
        name: field.name.snake(),
        type_name: format!(
            "{}{}",
            if field.repeated { "repeated " } else { "" },
            type_name(model, &field.type_ref)
        ),
        meaning: meaning(model, field),
    };
    fields.iter().map(row).collect()
}

/// Returns the description of a field with its length.
fn meaning(model: &Model, field: &Field) -> String {
    let mut limits = bounds(field);
    if let TypeRef::Named(name) = &field.type_ref
        && let Form::Scalar(_, of_type) = &model.type_named(&name.kebab()).form
    {
        limits = length(of_type);
    }
    let limits = match limits.as_str() {
        "" => limits,
        _ => format!(" ({limits})"),
    };
    cell(&field.doc) + &limits
}

fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Bool => "`bool`".to_owned(),
        TypeRef::Uint32 => "`uint32`".to_owned(),
        TypeRef::Uint64 => "`uint64`".to_owned(),
        TypeRef::String => "`string`".to_owned(),
        TypeRef::Bytes => "`bytes`".to_owned(),
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => type_name(model, base),
            _ => link(&name.kebab()),
        },
    }
}

/// Returns a link to an anchor, from which mdbook removes the point.
fn link(name: &str) -> String {
    format!("[`{name}`](#{})", name.replace('.', ""))
}

fn frames(model: &Model) -> Vec<Frame> {
    let shown = SHOWN.iter().filter_map(|name| {
        let operations = &mut model.operations.iter();
        operations.find(|operation| operation.name.snake() == *name)
    });
    shown
        .flat_map(|operation| {
            operation
                .examples
                .first()
                .map(|example| (operation, example))
        })
        .flat_map(|(operation, example)| {
            let (input, output) = vector_bodies(model, operation, example);
            let name = operation.name.snake();
            [
                Frame {
                    title: format!("A request: `{name}`"),
                    lines: request_lines(&request(&model.protocol, operation, &input), &input),
                },
                Frame {
                    title: format!("Its response: `{name}`"),
                    lines: request_lines(&response(&model.protocol, operation, &output), &output),
                },
            ]
        })
        .collect()
}

/// The fields of the header with their lengths in bytes.
const HEADER: [(usize, &str); 14] = [
    (4, "magic"),
    (2, "header size"),
    (1, "version, major"),
    (1, "version, minor"),
    (2, "flags"),
    (1, "provider"),
    (8, "session"),
    (1, "content type"),
    (1, "accept type"),
    (1, "authentication type"),
    (4, "body length"),
    (2, "authentication length"),
    (4, "opcode"),
    (2, "status"),
];

fn request_lines(frame: &[u8], body: &[u8]) -> Vec<(String, &'static str)> {
    let mut lines = Vec::new();
    let mut rest = frame;
    let mut take = |length: usize, what| {
        let (part, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        if !part.is_empty() {
            lines.push((hex::encode(part), what));
        }
    };
    for (length, what) in HEADER {
        take(length, what);
    }
    take(2, "reserved");
    take(body.len(), "body");
    take(usize::MAX, "authentication");
    lines
}

/// Returns the fields of the header with their offsets and lengths.
fn header() -> Vec<(usize, usize, &'static str)> {
    let mut offset = 0;
    let mut rows = Vec::new();
    for (length, name) in HEADER.into_iter().chain([(2, "reserved")]) {
        rows.push((offset, length, name));
        offset += length;
    }
    rows
}

/// Returns the content of a field of the header, in a request and in a response.
fn contents(model: &Model, part: &str) -> [String; 2] {
    let protocol = &model.protocol;
    let same = |text: String| [text.clone(), text];
    let pair = |request: &str, response: &str| [request.to_owned(), response.to_owned()];
    match part {
        "magic" => same(format!("{:#010x}", protocol.magic)),
        "header size" => same(format!("{}", protocol.header_size)),
        "version, major" => same(protocol.version.0.to_string()),
        "version, minor" => same(protocol.version.1.to_string()),
        "flags" => pair("see [flags](#flags)", "0"),
        "provider" => pair("the provider of the operation", "the same"),
        "session" => pair("0", "the same"),
        "content type" => same(protocol.content_type_protobuf.to_string()),
        "accept type" => pair(&protocol.content_type_protobuf.to_string(), "0"),
        "authentication type" => pair("see [authentication](#authentication)", "0"),
        "body length" => same("length of the body".to_owned()),
        "authentication length" => pair("length of the authentication field", "0"),
        "opcode" => pair("the operation", "the same"),
        "status" => pair("0", "see [statuses](#statuses)"),
        _ => same("0".to_owned()),
    }
}

fn caller(operation: &Operation) -> &'static str {
    match operation.caller {
        Caller::Anyone => "anyone",
        Caller::Application => "application",
        Caller::Administrator => "administrator",
    }
}

fn served_by(operation: &Operation) -> &'static str {
    match operation.provider {
        ProviderKind::Core => "0",
        ProviderKind::Crypto => "any other",
    }
}

fn needs_flag(operation: &Operation) -> &'static str {
    match operation.listed {
        Listed::Extensions => "extensions",
        _ => "none",
    }
}
