//! Authenticated encryption uses every byte of its inputs, or rejects them.

use parsec_contracts::operations::{PsaAeadDecrypt, PsaAeadEncrypt};
use parsec_contracts::types::{Aead, AeadWithDefaultLengthTag, Algorithm, KeyType, UsageFlags};
use parsec_contracts::{Opcode, Secret, Status};

use super::rig::{TestKey, ensure, refused};
use super::specs::attributes;
use super::{Case, Rig, Stop};
use crate::ProviderError;

pub(super) const CASES: &[Case] = &[
    Case::new(
        "gcm_uses_every_byte_of_a_nonce",
        &[Opcode::PsaAeadEncrypt, Opcode::PsaAeadDecrypt],
        every_byte_of_a_nonce,
    ),
    Case::new(
        "gcm_uses_every_byte_of_the_additional_data",
        &[Opcode::PsaAeadEncrypt, Opcode::PsaAeadDecrypt],
        every_byte_of_the_data,
    ),
];

const GCM: Aead = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);
const MESSAGE: &[u8] = b"sample";
/// The lengths around which implementations change how they use a nonce, or truncate it.
const LENGTHS: [usize; 20] = [
    1, 2, 7, 8, 11, 12, 13, 15, 16, 17, 31, 32, 64, 127, 128, 129, 162, 256, 257, 1024,
];

fn key(rig: &Rig) -> Result<TestKey<'_>, Stop> {
    let usage = UsageFlags {
        encrypt: true,
        decrypt: true,
        ..UsageFlags::default()
    };
    rig.generate(&attributes(KeyType::Aes, 128, usage, Algorithm::Aead(GCM)))
}

fn seal(key: &TestKey<'_>, nonce: &[u8], data: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let input = PsaAeadEncrypt {
        key_name: "key".into(),
        alg: GCM,
        nonce: nonce.to_vec(),
        additional_data: data.to_vec(),
        plaintext: Secret::from(MESSAGE),
    };
    Ok(key
        .provider()
        .psa_aead_encrypt(&key.context, &input)?
        .ciphertext)
}

fn open(
    key: &TestKey<'_>,
    nonce: &[u8],
    data: &[u8],
    ciphertext: &[u8],
) -> Result<Secret, ProviderError> {
    let input = PsaAeadDecrypt {
        key_name: "key".into(),
        alg: GCM,
        nonce: nonce.to_vec(),
        additional_data: data.to_vec(),
        ciphertext: ciphertext.to_vec(),
    };
    Ok(key
        .provider()
        .psa_aead_decrypt(&key.context, &input)?
        .plaintext)
}

fn every_byte_of_a_nonce(rig: &Rig) -> Result<(), Stop> {
    let key = key(rig)?;
    for length in LENGTHS {
        let nonce: Vec<u8> = (0..length).map(|index| index as u8).collect();
        let sealed = match seal(&key, &nonce, b"") {
            Ok(sealed) => sealed,
            Err(error)
                if length != 12
                    && matches!(
                        error.status(),
                        Status::PsaErrorNotSupported | Status::PsaErrorInvalidArgument
                    ) =>
            {
                // Nothing can be decrypted with such a nonce either.
                ensure(
                    open(&key, &nonce, b"", &[0; 22]).is_err(),
                    format!("opens with a nonce of {length} bytes, and does not seal"),
                )?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        ensure(
            open(&key, &nonce, b"", &sealed)?.expose() == MESSAGE,
            format!("{length} bytes: something else came back"),
        )?;
        for at in [0, length / 2, length - 1] {
            let mut other = nonce.clone();
            other[at] ^= 0x80;
            ensure(
                seal(&key, &other, b"")? != sealed,
                format!("byte {at} of a nonce of {length} bytes does not count"),
            )?;
            refused(
                open(&key, &other, b"", &sealed),
                Status::PsaErrorInvalidSignature,
                format!("another byte {at} in a nonce of {length} bytes"),
            )?;
        }
        for other in [&nonce[1..], &[&nonce[..], &[0]].concat()] {
            ensure(
                open(&key, other, b"", &sealed).is_err(),
                format!("a nonce of another length opens what one of {length} bytes sealed"),
            )?;
        }
    }
    Ok(())
}

fn every_byte_of_the_data(rig: &Rig) -> Result<(), Stop> {
    let key = key(rig)?;
    let nonce = [7; 12];
    for length in [1, 16, 17, 255, 256, 4096, 70_000] {
        let data = vec![1; length];
        let sealed = seal(&key, &nonce, &data)?;
        ensure(
            open(&key, &nonce, &data, &sealed)?.expose() == MESSAGE,
            format!("{length} bytes: something else came back"),
        )?;
        for at in [0, length / 2, length - 1] {
            let mut other = data.clone();
            other[at] ^= 1;
            refused(
                open(&key, &nonce, &other, &sealed),
                Status::PsaErrorInvalidSignature,
                format!("another byte {at} in data of {length} bytes"),
            )?;
        }
        refused(
            open(&key, &nonce, &data[1..], &sealed),
            Status::PsaErrorInvalidSignature,
            format!("data of {length} bytes without the first"),
        )?;
    }
    Ok(())
}
