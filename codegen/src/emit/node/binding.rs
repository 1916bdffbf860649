//! The binding of Node.js: a method of the addon for each method of a handle.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::names::{function_name, label};
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{doc_lines, is_copy, type_name};
use crate::model::{
    Argument, Handle, HandleForm, Language, Method, Model, Name, TypeRef, ValueType,
};

const FOLDER: &str = "bindings/node/src/generated";

/// A module a handle. Streams are by hand: between two calls a stream must be nobody's.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let handles: Vec<&Handle> = model
        .handles
        .iter()
        .filter(|handle| handle.form != HandleForm::Stream)
        .collect();
    if handles.is_empty() {
        return Ok(output);
    }
    for handle in &handles {
        let module = Module {
            banner: banner(&handle.file),
            summary: &handle.summary,
            class: class(handle),
            methods: handle
                .methods
                .iter()
                .map(|method| method_view(model, handle, method))
                .collect(),
        };
        let path = format!("{FOLDER}/{}.rs", handle.name.snake());
        output.insert(path, with_imports(&module.render()?));
    }
    let modules = Modules {
        banner: banner("contracts/handles/*.toml"),
        handles: &handles,
    };
    output.insert(format!("{FOLDER}/mod.rs"), modules.render()?);
    Ok(output)
}

#[derive(Template)]
#[template(path = "node_binding/handle.rs", escape = "none")]
struct Module<'a> {
    banner: String,
    summary: &'a str,
    class: &'static str,
    methods: Vec<MethodView>,
}

#[derive(Template)]
#[template(path = "node_binding/mod.rs", escape = "none")]
struct Modules<'a> {
    banner: String,
    handles: &'a [&'a Handle],
}

struct MethodView {
    doc: Vec<String>,
    name: String,
    parameters: Vec<String>,
    returns: &'static str,
    /// Statements that turn arguments into values that outlive the call.
    before: Vec<String>,
    body: String,
}

/// The addon's class.
fn class(handle: &Handle) -> &'static str {
    match handle.form {
        HandleForm::Key => "NativeKey",
        HandleForm::Client | HandleForm::Administrator | HandleForm::Stream => "NativeClient",
    }
}

fn method_view(model: &Model, handle: &Handle, method: &Method) -> MethodView {
    let (returns, convert) = conversion(model, method);
    let name = function_name(handle, method);
    let arguments = method.arguments.iter();
    MethodView {
        doc: doc_lines(&method.summary),
        parameters: arguments
            .clone()
            .map(|argument| format!("{}: {}", argument.name.rust(), parameter_type(argument)))
            .collect(),
        returns,
        before: arguments
            .filter_map(|argument| owned(model, method, argument))
            .collect(),
        body: body(model, handle, method, &name, &convert),
        name: name.rust(),
    }
}

/// The type in which the addon gets an argument.
fn parameter_type(argument: &Argument) -> String {
    let single = match &argument.value_type {
        ValueType::Bytes | ValueType::Secret | ValueType::Signature => "&[u8]",
        ValueType::Text | ValueType::KeyName | ValueType::Hash | ValueType::Passphrase => "String",
        ValueType::Number | ValueType::Count | ValueType::Provider => "u32",
        ValueType::Size | ValueType::Duration => "f64",
        ValueType::Flag => "bool",
        ValueType::Spec => "Spec",
        ValueType::PublicKey | ValueType::PrivateKey => "Either<String, &[u8]>",
        ValueType::Named(_) => "Unknown<'env>",
        ValueType::List(item) => match item.as_ref() {
            ValueType::Number => "Vec<u32>",
            ValueType::Text | ValueType::KeyName => "Vec<String>",
            ValueType::Bytes | ValueType::Signature => "Vec<Uint8Array>",
            other => unreachable!("the binding of Node.js takes no list of {other:?}"),
        },
        other => unreachable!("the checks let an argument of type {other:?} through"),
    };
    match argument.optional {
        Some(_) => format!("Option<{single}>"),
        None => single.to_owned(),
    }
}

