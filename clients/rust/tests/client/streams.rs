//! Streams, roles of keys, copies and renames.

use parsec_client::blocking::{AnyKey, Stream};
use parsec_client::types::KeyLifetime;
use parsec_client::{
    AnySpec, ErrorKind, Hash, Secret, aes_256_ccm, aes_256_gcm, chacha20_poly1305, hmac,
};
use parsec_harness::Service;
use sha2::Digest as _;

use crate::{blocking, connect};

/// Returns the whole output of a stream for data in pieces of this size.
fn through(mut stream: Stream, data: &[u8], piece: usize) -> parsec_client::Result<Vec<u8>> {
    let mut out = Vec::new();
    for piece in data.chunks(piece) {
        out.extend_from_slice(&stream.update(piece)?);
    }
    out.extend_from_slice(&stream.finish()?);
    Ok(out)
}

fn data(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

#[test]
fn pieces_of_any_size_are_encrypted_and_decrypted() {
    let service = Service::start();
    let parsec = blocking(&service);
    let gcm = parsec.generate("gcm", aes_256_gcm()).unwrap();
    let chacha = parsec.generate("chacha", chacha20_poly1305()).unwrap();
    for key in [gcm, chacha] {
        for length in [0, 1, 15, 16, 17, 1000, 700_000] {
            let data = data(length);
            for piece in [1, 7, 64, 300_000] {
                if length / piece > 2000 {
                    continue;
                }
                let at = format!("{} of {length} by {piece}", key.name());
                let sealed = through(key.encrypt_stream(b"v1", None).unwrap(), &data, piece);
                let sealed = sealed.unwrap();
                let opened = key.decrypt_with_context(b"v1", &sealed).unwrap();
                assert_eq!(*opened, data, "{at}");
                let sealed = key.encrypt_with_context(b"v1", &data).unwrap();
                let opened = through(key.decrypt_stream(b"v1", None).unwrap(), &sealed, piece);
                assert_eq!(opened.unwrap(), data, "{at}");
            }
        }
    }
}

#[test]
fn modified_or_truncated_data_fails_at_the_end() {
    let service = Service::start();
    let key = blocking(&service).generate("vault", aes_256_gcm()).unwrap();
    let sealed = key.encrypt(data(1000)).unwrap();
    let mut changed = sealed.clone();
    changed[500] ^= 1;
    let cut = [0, 1, 11, 12, 20, 27, 28, 500, sealed.len() - 1];
    let spoilt = cut.iter().map(|length| sealed[..*length].to_vec());
    for spoilt in spoilt.chain([changed]) {
        let stream = key.decrypt_stream(b"", None).unwrap();
        let error = through(stream, &spoilt, 100).unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::DecryptionFailed,
            "{}",
            spoilt.len()
        );
        assert_eq!(error.key_name(), Some("vault"));
    }
    let stream = key.decrypt_stream(b"another context", None).unwrap();
    let error = through(stream, &sealed, 100).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DecryptionFailed);
}

#[test]
fn ccm_needs_the_length_at_the_start() {
    let service = Service::start();
    let key = blocking(&service).generate("ccm", aes_256_ccm()).unwrap();
    let error = key.encrypt_stream(b"", None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let data = data(1000);
    let stream = key.encrypt_stream(b"", Some(1000)).unwrap();
    let sealed = through(stream, &data, 333).unwrap();
    assert_eq!(*key.decrypt(&sealed).unwrap(), data);
    let stream = key.decrypt_stream(b"", Some(1000)).unwrap();
    assert_eq!(through(stream, &sealed, 333).unwrap(), data);
}

#[test]
fn hashes_and_codes_of_pieces_match_those_of_the_whole() {
    let service = Service::start();
    let parsec = blocking(&service);
    let data = data(100_000);
    let hash = through(parsec.hash_stream(Hash::Sha256).unwrap(), &data, 4096).unwrap();
    assert_eq!(hash, sha2::Sha256::digest(&data).as_slice());

    let key = parsec.generate("cookies", hmac(Hash::Sha256)).unwrap();
    let code = through(key.compute_stream().unwrap(), &data, 4096).unwrap();
    assert_eq!(code, key.compute(&data).unwrap());
    through(key.verify_stream(&code).unwrap(), &data, 999).unwrap();
    let error = through(key.verify_stream(&code).unwrap(), &data[1..], 999).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSignature);
}

#[test]
fn an_ended_stream_accepts_no_data() {
    let mut service = Service::start();
    let key = blocking(&service)
        .generate("cookies", hmac(Hash::Sha256))
        .unwrap();
    let mut stream = key.compute_stream().unwrap();
    stream.abort().unwrap();
    stream.abort().unwrap();
    let error = stream.update(b"more").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);

    let mut stream = key.compute_stream().unwrap();
    service.restart();
    assert!(stream.update(b"more").is_err());
    // The handle stays valid.
    key.compute(b"more").unwrap();
}

