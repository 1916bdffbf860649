//! `operations/*.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Field, Map};

/// The kind of provider that serves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// The service itself.
    Core,
    /// A provider that holds keys.
    Crypto,
}

/// The callers that may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// Any process that can connect to the socket.
    Anyone,
    /// An authenticated application.
    Application,
    /// An application that the configuration lists as an administrator.
    Administrator,
}

/// The clients for which `list_opcodes` contains an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Listed {
    /// All clients.
    #[default]
    Everyone,
    /// Clients that set the extension flag.
    Extensions,
}

/// Whether the provider or the service executes an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Handler {
    /// The provider: a method of its trait.
    #[default]
    Provider,
    /// The service, for every provider: a method of `Call`.
    Service,
}

/// The part of an operation in a stream, which processes data in several requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// Begins a stream and returns its number.
    Begin,
    /// Continues a stream.
    Continue,
    /// Ends a stream and returns the result.
    End,
}

/// Whether the outputs of an operation are determined by its inputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Several outputs are correct.
    #[default]
    Varies,
    /// The inputs determine the outputs.
    Fixed,
    /// The inputs determine the outputs if the algorithm among them is `deterministic`.
    ByAlgorithm,
}

/// The effect of an operation on a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The key must exist and is not changed.
    #[default]
    Use,
    /// The operation creates the key.
    Create,
    /// The key must exist, and the operation destroys it.
    Destroy,
}

/// `operations/NAME.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// A short description, in one sentence.
    pub summary: String,
    /// Further paragraphs, in Markdown.
    pub doc: Option<String>,
    /// Its number in the wire protocol.
    pub opcode: u32,
    /// The functional area.
    pub area: String,
    /// The PSA function that it mirrors.
    pub psa: Option<String>,
    /// The version of the protocol that introduced it, or `ext`.
    pub since: String,
    /// The kind of provider that serves it.
    pub provider: ProviderKind,
    /// The callers that may use it.
    pub caller: Caller,
    /// The clients for which `list_opcodes` contains it.
    #[serde(default)]
    pub listed: Listed,
    /// Whether the provider or the service executes it.
    #[serde(default)]
    pub handler: Handler,
    /// Its part in a stream, if it has one.
    pub stream: Option<Stream>,
    /// The operations that can end the stream that it begins: its direction.
    #[serde(default, rename = "ends-with")]
    pub ends_with: Vec<String>,
    /// Whether its outputs are determined by its inputs.
    #[serde(default)]
    pub answer: Answer,
    /// Its inputs, by the name of the protobuf field.
    #[serde(default)]
    pub input: Map<Field>,
    /// Its outputs, by the name of the protobuf field.
    #[serde(default)]
    pub output: Map<Field>,
    /// The rules about the keys that its inputs name.
    #[serde(default)]
    pub key: Map<KeyRule>,
    /// The statuses that it returns in addition to the common ones, with their reasons.
    #[serde(default)]
    pub status: Map<String>,
    /// Statuses that clients report like another one: with the kind, the text and the advice of that.
    #[serde(default, rename = "reported-as")]
    pub reported_as: Map<String>,
    /// The reason why no handle of `handles/*.toml` has a method for it, so that only the raw layer
    /// of clients has it.
    #[serde(rename = "raw-only")]
    pub raw_only: Option<String>,
    /// Calls with real values.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// The effect on a key, and the requirements for its policy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRule {
    /// The effect on the key.
    #[serde(default)]
    pub effect: Effect,
    /// The policy must have at least one of these flags.
    #[serde(default)]
    pub usage: Vec<String>,
    /// The input with the algorithm that the policy must permit.
    pub algorithm: Option<String>,
    /// The input with the key agreement whose derivation function the policy must permit.
    pub derivation: Option<String>,
    /// The input with the attributes of a new key.
    pub attributes: Option<String>,
    /// The input with the lifetime of a new key.
    pub lifetime: Option<String>,
    /// The input with the name of the key that a new key is a copy of. The lifetime of the copy
    /// ends no later than that of the original.
    #[serde(rename = "copy-of")]
    pub copy_of: Option<String>,
    /// Whether the key is optional: an empty name means no key.
    #[serde(default)]
    pub optional: bool,
    /// The path to the name of the key, if the name is not an input itself.
    pub path: Option<String>,
}

/// A call with real values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The title.
    pub title: String,
    /// Inputs.
    #[serde(default)]
    #[schemars(with = "Map<serde_json::Value>")]
    pub input: toml::Table,
    /// Outputs.
    #[serde(default)]
    #[schemars(with = "Map<serde_json::Value>")]
    pub output: toml::Table,
}
