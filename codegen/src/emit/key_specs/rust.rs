//! The options of new keys in Rust: their enumerations, and the methods of `AnySpec` that change
//! attributes.

use anyhow::Result;
use askama::Template;

use crate::emit::output::{Output, banner};
use crate::emit::rust::names::{doc_lines, variant_name};
use crate::emit::text::lower_first;
use crate::model::{Choice, KeyOption, Language, Model, Name, OptionType, Payload, Type, Variant};

const FILE: &str = "clients/rust/src/generated/key_options.rs";

/// Renders one file.
pub(super) fn emit(model: &Model) -> Result<Output> {
    let flags = model.key_options.iter().filter_map(|option| {
        let OptionType::Flag(usage) = &option.of else {
            return None;
        };
        Some(Flag {
            doc: doc_lines(&statement(&option.doc)),
            name: option.name.rust(),
            usage: usage.rust(),
        })
    });
    let file = File {
        banner: banner("contracts/key_kinds.toml"),
        choices: model.choices.iter().map(choice).collect(),
        flags: flags.collect(),
        replacements: model
            .key_options
            .iter()
            .filter_map(|option| replacement(model, option))
            .collect(),
    };
    Ok(Output::from([(FILE.to_owned(), file.render()?)]))
}

#[derive(Template)]
#[template(path = "key_specs/options.rs", escape = "none")]
struct File {
    banner: String,
    choices: Vec<ChoiceView>,
    flags: Vec<Flag>,
    replacements: Vec<Replacement>,
}

struct ChoiceView {
    doc: Vec<String>,
    name: String,
    /// The words of the name, for errors.
    words: String,
    values: Vec<ValueView>,
}

struct ValueView {
    doc: Vec<String>,
    name: String,
    text: String,
}

/// An option that adds a usage flag.
struct Flag {
    doc: Vec<String>,
    name: String,
    usage: String,
}

/// An option that replaces the algorithm.
struct Replacement {
    doc: Vec<String>,
    name: String,
    /// The name of the option, for errors.
    text: String,
    choice: String,
    /// The union of algorithms, which is a type and a variant of `Algorithm`.
    union: String,
    outer: String,
    /// The variants by value: the name of the value, and the pattern, which is also the expression.
    variants: Vec<(String, String)>,
}

fn choice(choice: &Choice) -> ChoiceView {
    let values = choice.values.iter();
    ChoiceView {
        doc: doc_lines(&choice.doc),
        name: choice.type_in(Language::Rust),
        words: choice.name.kebab().replace('-', " "),
        values: values
            .map(|value| ValueView {
                doc: doc_lines(&value.doc),
                name: variant_name(&value.name),
                text: value.name.kebab(),
            })
            .collect(),
    }
}

/// The description of an option that is set: "Whether the key may be copied." becomes "The key
/// may be copied."
pub(super) fn statement(doc: &str) -> String {
    let doc = doc.strip_prefix("Whether ").unwrap_or(doc);
    let mut letters = doc.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn replacement(model: &Model, option: &KeyOption) -> Option<Replacement> {
    let OptionType::Choice(name) = &option.of else {
        return None;
    };
    let choice = model.choices.iter().find(|choice| choice.name == *name)?;
    let union = model.find_type(&choice.algorithm.as_ref()?.kebab())?;
    let way = model.within_algorithm(&union.name)?;
    let (_, outer) = way.last()?;
    let values = choice.values.iter();
    Some(Replacement {
        doc: doc_lines(&format!("Sets {}", lower_first(&option.doc))),
        name: option.name.rust(),
        text: option.name.kebab(),
        choice: choice.type_in(Language::Rust),
        union: union.name.rust_type(),
        outer: variant_name(&outer.name),
        variants: values
            .filter_map(|value| {
                let variant = variant(union, value.variant.as_ref()?)?;
                Some((variant_name(&value.name), pattern(union, variant)))
            })
            .collect(),
    })
}

fn variant<'a>(union: &'a Type, name: &Name) -> Option<&'a Variant> {
    union
        .variants()
        .iter()
        .find(|variant| variant.name == *name)
}

/// The pattern of a variant, which is also an expression once the pattern has bound its fields.
fn pattern(union: &Type, variant: &Variant) -> String {
    let path = format!(
        "{}::{}",
        union.name.rust_type(),
        variant_name(&variant.name)
    );
    match &variant.payload {
        Payload::Empty => path,
        Payload::Value(_) => format!("{path}(value)"),
        Payload::Fields(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| field.name.rust()).collect();
            format!("{path} {{ {} }}", fields.join(", "))
        }
    }
}
