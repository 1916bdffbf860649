//! Intended uses of a key determine its provider, in a service whose providers differ.

use parsec_client::operations::PsaExportKey;
use parsec_client::{
    AnySpec, ErrorKind, KeyUse, ProviderId, Status, aes_256_gcm, aes_key_wrap, blocking, hkdf, hmac,
};
use parsec_harness::{Devices, Service};

use crate::named;

fn start() -> (Devices, Service, blocking::Client) {
    let devices = Devices::start();
    let service = devices.service().start();
    let parsec = named(&service, "web");
    (devices, service, parsec)
}

#[track_caller]
fn says(error: &parsec_client::Error, kind: ErrorKind, words: &[&str]) {
    assert_eq!(error.kind(), kind, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

#[test]
fn a_key_is_created_in_a_provider_that_supports_its_uses() {
    let (_devices, _service, parsec) = start();
    let on_token = parsec.generate("vault", aes_256_gcm()).unwrap();
    assert_eq!(on_token.key().provider(), ProviderId::Pkcs11);
    let streams = || aes_256_gcm().uses([KeyUse::Streams]);
    let films = parsec.get_or_generate("films", streams()).unwrap();
    assert_eq!(films.key().provider(), ProviderId::Software);
    let mut stream = films.encrypt_stream(b"film", None).unwrap();
    let mut sealed = stream.update(b"pieces").unwrap().to_vec();
    sealed.extend_from_slice(&stream.finish().unwrap());
    let opened = films.decrypt_with_context(b"film", &sealed).unwrap();
    assert_eq!(*opened, b"pieces");

    // Also by name, and for every kind with streams.
    for kind in ["hmac", "aes-256-ctr"] {
        let spec = AnySpec::named(kind).unwrap().uses([KeyUse::Streams]);
        let key = parsec.generate(kind, spec).unwrap();
        assert_ne!(key.provider(), ProviderId::Tpm, "{kind}");
    }
    let backup = parsec.generate("backup", aes_key_wrap()).unwrap();
    let wrappable = aes_256_gcm().exportable().uses([KeyUse::Wrapping]);
    let archive = parsec.generate("archive", wrappable.clone()).unwrap();
    let wrapped = backup.wrap("archive").unwrap();
    archive.delete().unwrap();
    backup.unwrap_key(&wrapped, "archive", wrappable).unwrap();
}

#[test]
fn unsupported_operations_name_providers_and_uses() {
    let (_devices, _service, parsec) = start();
    let exportable = aes_256_gcm().exportable();
    let vault = parsec.generate("vault", exportable.clone()).unwrap();
    let streams = [
        "the provider pkcs11 does not serve this operation",
        "software does",
        "`uses` streams",
        "--provider software",
    ];
    let error = vault.encrypt_stream(b"", None).unwrap_err();
    says(&error, ErrorKind::NotSupported, &streams);
    // The service's status is still available to programs.
    assert!(error.status().is_some());
    let error = vault.decrypt_stream(b"", None).unwrap_err();
    says(&error, ErrorKind::NotSupported, &streams);

    let backup = parsec.generate("backup", aes_key_wrap()).unwrap();
    let error = backup.wrap("vault").unwrap_err();
    let elsewhere = ["\"vault\"", "pkcs11", "in software", "--uses wrapping"];
    says(&error, ErrorKind::KeyNotFound, &elsewhere);
    assert_eq!(error.status(), Some(Status::PsaErrorDoesNotExist));
    let error = backup.wrap("missing").unwrap_err();
    assert!(!error.to_string().contains("--uses"), "{error}");

    // An existing key whose provider does not support the use does not match.
    let spec = exportable.uses([KeyUse::Streams]);
    let error = parsec.get_or_generate("vault", spec).unwrap_err();
    says(
        &error,
        ErrorKind::KeyExists,
        &["pkcs11 does not serve psa_aead_encrypt_setup"],
    );
    // Operations that belong to no use.
    let key_name = "web".to_owned();
    let export = PsaExportKey { key_name };
    let error = parsec
        .raw()
        .psa_export_key(ProviderId::Tpm, export)
        .unwrap_err();
    says(&error, ErrorKind::NotSupported, &["--provider pkcs11"]);
}

#[test]
fn a_provider_that_does_not_support_the_uses_is_refused() {
    let (_devices, _service, parsec) = start();
    let streams = aes_256_gcm().uses([KeyUse::Streams]);
    let error = parsec
        .generate("k", streams.provider(ProviderId::Pkcs11))
        .unwrap_err();
    says(
        &error,
        ErrorKind::NotSupported,
        &["pkcs11", "software does"],
    );
    let hkdf = parsec.generate("hkdf", hkdf()).unwrap();
    let spec = hmac(parsec_client::Hash::Sha256);
    let error = hkdf
        .derive_key(b"", "k", spec.clone().provider(ProviderId::Tpm))
        .unwrap_err();
    says(&error, ErrorKind::InvalidArgument, &["software", "tpm"]);
    let streams = spec.uses([KeyUse::Streams]);
    hkdf.derive_key(b"", "k", streams).unwrap();
    let wrapping = aes_256_gcm().uses([KeyUse::Wrapping]);
    let error = parsec.generate("k2", wrapping).unwrap_err();
    says(&error, ErrorKind::InvalidArgument, &["exportable"]);
}
