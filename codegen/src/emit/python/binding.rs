//! The classes of Python's binding, in Rust: each converts, calls the Rust client and converts back.

use anyhow::Result;
use askama::Template;

use super::names::{Flavour, argument_name, class};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{is_copy, type_name};
use crate::model::{
    Argument, Handle, HandleForm, Language, Method, Model, Name, TypeRef, ValueType,
};

const FOLDER: &str = "bindings/python/src/generated";

/// Where names come from that generated code uses.
const ORIGINS: &[(&str, &[&str])] = &[
    ("parsec_client", &["Secret", "Signature", "types"]),
    ("pyo3::prelude", &["*"]),
    (
        "crate::convert",
        &["self", "Answer", "Blob", "Data", "HashName", "Plain"],
    ),
    ("crate::error", &["Failure", "guard", "raise"]),
    ("crate::public_key", &["PublicKey"]),
    ("crate::spec", &["Spec"]),
];

#[derive(Template)]
#[template(path = "python/handles_native_handle.rs", escape = "none")]
struct Class {
    banner: String,
    summary: String,
    imports: Vec<String>,
    is_blocking: bool,
    native: String,
    class: String,
    form: HandleForm,
    /// The variant of `AnyKey`.
    role: Option<String>,
    into: String,
    methods: Vec<MethodView>,
}

struct MethodView {
    doc: String,
    name: String,
    parameters: Vec<String>,
    prepare: Vec<String>,
    body: String,
}

#[derive(Template)]
#[template(path = "python/handles_native_stream.rs", escape = "none")]
struct Stream {
    banner: String,
    is_blocking: bool,
    wait: &'static str,
}

#[derive(Template)]
#[template(path = "python/handles_native_mod.rs", escape = "none")]
struct Module<'a> {
    banner: String,
    flavours: [&'static str; 2],
    handles: &'a [Handle],
}

#[derive(Template)]
#[template(path = "python/handles_native_flavour.rs", escape = "none")]
struct FlavourModule<'a> {
    banner: String,
    is_blocking: bool,
    handles: &'a [Handle],
}

/// The binding's classes.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    for flavour in Flavour::ALL {
        let folder = format!("{FOLDER}/{}", folder(flavour));
        for handle in &model.handles {
            let text = match handle.form {
                HandleForm::Stream => Stream {
                    banner: banner(&handle.file),
                    is_blocking: flavour.is_blocking(),
                    wait: wait(flavour),
                }
                .render()?,
                _ => class_file(model, handle, flavour)?,
            };
            output.insert(format!("{folder}/{}.rs", handle.name.snake()), text);
        }
        let module = FlavourModule {
            banner: banner("contracts/handles/*.toml"),
            is_blocking: flavour.is_blocking(),
            handles: &model.handles,
        };
        output.insert(format!("{folder}/mod.rs"), module.render()?);
    }
    let module = Module {
        banner: banner("contracts/handles/*.toml"),
        flavours: Flavour::ALL.map(folder),
        handles: &model.handles,
    };
    output.insert(format!("{FOLDER}/mod.rs"), module.render()?);
    Ok(output)
}

fn folder(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Asyncio => "asynchronous",
        Flavour::Blocking => "blocking",
    }
}

fn wait(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Asyncio => ".await",
        Flavour::Blocking => "",
    }
}

fn class_file(model: &Model, handle: &Handle, flavour: Flavour) -> Result<String> {
    let mut view = Class {
        banner: banner(&handle.file),
        summary: handle.summary.clone(),
        imports: Vec::new(),
        is_blocking: flavour.is_blocking(),
        native: flavour.native(&class(handle)),
        class: class(handle),
        form: handle.form,
        role: handle.role.as_ref().map(Name::camel),
        into: format!("into_{}", handle.name.snake()),
        methods: handle
            .methods
            .iter()
            .map(|method| method_view(model, handle, method, flavour))
            .collect(),
    };
    view.imports = imports(&view.render()?, handle);
    Ok(view.render()?)
}

/// The imports of the names that the text uses.
fn imports(text: &str, handle: &Handle) -> Vec<String> {
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let uses = |name: &str| {
        let mut words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        match name {
            "*" => true,
            "self" => code.contains("convert::"),
            "types" => code.contains("types::"),
            "PublicKey" => code.contains(": PublicKey"),
            _ => words.any(|word| word == name),
        }
    };
    let mut lines = Vec::new();
    for (path, names) in ORIGINS {
        let used: Vec<&str> = names.iter().copied().filter(|name| uses(name)).collect();
        match used.as_slice() {
            [] => {}
            [only] if *only != "self" => lines.push(format!("use {path}::{only};")),
            _ => lines.push(format!("use {path}::{{{}}};", used.join(", "))),
        }
    }
    for (module, name) in [("key", "Key"), ("stream", "Stream"), ("client", "Client")] {
        let is_own = handle.name.as_written() == module;
        if !is_own
            && (code.contains(&format!(" {name}::new("))
                || code.contains(&format!("({name}::new("))
                || code.contains(&format!("&{name}")))
        {
            lines.push(format!("use super::{module}::{name};"));
        }
    }
    lines
}

