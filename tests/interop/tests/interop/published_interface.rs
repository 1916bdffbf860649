//! The published codec encodes and decodes the same messages as our service.

use std::os::unix::net::UnixStream;

use parsec_harness::Service;
use parsec_interface::operations::psa_algorithm::{Algorithm, AsymmetricSignature, Hash};
use parsec_interface::operations::psa_key_attributes::{
    Attributes, EccFamily, Lifetime, Policy, Type, UsageFlags,
};
use parsec_interface::operations::{
    Convert as _, NativeOperation, NativeResult, can_do_crypto, list_authenticators, list_keys,
    list_opcodes, list_providers, ping, psa_destroy_key, psa_export_public_key, psa_generate_key,
    psa_generate_random, psa_hash_compute, psa_sign_hash,
};
use parsec_interface::operations_protobuf::ProtobufConverter;
use parsec_interface::requests::request::{RequestAuth, RequestHeader};
use parsec_interface::requests::{
    AuthType, BodyType, Opcode, ProviderId, Request, Response, ResponseStatus,
};

const CONVERTER: ProtobufConverter = ProtobufConverter {};

/// Sends requests over one open connection, which the published clients never do.
fn call(
    stream: &mut UnixStream,
    provider: ProviderId,
    operation: NativeOperation,
) -> Result<NativeResult, ResponseStatus> {
    let opcode = operation.opcode();
    let request = Request {
        header: RequestHeader {
            provider,
            session: 0,
            content_type: BodyType::Protobuf,
            accept_type: BodyType::Protobuf,
            auth_type: AuthType::Direct,
            opcode,
        },
        body: CONVERTER.operation_to_body(operation).expect("a body"),
        auth: RequestAuth::new(b"jimbob".to_vec()),
    };
    request.write_to_stream(stream).expect("the service reads");
    let response = Response::read_from_stream(stream, 1 << 20).expect("a response");
    assert_eq!(response.header.opcode, opcode);
    assert_eq!(response.header.provider, provider);
    if response.header.status != ResponseStatus::Success {
        return Err(response.header.status);
    }
    let result = CONVERTER.body_to_result(response.body, opcode);
    Ok(result.expect("a result"))
}

fn key() -> Attributes {
    let mut usage_flags = UsageFlags::default();
    let _ = usage_flags.set_sign_hash().set_verify_hash();
    Attributes {
        lifetime: Lifetime::Persistent,
        key_type: Type::EccKeyPair {
            curve_family: EccFamily::SecpR1,
        },
        bits: 256,
        policy: Policy {
            usage_flags,
            permitted_algorithms: Algorithm::AsymmetricSignature(ecdsa()),
        },
    }
}

fn ecdsa() -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa {
        hash_alg: Hash::Sha256.into(),
    }
}

