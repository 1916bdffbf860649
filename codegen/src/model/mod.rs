//! The resolved model, which is the input of all emitters. All names in it are resolved, and all
//! rules are complete.

mod handles;
mod key_kinds;
mod key_options;
mod names;
mod queries;
mod resolve;
mod value;

pub use handles::{
    Argument, Does, ExampleCall, ExampleValue, Gives, Handle, Method, MethodExample, ValueType,
};
pub(crate) use handles::{does, example_calls, read_example};
pub(crate) use key_kinds::attributes as key_attributes;
pub use key_kinds::{KeyKind, Preset, Role};
pub use key_options::{Choice, ChoiceValue, Family, KeyOption, OptionType};
pub use names::{Name, rust_ident};
pub use resolve::resolve;
pub(crate) use resolve::{length_call, steps, without_examples};
pub(crate) use value::read_fields;
pub use value::{Bytes, Value};

pub use crate::read::raw::{
    Answer, Caller, ClientDefault, Effect, HandleForm, Handler, HasPublicKey, Language, Listed,
    ProviderKind, Retry, Stream,
};

/// The content of the contracts, resolved.
#[derive(Debug)]
pub struct Model {
    /// Constants of the protocol.
    pub protocol: Protocol,
    /// Functional areas with operations, in the order of the book.
    pub areas: Vec<Area>,
    /// Error kinds, in the order of the file.
    pub kinds: Vec<Kind>,
    /// Statuses, by number.
    pub statuses: Vec<Status>,
    /// Providers, by number.
    pub providers: Vec<Provider>,
    /// Authenticators, by number.
    pub authenticators: Vec<Authenticator>,
    /// Roles of keys, in the order of the file.
    pub roles: Vec<Role>,
    /// Kinds of keys, in the order of the file.
    pub key_kinds: Vec<KeyKind>,
    /// Options of new keys, in the order of the file.
    pub key_options: Vec<KeyOption>,
    /// Enumerations of options, in the order of the file.
    pub choices: Vec<Choice>,
    /// Families of kinds, in the order of the file.
    pub families: Vec<Family>,
    /// Types, by file.
    pub modules: Vec<Module>,
    /// Operations, by number.
    pub operations: Vec<Operation>,
    /// The classes of the clients, by file name.
    pub handles: Vec<Handle>,
}

/// Constants of the protocol.
#[derive(Debug)]
pub struct Protocol {
    /// Major and minor version.
    pub version: (u8, u8),
    /// The magic number at the beginning of every frame.
    pub magic: u32,
    /// The value of the size field of the header.
    pub header_size: u16,
    /// The length of the whole header in bytes.
    pub fixed_header_length: usize,
    /// The content type of protobuf.
    pub content_type_protobuf: u8,
    /// The default of the greatest length of a body in bytes.
    pub body_limit: u32,
    /// The greatest length of an authentication field in bytes.
    pub auth_limit: u16,
    /// The flags of the header: name, bit, documentation.
    pub flags: Vec<(Name, u8, String)>,
}

/// A functional area.
#[derive(Debug)]
pub struct Area {
    /// Its name.
    pub name: Name,
    /// Its heading.
    pub title: String,
    /// A description of its operations.
    pub doc: String,
}

/// An error kind.
#[derive(Debug)]
pub struct Kind {
    /// Its name.
    pub name: Name,
    /// Whether a retry can succeed.
    pub retry: Retry,
    /// A description of the condition.
    pub doc: String,
    /// Builtin base classes of the exception in Python.
    pub python: Vec<String>,
}

/// A response status.
#[derive(Debug)]
pub struct Status {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub number: u16,
    /// The name of its kind. Success has no kind.
    pub kind: Option<Name>,
    /// Whether a retry can succeed.
    pub retry: Retry,
    /// A description of the status.
    pub message: String,
    /// The recommended next step.
    pub next: String,
    /// The PSA error code.
    pub psa: Option<String>,
    /// The status for clients without the extension flag. For a published status, the status
    /// itself.
    pub fallback: Name,
    /// Whether it is an extension of the published protocol.
    pub extension: bool,
}

