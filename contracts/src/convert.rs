//! Conversions between the protobuf messages and the types of this crate. Generated code calls
//! these.

use prost::Message;
use zeroize::Zeroizing;

use crate::{DecodeError, MayExtend, Secret};

/// Conversion from a part of a protobuf message.
pub(crate) trait FromWire<W>: Sized {
    fn from_wire(wire: W) -> Result<Self, DecodeError>;
}

/// Conversion into a part of a protobuf message.
pub(crate) trait IntoWire<W> {
    fn into_wire(self) -> W;
}

/// Decodes a field and names it in errors.
pub(crate) fn field<T: FromWire<W>, W>(name: &'static str, wire: W) -> Result<T, DecodeError> {
    T::from_wire(wire).map_err(|error| match error {
        DecodeError::Invalid { field: "" } => DecodeError::Invalid { field: name },
        named => named,
    })
}

/// Returns a mandatory field.
pub(crate) mod mandatory {
    use super::{DecodeError, FromWire, IntoWire};

    pub(crate) fn read<T: FromWire<W>, W>(name: &'static str, wire: W) -> Result<T, DecodeError> {
        super::field(name, wire)
    }

    pub(crate) fn write<T: IntoWire<W>, W>(value: T) -> W {
        value.into_wire()
    }
}

/// Returns an optional nested message.
#[allow(
    dead_code,
    reason = "only extensions of the published protocol have optional messages"
)]
pub(crate) mod optional {
    use super::{DecodeError, FromWire, IntoWire};

    pub(crate) fn read<T: FromWire<W>, W>(
        name: &'static str,
        wire: Option<W>,
    ) -> Result<Option<T>, DecodeError> {
        wire.map(|wire| super::field(name, wire)).transpose()
    }

    pub(crate) fn write<T: IntoWire<W>, W>(value: Option<T>) -> Option<W> {
        value.map(T::into_wire)
    }
}

/// Converts a struct from and to its message, field by field; each field is `mandatory` or
/// `optional`.
macro_rules! message {
    ($native:ident = $wire:path { $($field:ident: $presence:ident),* $(,)? }) => {
        impl $crate::convert::FromWire<$wire> for $native {
            #[allow(unused_mut, unused_variables)]
            fn from_wire(mut wire: $wire) -> Result<Self, $crate::DecodeError> {
                // Messages with secrets wipe themselves on drop, so their fields cannot be moved
                // out.
                Ok(Self {
                    $($field: $crate::convert::$presence::read(
                        stringify!($field),
                        ::std::mem::take(&mut wire.$field),
                    )?,)*
                })
            }
        }

        impl $crate::convert::IntoWire<$wire> for $native {
            fn into_wire(self) -> $wire {
                $wire { $($field: $crate::convert::$presence::write(self.$field),)* }
            }
        }

        impl $crate::MayExtend for $native {
            fn extends(&self) -> bool {
                false $(|| $crate::MayExtend::extends(&self.$field))*
            }
        }

        impl $crate::Body for $native {
            fn encode(self) -> $crate::Zeroizing<Vec<u8>> {
                $crate::convert::encode::<$wire, Self>(self)
            }

            fn decode(bytes: &[u8]) -> Result<Self, $crate::DecodeError> {
                $crate::convert::decode::<$wire, Self>(bytes)
            }
        }
    };
}

pub(crate) use message;

/// Methods of a struct of flags.
macro_rules! flags {
    ($native:ident { $($field:ident = $name:literal;)* }) => {
        impl $native {
            /// The names of all flags in the contracts.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Returns the names of the flags that are set.
            pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
                [$(self.$field.then_some($name)),*].into_iter().flatten()
            }
        }

        /// Returns the flags that are set in both.
        impl ::std::ops::BitAnd for $native {
            type Output = Self;

            fn bitand(self, other: Self) -> Self {
                Self { $($field: self.$field && other.$field),* }
            }
        }
    };
}

pub(crate) use flags;

