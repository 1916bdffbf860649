//! Streams on one connection, closed together with it.
use parsec_contracts::frame::flags;
use parsec_contracts::operations::{
    PsaGenerateKey, PsaHashCompute, PsaHashSetup, PsaMacCompute, PsaMacSignSetup,
    PsaMacVerifySetup, StreamAbort, StreamFinish, StreamUpdate, StreamVerify,
};
use parsec_contracts::types::{Algorithm, FullLengthMac, Hash, KeyType, Mac, UsageFlags};
use parsec_contracts::{Operation, Secret, Status};
use parsec_harness::{Auth, Reply, Service, Wire, eventually, keys};

fn call<O: Operation>(wire: &mut Wire, app: &str, operation: O) -> Reply {
    wire.call(1, &Auth::direct(app), flags::EXTENSIONS, operation)
        .unwrap()
}

fn output<O: Operation>(wire: &mut Wire, operation: O) -> O::Output {
    call(wire, "web", operation).output::<O>().unwrap()
}

fn begin(wire: &mut Wire) -> u64 {
    output(wire, PsaHashSetup { alg: Hash::Sha256 }).stream
}

fn piece(stream: u64, input: &[u8]) -> StreamUpdate {
    StreamUpdate {
        stream,
        input: Secret::from(input),
    }
}

#[test]
fn chunks_give_the_same_result_as_one_message() {
    let service = Service::direct();
    let mut wire = service.wire();
    let data: Vec<u8> = (0..200_000).map(|at| at as u8).collect();
    let stream = begin(&mut wire);
    for part in data.chunks(33_333) {
        output(&mut wire, piece(stream, part));
    }
    let hash = output(&mut wire, StreamFinish { stream }).output;
    let whole = PsaHashCompute {
        alg: Hash::Sha256,
        input: data,
    };
    assert_eq!(hash.expose(), output(&mut wire, whole).hash);
    // The stream is closed.
    let again = call(&mut wire, "web", StreamFinish { stream });
    assert_eq!(again.status(), Status::PsaErrorBadState);
}

#[test]
fn streams_on_one_connection_are_independent() {
    let service = Service::direct();
    let mut wire = service.wire();
    let streams: Vec<u64> = (0..10).map(|_| begin(&mut wire)).collect();
    for round in 0..5_u8 {
        for (index, stream) in streams.iter().enumerate() {
            output(&mut wire, piece(*stream, &[index as u8, round]));
        }
    }
    for (index, stream) in streams.into_iter().enumerate() {
        let input = (0..5).flat_map(|round| [index as u8, round]).collect();
        let whole = PsaHashCompute {
            alg: Hash::Sha256,
            input,
        };
        let expected = output(&mut wire, whole).hash;
        output(&mut wire, StreamVerify { stream, expected });
    }
}

#[test]
fn a_stream_is_valid_only_for_its_application_and_connection() {
    let service = Service::direct();
    let (mut wire, mut other) = (service.wire(), service.wire());
    let stream = begin(&mut wire);
    let elsewhere = call(&mut other, "web", piece(stream, b"x"));
    assert_eq!(elsewhere.status(), Status::PsaErrorBadState);
    let stranger = call(&mut wire, "mail", piece(stream, b"x"));
    assert_eq!(stranger.status(), Status::PsaErrorBadState);
    // Neither attempt has affected it.
    output(&mut wire, piece(stream, b"abc"));
    output(&mut wire, StreamAbort { stream });
    let aborted = call(&mut wire, "web", StreamFinish { stream });
    assert_eq!(aborted.status(), Status::PsaErrorBadState);
}

