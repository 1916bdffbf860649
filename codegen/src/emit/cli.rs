//! The subcommands of the command line that call one method each.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use super::cli_arguments::{ArgumentView, FieldView, Shape};
use super::cli_examples::call_lines;
use super::cli_paths::{command_path, in_shell};
use super::output::{Output, banner};
use super::text::imperative;
use crate::model::{Argument, Handle, HandleForm, Language, Method, Model, Name, ValueType};

const FOLDER: &str = "clients/cli/src/generated";

/// Renders a file for each group of subcommands.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut groups: BTreeMap<String, Vec<CommandView>> = BTreeMap::new();
    for handle in &model.handles {
        for method in &handle.methods {
            if handle.form == HandleForm::Stream || !method.is_generated_in(Language::Cli) {
                continue;
            }
            let path = command_path(handle, method);
            let (group, name) = path.split_once(' ').unwrap_or(("", path.as_str()));
            let command = CommandView::new(model, handle, method, name);
            groups.entry(group.to_owned()).or_default().push(command);
        }
    }
    let banner = banner("contracts/handles/*.toml");
    let mut output = Output::new();
    let names: Vec<String> = groups
        .keys()
        .map(|group| module(group).to_owned())
        .collect();
    for (group, commands) in groups {
        let view = Group {
            banner: &banner,
            title: match group.as_str() {
                "" => "Subcommands of `parsec`".to_owned(),
                group => format!("Subcommands of `parsec {group}`"),
            },
            class: Name::new(format!("{}-method", module(&group))).camel(),
            commands,
        };
        output.insert(format!("{FOLDER}/{}.rs", module(&group)), view.render()?);
    }
    let modules: String = names.iter().map(|name| format!("mod {name};\n")).collect();
    let uses: String = names
        .iter()
        .map(|name| {
            let class = Name::new(format!("{name}-method")).camel();
            format!("pub(crate) use {name}::{class};\n")
        })
        .collect();
    output.insert(
        format!("{FOLDER}/mod.rs"),
        format!("// {banner}\n\n//! Subcommands that call one method each, and the options of new keys.\n\n{modules}mod options;\n\n{uses}pub(crate) use options::{{NewKey, Placement}};\n"),
    );
    output.insert(
        "clients/cli/tests/cli/generated/mod.rs".to_owned(),
        examples(model, &banner),
    );
    Ok(output)
}

/// Renders the examples that a test runs: their names and lines.
fn examples(model: &Model, banner: &str) -> String {
    let mut text = format!(
        "// {banner}\n\n//! The examples of the methods, as shell commands.\n\n\
         /// For each example: the method, and the lines.\n\
         pub(crate) const EXAMPLES: &[(&str, &[&str])] = &[\n"
    );
    for handle in &model.handles {
        for method in &handle.methods {
            let Some(example) = &method.example else {
                continue;
            };
            if example.provider.is_some() || (example.not_run.is_some() && example.cli.is_empty()) {
                continue;
            }
            let lines = call_lines(model, handle, method, example);
            if lines.is_empty() || handle.form == HandleForm::Administrator {
                continue;
            }
            let name = format!("{}.{}", handle.name.snake(), method.name.snake());
            text += &format!("    ({name:?}, &{lines:?}),\n");
        }
    }
    text + "];\n"
}

/// Returns the module of a group.
fn module(group: &str) -> &str {
    match group {
        "" => "client",
        group => group,
    }
}

#[derive(Template)]
#[template(path = "cli/group.rs", escape = "none")]
struct Group<'a> {
    banner: &'a str,
    title: String,
    class: String,
    commands: Vec<CommandView>,
}

struct CommandView {
    name: String,
    variant: String,
    doc: Vec<String>,
    is_of_key: bool,
    arguments: Vec<ArgumentView>,
    /// The options for the format of the result and for its destination.
    output: Option<FieldView>,
    /// The expression that opens the handle.
    handle: String,
    /// The question before the call, if it cannot be undone.
    confirm: Option<String>,
    /// The call; if there are optional arguments, with a variant that passes them.
    call: String,
    print: String,
}

