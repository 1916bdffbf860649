//! The methods of the Swift client, as extensions of the protocols and structs of keys, of the client and of
//! administrators.

use anyhow::Result;
use askama::Template;

use super::names::{WIDTH, base_name, labelled, variable};
use super::texts::method_doc;
use super::values::{converted, default, native_value, parameter_type, return_type};
use super::variants::{Variant, variants};
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

/// The views of all variants of a method.
fn method_views(model: &Model, handle: &Handle, method: &Method) -> Vec<MethodView> {
    let discardable = match method.returns {
        Some(ValueType::SelfHandle) => method.consumes,
        Some(ValueType::Version) => true,
        _ => false,
    };
    let variants = variants(method).into_iter().enumerate();
    variants
        .map(|(index, variant)| MethodView {
            doc: match index {
                0 => method_doc(model, handle, method, variant.with_kind),
                _ => variant.doc(),
            },
            discardable,
            declaration: declaration(model, method, variant),
            body: match variant.delegates() {
                true => delegation(method, variant),
                false => body(model, handle, method, variant),
            },
        })
        .collect()
}

fn declaration(model: &Model, method: &Method, variant: Variant) -> String {
    let with_kind = variant.with_kind;
    let parameters = labelled(method).into_iter().map(|(label, argument)| {
        let name = argument.name.lower_camel();
        let (label, of) = match &argument.value_type {
            ValueType::Spec if with_kind => {
                let label = keywords::swift_label(&label);
                return format!("{label} kind: NewKind.Type{}", default(model, argument));
            }
            ValueType::Spec => return "spec: KeySpec".to_owned(),
            of => match variant.parameter(&label, argument) {
                Some((label, of)) => (label, of.to_owned()),
                None => (label, parameter_type(model, of)),
            },
        };
        let of = argument
            .own_type_in(Language::Swift)
            .map_or(of, str::to_owned);
        let label = keywords::swift_label(&label);
        let names = match label == name {
            true => name,
            false => format!("{label} {name}"),
        };
        format!("{names}: {of}{}", default(model, argument))
    });
    let mut parameters: Vec<String> = parameters.collect();
    let opens = with_kind && method.returns == Some(ValueType::Key);
    if opens {
        parameters.push("_ kind: NewKind.Type".to_owned());
    } else if with_kind {
        parameters.push("options: KeyOptions = KeyOptions()".to_owned());
    }
    let generics = match (with_kind, has(method, &ValueType::PublicKey)) {
        (false, _) => "",
        (true, false) => "<NewKind: KeyKind>",
        (true, true) => "<NewKind: SigningKind>",
    };
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
        "    {head}({}) async throws{returns} {{",
        parameters.join(", ")
    );
    if line.chars().count() <= WIDTH {
        return line;
    }
    let inner = parameters.join(", ");
    match inner.chars().count() + 8 <= WIDTH {
        true => {
            format!("    {head}(\n        {inner}\n    ) async throws{returns} {{")
        }
        false => format!(
            "    {head}(\n        {}\n    ) async throws{returns} {{",
            parameters.join(",\n        ")
        ),
    }
}

fn body(model: &Model, handle: &Handle, method: &Method, variant: Variant) -> Vec<String> {
    let arguments = method.arguments.iter();
    let mut lines: Vec<String> = arguments
        .filter_map(|argument| converted(argument, variant))
        .collect();
    let arguments = method.arguments.iter();
    let arguments = arguments.flat_map(|argument| native_value(argument, variant));
    let arguments: Vec<String> = arguments.collect();
    let native = foreign(&native_method(model, handle, method));
    let call = format!("try await native.{native}({})", arguments.join(", "));
    let receiver = if handle.is_key() { "anyKey." } else { "" };
    let makes_key = matches!(
        method.returns,
        Some(ValueType::KeyOfSpec | ValueType::Key | ValueType::SelfHandle | ValueType::Handle(_))
    );
    let run = match makes_key {
        true => format!("try await {receiver}make {{ native in {call} }}"),
        false => format!("try await {receiver}run {{ native in {call} }}"),
    };
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
    let own = method.own_result_in(Language::Swift);
    let conversion = |value: &str| match of {
        ValueType::List(_) if own.is_some() => {
            let own = own.unwrap_or_default();
            Some(format!("{value}.map({own}.init(native:))"))
        }
        _ if own.is_some() => Some(format!(".init(native: {value})")),
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
                match (call.chars().count() + 12 > WIDTH, call.split_once('(')) {
                    (true, Some((function, arguments)))
                        if arguments.chars().count() + 16 > WIDTH =>
                    {
                        let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
                        let arguments = arguments.replace(", ", ",\n        ");
                        out.push(format!("    {function}("));
                        out.extend(format!("        {arguments}").lines().map(str::to_owned));
                        out.push("    )".to_owned());
                    }
                    (true, Some((function, arguments))) => {
                        out.extend([format!("    {function}("), format!("        {arguments}")])
                    }
                    _ => out.push(format!("    {call}")),
                }
                out.push(format!("}}{end}"));
            }
            _ => out.push(line),
        }
    }
    out
}

fn has(method: &Method, value_type: &ValueType) -> bool {
    let mut arguments = method.arguments.iter();
    arguments.any(|argument| argument.value_type == *value_type)
}

/// The body of a variant that calls another one.
fn delegation(method: &Method, variant: Variant) -> Vec<String> {
    let arguments = labelled(method).into_iter().map(|(label, argument)| {
        let (label, value) = variant.passed(&label, argument, variable(argument));
        match label.as_str() {
            "_" => value,
            label => format!("{label}: {value}"),
        }
    });
    let arguments: Vec<String> = arguments.collect();
    let call = format!("{}({})", base_name(method), arguments.join(", "));
    let handle = match method.returns {
        Some(ValueType::KeyOfSpec | ValueType::Key) if variant.with_kind => "NewKind.Handle",
        Some(ValueType::Handle(_)) if variant.with_kind => "NewKind.VerifyingHandle",
        _ => return vec![format!("try await {call}")],
    };
    let line = format!("try await {handle}({call})");
    match line.len() + 8 <= WIDTH {
        true => vec![line],
        false => vec![format!("try await {handle}("), format!("    {call})")],
    }
}