#[test]
fn streams_are_limited_per_application_and_freed_with_the_connection() {
    let service = Service::direct();
    let (mut wire, mut other) = (service.wire(), service.wire());
    for _ in 0..64 {
        begin(&mut wire);
    }
    let setup = || PsaHashSetup { alg: Hash::Sha256 };
    let refused = call(&mut other, "web", setup());
    assert_eq!(refused.status(), Status::QuotaExceeded);
    // Other applications are not affected.
    let stranger = call(&mut other, "mail", setup());
    assert_eq!(stranger.status(), Status::Success);
    drop(wire);
    eventually("the quota is free again", || {
        call(&mut other, "web", setup()).status() == Status::Success
    });
}

#[test]
fn macs_are_computed_and_verified() {
    let service = Service::direct();
    let mut wire = service.wire();
    let alg = Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    });
    let key_name = "k".to_owned();
    let key_usage_flags = UsageFlags {
        sign_message: true,
        verify_message: true,
        ..UsageFlags::default()
    };
    let attributes = keys::attributes(KeyType::Hmac, 256, key_usage_flags, Algorithm::Mac(alg));
    output(
        &mut wire,
        PsaGenerateKey {
            key_name: key_name.clone(),
            attributes,
        },
    );
    let compute = PsaMacCompute {
        key_name: key_name.clone(),
        alg,
        input: b"abc".to_vec(),
    };
    let mac = output(&mut wire, compute).mac;
    let setup = PsaMacSignSetup {
        key_name: key_name.clone(),
        alg,
    };
    let stream = output(&mut wire, setup).stream;
    output(&mut wire, piece(stream, b"ab"));
    output(&mut wire, piece(stream, b"c"));
    let finished = output(&mut wire, StreamFinish { stream }).output;
    assert_eq!(finished.expose(), mac);
    for (expected, status) in [
        (mac.clone(), Status::Success),
        (vec![0; 32], Status::PsaErrorInvalidSignature),
    ] {
        let setup = PsaMacVerifySetup {
            key_name: key_name.clone(),
            alg,
        };
        let stream = output(&mut wire, setup).stream;
        output(&mut wire, piece(stream, b"abc"));
        let verified = call(&mut wire, "web", StreamVerify { stream, expected });
        assert_eq!(verified.status(), status);
    }
}

fn hmac() -> Mac {
    Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    })
}

/// A key that computes and verifies MACs, and a key that only verifies them.
fn mac_keys(wire: &mut Wire) {
    for (name, sign_message) in [("mac", true), ("check", false)] {
        let usage = UsageFlags {
            sign_message,
            verify_message: true,
            ..UsageFlags::default()
        };
        let attributes = keys::attributes(KeyType::Hmac, 256, usage, Algorithm::Mac(hmac()));
        output(wire, keys::generate(name, attributes));
    }
}

#[test]
fn a_mac_verification_stream_never_returns_the_mac() {
    let service = Service::direct();
    let mut wire = service.wire();
    mac_keys(&mut wire);
    for name in ["mac", "check"] {
        let setup = PsaMacVerifySetup {
            key_name: name.to_owned(),
            alg: hmac(),
        };
        let stream = output(&mut wire, setup).stream;
        output(&mut wire, piece(stream, b"message"));
        let refused = call(&mut wire, "web", StreamFinish { stream });
        assert_eq!(refused.status(), Status::PsaErrorBadState, "{name}");
        // A wrong final operation does not leave the stream open for another attempt.
        let expected = vec![0; 32];
        let gone = call(&mut wire, "web", StreamVerify { stream, expected });
        assert_eq!(gone.status(), Status::PsaErrorBadState, "{name}");
    }
}

#[test]
fn a_mac_signing_stream_does_not_verify() {
    let service = Service::direct();
    let mut wire = service.wire();
    mac_keys(&mut wire);
    let setup = PsaMacSignSetup {
        key_name: "mac".to_owned(),
        alg: hmac(),
    };
    let stream = output(&mut wire, setup).stream;
    let expected = vec![0; 32];
    let refused = call(&mut wire, "web", StreamVerify { stream, expected });
    assert_eq!(refused.status(), Status::PsaErrorBadState);
}
