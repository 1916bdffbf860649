//! The classes of the clients: handles of the client, of keys and of streams.

use std::collections::BTreeMap;

use super::value::read_value;
use super::{Effect, Model, Name, Operation, TypeRef, Value};
use crate::read::raw::{self, HandleForm, HasPublicKey, Language};

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
    /// A call with real values.
    pub example: Option<MethodExample>,
    names: BTreeMap<Language, String>,
    order: BTreeMap<Language, Vec<String>>,
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
    /// The input of the operation that receives it.
    pub input: Name,
    /// Another type that languages accept in its place.
    pub also: Option<ValueType>,
    names: BTreeMap<Language, String>,
    default: BTreeMap<Language, String>,
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
        let Some(order) = self.order.get(&language) else {
            return self.arguments.iter().collect();
        };
        let place = |argument: &&Argument| {
            let name = argument.name.as_written();
            order.iter().position(|written| written == name)
        };
        let mut arguments: Vec<&Argument> = self.arguments.iter().collect();
        arguments.sort_by_key(place);
        arguments
    }

    /// Returns the file in which it is written by hand for a language.
    pub fn by_hand_in(&self, language: Language) -> Option<&str> {
        self.by_hand.get(&language).map(String::as_str)
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

/// Resolves the handles, which have passed the checks.
pub(super) fn resolve(model: &Model, files: &[crate::read::HandleFile]) -> Vec<Handle> {
    files
        .iter()
        .map(|file| {
            let raw = &file.handle;
            Handle {
                name: Name::new(&file.name),
                file: file.file.clone(),
                summary: raw.summary.clone(),
                doc: raw.doc.clone(),
                form: raw.form,
                role: raw.role.as_ref().map(Name::new),
                includes: raw.includes.iter().map(Name::new).collect(),
                example_key: raw.example_key.as_ref().map(Name::new),
                public_key: raw.public_key,
                names: owned(&raw.names),
                by_hand: owned(&raw.by_hand),
                methods: raw
                    .method
                    .iter()
                    .map(|(name, method)| resolve_method(model, files, file, name, method))
                    .collect(),
                extends: owned(&raw.extends),
            }
        })
        .collect()
}

fn owned(map: &raw::LanguageMap<String>) -> BTreeMap<Language, String> {
    let entries = map.iter();
    entries
        .map(|(language, text)| (*language, text.clone()))
        .collect()
}

fn resolve_method(
    model: &Model,
    files: &[crate::read::HandleFile],
    file: &crate::read::HandleFile,
    name: &str,
    raw: &raw::Method,
) -> Method {
    let does = does(name, &raw.does)
        .unwrap_or_else(|| unreachable!("the checks reject the invalid function `{}`", raw.does));
    let mut reaches: Vec<Name> = raw.reaches.iter().map(Name::new).collect();
    if let Does::Operation(operation) = &does {
        reaches.push(operation.clone());
    }
    Method {
        name: Name::new(name),
        summary: raw.summary.clone(),
        doc: raw.doc.clone(),
        does,
        reaches,
        returns: raw.returns.as_deref().and_then(ValueType::read),
        returns_doc: raw.returns_doc.clone(),
        verdict: raw.verdict,
        consumes: raw.consumes,
        changes: raw.changes,
        errors: raw
            .error
            .iter()
            .map(|(kind, when)| (Name::new(kind), when.clone()))
            .collect(),
        arguments: raw
            .argument
            .iter()
            .map(|(name, argument)| Argument {
                name: Name::new(name),
                value_type: ValueType::read(&argument.type_name).unwrap_or(ValueType::Bytes),
                doc: argument.doc.clone(),
                optional: argument.optional.clone(),
                named: argument.named,
                stream: argument.stream,
                input: Name::new(argument.input.as_deref().unwrap_or(name)),
                also: argument.also.as_deref().and_then(ValueType::read),
                names: owned(&argument.names),
                default: owned(&argument.default),
                named_in: argument.named_in.clone(),
            })
            .collect(),
        rust_with: raw.rust_with.clone(),
        rust_feature: raw.rust_feature.clone(),
        example: raw
            .example
            .as_ref()
            .map(|example| resolve_example(model, files, file, raw, example)),
        names: owned(&raw.names),
        order: raw
            .order
            .iter()
            .map(|(language, order)| (*language, order.clone()))
            .collect(),
        options: owned(&raw.options),
        by_hand: owned(&raw.by_hand),
        without: owned(&raw.without),
    }
}

fn resolve_example(
    model: &Model,
    files: &[crate::read::HandleFile],
    file: &crate::read::HandleFile,
    method: &raw::Method,
    raw: &raw::MethodExample,
) -> MethodExample {
    let gives = raw.gives.as_ref().and_then(|gives| match &gives.value {
        Some(value) => {
            let returned = ValueType::read(method.returns.as_deref()?)?;
            read_example(model, &returned, value).ok().map(Gives::Value)
        }
        None => gives.length.map(Gives::Length),
    });
    MethodExample {
        before: example_calls(files, file, raw)
            .into_iter()
            .zip(&raw.before)
            .map(|(found, call)| ExampleCall {
                result: Name::new(&call.result),
                on: call.on.as_ref().map(Name::new),
                handle: Name::new(found.map_or("", |(handle, _)| handle.name.as_str())),
                method: Name::new(&call.call),
                arguments: found
                    .map(|(_, method)| example_arguments(model, method, &call.with))
                    .unwrap_or_default(),
            })
            .collect(),
        arguments: example_arguments(model, method, &raw.with),
        provider: raw.provider.as_ref().map(Name::new),
        gives,
        cli: raw.cli.clone(),
        not_run: raw.not_run.clone(),
    }
}

fn example_arguments(
    model: &Model,
    method: &raw::Method,
    with: &toml::Table,
) -> Vec<(Name, ExampleValue)> {
    let arguments = method.argument.iter();
    arguments
        .filter_map(|(name, argument)| {
            let value_type = ValueType::read(&argument.type_name)?;
            let value = read_example(model, &value_type, with.get(name)?).ok()?;
            Some((Name::new(name), value))
        })
        .collect()
}

type FoundMethod<'a> = (&'a crate::read::HandleFile, &'a raw::Method);

/// Returns the methods of the calls before an example, if they exist.
pub(crate) fn example_calls<'a>(
    files: &'a [crate::read::HandleFile],
    own: &'a crate::read::HandleFile,
    example: &raw::MethodExample,
) -> Vec<Option<FoundMethod<'a>>> {
    let named = |name: &str| files.iter().find(|file| file.name == name);
    let own = own
        .handle
        .example_handle
        .as_deref()
        .and_then(named)
        .unwrap_or(own);
    let mut results: BTreeMap<&str, Option<&crate::read::HandleFile>> = BTreeMap::new();
    let mut found = Vec::new();
    for call in &example.before {
        let on = match call.on.as_deref() {
            None => Some(own),
            Some("client") => named("client"),
            Some(result) => results.get(result).copied().flatten(),
        };
        let method = on.and_then(|on| find_method(files, on, &call.call));
        let returned = method.and_then(|(_, method)| {
            let returned = ValueType::read(method.returns.as_deref()?)?;
            match returned {
                ValueType::SelfHandle => on,
                ValueType::Handle(name) => named(name.as_written()),
                ValueType::KeyOfSpec => spec_handle(files, &call.with),
                _ => None,
            }
        });
        results.insert(&call.result, returned);
        found.push(method);
    }
    found
}

