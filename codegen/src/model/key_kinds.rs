//! The kinds of keys that clients create by name.

use std::collections::BTreeMap;

use toml::{Table, Value as Toml};

use super::key_options::by_language;
use super::value::read_fields;
use super::{Form, Language, Model, Name, Value};
use crate::read::raw;

/// The type with all attributes of a new key.
const ATTRIBUTES: &str = "key-attributes";

/// A role: the purpose of keys.
#[derive(Debug)]
pub struct Role {
    /// Its name.
    pub name: Name,
    /// A description of its keys.
    pub doc: String,
}

/// A kind of key.
#[derive(Debug)]
pub struct KeyKind {
    /// Its name.
    pub name: Name,
    /// Its display name, which is also its name in JavaScript.
    pub title: String,
    /// Its role, if it has one.
    pub role: Option<Name>,
    /// A description.
    pub doc: String,
    /// Sizes in bits, in the order of preference.
    pub bits: Vec<u32>,
    /// Sizes with names.
    pub named_sizes: Vec<u32>,
    /// The attributes of a new key with the first size.
    pub attributes: Value,
    /// The kind that differs only in its size.
    pub size_of: Option<Name>,
    /// The kind with values of its options, for languages that have a constant for it.
    pub presets: Vec<Preset>,
    names: BTreeMap<Language, String>,
}

/// A kind with values of its options.
#[derive(Debug)]
pub struct Preset {
    /// A description.
    pub doc: String,
    /// The values, by option.
    pub with: Vec<(Name, Name)>,
    names: BTreeMap<Language, String>,
}

impl Preset {
    /// The constant that a language has for it.
    pub fn name_in(&self, language: Language) -> Option<&str> {
        self.names.get(&language).map(String::as_str)
    }
}

impl KeyKind {
    /// Whether its algorithm is or contains this variant of a union.
    pub fn has_variant(&self, variant: &Name) -> bool {
        fn contains(value: &Value, wanted: &Name) -> bool {
            match value {
                Value::Struct(_, fields) => fields.iter().any(|(_, value)| contains(value, wanted)),
                Value::Union(_, variant, fields) => {
                    variant == wanted || fields.iter().any(|(_, value)| contains(value, wanted))
                }
                _ => false,
            }
        }
        contains(&self.attributes, variant)
    }

    /// The constant or the type that a language has for it.
    pub fn name_in(&self, language: Language) -> Option<&str> {
        self.names.get(&language).map(String::as_str)
    }
}

/// Resolves the kinds, whose attributes have passed the checks.
pub(super) fn resolve(model: &Model, raw: &raw::KeyKinds) -> Vec<KeyKind> {
    raw.kind
        .iter()
        .map(|(name, kind)| KeyKind {
            name: Name::new(name),
            title: kind.title.clone(),
            role: kind.role.as_ref().map(Name::new),
            doc: kind.doc.clone(),
            bits: kind.bits.clone(),
            named_sizes: kind.named_sizes.clone(),
            size_of: kind.size_of.as_ref().map(Name::new),
            presets: kind.preset.values().map(preset).collect(),
            names: by_language(&kind.names),
            attributes: attributes(model, raw, kind)
                .unwrap_or_else(|_| unreachable!("the checks reject the invalid kind `{name}`")),
        })
        .collect()
}

fn preset(raw: &raw::Preset) -> Preset {
    let with = raw.with.iter();
    Preset {
        doc: raw.doc.clone(),
        with: with
            .map(|(option, value)| (Name::new(option), Name::new(value)))
            .collect(),
        names: by_language(&raw.names),
    }
}

/// Returns the attributes of a new key of that kind.
///
/// # Errors
///
/// The TOML key of the kind whose value does not have the right type, and the reason.
pub(crate) fn attributes(
    model: &Model,
    kinds: &raw::KeyKinds,
    kind: &raw::KeyKind,
) -> Result<Value, (&'static str, String)> {
    let found = model.find_type(ATTRIBUTES);
    let Some((found, Form::Struct(fields))) = found.map(|found| (found, &found.form)) else {
        let message = format!("the contracts have no struct `{ATTRIBUTES}`");
        return Err(("", message));
    };
    let values = read_fields(model, fields, &table(kinds, kind)).map_err(|(path, why)| {
        let steps: Vec<&str> = path.iter().map(String::as_str).collect();
        match steps.as_slice() {
            ["key_type", ..] => ("key-type", why),
            ["key_policy", "key_algorithm", ..] => ("algorithm", why),
            ["key_policy", "key_usage_flags", flag] => {
                let flag = flag.replace('_', "-");
                ("usage", format!("unknown usage flag `{flag}`"))
            }
            _ => ("", why),
        }
    })?;
    let names = fields.iter().map(|field| field.name.clone());
    Ok(Value::Struct(
        found.name.clone(),
        names.zip(values).collect(),
    ))
}

/// Returns the attributes in the form of an example value.
fn table(kinds: &raw::KeyKinds, kind: &raw::KeyKind) -> Table {
    let of_role = kind.role.as_ref().and_then(|role| kinds.role.get(role));
    let usage = kind.usage.as_ref().or(of_role.map(|role| &role.usage));
    let flags = usage
        .into_iter()
        .flatten()
        .map(|flag| (flag.replace('-', "_"), Toml::Boolean(true)));
    let policy = Table::from_iter([
        ("key_usage_flags".to_owned(), Toml::Table(flags.collect())),
        ("key_algorithm".to_owned(), kind.algorithm.clone()),
    ]);
    let bits = kind.bits.first().copied().unwrap_or_default();
    Table::from_iter([
        ("key_type".to_owned(), kind.key_type.clone()),
        ("key_bits".to_owned(), Toml::Integer(bits.into())),
        ("key_policy".to_owned(), Toml::Table(policy)),
    ])
}