fn method_view(model: &Model, handle: &Handle, method: &Method, flavour: Flavour) -> MethodView {
    let arguments = method.arguments_in(Language::Python);
    let mut prepare: Vec<String> = arguments
        .iter()
        .filter_map(|argument| prepared(model, method, argument))
        .collect();
    prepare.push("let handle = self.0.clone();".to_owned());
    let name = keywords::python(&method.name.snake());
    MethodView {
        doc: method.summary.clone(),
        name,
        parameters: arguments
            .iter()
            .map(|argument| {
                let name = rust_name(argument);
                format!("{name}: {}", parameter_type(argument))
            })
            .collect(),
        prepare,
        body: body(model, handle, method, flavour),
    }
}

/// The name of a variable that is an argument.
fn rust_name(argument: &Argument) -> String {
    let name = argument_name(argument);
    // These are names in generated code.
    match name.as_str() {
        "handle" | "py" => format!("{name}_"),
        _ => name,
    }
}

/// Whether leaving the argument out equals an empty one.
fn has_empty(of: &ValueType) -> bool {
    matches!(
        of,
        ValueType::Bytes | ValueType::Secret | ValueType::Flag | ValueType::List(_)
    )
}

fn parameter_type(argument: &Argument) -> String {
    let is_optional = argument.optional.is_some() && !has_empty(&argument.value_type);
    let single = match &argument.value_type {
        ValueType::Text | ValueType::KeyName | ValueType::Passphrase => "String",
        ValueType::Number => "u32",
        ValueType::Size => "u64",
        ValueType::Count => "usize",
        ValueType::Flag => "bool",
        ValueType::Hash => "HashName",
        ValueType::Duration => "f64",
        ValueType::Provider => "u8",
        ValueType::PublicKey => "PublicKey",
        ValueType::Spec => "Spec<'py>",
        ValueType::List(item) => match **item {
            ValueType::Text | ValueType::KeyName => "Vec<String>",
            ValueType::Number => "Vec<u32>",
            _ => "&Bound<'_, PyAny>",
        },
        _ => "&Bound<'_, PyAny>",
    };
    match is_optional {
        true => format!("Option<{single}>"),
        false => single.to_owned(),
    }
}

