//! Options of new keys in Swift, and a type for each kind. `swift_kinds` decides which types are
//! generated; the types of others are by hand and get only their specification.

use anyhow::Result;
use askama::Template;

use super::swift_kinds::{declarations, handles};
use crate::emit::keywords;
use crate::emit::output::{Output, banner};
use crate::emit::rust::names::variant_name;
use crate::emit::text::{one_line, wrap};
use crate::model::{Choice, ChoiceValue, KeyOption, Language, Model, OptionType};
use heck::ToLowerCamelCase as _;

const FOLDER: &str = "clients/swift/Sources/Parsec/Generated";

/// Renders the options, the hash functions and the kinds.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let banner = banner("contracts/key_kinds.toml");
    let options = Options {
        banner: &banner,
        choices: model.choices.iter().map(choice).collect(),
        options: model
            .key_options
            .iter()
            .map(|option| option_view(model, option))
            .collect(),
    };
    let declarations = declarations(model);
    let kinds = Kinds {
        banner: &banner,
        uses_foundation: declarations
            .iter()
            .flatten()
            .any(|line| line.contains("Data")),
        declarations,
        handles: handles(model),
    };
    let hashes = Hashes {
        banner: &banner,
        hashes: hashes(model),
    };
    let text = |name: &str, text: String| {
        let path = format!("{FOLDER}/{name}.swift");
        (path, text.trim_end().to_owned() + "\n")
    };
    Ok(Output::from([
        text("KeyOptions", options.render()?),
        text("KeyKinds", kinds.render()?),
        text("HashFunctions", hashes.render()?),
    ]))
}

#[derive(Template)]
#[template(path = "key_specs/KeyOptions.swift", escape = "none")]
struct Options<'a> {
    banner: &'a str,
    choices: Vec<ChoiceView>,
    options: Vec<OptionView>,
}

#[derive(Template)]
#[template(path = "key_specs/KeyKinds.swift", escape = "none")]
struct Kinds<'a> {
    banner: &'a str,
    uses_foundation: bool,
    declarations: Vec<Vec<String>>,
    handles: Vec<String>,
}

#[derive(Template)]
#[template(path = "key_specs/HashFunctions.swift", escape = "none")]
struct Hashes<'a> {
    banner: &'a str,
    hashes: Vec<HashView>,
}

struct ChoiceView {
    lines: Vec<String>,
}

struct OptionView {
    doc: Vec<String>,
    name: String,
    type_name: String,
    default: String,
    /// The argument of the binding's record.
    native: String,
}

struct HashView {
    doc: String,
    name: String,
    case: String,
    length: u32,
}

/// The declaration of an enumeration, nested in a type if its name has a dot.
fn choice(choice: &Choice) -> ChoiceView {
    let full = choice.type_in(Language::Swift);
    let (outer, name) = match full.rsplit_once('.') {
        Some((outer, name)) => (Some(outer), name),
        None => (None, full.as_str()),
    };
    let mut lines = vec![
        format!("/// {}", one_line(&choice.doc)),
        format!("public enum {name}: Sendable, Hashable, CaseIterable {{"),
    ];
    for value in &choice.values {
        lines.push(format!("    /// {}", one_line(&value.doc)));
        lines.push(format!("    case {}", case(value)));
    }
    lines.extend([
        String::new(),
        format!(
            "    var native: ParsecBinding.{} {{",
            choice.type_in(Language::Rust)
        ),
        "        switch self {".to_owned(),
    ]);
    for value in &choice.values {
        let native = variant_name(&value.name).to_lower_camel_case();
        lines.push(format!(
            "        case .{}: .{}",
            case(value),
            keywords::swift(&native)
        ));
    }
    lines.extend(["        }".to_owned(), "    }".to_owned(), "}".to_owned()]);
    ChoiceView {
        lines: match outer {
            Some(outer) => super::swift_kinds::within(outer, lines),
            None => lines,
        },
    }
}

fn case(value: &ChoiceValue) -> String {
    let own = value.name_in(Language::Swift).map(str::to_owned);
    keywords::swift(&own.unwrap_or_else(|| value.name.lower_camel()))
}

fn option_view(model: &Model, option: &KeyOption) -> OptionView {
    let own = option.name_in(Language::Swift).map(str::to_owned);
    let name = keywords::swift(&own.unwrap_or_else(|| option.name.lower_camel()));
    let label = keywords::uniffi_field(&option.name.snake());
    let label = label.trim_start_matches("r#").to_lower_camel_case();
    let (type_name, default, native) = match &option.of {
        OptionType::Flag(_) => ("Bool".to_owned(), "false".to_owned(), name.clone()),
        OptionType::Hash => optional("Contract.Hash", &name),
        OptionType::Provider => optional("Provider", &name),
        OptionType::Choice(choice) => {
            let choice = model.choice(choice);
            let of = choice.type_in(Language::Swift);
            match option.many {
                false => optional(&of, &name),
                true => (
                    format!("Set<{of}>"),
                    "[]".to_owned(),
                    format!("{name}.map(\\.native)"),
                ),
            }
        }
    };
    let first = match &option.of {
        OptionType::Choice(choice) if !option.many => model.choice(choice).values.first(),
        _ => None,
    };
    let default_doc = match (&option.default, first) {
        (Some(default), _) => Some(format!(" The default is {default}.")),
        (None, Some(first)) => Some(format!(" The default is `{}`.", case(first))),
        (None, None) => None,
    };
    OptionView {
        doc: wrap(
            &(one_line(&option.doc) + &default_doc.unwrap_or_default()),
            112,
        ),
        name,
        type_name,
        default,
        native: format!("{}: {native}", keywords::swift_label(&label)),
    }
}

/// The type, the default and the value for the binding of an option without a default of its own.
fn optional(of: &str, name: &str) -> (String, String, String) {
    (
        format!("{of}?"),
        "nil".to_owned(),
        format!("{name}?.native"),
    )
}

/// The hash functions over which kinds are generic: `HMAC<SHA256>`.
fn hashes(model: &Model) -> Vec<HashView> {
    let kinds = model.key_kinds.iter();
    let names: Vec<&str> = kinds
        .flat_map(|kind| {
            let presets = kind.presets.iter();
            let presets = presets.filter_map(|preset| preset.name_in(Language::Swift));
            kind.name_in(Language::Swift).into_iter().chain(presets)
        })
        .filter_map(|name| Some(name.split_once('<')?.1.trim_end_matches('>')))
        .collect();
    let hashes = model
        .find_type("hash")
        .map_or(&[][..], |hash| hash.values());
    hashes
        .iter()
        .map(|hash| HashView {
            doc: one_line(&hash.doc),
            name: hash.name.shouty().replacen("SHA_", "SHA", 1),
            case: keywords::swift(&hash.name.lower_camel()),
            length: hash.length.unwrap_or_default(),
        })
        .filter(|hash| names.contains(&hash.name.as_str()))
        .collect()
}