/// Returns the handle of the kind of key that a call names.
fn spec_handle<'a>(
    files: &'a [crate::read::HandleFile],
    with: &toml::Table,
) -> Option<&'a crate::read::HandleFile> {
    let kind = with.get("spec")?.get("kind")?.as_str()?;
    files
        .iter()
        .find(|file| file.handle.example_key.as_deref() == Some(kind))
}

/// Returns the method with that name, of a handle or of one that it includes.
pub(crate) fn find_method<'a>(
    files: &'a [crate::read::HandleFile],
    on: &'a crate::read::HandleFile,
    name: &str,
) -> Option<FoundMethod<'a>> {
    if let Some(method) = on.handle.method.get(name) {
        return Some((on, method));
    }
    let mut included = on.handle.includes.iter();
    included.find_map(|included| {
        let file = files.iter().find(|file| file.name == *included)?;
        find_method(files, file, name)
    })
}

/// Parses the function behind a method.
pub(crate) fn does(method: &str, written: &str) -> Option<Does> {
    match written.split_once(' ') {
        None if written == "core" => Some(Does::Core(method.to_owned())),
        Some(("core", name)) => Some(Does::Core(name.to_owned())),
        Some(("operation", name)) => Some(Does::Operation(Name::new(name))),
        _ => None,
    }
}

/// Reads the value of an argument or a result of that type in an example.
///
/// # Errors
///
/// The reason why the value does not have that type.
pub(crate) fn read_example(
    model: &Model,
    value_type: &ValueType,
    value: &toml::Value,
) -> Result<ExampleValue, String> {
    if let Some(result) = value.get("result") {
        let name = result.as_str().ok_or("`result` is the name of a call")?;
        return Ok(ExampleValue::Result(Name::new(name)));
    }
    let text = || value.as_str().map(str::to_owned);
    match value_type {
        ValueType::List(item) => {
            let items = value.as_array().ok_or("expected an array")?;
            let items = items.iter().map(|value| read_example(model, item, value));
            items.collect::<Result<_, _>>().map(ExampleValue::List)
        }
        ValueType::Optional(item) => read_example(model, item, value),
        ValueType::Bytes | ValueType::Secret => read_bytes(value),
        ValueType::Number | ValueType::Size | ValueType::Count | ValueType::Duration => value
            .as_integer()
            .and_then(|number| u64::try_from(number).ok())
            .map(ExampleValue::Number)
            .ok_or_else(|| "expected a non-negative number".to_owned()),
        ValueType::Flag => value
            .as_bool()
            .map(ExampleValue::Flag)
            .ok_or_else(|| "expected true or false".to_owned()),
        ValueType::Spec => {
            let kind = value.get("kind").and_then(toml::Value::as_str);
            let kind = kind.ok_or("write a kind of key as { kind = \"ecdsa-p256\" }")?;
            Ok(ExampleValue::Kind {
                kind: Name::new(kind),
                exportable: value
                    .get("exportable")
                    .and_then(toml::Value::as_bool)
                    .unwrap_or_default(),
            })
        }
        ValueType::Named(name) => {
            let type_ref = TypeRef::Named(name.clone());
            read_value(model, &type_ref, value)
                .map(ExampleValue::Value)
                .map_err(|(_, why)| why)
        }
        _ => text()
            .map(ExampleValue::Text)
            .ok_or_else(|| "expected a string or { result = NAME }".to_owned()),
    }
}

fn read_bytes(value: &toml::Value) -> Result<ExampleValue, String> {
    if let Some(text) = value.as_str() {
        return Ok(ExampleValue::TextBytes(text.to_owned()));
    }
    let digits = value.get("hex").and_then(toml::Value::as_str);
    let digits = digits.ok_or("write bytes as \"hello\" or { hex = \"00ff\" }")?;
    hex::decode(digits)
        .map(ExampleValue::Bytes)
        .map_err(|error| format!("invalid hex: {error}"))
}
