//! The page of the wire protocol is sufficient to write a client: this client uses nothing else.

mod client;
mod page;

use std::fs;
use std::os::unix::net::UnixStream;

use client::{FieldValue, WireClient};
use page::Page;
use parsec_harness::Service;

fn page() -> Page {
    let path = parsec_book::folder().join("src/reference/wire-protocol.md");
    Page::read(&fs::read_to_string(path).unwrap())
}

fn client<'a>(page: &'a Page, service: &Service) -> WireClient<'a> {
    WireClient {
        page,
        stream: UnixStream::connect(service.socket()).unwrap(),
        application: "a reader of the book",
    }
}

/// ECDSA over SHA-256.
fn algorithm() -> FieldValue {
    let hash = FieldValue::Message(vec![("specific", FieldValue::Word("sha-256"))]);
    FieldValue::Message(vec![(
        "ecdsa",
        FieldValue::Message(vec![("hash_alg", hash)]),
    )])
}

fn attributes() -> FieldValue {
    let family = FieldValue::Message(vec![("curve_family", FieldValue::Word("secp-r1"))]);
    let flags = [
        ("sign_hash", FieldValue::Number(1)),
        ("verify_hash", FieldValue::Number(1)),
    ];
    let policy = vec![
        ("key_usage_flags", FieldValue::Message(flags.to_vec())),
        (
            "key_algorithm",
            FieldValue::Message(vec![("asymmetric-signature", algorithm())]),
        ),
    ];
    FieldValue::Message(vec![
        (
            "key_type",
            FieldValue::Message(vec![("ecc-key-pair", family)]),
        ),
        ("key_bits", FieldValue::Number(256)),
        ("key_policy", FieldValue::Message(policy)),
    ])
}

#[test]
fn the_page_suffices_for_a_ping_a_key_and_a_signature() {
    let page = page();
    let service = Service::direct();
    let mut client = client(&page, &service);

    let pong = client.call("none", "core", "ping", &[]);
    assert_eq!(pong.status, "success");
    assert_eq!(pong.opcode, page.opcodes["ping"]);
    assert_eq!(pong.numbers["wire_protocol_version_maj"], 1);

    let name = ("key_name", FieldValue::Text("from the book"));
    let fields = [name.clone(), ("attributes", attributes())];
    let made = client.call("direct", "software", "psa_generate_key", &fields);
    assert_eq!(made.status, "success");
    let again = client.call("direct", "software", "psa_generate_key", &fields);
    assert_eq!(again.status, "psa-error-already-exists");

    let hash = ("hash", FieldValue::Bytes(vec![7; 32]));
    let fields = [name.clone(), ("alg", algorithm()), hash.clone()];
    let signed = client.call("direct", "software", "psa_sign_hash", &fields);
    assert_eq!(signed.status, "success");
    let signature = signed.bytes["signature"].clone();
    assert_eq!(signature.len(), 64);

    let verify = |signature| {
        let signature = ("signature", FieldValue::Bytes(signature));
        [name.clone(), ("alg", algorithm()), hash.clone(), signature]
    };
    let mut wrong = signature.clone();
    wrong[63] ^= 1;
    for (signature, status) in [
        (signature, "success"),
        (wrong, "psa-error-invalid-signature"),
    ] {
        let fields = verify(signature);
        let verified = client.call("direct", "software", "psa_verify_hash", &fields);
        assert_eq!(verified.status, status);
    }
}

#[test]
fn an_example_frame_receives_the_documented_response() {
    let page = page();
    let service = Service::direct();
    let mut client = client(&page, &service);
    for operation in ["ping", "psa_generate_key"] {
        let request = &page.frames[&format!("A request: {operation}")];
        let response = &page.frames[&format!("Its response: {operation}")];
        let (header, body) = client.exchange(request);
        assert_eq!([header, body].concat(), *response, "{operation}");
    }
}

#[test]
fn a_client_encodes_the_documented_frame() {
    let page = page();
    let service = Service::direct();
    let client = client(&page, &service);
    let ping = client.request("none", "core", "ping", &[]);
    assert_eq!(ping, page.frames["A request: ping"]);
}

#[test]
fn every_type_in_a_message_is_documented() {
    let page = page();
    let mut fields = 0;
    for (name, form) in &page.forms {
        let (page::Form::Fields(of) | page::Form::OneOf(of)) = form else {
            continue;
        };
        for field in of {
            fields += 1;
            let known = page.forms.contains_key(&field.type_name)
                || page.wire_types.contains_key(&field.type_name);
            assert!(known, "{name}.{}: {}", field.name, field.type_name);
        }
    }
    assert!(fields > 200, "{fields}");
    assert_eq!(page.flags["extensions"], 0);
    for operation in page.opcodes.keys() {
        for side in ["request", "response"] {
            let form = format!("{operation} {side}");
            assert!(page.forms.contains_key(&form), "{form}");
        }
    }
}
