//! Restrictions in key files, which become policies.

use parsec_client::types::{Algorithm, Hash, SignHash};
use parsec_client::{
    AsymmetricSignature, ErrorKind, KeyMaterial, PrivateKey, PublicKey, rsa, rsa_oaep,
};
use parsec_harness::Service;
use tempfile::TempDir;

use super::{make, read, refused};
use crate::blocking;

const fn pss(hash: Hash) -> Algorithm {
    Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPss {
        hash_alg: SignHash::Specific(hash),
    })
}

#[test]
fn the_parameters_of_a_pss_key_become_its_policy() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = service.scratch();
    let parameters = "-pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha384";
    for (name, parameters, hash) in [
        ("open", String::new(), Hash::Sha256),
        (
            "whole",
            format!("{parameters} -pkeyopt rsa_pss_keygen_saltlen:48"),
            Hash::Sha384,
        ),
        (
            "any-salt",
            format!("{parameters} -pkeyopt rsa_pss_keygen_saltlen:0"),
            Hash::Sha384,
        ),
    ] {
        make(
            folder,
            &format!(
                "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 {parameters} -out {name}.pem"
            ),
        );
        make(
            folder,
            &format!("pkey -in {name}.pem -pubout -out {name}.pub"),
        );
        let private = PrivateKey::parse(&read(folder, &format!("{name}.pem")), None).unwrap();
        let key = parsec.import(name, rsa(), &private).unwrap();
        assert_eq!(
            key.attributes().key_policy.key_algorithm,
            pss(hash),
            "{name}"
        );
        let public = PublicKey::parse(&read(folder, &format!("{name}.pub"))).unwrap();
        let verifier = parsec
            .import_public(&format!("{name}-public"), rsa(), &public)
            .unwrap();
        assert_eq!(
            verifier.attributes().key_policy.key_algorithm,
            pss(hash),
            "{name}"
        );
        let signature = key.sign(b"hello").unwrap();
        verifier.verify(b"hello", &signature).unwrap();
        // A choice of the caller is kept or refused, never replaced.
        let message = refused(parsec.import("other", rsa().pkcs1(), &private));
        assert!(message.contains("only for RSA-PSS"), "{message}");
        let message = refused(parsec.import("other", rsa_oaep(), &private));
        assert!(message.contains("only for RSA-PSS"), "{message}");
        let wider = parsec.import("wider", rsa().hash(Hash::Sha512), &private);
        match name {
            "open" => wider.unwrap().delete().unwrap(),
            _ => assert!(refused(wider).contains("RSA-PSS with sha-384")),
        }
    }
}

#[test]
fn parameters_that_no_policy_can_keep_are_refused() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for (parameters, because) in [
        (
            "-pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:33",
            "salts of at least 33 bytes",
        ),
        (
            "-pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha1",
            "another mask function",
        ),
    ] {
        make(
            folder,
            &format!(
                "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 {parameters} -out key.pem"
            ),
        );
        let error = PrivateKey::parse(&read(folder, "key.pem"), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSupported);
        assert!(error.to_string().contains(because), "{error}");
    }
}

#[test]
fn the_algorithm_of_a_json_web_key_becomes_its_policy() {
    // RFC 7517, appendix A.1.
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let service = Service::start();
    let parsec = blocking(&service);
    let jwk = format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB","alg":"PS512"}}"#);
    let key = KeyMaterial::parse(jwk.as_bytes(), None).unwrap();
    let KeyMaterial::Public(public) = &key else {
        panic!("not public");
    };
    let verifier = parsec
        .import_public("jwk", key.spec().unwrap(), public)
        .unwrap();
    assert_eq!(
        verifier.attributes().key_policy.key_algorithm,
        pss(Hash::Sha512)
    );
}
