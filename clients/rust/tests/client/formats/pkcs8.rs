//! Versions and contents of PKCS #8 and SEC 1.

use der::Encode as _;
use der::asn1::OctetStringRef;
use hex_literal::hex;
use parsec_client::{PrivateKey, PublicKey};
use tempfile::TempDir;

use super::{make, p256, private, read, refused};

#[test]
fn pkcs8_is_read_with_and_without_its_public_key() {
    let seed = hex!("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let public = hex!("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let inner = OctetStringRef::new(&seed).unwrap().to_der().unwrap();
    let wrapped = |version: u8, rest: &[u8]| {
        let algorithm = hex!("300506032b6570");
        let octets = OctetStringRef::new(&inner).unwrap().to_der().unwrap();
        let body = [&[2, 1, version][..], &algorithm, &octets, rest].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()][..], &body].concat()
    };
    let attributes = hex!("a000");
    let cases = [
        ("version 1", wrapped(0, &[])),
        ("version 1 with attributes", wrapped(0, &attributes)),
        (
            "version 2 with the public key",
            wrapped(1, &[&hex!("812100")[..], &public].concat()),
        ),
    ];
    for (name, der) in cases {
        let key = PrivateKey::from_der(&der).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(key.raw().expose(), seed, "{name}");
    }
    // EC without and with the public key inside, and without the curve inside.
    let folder = TempDir::new().unwrap();
    let key = p256(folder.path());
    make(folder.path(), "ec -in key.pem -no_public -out bare.pem");
    make(
        folder.path(),
        "pkcs8 -topk8 -nocrypt -in bare.pem -out bare8.pem",
    );
    for file in ["bare.pem", "bare8.pem"] {
        assert_eq!(private(folder.path(), file), key, "{file}");
    }
}

#[test]
fn every_curve_of_openssl_that_has_a_name_is_read() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let curves = [
        ("secp224r1", "P-224"),
        ("prime256v1", "P-256"),
        ("secp384r1", "P-384"),
        ("secp521r1", "P-521"),
        ("secp256k1", "secp256k1"),
        ("brainpoolP256r1", "brainpoolP256r1"),
        ("brainpoolP384r1", "brainpoolP384r1"),
        ("brainpoolP512r1", "brainpoolP512r1"),
    ];
    for (curve, name) in curves {
        make(
            folder,
            &format!("ecparam -name {curve} -genkey -out key.pem"),
        );
        assert_eq!(private(folder, "key.pem").description(), name);
    }
    for (file, name) in [
        (include_str!("../../keys/ed25519.pem"), "Ed25519"),
        (include_str!("../../keys/x25519.pem"), "X25519"),
        (include_str!("../../keys/secp256k1.pem"), "secp256k1"),
    ] {
        assert_eq!(PrivateKey::from_pem(file).unwrap().description(), name);
    }
}

#[test]
fn numbers_with_fewer_and_more_leading_zeros_are_read() {
    let folder = TempDir::new().unwrap();
    let key = p256(folder.path());
    let scalar = key.raw().expose();
    let sec1 = |scalar: &[u8]| {
        let octets = OctetStringRef::new(scalar).unwrap().to_der().unwrap();
        let curve = hex!("a00a06082a8648ce3d030107");
        let body = [&[2, 1, 1][..], &octets, &curve].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()][..], &body].concat()
    };
    let longer = [&[0, 0][..], scalar].concat();
    assert_eq!(PrivateKey::from_der(&sec1(&longer)).unwrap(), key);
    let short = PrivateKey::from_der(&sec1(&[7])).unwrap();
    assert_eq!(short.raw().expose(), [&[0; 31][..], &[7]].concat());
    let message = refused(PrivateKey::from_der(&sec1(&[7; 33])));
    assert!(message.contains("wrong length for P-256"), "{message}");
}

#[test]
fn unusual_curves_and_points_are_refused_with_a_command_that_works() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let key = p256(folder);
    make(
        folder,
        "ec -in key.pem -param_enc explicit -out explicit.pem",
    );
    make(
        folder,
        "pkcs8 -topk8 -nocrypt -in explicit.pem -out explicit8.pem",
    );
    for file in ["explicit.pem", "explicit8.pem"] {
        let message = refused(PrivateKey::parse(&read(folder, file), None));
        assert!(
            message.contains("by numbers instead of a name"),
            "{file}: {message}"
        );
        make(
            folder,
            &format!("ec -in {file} -param_enc named_curve -out new.pem"),
        );
        assert_eq!(private(folder, "new.pem"), key, "{file}");
    }
    make(
        folder,
        "ec -in key.pem -pubout -conv_form compressed -out compressed.pem",
    );
    let message = refused(PublicKey::parse(&read(folder, "compressed.pem")));
    assert!(message.contains("compressed point"), "{message}");
    make(
        folder,
        "ec -pubin -in compressed.pem -conv_form uncompressed -pubout -out new.pem",
    );
    PublicKey::parse(&read(folder, "new.pem")).unwrap();
    make(folder, "ecparam -name prime239v1 -genkey -out odd.pem");
    let message = refused(PrivateKey::parse(&read(folder, "odd.pem"), None));
    assert!(message.contains("1.2.840.10045.3.1.4"), "{message}");
}
