//! The default audience of JWT-SVIDs: different on each host, so that a token for one host is not valid
//! on another.

use std::fs;

use hmac::{Hmac, KeyInit as _, Mac as _};
use parsec_contracts::quoted;
use sha2::Sha256;

/// The application id for deriving the audience as in sd_id128_get_machine_app_specific(3). The same id
/// is printed by `systemd-id128 machine-id --app-specific=5fd74c5611774ba3881cae631551b246`.
const APPLICATION: u128 = 0x5fd7_4c56_1177_4ba3_881c_ae63_1551_b246;
const MACHINE_IDS: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// The audience, and a warning if it may not be unique to this host.
pub(super) fn audience_of_host() -> (String, Option<String>) {
    if let Some(id) = MACHINE_IDS.iter().find_map(|file| machine_id(file)) {
        return (format!("parsec:{:032x}", derived(id)), None);
    }
    let name = fs::read_to_string(HOST_NAME).unwrap_or_default();
    let audience = format!("parsec:{}", name.trim());
    let warning = format!(
        "{} contains no id, so JWT-SVIDs must be issued for the audience {audience}, from the host's \
         name, which another host may have as well: set `audience`",
        MACHINE_IDS[0],
        audience = quoted(&audience)
    );
    (audience, Some(warning))
}

fn machine_id(file: &str) -> Option<u128> {
    let text = fs::read_to_string(file).ok()?;
    let text = text.trim();
    let id = u128::from_str_radix(text, 16).ok()?;
    (text.len() == 32 && id != 0).then_some(id)
}

/// Derives an id, because the machine id itself must not be exposed: machine-id(5).
fn derived(machine: u128) -> u128 {
    let mut id = [0; 16];
    // HMAC accepts keys of any length.
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&machine.to_be_bytes()) {
        let mac = mac.chain_update(APPLICATION.to_be_bytes()).finalize();
        id.copy_from_slice(&mac.into_bytes()[..16]);
    }
    // A UUID of version 4, as systemd creates it.
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    u128::from_be_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_differ_by_machine_and_match_systemd() {
        // Output of `systemd-id128 machine-id --app-specific` on a machine with the first id.
        assert_eq!(derived(VECTOR.0), VECTOR.1);
        assert_ne!(derived(VECTOR.0 ^ 1), VECTOR.1);
    }

    #[test]
    fn rejects_malformed_machine_ids() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("machine-id");
        for text in [
            "",
            "uninitialized\n",
            &"0".repeat(32),
            "abc",
            &"f".repeat(33),
        ] {
            fs::write(&file, text).unwrap();
            assert_eq!(machine_id(file.to_str().unwrap()), None, "{text}");
        }
        fs::write(&file, format!("{:032x}\n", VECTOR.0)).unwrap();
        assert_eq!(machine_id(file.to_str().unwrap()), Some(VECTOR.0));
    }

    /// A machine id, and the id that systemd derives from it.
    const VECTOR: (u128, u128) = (
        0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
        0x52c4_59fd_245f_4e10_a777_5fa5_ea28_9a55,
    );
}
