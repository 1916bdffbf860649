//! The form of the contract files: one struct a table. The JSON Schema for editors is made from
//! these, so their doc comments are what an editor shows.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// A table of named tables, in the order of the file.
pub type Map<T> = IndexMap<String, T>;

/// `protocol.toml`: the constants of the wire protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protocol {
    /// The protocol's name.
    pub name: String,
    /// What it is.
    pub doc: String,
    /// Its version.
    pub version: Version,
    /// Constants of the frame.
    pub frame: Frame,
    /// Bytes that a body and an authentication field may have unless configured otherwise.
    pub limits: Limits,
    /// The header's flags.
    pub flag: Map<Flag>,
    /// The numbers that are ours to give.
    pub extension: ExtensionRanges,
    /// The functional areas, in the order of the book.
    pub area: Map<Area>,
}

/// Version of the protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Major number.
    pub major: u8,
    /// Minor number.
    pub minor: u8,
}

/// Constants of the frame.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Frame {
    /// The number that every frame begins with.
    pub magic: u32,
    /// The value of the header's size field.
    pub header_size: u16,
    /// Bytes of the whole header.
    pub fixed_header_length: usize,
    /// The content type of protobuf.
    pub content_type_protobuf: u8,
}

/// Default limits, in bytes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Of a body.
    pub body: u32,
    /// Of an authentication field.
    pub auth: u16,
}

/// A bit of the header's flags.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// Its place, from the lowest.
    pub bit: u8,
    /// What setting it means.
    pub doc: String,
}

/// The numbers of our own range.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtensionRanges {
    /// The lowest opcode.
    pub first_opcode: u32,
    /// The highest opcode.
    pub last_opcode: u32,
    /// The lowest status.
    pub first_status: u16,
    /// The highest status.
    pub last_status: u16,
}

/// A functional area of the PSA Crypto API.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its heading.
    pub title: String,
    /// What belongs to it.
    pub doc: String,
}

/// `statuses.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// What callers branch on.
    pub kind: Map<Kind>,
    /// What a response says.
    pub status: Map<Status>,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// The same request fails again.
    Never,
    /// The same request may succeed later.
    Later,
    /// After connecting again.
    Reconnect,
}

/// An error kind: what a caller branches on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// When to try again.
    pub retry: Retry,
    /// When it happens.
    pub doc: String,
    /// The builtin exceptions that the Python class also derives from.
    #[serde(default)]
    pub python: Vec<String>,
}

/// A response status.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its number on the wire.
    pub number: u16,
    /// Its kind; only success has none.
    pub kind: Option<String>,
    /// Where it differs from the kind's.
    pub retry: Option<Retry>,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do next.
    pub next: String,
    /// The PSA error code that it carries.
    pub psa: Option<String>,
    /// Whether it is ours, and only for clients that set the extension flag.
    #[serde(default)]
    pub extension: bool,
    /// What other clients are told instead.
    pub fallback: Option<String>,
}

/// `providers.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Providers {
    /// The providers that have a number.
    pub provider: Map<Provider>,
}

/// A provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// Its number on the wire.
    pub id: u8,
    /// Its UUID, 36 characters.
    pub uuid: String,
    /// Its name for people.
    pub title: String,
    /// Who stands behind the technology.
    pub vendor: String,
    /// What it is.
    pub description: String,
    /// The provider of which it is one more, if the protocol does not have it itself.
    pub family: Option<String>,
    /// The name that the published service gives an instance by default.
    pub published_name: Option<String>,
    /// Its names in a configuration's `provider_type`.
    #[serde(default)]
    pub config: Vec<String>,
}

/// `authenticators.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticators {
    /// The authenticators that have a number.
    pub authenticator: Map<Authenticator>,
}

/// A way to say who is calling.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticator {
    /// Its number on the wire.
    pub id: u8,
    /// Its name for people.
    pub title: String,
    /// What it does and what its field holds.
    pub description: String,
    /// Its names in a configuration's `auth_type`.
    #[serde(default)]
    pub config: Vec<String>,
}

/// The form of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A builtin type with bounds and a name.
    Scalar,
    /// One of several numbers.
    Enum,
    /// Several fields together.
    Struct,
    /// One of several variants.
    Union,
}

/// A type that operations share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Type {
    /// Its form.
    pub form: Form,
    /// What it is.
    pub doc: String,
    /// The PSA type or macro family that it mirrors.
    pub psa: Option<String>,
    /// Scalars: the builtin type below.
    pub base: Option<String>,
    /// Scalars: the least length in bytes or the least value.
    pub min: Option<u64>,
    /// Scalars: the greatest length in bytes or the greatest value.
    pub max: Option<u64>,
    /// Enums: the name of 0, which no message may carry.
    pub zero: Option<String>,
    /// Enums: the values.
    #[serde(default)]
    pub value: Map<Value>,
    /// Structs: the fields.
    #[serde(default)]
    pub field: Map<Field>,
    /// Unions: the variants.
    #[serde(default)]
    pub variant: Map<Variant>,
}

