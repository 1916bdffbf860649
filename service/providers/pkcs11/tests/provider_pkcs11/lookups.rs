//! A search visits all objects of a token, so keys are found without one: after they are created,
//! and after the token's objects are listed at start.

use std::sync::Arc;
use std::time::Instant;

use parsec_contracts::Secret;
use parsec_contracts::operations::{PsaCipherEncrypt, PsaGenerateKey};
use parsec_contracts::types::{Algorithm, Cipher, KeyAttributes, KeyPolicy, KeyType, UsageFlags};
use parsec_harness::{SoftHsm, is_extended};
use parsec_provider::{KeyContext, KeyId, Operations as _, Provider as _};
use parsec_provider_pkcs11::{Settings, TokenChoice};
use parsec_psa::{PsaProvider, SoftwarePadding};

fn start() -> PsaProvider {
    parsec_provider_pkcs11::start(Settings {
        library: SoftHsm::library().to_owned(),
        token: TokenChoice::Label(crate::LABEL.to_owned()),
        pin: Some(Secret::from(SoftHsm::PIN.as_bytes())),
        allow_export: true,
        software_padding: SoftwarePadding::default(),
        journal: Arc::new(()),
    })
    .unwrap()
}

fn generate(provider: &PsaProvider, id: u64) -> KeyContext {
    let attributes = KeyAttributes {
        key_type: KeyType::Aes,
        key_bits: 128,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                encrypt: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::Cipher(Cipher::Ctr),
        },
    };
    let key_name = "key".to_owned();
    let created = provider
        .psa_generate_key(&PsaGenerateKey {
            key_name,
            attributes,
        })
        .unwrap();
    KeyContext {
        id: KeyId(id),
        attributes: created.attributes,
        material: created.material,
    }
}

fn encrypts(provider: &PsaProvider, key: &KeyContext) {
    let encrypt = PsaCipherEncrypt {
        key_name: "key".to_owned(),
        alg: Cipher::Ctr,
        plaintext: Secret::from(&b"letter"[..]),
    };
    provider.psa_cipher_encrypt(key, &encrypt).unwrap();
}

pub(crate) fn the_first_use_of_a_key_needs_no_search() {
    let count = if is_extended() { 1000 } else { 50 };
    let maker = start();
    let keys: Vec<_> = (1..=count).map(|id| generate(&maker, id)).collect();
    encrypts(&maker, &keys[0]);
    assert_eq!(maker.counted().searches, 0);

    let searching = start();
    let begun = Instant::now();
    encrypts(&searching, &keys[keys.len() / 2]);
    eprintln!(
        "{count} keys: the first use with a search takes {:?}",
        begun.elapsed()
    );
    assert_eq!(searching.counted().searches, 1);

    let listing = start();
    let begun = Instant::now();
    let shown = listing.objects().unwrap().unwrap();
    eprintln!("{count} keys: the list takes {:?}", begun.elapsed());
    let begun = Instant::now();
    for key in &keys {
        assert!(shown.has(&KeyType::Aes, &listing.object(&key.material).unwrap()));
        encrypts(&listing, key);
    }
    let each = begun.elapsed() / u32::try_from(keys.len()).unwrap();
    eprintln!("{count} keys: the first use without a search takes {each:?}");
    assert_eq!(listing.counted().searches, 0);
    for key in &keys {
        listing.forget(key).unwrap();
    }
}
