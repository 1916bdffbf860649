//! The methods of the native client and of native keys, for Kotlin and Swift: async and blocking, from one
//! template.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::names::{is_option, native_argument, native_method, record, response};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{arguments, doc_lines, is_copy, type_name};
use crate::model::{
    Argument, Handle, HandleForm, Language, Method, Model, Operation, TypeRef, ValueType,
};

const FOLDER: &str = "bindings/uniffi/src/generated";

/// Both variants of every handle, and their modules.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let handles: Vec<&Handle> = model
        .handles
        .iter()
        .filter(|handle| handle.form != HandleForm::Stream)
        .collect();
    for blocking in [false, true] {
        let folder = match blocking {
            false => format!("{FOLDER}/handles"),
            true => format!("{FOLDER}/blocking"),
        };
        for handle in &handles {
            let view = HandleView::new(model, handle, blocking);
            output.insert(
                format!("{folder}/{}.rs", handle.name.snake()),
                with_imports(model, &view.render()?),
            );
        }
        let module = Module {
            banner: banner("contracts/handles/*.toml"),
            blocking,
            handles: &handles,
        };
        output.insert(format!("{folder}/mod.rs"), module.render()?);
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "uniffi/handles_mod.rs", escape = "none")]
struct Module<'a> {
    banner: String,
    blocking: bool,
    handles: &'a [&'a Handle],
}

#[derive(Template)]
#[template(path = "uniffi/handles_handle.rs", escape = "none")]
struct HandleView<'a> {
    banner: String,
    summary: &'a str,
    object: &'static str,
    blocking: bool,
    methods: Vec<MethodView>,
}

struct MethodView {
    doc: Vec<String>,
    name: String,
    parameters: Vec<String>,
    returns: String,
    body: String,
}

impl<'a> HandleView<'a> {
    fn new(model: &Model, handle: &'a Handle, blocking: bool) -> Self {
        let methods = handle.methods.iter();
        Self {
            banner: banner(&handle.file),
            summary: &handle.summary,
            object: object(handle),
            blocking,
            methods: methods
                .filter(|method| is_in_binding(method))
                .map(|method| method_view(model, handle, method, blocking))
                .collect(),
        }
    }
}

/// The object of the binding that has the methods of a handle.
fn object(handle: &Handle) -> &'static str {
    match handle.form {
        HandleForm::Administrator => "NativeAdmin",
        HandleForm::Client => "NativeClient",
        HandleForm::Key | HandleForm::Stream => "NativeKey",
    }
}

/// Whether Kotlin or Swift has the method; what they write by hand calls the binding as well.
fn is_in_binding(method: &Method) -> bool {
    let languages = [Language::Kotlin, Language::Swift];
    languages
        .iter()
        .any(|language| method.missing_in(*language).is_none())
}

/// Whether the bytes of an argument are wiped: an operation takes an input of that name as a secret.
fn is_secret(model: &Model, method: &Method, argument: &Argument) -> bool {
    let mut operations = operations(model, method);
    operations.any(|operation| {
        let mut inputs = operation.inputs.iter();
        inputs.any(|input| input.name == argument.input && input.secret)
    })
}

fn operations<'a>(model: &'a Model, method: &'a Method) -> impl Iterator<Item = &'a Operation> {
    let all = model.operations.iter();
    all.filter(|operation| method.reaches.contains(&operation.name))
}

fn method_view(model: &Model, handle: &Handle, method: &Method, blocking: bool) -> MethodView {
    let native = native_method(model, handle, method);
    let mut parameters: Vec<String> = Vec::new();
    for argument in &method.arguments {
        let name = native_argument(argument);
        let of = parameter_type(model, method, argument);
        parameters.push(format!("{name}: {of}"));
        if is_signature(&argument.value_type) {
            parameters.push("form: SignatureForm".to_owned());
        }
    }
    parameters.push("timeout_ms: Option<u32>".to_owned());
    MethodView {
        doc: doc_lines(&method.summary),
        name: match blocking {
            true => format!("{}_blocking", native.trim_start_matches("r#")),
            false => native,
        },
        parameters,
        returns: match (&method.returns, method.verdict) {
            (_, true) => "bool".to_owned(),
            (Some(of), false) => match handle.is_key() {
                true => return_type(model, method, of).replace("NativeKey", "Self"),
                false => return_type(model, method, of),
            },
            (None, false) => "()".to_owned(),
        },
        body: body(model, handle, method, blocking),
    }
}

fn is_signature(of: &ValueType) -> bool {
    match of {
        ValueType::Signature => true,
        ValueType::List(item) => **item == ValueType::Signature,
        _ => false,
    }
}

fn parameter_type(model: &Model, method: &Method, argument: &Argument) -> String {
    let single = match &argument.value_type {
        ValueType::Bytes if is_secret(model, method, argument) => "Secret".to_owned(),
        of => plain_type(model, of),
    };
    match is_option(argument) {
        true => format!("Option<{single}>"),
        false => single,
    }
}

