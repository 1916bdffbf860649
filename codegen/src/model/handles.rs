//! The classes of the clients: handles of the client, of keys and of streams.

mod resolve;

use std::collections::BTreeMap;

use super::{Effect, Model, Name, Operation, Value};
use crate::read::raw::{HandleForm, HasPublicKey, Language};

pub(super) use resolve::resolve;
pub(crate) use resolve::{does, example_calls, read_example};

/// A class of the clients, in every language.
#[derive(Debug)]
pub struct Handle {
    /// Its name: `signing_key`.
    pub name: Name,
    /// The file that describes it.
    pub file: String,
    /// A short description: a noun phrase.
    pub summary: String,
    /// Further paragraphs.
    pub doc: Option<String>,
    /// The kind of objects of the class.
    pub form: HandleForm,
    /// The role of its keys.
    pub role: Option<Name>,
    /// Handles whose methods it includes.
    pub includes: Vec<Name>,
    /// The kind of key that the examples use.
    pub example_key: Option<Name>,
    /// Which of its keys have a public key that clients show.
    pub public_key: Option<HasPublicKey>,
    /// Its own methods, in the order of the file.
    pub methods: Vec<Method>,
    extends: BTreeMap<Language, String>,
    names: BTreeMap<Language, String>,
    by_hand: BTreeMap<Language, String>,
}

/// A method of a handle.
#[derive(Debug)]
pub struct Method {
    /// Its name: `sign_hash`.
    pub name: Name,
    /// A short description, in one sentence.
    pub summary: String,
    /// Further paragraphs.
    pub doc: Option<String>,
    /// The function behind it.
    pub does: Does,
    /// The operations that it calls.
    pub reaches: Vec<Name>,
    /// The type of its result.
    pub returns: Option<ValueType>,
    /// A description of the result.
    pub returns_doc: Option<String>,
    /// Whether it verifies something, so that a mismatch is `false` in some languages.
    pub verdict: bool,
    /// Whether it consumes the handle.
    pub consumes: bool,
    /// Whether it changes the state of the service.
    pub changes: bool,
    /// The errors that callers handle: their kinds, and when they occur.
    pub errors: Vec<(Name, String)>,
    /// Its arguments, in order.
    pub arguments: Vec<Argument>,
    /// In Rust: the name of the variant with the optional arguments.
    pub rust_with: Option<String>,
    /// The Cargo feature of the Rust client that enables it.
    pub rust_feature: Option<String>,
    /// The function of the command line that prints the result, if it is not the usual one.
    pub printer: Option<String>,
    /// Whether the command line asks for confirmation.
    pub confirm: bool,
    /// A call with real values.
    pub example: Option<MethodExample>,
    names: BTreeMap<Language, String>,
    order: BTreeMap<Language, Vec<String>>,
    result: BTreeMap<Language, String>,
    options: BTreeMap<Language, String>,
    by_hand: BTreeMap<Language, String>,
    without: BTreeMap<Language, String>,
}

/// The function behind a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// A function of the Rust core.
    Core(String),
    /// One operation.
    Operation(Name),
}

/// An argument of a method.
#[derive(Debug)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub value_type: ValueType,
    /// A description.
    pub doc: String,
    /// The default, if the argument is optional.
    pub optional: Option<String>,
    /// Whether languages with named arguments require its name.
    pub named: bool,
    /// Whether it can also be a file or a stream.
    pub stream: bool,
    /// Whether the command line reads it from a file.
    pub file: bool,
    /// The input of the operation that receives it.
    pub input: Name,
    /// Another type that languages accept in its place.
    pub also: Option<ValueType>,
    names: BTreeMap<Language, String>,
    default: BTreeMap<Language, String>,
    types: BTreeMap<Language, String>,
    named_in: Vec<Language>,
}

/// The type of an argument or of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// `bytes`.
    Bytes,
    /// `secret`: bytes that are zeroized on drop.
    Secret,
    /// `text`.
    Text,
    /// `key-name`.
    KeyName,
    /// `number`: an unsigned 32-bit integer.
    Number,
    /// `size`: an unsigned 64-bit integer.
    Size,
    /// `count`: a length in memory (`usize`).
    Count,
    /// `flag`.
    Flag,
    /// `hash`: a hash function.
    Hash,
    /// `duration`.
    Duration,
    /// `provider`.
    Provider,
    /// `csr`: a certificate signing request.
    Csr,
    /// `signature`, in the form of each language.
    Signature,
    /// `public-key`.
    PublicKey,
    /// `private-key`.
    PrivateKey,
    /// `passphrase`: text that decrypts the argument of type `private-key`. Rust reads the key
    /// itself, so it lacks the argument.
    Passphrase,
    /// `spec`: the specification of a new key.
    Spec,
    /// `key`: any key of the service.
    Key,
    /// `key-of-spec`: the handle that fits the argument of type `spec`.
    KeyOfSpec,
    /// `self`: the same handle.
    SelfHandle,
    /// `handle(NAME)`.
    Handle(Name),
    /// `stream`: the handle of a stream.
    Stream,
    /// `record`: the outputs of the operation, if there are several.
    Record,
    /// `operation-name`: an operation of the contracts.
    OperationName,
    /// `version`: a major and a minor number.
    Version,
    /// A type of `types/*.toml`.
    Named(Name),
    /// `list(…)`.
    List(Box<Self>),
    /// `optional(…)`, of results.
    Optional(Box<Self>),
}

