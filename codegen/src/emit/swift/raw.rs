//! The raw layer of the Swift package: types, and a method for each operation.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;
use heck::ToLowerCamelCase as _;

use super::names::WIDTH;
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::native::has_default;
use crate::emit::text::{one_line, wrap};
use crate::model::{
    Field, Form, Model, Name, Operation, Payload, ProviderKind, Type, TypeRef, Variant,
};

const FOLDER: &str = "clients/swift/Sources/Parsec/Generated";
/// The folder with a file for each type.
const TYPES: &str = "clients/swift/Sources/Parsec/Generated/Contract";
/// The folder with a file for each operation.
const OPERATIONS: &str = "clients/swift/Sources/Parsec/Generated/Raw";
const TESTS: &str = "clients/swift/Tests/ParsecTests/Generated";

/// Renders a file for each type and each operation, and the providers; for the tests also a call of
/// each operation by name.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let mut write = |folder: &str, name: &str, text: String| {
        let path = format!("{folder}/{name}.swift");
        output.insert(path, text.trim_end().to_owned() + "\n");
    };
    for module in &model.modules {
        let source = banner(&format!("contracts/types/{}.toml", module.name));
        for found in &module.types {
            let shape = shape(model, found);
            let parts: Vec<String> = [Some(shape.code()?), shape.native()?]
                .into_iter()
                .flatten()
                .collect();
            let name = format!("Contract+{}", found.name.camel());
            write(TYPES, &name, file(model, &source, parts)?);
        }
    }
    for operation in &model.operations {
        let mut parts = Vec::new();
        for message in messages(model, operation) {
            parts.push(message.code()?);
            parts.extend(message.native()?);
        }
        let view = OperationView::new(operation);
        parts.push(RawMethod { operation: &view }.render()?);
        let name = format!("Raw+{}", operation.name.camel());
        write(
            OPERATIONS,
            &name,
            file(model, &banner(&operation.file), parts)?,
        );
    }
    let operations: Vec<_> = model.operations.iter().map(OperationView::new).collect();
    let by_name = ByName {
        banner: &banner("contracts/operations/*.toml"),
        operations: &operations,
    };
    write(TESTS, "RawByName", by_name.render()?);
    let providers = model.providers.iter().map(|provider| {
        let doc = one_line(&provider.description);
        let case = keywords::swift(&provider.name.lower_camel());
        (case, provider.id, doc, provider.name.kebab())
    });
    let providers = Providers {
        banner: banner("contracts/providers.toml"),
        providers: providers.collect(),
    };
    write(FOLDER, "Provider", providers.render()?);
    let kinds = model.kinds.iter();
    let failures = Failures {
        banner: banner("contracts/statuses.toml"),
        kinds: kinds
            .map(|kind| keywords::swift(&kind.name.lower_camel()))
            .collect(),
    };
    write(FOLDER, "NativeFailures", failures.render()?);
    Ok(output)
}

/// Renders a file of several extensions. It imports Foundation only if public declarations use it:
/// Swift warns about unused imports.
fn file(model: &Model, banner: &str, parts: Vec<String>) -> Result<String> {
    let uses_foundation = parts.iter().any(|part| part.contains("Foundation."));
    let parts = parts.iter().map(|part| unqualified(model, part)).collect();
    let file = File {
        banner,
        uses_foundation,
        parts,
    };
    Ok(file.render()?)
}

/// The names of Swift and of Foundation that generated code uses.
const STANDARD: &[&str] = &[
    "Bool",
    "CaseIterable",
    "Codable",
    "CodingKey",
    "Data",
    "Decoder",
    "Encoder",
    "Hashable",
    "Sendable",
    "String",
    "UInt32",
    "UInt64",
];

/// Returns code without the modules of those names that no type of the contracts has.
fn unqualified(model: &Model, code: &str) -> String {
    let types = model.modules.iter().flat_map(|module| &module.types);
    let taken: BTreeSet<String> = types.map(|found| class(&found.name)).collect();
    let free = STANDARD.iter().filter(|name| !taken.contains(**name));
    free.fold(code.to_owned(), |code, name| {
        let code = code.replace(&format!("Swift.{name}"), name);
        code.replace(&format!("Foundation.{name}"), name)
    })
}

/// Returns a text in lines of comments.
fn doc(text: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    let lines = wrap(text, WIDTH - indent - "/// ".len());
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("{space}/// {line}"))
        .collect();
    lines.join("\n")
}

