//! Types of the contracts in Swift, with the conversions to and from the binding.

use anyhow::Result;
use askama::Template;

use super::code::{branch, case_doc, class, doc, listed, native, native_field, type_name, zero};
use crate::emit::keywords;
use crate::emit::rust::native::has_default;
use crate::emit::swift::names::WIDTH;
use crate::emit::text::one_line;
use crate::model::{Field, Form, Model, Payload, Type, Variant};

/// The direction in which a struct is converted.
#[derive(PartialEq, Eq)]
pub(super) enum Direction {
    /// To the binding.
    Lowered,
    /// From the binding.
    Lifted,
    /// In both directions.
    Both,
}

/// A type and its conversion.
pub(super) enum Shape {
    Struct(Struct),
    Enum(Enum),
    Union(Union),
    Alias(Alias),
}

impl Shape {
    pub(super) fn code(&self) -> Result<String> {
        Ok(match self {
            Self::Struct(of) => of.render()?,
            Self::Enum(of) => of.render()?,
            Self::Union(of) => of.render()?,
            Self::Alias(of) => of.render()?,
        })
    }

    /// Renders the conversion to and from the type of the binding, if the binding has one.
    pub(super) fn native(&self) -> Result<Option<String>> {
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

pub(super) fn shape(model: &Model, found: &Type) -> Shape {
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

#[derive(Template)]
#[template(path = "swift/struct.swift", escape = "none")]
pub(super) struct Struct {
    pub(super) scope: &'static str,
    pub(super) name: String,
    /// Its name in the code of uniffi.
    pub(super) native: String,
    pub(super) doc: String,
    pub(super) fields: Vec<FieldView>,
    pub(super) all_optional: bool,
    pub(super) direction: Direction,
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
pub(super) struct Enum {
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
pub(super) struct Union {
    name: String,
    /// Its name in the code of uniffi.
    native: String,
    doc: String,
    cases: Vec<CaseView>,
}

#[derive(Template)]
#[template(path = "swift/alias.swift", escape = "none")]
pub(super) struct Alias {
    name: String,
    doc: String,
    base: String,
}

pub(super) struct FieldView {
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

pub(super) fn fields(model: &Model, fields: &[Field], all_optional: bool) -> Vec<FieldView> {
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
