//! The public `parsec-interface` crate as an oracle: each side decodes what the other encodes, and
//! both encode the same values as the same bytes.

use std::fmt::Debug;

use parsec_contracts::frame::{RequestHeader, ResponseHeader};
use parsec_contracts::{
    Body, MayExtend as _, Opcode, Operation, ProviderId, Secret, ServedBy, Status, types,
};
use parsec_interface::operations::{Convert, NativeOperation, NativeResult};
use parsec_interface::operations_protobuf::ProtobufConverter;
use parsec_interface::requests::{Request, Response};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[path = "../generated/strategies/mod.rs"]
mod strategies;

const LIMIT: usize = 1 << 20;
const CASES: u32 = 64;
/// The first opcode of the extensions.
const FIRST_OF_OURS: u32 = 0x8000;

/// Operations whose messages the oracle has, but which its own enum lacks.
const UNKNOWN_TO_ORACLE: &[Opcode] = &[Opcode::PsaMacCompute, Opcode::PsaMacVerify];

fn provider(opcode: Opcode) -> ProviderId {
    match opcode.served_by() {
        ServedBy::Core => ProviderId::Core,
        ServedBy::Crypto => ProviderId::Software,
    }
}

fn request<O: Operation>(input: O) -> Vec<u8> {
    let body = input.encode();
    let header = RequestHeader {
        provider: provider(O::OPCODE).number(),
        opcode: O::OPCODE.number(),
        body_length: body.len() as u32,
        ..RequestHeader::default()
    };
    [&header.encode()[..], &body].concat()
}

fn response<O: Operation>(output: O::Output) -> Vec<u8> {
    let request_header = RequestHeader {
        provider: provider(O::OPCODE).number(),
        opcode: O::OPCODE.number(),
        ..RequestHeader::default()
    };
    let body = output.encode();
    let header = ResponseHeader::reply_to(&request_header, Status::Success, body.len() as u32);
    [&header.encode()[..], &body].concat()
}

fn understood(request: &[u8]) -> NativeOperation {
    let read = Request::read_from_stream(&mut &request[..], LIMIT).unwrap();
    ProtobufConverter {}
        .body_to_operation(read.body, read.header.opcode)
        .unwrap()
}

fn understood_response(response: &[u8]) -> NativeResult {
    let read = Response::read_from_stream(&mut &response[..], LIMIT).unwrap();
    ProtobufConverter {}
        .body_to_result(read.body, read.header.opcode)
        .unwrap()
}

/// Decodes the request with the oracle and encodes it again.
fn rewritten(request: &[u8]) -> Vec<u8> {
    let body = ProtobufConverter {}
        .operation_to_body(understood(request))
        .unwrap();
    let mut frame = Request::read_from_stream(&mut &request[..], LIMIT).unwrap();
    frame.body = body;
    let mut bytes = Vec::new();
    frame.write_to_stream(&mut bytes).unwrap();
    bytes
}

/// Decodes the response with the oracle and encodes it again.
fn rewritten_response(response: &[u8]) -> Vec<u8> {
    let body = ProtobufConverter {}
        .result_to_body(understood_response(response))
        .unwrap();
    let mut frame = Response::read_from_stream(&mut &response[..], LIMIT).unwrap();
    frame.body = body;
    let mut bytes = Vec::new();
    frame.write_to_stream(&mut bytes).unwrap();
    bytes
}

#[derive(Default)]
struct Compare {
    compared: Vec<Opcode>,
}

/// A runner accumulates its successes, so each property needs a new one.
fn runner() -> TestRunner {
    TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(CASES)
    })
}

impl strategies::Visitor for Compare {
    fn operation<O>(&mut self, input: BoxedStrategy<O>, output: BoxedStrategy<O::Output>)
    where
        O: Operation + Clone + PartialEq + Debug,
        O::Output: Clone + PartialEq + Debug,
    {
        // Our own codec loses nothing, even if the oracle does not know the operation.
        let lossless = (input.clone(), output.clone());
        runner()
            .run(&lossless, |(input, output)| {
                prop_assert_eq!(&O::decode(&input.clone().encode()).unwrap(), &input);
                prop_assert_eq!(
                    &O::Output::decode(&output.clone().encode()).unwrap(),
                    &output
                );
                Ok(())
            })
            .unwrap();
        if O::OPCODE.number() >= FIRST_OF_OURS || UNKNOWN_TO_ORACLE.contains(&O::OPCODE) {
            return;
        }
        runner()
            .run(&(input, output), |(input, output)| {
                prop_assume!(!input.extends() && !output.extends());
                let ours = request(known_input(input));
                prop_assert_eq!(rewritten(&ours), ours);
                let ours = response::<O>(known_output::<O>(output));
                prop_assert_eq!(rewritten_response(&ours), ours);
                Ok(())
            })
            .unwrap();
        self.compared.push(O::OPCODE);
    }
}