/// A call with real values.
#[derive(Debug)]
pub struct MethodExample {
    /// Calls before it.
    pub before: Vec<ExampleCall>,
    /// Its arguments.
    pub arguments: Vec<(Name, ExampleValue)>,
    /// The provider that it requires.
    pub provider: Option<Name>,
    /// The expected result.
    pub gives: Option<Gives>,
    /// Equivalent shell commands.
    pub cli: Vec<String>,
    /// The reason why tests do not run it.
    pub not_run: Option<String>,
}

/// A call before the main call of an example.
#[derive(Debug)]
pub struct ExampleCall {
    /// The name of its result.
    pub result: Name,
    /// The object that is called, if it is not the main object of the example.
    pub on: Option<Name>,
    /// The handle that has the method.
    pub handle: Name,
    /// The method.
    pub method: Name,
    /// Its arguments.
    pub arguments: Vec<(Name, ExampleValue)>,
}

/// The expected result of an example.
#[derive(Debug, PartialEq, Eq)]
pub enum Gives {
    /// The number of bytes or items.
    Length(usize),
    /// This value.
    Value(ExampleValue),
}

/// A value in an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleValue {
    /// The result of an earlier call.
    Result(Name),
    /// Bytes, written as text.
    TextBytes(String),
    /// Other bytes.
    Bytes(Vec<u8>),
    /// Text, or the name of a key, of a hash function or of a provider.
    Text(String),
    /// A number.
    Number(u64),
    /// A flag.
    Flag(bool),
    /// A kind of key, and whether it is exportable.
    Kind {
        /// The kind.
        kind: Name,
        /// Whether the private key is exportable.
        exportable: bool,
    },
    /// A value of a type of the contracts.
    Value(Value),
    /// Several values.
    List(Vec<Self>),
}

impl ValueType {
    /// Parses a type.
    pub(crate) fn read(written: &str) -> Option<Self> {
        let within = |name: &str| {
            let rest = written.strip_prefix(name)?.strip_prefix('(')?;
            rest.strip_suffix(')')
        };
        if let Some(item) = within("list") {
            return Self::read(item).map(|item| Self::List(Box::new(item)));
        }
        if let Some(item) = within("optional") {
            return Self::read(item).map(|item| Self::Optional(Box::new(item)));
        }
        if let Some(name) = within("handle") {
            return Some(Self::Handle(Name::new(name)));
        }
        Some(match written {
            "bytes" => Self::Bytes,
            "secret" => Self::Secret,
            "text" => Self::Text,
            "key-name" => Self::KeyName,
            "number" => Self::Number,
            "size" => Self::Size,
            "count" => Self::Count,
            "flag" => Self::Flag,
            "hash" => Self::Hash,
            "duration" => Self::Duration,
            "provider" => Self::Provider,
            "csr" => Self::Csr,
            "signature" => Self::Signature,
            "public-key" => Self::PublicKey,
            "private-key" => Self::PrivateKey,
            "passphrase" => Self::Passphrase,
            "spec" => Self::Spec,
            "key" => Self::Key,
            "key-of-spec" => Self::KeyOfSpec,
            "self" => Self::SelfHandle,
            "stream" => Self::Stream,
            "version" => Self::Version,
            "operation-name" => Self::OperationName,
            "record" => Self::Record,
            name if !name.contains(['(', ')']) => Self::Named(Name::new(name)),
            _ => return None,
        })
    }

    /// Returns the type of the contracts that it contains, if there is one.
    pub fn named(&self) -> Option<&Name> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(item) | Self::Optional(item) => item.named(),
            _ => None,
        }
    }
}

impl Handle {
    /// Returns whether it is the handle of a key.
    pub fn is_key(&self) -> bool {
        self.form == HandleForm::Key
    }

    /// The base class that a language has by hand: `MODULE.CLASS`.
    pub fn extends_in(&self, language: Language) -> Option<&str> {
        self.extends.get(&language).map(String::as_str)
    }

    /// The name of the class in a language.
    pub fn class_in(&self, language: Language) -> String {
        let own = self.names.get(&language);
        own.cloned().unwrap_or_else(|| self.name.camel())
    }

    /// The file in which a language has a class by hand that extends the generated one.
    pub fn extended_in(&self, language: Language) -> Option<&str> {
        self.by_hand.get(&language).map(String::as_str)
    }
}

impl Argument {
    /// The language's own word for it.
    pub fn renamed_in(&self, language: Language) -> Option<&str> {
        self.names.get(&language).map(String::as_str)
    }

    /// The value that applies without it in a language whose callers may omit it.
    pub fn default_in(&self, language: Language) -> Option<&str> {
        self.default.get(&language).map(String::as_str)
    }

