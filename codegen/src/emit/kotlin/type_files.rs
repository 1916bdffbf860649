//! The files of the types of the contracts in Kotlin, and of their conversions.

use std::collections::BTreeSet;

use anyhow::Result;
use heck::ToShoutySnakeCase as _;

use super::conversions::{Converted, of_enums, of_messages, of_types};
use super::types::{Declared, RAW, ROOT, declared, messages, package};
use super::values::{root_types, type_class};
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::variant_name;
use crate::emit::text::{one_line, wrap};
use crate::model::{Area, Language, Model, Module, Type};

/// The package of what no user sees.
pub(super) const INTERNAL: &str = "org.parsec.client.internal";

const SOURCES: &str = "clients/kotlin/src/main/kotlin";

/// Renders the types that methods name, those that only raw operations name by the files of the
/// contracts, the inputs and outputs of operations by area, and the conversions of all.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let mut output = Output::new();
    let root = root_types(model);
    let own = |of: &&Type| package(&root, &of.name) == ROOT;
    let mut types = declared(
        model,
        ROOT,
        model.modules.iter().flat_map(Module::own_types).filter(own),
    );
    types.types.push(providers(model));
    let handles = "contracts/{handles,types}/*.toml";
    write(&mut output, ROOT, "HandleTypes", handles, types);
    let options = Declared {
        types: model.choices.iter().map(choice).collect(),
        imports: BTreeSet::new(),
    };
    write(
        &mut output,
        ROOT,
        "KeyOptions",
        "contracts/key_kinds.toml",
        options,
    );
    for module in &model.modules {
        let source = format!("contracts/types/{}.toml", module.name);
        let raw: Vec<&Type> = module.own_types().filter(|of| !own(of)).collect();
        // ktlint: a file with one class has its name.
        let name = match raw.as_slice() {
            [only] => type_class(&only.name),
            _ => format!("{}Types", module.name.camel()),
        };
        write(
            &mut output,
            RAW,
            &name,
            &source,
            declared(model, RAW, raw.into_iter()),
        );
        let converted = of_types(model, module.own_types());
        convert(
            &mut output,
            &format!("{}Conversions", module.name.camel()),
            &source,
            converted,
        );
    }
    let mut enums = vec![("Provider".to_owned(), "ProviderId".to_owned())];
    enums.extend(model.choices.iter().map(|choice| {
        let native = choice.type_in(Language::Rust);
        (choice.type_in(Language::Kotlin), native)
    }));
    convert(
        &mut output,
        "OptionConversions",
        "contracts/{providers,key_kinds}.toml",
        of_enums(&enums),
    );
    for area in &model.areas {
        let source = "contracts/operations/*.toml";
        let (types, conversions) = (file(area, "Messages"), file(area, "MessageConversions"));
        let declared = messages(model, model.operations_of(area));
        write(&mut output, RAW, &types, source, declared);
        let converted = of_messages(model, model.operations_of(area));
        convert(&mut output, &conversions, source, converted);
    }
    Ok(output)
}

fn file(area: &Area, what: &str) -> String {
    format!("{}{what}", area.name.camel())
}

/// Providers of keys, which the contracts define by their numbers.
fn providers(model: &Model) -> Vec<String> {
    let doc = "A provider of keys: software, a PKCS #11 token or the TPM of the machine.";
    let entries = model.providers.iter().map(|provider| {
        let entry = variant_name(&provider.name).to_shouty_snake_case();
        (one_line(&provider.description), entry)
    });
    enumeration("Provider", doc, entries)
}

fn choice(choice: &crate::model::Choice) -> Vec<String> {
    let entries = choice.values.iter().map(|value| {
        let entry = variant_name(&value.name).to_shouty_snake_case();
        (one_line(&value.doc), entry)
    });
    enumeration(
        &choice.type_in(Language::Kotlin),
        &one_line(&choice.doc),
        entries,
    )
}

fn enumeration(
    class: &str,
    doc: &str,
    entries: impl Iterator<Item = (String, String)>,
) -> Vec<String> {
    let mut lines = comment(doc, 0);
    lines.push(format!("public enum class {class} {{"));
    for (index, (doc, entry)) in entries.enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        lines.extend(comment(&doc, 4));
        lines.push(format!("    {entry},"));
    }
    lines.push("}".to_owned());
    lines
}

fn comment(doc: &str, indent: usize) -> Vec<String> {
    let pad = " ".repeat(indent);
    let width = super::declarations::WIDTH - indent - 3;
    if doc.chars().count() + 4 <= width {
        return vec![format!("{pad}/** {doc} */")];
    }
    let mut lines = vec![format!("{pad}/**")];
    lines.extend(
        wrap(doc, width)
            .iter()
            .map(|line| format!("{pad} * {line}")),
    );
    lines.push(format!("{pad} */"));
    lines
}

fn write(output: &mut Output, package: &str, name: &str, source: &str, mut types: Declared) {
    if types.types.is_empty() {
        return;
    }
    let code: Vec<String> = types.types.iter().map(|lines| lines.join("\n")).collect();
    let code = code.join("\n\n");
    for helper in ["hashOf", "hexOf", "hexOfEach", "sameBytes"] {
        if code.contains(&format!("{helper}(")) {
            types.imports.insert(format!("{INTERNAL}.{helper}"));
        }
    }
    insert(output, package, name, source, &types.imports, &code);
}

fn convert(output: &mut Output, name: &str, source: &str, converted: Converted) {
    if converted.functions.is_empty() {
        return;
    }
    let code: Vec<String> = converted
        .functions
        .iter()
        .map(|lines| lines.join("\n"))
        .collect();
    insert(
        output,
        INTERNAL,
        name,
        source,
        &converted.imports,
        &code.join("\n\n"),
    );
}

fn insert(
    output: &mut Output,
    package: &str,
    name: &str,
    source: &str,
    imports: &BTreeSet<String>,
    code: &str,
) {
    // The order of IntelliJ: names with an alias come last.
    let (aliased, plain): (Vec<&String>, Vec<&String>) =
        imports.iter().partition(|path| path.contains(" as "));
    let imports: String = plain
        .iter()
        .chain(&aliased)
        .map(|path| format!("import {path}\n"))
        .collect();
    let imports = match imports.is_empty() {
        true => imports,
        false => imports + "\n",
    };
    let folder = package.replace('.', "/");
    let text = format!(
        "// {}\n\npackage {package}\n\n{imports}{code}\n",
        banner(source)
    );
    output.insert(format!("{SOURCES}/{folder}/generated/{name}.kt"), text);
}