/// Returns the comment of a case.
fn case_doc(text: &str, tag: &str) -> String {
    match text.is_empty() {
        true => doc(&format!("`{tag}` in the contracts."), 8),
        false => doc(text, 8),
    }
}

/// Returns code with items in parentheses: in one line, or with the items in a line of their own, or
/// in a line each.
fn listed(open: &str, items: &[String], close: &str, indent: usize) -> String {
    let (space, line) = (" ".repeat(indent), items.join(", "));
    // Names of the standard library become shorter.
    let length = |code: &str| {
        let long = code.replace("Swift.", "").replace("Foundation.", "");
        long.chars().count() + indent
    };
    let whole = format!("{open}{line}{close}");
    if length(&whole) <= WIDTH {
        return format!("{space}{whole}");
    }
    let items = match length(&line) + 4 <= WIDTH {
        true => line,
        false => items.join(&format!(",\n{space}    ")),
    };
    format!("{space}{open}\n{space}    {items}\n{space}{close}")
}

/// Returns the input and the output of an operation. They are nested in `Raw`, because an operation
/// may have the name of a type. An input is only converted to the binding, an output only from it.
fn messages(model: &Model, operation: &Operation) -> Vec<Shape> {
    let symbol = symbol(operation);
    let message = |ending: &str, what: &str, direction: Direction, of: &[Field]| {
        Shape::Struct(Struct {
            scope: "Raw",
            name: format!("{}{ending}", operation.name.camel()),
            native: format!("{}{ending}", operation.name.camel()),
            doc: format!("The {what} of ``Raw/{symbol}``."),
            fields: fields(model, of, false),
            all_optional: false,
            direction,
        })
    };
    let mut messages = Vec::new();
    if !operation.inputs.is_empty() {
        let input = message("Request", "input", Direction::Lowered, &operation.inputs);
        messages.push(input);
    }
    let output = message("Response", "output", Direction::Lifted, &operation.outputs);
    messages.push(output);
    messages
}

/// Returns the DocC symbol of the method of an operation, with the labels of its arguments.
fn symbol(operation: &Operation) -> String {
    let labels = match (operation.inputs.is_empty(), operation.provider) {
        (true, ProviderKind::Core) => "",
        (false, ProviderKind::Core) => "_:",
        (true, _) => "provider:",
        (false, _) => "_:provider:",
    };
    format!("{}({labels})", operation.name.lower_camel())
}

/// The direction in which a struct is converted.
#[derive(PartialEq, Eq)]
enum Direction {
    /// To the binding.
    Lowered,
    /// From the binding.
    Lifted,
    /// In both directions.
    Both,
}

/// A type and its conversion.
enum Shape {
    Struct(Struct),
    Enum(Enum),
    Union(Union),
    Alias(Alias),
}

impl Shape {
    fn code(&self) -> Result<String> {
        Ok(match self {
            Self::Struct(of) => of.render()?,
            Self::Enum(of) => of.render()?,
            Self::Union(of) => of.render()?,
            Self::Alias(of) => of.render()?,
        })
    }

    /// Renders the conversion to and from the type of the binding, if the binding has one.
    fn native(&self) -> Result<Option<String>> {
        Ok(match self {
            // A message contains its conversion.
            Self::Struct(of) if of.direction != Direction::Both => None,
            Self::Struct(of) => Some(NativeStruct { of }.render()?),
            Self::Enum(of) => Some(NativeEnum { of }.render()?),
            Self::Union(of) => Some(NativeUnion { of }.render()?),
            Self::Alias(_) => None,
        })
    }
}

#[derive(Template)]
#[template(path = "swift/file.swift", escape = "none")]
struct File<'a> {
    banner: &'a str,
    uses_foundation: bool,
    parts: Vec<String>,
}

#[derive(Template)]
#[template(path = "swift/struct.swift", escape = "none")]
struct Struct {
    scope: &'static str,
    name: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    fields: Vec<FieldView>,
    all_optional: bool,
    direction: Direction,
}

impl Struct {
    /// Returns the declaration of the initializer with all fields.
    fn initializer(&self) -> String {
        let parameters = self.fields.iter().map(|field| {
            let default = field.default.map(|default| format!(" = {default}"));
            let default = default.unwrap_or_default();
            format!("{}: {}{default}", field.parameter, field.type_name)
        });
        listed("public init(", &parameters.collect::<Vec<_>>(), ") {", 8)
    }

