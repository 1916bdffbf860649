//! Generating, importing, exporting and destroying keys.

use parsec_contracts::Opcode;
use parsec_contracts::operations::PsaDestroyKey;
use parsec_contracts::types::{Algorithm, CheckType, EccFamily, KeyAttributes, KeyType};

use super::rig::ensure;
use super::specs::{
    DETERMINISTIC, ECDSA, PKCS1V15, SECP_R1, SECP_R1_PUBLIC, exportable, signing, with_export,
};
use super::vectors::{self, Rfc6979};
use super::{Case, Rig, Stop};

const GENERATES: &[Opcode] = &[Opcode::PsaGenerateKey, Opcode::PsaExportPublicKey];
const IMPORTS: &[Opcode] = &[Opcode::PsaImportKey, Opcode::PsaExportPublicKey];
const ROUND_TRIPS: &[Opcode] = &[Opcode::PsaImportKey, Opcode::PsaExportKey];

pub(super) const CASES: &[Case] = &[
    Case::new("generated_p256_key_has_a_point", GENERATES, |rig| {
        point(rig, 256)
    }),
    Case::new("generated_p384_key_has_a_point", GENERATES, |rig| {
        point(rig, 384)
    }),
    Case::new("generated_p521_key_has_a_point", GENERATES, |rig| {
        point(rig, 521)
    }),
    Case::new("generated_rsa_2048_key_has_a_modulus", GENERATES, |rig| {
        modulus(rig, 2048)
    }),
    Case::new("generated_keys_differ", GENERATES, generated_keys_differ),
    Case::new("imported_p256_key_has_the_known_point", IMPORTS, |rig| {
        known(rig, &vectors::P256)
    }),
    Case::new("imported_p384_key_has_the_known_point", IMPORTS, |rig| {
        known(rig, &vectors::P384)
    }),
    Case::new("imported_rsa_key_has_the_known_modulus", IMPORTS, known_rsa),
    Case::new(
        "imported_x25519_key_has_the_known_public_key",
        IMPORTS,
        known_x25519,
    ),
    Case::new(
        "imported_public_keys_can_be_exported",
        IMPORTS,
        public_keys_come_back,
    ),
    Case::new(
        "imported_p256_key_can_be_exported",
        ROUND_TRIPS,
        p256_is_exported,
    ),
    Case::new(
        "imported_rsa_key_can_be_exported",
        ROUND_TRIPS,
        rsa_is_exported,
    ),
    Case::new(
        "imported_symmetric_keys_can_be_exported",
        ROUND_TRIPS,
        plain_keys_come_back,
    ),
    Case::new(
        "generated_symmetric_keys_have_the_requested_size",
        &[Opcode::PsaGenerateKey, Opcode::PsaExportKey],
        generated_plain_keys,
    ),
    Case::new(
        "generated_key_is_the_same_after_export_and_import",
        &[
            Opcode::PsaGenerateKey,
            Opcode::PsaExportKey,
            Opcode::PsaImportKey,
        ],
        survives_export_and_import,
    ),
    Case::new(
        "destroying_a_key_does_not_affect_others",
        &[Opcode::PsaDestroyKey],
        destroy,
    ),
];

fn point(rig: &Rig, bits: u32) -> Result<(), Stop> {
    let key = rig.generate(&signing(SECP_R1, bits, ECDSA))?;
    ensure(
        key.context.attributes.key_bits == bits,
        "key_bits differs from the requested size",
    )?;
    let public = key.public_key()?;
    let coordinate = bits.div_ceil(8) as usize;
    ensure(
        public.len() == 1 + 2 * coordinate && public[0] == 4,
        format!(
            "{} bytes are not an uncompressed point of {bits} bits",
            public.len()
        ),
    )?;
    ensure(
        key.public_key()? == public,
        "the public key changes from call to call",
    )?;
    if bits == 256 {
        p256::PublicKey::from_sec1_bytes(&public)
            .map_err(|_| Stop::Fail("the point is not on the curve".into()))?;
    }
    Ok(())
}

