//! The arguments of generated subcommands: their form for clap, and how their values are read.

use super::cli_paths::in_shell;
use crate::model::{Argument, Handle, Language, Model, ValueType};

/// An argument of a subcommand.
pub(super) struct ArgumentView {
    /// The fields of clap's `Subcommand`: several if options belong to the argument.
    pub(super) fields: Vec<FieldView>,
    /// The statement that reads the value.
    pub(super) read: String,
}

/// A field of clap's `Subcommand`.
pub(super) struct FieldView {
    pub(super) doc: Option<String>,
    pub(super) attributes: String,
    pub(super) name: String,
    pub(super) field_type: String,
}

impl FieldView {
    /// Returns a field with a group of options.
    pub(super) fn group(name: &str, field_type: &str) -> Self {
        Self {
            doc: None,
            attributes: "#[command(flatten)]".to_owned(),
            name: name.to_owned(),
            field_type: field_type.to_owned(),
        }
    }
}

/// The form of the arguments of a handle's subcommands.
pub(super) struct Shape<'a> {
    pub(super) model: &'a Model,
    pub(super) handle: &'a Handle,
}

impl Shape<'_> {
    /// Returns the field of an argument.
    pub(super) fn field(&self, argument: &Argument) -> String {
        let name = argument.name_in(Language::Cli);
        match name.as_written() {
            // The name of the key that the handle opens.
            "key" if self.handle.is_key() => "of_key".to_owned(),
            _ => name.rust(),
        }
    }

    /// Returns an argument whose value is in a file.
    pub(super) fn file(&self, argument: &Argument) -> ArgumentView {
        let field = self.field(argument);
        let bytes = format!("input::read({field})?");
        let value = match argument.value_type {
            ValueType::Secret => format!("Secret::from({bytes})"),
            _ => bytes,
        };
        let doc = argument.doc.trim_end_matches('.');
        ArgumentView {
            read: format!("let {field} = {value};"),
            fields: vec![FieldView {
                doc: Some(format!("{doc}: a file, or - for standard input")),
                attributes: "#[arg(value_name = \"FILE\", default_value = \"-\")]".to_owned(),
                name: field,
                field_type: "String".to_owned(),
            }],
        }
    }

    pub(super) fn argument(&self, argument: &Argument, is_last: bool) -> ArgumentView {
        let field = self.field(argument);
        let value_type = &argument.value_type;
        if is_client(value_type) {
            return ArgumentView {
                read: format!("let {field} = {field}.id(&session.client)?;"),
                fields: vec![FieldView::group(&field, "ClientArguments")],
            };
        }
        if *value_type == ValueType::Provider {
            return ArgumentView {
                // The option `--provider`, which every subcommand has.
                read: format!("let {field} = session.provider()?;"),
                fields: Vec::new(),
            };
        }
        let is_list = matches!(value_type, ValueType::List(_));
        let default = argument.default_in(Language::Cli);
        let optional = argument.optional.is_some();
        let (single, parser) = field_type(value_type);
        let mut attributes = Vec::new();
        let is_option = argument.is_optional_in(Language::Cli)
            || argument.is_named_in(Language::Cli)
            || (is_list && !is_last)
            || *value_type == ValueType::Spec;
        match value_type {
            ValueType::Spec => attributes.push("long = \"type\"".to_owned()),
            _ if is_option => attributes.push("long".to_owned()),
            _ => {}
        }
        if is_list && is_option {
            // A text such as a URI may contain commas.
            let is_text = matches!(value_type, ValueType::List(of) if **of == ValueType::Text);
            if !is_text {
                attributes.push("value_delimiter = ','".to_owned());
            }
            if !optional {
                attributes.push("required = true".to_owned());
            }
        } else if is_list {
            attributes.push("required = true".to_owned());
        }
        if !is_option {
            let name = argument.name_in(Language::Cli);
            attributes.push(format!("value_name = \"{}\"", name.shouty()));
        } else if let Some(value_name) = value_name(value_type) {
            attributes.push(format!("value_name = \"{value_name}\""));
        }
        if let Some(parser) = parser {
            attributes.push(format!("value_parser = {parser}"));
        }
        if let Some(default) = default {
            attributes.push(format!("default_value = \"{default}\""));
        }
        let field_type = match (is_list, value_type) {
            (true, _) => format!("Vec<{single}>"),
            (false, ValueType::Flag) => "bool".to_owned(),
            _ if optional => format!("Option<{single}>"),
            _ => single,
        };
        let mut doc = in_shell(self.model, argument.doc.trim_end_matches('.'));
        if let Some(form) = form(self.model, value_type) {
            doc = format!("{doc}: {form}");
        }
        if let Some(default) = &argument.optional {
            doc = format!("{doc}. Default: {default}");
        }
        let read = read(argument, &field);
        let mut fields = vec![FieldView {
            doc: Some(doc),
            attributes: match attributes.is_empty() {
                true => String::new(),
                false => format!("#[arg({})]", attributes.join(", ")),
            },
            name: field,
            field_type,
        }];
        if *value_type == ValueType::Spec {
            fields.push(FieldView::group("new", "NewKey"));
            fields.push(FieldView::group("placement", "Placement"));
        }
        ArgumentView { fields, read }
    }
}