    /// Returns the value of the binding.
    fn lowered(&self, indent: usize) -> String {
        let fields = self.fields.iter().map(|field| {
            let own = match field.name.starts_with('`') {
                true => format!("self.{}", field.name),
                false => field.name.clone(),
            };
            format!("{}: {own}.native", field.native_label)
        });
        listed(".init(", &fields.collect::<Vec<_>>(), ")", indent)
    }

    /// Returns whether a field has another name in JSON, so that Swift cannot derive the keys.
    fn has_coding_keys(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| field.written != field.name)
    }
}

#[derive(Template)]
#[template(path = "swift/native_struct.swift", escape = "none")]
struct NativeStruct<'a> {
    of: &'a Struct,
}

#[derive(Template)]
#[template(path = "swift/native_enum.swift", escape = "none")]
struct NativeEnum<'a> {
    of: &'a Enum,
}

#[derive(Template)]
#[template(path = "swift/native_union.swift", escape = "none")]
struct NativeUnion<'a> {
    of: &'a Union,
}

#[derive(Template)]
#[template(path = "swift/enum.swift", escape = "none")]
struct Enum {
    name: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    cases: Vec<ValueView>,
}

impl Enum {
    fn declaration(&self) -> String {
        let line = format!(
            "    public enum {}: Swift.String, Swift.Sendable, Swift.Hashable, Swift.Codable, Swift.CaseIterable {{",
            self.name
        );
        let inherited = line.find(": ").map_or(line.len(), |at| at + 1);
        let (head, protocols) = line.split_at(inherited);
        match line.replace("Swift.", "").chars().count() <= WIDTH {
            true => line,
            false => format!("{head}\n       {protocols}"),
        }
    }
}

#[derive(Template)]
#[template(path = "swift/union.swift", escape = "none")]
struct Union {
    name: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    cases: Vec<CaseView>,
}

#[derive(Template)]
#[template(path = "swift/alias.swift", escape = "none")]
struct Alias {
    name: String,
    doc: String,
    base: String,
}

#[derive(Template)]
#[template(path = "swift/raw.swift", escape = "none")]
struct RawMethod<'a> {
    operation: &'a OperationView,
}

#[derive(Template)]
#[template(path = "swift/by_name.swift", escape = "none")]
struct ByName<'a> {
    banner: &'a str,
    operations: &'a [OperationView],
}

#[derive(Template)]
#[template(path = "swift/providers.swift", escape = "none")]
struct Providers {
    banner: String,
    providers: Vec<(String, u8, String, String)>,
}

#[derive(Template)]
#[template(path = "swift/failures.swift", escape = "none")]
struct Failures {
    banner: String,
    kinds: Vec<String>,
}

struct FieldView {
    /// The name in the contracts.
    written: String,
    name: String,
    /// The name as the label of an argument.
    label: String,
    /// The label and the name of a parameter, and that name.
    parameter: String,
    local: String,
    /// The name in the code of uniffi, and that name as a label.
    native: String,
    native_label: String,
    doc: String,
    type_name: String,
    /// The type without the mark of optionals.
    bare: String,
    /// The default of the initializer, if the field may be omitted.
    default: Option<&'static str>,
}

/// A value of an enum.
struct ValueView {
    tag: String,
    name: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
}

/// A variant, with its associated values.
struct CaseView {
    tag: String,
    name: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    value: Option<String>,
    fields: Vec<FieldView>,
}

impl CaseView {
    /// Returns a pattern that binds the associated values.
    fn pattern(&self, case: &str) -> String {
        let bound = |field: &FieldView| format!("let {}", field.local);
        match (&self.value, self.fields.as_slice()) {
            (Some(_), _) => format!("case .{case}(let value):"),
            (None, []) => format!("case .{case}:"),
            (None, fields) => {
                let bound: Vec<String> = fields.iter().map(bound).collect();
                format!("case .{case}({}):", bound.join(", "))
            }
        }
    }

