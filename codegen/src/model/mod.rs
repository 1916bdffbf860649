//! The resolved model: all that emitters see. Every name in it exists and every rule is whole.

mod handles;
mod key_kinds;
mod names;
mod queries;
mod resolve;
mod value;

pub use handles::{
    Argument, Does, ExampleCall, ExampleValue, Gives, Handle, Method, MethodExample, ValueType,
};
pub(crate) use handles::{does, example_calls, read_example};
pub(crate) use key_kinds::attributes as key_attributes;
pub use key_kinds::{KeyKind, Role};
pub use names::{Name, rust_ident};
pub use resolve::resolve;
pub(crate) use resolve::{length_call, steps, without_examples};
pub(crate) use value::read_fields;
pub use value::{Bytes, Value};

pub use crate::read::raw::{
    Answer, Caller, ClientDefault, Effect, HandleForm, Handler, HasPublicKey, Language, Listed,
    ProviderKind, Retry, Stream,
};

/// Everything that can be emitted.
#[derive(Debug)]
pub struct Model {
    /// Constants of the protocol.
    pub protocol: Protocol,
    /// Functional areas, in the book's order, that have operations.
    pub areas: Vec<Area>,
    /// Error kinds, in the file's order.
    pub kinds: Vec<Kind>,
    /// Statuses, by number.
    pub statuses: Vec<Status>,
    /// Providers, by number.
    pub providers: Vec<Provider>,
    /// Authenticators, by number.
    pub authenticators: Vec<Authenticator>,
    /// Roles of keys, in the file's order.
    pub roles: Vec<Role>,
    /// Kinds of keys, in the file's order.
    pub key_kinds: Vec<KeyKind>,
    /// Types, by file.
    pub modules: Vec<Module>,
    /// Operations, by number.
    pub operations: Vec<Operation>,
    /// The classes that clients have, by file name.
    pub handles: Vec<Handle>,
}

/// Constants of the protocol.
#[derive(Debug)]
pub struct Protocol {
    /// Major and minor version.
    pub version: (u8, u8),
    /// The number that every frame begins with.
    pub magic: u32,
    /// The value of the header's size field.
    pub header_size: u16,
    /// Bytes of the whole header.
    pub fixed_header_length: usize,
    /// The content type of protobuf.
    pub content_type_protobuf: u8,
    /// Bytes that a body may have.
    pub body_limit: u32,
    /// Bytes that an authentication field may have.
    pub auth_limit: u16,
    /// The header's flags: name, bit, documentation.
    pub flags: Vec<(Name, u8, String)>,
}

/// A functional area.
#[derive(Debug)]
pub struct Area {
    /// Its name.
    pub name: Name,
    /// Its heading.
    pub title: String,
    /// What belongs to it.
    pub doc: String,
}

/// An error kind.
#[derive(Debug)]
pub struct Kind {
    /// Its name.
    pub name: Name,
    /// When to try again.
    pub retry: Retry,
    /// When it happens.
    pub doc: String,
    /// Builtin exceptions that the Python class derives from.
    pub python: Vec<String>,
}

/// A response status.
#[derive(Debug)]
pub struct Status {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub number: u16,
    /// Its kind's name; success is of no kind.
    pub kind: Option<Name>,
    /// When to try again.
    pub retry: Retry,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub next: String,
    /// The PSA error code.
    pub psa: Option<String>,
    /// What clients without the extension flag are told; itself where it is published.
    pub fallback: Name,
    /// Whether it is ours.
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
    /// Its name for people.
    pub title: String,
    /// Who stands behind the technology.
    pub vendor: String,
    /// What it is.
    pub description: String,
    /// Of which provider it is one more; itself if of none.
    pub family: Name,
    /// The published service's name for an instance.
    pub published_name: Option<String>,
    /// Its names in a configuration.
    pub config: Vec<String>,
}

/// An authenticator.
#[derive(Debug)]
pub struct Authenticator {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub id: u8,
    /// Its name for people.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Its names in a configuration.
    pub config: Vec<String>,
}

/// A file of types.
#[derive(Debug)]
pub struct Module {
    /// The file's name without ending: the protobuf package below `parsec`.
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
    /// What it is.
    pub doc: String,
    /// The PSA type that it mirrors.
    pub psa: Option<String>,
    /// What it is made of.
    pub form: Form,
}

