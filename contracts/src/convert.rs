//! Between the protobuf messages and the types of this crate. Generated code calls these.

use prost::Message;
use zeroize::Zeroizing;

use crate::{DecodeError, Secret};

/// Made from a part of a protobuf message.
pub(crate) trait FromWire<W>: Sized {
    fn from_wire(wire: W) -> Result<Self, DecodeError>;
}

/// Turned into a part of a protobuf message.
pub(crate) trait IntoWire<W> {
    fn into_wire(self) -> W;
}

/// Reads a field and names it in the error.
pub(crate) fn field<T: FromWire<W>, W>(name: &'static str, wire: W) -> Result<T, DecodeError> {
    T::from_wire(wire).map_err(|error| match error {
        DecodeError::Invalid { field: "" } => DecodeError::Invalid { field: name },
        named => named,
    })
}

/// Encodes a message into a buffer that never grows, so that no copy is left behind.
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

/// A message within a message may be missing on the wire, but not in a contract.
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