fn modulus(rig: &Rig, bits: u32) -> Result<(), Stop> {
    let key = rig.generate(&signing(KeyType::RsaKeyPair, bits, PKCS1V15))?;
    ensure(
        key.context.attributes.key_bits == bits,
        "key_bits differs from the requested size",
    )?;
    let public = key.public_key()?;
    // SEQUENCE, INTEGER with a leading zero, and at the end the exponent 65537.
    let modulus = bits as usize / 8;
    ensure(
        public.len() == modulus + 14
            && public.starts_with(&[0x30, 0x82])
            && public[4..6] == [0x02, 0x82]
            && public[8] == 0
            && public[9] & 0x80 != 0
            && public.ends_with(&[0x02, 0x03, 0x01, 0x00, 0x01]),
        "the public key is not an RSAPublicKey of this size with the exponent 65537",
    )
}

fn generated_keys_differ(rig: &Rig) -> Result<(), Stop> {
    let attributes = signing(SECP_R1, 256, ECDSA);
    let first = rig.generate(&attributes)?.public_key()?;
    let second = rig.generate(&attributes)?.public_key()?;
    ensure(first != second, "two keys have the same public part")
}

fn known(rig: &Rig, vector: &Rfc6979) -> Result<(), Stop> {
    // For 0 bits, the provider determines the size.
    let key = rig.import(&signing(SECP_R1, 0, ECDSA), &vectors::bytes(vector.private))?;
    ensure(
        key.context.attributes.key_bits == vector.bits,
        "key_bits is not filled in",
    )?;
    let expected = [vec![4], vectors::bytes(vector.public)].concat();
    ensure(key.public_key()? == expected, "the public key is another")
}

fn known_rsa(rig: &Rig) -> Result<(), Stop> {
    let key = rig.import(
        &signing(KeyType::RsaKeyPair, 0, PKCS1V15),
        vectors::RSA_PAIR,
    )?;
    ensure(
        key.context.attributes.key_bits == 2048,
        "key_bits is not filled in",
    )?;
    ensure(
        key.public_key()? == vectors::RSA_PUBLIC,
        "the public key is another",
    )
}

fn known_x25519(rig: &Rig) -> Result<(), Stop> {
    let montgomery = KeyType::EccKeyPair {
        curve_family: EccFamily::Montgomery,
    };
    let [private, public] = vectors::X25519.map(vectors::bytes);
    let key = rig.import(&exportable(montgomery, 0), &private)?;
    ensure(
        key.context.attributes.key_bits == 255,
        "key_bits is not filled in",
    )?;
    ensure(key.public_key()? == public, "the public key is another")
}

fn public_keys_come_back(rig: &Rig) -> Result<(), Stop> {
    let point = [vec![4], vectors::bytes(vectors::P256.public)].concat();
    for (attributes, data, bits) in [
        (signing(SECP_R1_PUBLIC, 0, ECDSA), point.as_slice(), 256),
        (
            signing(KeyType::RsaPublicKey, 0, PKCS1V15),
            vectors::RSA_PUBLIC,
            2048,
        ),
    ] {
        let key = rig.import(&attributes, data)?;
        ensure(
            key.context.attributes.key_bits == bits,
            "key_bits is not filled in",
        )?;
        ensure(key.public_key()? == data, "the exported public key differs")?;
    }
    Ok(())
}

fn p256_is_exported(rig: &Rig) -> Result<(), Stop> {
    comes_back(
        rig,
        &exportable(SECP_R1, 256),
        &vectors::bytes(vectors::P256.private),
    )
}

fn rsa_is_exported(rig: &Rig) -> Result<(), Stop> {
    comes_back(
        rig,
        &exportable(KeyType::RsaKeyPair, 2048),
        vectors::RSA_PAIR,
    )
}

