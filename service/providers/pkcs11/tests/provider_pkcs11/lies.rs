//! A token that behaves differently from what its mechanisms promise: a library between the
//! provider and SoftHSM (`liar.c`) falsifies its answers as each test requires.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs};

use parsec_contracts::operations::{
    CanDoCrypto, PsaAeadDecrypt, PsaAeadEncrypt, PsaGenerateKey, PsaImportKey, PsaSignHash,
    PsaSignMessage, PsaVerifyHash, PsaVerifyMessage,
};
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricSignature, CheckType, Cipher, EccFamily,
    FullLengthMac, Hash, KeyAgreement, KeyAttributes, KeyPolicy, KeyType, Mac, RawKeyAgreement,
    SignHash, UsageFlags,
};
use parsec_contracts::{Secret, Status};
use parsec_harness::SoftHsm;
use parsec_provider::known_keys::RSA_2048_PAIR;
use parsec_provider::{
    CreatedKey, KeyContext, KeyId, Operations as _, Provider as _, ProviderError, Shown,
};
use parsec_provider_pkcs11::{Settings, SoftwarePadding, TokenChoice};
use parsec_psa::PsaProvider;
use tempfile::TempDir;

/// Names the test for which this process was started.
pub(crate) const CHILD: &str = "PARSEC_TEST_LIES";
const LIES: &str = "LIAR_LIES";
const LIAR: &str = "PARSEC_TEST_LIAR";

const LABEL: &str = "liar";
const SHA_256: SignHash = SignHash::Specific(Hash::Sha256);
const PSS: AsymmetricSignature = AsymmetricSignature::RsaPss { hash_alg: SHA_256 };
const PKCS1V15: AsymmetricSignature = AsymmetricSignature::RsaPkcs1v15Sign { hash_alg: SHA_256 };
const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa { hash_alg: SHA_256 };
const P256: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::SecpR1,
};
const GCM: Aead = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);

/// The tests that run in a separate process.
const IN_CHILD: &[(&str, fn())] = &[
    ("wrong", wrong),
    ("curves", curves),
    ("salt", salt),
    ("hidden", hidden),
    ("late", late),
    ("nonces", nonces),
    ("honest", honest),
];

/// The tests of the parent process.
pub(crate) const TESTS: &[(&str, fn())] = &[
    ("mechanisms_with_wrong_answers_are_not_used", || {
        let recorded = run("wrong", "flip:108a flip:251 flip:1086 data peer");
        for mechanism in [
            "CKM_AES_CMAC",
            "CKM_SHA256_HMAC",
            "CKM_AES_CTR",
            "CKM_AES_GCM",
            "CKM_ECDH1_DERIVE",
        ] {
            let line = recorded.lines().find(|line| line.contains(mechanism));
            let line =
                line.unwrap_or_else(|| panic!("the log says nothing of {mechanism}: {recorded}"));
            assert!(line.contains("WARN") && line.contains(LABEL), "{line}");
        }
        assert!(!recorded.contains("CKM_AES_CBC"), "{recorded}");
    }),
    ("curves_with_wrong_signatures_are_not_used", || {
        let recorded = run("curves", "flip:1041");
        assert!(
            recorded.contains("secp-r1") && recorded.contains("WARN"),
            "{recorded}"
        );
    }),
    ("pss_signatures_with_another_salt_are_not_given_out", || {
        let recorded = run("salt", "salt");
        assert!(recorded.contains("CKM_RSA_PKCS_PSS"), "{recorded}");
    }),
    (
        "mechanisms_that_are_not_listed_have_others_in_their_place",
        || {
            run("hidden", "hide:d hide:3");
        },
    ),
    ("a_signature_that_goes_wrong_later_is_not_given_out", || {
        run("late", "");
    }),
    ("gcm_takes_nonces_that_the_token_uses_as_a_whole", || {
        let recorded = run("nonces", "nonce");
        assert!(
            recorded.contains("nonce=16") && recorded.contains("WARN"),
            "{recorded}"
        );
    }),
    ("known_answers_leave_nothing_on_an_honest_token", || {
        let recorded = run("honest", "");
        assert!(!recorded.contains("WARN"), "{recorded}");
    }),
];

/// Runs a test in a child process, with a library that falsifies these answers. Returns its log.
fn run(name: &str, lies: &str) -> String {
    let softhsm = SoftHsm::with_tokens(&[LABEL]);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("lies");
    fs::write(&file, lies).unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .env("SOFTHSM2_CONF", softhsm.config())
        .env(CHILD, name)
        .env(LIES, &file)
        .env(LIAR, build(folder.path()))
        .env("LIAR_HONEST", SoftHsm::library())
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {log}");
    if name == "honest" {
        assert_eq!(softhsm.pkcs11_tool(LABEL, &["--list-objects"]), "");
    }
    log
}

