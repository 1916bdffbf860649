//! `handles/*.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Map;

/// `handles/NAME.toml`: a class that clients have, in every language.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handle {
    /// A short description: a noun phrase as one sentence.
    pub summary: String,
    /// Further paragraphs, in Markdown.
    pub doc: Option<String>,
    /// The kind of objects of the class.
    pub form: HandleForm,
    /// The role of its keys, a role of `key_kinds.toml` or `verifying`.
    pub role: Option<String>,
    /// Handles whose methods it includes, by their file names.
    #[serde(default)]
    pub includes: Vec<String>,
    /// The kind of key that the examples use.
    #[serde(rename = "example-key")]
    pub example_key: Option<String>,
    /// The handle of the key that the examples use, if not this one: one that includes it.
    #[serde(rename = "example-handle")]
    pub example_handle: Option<String>,
    /// Its base class in a language, written by hand: `MODULE.CLASS`.
    #[serde(default)]
    pub extends: LanguageMap<String>,
    /// Whether its keys have a public key that clients show.
    #[serde(rename = "public-key")]
    pub public_key: Option<HasPublicKey>,
    /// The name of the class in a language that has another word for it.
    #[serde(default)]
    pub names: LanguageMap<String>,
    /// Languages in which a class by hand extends the generated one, and the file.
    #[serde(default, rename = "by-hand")]
    pub by_hand: LanguageMap<String>,
    /// Its methods, by name, in snake case.
    #[serde(default)]
    pub method: Map<Method>,
}

/// The kind of objects of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandleForm {
    /// A connection to the service.
    Client,
    /// A connection to the service, used by an administrator.
    Administrator,
    /// A key in the service.
    Key,
    /// A stream: data that is processed in several requests.
    Stream,
}

/// Which keys of a handle have a public key that clients show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HasPublicKey {
    /// All of them.
    All,
    /// Those whose public key has a form that the clients know.
    Some,
}

/// A language with these classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Rust, async and blocking.
    Rust,
    /// Python, with and without asyncio.
    Python,
    /// Node.js, in TypeScript.
    Node,
    /// Kotlin and Java.
    Kotlin,
    /// Swift.
    Swift,
    /// The command line.
    Cli,
}

/// A method of a handle.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// A short description, in one sentence: "Signs a message."
    pub summary: String,
    /// Further paragraphs, in Markdown.
    pub doc: Option<String>,
    /// `core`, `core NAME` or `operation NAME`. `core`: the function of the Rust core with the
    /// method's name or with NAME, which takes the arguments in their order. `operation`: one
    /// operation, whose inputs are the arguments of the same names.
    pub does: String,
    /// The operations that its function of the core calls.
    #[serde(default)]
    pub reaches: Vec<String>,
    /// The type of the result, if there is one.
    pub returns: Option<String>,
    /// A description of the result: "The signature …".
    #[serde(rename = "returns-doc")]
    pub returns_doc: Option<String>,
    /// Whether it verifies something: a mismatch is an error in Rust and Python, and `false`
    /// elsewhere.
    #[serde(default)]
    pub verdict: bool,
    /// Whether it consumes the handle.
    #[serde(default)]
    pub consumes: bool,
    /// Whether it changes the state of the service.
    #[serde(default)]
    pub changes: bool,
    /// The errors that callers handle, by their kind, and when they occur.
    #[serde(default)]
    pub error: Map<String>,
    /// Its arguments, in the default order.
    #[serde(default)]
    pub argument: Map<Argument>,
    /// Its name in a language that uses another one.
    #[serde(default)]
    pub names: LanguageMap<String>,
    /// The order of its arguments in a language that uses another one.
    #[serde(default)]
    pub order: LanguageMap<Vec<String>>,
    /// The type of its result, or of each item of a list, in a language that has one by hand
    /// instead of the usual one.
    #[serde(default)]
    pub result: LanguageMap<String>,
    /// The type of its options, in a language that has an object of them, if it is shared or has another name.
    #[serde(default)]
    pub options: LanguageMap<String>,
    /// In Rust: the name of the variant with the optional arguments, which come before the others.
    #[serde(rename = "rust-with")]
    pub rust_with: Option<String>,
    /// The Cargo feature of the Rust client that enables it.
    #[serde(rename = "rust-feature")]
    pub rust_feature: Option<String>,
    /// The function of the command line that prints the result for people and as JSON, in
    /// `clients/cli/src/printers`: `keys::deleted`. It receives the result; without a result, the
    /// session, and the name of the key or the arguments. Omit it for the usual form of the type.
    pub printer: Option<String>,
    /// Whether the command line asks for confirmation, because the call cannot be undone.
    #[serde(default)]
    pub confirm: bool,
    /// Languages in which it is written by hand, with the file.
    #[serde(default, rename = "by-hand")]
    pub by_hand: LanguageMap<String>,
    /// Languages that lack it, with the reason.
    #[serde(default)]
    pub without: LanguageMap<String>,
    /// A call with real values.
    pub example: Option<MethodExample>,
}

