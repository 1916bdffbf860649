//! The types of the contracts in Kotlin and Java: immutable classes, whose numbers are `Int` and
//! `Long`. The types of the binding stay internal: their numbers are unsigned, which Java lacks.

use std::collections::BTreeSet;

use heck::{ToShoutySnakeCase as _, ToUpperCamelCase as _};

use super::declarations::WIDTH;
use super::values::{root_types, type_class};
use crate::emit::keywords;
use crate::emit::rust::names::{doc_lines, has_secret, scalar, variant_name};
use crate::emit::rust::native::deprecated;
use crate::emit::text::{lower_first, one_line, wrap};
use crate::emit::uniffi::names::foreign;
use crate::model::{Field, Form, Model, Name, Operation, Payload, Type, TypeRef, Variant};

/// The package of the types that only raw operations name.
pub(super) const RAW: &str = "org.parsec.client.raw";
/// The package of the client.
pub(super) const ROOT: &str = "org.parsec.client";

/// Types of one file, and the names that they use from the other package.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) types: Vec<Vec<String>>,
    pub(super) imports: BTreeSet<String>,
}

/// A class with fields: a struct, a variant, or the inputs or outputs of an operation.
struct Record<'a> {
    doc: String,
    name: String,
    /// The sealed class of a variant.
    base: Option<&'a str>,
    fields: Vec<Property>,
    /// Whether there are defaults and a builder.
    builder: bool,
    indent: usize,
}

struct Property {
    name: String,
    type_name: String,
    doc: String,
    secret: bool,
    /// Whether it is an array of bytes, or a list of these.
    bytes: bool,
    list: bool,
    optional: bool,
}

/// Where a type is written: its package, and the names that hide others there.
struct Scope<'a> {
    model: &'a Model,
    root: &'a BTreeSet<&'a Name>,
    package: &'static str,
    hidden: BTreeSet<String>,
    imports: BTreeSet<String>,
}

/// Returns the package of a type.
pub(super) fn package(root: &BTreeSet<&Name>, name: &Name) -> &'static str {
    match root.contains(name) {
        true => ROOT,
        false => RAW,
    }
}

/// Returns the declarations of these types, all of which belong to one package.
pub(super) fn declared<'a>(
    model: &'a Model,
    package: &'static str,
    types: impl Iterator<Item = &'a Type>,
) -> Declared {
    let root = root_types(model);
    let mut scope = Scope::new(model, &root, package);
    let types = types.map(|of| scope.declare(of)).collect();
    Declared {
        types,
        imports: scope.imports,
    }
}

/// Returns the classes of the inputs and outputs of operations.
pub(super) fn messages<'a>(
    model: &'a Model,
    operations: impl Iterator<Item = &'a Operation>,
) -> Declared {
    let root = root_types(model);
    let mut scope = Scope::new(model, &root, RAW);
    let mut types = Vec::new();
    for operation in operations {
        for (of, fields, what) in [
            ("Request", &operation.inputs, "Input"),
            ("Response", &operation.outputs, "Output"),
        ] {
            if fields.is_empty() {
                continue;
            }
            let record = Record {
                doc: format!("{what} of the operation `{}`.", operation.name),
                name: format!("{}{of}", operation.name.camel()),
                base: None,
                fields: scope.properties(fields),
                builder: false,
                indent: 0,
            };
            types.push(record.lines());
        }
    }
    Declared {
        types,
        imports: scope.imports,
    }
}

impl<'a> Scope<'a> {
    fn new(model: &'a Model, root: &'a BTreeSet<&'a Name>, package: &'static str) -> Self {
        Self {
            model,
            root,
            package,
            hidden: BTreeSet::new(),
            imports: BTreeSet::new(),
        }
    }

