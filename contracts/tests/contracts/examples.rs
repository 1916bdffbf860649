//! Golden frames: every contract's examples, byte for byte, in both directions.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, RequestHeader, ResponseHeader};
use parsec_contracts::{Body, Opcode, Operation, Status, protocol};
use serde_json::Value;

#[path = "../generated/examples/mod.rs"]
mod generated;

/// Receives every example as typed values.
pub(crate) trait Visitor {
    fn example<O>(&mut self, operation: &str, index: usize, input: O, output: O::Output)
    where
        O: Operation + Clone + PartialEq + Debug,
        O::Output: Clone + PartialEq + Debug;
}

pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap()
}

#[derive(Default)]
struct Compare {
    seen: Vec<Opcode>,
}

impl Visitor for Compare {
    fn example<O>(&mut self, operation: &str, index: usize, input: O, output: O::Output)
    where
        O: Operation + Clone + PartialEq + Debug,
        O::Output: Clone + PartialEq + Debug,
    {
        let vector = &vectors(operation)["examples"][index];
        let request = bytes(vector["request"].as_str().unwrap());
        let header = RequestHeader::decode(
            request[..FIXED_HEADER_LENGTH].try_into().unwrap(),
            protocol::BODY_LIMIT,
        )
        .unwrap();
        assert_eq!(header.recognise().unwrap().opcode, O::OPCODE, "{operation}");
        assert_eq!(
            header.encode(),
            request[..FIXED_HEADER_LENGTH],
            "{operation}"
        );
        let body = &request[FIXED_HEADER_LENGTH..][..header.body_length as usize];
        assert_eq!(*input.clone().encode(), body, "{operation}: request");
        assert_eq!(O::decode(body).unwrap(), input, "{operation}: request");
        input.check().unwrap();

        let response = bytes(vector["response"].as_str().unwrap());
        let answer =
            ResponseHeader::decode(response[..FIXED_HEADER_LENGTH].try_into().unwrap()).unwrap();
        let body = &response[FIXED_HEADER_LENGTH..];
        assert_eq!(
            answer,
            ResponseHeader::reply_to(&header, Status::Success, body.len() as u32)
        );
        assert_eq!(
            answer.encode(),
            response[..FIXED_HEADER_LENGTH],
            "{operation}"
        );
        assert_eq!(*output.clone().encode(), body, "{operation}: response");
        assert_eq!(
            O::Output::decode(body).unwrap(),
            output,
            "{operation}: response"
        );
        self.seen.push(O::OPCODE);
    }
}

fn vectors(operation: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/examples");
    let text = fs::read_to_string(folder.join(format!("{operation}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_example_encodes_to_its_golden_frame_and_back() {
    let mut compare = Compare::default();
    generated::all(&mut compare);
    for opcode in Opcode::ALL {
        assert!(
            compare.seen.contains(opcode),
            "{opcode} has no golden frame"
        );
    }
}