/// Values by language.
pub type LanguageMap<T> = indexmap::IndexMap<Language, T>;

/// An argument of a method.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Its type: `bytes`, `secret`, `text`, `key-name`, `number` (32 bits), `size` (64 bits),
    /// `count` (a length in memory), `flag`, `hash`, `duration`, `provider`, `signature`,
    /// `public-key`, `private-key`, `spec`, `key`, a type of `types/*.toml`, or a `list(…)` of one
    /// of them.
    #[serde(rename = "type")]
    pub type_name: String,
    /// A description.
    pub doc: String,
    /// The default, if the argument is optional: "the key's own".
    pub optional: Option<String>,
    /// Whether languages with named arguments require its name.
    #[serde(default)]
    pub named: bool,
    /// Whether it can also be a file or a stream, in the form of each language.
    #[serde(default)]
    pub stream: bool,
    /// The input of the operation that receives it, if it has another name.
    pub input: Option<String>,
    /// Its name in a language that uses another one.
    #[serde(default)]
    pub names: LanguageMap<String>,
    /// The value that applies without it in a language whose callers may omit it, such as a kind of
    /// key or a hash function.
    #[serde(default)]
    pub default: LanguageMap<String>,
    /// Its type in a language that has one by hand instead of the usual one.
    #[serde(default)]
    pub types: LanguageMap<String>,
    /// Another type that languages accept in its place: `key` (a handle, for the name of a key) or
    /// `public-key` (for its bytes).
    pub also: Option<String>,
    /// Whether the command line reads it from a file or from standard input. A `stream` always is.
    #[serde(default)]
    pub file: bool,
    /// Languages that ask for its name, unlike others.
    #[serde(default, rename = "named-in")]
    pub named_in: Vec<Language>,
}

/// A call with real values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MethodExample {
    /// Calls before it, whose results it uses.
    #[serde(default)]
    pub before: Vec<ExampleCall>,
    /// Its arguments, by name.
    #[serde(default)]
    #[schemars(with = "Map<serde_json::Value>")]
    pub with: toml::Table,
    /// The provider that it requires, if not all support it.
    pub provider: Option<String>,
    /// The expected result, if it is known: a length in bytes or the value itself.
    pub gives: Option<Gives>,
    /// Equivalent shell commands, for a method that is written by hand for the command line.
    #[serde(default)]
    pub cli: Vec<String>,
    /// The reason why tests do not run it.
    #[serde(rename = "not-run")]
    pub not_run: Option<String>,
}

/// A call before the main call of an example.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleCall {
    /// The name of its result; arguments of later calls write `{ result = NAME }`.
    pub result: String,
    /// The object that is called, if it is not the main object of the example: `client`, or the
    /// result of an earlier call.
    pub on: Option<String>,
    /// The method.
    pub call: String,
    /// Its arguments, by name.
    #[serde(default)]
    #[schemars(with = "Map<serde_json::Value>")]
    pub with: toml::Table,
}

/// The expected result of an example.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gives {
    /// The number of bytes, or of items.
    pub length: Option<usize>,
    /// This value, written like an argument.
    #[schemars(with = "Option<serde_json::Value>")]
    pub value: Option<toml::Value>,
}