    /// Returns the statement that decodes the case.
    fn decoded(&self) -> String {
        let decode = |field: &FieldView| {
            let (label, written, of) = (&field.label, &field.written, &field.type_name);
            format!("{label}: variant.field(\"{written}\", {of}.self)")
        };
        let values: Vec<String> = match &self.value {
            Some(of) => vec![format!("variant.value({of}.self)")],
            None => self.fields.iter().map(decode).collect(),
        };
        match values.is_empty() {
            true => format!("                self = .{}", self.name),
            false => listed(&format!("self = try .{}(", self.name), &values, ")", 16),
        }
    }

    /// Returns the branch that encodes the case.
    fn encoded(&self) -> String {
        let (pattern, tag) = (self.pattern(&self.name), &self.tag);
        if self.value.is_none() && !self.fields.is_empty() {
            let encode = |field: &FieldView| {
                let (local, written) = (&field.local, &field.written);
                format!("\n                try fields.encode({local}, forKey: \"{written}\")")
            };
            let fields: String = self.fields.iter().map(encode).collect();
            return format!(
                "            {pattern}\n                \
                 var fields = Variant.fields(\"{tag}\", in: encoder){fields}"
            );
        }
        let value = self.value.as_ref().map_or("", |_| " value: value,");
        let statement = format!("try Variant.encode(\"{tag}\",{value} to: encoder)");
        branch(&pattern, &statement, 12)
    }

    /// Returns the branch that converts the case from the binding.
    fn lifted(&self) -> String {
        let convert =
            |field: &FieldView| format!("{}: .init(native: {})", field.label, field.local);
        let pattern = self.pattern(&self.native);
        match (&self.value, self.fields.as_slice()) {
            (Some(_), _) => branch(
                &pattern,
                &format!("self = .{}(.init(native: value))", self.name),
                8,
            ),
            (None, []) => branch(&pattern, &format!("self = .{}", self.name), 8),
            (None, fields) => {
                let values: Vec<String> = fields.iter().map(convert).collect();
                let value = listed(&format!("self = .{}(", self.name), &values, ")", 12);
                format!("        {pattern}\n{value}")
            }
        }
    }

    /// Returns the branch that converts the case to the binding.
    fn lowered(&self) -> String {
        let convert = |field: &FieldView| format!("{}: {}.native", field.native_label, field.local);
        let pattern = self.pattern(&self.name);
        match (&self.value, self.fields.as_slice()) {
            (Some(_), _) => branch(&pattern, &format!(".{}(value.native)", self.native), 8),
            (None, []) => branch(&pattern, &format!(".{}", self.native), 8),
            (None, fields) => {
                let values: Vec<String> = fields.iter().map(convert).collect();
                let value = listed(&format!(".{}(", self.native), &values, ")", 12);
                format!("        {pattern}\n{value}")
            }
        }
    }
}

/// Returns a branch of a `switch`, in one line if it fits.
fn branch(pattern: &str, statement: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    let line = format!("{space}{pattern} {statement}");
    match line.chars().count() <= WIDTH {
        true => line,
        false => format!("{space}{pattern}\n{space}    {statement}"),
    }
}

struct OperationView {
    name: String,
    method: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    core: bool,
    empty: bool,
    has_no_output: bool,
    message: String,
}

impl OperationView {
    /// Returns the declaration of the method.
    fn declaration(&self) -> String {
        let input = (!self.empty).then(|| format!("_ input: {}Request", self.message));
        let provider = (!self.core).then(|| "provider: Provider? = nil".to_owned());
        let parameters: Vec<String> = input.into_iter().chain(provider).collect();
        listed(
            &format!("public func {}(", self.method),
            &parameters,
            &format!(") async throws(ParsecError) -> {}Response {{", self.message),
            4,
        )
    }

    fn new(operation: &Operation) -> Self {
        Self {
            name: operation.name.snake(),
            method: keywords::swift(&operation.name.lower_camel()),
            native: keywords::swift(
                &keywords::uniffi_method(&operation.name.snake())
                    .trim_start_matches("r#")
                    .to_lower_camel_case(),
            ),
            doc: one_line(&operation.summary),
            core: operation.provider == ProviderKind::Core,
            empty: operation.inputs.is_empty(),
            has_no_output: operation.outputs.is_empty(),
            message: operation.name.camel(),
        }
    }
}

