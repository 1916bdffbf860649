//! Import and export of keys.

use std::fs;

use parsec_client::{
    EcdsaSpec, ErrorKind, PrivateKey, PublicKey, Signature, ecdsa_p256, ecdsa_p384, ecdsa_p521, rsa,
};
use parsec_harness::Service;

use crate::blocking;
use crate::openssl::{openssl, verifies};

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn only_exportable_private_keys_are_exported() {
    let service = Service::start();
    let parsec = blocking(&service);
    let kept = parsec.generate("kept", ecdsa_p256()).unwrap();
    let error = kept.export_private().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted, "{error}");
    assert_eq!(error.key_name(), Some("kept"));

    let specs: [(&str, EcdsaSpec); 3] = [
        ("p256", ecdsa_p256()),
        ("p384", ecdsa_p384()),
        ("p521", ecdsa_p521()),
    ];
    for (name, spec) in specs {
        let key = parsec.generate(name, spec.exportable()).unwrap();
        let attributes = key.attributes();
        let raw = key.export_private().unwrap();
        let pem = PrivateKey::from_raw(attributes.key_type, attributes.key_bits, raw)
            .unwrap()
            .to_pem()
            .unwrap();
        fs::write(service.scratch().join("private.pem"), pem.as_bytes()).unwrap();
        let public = openssl(
            service.scratch(),
            &["pkey", "-in", "private.pem", "-pubout"],
        );
        assert_eq!(text(public), key.public_key().to_pem(), "{name}");
    }
}

#[test]
fn an_exported_rsa_key_matches_its_signatures() {
    let service = Service::start();
    let key = blocking(&service)
        .generate("key", rsa().bits(2048).pkcs1().exportable())
        .unwrap();
    let attributes = key.attributes();
    let raw = key.export_private().unwrap();
    let pem = PrivateKey::from_raw(attributes.key_type, attributes.key_bits, raw)
        .unwrap()
        .to_pem()
        .unwrap();
    let folder = service.scratch();
    fs::write(folder.join("private.pem"), pem.as_bytes()).unwrap();
    fs::write(folder.join("message"), b"hello").unwrap();
    let signed = openssl(
        folder,
        &["dgst", "-sha256", "-sign", "private.pem", "message"],
    );
    key.verify(b"hello", &Signature::rsa(signed)).unwrap();
}

#[test]
fn openssl_keys_are_imported_from_every_format() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = service.scratch();
    let made = [
        &[
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-out",
            "pkcs8.pem",
        ][..],
        &[
            "pkey",
            "-in",
            "pkcs8.pem",
            "-outform",
            "DER",
            "-out",
            "pkcs8.der",
        ],
        &["ec", "-in", "pkcs8.pem", "-out", "sec1.pem"],
        &[
            "ec",
            "-in",
            "pkcs8.pem",
            "-outform",
            "DER",
            "-out",
            "sec1.der",
        ],
        &["pkey", "-in", "pkcs8.pem", "-pubout", "-out", "public.pem"],
    ];
    for arguments in made {
        openssl(folder, arguments);
    }
    let public = fs::read_to_string(folder.join("public.pem")).unwrap();
    for file in ["pkcs8.pem", "pkcs8.der", "sec1.pem", "sec1.der"] {
        let bytes = fs::read(folder.join(file)).unwrap();
        let material = if file.ends_with("pem") {
            PrivateKey::from_pem(&text(bytes))
        } else {
            PrivateKey::from_der(&bytes)
        };
        let key = parsec
            .import(file, ecdsa_p256(), &material.unwrap())
            .unwrap();
        assert_eq!(key.public_key().to_pem(), public, "{file}");
        let signature = key.sign(b"hello").unwrap().to_der();
        assert!(
            verifies(folder, &public, b"hello", &signature, &["-sha256"]),
            "{file}"
        );
    }
}

#[test]
fn openssl_rsa_keys_of_any_size_are_imported() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = service.scratch();
    let bits = ["rsa_keygen_bits:2048", "rsa_keygen_bits:4096"];
    for (name, option) in ["small", "large"].into_iter().zip(bits) {
        openssl(
            folder,
            &[
                "genpkey",
                "-algorithm",
                "RSA",
                "-pkeyopt",
                option,
                "-out",
                "pkcs8.pem",
            ],
        );
        openssl(
            folder,
            &[
                "rsa",
                "-traditional",
                "-in",
                "pkcs8.pem",
                "-out",
                "pkcs1.pem",
            ],
        );
        let pem = fs::read_to_string(folder.join("pkcs1.pem")).unwrap();
        assert!(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
        let material = PrivateKey::from_pem(&pem).unwrap();
        // Without a size in the specification, any size is accepted.
        let key = parsec.import(name, rsa().pkcs1(), &material).unwrap();
        let public = key.public_key().to_pem();
        let signature = key.sign(b"hello").unwrap().to_der();
        assert!(verifies(
            folder,
            &public,
            b"hello",
            &signature,
            &["-sha256"]
        ));
    }
}

#[test]
fn a_key_that_does_not_match_the_specification_is_refused() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = service.scratch();
    openssl(
        folder,
        &[
            "ecparam",
            "-name",
            "secp384r1",
            "-genkey",
            "-noout",
            "-out",
            "key.pem",
        ],
    );
    let pem = fs::read_to_string(folder.join("key.pem")).unwrap();
    let material = PrivateKey::from_pem(&pem).unwrap();
    let error = parsec.import("key", ecdsa_p256(), &material).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert!(error.to_string().contains("is P-384, not P-256"), "{error}");
    assert!(parsec.keys().unwrap().is_empty());
}

#[test]
fn an_imported_public_key_verifies_and_cannot_sign() {
    let service = Service::start();
    let parsec = blocking(&service);
    let folder = service.scratch();
    fs::write(folder.join("message"), b"hello").unwrap();
    openssl(
        folder,
        &[
            "ecparam",
            "-name",
            "prime256v1",
            "-genkey",
            "-noout",
            "-out",
            "key.pem",
        ],
    );
    let public = text(openssl(folder, &["pkey", "-in", "key.pem", "-pubout"]));
    let signed = openssl(folder, &["dgst", "-sha256", "-sign", "key.pem", "message"]);

    let material = PublicKey::from_pem(&public).unwrap();
    let theirs = parsec
        .import_public("theirs", ecdsa_p256(), &material)
        .unwrap();
    assert_eq!(theirs.public_key(), &material);
    let signature = Signature::from_der(&signed, theirs.public_key()).unwrap();
    theirs.verify(b"hello", &signature).unwrap();
    let error = theirs.verify(b"goodbye", &signature).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSignature, "{error}");

    let error = parsec.open_signing_key("theirs").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert_eq!(error.key_name(), Some("theirs"));
    parsec.open_verifying_key("theirs").unwrap();
    theirs.delete().unwrap();
}
