//! The form of the contract files: one struct for each table. The JSON Schema for editors is
//! generated from these structs, so editors show their doc comments.

mod handles;
mod key_kinds;
mod operations;
mod protocol;
mod providers;
mod published;
mod statuses;
mod types;

pub use handles::{
    Argument, ExampleCall, Gives, Handle, HandleForm, HasPublicKey, Language, LanguageMap, Method,
    MethodExample,
};
pub use key_kinds::{Choice, ChoiceValue, Family, KeyKind, KeyKinds, KeyOption, Preset, Role};
pub use operations::{
    Answer, Caller, Effect, Example, Handler, KeyRule, Listed, Operation, ProviderKind, Stream,
};
pub use protocol::{Area, ExtensionRanges, Flag, Frame, Limits, Protocol, Version};
pub use providers::{Authenticator, Authenticators, Provider, Providers};
pub use published::{Published, PublishedField, PublishedOperation, PublishedType};
pub use statuses::{Kind, Retry, Status, Statuses};
pub use types::{ClientDefault, Field, Form, Length, Type, Value, Variant};

/// A table of named tables, in the order of the file.
pub type Map<T> = indexmap::IndexMap<String, T>;