/// Numbers and names of an enum.
macro_rules! enumeration {
    ($native:ident = $title:literal { $($value:ident = $number:literal, $name:literal, $extension:literal;)* }) => {
        impl $native {
            /// All values, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// Returns the value with this number on the wire.
            pub fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$value),)*
                    _ => None,
                }
            }

            /// Returns the number on the wire.
            pub fn number(self) -> u32 {
                match self {
                    $(Self::$value => $number,)*
                }
            }

            /// Returns the name in the contracts.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)*
                }
            }

            /// Returns the value of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        impl $crate::MayExtend for $native {
            fn extends(&self) -> bool {
                match self {
                    $(Self::$value => $extension,)*
                }
            }
        }

        impl $crate::convert::FromWire<i32> for $native {
            fn from_wire(wire: i32) -> Result<Self, $crate::DecodeError> {
                u32::try_from(wire)
                    .ok()
                    .and_then(Self::from_number)
                    .ok_or($crate::DecodeError::Invalid { field: $title })
            }
        }

        impl $crate::convert::IntoWire<i32> for $native {
            fn into_wire(self) -> i32 {
                // Numbers of protobuf enums are at most 2^31 - 1.
                self.number().cast_signed()
            }
        }
    };
}

pub(crate) use enumeration;

/// Encodes a message into a buffer of the exact size, so that no copy of a secret is left behind.
pub(crate) fn encode<W: Message, T: IntoWire<W>>(value: T) -> Zeroizing<Vec<u8>> {
    let message = value.into_wire();
    let mut bytes = Zeroizing::new(Vec::with_capacity(message.encoded_len()));
    message.encode_raw(&mut *bytes);
    bytes
}

/// Decodes a message.
pub(crate) fn decode<W: Message + Default, T: FromWire<W>>(bytes: &[u8]) -> Result<T, DecodeError> {
    T::from_wire(W::decode(bytes)?)
}

macro_rules! as_it_is {
    ($($type:ty),*) => {$(
        impl FromWire<$type> for $type {
            fn from_wire(wire: $type) -> Result<Self, DecodeError> {
                Ok(wire)
            }
        }

        impl IntoWire<$type> for $type {
            fn into_wire(self) -> $type {
                self
            }
        }
    )*};
}

macro_rules! published {
    ($($type:ty),*) => {$(
        impl MayExtend for $type {
            fn extends(&self) -> bool {
                false
            }
        }
    )*};
}

published!(bool, u32, u64, String, Vec<u8>, Secret);

impl<T: MayExtend> MayExtend for Option<T> {
    fn extends(&self) -> bool {
        self.as_ref().is_some_and(T::extends)
    }
}

impl<T: MayExtend> MayExtend for Vec<T> {
    fn extends(&self) -> bool {
        self.iter().any(T::extends)
    }
}

as_it_is!(bool, u32, u64, String, Vec<u8>);

impl FromWire<Vec<u8>> for Secret {
    fn from_wire(wire: Vec<u8>) -> Result<Self, DecodeError> {
        Ok(Self::new(wire))
    }
}

impl IntoWire<Vec<u8>> for Secret {
    fn into_wire(self) -> Vec<u8> {
        self.into_vec()
    }
}

/// Nested messages are optional in protobuf but mandatory in a contract.
impl<T: FromWire<W>, W> FromWire<Option<W>> for T {
    fn from_wire(wire: Option<W>) -> Result<Self, DecodeError> {
        T::from_wire(wire.ok_or(DecodeError::Invalid { field: "" })?)
    }
}

impl<T: IntoWire<W>, W> IntoWire<Option<W>> for T {
    fn into_wire(self) -> Option<W> {
        Some(self.into_wire())
    }
}

impl<T: FromWire<W>, W> FromWire<Vec<W>> for Vec<T> {
    fn from_wire(wire: Vec<W>) -> Result<Self, DecodeError> {
        wire.into_iter().map(T::from_wire).collect()
    }
}

impl<T: IntoWire<W>, W> IntoWire<Vec<W>> for Vec<T> {
    fn into_wire(self) -> Vec<W> {
        self.into_iter().map(T::into_wire).collect()
    }
}