/// Types of keys that are byte strings, each with a size.
const PLAIN: &[(KeyType, u32)] = &[
    (KeyType::RawData, 8),
    (KeyType::RawData, 4096),
    (KeyType::Derive, 256),
    (KeyType::Hmac, 256),
    (KeyType::Aes, 128),
    (KeyType::Aes, 192),
    (KeyType::Aes, 256),
    (KeyType::Camellia, 256),
    (KeyType::Chacha20, 256),
];

fn plain_keys_come_back(rig: &Rig) -> Result<(), Stop> {
    for (key_type, bits) in PLAIN {
        let data: Vec<u8> = (0..bits / 8).map(|i| (i % 251) as u8).collect();
        comes_back(rig, &exportable(*key_type, *bits), &data)?;
        comes_back(rig, &exportable(*key_type, 0), &data)?;
    }
    Ok(())
}

fn comes_back(rig: &Rig, attributes: &KeyAttributes, data: &[u8]) -> Result<(), Stop> {
    let key = rig.import(attributes, data)?;
    let what = attributes.key_type;
    ensure(
        key.context.attributes.key_bits != 0,
        format!("{what:?}: key_bits is not filled in"),
    )?;
    ensure(
        key.export()?.expose() == data,
        format!("{what:?}: the exported key differs"),
    )
}

fn generated_plain_keys(rig: &Rig) -> Result<(), Stop> {
    for (key_type, bits) in PLAIN {
        let attributes = exportable(*key_type, *bits);
        let first = rig.generate(&attributes)?.export()?;
        ensure(
            first.len() == *bits as usize / 8,
            format!("{key_type:?} of {bits} bits has {} bytes", first.len()),
        )?;
        let second = rig.generate(&attributes)?.export()?;
        // Eight bits may repeat.
        ensure(
            *bits == 8 || first != second,
            format!("two keys of {key_type:?} are the same"),
        )?;
    }
    Ok(())
}

fn survives_export_and_import(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (key_type, bits, alg) in [
        (SECP_R1, 256, ECDSA),
        (SECP_R1, 521, ECDSA),
        (KeyType::RsaKeyPair, 2048, PKCS1V15),
    ] {
        let attributes = with_export(signing(key_type, bits, alg));
        if !rig.can(CheckType::Import, &attributes)? {
            continue;
        }
        let first = rig.generate(&attributes)?;
        let second = rig.import(&attributes, first.export()?.expose())?;
        ensure(
            first.public_key()? == second.public_key()?,
            "the public keys differ",
        )?;
        ensure(first.export()? == second.export()?, "the keys differ")?;
        covered += 1;
    }
    if covered == 0 {
        return Err(Stop::Skip("the provider imports no key pairs".into()));
    }
    Ok(())
}

fn destroy(rig: &Rig) -> Result<(), Stop> {
    let attributes = signing(SECP_R1, 256, DETERMINISTIC);
    let attributes = if rig.can(CheckType::Generate, &attributes)? {
        attributes
    } else {
        signing(SECP_R1, 256, ECDSA)
    };
    let Algorithm::AsymmetricSignature(alg) = attributes.key_policy.key_algorithm else {
        return Err(Stop::Fail(
            "the algorithm of the case is not a signature algorithm".into(),
        ));
    };
    let hash = vectors::bytes(vectors::SAMPLE_SHA_256);
    let gone = rig.generate(&attributes)?;
    let stays = rig.generate(&attributes)?;
    let signature = stays.sign_hash(alg, &hash)?;
    gone.sign_hash(alg, &hash)?;
    rig.provider().psa_destroy_key(
        &gone.context,
        &PsaDestroyKey {
            key_name: "key".into(),
        },
    )?;
    rig.provider().forget(&gone.context)?;
    rig.provider().forget(&gone.context)?;
    stays.verify_hash(alg, &hash, &signature)?;
    stays.verify_hash(alg, &hash, &stays.sign_hash(alg, &hash)?)?;
    Ok(())
}