#[test]
fn a_stream_has_its_own_connection() {
    let service = Service::start();
    let parsec = blocking(&service);
    let key = parsec.generate("cookies", hmac(Hash::Sha256)).unwrap();
    let mut streams: Vec<_> = (0..4).map(|_| key.compute_stream().unwrap()).collect();
    for stream in &mut streams {
        stream.update(b"a").unwrap();
        assert_eq!(key.compute(b"ab").unwrap().len(), 32);
    }
    for mut stream in streams {
        stream.update(b"b").unwrap();
        assert_eq!(*stream.finish().unwrap(), key.compute(b"ab").unwrap());
    }
}

#[tokio::test]
async fn async_streams() {
    let service = Service::start();
    let key = connect(&service)
        .await
        .generate("vault", aes_256_gcm())
        .await
        .unwrap();
    let mut stream = key.encrypt_stream(b"", None).await.unwrap();
    let mut sealed = stream.update(b"hello, ").await.unwrap().to_vec();
    sealed.extend_from_slice(&stream.update(b"world").await.unwrap());
    sealed.extend_from_slice(&stream.finish().await.unwrap());
    let mut stream = key.decrypt_stream(b"", None).await.unwrap();
    let mut opened = stream.update(&sealed).await.unwrap().to_vec();
    opened.extend_from_slice(&stream.finish().await.unwrap());
    assert_eq!(opened, b"hello, world");
}

#[test]
fn a_key_opens_for_its_role() {
    let service = Service::start();
    let parsec = blocking(&service);
    for (name, role) in [
        ("ecdsa-p256", "Signing"),
        ("rsa-2048", "Signing"),
        ("rsa-oaep-2048", "Decryption"),
        ("aes-256-gcm", "Symmetric"),
        ("chacha20-poly1305", "Symmetric"),
        ("aes-256-ctr", "Other"),
        ("hmac", "Mac"),
        ("aes-cmac", "Mac"),
        ("hkdf", "Derivation"),
        ("ecdh-p256", "Agreement"),
        ("x25519", "Agreement"),
        ("aes-key-wrap", "Wrapping"),
        ("raw", "Other"),
    ] {
        let spec = AnySpec::named(name).unwrap();
        parsec.generate(name, spec).unwrap();
        let any = parsec.open(name).unwrap().into_any();
        let found = match &any {
            AnyKey::Signing(_) => "Signing",
            AnyKey::Symmetric(_) => "Symmetric",
            AnyKey::Mac(_) => "Mac",
            AnyKey::Decryption(_) => "Decryption",
            AnyKey::Derivation(_) => "Derivation",
            AnyKey::Agreement(_) => "Agreement",
            AnyKey::Wrapping(_) => "Wrapping",
            AnyKey::Other(_) => "Other",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, role, "{name}");
        assert_eq!(any.key().name(), name);
    }
    let key = parsec.open_signing_key("ecdsa-p256").unwrap();
    let public = key.public_key().clone();
    let spec = AnySpec::named("ecdsa-p256").unwrap();
    let imported = parsec.import_public("public", spec, &public).unwrap();
    let any = imported.key().into_any();
    assert!(matches!(any, AnyKey::Verifying(_)), "{any:?}");
}

#[test]
fn keys_are_copied_and_renamed_if_permitted() {
    let service = Service::start();
    let parsec = blocking(&service);
    let spec = AnySpec::named("hmac").unwrap();
    let key = parsec.generate("plain", spec.clone()).unwrap();
    let error = key.copy("copy").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted);

    let key = parsec.generate("cookies", spec.copyable()).unwrap();
    let code = key.clone().into_mac_key().unwrap().compute(b"a").unwrap();
    let copy = key.copy("copy").unwrap().into_mac_key().unwrap();
    assert_eq!(copy.compute(b"a").unwrap(), code);

    let error = key.clone().rename("plain").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyExists);
    let renamed = key.clone().rename("biscuits").unwrap();
    assert_eq!(renamed.name(), "biscuits");
    assert_eq!(renamed.into_mac_key().unwrap().compute(b"a").unwrap(), code);
    let error = key.into_mac_key().unwrap().compute(b"a").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyNotFound);
}

#[test]
fn imported_bytes_determine_the_key_size() {
    let service = Service::start();
    let parsec = blocking(&service);
    // RFC 4231, test case 2.
    let spec = hmac(Hash::Sha256);
    let key = parsec.import_bytes("jefe", spec, &Secret::from(&b"Jefe"[..]));
    let key = key.unwrap();
    assert_eq!(key.attributes().key_bits, 32);
    let code = key.compute(b"what do ya want for nothing?").unwrap();
    assert_eq!(code[..4], [0x5b, 0xdc, 0xc1, 0x46]);
}

#[test]
fn an_expiring_key_can_be_deleted_early() {
    let service = Service::start();
    let parsec = blocking(&service);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let lifetime = KeyLifetime::ExpiresAt {
        time: now.as_secs() + 3600,
    };
    let key = parsec.generate_volatile("hour", hmac(Hash::Sha256), lifetime);
    let key = key.unwrap();
    assert_eq!(key.compute(b"a").unwrap().len(), 32);
    key.delete().unwrap();
    let error = parsec.open("hour").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyNotFound);
}