/// The statement that converts an argument before the call.
fn prepared(model: &Model, method: &Method, argument: &Argument) -> Option<String> {
    let name = rust_name(argument);
    let shown = argument_name(argument);
    let is_optional = argument.optional.is_some() && !has_empty(&argument.value_type);
    let data = format!("let {name} = Data::of(\"{shown}\", {name})?;");
    Some(match &argument.value_type {
        ValueType::Bytes | ValueType::Signature if is_optional => {
            format!("let {name} = Data::of_some(\"{shown}\", {name})?;")
        }
        ValueType::Bytes | ValueType::Signature => data,
        ValueType::Secret => format!("{data} let {name} = Secret::new({name}.to_vec());"),
        ValueType::PrivateKey => {
            let passphrase = match method.passphrase() {
                Some(argument) => rust_name(argument),
                None => "None".to_owned(),
            };
            format!("{data} let {name} = convert::private_key(&{name}, {passphrase})?;")
        }
        ValueType::Duration => format!("let {name} = convert::seconds({name})?;"),
        ValueType::Provider => format!("let {name} = convert::provider({name})?;"),
        ValueType::Spec => format!("let {name} = {name}.resolve()?;"),
        ValueType::Key => {
            format!("let {name} = {name}.extract::<PyRef<'_, Key>>()?.key().clone();")
        }
        ValueType::Named(of) => {
            let of = type_name(model, &TypeRef::Named(of.clone()), "types::");
            match is_optional {
                true => format!(
                    "let {name} = {name}.map(|value| convert::value::<{of}>(\"{shown}\", value)).transpose()?;"
                ),
                false => format!("let {name}: {of} = convert::value(\"{shown}\", {name})?;"),
            }
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes | ValueType::Signature => {
                format!("let {name} = Data::all(\"{shown}\", {name})?;")
            }
            ValueType::Named(of) => {
                let of = type_name(model, &TypeRef::Named(of.clone()), "types::");
                format!("let {name}: Vec<{of}> = convert::value(\"{shown}\", {name})?;")
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// The argument as the Rust client takes it.
fn given(model: &Model, argument: &Argument) -> String {
    let name = rust_name(argument);
    let is_optional = argument.optional.is_some();
    match &argument.value_type {
        ValueType::Text | ValueType::KeyName | ValueType::Bytes
            if is_optional && !has_empty(&argument.value_type) =>
        {
            format!("{name}.as_deref()")
        }
        ValueType::Hash if is_optional => format!("{name}.map(|hash| hash.0)"),
        ValueType::Hash => format!("{name}.0"),
        ValueType::PublicKey => format!("&{name}.0"),
        ValueType::Named(of) => {
            let of = TypeRef::Named(of.clone());
            match (is_copy(model, &of), is_optional) {
                (true, _) => name,
                (false, true) => format!("{name}.as_ref()"),
                (false, false) => format!("&{name}"),
            }
        }
        ValueType::Number
        | ValueType::Size
        | ValueType::Count
        | ValueType::Flag
        | ValueType::Duration
        | ValueType::Provider
        | ValueType::Spec => name,
        _ => format!("&{name}"),
    }
}

/// The statements within the call that need the key or borrow.
fn within(argument: &Argument) -> Option<String> {
    let name = rust_name(argument);
    match &argument.value_type {
        ValueType::Signature => Some(format!(
            "let {name} = Signature::from_der(&{name}, handle.public_key())?;"
        )),
        ValueType::List(item) => match **item {
            ValueType::Signature => Some(format!(
                "let {name} = {name}.iter().map(|der| Signature::from_der(der, handle.public_key())).collect::<Result<Vec<_>, _>>()?;"
            )),
            ValueType::Text | ValueType::KeyName => Some(format!(
                "let {name}: Vec<_> = {name}.iter().map(String::as_str).collect();"
            )),
            _ => None,
        },
        _ => None,
    }
}

fn body(model: &Model, handle: &Handle, method: &Method, flavour: Flavour) -> String {
    let mut body: Vec<String> = method.arguments.iter().filter_map(within).collect();
    let called = format!("{}?", called(model, handle, method, flavour));
    match &method.returns {
        None => {
            body.push(format!("{called};"));
            body.push("Ok::<_, Failure>(())".to_owned());
        }
        Some(of) => {
            body.push(format!("let result = {called};"));
            body.push(format!(
                "Ok::<_, Failure>({})",
                returned(handle, of, "result")
            ));
        }
    }
    body.join("\n")
}

fn called(model: &Model, handle: &Handle, method: &Method, flavour: Flavour) -> String {
    let receiver = match handle.form {
        HandleForm::Administrator => format!("handle.{}()", handle.name.snake()),
        _ => "handle".to_owned(),
    };
    let wait = wait(flavour);
    let name = method.name_in(Language::Rust);
    let arguments = method.arguments_in(Language::Rust);
    let Some(with) = &method.rust_with else {
        let given: Vec<String> = arguments.iter().map(|a| given(model, a)).collect();
        return format!("{receiver}.{name}({}){wait}", given.join(", "));
    };
    let (optional, needed): (Vec<&Argument>, Vec<&Argument>) = arguments
        .into_iter()
        .partition(|argument| argument.optional.is_some());
    let needed: Vec<String> = needed.iter().map(|a| given(model, a)).collect();
    let choosing = optional
        .iter()
        .find(|argument| !has_empty(&argument.value_type));
    let Some(choosing) = choosing else {
        let optional = optional.iter().map(|a| given(model, a));
        let all: Vec<String> = optional.chain(needed).collect();
        return format!("{receiver}.{with}({}){wait}", all.join(", "));
    };
    let chosen = rust_name(choosing);
    let value = match choosing.value_type {
        ValueType::Hash => format!("{chosen}.0"),
        _ => chosen.clone(),
    };
    let all: Vec<String> = std::iter::once(value).chain(needed.clone()).collect();
    format!(
        "match {chosen} {{ Some({chosen}) => {receiver}.{with}({}){wait}, None => {receiver}.{name}({}){wait}, }}",
        all.join(", "),
        needed.join(", ")
    )
}

/// The result as Python takes it.
fn returned(handle: &Handle, of: &ValueType, value: &str) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret => format!("Blob::from({value})"),
        ValueType::Signature | ValueType::Csr => format!("Blob::from({value}.to_der())"),
        ValueType::OperationName => format!("{value}.name()"),
        ValueType::Duration => format!("{value}.as_secs_f64()"),
        ValueType::SelfHandle if handle.role.is_some() => format!("Key::new({value}.key())"),
        ValueType::SelfHandle if handle.is_key() => format!("Self::new({value})"),
        ValueType::Key | ValueType::KeyOfSpec | ValueType::SelfHandle => {
            format!("Key::new({value})")
        }
        ValueType::Handle(_) => format!("Key::new({value}.key())"),
        ValueType::Stream => format!("Stream::new({value})"),
        ValueType::Named(_) | ValueType::Record => format!("Plain({value})"),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Named(_) => format!("Plain({value})"),
            ValueType::Bytes | ValueType::Secret => {
                format!("{value}.into_iter().map(Blob::from).collect::<Vec<_>>()")
            }
            ValueType::Text | ValueType::Number | ValueType::Size | ValueType::Flag => {
                value.to_owned()
            }
            item => format!(
                "{value}.iter().map(|item| {}).collect::<Vec<_>>()",
                returned(handle, item, "item")
            ),
        },
        ValueType::Optional(item) => {
            format!("{value}.map(|item| {})", returned(handle, item, "item"))
        }
        _ => value.to_owned(),
    }
}
