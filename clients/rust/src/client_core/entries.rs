//! Lists that must not fail as a whole if one entry is newer than this client.

/// Returns the elements of a repeated field of a protobuf message; `None` if the message has fields
/// of other types than messages or bytes.
pub(super) fn entries(mut bytes: &[u8], field: u8) -> Option<Vec<&[u8]>> {
    const OF_BYTES: u8 = 2;
    let mut entries = Vec::new();
    while let Some((&tag, rest)) = bytes.split_first() {
        if tag & 0x87 != OF_BYTES {
            return None;
        }
        let (length, rest) = varint(rest)?;
        let (entry, rest) = rest.split_at_checked(length)?;
        if tag >> 3 == field {
            entries.push(entry);
        }
        bytes = rest;
    }
    Some(entries)
}

fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f).checked_shl(7 * u32::try_from(index).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use parsec_contracts::operations::ListKeysOutput;
    use parsec_contracts::types::KeyInfo;
    use parsec_contracts::{Body as _, DecodeError};

    use super::*;
    use crate::generated::key_specs::ecdsa_p256;
    use crate::spec::KeySpec as _;

    #[test]
    fn a_key_of_an_unknown_kind_does_not_hide_the_others() {
        let known = KeyInfo {
            provider_id: 1,
            name: "known".into(),
            attributes: ecdsa_p256().choices()[0],
        };
        let good = known.clone().encode();
        // A key whose curve family has the number 99.
        let mut odd = good.to_vec();
        let at = odd
            .windows(2)
            .position(|pair| pair == [0x08, 0x02])
            .unwrap();
        odd[at + 1] = 99;
        let mut bytes = Vec::new();
        for entry in [&odd, &*good] {
            bytes.push(0x0a);
            bytes.push(u8::try_from(entry.len()).unwrap());
            bytes.extend_from_slice(entry);
        }
        assert!(matches!(
            ListKeysOutput::decode(&bytes),
            Err(DecodeError::Invalid { .. })
        ));
        let keys: Vec<_> = entries(&bytes, 1)
            .unwrap()
            .into_iter()
            .filter_map(|entry| KeyInfo::decode(entry).ok())
            .collect();
        assert_eq!(keys, [known]);
    }
}