fn plain_type(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Signature => "Vec<u8>".to_owned(),
        ValueType::Secret => "Secret".to_owned(),
        ValueType::Text | ValueType::KeyName | ValueType::Passphrase => "String".to_owned(),
        ValueType::Number | ValueType::Count | ValueType::Duration => "u32".to_owned(),
        ValueType::Size => "u64".to_owned(),
        ValueType::Flag => "bool".to_owned(),
        ValueType::Hash => "Hash".to_owned(),
        ValueType::Provider => "ProviderId".to_owned(),
        ValueType::PublicKey => "PublicMaterial".to_owned(),
        ValueType::PrivateKey => "PrivateMaterial".to_owned(),
        ValueType::Spec => "NativeSpec".to_owned(),
        ValueType::Named(name) => type_name(model, &TypeRef::Named(name.clone()), ""),
        ValueType::List(item) => format!("Vec<{}>", plain_type(model, item)),
        other => unreachable!("the checks let an argument of type {other:?} through"),
    }
}

fn return_type(model: &Model, method: &Method, of: &ValueType) -> String {
    match of {
        ValueType::Signature => "NativeSignature".to_owned(),
        ValueType::Csr => "NativeCsr".to_owned(),
        ValueType::Key | ValueType::KeyOfSpec | ValueType::SelfHandle | ValueType::Handle(_) => {
            "Arc<NativeKey>".to_owned()
        }
        ValueType::Stream => "Arc<NativeStream>".to_owned(),
        ValueType::Version => "NativeVersion".to_owned(),
        ValueType::OperationName => "String".to_owned(),
        ValueType::Record => record(model, method).map_or_else(String::new, response),
        ValueType::List(item) => format!("Vec<{}>", return_type(model, method, item)),
        ValueType::Optional(item) => format!("Option<{}>", return_type(model, method, item)),
        plain => plain_type(model, plain),
    }
}

/// The statements of a method, the last of which gives a `Result`.
fn body(model: &Model, handle: &Handle, method: &Method, blocking: bool) -> String {
    let mut lines = Vec::new();
    let receiver = match (handle.form, &handle.role) {
        (HandleForm::Administrator, _) => "handle.admin()",
        (_, Some(_)) => {
            lines.push(format!(
                "let handle = handle.into_{}()?;",
                handle.name.snake()
            ));
            "handle"
        }
        _ => "handle",
    };
    lines.extend(
        method
            .arguments
            .iter()
            .filter_map(|argument| read(argument, method)),
    );
    let wait = if blocking { "" } else { ".await" };
    let call = |with: bool| {
        let name = match (&method.rust_with, with) {
            (Some(name), true) => name.clone(),
            _ => method.name_in(Language::Rust),
        };
        let arguments: Vec<String> = arguments(method, with)
            .into_iter()
            .map(|argument| value(model, method, argument))
            .collect();
        format!("{receiver}.{name}({}){wait}", arguments.join(", "))
    };
    let mut options = method
        .arguments
        .iter()
        .filter(|argument| is_option(argument));
    let called = match (&method.rust_with, options.next()) {
        (None, _) => call(false),
        (Some(_), None) => call(true),
        (Some(_), Some(argument)) => {
            let name = native_argument(argument);
            lines.push(format!(
                "let result = match {name} {{ Some({name}) => {}, None => {} }};",
                call(true),
                call(false)
            ));
            "result".to_owned()
        }
    };
    lines.push(result(model, method, &called));
    lines.join("\n")
}

