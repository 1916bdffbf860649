//! `operations/*.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Field, Map};

/// Which kind of provider serves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// The service itself.
    Core,
    /// A provider that holds keys.
    Crypto,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// Everyone who reaches the socket.
    Anyone,
    /// An application that says who it is.
    Application,
    /// An application that the configuration names as administrator.
    Administrator,
}

/// To whom `list_opcodes` shows an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Listed {
    /// To every client.
    #[default]
    Everyone,
    /// To clients that set the extension flag.
    Extensions,
}

/// Who does the work of an operation that a provider is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Handler {
    /// The provider: a method of its trait.
    #[default]
    Provider,
    /// The service, for every provider: a method of its call.
    Service,
}

/// What an operation has to do with data that comes in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// It begins a stream, whose number is its output.
    Begin,
    /// It continues one.
    Continue,
    /// It ends one, with its result.
    End,
}

/// How many right answers one call of an operation has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// One of several, or another each time.
    #[default]
    Varies,
    /// The one that follows from the inputs.
    Fixed,
    /// One where the algorithm among the inputs is `deterministic`, and several otherwise.
    ByAlgorithm,
}

/// What happens to a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It must exist and stays as it is.
    #[default]
    Use,
    /// It comes into being.
    Create,
    /// It must exist and is gone afterwards.
    Destroy,
}

/// `operations/NAME.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// What it does, in one sentence.
    pub summary: String,
    /// Further paragraphs, in Markdown.
    pub doc: Option<String>,
    /// Its number on the wire.
    pub opcode: u32,
    /// The functional area.
    pub area: String,
    /// The PSA function that it mirrors.
    pub psa: Option<String>,
    /// The version of the protocol that has it, or `ext`.
    pub since: String,
    /// Which kind of provider serves it.
    pub provider: ProviderKind,
    /// Who may call it.
    pub caller: Caller,
    /// To whom it is listed.
    #[serde(default)]
    pub listed: Listed,
    /// Who does the work.
    #[serde(default)]
    pub handler: Handler,
    /// What it has to do with data that comes in pieces.
    pub stream: Option<Stream>,
    /// The operations that may end the stream that it begins: its direction.
    #[serde(default, rename = "ends-with")]
    pub ends_with: Vec<String>,
    /// Whether its outputs follow from its inputs.
    #[serde(default)]
    pub answer: Answer,
    /// Its inputs, by the protobuf field's name.
    #[serde(default)]
    pub input: Map<Field>,
    /// Its outputs, by the protobuf field's name.
    #[serde(default)]
    pub output: Map<Field>,
    /// What happens to the keys that its inputs name.
    #[serde(default)]
    pub key: Map<KeyRule>,
    /// The statuses it answers beyond the common ones, and why.
    #[serde(default)]
    pub status: Map<String>,
    /// Why no handle of `handles/*.toml` has a method for it, so that only the raw layer of clients has it.
    #[serde(rename = "raw-only")]
    pub raw_only: Option<String>,
    /// Calls with real values.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// What happens to a key, and what its policy must permit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRule {
    /// What happens to it.
    #[serde(default)]
    pub effect: Effect,
    /// The policy must have at least one of these flags.
    #[serde(default)]
    pub usage: Vec<String>,
    /// The input that must match the policy's algorithm.
    pub algorithm: Option<String>,
    /// The input, a key agreement, whose derivation function the policy must permit.
    pub derivation: Option<String>,
    /// The input that holds the attributes of a new key.
    pub attributes: Option<String>,
    /// The input that says how long a new key lives.
    pub lifetime: Option<String>,
    /// The input that names the key of which a new key is a copy: the copy ends with it at the latest.
    #[serde(rename = "copy-of")]
    pub copy_of: Option<String>,
    /// Whether an empty name means none.
    #[serde(default)]
    pub optional: bool,
    /// Where the name lies if it is not an input of its own.
    pub path: Option<String>,
}

/// A call with real values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
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
