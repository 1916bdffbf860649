//! The methods of the Swift client, as extensions of the protocols and structs of keys, of the client and of
//! administrators.

use anyhow::Result;
use askama::Template;

use super::swift_texts::method_doc;
use super::uniffi_handles::{foreign, is_option, native_argument, native_method, record};
use super::{Output, banner, keywords};
use crate::model::{
    Argument, Field, Form, Handle, HandleForm, Language, Method, Model, TypeRef, ValueType,
};

const FOLDER: &str = "clients/swift/Sources/Parsec/Generated/Handles";
/// The longest line, as `.swift-format` has it.
pub(super) const WIDTH: usize = 120;

/// A file for each handle.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let handles = model.handles.iter();
    for handle in handles.filter(|handle| handle.form != HandleForm::Stream) {
        let methods: Vec<MethodView> = handle
            .methods
            .iter()
            .filter(|method| method.is_generated_in(Language::Swift))
            .flat_map(|method| method_views(model, handle, method))
            .collect();
        if methods.is_empty() {
            continue;
        }
        let uses_foundation = methods
            .iter()
            .any(|method| method.declaration.contains("Data"));
        let view = HandleView {
            banner: banner(&handle.file),
            class: handle.class_in(Language::Swift),
            uses_foundation,
            methods,
        };
        let text = view.render()?;
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        output.insert(
            format!("{FOLDER}/{}+Methods.swift", handle.name.camel()),
            lines.join("\n").trim_end().to_owned() + "\n",
        );
    }
    Ok(output)
}

#[derive(Template)]
#[template(path = "swift/handles_methods.swift", escape = "none")]
struct HandleView {
    banner: String,
    class: String,
    uses_foundation: bool,
    methods: Vec<MethodView>,
}

struct MethodView {
    doc: Vec<String>,
    discardable: bool,
    declaration: String,
    body: Vec<String>,
}

/// The name of a method without the labels, and the labels that the contract names.
fn parts(method: &Method) -> (String, Vec<String>) {
    let written = method.name_in(Language::Swift);
    let Some((name, labels)) = written.split_once('(') else {
        return (written, Vec::new());
    };
    let labels = labels
        .trim_end_matches(')')
        .split(':')
        .filter(|label| !label.is_empty());
    (name.to_owned(), labels.map(str::to_owned).collect())
}

/// The name of a method without labels.
pub(super) fn base_name(method: &Method) -> String {
    parts(method).0
}

/// The arguments with their labels; `_` stands for an argument without a label.
pub(super) fn labelled(method: &Method) -> Vec<(String, &Argument)> {
    let (_, labels) = parts(method);
    let is_labelled = !labels.is_empty();
    let arguments = method.arguments_in(Language::Swift).into_iter();
    arguments
        .enumerate()
        .map(|(index, argument)| {
            let own = argument.renamed_in(Language::Swift);
            let label = match labels.get(index) {
                Some(label) => label.clone(),
                None if index == 0 && !is_labelled && argument.optional.is_none() => "_".to_owned(),
                None => own.map_or_else(|| argument.name.lower_camel(), str::to_owned),
            };
            (label, argument)
        })
        .collect()
}

/// The name and the labels, as DocC writes them.
pub(super) fn symbol(method: &Method) -> String {
    let labels = labelled(method).into_iter().map(|(label, _)| label + ":");
    format!("{}({})", base_name(method), labels.collect::<String>())
}

/// The name of an argument within a method.
fn variable(argument: &Argument) -> String {
    keywords::swift(&argument.name.lower_camel())
}

fn has_spec(method: &Method) -> bool {
    let mut arguments = method.arguments.iter();
    arguments.any(|argument| argument.value_type == ValueType::Spec)
}