#[test]
fn every_response_of_the_core_provider_decodes() {
    let service = Service::direct();
    let mut stream = UnixStream::connect(service.socket()).expect("a connection");
    let mut core = |operation| call(&mut stream, ProviderId::Core, operation).expect("a result");
    match core(NativeOperation::Ping(ping::Operation {})) {
        NativeResult::Ping(pong) => {
            assert_eq!(
                (
                    pong.wire_protocol_version_maj,
                    pong.wire_protocol_version_min
                ),
                (1, 0)
            );
        }
        other => panic!("{other:?}"),
    }
    match core(NativeOperation::ListProviders(list_providers::Operation {})) {
        NativeResult::ListProviders(list) => {
            let ids: Vec<_> = list.providers.iter().map(|provider| provider.id).collect();
            assert_eq!(ids, [ProviderId::MbedCrypto, ProviderId::Core]);
        }
        other => panic!("{other:?}"),
    }
    match core(NativeOperation::ListAuthenticators(
        list_authenticators::Operation {},
    )) {
        NativeResult::ListAuthenticators(list) => {
            let ids: Vec<_> = list.authenticators.iter().map(|known| known.id).collect();
            assert_eq!(ids, [AuthType::Direct]);
        }
        other => panic!("{other:?}"),
    }
    for provider_id in [ProviderId::Core, ProviderId::MbedCrypto] {
        match core(NativeOperation::ListOpcodes(list_opcodes::Operation {
            provider_id,
        })) {
            NativeResult::ListOpcodes(list) => assert!(list.opcodes.len() >= 5),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_key_is_created_used_and_destroyed_over_one_connection() {
    let service = Service::direct();
    let mut stream = UnixStream::connect(service.socket()).expect("a connection");
    let mut crypto = |operation| call(&mut stream, ProviderId::MbedCrypto, operation);
    let key_name = || "web-tls".to_owned();

    let generate = || {
        NativeOperation::PsaGenerateKey(psa_generate_key::Operation {
            key_name: key_name(),
            attributes: key(),
        })
    };
    crypto(generate()).expect("a key");
    assert_eq!(
        crypto(generate()).err(),
        Some(ResponseStatus::PsaErrorAlreadyExists)
    );
    let public = crypto(NativeOperation::PsaExportPublicKey(
        psa_export_public_key::Operation {
            key_name: key_name(),
        },
    ));
    match public.expect("a point") {
        NativeResult::PsaExportPublicKey(result) => assert_eq!(result.data.len(), 65),
        other => panic!("{other:?}"),
    }
    let signed = crypto(NativeOperation::PsaSignHash(psa_sign_hash::Operation {
        key_name: key_name(),
        alg: ecdsa(),
        hash: vec![9; 32].into(),
    }));
    match signed.expect("a signature") {
        NativeResult::PsaSignHash(result) => assert_eq!(result.signature.len(), 64),
        other => panic!("{other:?}"),
    }
    let destroy = || {
        NativeOperation::PsaDestroyKey(psa_destroy_key::Operation {
            key_name: key_name(),
        })
    };
    crypto(destroy()).expect("it goes");
    assert_eq!(
        crypto(destroy()).err(),
        Some(ResponseStatus::PsaErrorDoesNotExist)
    );
}

#[test]
fn keyless_operations_and_key_lists_decode() {
    let service = Service::direct();
    let mut stream = UnixStream::connect(service.socket()).expect("a connection");
    let random = NativeOperation::PsaGenerateRandom(psa_generate_random::Operation { size: 33 });
    match call(&mut stream, ProviderId::MbedCrypto, random).expect("bytes") {
        NativeResult::PsaGenerateRandom(result) => assert_eq!(result.random_bytes.len(), 33),
        other => panic!("{other:?}"),
    }
    let hash = NativeOperation::PsaHashCompute(psa_hash_compute::Operation {
        alg: Hash::Sha3_256,
        input: b"abc".to_vec().into(),
    });
    match call(&mut stream, ProviderId::MbedCrypto, hash).expect("a hash") {
        NativeResult::PsaHashCompute(result) => assert_eq!(result.hash.len(), 32),
        other => panic!("{other:?}"),
    }
    let list = NativeOperation::ListKeys(list_keys::Operation {});
    match call(&mut stream, ProviderId::Core, list).expect("a list") {
        NativeResult::ListKeys(result) => assert!(result.keys.is_empty()),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        call(
            &mut stream,
            ProviderId::Core,
            NativeOperation::PsaDestroyKey(psa_destroy_key::Operation {
                key_name: "k".into()
            })
        )
        .err(),
        Some(ResponseStatus::PsaErrorNotSupported)
    );
}

#[test]
fn reported_capabilities_are_true() {
    let service = Service::direct();
    let mut stream = UnixStream::connect(service.socket()).expect("a connection");
    let listed = call(
        &mut stream,
        ProviderId::Core,
        NativeOperation::ListOpcodes(list_opcodes::Operation {
            provider_id: ProviderId::MbedCrypto,
        }),
    );
    let Ok(NativeResult::ListOpcodes(listed)) = listed else {
        panic!("{listed:?}");
    };
    let can = call(
        &mut stream,
        ProviderId::MbedCrypto,
        NativeOperation::CanDoCrypto(can_do_crypto::Operation {
            check_type: can_do_crypto::CheckType::Generate,
            attributes: key(),
        }),
    );
    if listed.opcodes.contains(&Opcode::CanDoCrypto) {
        can.expect("P-256 is known");
    } else {
        assert_eq!(can.err(), Some(ResponseStatus::PsaErrorNotSupported));
    }
}