fn build(folder: &Path) -> PathBuf {
    let library = folder.join("liar.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider_pkcs11/liar.c");
    let status = Command::new("cc")
        .args(["-std=gnu11", "-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    assert!(
        status.unwrap().success(),
        "the C compiler refuses {}",
        source.display()
    );
    library
}

/// Runs a test in its own process.
pub(crate) fn in_child(name: &str) {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    let (_, test) = IN_CHILD.iter().find(|(one, _)| *one == name).unwrap();
    test();
}

fn set_lies(lies: &str) {
    fs::write(env::var_os(LIES).unwrap(), lies).unwrap();
}

fn start() -> PsaProvider {
    parsec_provider_pkcs11::start(Settings {
        library: env::var_os(LIAR).unwrap().into(),
        token: TokenChoice::Label(LABEL.to_owned()),
        pin: Some(Secret::from(SoftHsm::PIN.as_bytes())),
        allow_export: true,
        software_padding: SoftwarePadding::default(),
        journal: Arc::new(()),
    })
    .unwrap()
}

fn attributes(key_type: KeyType, key_bits: u32, key_algorithm: Algorithm) -> KeyAttributes {
    KeyAttributes {
        key_type,
        key_bits,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                sign_hash: true,
                sign_message: true,
                verify_hash: true,
                verify_message: true,
                encrypt: true,
                decrypt: true,
                derive: true,
                ..UsageFlags::default()
            },
            key_algorithm,
        },
    }
}

fn can(provider: &PsaProvider, attributes: KeyAttributes) -> bool {
    let check_type = CheckType::Generate;
    provider
        .can_do_crypto(&CanDoCrypto {
            check_type,
            attributes,
        })
        .is_ok()
}

fn wrong() {
    let provider = start();
    let mac = |code| Algorithm::Mac(Mac::FullLength(code));
    let hmac = |hash_alg| mac(FullLengthMac::Hmac { hash_alg });
    let aes = |algorithm| attributes(KeyType::Aes, 128, algorithm);
    let raw = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    for (wanted, is_right) in [
        (aes(mac(FullLengthMac::Cmac)), false),
        (attributes(KeyType::Hmac, 512, hmac(Hash::Sha256)), false),
        (attributes(KeyType::Hmac, 512, hmac(Hash::Sha512)), true),
        (aes(Algorithm::Cipher(Cipher::Ctr)), false),
        (aes(Algorithm::Cipher(Cipher::CbcPkcs7)), true),
        (aes(Algorithm::Aead(GCM)), false),
        (attributes(P256, 256, raw), false),
        (signing(P256, ECDSA), true),
    ] {
        assert_eq!(can(&provider, wanted), is_right, "{wanted:?}");
    }
}

fn curves() {
    let provider = start();
    assert!(!can(&provider, signing(P256, ECDSA)));
    assert!(can(&provider, signing(KeyType::RsaKeyPair, PSS)));
}

fn signing(key_type: KeyType, alg: AsymmetricSignature) -> KeyAttributes {
    let bits = if key_type == P256 { 256 } else { 2048 };
    attributes(key_type, bits, Algorithm::AsymmetricSignature(alg))
}

fn key(created: CreatedKey) -> KeyContext {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    KeyContext {
        id: KeyId(NUMBER.fetch_add(1, Ordering::Relaxed)),
        attributes: created.attributes,
        material: created.material,
    }
}

fn rsa(provider: &PsaProvider, alg: AsymmetricSignature) -> KeyContext {
    let input = PsaImportKey {
        key_name: "key".to_owned(),
        attributes: signing(KeyType::RsaKeyPair, alg),
        data: Secret::from(RSA_2048_PAIR),
    };
    key(provider.psa_import_key(&input).unwrap())
}

fn sign_hash(
    provider: &PsaProvider,
    key: &KeyContext,
    alg: AsymmetricSignature,
) -> Result<(), ProviderError> {
    let (key_name, hash) = ("key".to_owned(), vec![7; 32]);
    let sign = PsaSignHash {
        key_name: key_name.clone(),
        alg,
        hash: hash.clone(),
    };
    let signature = provider.psa_sign_hash(key, &sign)?.signature;
    let verify = PsaVerifyHash {
        key_name,
        alg,
        hash,
        signature,
    };
    provider.psa_verify_hash(key, &verify).map(drop)
}