/// The statement that turns an argument into a value of the client, which outlives the call.
fn owned(model: &Model, method: &Method, argument: &Argument) -> Option<String> {
    let name = argument.name.rust();
    let optional = argument.optional.is_some();
    let given = match (optional, &argument.value_type) {
        (true, ValueType::Bytes | ValueType::Flag | ValueType::List(_)) => {
            format!("{name}.unwrap_or_default()")
        }
        _ => name.clone(),
    };
    let converted = |function: &str, borrow: &str| match optional {
        true => format!("{name}.as_deref().map({function}).transpose()?"),
        false => format!("{function}({borrow}{name})?"),
    };
    let value = match &argument.value_type {
        ValueType::Bytes if is_secret(model, method, argument) => {
            format!("Zeroizing::new({given}.to_vec())")
        }
        ValueType::Bytes | ValueType::Signature => format!("{given}.to_vec()"),
        ValueType::Secret => format!("Secret::from({given})"),
        ValueType::Hash => converted("convert::hash", "&"),
        ValueType::Provider => converted("convert::provider", ""),
        ValueType::PublicKey => converted("convert::public_key", ""),
        ValueType::PrivateKey => {
            let passphrase = match method.passphrase() {
                Some(argument) => argument.name.rust(),
                None => "None".to_owned(),
            };
            format!("convert::private_key({name}, {passphrase})?")
        }
        ValueType::Count => format!("convert::count({given})?"),
        ValueType::Size if optional => format!("{name}.map(|number| number as u64)"),
        ValueType::Size => format!("{name} as u64"),
        ValueType::Duration => format!("Duration::from_secs_f64({name})"),
        ValueType::Spec => format!("{name}.read()?"),
        ValueType::Flag if optional => given,
        ValueType::Named(of) => {
            let of = type_name(model, &TypeRef::Named(of.clone()), "types::");
            let label = label(argument);
            let value = match optional {
                true => format!(
                    "{name}.map(|value| convert::structure({label:?}, &value)).transpose()?"
                ),
                false => format!("convert::structure({label:?}, &{name})?"),
            };
            let of = match optional {
                true => format!("Option<{of}>"),
                false => of,
            };
            return Some(format!("let {name}: {of} = {value};"));
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes | ValueType::Signature => format!("convert::pieces(&{given})"),
            _ if optional => given,
            _ => return None,
        },
        _ => return None,
    };
    Some(format!("let {name} = {value};"))
}

/// Whether an operation wipes the bytes that the argument becomes.
fn is_secret(model: &Model, method: &Method, argument: &Argument) -> bool {
    let reached = model.operations.iter();
    reached
        .filter(|operation| method.reaches.contains(&operation.name))
        .flat_map(|operation| &operation.inputs)
        .any(|field| field.secret && [&argument.name, &argument.input].contains(&&field.name))
}

/// The call of the client's method and what becomes of its outcome.
fn body(model: &Model, handle: &Handle, method: &Method, name: &Name, convert: &str) -> String {
    let receiver = match handle.form {
        HandleForm::Administrator => "this.admin()",
        HandleForm::Client | HandleForm::Key | HandleForm::Stream => "this",
    };
    let work = work(model, method, receiver);
    match (handle.form, &handle.role) {
        (HandleForm::Key, Some(_)) => {
            let roles: Vec<String> = model
                .handles
                .iter()
                .filter(|other| has_methods_of(model, other, &handle.name))
                .filter_map(|other| other.role.as_ref().map(Name::camel))
                .collect();
            format!(
                "key_call!(self, env, call, [{}], \"has no method {}\", |this| {work}, {convert})",
                roles.join(", "),
                name.lower_camel(),
            )
        }
        (HandleForm::Key, None) => format!(
            "let this = self.plain(call);\npromise(env, call, async move {{ {work}.await }}, {convert})"
        ),
        _ => format!(
            "let this = self.timed(call);\npromise(env, call, async move {{ {work}.await }}, {convert})"
        ),
    }
}

/// Whether a handle is that one or includes it.
fn has_methods_of(model: &Model, handle: &Handle, name: &Name) -> bool {
    handle.name == *name
        || handle
            .includes
            .iter()
            .any(|included| has_methods_of(model, model.handle_named(included), name))
}

/// The awaited future: an async block if arguments need the key for their conversion.
fn work(model: &Model, method: &Method, receiver: &str) -> String {
    let mut before = String::new();
    for argument in &method.arguments {
        let name = argument.name.rust();
        before += &match &argument.value_type {
            ValueType::Signature => {
                format!("let {name} = Signature::from_raw(&{name}, this.public_key())?;\n")
            }
            ValueType::List(item) if **item == ValueType::Signature => format!(
                "let {name}: Vec<Signature> = {name}.iter().map(|raw| Signature::from_raw(raw, this.public_key())).collect::<parsec_client::Result<_>>()?;\n"
            ),
            ValueType::List(item) if matches!(**item, ValueType::Text | ValueType::KeyName) => {
                format!("let {name}: Vec<&str> = {name}.iter().map(String::as_str).collect();\n")
            }
            _ => String::new(),
        };
    }
    let call = call(model, method, receiver);
    match before.is_empty() && !call.starts_with("match ") {
        true => call,
        false if call.starts_with("match ") => format!("async {{\n{before}{call}\n}}"),
        false => format!("async {{\n{before}{call}.await\n}}"),
    }
}