    /// Its name in a language, as contracts write names.
    pub fn name_in(&self, language: Language) -> Name {
        let own = self.names.get(&language);
        own.map_or_else(|| self.name.clone(), Name::new)
    }

    /// Its type by hand in a language, instead of the usual one.
    pub fn own_type_in(&self, language: Language) -> Option<&str> {
        self.types.get(&language).map(String::as_str)
    }

    /// Whether a language asks for its name.
    pub fn is_named_in(&self, language: Language) -> bool {
        self.named || self.named_in.contains(&language)
    }

    /// Whether callers may omit it in a language.
    pub fn is_optional_in(&self, language: Language) -> bool {
        self.optional.is_some() || self.default.contains_key(&language)
    }
}

impl Method {
    /// Returns its name in a language.
    pub fn name_in(&self, language: Language) -> String {
        if let Some(own) = self.names.get(&language) {
            return own.clone();
        }
        match language {
            Language::Rust => self.name.rust(),
            Language::Python => self.name.snake(),
            Language::Node | Language::Kotlin | Language::Swift => self.name.lower_camel(),
            Language::Cli => self.name.kebab(),
        }
    }

    /// Returns whether the contract sets its name in the language.
    pub fn is_renamed_in(&self, language: Language) -> bool {
        self.names.contains_key(&language)
    }

    /// Returns its arguments in the order of a language.
    pub fn arguments_in(&self, language: Language) -> Vec<&Argument> {
        let arguments = self.arguments.iter();
        let mut arguments: Vec<&Argument> = arguments
            .filter(|argument| {
                language != Language::Rust || argument.value_type != ValueType::Passphrase
            })
            .collect();
        let Some(order) = self.order.get(&language) else {
            return arguments;
        };
        let place = |argument: &&Argument| {
            let name = argument.name.as_written();
            order.iter().position(|written| written == name)
        };
        arguments.sort_by_key(place);
        arguments
    }

    /// Returns the argument that decrypts its argument of type `private-key`.
    pub fn passphrase(&self) -> Option<&Argument> {
        let mut arguments = self.arguments.iter();
        arguments.find(|argument| argument.value_type == ValueType::Passphrase)
    }

    /// Returns the file in which it is written by hand for a language.
    pub fn by_hand_in(&self, language: Language) -> Option<&str> {
        self.by_hand.get(&language).map(String::as_str)
    }

    /// The type by hand of its result, or of each item of a list, instead of the usual one.
    pub fn own_result_in(&self, language: Language) -> Option<&str> {
        self.result.get(&language).map(String::as_str)
    }

    /// The type of its options in a language, if the contract names it.
    pub fn options_in(&self, language: Language) -> Option<&str> {
        self.options.get(&language).map(String::as_str)
    }

    /// Returns the operation whose outputs are its result of type `record`.
    pub fn record(&self) -> Option<&Name> {
        (self.returns == Some(ValueType::Record)).then(|| self.reaches.last())?
    }

    /// Returns the reason why a language lacks it.
    pub fn missing_in(&self, language: Language) -> Option<&str> {
        self.without.get(&language).map(String::as_str)
    }

    /// Returns whether it is generated for the language.
    pub fn is_generated_in(&self, language: Language) -> bool {
        self.by_hand_in(language).is_none() && self.missing_in(language).is_none()
    }
}

impl Model {
    /// Returns the handle with that name. The checks ensure that it exists.
    pub fn handle_named(&self, name: &Name) -> &Handle {
        self.handles
            .iter()
            .find(|handle| handle.name == *name)
            .unwrap_or_else(|| unreachable!("the checks reject the unknown handle `{name}`"))
    }

    /// Returns all methods of a handle: first those of the handles that it includes.
    pub fn methods_of<'a>(&'a self, handle: &'a Handle) -> Vec<&'a Method> {
        let included = handle.includes.iter();
        let mut methods: Vec<&Method> = included
            .flat_map(|name| self.methods_of(self.handle_named(name)))
            .collect();
        methods.extend(&handle.methods);
        methods
    }

    /// Returns the method with that name, of a handle or of one that it includes.
    pub fn method_of(&self, handle: &Name, method: &Name) -> Option<&Method> {
        let handle = self.handles.iter().find(|found| found.name == *handle)?;
        let methods = self.methods_of(handle);
        methods.into_iter().find(|found| found.name == *method)
    }

    /// Returns the methods that call an operation, with their handles.
    pub fn methods_that_reach<'a>(&'a self, operation: &'a Name) -> Vec<(&'a Handle, &'a Method)> {
        let all = self.handles.iter().flat_map(|handle| {
            let methods = handle.methods.iter();
            methods.map(move |method| (handle, method))
        });
        all.filter(|(_, method)| method.reaches.contains(operation))
            .collect()
    }
}

impl Operation {
    /// Returns the input with the name of the key whose handle calls the operation: the first key
    /// that must exist.
    pub fn own_key(&self) -> Option<&Name> {
        let mut keys = self.keys.iter();
        keys.find(|key| key.effect != Effect::Create && key.path.len() == 1)
            .map(|key| &key.input)
    }
}
