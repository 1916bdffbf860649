//! Encrypted keys: PKCS #8 with PBES2, and PKCS #12.

use parsec_client::{ErrorKind, KeyMaterial, PrivateKey};
use tempfile::TempDir;

use super::{make, p256, read, refused};

#[test]
fn encrypted_pkcs8_is_read_with_its_passphrase() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let key = p256(folder);
    let ways = [
        "-v2 aes-256-cbc",
        "-v2 aes-128-cbc -v2prf hmacWithSHA1",
        "-v2 aes-192-cbc -v2prf hmacWithSHA512",
        "-v2 des3",
        "-scrypt",
        "-v2 aes-256-cbc -outform DER",
    ];
    for way in ways {
        make(
            folder,
            &format!("pkcs8 -topk8 -in key.pem {way} -passout pass:Grün -out out"),
        );
        let bytes = read(folder, "out");
        assert!(KeyMaterial::needs_passphrase(&bytes), "{way}");
        assert_eq!(
            PrivateKey::parse(&bytes, Some("Grün")).unwrap(),
            key,
            "{way}"
        );
        for (passphrase, because) in [
            (None, "give its pass phrase"),
            (Some("grün"), "does not decrypt the key"),
        ] {
            let error = PrivateKey::parse(&bytes, passphrase).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(error.to_string().contains(because), "{way}: {error}");
        }
    }
    let plain = read(folder, "key.pem");
    assert!(!KeyMaterial::needs_passphrase(&plain));
    let message = refused(PrivateKey::parse(&plain, Some("Grün")));
    assert!(
        message.contains("is not encrypted, but a pass phrase was given"),
        "{message}"
    );
}

#[test]
fn pkcs12_gives_its_private_key() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let key = p256(folder);
    make(folder, "req -x509 -key key.pem -subj /CN=web -out web.pem");
    let ways = [
        "-passout pass:secret",
        "-passout pass:secret -nocerts",
        "-passout pass:secret -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1",
        "-passout pass:secret -nomac",
        "-passout pass:secret -certpbe NONE -name web",
    ];
    for way in ways {
        make(
            folder,
            &format!("pkcs12 -export -inkey key.pem -in web.pem {way} -out web.p12"),
        );
        let bytes = read(folder, "web.p12");
        assert!(KeyMaterial::needs_passphrase(&bytes), "{way}");
        assert_eq!(
            PrivateKey::parse(&bytes, Some("secret")).unwrap(),
            key,
            "{way}"
        );
        let message = refused(PrivateKey::parse(&bytes, Some("other")));
        assert!(
            message.contains("does not decrypt the key"),
            "{way}: {message}"
        );
    }
    for way in [
        "-passout pass:",
        "-passout pass: -keypbe NONE -certpbe NONE",
    ] {
        make(
            folder,
            &format!("pkcs12 -export -inkey key.pem -in web.pem {way} -out web.p12"),
        );
        assert_eq!(
            PrivateKey::parse(&read(folder, "web.p12"), None).unwrap(),
            key,
            "{way}"
        );
    }
    make(
        folder,
        "pkcs12 -export -nokeys -in web.pem -passout pass:secret -out web.p12",
    );
    let message = refused(PrivateKey::parse(&read(folder, "web.p12"), Some("secret")));
    assert!(
        message.contains("PKCS #12 without a private key"),
        "{message}"
    );
}