    fn declare(&mut self, of: &Type) -> Vec<String> {
        let name = type_class(&of.name);
        match &of.form {
            Form::Enum(values) => {
                let mut lines = comment(&doc_lines(&of.doc).join(" "), &[], 0);
                lines.push(format!("public enum class {name} {{"));
                for (index, value) in values.values.iter().enumerate() {
                    if index > 0 {
                        lines.push(String::new());
                    }
                    let doc = deprecated(&value.doc, value.deprecated.as_deref());
                    lines.extend(comment(&doc.join(" "), &[], 4));
                    let entry = variant_name(&value.name).to_shouty_snake_case();
                    lines.push(format!("    {entry},"));
                }
                lines.push("}".to_owned());
                lines
            }
            Form::Struct(fields) => {
                let plain = fields.iter().all(|field| {
                    let of = scalar(self.model, &field.type_ref);
                    let zero = [TypeRef::Bool, TypeRef::Uint32, TypeRef::Uint64];
                    of.is_some_and(|of| zero.contains(&of)) && !field.repeated && !field.optional
                });
                let record = Record {
                    doc: of.doc.clone(),
                    name,
                    base: None,
                    fields: self.properties(fields),
                    builder: plain && fields.len() > 3,
                    indent: 0,
                };
                record.lines()
            }
            Form::Union(variants) => self.union(of, &name, variants),
            Form::Scalar(..) => Vec::new(),
        }
    }

    fn union(&mut self, of: &Type, name: &str, variants: &[Variant]) -> Vec<String> {
        self.hidden = variants
            .iter()
            .map(|variant| variant_class(&variant.name))
            .collect();
        let mut lines = comment(&of.doc, &[], 0);
        lines.push(format!("public sealed class {name} {{"));
        for (index, variant) in variants.iter().enumerate() {
            if index > 0 {
                lines.push(String::new());
            }
            let doc = deprecated(&variant.doc, variant.deprecated.as_deref()).join(" ");
            let class = variant_class(&variant.name);
            let fields = match &variant.payload {
                Payload::Empty => {
                    lines.extend(comment(&doc, &[], 4));
                    lines.push(format!("    public data object {class} : {name}()"));
                    continue;
                }
                Payload::Value(type_ref) => {
                    let bytes = scalar(self.model, type_ref) == Some(TypeRef::Bytes);
                    vec![Property {
                        name: "value".to_owned(),
                        type_name: self.type_name(type_ref),
                        doc: "The value.".to_owned(),
                        secret: false,
                        bytes,
                        list: false,
                        optional: false,
                    }]
                }
                Payload::Fields(fields) => self.properties(fields),
            };
            let record = Record {
                doc,
                name: class,
                base: Some(name),
                fields,
                builder: false,
                indent: 4,
            };
            lines.extend(record.lines());
        }
        lines.push("}".to_owned());
        self.hidden.clear();
        lines
    }

    fn properties(&mut self, fields: &[Field]) -> Vec<Property> {
        fields.iter().map(|field| self.property(field)).collect()
    }

    fn property(&mut self, field: &Field) -> Property {
        let one = self.type_name(&field.type_ref);
        let type_name = match (field.repeated, field.optional) {
            (true, _) => format!("{}<{one}>", self.builtin("List", "kotlin.collections.List")),
            (false, true) => format!("{one}?"),
            (false, false) => one,
        };
        Property {
            name: property_name(&field.name),
            type_name,
            doc: field.doc.clone(),
            secret: has_secret(std::slice::from_ref(field)),
            bytes: scalar(self.model, &field.type_ref) == Some(TypeRef::Bytes),
            list: field.repeated,
            optional: field.optional && !field.repeated,
        }
    }

    fn type_name(&mut self, type_ref: &TypeRef) -> String {
        match scalar(self.model, type_ref) {
            Some(TypeRef::Bool) => self.builtin("Boolean", "kotlin.Boolean"),
            Some(TypeRef::Uint32) => self.builtin("Int", "kotlin.Int"),
            Some(TypeRef::Uint64) => self.builtin("Long", "kotlin.Long"),
            Some(TypeRef::String) => self.builtin("String", "kotlin.String"),
            Some(TypeRef::Bytes) => self.builtin("ByteArray", "kotlin.ByteArray"),
            _ => match type_ref {
                TypeRef::Named(name) => self.class(name),
                other => unreachable!("{other:?} is a scalar"),
            },
        }
    }

