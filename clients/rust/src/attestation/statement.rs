//! A TPMS_ATTEST (TPM 2.0 Library, part 2, 10.12.8).

use super::reader::Reader;

/// TPM_GENERATED_VALUE: a TPM's attestation keys sign data with this prefix only if the TPM itself
/// generated it.
const MAGIC: u32 = 0xff54_4347;
const CERTIFY: u16 = 0x8017;
const QUOTE: u16 = 0x8018;
const SHA256: u16 = 0x000b;
/// Clock, reset and restart counts, and whether the clock is reliable.
const CLOCK_INFO: usize = 17;
const FIRMWARE_VERSION: usize = 8;

/// The subject of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attested {
    /// The TPM contains a key with this name.
    Key { name: Vec<u8> },
    /// The selected registers of the SHA-256 bank have values with this hash.
    Registers { selected: u32, digest: Vec<u8> },
}

/// A statement and its nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) nonce: Vec<u8>,
    pub(super) attested: Attested,
}

impl Statement {
    /// Parses a statement; `None` if it is malformed or of another kind.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        if reader.u32()? != MAGIC {
            return None;
        }
        let kind = reader.u16()?;
        let _qualified_signer = reader.sized()?;
        let nonce = reader.sized()?.to_vec();
        reader.bytes(CLOCK_INFO)?;
        reader.bytes(FIRMWARE_VERSION)?;
        let attested = match kind {
            CERTIFY => {
                let name = reader.sized()?.to_vec();
                let _qualified_name = reader.sized()?;
                Attested::Key { name }
            }
            QUOTE => Attested::Registers {
                selected: selected(&mut reader)?,
                digest: reader.sized()?.to_vec(),
            },
            _ => return None,
        };
        reader.is_empty().then_some(Self { nonce, attested })
    }
}

/// A TPML_PCR_SELECTION of one bank, SHA-256.
fn selected(reader: &mut Reader<'_>) -> Option<u32> {
    if reader.u32()? != 1 || reader.u16()? != SHA256 {
        return None;
    }
    let length = reader.u8()?;
    if length > 4 {
        return None;
    }
    let bytes = reader.bytes(length.into())?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |mask, byte| mask << 8 | u32::from(*byte)),
    )
}