/// What a type is made of.
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
    /// The name of 0 where no message may carry it.
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
    /// What it is.
    pub doc: String,
    /// The PSA constant.
    pub psa: Option<String>,
    /// Bytes of output.
    pub length: Option<u32>,
    /// Why new keys should not use it.
    pub deprecated: Option<String>,
    /// Sizes in bits that new keys of it should not have.
    pub deprecated_bits: Vec<u32>,
    /// Whether the published type lacks it.
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
    /// What it is.
    pub doc: String,
    /// The PSA constant.
    pub psa: Option<String>,
    /// What it holds.
    pub payload: Payload,
    /// Whether examples may write the value alone.
    pub shorthand: bool,
    /// Why new keys should not use it.
    pub deprecated: Option<String>,
    /// Whether the same inputs give the same output each time.
    pub deterministic: bool,
    /// Whether the published type lacks it.
    pub extension: bool,
}

/// What a variant holds.
#[derive(Debug)]
pub enum Payload {
    /// Nothing.
    Empty,
    /// A value of another type.
    Value(TypeRef),
    /// Fields of its own.
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
    /// A type of ours.
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
    /// What it means.
    pub doc: String,
    /// Whether it is held in memory that is wiped.
    pub secret: bool,
    /// Whether there may be any number of them.
    pub repeated: bool,
    /// Whether it may be missing.
    pub optional: bool,
    /// What must hold of its length or value.
    pub bounds: Bounds,
    /// What clients fill in.
    pub default: Option<ClientDefault>,
    /// Whether the response is as many bytes long as this number says.
    pub response_length: bool,
}

/// What must hold of a length in bytes, or of a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub min: Option<u64>,
    /// The greatest.
    pub max: Option<u64>,
    /// The exact length.
    pub length: Option<u64>,
    /// The exact length, as a function of another input: function and input.
    pub length_of: Option<(String, Name)>,
    /// The greatest number of items.
    pub max_items: Option<u64>,
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name.
    pub name: Name,
    /// The file that says it.
    pub file: String,
    /// What it does.
    pub summary: String,
    /// Further paragraphs.
    pub doc: Option<String>,
    /// Its number.
    pub opcode: u32,
    /// Its area's name.
    pub area: Name,
    /// The PSA function.
    pub psa: Option<String>,
    /// The version of the protocol that has it, or `ext`.
    pub since: String,
    /// Which kind of provider serves it.
    pub provider: ProviderKind,
    /// Who may call it.
    pub caller: Caller,
    /// To whom it is listed.
    pub listed: Listed,
    /// Who does the work.
    pub handler: Handler,
    /// What it has to do with data that comes in pieces.
    pub stream: Option<Stream>,
    /// The operations that may end the stream that it begins.
    pub ends_with: Vec<Name>,
    /// Whether its outputs follow from its inputs.
    pub answer: Answer,
    /// Its inputs, by number.
    pub inputs: Vec<Field>,
    /// Its outputs, by number.
    pub outputs: Vec<Field>,
    /// What happens to keys, in the file's order.
    pub keys: Vec<KeyRule>,
    /// Statuses and why.
    pub statuses: Vec<(Name, String)>,
    /// Why no handle has a method for it.
    pub raw_only: Option<String>,
    /// Calls with real values.
    pub examples: Vec<Example>,
}

/// What happens to a key.
#[derive(Debug)]
pub struct KeyRule {
    /// The input that names it.
    pub input: Name,
    /// How to reach the name from the input: fields and variants.
    pub path: Vec<Step>,
    /// What happens to it.
    pub effect: Effect,
    /// The policy must have one of these.
    pub usage: Vec<Name>,
    /// The input that must match the policy's algorithm.
    pub algorithm: Option<Name>,
    /// The key agreement whose derivation function the policy must permit.
    pub derivation: Option<Name>,
    /// The input that holds a new key's attributes.
    pub attributes: Option<Name>,
    /// The input that says how long a new key lives, and whether it may be left out.
    pub lifetime: Option<(Name, bool)>,
    /// The input that names the key of which a new key is a copy.
    pub copy_of: Option<Name>,
    /// Whether an empty name means none.
    pub optional: bool,
}

/// A step from an input to what lies within it.
#[derive(Debug, Clone)]
pub enum Step {
    /// A field of a struct or of the operation.
    Field(Name),
    /// A variant of a union, and the field in it that is meant.
    Variant {
        /// The union.
        union: Name,
        /// The variant.
        variant: Name,
        /// The field.
        field: Name,
        /// Whether the union may be missing where it stands.
        optional: bool,
        /// Whether the union has no other variant.
        only: bool,
    },
}

/// A call with real values.
#[derive(Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// Its inputs, in the order of the fields.
    pub input: Vec<Value>,
    /// Its outputs, in the order of the fields.
    pub output: Vec<Value>,
}