fn shape(model: &Model, found: &Type) -> Shape {
    let name = class(&found.name);
    let doc = one_line(&found.doc);
    match &found.form {
        Form::Struct(of) => {
            let all_optional = has_default(model, of);
            Shape::Struct(Struct {
                scope: "Contract",
                name,
                native: found.name.rust_type(),
                doc,
                fields: fields(model, of, all_optional),
                all_optional,
                direction: Direction::Both,
            })
        }
        Form::Scalar(base, _) => {
            let base = type_name(model, base);
            Shape::Alias(Alias { name, doc, base })
        }
        Form::Enum(of) => {
            let cases = of.values.iter().map(|value| ValueView {
                tag: value.name.kebab(),
                name: keywords::swift(&value.name.lower_camel()),
                native: native(&value.name),
                doc: one_line(&value.doc),
            });
            let cases = cases.collect();
            Shape::Enum(Enum {
                name,
                native: found.name.rust_type(),
                doc,
                cases,
            })
        }
        Form::Union(variants) => {
            let cases = variants
                .iter()
                .map(|variant| case(model, variant))
                .collect();
            Shape::Union(Union {
                name,
                native: found.name.rust_type(),
                doc,
                cases,
            })
        }
    }
}

fn case(model: &Model, variant: &Variant) -> CaseView {
    let (value, fields) = match &variant.payload {
        Payload::Empty => (None, Vec::new()),
        Payload::Value(type_ref) => (Some(type_name(model, type_ref)), Vec::new()),
        Payload::Fields(of) => (None, fields(model, of, false)),
    };
    CaseView {
        tag: variant.name.kebab(),
        name: keywords::swift(&variant.name.lower_camel()),
        native: native(&variant.name),
        doc: one_line(&variant.doc),
        value,
        fields,
    }
}

fn fields(model: &Model, fields: &[Field], all_optional: bool) -> Vec<FieldView> {
    fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let single = type_name(model, &field.type_ref);
            let (bare, default) = match (field.repeated, field.optional) {
                (true, _) => (format!("[{single}]"), all_optional.then_some("[]")),
                (false, true) => (single, Some("nil")),
                (false, false) => {
                    let zero = all_optional.then(|| zero(model, &field.type_ref));
                    (single, zero.flatten())
                }
            };
            let may_lack = field.optional && !field.repeated;
            let type_name = if may_lack {
                format!("{bare}?")
            } else {
                bare.clone()
            };
            let name = keywords::swift(&field.name.lower_camel());
            let label = keywords::swift_label(&field.name.lower_camel());
            let is_keyword = name.starts_with('`');
            let local = match is_keyword {
                true => format!("value{}", index + 1),
                false => name.clone(),
            };
            FieldView {
                written: field.name.snake(),
                parameter: match is_keyword {
                    true => format!("{label} {local}"),
                    false => label.clone(),
                },
                name,
                label,
                local,
                native: keywords::swift(&native_field(&field.name)),
                native_label: keywords::swift_label(&native_field(&field.name)),
                doc: one_line(&field.doc),
                type_name,
                bare,
                default,
            }
        })
        .collect()
}

/// Returns the default value of a field.
fn zero(model: &Model, type_ref: &TypeRef) -> Option<&'static str> {
    Some(match type_ref {
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => return zero(model, base),
            _ => return None,
        },
        TypeRef::Bool => "false",
        TypeRef::Uint32 | TypeRef::Uint64 => "0",
        TypeRef::String => "\"\"",
        TypeRef::Bytes => "Foundation.Data()",
    })
}

/// Returns the name of a type with its module, because a type of the contracts may be named
/// `String`.
fn type_name(model: &Model, type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Named(name) => {
            let found = model.type_named(&name.kebab());
            format!("Contract.{}", class(&found.name))
        }
        TypeRef::Bool => "Swift.Bool".to_owned(),
        TypeRef::Uint32 => "Swift.UInt32".to_owned(),
        TypeRef::Uint64 => "Swift.UInt64".to_owned(),
        TypeRef::String => "Swift.String".to_owned(),
        TypeRef::Bytes => "Foundation.Data".to_owned(),
    }
}

/// Returns the name of a variant in the code of uniffi, which follows the name in Rust.
fn native(name: &Name) -> String {
    keywords::swift(&name.camel().to_lower_camel_case())
}

/// Returns the name of a field in the code of uniffi.
fn native_field(name: &Name) -> String {
    let field = keywords::uniffi_field(&name.snake());
    field.trim_start_matches("r#").to_lower_camel_case()
}

fn class(name: &Name) -> String {
    keywords::swift_type(&name.camel())
}