/// The call of the client's method, which Rust has twice if it has a name with the optional arguments.
fn call(model: &Model, method: &Method, receiver: &str) -> String {
    let all = method.arguments_in(Language::Rust);
    let plain = method.name_in(Language::Rust);
    let Some(with) = &method.rust_with else {
        let values: Vec<String> = all.iter().map(|a| value(model, a)).collect();
        return format!("{receiver}.{plain}({})", values.join(", "));
    };
    let (optional, needed): (Vec<_>, Vec<_>) = all.into_iter().partition(|a| a.optional.is_some());
    let needed: Vec<String> = needed.iter().map(|a| value(model, a)).collect();
    let needed = needed.join(", ");
    let given: Vec<String> = optional.iter().map(|a| value(model, a)).collect();
    let with = format!("{receiver}.{with}({}, {needed})", given.join(", "));
    match optional.as_slice() {
        [one] if one.value_type != ValueType::Bytes => {
            let name = one.name.rust();
            format!(
                "match {name} {{ Some({name}) => {with}.await, None => {receiver}.{plain}({needed}).await }}"
            )
        }
        _ => with,
    }
}

/// An argument, as the client takes it.
fn value(model: &Model, argument: &Argument) -> String {
    let name = argument.name.rust();
    let optional = argument.optional.is_some();
    match &argument.value_type {
        ValueType::Text | ValueType::KeyName | ValueType::Signature if optional => {
            format!("{name}.as_deref()")
        }
        ValueType::Bytes
        | ValueType::Secret
        | ValueType::Text
        | ValueType::KeyName
        | ValueType::Signature
        | ValueType::PublicKey
        | ValueType::PrivateKey
        | ValueType::List(_) => format!("&{name}"),
        ValueType::Named(of) if !is_copy(model, &TypeRef::Named(of.clone())) => match optional {
            true => format!("{name}.as_ref()"),
            false => format!("&{name}"),
        },
        _ => name,
    }
}

/// The type of a result in the addon, and the function that makes it.
fn conversion(model: &Model, method: &Method) -> (&'static str, String) {
    let bytes = "Uint8ArraySlice<'env>";
    let structure = ("Unknown<'env>", "convert::value".to_owned());
    let Some(returned) = &method.returns else {
        return ("()", "convert::nothing".to_owned());
    };
    let (of, convert) = match returned {
        ValueType::Bytes => (bytes, "convert::bytes"),
        ValueType::Secret => (bytes, "convert::secret"),
        ValueType::Signature => (bytes, "convert::signature"),
        ValueType::Csr => (bytes, "convert::csr"),
        ValueType::Text => ("String", "convert::plain"),
        ValueType::Number => ("u32", "convert::plain"),
        ValueType::Flag => ("bool", "convert::plain"),
        ValueType::Key | ValueType::KeyOfSpec | ValueType::SelfHandle => ("NativeKey", "any"),
        ValueType::Stream => ("NativeStream", "opened"),
        ValueType::Version => ("Unknown<'env>", "convert::version"),
        ValueType::Handle(name) => {
            let role = model.handle_named(name).role.as_ref();
            let role = role.map(Name::camel).unwrap_or_default();
            let made = format!("|_, key| Ok(NativeKey::new(AnyKey::{role}(key)))");
            return ("NativeKey", made);
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Flag => ("Vec<bool>", "convert::plain"),
            ValueType::Number => ("Vec<u32>", "convert::plain"),
            ValueType::Text => ("Vec<String>", "convert::plain"),
            ValueType::Signature => ("Vec<Uint8Array>", "convert::signatures"),
            ValueType::OperationName => ("Vec<&'static str>", "convert::operations"),
            _ => return structure,
        },
        _ => return structure,
    };
    (of, convert.to_owned())
}

/// Where the names come from that generated code uses.
const ORIGINS: &[(&str, &[&str])] = &[
    ("std::time", &["Duration"]),
    ("napi", &["Env", "Result"]),
    (
        "napi::bindgen_prelude",
        &[
            "Either",
            "PromiseRaw",
            "Uint8Array",
            "Uint8ArraySlice",
            "Unknown",
        ],
    ),
    ("napi_derive", &["napi"]),
    (
        "parsec_client",
        &["AnyKey", "Secret", "Signature", "Zeroizing", "types"],
    ),
    ("crate", &["convert"]),
    ("crate::call", &["Call"]),
    ("crate::client", &["NativeClient"]),
    ("crate::keys", &["NativeKey", "any", "key_call"]),
    ("crate::promise", &["promise"]),
    ("crate::spec", &["Spec"]),
    ("crate::stream", &["NativeStream", "opened"]),
];

/// The mark in the template that the imports replace.
const IMPORTS: &str = "// IMPORTS\n";

/// The text with the imports of the names that it uses.
fn with_imports(text: &str) -> String {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let words: BTreeSet<&str> = code
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let is_used = |name: &&&str| match **name {
        "types" => code.contains("types::"),
        "any" => code.contains(", any)"),
        name => words.contains(name),
    };
    let lines = ORIGINS.iter().flat_map(|(path, names)| {
        let used = names.iter().filter(is_used);
        used.map(move |name| format!("use {path}::{name};\n"))
    });
    text.replace(IMPORTS, &lines.collect::<String>())
}
