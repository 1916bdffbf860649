//! Streams give the same output for parts of every size.

use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, Cipher, FullLengthMac, Hash, KeyType, Mac,
};

use super::*;

const KEY: [u8; 32] = [0x24; 32];
const PIECES: [usize; 8] = [1, 3, 15, 16, 17, 31, 32, 200];

fn message(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7) as u8).collect()
}

/// Processes the data in parts.
fn pieces(stream: &mut Box<dyn Streaming>, input: &[u8], size: usize) -> Vec<u8> {
    let mut output = Vec::new();
    for piece in input.chunks(size) {
        output.extend_from_slice(stream.update(piece).unwrap().expose());
    }
    output
}

fn block_ciphers() -> impl Iterator<Item = (KeyType, &'static [u8])> {
    [KeyType::Aes, KeyType::Camellia]
        .into_iter()
        .flat_map(|key_type| [16, 24, 32].map(|length| (key_type, &KEY[..length])))
}

fn ciphers() -> Vec<(KeyType, &'static [u8], Cipher)> {
    let mut all = vec![(KeyType::Chacha20, &KEY[..], Cipher::StreamCipher)];
    for (key_type, key) in block_ciphers() {
        for alg in Cipher::ALL {
            if cipher::has(&key_type, key.len() as u32 * 8, *alg) {
                all.push((key_type, key, *alg));
            }
        }
    }
    all
}

#[test]
fn ciphers_process_streams() {
    let ciphers = ciphers();
    assert_eq!(ciphers.len(), 1 + 6 * 6);
    for (key_type, key, alg) in ciphers {
        for length in [0, 16, 160, 33] {
            let needs_blocks = matches!(alg, Cipher::EcbNoPadding | Cipher::CbcNoPadding);
            if needs_blocks && length % 16 != 0 {
                continue;
            }
            let plain = message(length);
            for size in PIECES {
                let what = format!("{key_type:?} {alg:?}: {length} by {size}");
                let mut stream = cipher::encryption(&key_type, key, alg).unwrap();
                let mut sealed = pieces(&mut stream, &plain, size);
                sealed.extend_from_slice(stream.finish().unwrap().expose());
                let stream = cipher::decryption(&key_type, key, alg).unwrap();
                assert_eq!(whole(stream, &sealed).unwrap().expose(), plain, "{what}");
                let mut stream = cipher::decryption(&key_type, key, alg).unwrap();
                let mut opened = pieces(&mut stream, &sealed, size);
                opened.extend_from_slice(stream.finish().unwrap().expose());
                assert_eq!(opened, plain, "{what}");
            }
        }
    }
}

fn codes() -> Vec<(KeyType, &'static [u8], Mac)> {
    let mut all: Vec<_> = Hash::ALL
        .iter()
        .map(|hash_alg| FullLengthMac::Hmac {
            hash_alg: *hash_alg,
        })
        .map(|code| (KeyType::Hmac, &KEY[..], Mac::FullLength(code)))
        .filter(|(key_type, _, code)| mac::has(key_type, 0, code))
        .collect();
    for (key_type, key) in block_ciphers() {
        for code in [FullLengthMac::Cmac, FullLengthMac::CbcMac] {
            all.push((key_type, key, Mac::FullLength(code)));
            let cut = Mac::Truncated {
                mac_alg: code,
                mac_length: 5,
            };
            all.push((key_type, key, cut));
        }
    }
    all
}

#[test]
fn codes_process_streams() {
    let codes = codes();
    assert_eq!(codes.len(), 13 + 6 * 4);
    for (key_type, key, alg) in codes {
        let data = message(160);
        let begin = || mac::begin(&key_type, key, &alg).unwrap();
        let tag = whole(begin(), &data).unwrap();
        for size in PIECES {
            let mut stream = begin();
            pieces(&mut stream, &data, size);
            assert_eq!(stream.finish().unwrap(), tag, "{key_type:?} {alg:?} {size}");
            let mut stream = begin();
            pieces(&mut stream, &data, size);
            stream.verify(tag.expose()).unwrap();
        }
        let mut wrong = tag.into_vec();
        wrong[4] ^= 1;
        for expected in [&wrong[..], &wrong[..4], &[]] {
            let mut stream = begin();
            stream.update(&data).unwrap();
            let error = stream.verify(expected).unwrap_err();
            assert_eq!(error.status(), Status::PsaErrorInvalidSignature);
        }
    }
}

#[test]
fn cbc_mac_takes_only_whole_blocks() {
    let alg = Mac::FullLength(FullLengthMac::CbcMac);
    for length in [0, 1, 15, 17] {
        let stream = mac::begin(&KeyType::Aes, &KEY, &alg).unwrap();
        let error = whole(stream, &message(length)).unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorInvalidArgument);
    }
}