/// One method, or two for those with a spec: with a kind of key as a type, and with one at run time.
fn method_views(model: &Model, handle: &Handle, method: &Method) -> Vec<MethodView> {
    let mut views = Vec::new();
    if has_spec(method) {
        views.push(MethodView {
            doc: method_doc(model, handle, method, true),
            discardable: false,
            declaration: declaration(model, method, true),
            body: kind_body(method),
        });
    }
    let discardable = match method.returns {
        Some(ValueType::SelfHandle) => method.consumes,
        Some(ValueType::Version) => true,
        _ => false,
    };
    views.push(MethodView {
        doc: match has_spec(method) {
            true => vec!["The same, with a kind of key that is chosen at run time.".to_owned()],
            false => method_doc(model, handle, method, false),
        },
        discardable,
        declaration: declaration(model, method, false),
        body: body(model, handle, method),
    });
    views
}

fn declaration(model: &Model, method: &Method, with_kind: bool) -> String {
    let mut parameters: Vec<String> = labelled(method)
        .into_iter()
        .map(|(label, argument)| {
            let name = argument.name.lower_camel();
            let (label, of) = match (&argument.value_type, with_kind) {
                (ValueType::Spec, true) => {
                    return format!("{} kind: NewKind.Type", keywords::swift_label(&label));
                }
                (ValueType::Spec, false) => ("spec".to_owned(), "KeySpec".to_owned()),
                (of, _) => (label, parameter_type(model, of)),
            };
            let label = keywords::swift_label(&label);
            let names = match label == name {
                true => name,
                false => format!("{label} {name}"),
            };
            format!("{names}: {of}{}", default(argument))
        })
        .collect();
    if with_kind {
        parameters.push("options: KeyOptions = KeyOptions()".to_owned());
    }
    let generics = if with_kind { "<NewKind: KeyKind>" } else { "" };
    let returns = return_type(model, method, with_kind);
    let returns = match returns.is_empty() {
        true => String::new(),
        false => format!(" -> {returns}"),
    };
    let head = format!(
        "public func {}{generics}",
        keywords::swift_label(&base_name(method))
    );
    let line = format!(
        "    {head}({}) async throws(ParsecError){returns} {{",
        parameters.join(", ")
    );
    if line.chars().count() <= WIDTH {
        return line;
    }
    let inner = parameters.join(", ");
    match inner.chars().count() + 8 <= WIDTH {
        true => {
            format!("    {head}(\n        {inner}\n    ) async throws(ParsecError){returns} {{")
        }
        false => format!(
            "    {head}(\n        {}\n    ) async throws(ParsecError){returns} {{",
            parameters.join(",\n        ")
        ),
    }
}

fn default(argument: &Argument) -> &'static str {
    match (&argument.optional, &argument.value_type) {
        (None, _) => "",
        (Some(_), ValueType::Flag) => " = false",
        (Some(_), ValueType::Bytes) => " = Data()",
        (Some(_), ValueType::List(_)) => " = []",
        (Some(_), _) => "? = nil",
    }
}

fn parameter_type(model: &Model, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret => "some DataProtocol".to_owned(),
        ValueType::Text | ValueType::KeyName => "String".to_owned(),
        ValueType::Number | ValueType::Count => "Int".to_owned(),
        ValueType::Size => "UInt64".to_owned(),
        ValueType::Flag => "Bool".to_owned(),
        ValueType::Hash => "Contract.Hash".to_owned(),
        ValueType::Provider => "Provider".to_owned(),
        ValueType::Signature => "Signature".to_owned(),
        ValueType::Spec => "KeySpec".to_owned(),
        ValueType::Named(name) => type_name(model, &TypeRef::Named(name.clone())),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Bytes | ValueType::Secret => "[Data]".to_owned(),
            item => format!("[{}]", parameter_type(model, item)),
        },
        other => unreachable!("Swift has no argument of type {other:?} but by hand"),
    }
}

fn type_name(model: &Model, of: &TypeRef) -> String {
    match of {
        TypeRef::Bool => "Bool".to_owned(),
        TypeRef::Uint32 => "UInt32".to_owned(),
        TypeRef::Uint64 => "UInt64".to_owned(),
        TypeRef::String => "String".to_owned(),
        TypeRef::Bytes => "Data".to_owned(),
        TypeRef::Named(name) => match &model.type_named(&name.kebab()).form {
            Form::Scalar(base, _) => type_name(model, base),
            _ => format!("Contract.{}", keywords::swift_type(&name.camel())),
        },
    }
}

