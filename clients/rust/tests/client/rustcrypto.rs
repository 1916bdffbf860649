//! RustCrypto's traits with keys of the real service.

use std::error::Error as _;
use std::process::Command;

use ::signature::hazmat::PrehashSigner as _;
use ::signature::{AsyncSigner, AsyncVerifier, DigestSigner, Keypair, Signer, Verifier};
use p256::NistP256;
use p384::NistP384;
use parsec_client::{ErrorKind, Hash, ecdsa_p256, ecdsa_p384, rsa as rsa_key};
use parsec_harness::Service;
use sha2::{Digest as _, Sha256, Sha384};
use x509_cert::builder::{AsyncBuilder as _, Builder as _};
use x509_cert::der::EncodePem as _;
use x509_cert::request::RequestBuilder;

use crate::{blocking, connect};

#[test]
fn rustcrypto_verifies_ecdsa_signatures() {
    let service = Service::start();
    let parsec = blocking(&service);

    let key = parsec.generate("p256", ecdsa_p256()).unwrap();
    let signer = key.ecdsa::<NistP256>().unwrap();
    let signature: p256::ecdsa::Signature = signer.try_sign(b"hello").unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
    assert!(
        signer
            .verifying_key()
            .verify(b"goodbye", &signature)
            .is_err()
    );
    let der: p256::ecdsa::DerSignature = signer.try_sign(b"hello").unwrap();
    signer.verifying_key().verify(b"hello", &der).unwrap();

    let key = parsec.generate("p384", ecdsa_p384()).unwrap();
    let signer = key.ecdsa::<NistP384>().unwrap();
    let signature: p384::ecdsa::Signature = signer.try_sign(b"hello").unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
}

#[test]
fn rustcrypto_verifies_rsa_signatures() {
    let service = Service::start();
    let parsec = blocking(&service);

    let key = parsec.generate("pss", rsa_key().bits(2048)).unwrap();
    let signer = key.rustcrypto::<rsa::pss::VerifyingKey<Sha256>>().unwrap();
    let signature = signer.try_sign(b"hello").unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
    signer.verify(b"hello", &signature).unwrap();
    assert!(signer.verify(b"goodbye", &signature).is_err());

    let key = parsec
        .generate("pkcs1", rsa_key().bits(2048).pkcs1())
        .unwrap();
    let signer = key
        .rustcrypto::<rsa::pkcs1v15::VerifyingKey<Sha256>>()
        .unwrap();
    let signature = signer.try_sign(b"hello").unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
    signer.verify(b"hello", &signature).unwrap();
}

#[test]
fn a_type_that_does_not_match_the_key_is_refused() {
    let service = Service::start();
    let parsec = blocking(&service);
    let p256 = parsec.generate("p256", ecdsa_p256()).unwrap();
    let other_hash = parsec
        .generate("other-hash", ecdsa_p256().hash(Hash::Sha384))
        .unwrap();
    let pss = parsec.generate("pss", rsa_key().bits(2048)).unwrap();

    let refusals = [
        (p256.ecdsa::<NistP384>().unwrap_err(), "P-256"),
        (other_hash.ecdsa::<NistP256>().unwrap_err(), "sha-384"),
        (pss.ecdsa::<NistP256>().unwrap_err(), "RSA 2048"),
        (
            p256.rustcrypto::<rsa::pss::VerifyingKey<Sha256>>()
                .unwrap_err(),
            "P-256",
        ),
        (
            pss.rustcrypto::<rsa::pkcs1v15::VerifyingKey<Sha256>>()
                .unwrap_err(),
            "RSA-PSS",
        ),
        (
            pss.rustcrypto::<rsa::pss::VerifyingKey<Sha384>>()
                .unwrap_err(),
            "sha-256",
        ),
    ];
    for (error, expected) in refusals {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.key_name().is_some(), "{error}");
    }
}

#[test]
fn prehashed_input_must_match_the_keys_hash() {
    let service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    let signer = key.ecdsa::<NistP256>().unwrap();

    let signature: p256::ecdsa::Signature = signer.sign_prehash(&Sha256::digest(b"hello")).unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
    let error = signer.sign_prehash(&Sha384::digest(b"hello")).unwrap_err();
    assert!(source(&error).to_string().contains("48 bytes, not 32"));

    let signature: p256::ecdsa::Signature = signer
        .try_sign_digest(|digest: &mut Sha256| {
            sha2::Digest::update(digest, b"hello");
            Ok(())
        })
        .unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
    let error = signer
        .try_sign_digest(|digest: &mut Sha384| {
            sha2::Digest::update(digest, b"hello");
            Ok(())
        })
        .unwrap_err();
    assert!(source(&error).to_string().contains("sha-256"));
}