fn sign_message(
    provider: &PsaProvider,
    key: &KeyContext,
    alg: AsymmetricSignature,
) -> Result<(), ProviderError> {
    let (key_name, message) = ("key".to_owned(), b"letter".to_vec());
    let sign = PsaSignMessage {
        key_name: key_name.clone(),
        alg,
        message: message.clone(),
    };
    let signature = provider.psa_sign_message(key, &sign)?.signature;
    let verify = PsaVerifyMessage {
        key_name,
        alg,
        message,
        signature,
    };
    provider.psa_verify_message(key, &verify).map(drop)
}

fn salt() {
    let provider = start();
    let key = rsa(&provider, PSS);
    sign_hash(&provider, &key, PSS).unwrap();
    sign_message(&provider, &key, PSS).unwrap();
}

/// Without CKM_RSA_PKCS_PSS and raw RSA, only messages are signed, by the token that hashes them.
fn hidden() {
    let provider = start();
    let pss = rsa(&provider, PSS);
    sign_message(&provider, &pss, PSS).unwrap();
    let error = sign_hash(&provider, &pss, PSS).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorNotSupported);
    sign_hash(&provider, &rsa(&provider, PKCS1V15), PKCS1V15).unwrap();

    for (lies, alg) in [
        // Only raw RSA, and then only RSA with hashing.
        ("hide:d hide:43", PSS),
        ("hide:1 hide:40", PKCS1V15),
        ("hide:1 hide:3", PKCS1V15),
    ] {
        set_lies(lies);
        let provider = start();
        let key = rsa(&provider, alg);
        sign_message(&provider, &key, alg).unwrap();
        let has_bare = !lies.contains("hide:3");
        assert_eq!(sign_hash(&provider, &key, alg).is_ok(), has_bare, "{lies}");
    }
}

fn late() {
    let provider = start();
    let input = PsaGenerateKey {
        key_name: "key".to_owned(),
        attributes: signing(P256, ECDSA),
    };
    let ecdsa = key(provider.psa_generate_key(&input).unwrap());
    let pkcs1v15 = rsa(&provider, PKCS1V15);
    for (key, alg, lies) in [
        (&ecdsa, ECDSA, "flip:1041 flip:1044"),
        (&pkcs1v15, PKCS1V15, "flip:1 flip:3 flip:40"),
    ] {
        sign_hash(&provider, key, alg).unwrap();
        set_lies(lies);
        let error = sign_hash(&provider, key, alg).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorHardwareFailure);
        let error = sign_message(&provider, key, alg).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorHardwareFailure);
        // The failure may have been temporary.
        set_lies("");
        sign_hash(&provider, key, alg).unwrap();
        sign_message(&provider, key, alg).unwrap();
    }
    // A way of signing that fails is replaced by another.
    set_lies("flip:1");
    sign_hash(&provider, &pkcs1v15, PKCS1V15).unwrap();
}

fn gcm(provider: &PsaProvider, key: &KeyContext, length: usize) -> Result<(), ProviderError> {
    let nonce = vec![7; length];
    let encrypt = PsaAeadEncrypt {
        key_name: "key".to_owned(),
        alg: GCM,
        nonce: nonce.clone(),
        additional_data: b"data".to_vec(),
        plaintext: Secret::from(&b"letter"[..]),
    };
    let ciphertext = provider.psa_aead_encrypt(key, &encrypt)?.ciphertext;
    let decrypt = PsaAeadDecrypt {
        key_name: "key".to_owned(),
        alg: GCM,
        nonce,
        additional_data: b"data".to_vec(),
        ciphertext,
    };
    let plaintext = provider.psa_aead_decrypt(key, &decrypt)?.plaintext;
    assert_eq!(plaintext.expose(), b"letter");
    Ok(())
}

fn nonces() {
    let provider = start();
    let input = PsaGenerateKey {
        key_name: "key".to_owned(),
        attributes: attributes(KeyType::Aes, 256, Algorithm::Aead(GCM)),
    };
    let key = key(provider.psa_generate_key(&input).unwrap());
    gcm(&provider, &key, 12).unwrap();
    for length in [13, 16, 128, 129, 256, 257, 5000] {
        let error = gcm(&provider, &key, length).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorNotSupported, "{length}");
    }
    // Shorter nonces are used unchanged.
    gcm(&provider, &key, 8).unwrap();
    // The result of a test is cached until the next start.
    set_lies("");
    gcm(&provider, &key, 16).unwrap_err();
    let provider = start();
    for length in [1, 8, 13, 16, 17, 64, 128] {
        gcm(&provider, &key, length).unwrap();
    }
    // SoftHSM itself truncates these.
    for length in [129, 162, 256] {
        gcm(&provider, &key, length).unwrap_err();
    }
}

fn honest() {
    let provider = start();
    assert_eq!(provider.objects().unwrap().unwrap(), Shown::default());
}
