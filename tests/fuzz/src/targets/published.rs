//! The public `parsec-interface` crate as an independent judge.

use parsec_contracts::Opcode;
use parsec_contracts::frame::{RequestHeader, ResponseHeader};
use parsec_interface::operations::Convert as _;
use parsec_interface::operations_protobuf::ProtobufConverter;
use parsec_interface::requests::{Request, Response};

/// Bytes of body that both sides take.
pub(super) const LIMIT: u32 = 1 << 20;

/// Opcodes from here on are not published.
const FIRST_OF_OURS: u32 = 0x8000;

/// The judge knows the messages of these, but has no place for them in its own enum.
const UNKNOWN: &[Opcode] = &[Opcode::PsaMacCompute, Opcode::PsaMacVerify];

/// Whether the judge knows the operation.
pub(super) fn knows(opcode: Opcode) -> bool {
    opcode.number() < FIRST_OF_OURS && !UNKNOWN.contains(&opcode)
}

/// The body of a request as the judge writes what it has read; `None` if it refuses it.
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

/// As [`rewritten_request`], of a response.
pub(super) fn rewritten_response(opcode: Opcode, body: &[u8]) -> Option<Vec<u8>> {
    let asked = RequestHeader {
        opcode: opcode.number(),
        ..RequestHeader::default()
    };
    let length = u32::try_from(body.len()).ok()?;
    let header = ResponseHeader::reply_to(&asked, parsec_contracts::Status::Success, length);
    let frame = [&header.encode()[..], body].concat();
    let read = response(&frame)?;
    let result = ProtobufConverter {}
        .body_to_result(read.body, read.header.opcode)
        .ok()?;
    let body = ProtobufConverter {}.result_to_body(result).ok()?;
    Some(body.bytes().to_vec())
}

/// A request as the judge reads it.
pub(super) fn request(mut frame: &[u8]) -> Option<Request> {
    Request::read_from_stream(&mut frame, LIMIT as usize).ok()
}

/// A response as the judge reads it.
pub(super) fn response(mut frame: &[u8]) -> Option<Response> {
    Response::read_from_stream(&mut frame, LIMIT as usize).ok()
}
