//! The subcommands of the command line that call one method each.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use super::cli_examples::call_lines;
use super::cli_paths::command_path;
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
        format!("// {banner}\n\n//! Subcommands that call one method each.\n\n{modules}\n{uses}"),
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
    /// The expression that opens the handle.
    handle: String,
    /// The call; if there are optional arguments, with a variant that passes them.
    call: String,
    print: String,
}

struct ArgumentView {
    doc: String,
    attributes: String,
    field: String,
    field_type: String,
    /// The statement that reads the value.
    read: String,
}

impl CommandView {
    fn new(model: &Model, handle: &Handle, method: &Method, name: &str) -> Self {
        let mut doc = vec![imperative(method.summary.trim_end_matches('.'))];
        if let Some(more) = &method.doc {
            doc.push(String::new());
            doc.push(more.clone());
        }
        let last = method
            .arguments
            .iter()
            .rposition(|argument| argument.optional.is_none());
        Self {
            name: name.to_owned(),
            variant: Name::new(name).camel(),
            doc,
            is_of_key: handle.is_key(),
            arguments: method
                .arguments
                .iter()
                .enumerate()
                .map(|(index, argument)| ArgumentView::new(model, argument, Some(index) == last))
                .collect(),
            handle: receiver(handle),
            call: match method.returns {
                Some(_) => format!("let result = {};", call(method)),
                None => format!("{};", call(method)),
            },
            print: print(method),
        }
    }
}

fn receiver(handle: &Handle) -> String {
    match (handle.form, &handle.role) {
        (HandleForm::Key, None) => "client.open(key)?".to_owned(),
        (HandleForm::Key, Some(_)) => format!("client.open_{}(key)?", handle.name.snake()),
        (HandleForm::Administrator, _) => "client.admin()".to_owned(),
        _ => "client".to_owned(),
    }
}

impl ArgumentView {
    fn new(model: &Model, argument: &Argument, is_last: bool) -> Self {
        let field = match argument.name.as_written() {
            // The name of the key that the handle opens.
            "key" => "of_key".to_owned(),
            _ => argument.name.rust(),
        };
        let is_list = matches!(argument.value_type, ValueType::List(_));
        let optional = argument.optional.is_some();
        let (single, parser) = field_type(&argument.value_type);
        let mut attributes = Vec::new();
        let is_option = optional || (is_list && !is_last) || argument.value_type == ValueType::Spec;
        match argument.value_type {
            ValueType::Spec => attributes.push("long = \"type\"".to_owned()),
            _ if is_option => attributes.push("long".to_owned()),
            _ => {}
        }
        if is_list && is_option {
            attributes.push("value_delimiter = ','".to_owned());
            if !optional {
                attributes.push("required = true".to_owned());
            }
        } else if is_list {
            attributes.push("required = true".to_owned());
        }
        if !is_option {
            attributes.push(format!("value_name = \"{}\"", argument.name.shouty()));
        } else if let Some(value_name) = value_name(&argument.value_type) {
            attributes.push(format!("value_name = \"{value_name}\""));
        }
        if let Some(parser) = parser {
            attributes.push(format!("value_parser = {parser}"));
        }
        let field_type = match (is_list, &argument.value_type) {
            (true, _) => format!("Vec<{single}>"),
            (false, ValueType::Flag) => "bool".to_owned(),
            _ if optional => format!("Option<{single}>"),
            _ => single,
        };
        let mut doc = argument.doc.trim_end_matches('.').to_owned();
        if let Some(form) = form(model, &argument.value_type) {
            doc = format!("{doc}: {form}");
        }
        if let Some(default) = &argument.optional {
            doc = format!("{doc}. Default: {default}");
        }
        Self {
            doc,
            attributes: match attributes.is_empty() {
                true => String::new(),
                false => format!("#[arg({})]", attributes.join(", ")),
            },
            read: read(argument, &field),
            field,
            field_type,
        }
    }
}

/// Returns the type of a clap argument, and its parser.
fn field_type(of: &ValueType) -> (String, Option<&'static str>) {
    match of {
        ValueType::Number => ("u32".to_owned(), None),
        ValueType::Size => ("u64".to_owned(), None),
        ValueType::Count => ("usize".to_owned(), None),
        ValueType::Hash => ("Hash".to_owned(), Some("hash_function")),
        ValueType::Provider => ("ProviderId".to_owned(), Some("provider_name")),
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

fn call(method: &Method) -> String {
    let arguments = |with: bool| {
        let mut arguments = method.arguments_in(Language::Rust);
        if method.rust_with.is_some() {
            arguments.sort_by_key(|argument| argument.optional.is_none());
            arguments.retain(|argument| with || argument.optional.is_none());
        }
        let values: Vec<String> = arguments.into_iter().map(|a| passed(method, a)).collect();
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
    let name = optional.name.rust();
    format!(
        "match {name} {{ Some({name}) => handle.{with}({})?, None => {plain} }}",
        arguments(true)
    )
}

/// Returns the expression that passes a value to the method.
fn passed(method: &Method, argument: &Argument) -> String {
    let field = match argument.name.as_written() {
        "key" => "of_key".to_owned(),
        _ => argument.name.rust(),
    };
    let optional = argument.optional.is_some() && method.rust_with.is_none();
    match &argument.value_type {
        ValueType::Number
        | ValueType::Size
        | ValueType::Count
        | ValueType::Flag
        | ValueType::Hash
        | ValueType::Provider => format!("*{field}"),
        ValueType::Spec => format!("{field}.clone()"),
        ValueType::Text | ValueType::KeyName if optional => format!("{field}.as_deref()"),
        ValueType::Bytes if optional => format!("&{field}"),
        ValueType::Text | ValueType::KeyName => field,
        ValueType::Named(name) if is_plain(name) => field,
        ValueType::List(item) if matches!(item.as_ref(), ValueType::Number) => field,
        _ => format!("&{field}"),
    }
}

/// Returns whether the type is passed by value; others are passed by reference.
fn is_plain(name: &Name) -> bool {
    matches!(name.as_written(), "key-lifetime" | "check-type")
}

/// Returns the statement that prints the result.
fn print(method: &Method) -> String {
    match &method.returns {
        None => "Ok(())".to_owned(),
        Some(ValueType::Bytes | ValueType::Secret) => {
            "value::print_bytes(&result, json)".to_owned()
        }
        Some(ValueType::Signature) => "value::print_bytes(&result.to_der(), json)".to_owned(),
        Some(ValueType::Flag) => "value::print_flag(result, json)".to_owned(),
        Some(
            ValueType::KeyOfSpec | ValueType::Key | ValueType::SelfHandle | ValueType::Handle(_),
        ) => "kinds::print_key(client, result.name())".to_owned(),
        Some(ValueType::List(item)) => match item.as_ref() {
            ValueType::Signature => {
                "value::print_all_bytes(result.iter().map(parsec_client::Signature::to_der), json)"
                    .to_owned()
            }
            ValueType::Bytes | ValueType::Secret => {
                "value::print_all_bytes(result.into_iter(), json)".to_owned()
            }
            _ => "value::print(&result)".to_owned(),
        },
        Some(_) => "value::print(&result)".to_owned(),
    }
}
