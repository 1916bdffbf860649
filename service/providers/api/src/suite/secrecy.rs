//! Keys do not leak through debug output and errors.

use parsec_contracts::operations::PsaImportKey;
use parsec_contracts::types::{CheckType, KeyType};
use parsec_contracts::{Opcode, Secret};

use super::rig::ensure;
use super::specs::{ECDSA, PKCS1V15, SECP_R1, exportable, signing, with_export};
use super::{Case, Rig, Stop, vectors};

pub(super) const CASES: &[Case] = &[
    Case::new(
        "generated_keys_are_not_printed",
        &[Opcode::PsaGenerateKey],
        generated,
    ),
    Case::new(
        "imported_keys_are_not_printed",
        &[Opcode::PsaImportKey],
        imported,
    ),
    Case::new(
        "exported_keys_are_not_printed",
        &[Opcode::PsaGenerateKey, Opcode::PsaExportKey],
        exported,
    ),
    Case::new(
        "rejected_keys_are_not_in_the_error",
        &[Opcode::PsaImportKey],
        refused_import,
    ),
];

/// Any four consecutive bytes of the secret, in the formats in which Rust prints bytes.
fn ensure_hidden(secret: &[u8], printed: &str, what: &str) -> Result<(), Stop> {
    let printed = printed.to_lowercase();
    for window in secret.windows(4) {
        let [a, b, c, d] = [window[0], window[1], window[2], window[3]];
        for shown in [
            format!("{a}, {b}, {c}, {d}"),
            format!("{a:02x}{b:02x}{c:02x}{d:02x}"),
            format!("{a:02x}, {b:02x}, {c:02x}, {d:02x}"),
            format!("{a:02x} {b:02x} {c:02x} {d:02x}"),
        ] {
            ensure(!printed.contains(&shown), format!("{what} prints the key"))?;
        }
    }
    Ok(())
}

fn generated(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for attributes in [
        signing(SECP_R1, 256, ECDSA),
        signing(KeyType::RsaKeyPair, 1024, PKCS1V15),
        exportable(KeyType::Aes, 256),
    ] {
        if !rig.can(CheckType::Generate, &attributes)? {
            continue;
        }
        let created = rig.try_generate(&attributes)?;
        let material = created.material.clone();
        ensure_hidden(material.expose(), &format!("{created:?}"), "CreatedKey")?;
        let key = rig.key(created);
        let printed = format!("{:?} {:#?}", key.context, key.context);
        ensure_hidden(material.expose(), &printed, "KeyContext")?;
        covered += 1;
    }
    ensure(covered > 0, "the provider can generate nothing")
}

fn imported(rig: &Rig) -> Result<(), Stop> {
    let data = vectors::bytes(vectors::P256.private);
    let attributes = signing(SECP_R1, 256, ECDSA);
    let input = PsaImportKey {
        key_name: "key".into(),
        attributes,
        data: Secret::from(data.as_slice()),
    };
    ensure_hidden(&data, &format!("{input:?}"), "PsaImportKey")?;
    let key = rig.import(&attributes, &data)?;
    ensure_hidden(&data, &format!("{:?}", key.context), "KeyContext")
}

fn exported(rig: &Rig) -> Result<(), Stop> {
    let key = rig.generate(&with_export(signing(SECP_R1, 256, ECDSA)))?;
    let data = key.export()?;
    ensure_hidden(data.expose(), &format!("{data:?}"), "PsaExportKeyOutput")
}

fn refused_import(rig: &Rig) -> Result<(), Stop> {
    let mut covered = 0;
    for (attributes, data) in [
        (
            signing(SECP_R1, 0, ECDSA),
            vectors::bytes(vectors::P256.private)[..31].to_vec(),
        ),
        (
            signing(KeyType::RsaKeyPair, 0, PKCS1V15),
            vectors::RSA_PAIR[..1000].to_vec(),
        ),
        (exportable(KeyType::Aes, 0), (1..18).collect()),
    ] {
        if !rig.can(CheckType::Import, &attributes)? {
            continue;
        }
        match rig.try_import(&attributes, &data) {
            Ok(_) => return Err(Stop::Fail("half a key is imported".into())),
            Err(error) => {
                ensure(!error.is_not_served(), "the import is not served")?;
                ensure_hidden(&data, &format!("{error} {error:?}"), "the error")?;
            }
        }
        covered += 1;
    }
    if covered == 0 {
        return Err(Stop::Skip("the provider imports no secret keys".into()));
    }
    Ok(())
}