/// Maps any value to one that the oracle returns unchanged: it is strict about numbers and UUIDs,
/// and permission to sign hashes implies permission to sign messages.
fn known_input<O: Operation>(input: O) -> O {
    use parsec_contracts::operations::{CanDoCrypto, ListOpcodes, PsaGenerateKey, PsaImportKey};
    let bytes = input.encode();
    let known = match O::OPCODE {
        Opcode::ListOpcodes => ListOpcodes { provider_id: 3 }.encode(),
        Opcode::PsaGenerateKey => {
            let mut input = PsaGenerateKey::decode(&bytes).unwrap();
            carry(&mut input.attributes);
            input.encode()
        }
        Opcode::PsaImportKey => {
            let mut input = PsaImportKey::decode(&bytes).unwrap();
            carry(&mut input.attributes);
            input.encode()
        }
        Opcode::CanDoCrypto => {
            let mut input = CanDoCrypto::decode(&bytes).unwrap();
            carry(&mut input.attributes);
            input.encode()
        }
        _ => bytes,
    };
    O::decode(&known).unwrap()
}

fn carry(attributes: &mut types::KeyAttributes) {
    let usage = &mut attributes.key_policy.key_usage_flags;
    usage.sign_message |= usage.sign_hash;
    usage.verify_message |= usage.verify_hash;
}

fn known_output<O: Operation>(output: O::Output) -> O::Output {
    use parsec_contracts::operations::{
        ListAuthenticatorsOutput, ListKeysOutput, ListOpcodesOutput, ListProvidersOutput,
        PingOutput,
    };
    let bytes = output.encode();
    let known = match O::OPCODE {
        Opcode::Ping => {
            let mut output = PingOutput::decode(&bytes).unwrap();
            output.wire_protocol_version_maj %= 256;
            output.wire_protocol_version_min %= 256;
            output.encode()
        }
        Opcode::ListProviders => {
            let mut output = ListProvidersOutput::decode(&bytes).unwrap();
            for provider in &mut output.providers {
                provider.id %= 6;
                provider.uuid = ProviderId::ALL[provider.id as usize].uuid().to_owned();
            }
            output.encode()
        }
        Opcode::ListAuthenticators => {
            let mut output = ListAuthenticatorsOutput::decode(&bytes).unwrap();
            output
                .authenticators
                .iter_mut()
                .for_each(|authenticator| authenticator.id %= 5);
            output.encode()
        }
        Opcode::ListOpcodes => {
            let mut output = ListOpcodesOutput::decode(&bytes).unwrap();
            output
                .opcodes
                .iter_mut()
                .for_each(|opcode| *opcode = *opcode % 21 + 1);
            // The oracle keeps a set, whose order is undefined for more than one number.
            output.opcodes.truncate(1);
            output.encode()
        }
        Opcode::ListKeys => {
            let mut output = ListKeysOutput::decode(&bytes).unwrap();
            for key in &mut output.keys {
                key.provider_id %= 6;
                carry(&mut key.attributes);
            }
            output.encode()
        }
        _ => bytes,
    };
    O::Output::decode(&known).unwrap()
}

#[test]
fn both_encode_the_same_values_as_the_same_bytes() {
    let mut compare = Compare::default();
    strategies::all(&mut compare);
    let published = Opcode::ALL
        .iter()
        .filter(|opcode| opcode.number() < FIRST_OF_OURS);
    assert_eq!(
        compare.compared.len() + UNKNOWN_TO_ORACLE.len(),
        published.count()
    );
}