#[test]
fn an_error_has_a_source_unless_the_signature_is_wrong() {
    let mut service = Service::start();
    let key = blocking(&service).generate("key", ecdsa_p256()).unwrap();
    let signer = key.ecdsa::<NistP256>().unwrap();
    let signature: p256::ecdsa::Signature = signer.try_sign(b"hello").unwrap();

    signer.verify(b"hello", &signature).unwrap();
    let error = signer.verify(b"goodbye", &signature).unwrap_err();
    assert!(error.source().is_none());

    service.kill();
    let error = signer.verify(b"hello", &signature).unwrap_err();
    assert_eq!(source(&error).kind(), ErrorKind::ServiceUnavailable);
    let error = Signer::<p256::ecdsa::Signature>::try_sign(&signer, b"hello").unwrap_err();
    assert_eq!(source(&error).kind(), ErrorKind::ServiceUnavailable);
}

#[tokio::test]
async fn async_handles_sign_and_verify_with_the_async_traits() {
    let service = Service::start();
    let parsec = connect(&service).await;

    let key = parsec.generate("p256", ecdsa_p256()).await.unwrap();
    let signer = key.ecdsa::<NistP256>().unwrap();
    let signature = AsyncSigner::<p256::ecdsa::Signature>::sign_async(&signer, b"hello");
    let signature = signature.await.unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
    signer.verify_async(b"hello", &signature).await.unwrap();
    let error = signer
        .verify_async(b"goodbye", &signature)
        .await
        .unwrap_err();
    assert!(error.source().is_none());

    let key = parsec.generate("pss", rsa_key().bits(2048)).await.unwrap();
    let signer = key.rustcrypto::<rsa::pss::VerifyingKey<Sha256>>().unwrap();
    let signature: rsa::pss::Signature = signer.sign_async(b"hello").await.unwrap();
    signer.verifying_key().verify(b"hello", &signature).unwrap();
}

#[test]
fn keys_sign_certificate_requests() {
    let service = Service::start();
    let parsec = blocking(&service);
    let builder = || RequestBuilder::new("CN=web".parse().unwrap()).unwrap();

    let key = parsec.generate("p256", ecdsa_p256()).unwrap();
    let signer = key.ecdsa::<NistP256>().unwrap();
    let request = builder().build::<_, p256::ecdsa::DerSignature>(&signer);
    openssl_verifies(
        &service,
        &request.unwrap().to_pem(Default::default()).unwrap(),
    );

    let key = parsec.generate("pss", rsa_key().bits(2048)).unwrap();
    let signer = key.rustcrypto::<rsa::pss::VerifyingKey<Sha256>>().unwrap();
    let request = builder().build::<_, rsa::pss::Signature>(&signer);
    openssl_verifies(
        &service,
        &request.unwrap().to_pem(Default::default()).unwrap(),
    );

    let key = parsec
        .generate("pkcs1", rsa_key().bits(2048).pkcs1())
        .unwrap();
    let signer = key
        .rustcrypto::<rsa::pkcs1v15::VerifyingKey<Sha256>>()
        .unwrap();
    let request = builder().build::<_, rsa::pkcs1v15::Signature>(&signer);
    openssl_verifies(
        &service,
        &request.unwrap().to_pem(Default::default()).unwrap(),
    );
}

#[tokio::test]
async fn async_handles_sign_certificate_requests() {
    let service = Service::start();
    let key = connect(&service)
        .await
        .generate("p256", ecdsa_p256())
        .await
        .unwrap();
    let signer = key.ecdsa::<NistP256>().unwrap();
    let request = RequestBuilder::new("CN=web".parse().unwrap())
        .unwrap()
        .build_async::<_, p256::ecdsa::DerSignature>(&signer)
        .await;
    openssl_verifies(
        &service,
        &request.unwrap().to_pem(Default::default()).unwrap(),
    );
}

fn source(error: &::signature::Error) -> &parsec_client::Error {
    error.source().unwrap().downcast_ref().unwrap()
}

fn openssl_verifies(service: &Service, request: &str) {
    let file = service.scratch().join("request.pem");
    std::fs::write(&file, request).unwrap();
    let output = Command::new("openssl")
        .args(["req", "-verify", "-noout", "-subject", "-in"])
        .arg(&file)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && text.contains("verify OK"),
        "{text}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("CN = web"));
}
