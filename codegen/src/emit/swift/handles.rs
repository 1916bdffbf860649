//! The methods of the Swift client, as extensions of the protocols and structs of keys, of the client and of
//! administrators.

use anyhow::Result;
use askama::Template;

use super::names::{WIDTH, base_name, labelled, variable};
use super::texts::method_doc;
use super::values::{converted, default, native_value, parameter_type, return_type};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::uniffi::names::{foreign, native_method, record};
use crate::model::{Handle, HandleForm, Language, Method, Model, ValueType};

const FOLDER: &str = "clients/swift/Sources/Parsec/Generated/Handles";

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

/// Puts long closures on separate lines.
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
