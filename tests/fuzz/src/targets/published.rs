//! The public `parsec-interface` crate as an independent oracle.

use parsec_contracts::Opcode;
use parsec_contracts::frame::{RequestHeader, ResponseHeader};
use parsec_interface::operations::Convert as _;
use parsec_interface::operations_protobuf::ProtobufConverter;
use parsec_interface::requests::{Request, Response};

/// Maximum body length of both sides.
pub(super) const LIMIT: u32 = 1 << 20;

/// The first opcode of the extensions.
const FIRST_OF_OURS: u32 = 0x8000;

/// The first field number of the extensions: the oracle ignores these fields and their content.
const FIRST_FIELD_OF_OURS: u64 = 1000;

/// Operations whose messages the oracle has, but which its own enum lacks.
const UNKNOWN: &[Opcode] = &[Opcode::PsaMacCompute, Opcode::PsaMacVerify];

/// Returns whether the oracle knows the operation.
pub(super) fn knows(opcode: Opcode) -> bool {
    opcode.number() < FIRST_OF_OURS && !UNKNOWN.contains(&opcode)
}

/// Decodes a request's body with the oracle and encodes it again; `None` if the oracle rejects it.
pub(super) fn rewritten_request(opcode: Opcode, body: &[u8]) -> Option<Vec<u8>> {
    let header = RequestHeader {
        opcode: opcode.number(),
        body_length: u32::try_from(body.len()).ok()?,
        ..RequestHeader::default()
    };
    let frame = [&header.encode()[..], body].concat();
    let read = request(&frame)?;
    let operation = ProtobufConverter {}
        .body_to_operation(read.body, read.header.opcode)
        .ok()?;
    let body = ProtobufConverter {}.operation_to_body(operation).ok()?;
    Some(body.bytes().to_vec())
}

/// The same for a response.
pub(super) fn rewritten_response(opcode: Opcode, body: &[u8]) -> Option<Vec<u8>> {
    let request_header = RequestHeader {
        opcode: opcode.number(),
        ..RequestHeader::default()
    };
    let length = u32::try_from(body.len()).ok()?;
    let header =
        ResponseHeader::reply_to(&request_header, parsec_contracts::Status::Success, length);
    let frame = [&header.encode()[..], body].concat();
    let read = response(&frame)?;
    let result = ProtobufConverter {}
        .body_to_result(read.body, read.header.opcode)
        .ok()?;
    let body = ProtobufConverter {}.result_to_body(result).ok()?;
    Some(body.bytes().to_vec())
}

/// Decodes a request with the oracle.
pub(super) fn request(mut frame: &[u8]) -> Option<Request> {
    Request::read_from_stream(&mut frame, LIMIT as usize).ok()
}

/// Decodes a response with the oracle.
pub(super) fn response(mut frame: &[u8]) -> Option<Response> {
    Response::read_from_stream(&mut frame, LIMIT as usize).ok()
}

/// Returns whether a protobuf message has a field of the extensions at any depth. Bytes that form a
/// message count as one, since only a schema tells them apart.
pub(super) fn has_extension(mut body: &[u8]) -> bool {
    let mut found = false;
    while !body.is_empty() {
        let Some(field) = Field::first(body) else {
            return false;
        };
        found |= field.number >= FIRST_FIELD_OF_OURS || field.nested.is_some_and(has_extension);
        body = field.rest;
    }
    found
}

/// The first field of a message.
struct Field<'a> {
    number: u64,
    /// Its value, if it has a length.
    nested: Option<&'a [u8]>,
    /// The bytes after it.
    rest: &'a [u8],
}

impl<'a> Field<'a> {
    fn first(body: &'a [u8]) -> Option<Self> {
        let (key, rest) = varint(body)?;
        let (nested, rest) = match key & 7 {
            0 => (None, varint(rest)?.1),
            1 => (None, rest.get(8..)?),
            2 => {
                let (length, rest) = varint(rest)?;
                let (nested, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                (Some(nested), rest)
            }
            5 => (None, rest.get(4..)?),
            _ => return None,
        };
        let number = key >> 3;
        Some(Self {
            number,
            nested,
            rest,
        })
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}