/// Returns whether the type names a client of the service.
fn is_client(value_type: &ValueType) -> bool {
    matches!(value_type, ValueType::Named(name) if name.as_written() == "client-id")
}

/// Returns the type of a clap argument, and its parser.
fn field_type(of: &ValueType) -> (String, Option<&'static str>) {
    match of {
        ValueType::Number => ("u32".to_owned(), None),
        ValueType::Size => ("u64".to_owned(), None),
        ValueType::Count => ("usize".to_owned(), None),
        ValueType::Hash => ("Hash".to_owned(), Some("hash_function")),
        ValueType::Spec => ("AnySpec".to_owned(), Some("kinds_parser()")),
        ValueType::List(item) => field_type(item),
        _ => ("String".to_owned(), None),
    }
}

fn value_name(of: &ValueType) -> Option<&'static str> {
    match of {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => Some("HEX"),
        ValueType::Named(_) => Some("VALUE"),
        ValueType::KeyName => Some("NAME"),
        ValueType::Spec => Some("KIND"),
        ValueType::Hash => Some("HASH"),
        ValueType::List(item) => value_name(item),
        _ => None,
    }
}

/// Describes the syntax of a value, for the help.
fn form(model: &Model, of: &ValueType) -> Option<String> {
    let text = match of {
        ValueType::Bytes | ValueType::Secret => "hex, @FILE, or - for standard input",
        ValueType::Signature => "DER in hex, @FILE, or - for standard input",
        ValueType::Named(name) => {
            let names: Vec<String> = model
                .type_named(&name.kebab())
                .values()
                .iter()
                .map(|value| value.name.kebab())
                .collect();
            return Some(match names.is_empty() {
                true => format!("JSON, in the form of the type `{}`", name.kebab()),
                false => format!("one of {}", names.join(", ")),
            });
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes | ValueType::Signature => "hex or @FILE",
            _ => return None,
        },
        _ => return None,
    };
    Some(text.to_owned())
}

/// Returns the statement that converts a field into the value that the call receives.
fn read(argument: &Argument, field: &str) -> String {
    let optional = argument.optional.is_some();
    let bind = |value: String| format!("let {field} = {value};");
    match &argument.value_type {
        ValueType::Bytes if optional => bind(format!("value::optional_bytes({field}.as_deref())?")),
        ValueType::Bytes => bind(format!("value::bytes({field})?")),
        ValueType::Secret => bind(format!("Secret::from(value::bytes({field})?)")),
        ValueType::Signature => bind(format!("value::signature({field}, handle.public_key())?")),
        ValueType::Spec => bind(format!("placement.apply(new.apply({field}.clone())?)")),
        ValueType::Named(name) => {
            let named = name.rust_type();
            match optional {
                true => bind(format!(
                    "{field}.as_deref().map(value::json::<types::{named}>).transpose()?"
                )),
                false => bind(format!("value::json::<types::{named}>({field})?")),
            }
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes => bind(format!("value::all_bytes({field})?")),
            ValueType::Signature => {
                bind(format!("value::signatures({field}, handle.public_key())?"))
            }
            ValueType::Text | ValueType::KeyName => bind(format!("value::texts({field})")),
            _ => String::new(),
        },
        _ => String::new(),
    }
}