impl CommandView {
    fn new(model: &Model, handle: &Handle, method: &Method, name: &str) -> Self {
        let mut doc = vec![imperative(method.summary.trim_end_matches('.'))];
        if let Some(more) = &method.doc {
            doc.push(String::new());
            doc.push(in_shell(model, more));
        }
        let shape = Shape { model, handle };
        // Files come last, because they have a default.
        let (files, others): (Vec<&Argument>, Vec<&Argument>) = method
            .arguments_in(Language::Cli)
            .into_iter()
            .partition(|argument| argument.file);
        let last = others
            .iter()
            .rposition(|argument| !argument.is_optional_in(Language::Cli))
            .filter(|_| files.is_empty());
        let others = others.into_iter().enumerate();
        let mut arguments: Vec<ArgumentView> = others
            .map(|(index, argument)| shape.argument(argument, Some(index) == last))
            .collect();
        arguments.extend(files.into_iter().map(|argument| shape.file(argument)));
        Self {
            name: name.to_owned(),
            variant: Name::new(name).camel(),
            doc,
            is_of_key: handle.is_key(),
            arguments,
            output: match method.returns {
                Some(ValueType::Bytes | ValueType::Secret) => {
                    Some(FieldView::group("form", "BytesForm"))
                }
                Some(ValueType::Csr) => Some(FieldView::group("to", "To")),
                _ => None,
            }
            .filter(|_| method.printer.is_none()),
            handle: receiver(handle),
            confirm: method.confirm.then(|| {
                let what = imperative(method.summary.trim_end_matches('.'));
                let of = shape.objects(method).join(", ");
                format!("confirm::ask(*yes, {what:?}, &[{of}])?;")
            }),
            call: match method.returns {
                Some(_) => format!("let result = {};", shape.call(method)),
                None => format!("{};", shape.call(method)),
            },
            print: shape.print(method),
        }
    }

    /// Returns the fields of the arguments and of the output.
    fn fields(&self) -> impl Iterator<Item = &FieldView> {
        let arguments = self.arguments.iter();
        arguments
            .flat_map(|argument| &argument.fields)
            .chain(&self.output)
    }
}

fn receiver(handle: &Handle) -> String {
    match (handle.form, &handle.role) {
        (HandleForm::Key, None) => "session.client.open(key)?".to_owned(),
        (HandleForm::Key, Some(_)) => {
            format!("session.client.open_{}(key)?", handle.name.snake())
        }
        (HandleForm::Administrator, _) => "session.client.admin()".to_owned(),
        _ => "&session.client".to_owned(),
    }
}

/// Returns who may read a file with the result, if the result is bytes.
fn readers(method: &Method) -> Option<&'static str> {
    match method.returns {
        Some(ValueType::Bytes) => Some("Readers::Everyone"),
        Some(ValueType::Secret) => Some("Readers::Owner"),
        _ => None,
    }
}

