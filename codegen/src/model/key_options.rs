//! The options of new keys, their enumerations, and the families of kinds.

use std::collections::BTreeMap;

use super::{Language, Name};
use crate::read::raw;

/// An option of a new key, besides its kind.
#[derive(Debug)]
pub struct KeyOption {
    /// Its name.
    pub name: Name,
    /// A description: a noun phrase, or a clause with "whether".
    pub doc: String,
    /// Its type.
    pub of: OptionType,
    /// Whether it is a list.
    pub many: bool,
    /// The default in words, if it is neither off nor the first value of the choice nor an empty
    /// list.
    pub default: Option<String>,
    /// The roles whose keys can have it.
    pub roles: Vec<Name>,
    names: BTreeMap<Language, String>,
}

/// The type of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionType {
    /// Adds a usage flag to the policy.
    Flag(Name),
    /// A hash function.
    Hash,
    /// A provider.
    Provider,
    /// A value of the choice with this name.
    Choice(Name),
}

/// An enumeration of an option.
#[derive(Debug)]
pub struct Choice {
    /// Its name.
    pub name: Name,
    /// A description: a noun phrase.
    pub doc: String,
    /// The union of algorithms in which each value chooses a variant.
    pub algorithm: Option<Name>,
    /// Its values.
    pub values: Vec<ChoiceValue>,
    names: BTreeMap<Language, String>,
}

/// A value of an enumeration.
#[derive(Debug)]
pub struct ChoiceValue {
    /// Its name.
    pub name: Name,
    /// A description: a noun phrase.
    pub doc: String,
    /// The variant of the choice's union of algorithms.
    pub variant: Option<Name>,
    names: BTreeMap<Language, String>,
}

/// A family of kinds.
#[derive(Debug)]
pub struct Family {
    /// A description: a noun phrase, with the specification.
    pub doc: String,
    names: BTreeMap<Language, String>,
}

impl KeyOption {
    /// Its name in a language that uses another one.
    pub fn name_in(&self, language: Language) -> Option<&str> {
        self.names.get(&language).map(String::as_str)
    }

    /// Whether keys of the role can have it.
    pub fn is_for(&self, role: &Name) -> bool {
        self.roles.contains(role)
    }
}

impl Choice {
    /// The name of the type in a language: camel case unless the contract has another one.
    pub fn type_in(&self, language: Language) -> String {
        let own = self.names.get(&language);
        own.cloned().unwrap_or_else(|| self.name.camel())
    }
}

impl ChoiceValue {
    /// Its name in a language that uses another one.
    pub fn name_in(&self, language: Language) -> Option<&str> {
        self.names.get(&language).map(String::as_str)
    }
}

impl Family {
    /// The namespace in a language.
    pub fn name_in(&self, language: Language) -> Option<&str> {
        self.names.get(&language).map(String::as_str)
    }
}

/// Resolves the options, which have passed the checks.
pub(super) fn options(raw: &raw::KeyKinds) -> Vec<KeyOption> {
    let all_roles = || raw.role.keys().map(Name::new).collect();
    let some = |roles: &Vec<String>| roles.iter().map(Name::new).collect();
    raw.option
        .iter()
        .map(|(name, option)| KeyOption {
            name: Name::new(name),
            doc: option.doc.clone(),
            of: match (option.type_name.as_str(), &option.usage) {
                ("flag", usage) => OptionType::Flag(Name::new(usage.as_deref().unwrap_or(name))),
                ("hash", _) => OptionType::Hash,
                ("provider", _) => OptionType::Provider,
                (choice, _) => OptionType::Choice(Name::new(choice)),
            },
            many: option.many,
            default: option.default.clone(),
            roles: option.roles.as_ref().map_or_else(all_roles, some),
            names: by_language(&option.names),
        })
        .collect()
}

/// Resolves the enumerations of options.
pub(super) fn choices(raw: &raw::KeyKinds) -> Vec<Choice> {
    raw.choice
        .iter()
        .map(|(name, choice)| Choice {
            name: Name::new(name),
            doc: choice.doc.clone(),
            algorithm: choice.algorithm.as_ref().map(Name::new),
            values: choice.value.iter().map(value).collect(),
            names: by_language(&choice.names),
        })
        .collect()
}

fn value((name, value): (&String, &raw::ChoiceValue)) -> ChoiceValue {
    ChoiceValue {
        name: Name::new(name),
        doc: value.doc.clone(),
        variant: value.variant.as_ref().map(Name::new),
        names: by_language(&value.names),
    }
}

/// Resolves the families of kinds.
pub(super) fn families(raw: &raw::KeyKinds) -> Vec<Family> {
    let families = raw.family.values();
    families
        .map(|family| Family {
            doc: family.doc.clone(),
            names: by_language(&family.names),
        })
        .collect()
}

/// The names by language, sorted.
pub(super) fn by_language(names: &raw::LanguageMap<String>) -> BTreeMap<Language, String> {
    names
        .iter()
        .map(|(language, name)| (*language, name.clone()))
        .collect()
}