/// The statement that reads an argument, for one that may be malformed.
fn read(argument: &Argument, method: &Method) -> Option<String> {
    let name = native_argument(argument);
    Some(match &argument.value_type {
        ValueType::PublicKey => format!("let {name} = {name}.read()?;"),
        ValueType::PrivateKey => {
            let passphrase = match method.passphrase() {
                Some(argument) => native_argument(argument),
                None => "None".to_owned(),
            };
            format!("let {name} = {name}.read({passphrase})?;")
        }
        ValueType::Signature if method.verdict => format!(
            "let {name} = match form.read(&{name}, handle.public_key()) {{ Ok({name}) => {name}, Err(error) => return matched(Err(error)) }};"
        ),
        ValueType::Signature => format!("let {name} = form.read(&{name}, handle.public_key())?;"),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Signature => {
                format!("let {name} = form.read_all(&{name}, handle.public_key())?;")
            }
            ValueType::Text | ValueType::KeyName => {
                format!("let {name}: Vec<&str> = {name}.iter().map(String::as_str).collect();")
            }
            ValueType::Named(_) | ValueType::Hash => {
                format!("let {name}: Vec<_> = {name}.convert();")
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// The value that the Rust client takes.
fn value(model: &Model, method: &Method, argument: &Argument) -> String {
    let name = native_argument(argument);
    let is_option = is_option(argument) && method.rust_with.is_none();
    match &argument.value_type {
        ValueType::Bytes if is_secret(model, method, argument) => format!("{name}.expose()"),
        ValueType::Text | ValueType::KeyName if is_option => format!("{name}.as_deref()"),
        ValueType::Count if is_option => format!("{name}.map(|count| count as usize)"),
        ValueType::Duration if is_option => format!("{name}.map(duration)"),
        ValueType::Number | ValueType::Size | ValueType::Flag => name,
        ValueType::Count => format!("{name} as usize"),
        ValueType::Duration => format!("duration({name})"),
        ValueType::Hash | ValueType::Provider => format!("{name}.convert()"),
        ValueType::Spec => format!("{name}.read()?"),
        ValueType::Named(of) if is_copy(model, &TypeRef::Named(of.clone())) => {
            format!("{name}.convert()")
        }
        ValueType::Named(_) => format!("&{name}.convert()"),
        _ => format!("&{name}"),
    }
}

/// The result of a call, as it crosses.
fn result(model: &Model, method: &Method, called: &str) -> String {
    let Some(of) = &method.returns else {
        return match method.verdict {
            true => format!("matched({called})"),
            false => format!("{called}?;\nOk(())"),
        };
    };
    match of {
        ValueType::Record => {
            let fields = record(model, method).into_iter().flat_map(|operation| {
                let fields = operation.outputs.iter();
                fields.map(|field| {
                    let native = keywords::uniffi_field(&field.name.snake());
                    format!("{native}: output.{}.convert(), ", field.name.rust())
                })
            });
            let fields: String = fields.collect();
            let of = return_type(model, method, of);
            format!("let output = {called}?;\nOk({of} {{ {fields} }})")
        }
        ValueType::List(item) => match item.as_ref() {
            ValueType::Signature => {
                format!("Ok({called}?.into_iter().map(Into::into).collect())")
            }
            ValueType::OperationName => format!(
                "let opcodes = {called}?;\nOk(opcodes.iter().map(|opcode| opcode.name().to_owned()).collect())"
            ),
            ValueType::Named(_) => format!("Ok({called}?.convert())"),
            _ => format!("Ok({called}?)"),
        },
        ValueType::Secret => format!("Ok(secret({called}?))"),
        ValueType::Signature | ValueType::Csr | ValueType::Version => {
            format!("Ok({called}?.into())")
        }
        ValueType::Key | ValueType::KeyOfSpec | ValueType::SelfHandle => {
            format!("Ok(self.made({called}?))")
        }
        ValueType::Handle(_) => format!("Ok(self.made({called}?.key()))"),
        ValueType::Stream => format!("Ok(NativeStream::new({called}?))"),
        ValueType::OperationName => format!("Ok({called}?.name().to_owned())"),
        ValueType::Named(_) | ValueType::Optional(_) => format!("Ok({called}?.convert())"),
        _ => format!("Ok({called}?)"),
    }
}

/// Where the names come from that generated code uses.
const ORIGINS: &[(&str, &[&str])] = &[
    ("std::sync", &["Arc"]),
    ("parsec_client", &["Secret"]),
    ("crate::admin", &["NativeAdmin"]),
    ("crate::client", &["NativeClient", "NativeVersion"]),
    ("crate::convert", &["duration", "secret"]),
    ("crate::csr", &["NativeCsr"]),
    ("crate::failure", &["Failure"]),
    ("crate::key", &["NativeKey"]),
    ("crate::panics", &["caught", "caught_async"]),
    (
        "crate::signature",
        &["NativeSignature", "SignatureForm", "matched"],
    ),
    (
        "crate::spec",
        &["NativeSpec", "PrivateMaterial", "PublicMaterial"],
    ),
    ("crate::stream", &["NativeStream"]),
];

/// The mark in the template that the imports replace.
const IMPORTS: &str = "// IMPORTS\n";

/// The text with the imports of the names that it uses.
fn with_imports(model: &Model, text: &str) -> String {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.collect::<Vec<_>>().join("\n");
    let words: BTreeSet<&str> = code
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let mut imports = String::new();
    for (path, names) in ORIGINS {
        let names = names.iter().filter(|name| words.contains(**name));
        imports += &import(path, names.map(|name| (*name).to_owned()));
    }
    if code.contains(".convert()") {
        imports += "use crate::convert::Convert as _;\n";
    }
    let types = model.types().map(|of| of.name.rust_type());
    let responses = model.operations.iter().map(response);
    let others = ["ProviderId".to_owned()];
    let generated: BTreeSet<String> = types.chain(responses).chain(others).collect();
    let used = generated
        .into_iter()
        .filter(|name| words.contains(name.as_str()));
    imports += &import("crate::generated", used);
    text.replace(IMPORTS, &imports)
}

fn import(path: &str, names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("use {path}::{{{}}};\n", names.join(", ")),
    }
}