/// A value of an enum.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Its number on the wire.
    pub number: u32,
    /// What it is.
    pub doc: String,
    /// The PSA constant that it mirrors.
    pub psa: Option<String>,
    /// Bytes of output, where that has a meaning.
    pub length: Option<u32>,
    /// Why new keys should not use it.
    pub deprecated: Option<String>,
    /// Whether the published type lacks it: strict clients fail on it.
    #[serde(default)]
    pub extension: bool,
}

/// A variant of a union: nothing, a value of a type, or fields of its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The protobuf field's number.
    pub field: u32,
    /// What it is.
    pub doc: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Its fields.
    #[serde(default)]
    pub inner: Map<Field>,
    /// Whether examples may write the value alone.
    #[serde(default)]
    pub shorthand: bool,
    /// The protobuf field's name where it isn't the variant's own.
    pub name: Option<String>,
    /// The PSA constant or macro that it mirrors.
    pub psa: Option<String>,
    /// Why new keys should not use it.
    pub deprecated: Option<String>,
    /// Whether the published type lacks it: strict clients fail on it.
    #[serde(default)]
    pub extension: bool,
}

/// An input, an output or a field of a struct.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The protobuf field's number.
    pub field: u32,
    /// Its type: builtin or from `types/`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What it means, with units and lengths.
    pub doc: String,
    /// Whether it is held in memory that is wiped, and never printed.
    #[serde(default)]
    pub secret: bool,
    /// Whether there may be any number of them.
    #[serde(default)]
    pub repeated: bool,
    /// Whether a struct or union may be missing.
    #[serde(default)]
    pub optional: bool,
    /// The least length in bytes, or the least value.
    pub min: Option<u64>,
    /// The greatest length in bytes, or the greatest value.
    pub max: Option<u64>,
    /// The exact length in bytes; of each, where there may be several.
    pub length: Option<Length>,
    /// How many there may be, at most.
    #[serde(rename = "max-items")]
    pub max_items: Option<u64>,
    /// What clients fill in.
    pub default: Option<ClientDefault>,
    /// Whether the response is as many bytes long as this number says.
    #[serde(default, rename = "response-length")]
    pub response_length: bool,
}

/// An exact length in bytes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Length {
    /// A number.
    Bytes(u64),
    /// A function of another input: `hash-length(alg)`.
    Function(String),
}

/// What clients fill in when the caller leaves an input out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientDefault {
    /// The algorithm that the key's policy permits.
    KeyPolicy,
    /// No bytes.
    Empty,
    /// A fresh random nonce of the length that the algorithm wants.
    RandomNonce,
}

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
    /// It goes on with one.
    Continue,
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
    /// How it appears on a client.
    pub client: Client,
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
    /// The input that holds the attributes of a new key.
    pub attributes: Option<String>,
    /// The input that says how long a new key lives.
    pub lifetime: Option<String>,
    /// Whether an empty name means none.
    #[serde(default)]
    pub optional: bool,
    /// Where the name lies if it is not an input of its own.
    pub path: Option<String>,
}

/// How an operation appears on a client.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The handle that has the method.
    pub handle: String,
    /// The method, in snake case.
    pub method: String,
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

/// `compat/published.toml`: numbers of the published protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Operations.
    pub operation: Map<PublishedOperation>,
    /// Types.
    #[serde(rename = "type")]
    pub types: Map<PublishedType>,
    /// Statuses.
    pub status: Map<u16>,
    /// Providers: number and UUID.
    pub provider: Map<(u8, String)>,
    /// Authenticators.
    pub authenticator: Map<u8>,
}

/// A published field: its number and its type on the wire.
pub type PublishedField = (u32, String);

/// A published operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedOperation {
    /// Its number.
    pub opcode: u32,
    /// Which kind of provider serves it.
    pub provider: ProviderKind,
    /// Who may call it.
    pub caller: Caller,
    /// Its inputs.
    #[serde(default)]
    pub input: Map<PublishedField>,
    /// Its outputs.
    #[serde(default)]
    pub output: Map<PublishedField>,
}

/// A published type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedType {
    /// Its form.
    pub form: Form,
    /// Values of an enum.
    #[serde(default)]
    pub values: Map<u32>,
    /// Fields of a struct.
    #[serde(default)]
    pub fields: Map<PublishedField>,
    /// Variants of a union.
    #[serde(default)]
    pub variants: Map<PublishedField>,
    /// Fields of variants.
    #[serde(default)]
    pub inner: Map<Map<PublishedField>>,
}