impl Shape<'_> {
    fn call(&self, method: &Method) -> String {
        let arguments = |with: bool| {
            let mut arguments = method.arguments_in(Language::Rust);
            if method.rust_with.is_some() {
                arguments.sort_by_key(|argument| argument.optional.is_none());
                arguments.retain(|argument| with || argument.optional.is_none());
            }
            let arguments = arguments.into_iter();
            let values: Vec<String> = arguments.map(|a| self.passed(method, a)).collect();
            values.join(", ")
        };
        let plain = format!(
            "handle.{}({})?",
            method.name_in(Language::Rust),
            arguments(false)
        );
        let Some(with) = &method.rust_with else {
            return plain;
        };
        let Some(optional) = method.arguments.iter().find(|a| a.optional.is_some()) else {
            return plain;
        };
        let name = self.field(optional);
        // Omitted bytes are empty ones.
        if optional.value_type == ValueType::Bytes {
            return format!("handle.{with}({})?", arguments(true));
        }
        format!(
            "match {name} {{ Some({name}) => handle.{with}({})?, None => {plain} }}",
            arguments(true)
        )
    }

    /// Returns the expressions that pass the values to the method.
    fn values(&self, method: &Method) -> Vec<String> {
        let arguments = method.arguments_in(Language::Rust).into_iter();
        arguments.map(|a| self.passed(method, a)).collect()
    }

    /// Returns the names of the objects that a command is about, for the question before it.
    fn objects(&self, method: &Method) -> Vec<String> {
        let named = method.arguments_in(Language::Cli).into_iter();
        let named = named.filter_map(|argument| {
            let field = self.field(argument);
            match &argument.value_type {
                ValueType::Text | ValueType::KeyName => Some(field),
                ValueType::Named(name) if name.as_written() == "client-id" => {
                    Some(format!("&{field}.name"))
                }
                _ => None,
            }
        });
        named.collect()
    }

    /// Returns the expression that passes a value to the method.
    fn passed(&self, method: &Method, argument: &Argument) -> String {
        let field = self.field(argument);
        let optional = argument.optional.is_some() && method.rust_with.is_none();
        match &argument.value_type {
            ValueType::Number
            | ValueType::Size
            | ValueType::Count
            | ValueType::Flag
            | ValueType::Hash => format!("*{field}"),
            ValueType::Text | ValueType::KeyName if optional => format!("{field}.as_deref()"),
            ValueType::Bytes if optional => format!("&{field}"),
            ValueType::Text | ValueType::KeyName | ValueType::Spec | ValueType::Provider => field,
            ValueType::Named(name) if is_plain(name) => field,
            ValueType::List(item) if matches!(item.as_ref(), ValueType::Number) => field,
            _ => format!("&{field}"),
        }
    }

    /// Returns the statement that prints the result.
    fn print(&self, method: &Method) -> String {
        if let Some(printer) = &method.printer {
            return match method.returns {
                Some(_) => format!("printers::{printer}(&result, session.json)"),
                None => {
                    let values = match self.handle.is_key() {
                        true => "key".to_owned(),
                        false => self.values(method).join(", "),
                    };
                    format!("printers::{printer}(session, {values})")
                }
            };
        }
        if let Some(readers) = readers(method) {
            // The JSON states the values that applied by default.
            let defaults: Vec<String> = method
                .arguments
                .iter()
                .filter(|argument| argument.default_in(Language::Cli).is_some())
                .map(|argument| {
                    let name = argument.name_in(Language::Cli);
                    format!("(\"{}\", {}.name())", name.snake(), self.field(argument))
                })
                .collect();
            let defaults = defaults.join(", ");
            return format!(
                "value::print_bytes(&result, form, &[{defaults}], {readers}, session.json)"
            );
        }
        let printed = match &method.returns {
            None => "print_done(session.json)",
            Some(ValueType::Signature) => "print_line(&result.to_der(), session.json)",
            Some(ValueType::Flag) => "print_flag(result, session.json)",
            Some(ValueType::Version) => "print_version(result, session.json)",
            Some(ValueType::Csr) => "print_pem(&result.to_pem(), to, session.json)",
            Some(
                ValueType::KeyOfSpec
                | ValueType::Key
                | ValueType::SelfHandle
                | ValueType::Handle(_),
            ) => return "kinds::print_key(session, result.name())".to_owned(),
            Some(ValueType::List(item)) => match item.as_ref() {
                ValueType::Signature => {
                    "print_all_bytes(result.iter().map(parsec_client::Signature::to_der), session.json)"
                }
                ValueType::Bytes | ValueType::Secret => {
                    "print_all_bytes(result.into_iter(), session.json)"
                }
                _ => "print(&result)",
            },
            Some(_) => "print(&result)",
        };
        format!("value::{printed}")
    }
}

/// Returns whether the type is passed by value; others are passed by reference.
fn is_plain(name: &Name) -> bool {
    matches!(name.as_written(), "key-lifetime" | "check-type")
}
