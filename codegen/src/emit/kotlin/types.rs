//! The types of the contracts in Kotlin and Java: immutable classes, whose numbers are `Int` and
//! `Long`. The types of the binding stay internal: their numbers are unsigned, which Java lacks.

use std::collections::BTreeSet;

use heck::{ToShoutySnakeCase as _, ToUpperCamelCase as _};

use super::records::{Inherited, Property, Record, comment};
use super::values::{root_types, type_class};
use crate::emit::keywords;
use crate::emit::rust::names::{doc_lines, has_secret, scalar, variant_name};
use crate::emit::rust::native::deprecated;
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
                inherited: scope.inherited(),
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
                    inherited: self.inherited(),
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
                inherited: self.inherited(),
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

    fn inherited(&self) -> Inherited {
        Inherited {
            any: self.builtin("Any", "kotlin.Any"),
            boolean: self.builtin("Boolean", "kotlin.Boolean"),
            int: self.builtin("Int", "kotlin.Int"),
            string: self.builtin("String", "kotlin.String"),
        }
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