fn field_type(model: &Model, field: &Field) -> String {
    let single = type_name(model, &field.type_ref);
    match (field.repeated, field.optional) {
        (true, _) => format!("[{single}]"),
        (false, true) => format!("{single}?"),
        (false, false) => single,
    }
}

fn return_type(model: &Model, method: &Method, with_kind: bool) -> String {
    match (&method.returns, method.verdict) {
        (_, true) => "Bool".to_owned(),
        (None, false) => String::new(),
        (Some(ValueType::KeyOfSpec), _) if with_kind => "NewKind.Handle".to_owned(),
        (Some(of), false) => result_type(model, method, of),
    }
}

fn result_type(model: &Model, method: &Method, of: &ValueType) -> String {
    match of {
        ValueType::Bytes | ValueType::Secret => "Data".to_owned(),
        ValueType::Number => "UInt32".to_owned(),
        ValueType::Csr => "CertificateSigningRequest".to_owned(),
        ValueType::Key | ValueType::KeyOfSpec => "AnyKey".to_owned(),
        ValueType::SelfHandle => "Self".to_owned(),
        ValueType::Version => "(major: UInt32, minor: UInt32)".to_owned(),
        ValueType::OperationName => "String".to_owned(),
        ValueType::Record => {
            let fields = record(model, method).into_iter().flat_map(|of| &of.outputs);
            let fields: Vec<String> = fields
                .map(|field| format!("{}: {}", field.name.lower_camel(), field_type(model, field)))
                .collect();
            format!("({})", fields.join(", "))
        }
        ValueType::List(item) => format!("[{}]", result_type(model, method, item)),
        ValueType::Optional(item) => format!("{}?", result_type(model, method, item)),
        plain => parameter_type(model, plain),
    }
}

/// The body of a method with a kind of key as a type.
fn kind_body(method: &Method) -> Vec<String> {
    let arguments = labelled(method).into_iter().map(|(label, argument)| {
        let value = variable(argument);
        match (&argument.value_type, label.as_str()) {
            (ValueType::Spec, _) => "spec: kind.spec(options)".to_owned(),
            (_, "_") => value,
            (_, label) => format!("{label}: {value}"),
        }
    });
    let arguments: Vec<String> = arguments.collect();
    let call = format!("{}({})", base_name(method), arguments.join(", "));
    if method.returns != Some(ValueType::KeyOfSpec) {
        return vec![format!("try await {call}")];
    }
    let line = format!("try await NewKind.Handle({call})");
    match line.len() + 8 <= WIDTH {
        true => vec![line],
        false => vec![
            "try await NewKind.Handle(".to_owned(),
            format!("    {call})"),
        ],
    }
}