/// Round trips do not detect two swapped fields of one type, so this test compares the values.
#[test]
fn fields_of_one_type_are_not_swapped() {
    use parsec_contracts::operations as ours;
    let text = |name: &str| name.to_owned();
    let bytes = |name: &str| name.as_bytes().to_vec();
    let ecdsa = types::AsymmetricSignature::Ecdsa {
        hash_alg: types::SignHash::Specific(types::Hash::Sha256),
    };
    let gcm = types::Aead::AeadWithDefaultLengthTag(types::AeadWithDefaultLengthTag::Gcm);

    let verify = ours::PsaVerifyHash {
        key_name: text("key"),
        alg: ecdsa,
        hash: bytes("hash"),
        signature: bytes("signature"),
    };
    let NativeOperation::PsaVerifyHash(theirs) = understood(&request(verify)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.key_name, "key");
    assert_eq!(theirs.hash[..], b"hash"[..]);
    assert_eq!(theirs.signature[..], b"signature"[..]);

    let verify = ours::PsaVerifyMessage {
        key_name: text("key"),
        alg: ecdsa,
        message: bytes("message"),
        signature: bytes("signature"),
    };
    let NativeOperation::PsaVerifyMessage(theirs) = understood(&request(verify)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.message[..], b"message"[..]);
    assert_eq!(theirs.signature[..], b"signature"[..]);

    let encrypt = ours::PsaAeadEncrypt {
        key_name: text("key"),
        alg: gcm,
        nonce: bytes("nonce"),
        additional_data: bytes("additional"),
        plaintext: Secret::new(bytes("plaintext")),
    };
    let NativeOperation::PsaAeadEncrypt(theirs) = understood(&request(encrypt)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.nonce[..], b"nonce"[..]);
    assert_eq!(theirs.additional_data[..], b"additional"[..]);
    assert_eq!(theirs.plaintext[..], b"plaintext"[..]);

    let decrypt = ours::PsaAeadDecrypt {
        key_name: text("key"),
        alg: gcm,
        nonce: bytes("nonce"),
        additional_data: bytes("additional"),
        ciphertext: bytes("ciphertext"),
    };
    let NativeOperation::PsaAeadDecrypt(theirs) = understood(&request(decrypt)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.nonce[..], b"nonce"[..]);
    assert_eq!(theirs.additional_data[..], b"additional"[..]);
    assert_eq!(theirs.ciphertext[..], b"ciphertext"[..]);

    let oaep = types::AsymmetricEncryption::RsaOaep {
        hash_alg: types::Hash::Sha256,
    };
    let encrypt = ours::PsaAsymmetricEncrypt {
        key_name: text("key"),
        alg: oaep,
        plaintext: Secret::new(bytes("plaintext")),
        salt: bytes("salt"),
    };
    let NativeOperation::PsaAsymmetricEncrypt(theirs) = understood(&request(encrypt)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.plaintext[..], b"plaintext"[..]);
    assert_eq!(theirs.salt.unwrap()[..], b"salt"[..]);

    let decrypt = ours::PsaAsymmetricDecrypt {
        key_name: text("key"),
        alg: oaep,
        ciphertext: bytes("ciphertext"),
        salt: bytes("salt"),
    };
    let NativeOperation::PsaAsymmetricDecrypt(theirs) = understood(&request(decrypt)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.ciphertext[..], b"ciphertext"[..]);
    assert_eq!(theirs.salt.unwrap()[..], b"salt"[..]);

    let compare = ours::PsaHashCompare {
        alg: types::Hash::Sha256,
        input: bytes("input"),
        hash: bytes("hash"),
    };
    let NativeOperation::PsaHashCompare(theirs) = understood(&request(compare)) else {
        panic!("another operation");
    };
    assert_eq!(theirs.input[..], b"input"[..]);
    assert_eq!(theirs.hash[..], b"hash"[..]);

    let ping = ours::PingOutput {
        wire_protocol_version_maj: 1,
        wire_protocol_version_min: 2,
    };
    let NativeResult::Ping(theirs) = understood_response(&response::<ours::Ping>(ping)) else {
        panic!("another operation");
    };
    assert_eq!(
        (
            theirs.wire_protocol_version_maj,
            theirs.wire_protocol_version_min
        ),
        (1, 2)
    );
}

/// Sets each usage flag alone and checks it, because all flags have the same type.
#[test]
fn usage_flags_are_not_swapped() {
    use parsec_contracts::operations::PsaGenerateKey;
    type Set = fn(&mut types::UsageFlags);
    let flags: [(&str, Set); 10] = [
        ("export", |u| u.export = true),
        ("copy", |u| u.copy = true),
        ("cache", |u| u.cache = true),
        ("encrypt", |u| u.encrypt = true),
        ("decrypt", |u| u.decrypt = true),
        ("sign_message", |u| u.sign_message = true),
        ("verify_message", |u| u.verify_message = true),
        ("sign_hash", |u| u.sign_hash = true),
        ("verify_hash", |u| u.verify_hash = true),
        ("derive", |u| u.derive = true),
    ];
    for (name, set) in flags {
        let mut usage = types::UsageFlags::default();
        set(&mut usage);
        let input = PsaGenerateKey {
            key_name: "key".to_owned(),
            attributes: types::KeyAttributes {
                key_type: types::KeyType::Aes,
                key_bits: 128,
                key_policy: types::KeyPolicy {
                    key_usage_flags: usage,
                    key_algorithm: types::Algorithm::Cipher(types::Cipher::Ctr),
                },
            },
        };
        let NativeOperation::PsaGenerateKey(theirs) = understood(&request(input)) else {
            panic!("another operation");
        };
        let flags = theirs.attributes.policy.usage_flags;
        let theirs = [
            ("export", flags.export()),
            ("copy", flags.copy()),
            ("cache", flags.cache()),
            ("encrypt", flags.encrypt()),
            ("decrypt", flags.decrypt()),
            ("sign_message", flags.sign_message()),
            ("verify_message", flags.verify_message()),
            ("sign_hash", flags.sign_hash()),
            ("verify_hash", flags.verify_hash()),
            ("derive", flags.derive()),
        ];
        // Permission to sign hashes implies permission to sign messages.
        let carried = |flag: &str| {
            (name, flag) == ("sign_hash", "sign_message")
                || (name, flag) == ("verify_hash", "verify_message")
        };
        for (flag, set) in theirs {
            assert_eq!(
                set,
                flag == name || carried(flag),
                "{flag} where {name} was set"
            );
        }
    }
}