/// A provider.
#[derive(Debug)]
pub struct Provider {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub id: u8,
    /// Its UUID.
    pub uuid: String,
    /// Its display name.
    pub title: String,
    /// The vendor of the technology.
    pub vendor: String,
    /// A description.
    pub description: String,
    /// The published provider of the same family; otherwise the provider itself.
    pub family: Name,
    /// The name of an instance in the published service.
    pub published_name: Option<String>,
    /// Its names in the configuration.
    pub config: Vec<String>,
}

/// An authenticator.
#[derive(Debug)]
pub struct Authenticator {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub id: u8,
    /// Its display name.
    pub title: String,
    /// A description.
    pub description: String,
    /// Its names in the configuration.
    pub config: Vec<String>,
}

/// A file of types.
#[derive(Debug)]
pub struct Module {
    /// The name of the file without its extension: the protobuf package below `parsec`.
    pub name: Name,
    /// Its types.
    pub types: Vec<Type>,
}

/// A type that operations share.
#[derive(Debug)]
pub struct Type {
    /// Its name.
    pub name: Name,
    /// The module that holds it.
    pub module: Name,
    /// A description.
    pub doc: String,
    /// The PSA type that it mirrors.
    pub psa: Option<String>,
    /// The structure of the type.
    pub form: Form,
}

/// The structure of a type.
#[derive(Debug)]
pub enum Form {
    /// A builtin type with bounds.
    Scalar(TypeRef, Bounds),
    /// Numbers with names.
    Enum(Enum),
    /// Fields.
    Struct(Vec<Field>),
    /// One of several variants.
    Union(Vec<Variant>),
}

/// An enum.
#[derive(Debug)]
pub struct Enum {
    /// The name of 0, if messages must not contain it.
    pub zero: Option<Name>,
    /// Its values, by number.
    pub values: Vec<EnumValue>,
}

/// A value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub number: u32,
    /// A description.
    pub doc: String,
    /// The PSA constant.
    pub psa: Option<String>,
    /// The length of the output in bytes.
    pub length: Option<u32>,
    /// The reason why it is deprecated for new keys.
    pub deprecated: Option<String>,
    /// Sizes in bits that are deprecated for new keys.
    pub deprecated_bits: Vec<u32>,
    /// Whether it is an extension of the published type.
    pub extension: bool,
}

/// A variant of a union.
#[derive(Debug)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// The protobuf field's name.
    pub proto_name: String,
    /// The protobuf field's number.
    pub number: u32,
    /// A description.
    pub doc: String,
    /// The PSA constant.
    pub psa: Option<String>,
    /// Its content.
    pub payload: Payload,
    /// Whether examples can omit the name of the variant.
    pub shorthand: bool,
    /// The reason why it is deprecated for new keys.
    pub deprecated: Option<String>,
    /// Whether the same inputs always produce the same output.
    pub deterministic: bool,
    /// Whether it is an extension of the published type.
    pub extension: bool,
}

/// The content of a variant.
#[derive(Debug)]
pub enum Payload {
    /// Nothing.
    Empty,
    /// A value of another type.
    Value(TypeRef),
    /// The fields of the variant.
    Fields(Vec<Field>),
}

/// A reference to a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeRef {
    /// `bool`.
    Bool,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
    /// `string`.
    String,
    /// `bytes`.
    Bytes,
    /// A type of the contracts.
    Named(Name),
}

