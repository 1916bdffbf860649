//! Key wrap.

use parsec_contracts::Status;
use parsec_contracts::operations::{UnwrapKey, WrapKey};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType, KeyWrap};
use parsec_harness::{Service, keys};

use super::{App, attributes, exportable, hex, openssl};

fn wrapping(alg: KeyWrap) -> KeyAttributes {
    attributes(KeyType::Aes, 0, Algorithm::KeyWrap(alg), |usage| {
        usage.encrypt = true;
        usage.decrypt = true;
    })
}

fn wrap(alg: KeyWrap, name: &str) -> WrapKey {
    WrapKey {
        wrapping_key_name: "backup".to_owned(),
        alg,
        key_name: name.to_owned(),
    }
}

fn unwrap(alg: KeyWrap, data: Vec<u8>, name: &str, attributes: KeyAttributes) -> UnwrapKey {
    UnwrapKey {
        wrapping_key_name: "backup".to_owned(),
        alg,
        data,
        key_name: name.to_owned(),
        attributes,
        lifetime: None,
    }
}

#[test]
fn wrapped_keys_match_openssl() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    let plain_path = plain.to_str().unwrap();
    let secret: Vec<u8> = (0..40).collect();
    for (alg, name, iv) in [
        (KeyWrap::AesKw, "wrap", "A6A6A6A6A6A6A6A6"),
        (KeyWrap::AesKwp, "wrap-pad", "A65959A6"),
    ] {
        for bits in [128, 192, 256] {
            let key = vec![0x42; bits / 8];
            app.import("backup", wrapping(alg), &key);
            let length = if alg == KeyWrap::AesKw { 40 } else { 37 };
            app.import("k", exportable(KeyType::RawData, 0), &secret[..length]);
            std::fs::write(&plain, &secret[..length]).unwrap();
            let cipher = format!("-id-aes{bits}-{name}");
            let theirs = openssl(&[
                "enc",
                "-e",
                &cipher,
                "-K",
                &hex(&key),
                "-iv",
                iv,
                "-in",
                plain_path,
            ]);
            let ours = app.output(wrap(alg, "k")).data;
            assert_eq!(ours, theirs, "{cipher}");
            app.output(unwrap(alg, theirs, "back", exportable(KeyType::RawData, 0)));
            assert_eq!(app.export("back"), &secret[..length]);
            for name in ["backup", "k", "back"] {
                let key_name = name.to_owned();
                app.output(parsec_contracts::operations::PsaDestroyKey { key_name });
            }
        }
    }
}

#[test]
fn a_key_moves_to_another_host() {
    let (here, there) = (Service::direct(), Service::direct());
    let (here, there) = (&mut App::of(&here), &mut App::of(&there));
    let shared = [7; 32];
    for app in [&mut *here, &mut *there] {
        app.import("backup", wrapping(KeyWrap::AesKwp), &shared);
    }
    here.output(keys::generate("signer", keys::ecdsa_p256()));
    let data = here.output(wrap(KeyWrap::AesKwp, "signer")).data;
    let signature = here.output(keys::sign("signer", &[1; 32])).signature;
    there.output(unwrap(KeyWrap::AesKwp, data, "signer", keys::ecdsa_p256()));
    there.output(keys::verify("signer", &[1; 32], &signature));
}

#[test]
fn a_changed_wrapped_key_is_refused() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let alg = KeyWrap::AesKwp;
    app.import("backup", wrapping(alg), &[7; 16]);
    app.import("k", exportable(KeyType::RawData, 0), &[1; 21]);
    let data = app.output(wrap(alg, "k")).data;
    let none = exportable(KeyType::RawData, 0);
    for at in 0..data.len() {
        let mut changed = data.clone();
        changed[at] ^= 0x10;
        let reply = app.status(unwrap(alg, changed, "never", none));
        assert_eq!(reply, Status::PsaErrorInvalidSignature, "byte {at}");
    }
    let cut = data[..16].to_vec();
    let reply = app.status(unwrap(alg, cut, "never", none));
    assert_eq!(reply, Status::PsaErrorInvalidSignature);
    // Data of a length that no wrapped key has.
    let odd = data[..23].to_vec();
    let reply = app.status(unwrap(alg, odd, "never", none));
    assert_eq!(reply, Status::PsaErrorInvalidSignature);
}

#[test]
fn a_key_without_the_export_flag_cannot_be_wrapped() {
    let service = Service::direct();
    let app = &mut App::of(&service);
    let alg = KeyWrap::AesKwp;
    app.import("backup", wrapping(alg), &[7; 16]);
    let mut kept = keys::ecdsa_p256();
    kept.key_policy.key_usage_flags.export = false;
    app.output(keys::generate("kept", kept));
    assert_eq!(app.status(wrap(alg, "kept")), Status::PsaErrorNotPermitted);
    // The key's policy permits the other algorithm.
    app.import("k", exportable(KeyType::RawData, 0), &[1; 16]);
    let other = wrap(KeyWrap::AesKw, "k");
    assert_eq!(app.status(other), Status::PsaErrorNotPermitted);
}