    fn class(&mut self, name: &Name) -> String {
        let package = package(self.root, name);
        let class = type_class(name);
        let path = format!("{package}.{class}");
        if self.hidden.contains(&class) {
            return path;
        }
        if package != self.package {
            self.imports.insert(path);
        }
        class
    }

    /// A name of Kotlin, with its package if a type of the contracts hides it.
    fn builtin(&self, name: &str, path: &str) -> String {
        let mut types = self.model.types();
        match self.hidden.contains(name) || types.any(|of| type_class(&of.name) == name) {
            true => path.to_owned(),
            false => name.to_owned(),
        }
    }
}

/// The class of a variant.
pub(super) fn variant_class(name: &Name) -> String {
    variant_name(name).to_upper_camel_case()
}

/// The name of a field.
pub(super) fn property_name(name: &Name) -> String {
    keywords::kotlin_method(&foreign(&keywords::uniffi_field(&name.snake())))
}

impl Record<'_> {
    fn lines(&self) -> Vec<String> {
        let pad = " ".repeat(self.indent);
        let mut lines = comment(&self.doc, &self.fields, self.indent);
        let base = self.base.map(|base| format!(" : {base}()"));
        let base = base.unwrap_or_default();
        let body = self.body();
        let brace = if body.is_empty() { "" } else { " {" };
        let parameters: Vec<String> = self.fields.iter().map(|of| self.parameter(of)).collect();
        let head = format!("{pad}public data class {}(", self.name);
        let one_line = format!("{head}{}){base}{brace}", parameters.join(", "));
        let before_base = format!("{head}{}) :", parameters.join(", "));
        match one_line.len() <= WIDTH {
            true => lines.push(one_line),
            false if self.base.is_some() && before_base.len() <= WIDTH => {
                lines.push(before_base);
                let base = base.trim_start_matches(" : ");
                lines.push(format!("{pad}    {base}{brace}"));
            }
            false => {
                lines.push(head);
                lines.extend(parameters.iter().map(|of| format!("{pad}    {of},")));
                lines.push(format!("{pad}){base}{brace}"));
            }
        }
        if !body.is_empty() {
            lines.extend(body.iter().map(|line| match line.is_empty() {
                true => String::new(),
                false => format!("{pad}    {line}"),
            }));
            lines.push(format!("{pad}}}"));
        }
        lines
    }

    fn parameter(&self, of: &Property) -> String {
        let default = match (self.builder, of.optional) {
            (true, _) if of.type_name == "Boolean" => " = false",
            (true, _) => " = 0",
            (false, true) => " = null",
            (false, false) => "",
        };
        format!("public val {}: {}{default}", of.name, of.type_name)
    }

    /// Comparison by the contents of arrays, texts without secrets, and a builder.
    fn body(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.fields.iter().any(|of| of.bytes || of.secret) {
            lines.extend(self.comparison());
        }
        if self.builder {
            lines.extend(self.builder());
        }
        lines
    }

    fn comparison(&self) -> Vec<String> {
        let equal = self.fields.iter().map(|of| match of.bytes {
            true if of.list => format!("sameBytes({0}, other.{0})", of.name),
            true => format!("{0}.contentEquals(other.{0})", of.name),
            false => format!("{0} == other.{0}", of.name),
        });
        let shown = self.fields.iter().map(|of| {
            let plain = of.name.trim_matches('`');
            let shown = match (of.secret, of.bytes) {
                (true, _) => "<secret>".to_owned(),
                (_, true) if of.list => format!("${{hexOfEach({})}}", of.name),
                (_, true) => format!("${{hexOf({})}}", of.name),
                _ => format!("${{this.{}}}", of.name),
            };
            format!("{plain}={shown}")
        });
        let names: Vec<&str> = self.fields.iter().map(|of| of.name.as_str()).collect();
        let hash = format!("hashOf({})", names.join(", "));
        let equal: Vec<String> = equal.collect();
        let mut lines = vec![
            "/** Whether the other value has the same contents. */".to_owned(),
            format!(
                "override fun equals(other: Any?): Boolean = other is {} &&",
                self.name
            ),
        ];
        let last = equal.len() - 1;
        lines.extend(equal.iter().enumerate().map(|(index, part)| {
            let and = if index == last { "" } else { " &&" };
            format!("    {part}{and}")
        }));
        lines.extend([
            String::new(),
            "/** Equal for equal contents. */".to_owned(),
            format!("override fun hashCode(): Int = {hash}"),
            String::new(),
            "/** For people: bytes in hexadecimal digits, and no secrets. */".to_owned(),
        ]);
        let text = format!(
            "\"{}({})\"",
            self.name,
            shown.collect::<Vec<_>>().join(", ")
        );
        lines.extend(broken(
            "override fun toString(): String = ",
            &text,
            WIDTH - self.indent - 4,
        ));
        lines
    }

    fn builder(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "/** Builds [{}]. Fields that are not set are `false` or 0. */",
                self.name
            ),
            "public class Builder {".to_owned(),
        ];
        for of in &self.fields {
            let zero = if of.type_name == "Boolean" {
                "false"
            } else {
                "0"
            };
            lines.push(format!(
                "    private var {}: {} = {zero}",
                of.name, of.type_name
            ));
        }
        for of in &self.fields {
            lines.push(String::new());
            let doc = one_line(&of.doc);
            let doc = comment(&doc, &[], 0);
            lines.extend(doc.iter().map(|line| format!("    {line}")));
            let (name, default) = match of.type_name.as_str() {
                "Boolean" => (&of.name, " = true"),
                _ => (&of.name, ""),
            };
            if !default.is_empty() {
                lines.push("    @JvmOverloads".to_owned());
            }
            lines.push(format!(
                "    public fun {name}(value: {}{default}): Builder = apply {{ {name} = value }}",
                of.type_name
            ));
        }
        let names: Vec<&str> = self.fields.iter().map(|of| of.name.as_str()).collect();
        lines.extend([
            String::new(),
            "    /** Returns the value. */".to_owned(),
            format!("    public fun build(): {} = {}(", self.name, self.name),
        ]);
        lines.extend(names.iter().map(|name| format!("        {name},")));
        lines.extend(["    )".to_owned(), "}".to_owned()]);
        lines
    }
}

