//! A TPMS_ATTEST (TPM 2.0 Library, part 2, 10.12.8).

use super::reader::Reader;

/// TPM_GENERATED_VALUE: no attestation key signs anything with it at the front that does not come
/// from its TPM.
const MAGIC: u32 = 0xff54_4347;
const CERTIFY: u16 = 0x8017;
const QUOTE: u16 = 0x8018;
const SHA256: u16 = 0x000b;
/// Clock, reset and restart counts, and whether the clock may be believed.
const CLOCK_INFO: usize = 17;
const FIRMWARE_VERSION: usize = 8;

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attested {
    /// A key of that name is in the TPM.
    Key { name: Vec<u8> },
    /// The registers of the SHA-256 bank have values of that hash.
    Registers { selected: u32, digest: Vec<u8> },
}

/// A statement and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) nonce: Vec<u8>,
    pub(super) attested: Attested,
}

impl Statement {
    /// `None` if it is none, or of another kind.
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
