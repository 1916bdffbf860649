//! JSON Web Keys.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use der::Decode as _;
use parsec_client::{KeyMaterial, PrivateKey, PublicKey};
use tempfile::TempDir;

use super::{make, material, private, public, refused};

/// RFC 7515, appendix A.3.1.
const EC: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
/// RFC 8037, appendix A.1.
const OKP: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn keys_on_curves_are_read() {
    for (jwk, name) in [(EC, "P-256"), (OKP, "Ed25519")] {
        let key = PrivateKey::from_pem(jwk).unwrap();
        assert_eq!(key.description(), name);
        let mut members: serde_json::Value = serde_json::from_str(jwk).unwrap();
        members.as_object_mut().unwrap().remove("d");
        let public = PublicKey::from_pem(&members.to_string()).unwrap();
        let again: serde_json::Value = serde_json::from_str(&public.to_jwk().unwrap()).unwrap();
        assert_eq!(again, members);
        // openssl computes the same public key.
        let folder = TempDir::new().unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            key.to_pem().unwrap().as_bytes(),
        )
        .unwrap();
        make(folder.path(), "pkey -in key.pem -pubout -out public.pem");
        assert_eq!(super::public(folder.path(), "public.pem"), public);
        let set = format!("{{\"keys\":[{jwk}]}}");
        assert_eq!(PrivateKey::from_pem(&set).unwrap(), key);
        let message = refused(material(&format!("{{\"keys\":[{jwk},{jwk}]}}")));
        assert!(message.contains("a set of 2 JSON Web Keys"), "{message}");
    }
}

#[test]
fn rsa_keys_are_read_with_and_without_their_primes() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    make(folder, "genrsa -out key.pem 2048");
    make(
        folder,
        "rsa -in key.pem -traditional -outform DER -out key.der",
    );
    make(folder, "pkey -in key.pem -pubout -out public.pem");
    let key = private(folder, "key.pem");
    let der = super::read(folder, "key.der");
    let numbers = pkcs1::RsaPrivateKeyRef::from_der(&der).unwrap();
    let text =
        |number: &der::asn1::UintRef<'_>| Base64UrlUnpadded::encode_string(number.as_bytes());
    let (n, e, d) = (
        text(&numbers.modulus),
        text(&numbers.public_exponent),
        text(&numbers.private_exponent),
    );
    let (p, q) = (text(&numbers.prime1), text(&numbers.prime2));
    let short = format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}","d":"{d}"}}"#);
    let whole = short.replace(
        '}',
        &format!(r#","p":"{p}","q":"{q}","alg":"PS384","kid":"7"}}"#),
    );
    assert_eq!(PrivateKey::from_pem(&whole).unwrap(), key);
    // The order of the primes has no meaning.
    let found = PrivateKey::from_pem(&short).unwrap();
    std::fs::write(folder.join("found.pem"), found.to_pem().unwrap().as_bytes()).unwrap();
    make(folder, "pkey -in found.pem -check -pubout -out found.pub");
    assert_eq!(public(folder, "found.pub"), public(folder, "public.pem"));
    let jwk = format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#);
    assert_eq!(
        PublicKey::from_pem(&jwk).unwrap(),
        public(folder, "public.pem")
    );
    let message = refused(PrivateKey::from_pem(&whole.replace(&p, &q)));
    assert!(message.contains("do not belong together"), "{message}");
}

#[test]
fn symmetric_keys_are_read() {
    let jwk = r#"{"kty":"oct","alg":"A128GCM","k":"AAECAwQFBgcICQoLDA0ODw"}"#;
    let KeyMaterial::Secret { bytes, kind } = material(jwk).unwrap() else {
        panic!("not symmetric");
    };
    assert_eq!(bytes.expose(), (0..16).collect::<Vec<u8>>());
    assert_eq!(kind, Some("aes-128-gcm"));
    let message = refused(PrivateKey::from_pem(jwk));
    assert!(message.contains("import its bytes"), "{message}");
    let unnamed = material(&jwk.replace("A128GCM", "dir")).unwrap();
    assert!(refused(unnamed.spec()).contains("names no kind"));
}

#[test]
fn malformed_json_web_keys_are_refused_without_their_text() {
    let cases = [
        ("{\"kty\":\"EC\",\n\"d\":7}", "line 2, column 5"),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"s3cr3t=\"}",
            "not a JSON Web Key",
        ),
        ("{\"a\":1}", "it has no `kty`"),
        ("{\"kty\":\"AKP\"}", "(`kty`)"),
        ("{\"kty\":\"EC\",\"crv\":\"P-257\"}", "(`crv`)"),
        (
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\"}",
            "without `y`",
        ),
        (
            "{\"kty\":\"OKP\",\"crv\":\"P-256\"}",
            "does not fit its curve P-256",
        ),
        ("{\"keys\":[]}", "a set of 0"),
    ];
    for (jwk, because) in cases {
        let message = refused(material(jwk));
        assert!(message.contains(because), "{jwk}: {message}");
        assert!(!message.contains("s3cr3t"), "{message}");
    }
}