fn body(model: &Model, handle: &Handle, method: &Method) -> Vec<String> {
    let mut lines: Vec<String> = method.arguments.iter().filter_map(converted).collect();
    let arguments = method.arguments.iter().flat_map(native_value);
    let arguments: Vec<String> = arguments.collect();
    let native = foreign(&native_method(model, handle, method));
    let call = format!("try await native.{native}({})", arguments.join(", "));
    let receiver = if handle.is_key() { "anyKey." } else { "" };
    let makes_key = matches!(
        method.returns,
        Some(ValueType::KeyOfSpec | ValueType::Key | ValueType::SelfHandle)
    );
    let run = match (makes_key, method.changes) {
        (true, _) => format!("{receiver}make"),
        (false, true) => format!("{receiver}run(changes: true)"),
        (false, false) => format!("{receiver}run"),
    };
    let run = format!("try await {run} {{ native in {call} }}");
    let is_single = lines.is_empty();
    let result = |value: String| match is_single {
        true => value,
        false => format!("return {value}"),
    };
    let Some(of) = method.returns.as_ref().filter(|_| !method.verdict) else {
        let returns = method.verdict && !is_single;
        lines.push(if returns {
            format!("return {run}")
        } else {
            run
        });
        return split(lines);
    };
    let conversion = |value: &str| match of {
        ValueType::Signature => Some(format!("try Signature(rawRepresentation: {value}.raw)")),
        ValueType::Csr => Some(format!(
            "CertificateSigningRequest(derRepresentation: {value}.der, pemRepresentation: {value}.pem)"
        )),
        ValueType::Version => Some(format!("({value}.major, {value}.minor)")),
        ValueType::Record => {
            let fields = record(model, method).into_iter().flat_map(|of| &of.outputs);
            let fields: Vec<String> = fields
                .map(|field| {
                    let name = field.name.lower_camel();
                    let native = foreign(&keywords::uniffi_field(&field.name.snake()));
                    format!("{name}: .init(native: {value}.{native})")
                })
                .collect();
            let line = fields.join(", ");
            Some(match line.len() + "        return ()".len() <= WIDTH {
                true => format!("({line})"),
                false => format!("(\n    {}\n)", fields.join(",\n    ")),
            })
        }
        ValueType::List(item) if **item == ValueType::Signature => {
            Some(format!("try Signature.all({value})"))
        }
        ValueType::List(item) if item.named().is_some() => Some(format!(".init(native: {value})")),
        ValueType::Named(_) => Some(format!(".init(native: {value})")),
        _ => None,
    };
    match (of, conversion("result")) {
        (ValueType::SelfHandle, _) => {
            let value = run.replacen("try await ", "try await Self(", 1) + ")";
            lines.push(result(value));
        }
        (_, Some(value)) => {
            lines.push(format!("let result = {run}"));
            lines.extend(format!("return {value}").lines().map(str::to_owned));
        }
        (_, None) => lines.push(result(run)),
    }
    split(lines)
}

/// Long closures on lines of their own.
fn split(lines: Vec<String>) -> Vec<String> {
    let mut out = Vec::new();
    for line in lines {
        match line.split_once(" { native in ") {
            Some((head, rest)) if line.chars().count() + 8 > WIDTH => {
                let (call, end) = rest.rsplit_once(" }").unwrap_or((rest, ""));
                out.push(format!("{head} {{ native in"));
                out.push(format!("    {call}"));
                out.push(format!("}}{end}"));
            }
            _ => out.push(line),
        }
    }
    out
}

/// The statement that converts an argument before it is captured, for one that cannot be sent or may be wrong.
fn converted(argument: &Argument) -> Option<String> {
    let name = variable(argument);
    let label = argument.name.lower_camel();
    Some(match &argument.value_type {
        ValueType::Bytes | ValueType::Secret => format!("let {name} = Data({name})"),
        ValueType::Number | ValueType::Count => {
            format!("let {name} = try UInt32(checking: {name}, \"{label}\")")
        }
        ValueType::Signature => format!("let {name} = {name}.rawRepresentation"),
        ValueType::List(item) => match item.as_ref() {
            ValueType::Number | ValueType::Count => {
                format!("let {name} = try UInt32.all(checking: {name}, \"{label}\")")
            }
            ValueType::Signature => format!("let {name} = {name}.map(\\.rawRepresentation)"),
            _ => return None,
        },
        _ => return None,
    })
}

/// The arguments of the binding that an argument becomes.
fn native_value(argument: &Argument) -> Vec<String> {
    let name = variable(argument);
    let label = foreign(&native_argument(argument));
    let value = match &argument.value_type {
        ValueType::Hash | ValueType::Provider | ValueType::Named(_) if is_option(argument) => {
            format!("{name}?.native")
        }
        ValueType::Hash | ValueType::Provider | ValueType::Named(_) | ValueType::Spec => {
            format!("{name}.native")
        }
        ValueType::List(item) if item.named().is_some() => format!("{name}.native"),
        _ => name,
    };
    let mut values = vec![format!("{label}: {value}")];
    let is_signature = match &argument.value_type {
        ValueType::List(item) => **item == ValueType::Signature,
        of => *of == ValueType::Signature,
    };
    if is_signature {
        values.push("form: .raw".to_owned());
    }
    values
}