fn sealings() -> Vec<(KeyType, &'static [u8], Aead, usize)> {
    use AeadWithDefaultLengthTag as Algorithm;
    let cut = |aead_alg, tag_length| Aead::AeadWithShortenedTag {
        aead_alg,
        tag_length,
    };
    let whole = Aead::AeadWithDefaultLengthTag;
    let mut all = vec![(
        KeyType::Chacha20,
        &KEY[..],
        whole(Algorithm::Chacha20Poly1305),
        12,
    )];
    for (key_type, key) in block_ciphers() {
        all.extend([
            (key_type, key, whole(Algorithm::Gcm), 12),
            (key_type, key, whole(Algorithm::Gcm), 1),
            (key_type, key, whole(Algorithm::Gcm), 61),
            (key_type, key, cut(Algorithm::Gcm, 4), 12),
            (key_type, key, whole(Algorithm::Ccm), 7),
            (key_type, key, whole(Algorithm::Ccm), 13),
            (key_type, key, cut(Algorithm::Ccm, 6), 11),
        ]);
    }
    all
}

#[test]
fn aead_processes_streams() {
    for (key_type, key, alg, nonce_length) in sealings() {
        let nonce = message(nonce_length);
        for (length, additional) in [(0, 0), (1, 70_000), (160, 5), (333, 16)] {
            let additional_data = message(additional);
            let request = aead::AeadRequest {
                key_type: &key_type,
                key,
                alg: &alg,
                nonce: &nonce,
                additional_data: &additional_data,
            };
            let plain = message(length);
            let sealed = aead::encrypt(&request, &plain.clone().into()).unwrap();
            let opened = aead::decrypt(&request, &sealed).unwrap();
            assert_eq!(opened.expose(), plain);
            let (text, tag) = sealed.split_at(length);
            for size in PIECES {
                let what = format!("{key_type:?} {alg:?}: {length} by {size}");
                let begin = |direction| aead::begin(&request, direction, length as u64).unwrap();
                let mut stream = begin(Direction::Encrypt);
                let mut again = pieces(&mut stream, &plain, size);
                again.extend_from_slice(stream.finish().unwrap().expose());
                assert_eq!(again, sealed, "{what}");
                let mut stream = begin(Direction::Decrypt);
                assert_eq!(pieces(&mut stream, text, size), plain, "{what}");
                stream.verify(tag).unwrap();
            }
        }
    }
}

#[test]
fn every_modification_returns_one_error() {
    for (key_type, key, alg, nonce_length) in sealings() {
        let nonce = message(nonce_length);
        let request = |additional_data| aead::AeadRequest {
            key_type: &key_type,
            key,
            alg: &alg,
            nonce: &nonce,
            additional_data,
        };
        let plain = message(20).into();
        let sealed = aead::encrypt(&request(b"ad"), &plain).unwrap();
        let answers = (0..sealed.len())
            .map(|at| {
                let mut changed = sealed.clone();
                changed[at] ^= 4;
                aead::decrypt(&request(b"ad"), &changed)
            })
            .chain([
                aead::decrypt(&request(b"da"), &sealed),
                aead::decrypt(&request(b"ad"), &sealed[..19]),
                aead::decrypt(&request(b"ad"), &sealed[..2]),
                aead::decrypt(&request(b"ad"), b""),
            ])
            .map(|answer| answer.unwrap_err().to_string())
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(answers.len(), 1, "{alg:?}: {answers:?}");
    }
}

#[test]
fn streams_reject_the_other_way_to_end() {
    let key_type = KeyType::Aes;
    let alg = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);
    let request = aead::AeadRequest {
        key_type: &key_type,
        key: &KEY,
        alg: &alg,
        nonce: &[1; 12],
        additional_data: &[],
    };
    let sealing = aead::begin(&request, Direction::Encrypt, 0).unwrap();
    let opening = aead::begin(&request, Direction::Decrypt, 0).unwrap();
    let cipher = cipher::encryption(&key_type, &KEY, Cipher::Ctr).unwrap();
    for answer in [
        sealing.verify(&[0; 16]),
        opening.finish(),
        cipher.verify(&[0; 16]),
    ] {
        assert_eq!(answer.unwrap_err().status(), Status::PsaErrorBadState);
    }
}

#[test]
fn ccm_requires_the_announced_length() {
    let key_type = KeyType::Aes;
    let alg = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Ccm);
    let request = aead::AeadRequest {
        key_type: &key_type,
        key: &KEY,
        alg: &alg,
        nonce: &[1; 13],
        additional_data: &[],
    };
    let mut stream = aead::begin(&request, Direction::Encrypt, 5).unwrap();
    stream.update(b"four").unwrap();
    let error = stream.finish().unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorInvalidArgument);
    assert!(aead::begin(&request, Direction::Encrypt, 0x1_0000).is_err());
}

#[test]
fn malformed_ciphertexts_are_rejected() {
    for (alg, length) in [
        (Cipher::CbcPkcs7, 16),
        (Cipher::CbcPkcs7, 31),
        (Cipher::CbcNoPadding, 33),
        (Cipher::EcbNoPadding, 15),
        (Cipher::Ctr, 15),
        (Cipher::Ctr, 0),
    ] {
        let stream = cipher::decryption(&KeyType::Aes, &KEY, alg).unwrap();
        let error = whole(stream, &message(length)).unwrap_err();
        let expected = Status::PsaErrorInvalidArgument;
        assert_eq!(error.status(), expected, "{alg:?} {length}");
    }
    let stream = cipher::decryption(&KeyType::Aes, &KEY, Cipher::CbcPkcs7).unwrap();
    let error = whole(stream, &message(48)).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorInvalidPadding);
}