/// An input, an output or a field.
#[derive(Debug)]
pub struct Field {
    /// The protobuf field's name.
    pub name: Name,
    /// The protobuf field's number.
    pub number: u32,
    /// Its type.
    pub type_ref: TypeRef,
    /// A description.
    pub doc: String,
    /// Whether it is secret: zeroized on drop.
    pub secret: bool,
    /// Whether it is an array.
    pub repeated: bool,
    /// Whether it is optional.
    pub optional: bool,
    /// The bounds of its length or value.
    pub bounds: Bounds,
    /// The default in clients.
    pub default: Option<ClientDefault>,
    /// Whether the value is the length of the response in bytes.
    pub response_length: bool,
}

/// The bounds of a length in bytes, or of a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The minimum.
    pub min: Option<u64>,
    /// The maximum.
    pub max: Option<u64>,
    /// The exact length.
    pub length: Option<u64>,
    /// The exact length as a function of another input: the function and the input.
    pub length_of: Option<(String, Name)>,
    /// The maximum number of items.
    pub max_items: Option<u64>,
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name.
    pub name: Name,
    /// The file that defines it.
    pub file: String,
    /// A description.
    pub summary: String,
    /// Further paragraphs.
    pub doc: Option<String>,
    /// Its number.
    pub opcode: u32,
    /// Its area's name.
    pub area: Name,
    /// The PSA function.
    pub psa: Option<String>,
    /// The version of the protocol that introduced it, or `ext`.
    pub since: String,
    /// The kind of provider that serves it.
    pub provider: ProviderKind,
    /// The callers that may use it.
    pub caller: Caller,
    /// The clients for which `list_opcodes` contains it.
    pub listed: Listed,
    /// Whether the provider or the service executes it.
    pub handler: Handler,
    /// Its part in a stream, if it has one.
    pub stream: Option<Stream>,
    /// The operations that can end the stream that it begins.
    pub ends_with: Vec<Name>,
    /// Whether its outputs are determined by its inputs.
    pub answer: Answer,
    /// Its inputs, by number.
    pub inputs: Vec<Field>,
    /// Its outputs, by number.
    pub outputs: Vec<Field>,
    /// The rules about keys, in the order of the file.
    pub keys: Vec<KeyRule>,
    /// Statuses, with their reasons.
    pub statuses: Vec<(Name, String)>,
    /// Statuses that clients report like another one.
    pub reported_as: Vec<(Name, Name)>,
    /// The reason why no handle has a method for it.
    pub raw_only: Option<String>,
    /// Calls with real values.
    pub examples: Vec<Example>,
}

/// A rule about a key.
#[derive(Debug)]
pub struct KeyRule {
    /// The input that names it.
    pub input: Name,
    /// The path from the input to the name of the key: fields and variants.
    pub path: Vec<Step>,
    /// The effect on the key.
    pub effect: Effect,
    /// Usage flags: the policy must have one of them.
    pub usage: Vec<Name>,
    /// The input with the algorithm that the policy must permit.
    pub algorithm: Option<Name>,
    /// The input with the key agreement whose derivation function the policy must permit.
    pub derivation: Option<Name>,
    /// The input with the attributes of a new key.
    pub attributes: Option<Name>,
    /// The input with the lifetime of a new key, and whether it is optional.
    pub lifetime: Option<(Name, bool)>,
    /// The input with the name of the key that a new key is a copy of.
    pub copy_of: Option<Name>,
    /// Whether the key is optional: an empty name means no key.
    pub optional: bool,
}

/// A step from an input to a value that it contains.
#[derive(Debug, Clone)]
pub enum Step {
    /// A field of a struct or of the operation.
    Field(Name),
    /// A field of a variant of a union.
    Variant {
        /// The union.
        union: Name,
        /// The variant.
        variant: Name,
        /// The field.
        field: Name,
        /// Whether the union is optional.
        optional: bool,
        /// Whether it is the only variant of the union.
        only: bool,
    },
}

/// A call with real values.
#[derive(Debug)]
pub struct Example {
    /// The title.
    pub title: String,
    /// Its inputs, in the order of the fields.
    pub input: Vec<Value>,
    /// Its outputs, in the order of the fields.
    pub output: Vec<Value>,
}
