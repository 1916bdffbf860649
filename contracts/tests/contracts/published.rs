//! Frames of the published protocol decode as documented.

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader, ResponseHeader};
use parsec_contracts::operations::{ListOpcodes, ListOpcodesOutput, Ping, PingOutput};
use parsec_contracts::{Body, Opcode, Status, protocol};
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let text = include_str!("../../vectors/published.json");
    let file: Value = serde_json::from_str(text).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn bytes(vector: &Value, key: &str) -> Vec<u8> {
    hex::decode(vector[key].as_str().unwrap()).unwrap()
}

#[test]
fn headers_are_read_and_written_as_published() {
    for vector in vectors() {
        let name = vector["name"].as_str().unwrap();
        let frame = bytes(&vector, "frame");
        let (header, rest) = frame.split_at(FIXED_HEADER_LENGTH);
        let header: [u8; FIXED_HEADER_LENGTH] = header.try_into().unwrap();
        let body = bytes(&vector, "body");
        let number = |key: &str| vector[key].as_u64().unwrap();
        if vector["direction"] == "request" {
            let auth = bytes(&vector, "auth");
            let read = RequestHeader::decode(&header, protocol::BODY_LIMIT).unwrap();
            assert_eq!(u64::from(read.provider), number("provider"), "{name}");
            assert_eq!(u64::from(read.auth_type), number("auth_type"), "{name}");
            assert_eq!(u64::from(read.opcode), number("opcode"), "{name}");
            assert_eq!(read.body_length as usize, body.len(), "{name}");
            assert_eq!(usize::from(read.auth_length), auth.len(), "{name}");
            assert_eq!(rest, [body, auth].concat(), "{name}");
            assert_eq!(read.encode(), header, "{name}");
        } else {
            let read = ResponseHeader::decode(&header).unwrap();
            assert_eq!(u64::from(read.provider), number("provider"), "{name}");
            assert_eq!(u64::from(read.opcode), number("opcode"), "{name}");
            assert_eq!(u64::from(read.status), number("status"), "{name}");
            assert_eq!(rest, body, "{name}");
            assert_eq!(read.encode(), header, "{name}");
        }
    }
}

#[test]
fn bodies_are_read_and_written_as_published() {
    assert_eq!(*Ping {}.encode(), b"");
    let pong = PingOutput {
        wire_protocol_version_maj: 1,
        wire_protocol_version_min: 0,
    };
    assert_eq!(*pong.encode(), [0x08, 0x01]);
    assert_eq!(*ListOpcodes { provider_id: 1 }.encode(), [0x08, 0x01]);
    let opcodes = ListOpcodesOutput {
        opcodes: vec![1, 3, 2, 6],
    };
    assert_eq!(*opcodes.encode(), [0x0a, 0x04, 0x01, 0x03, 0x02, 0x06]);
}

#[test]
fn malformed_and_invalid_bodies_have_different_errors() {
    // A message without fields is still a message: here the unknown field 2 is truncated.
    let garbage = Ping::decode(&[0x11, 0x22, 0x33, 0x44, 0x55]).unwrap_err();
    assert_eq!(garbage.status(), Status::DeserializingBodyFailed);
    let empty = parsec_contracts::operations::PsaGenerateKey::decode(b"").unwrap_err();
    assert_eq!(empty.status(), Status::InvalidEncoding);
}

#[test]
fn the_header_is_validated_in_the_published_order() {
    let good = RequestHeader {
        opcode: Opcode::Ping.number(),
        ..RequestHeader::default()
    };
    let judge = |change: &dyn Fn(&mut [u8; FIXED_HEADER_LENGTH])| {
        let mut bytes = good.encode();
        change(&mut bytes);
        RequestHeader::decode(&bytes, 100)
            .and_then(|header| header.recognise())
            .err()
    };
    assert_eq!(judge(&|_| {}), None);
    assert_eq!(judge(&|b| b[0] = 0), Some(Status::InvalidHeader));
    assert_eq!(judge(&|b| b[4] = 29), Some(Status::InvalidHeader));
    assert_eq!(
        judge(&|b| b[6] = 2),
        Some(Status::WireProtocolVersionNotSupported)
    );
    assert_eq!(
        judge(&|b| b[7] = 1),
        Some(Status::WireProtocolVersionNotSupported)
    );
    assert_eq!(judge(&|b| b[34] = 1), Some(Status::InvalidHeader));
    assert_eq!(judge(&|b| b[35] = 1), Some(Status::InvalidHeader));
    assert_eq!(judge(&|b| b[22] = 101), Some(Status::BodySizeExceedsLimit));
    assert_eq!(judge(&|b| b[19] = 1), Some(Status::ContentTypeNotSupported));
    assert_eq!(judge(&|b| b[20] = 1), Some(Status::AcceptTypeNotSupported));
    assert_eq!(
        judge(&|b| b[21] = 9),
        Some(Status::AuthenticatorDoesNotExist)
    );
    assert_eq!(judge(&|b| b[28] = 0x1d), Some(Status::OpcodeDoesNotExist));
    assert_eq!(judge(&|b| b[10] = 6), Some(Status::ProviderDoesNotExist));
    // All fields are wrong at first, then corrected one by one.
    let all = |b: &mut [u8; FIXED_HEADER_LENGTH], from: usize| {
        let faults: [(usize, u8); 9] = [
            (0, 0),
            (6, 9),
            (34, 1),
            (22, 101),
            (19, 1),
            (20, 1),
            (21, 9),
            (28, 0x1d),
            (10, 6),
        ];
        faults[from..]
            .iter()
            .for_each(|(at, value)| b[*at] = *value);
    };
    let order = [
        Status::InvalidHeader,
        Status::WireProtocolVersionNotSupported,
        Status::InvalidHeader,
        Status::BodySizeExceedsLimit,
        Status::ContentTypeNotSupported,
        Status::AcceptTypeNotSupported,
        Status::AuthenticatorDoesNotExist,
        Status::OpcodeDoesNotExist,
        Status::ProviderDoesNotExist,
    ];
    for (from, status) in order.into_iter().enumerate() {
        assert_eq!(
            judge(&|b| all(b, from)),
            Some(status),
            "from fault {from} on"
        );
    }
}