/// A property with a literal, which is a sum of literals if it is long.
fn broken(head: &str, text: &str, width: usize) -> Vec<String> {
    if head.len() + text.len() <= width {
        return vec![format!("{head}{text}")];
    }
    let mut lines = vec![format!("{head}\"")];
    for part in text.trim_matches('"').split_inclusive(", ") {
        let length = lines.last().map_or(0, String::len);
        if length + part.len() + "\" +".len() > width {
            lines.push("    \"".to_owned());
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(part);
        }
    }
    let last = lines.len() - 1;
    let ended = lines.iter().enumerate();
    ended
        .map(|(index, line)| format!("{line}\"{}", if index == last { "" } else { " +" }))
        .collect()
}

/// A comment with the fields as properties.
fn comment(doc: &str, fields: &[Property], indent: usize) -> Vec<String> {
    let pad = " ".repeat(indent);
    let width = WIDTH - indent - 3;
    let doc = one_line(doc);
    if fields.is_empty() && doc.chars().count() + 4 <= width {
        return vec![format!("{pad}/** {doc} */")];
    }
    let mut lines = wrap(&doc, width);
    if !fields.is_empty() {
        lines.push(String::new());
    }
    for of in fields {
        let text = lower_first(one_line(&of.doc).trim_end_matches('.'));
        let tag = format!("@property {} {text}", of.name.trim_matches('`'));
        let mut wrapped = wrap(&tag, width - 2).into_iter();
        lines.extend(wrapped.next());
        lines.extend(wrapped.map(|line| format!("  {line}")));
    }
    let mut comment = vec![format!("{pad}/**")];
    comment.extend(lines.into_iter().map(|line| match line.is_empty() {
        true => format!("{pad} *"),
        false => format!("{pad} * {line}"),
    }));
    comment.push(format!("{pad} */"));
    comment
}
