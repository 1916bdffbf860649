//! The audience that JWT-SVIDs must be made for where the configuration names none: another one on
//! each host, so that a token for one host is of no use on another.

use std::fs;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What the id is derived for, as sd_id128_get_machine_app_specific(3) takes it. The operator gets the
/// same id with `systemd-id128 machine-id --app-specific=5fd74c5611774ba3881cae631551b246`.
const APPLICATION: u128 = 0x5fd7_4c56_1177_4ba3_881c_ae63_1551_b246;
const MACHINE_IDS: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// The audience, and a warning if it is not sure to be this host's alone.
pub(super) fn audience_of_host() -> (String, Option<String>) {
    if let Some(id) = MACHINE_IDS.iter().find_map(|file| machine_id(file)) {
        return (format!("parsec:{:032x}", derived(id)), None);
    }
    let name = fs::read_to_string(HOST_NAME).unwrap_or_default();
    let audience = format!("parsec:{}", name.trim());
    let warning = format!(
        "{} holds no id, so JWT-SVIDs must be made for the audience {audience:?}, after the host's \
         name, which another host may have too: set `audience`",
        MACHINE_IDS[0]
    );
    (audience, Some(warning))
}

fn machine_id(file: &str) -> Option<u128> {
    let text = fs::read_to_string(file).ok()?;
    let text = text.trim();
    let id = u128::from_str_radix(text, 16).ok()?;
    (text.len() == 32 && id != 0).then_some(id)
}

/// The machine's id itself is not to be told: machine-id(5).
fn derived(machine: u128) -> u128 {
    let mut id = [0; 16];
    // An HMAC takes a key of any length.
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&machine.to_be_bytes()) {
        let mac = mac.chain_update(APPLICATION.to_be_bytes()).finalize();
        id.copy_from_slice(&mac.into_bytes()[..16]);
    }
    // A UUID of version 4, as systemd makes it.
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    u128::from_be_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_machines_have_two_audiences_and_systemd_derives_the_same() {
        // Of `systemd-id128 machine-id --app-specific` on a machine with the first id.
        assert_eq!(derived(VECTOR.0), VECTOR.1);
        assert_ne!(derived(VECTOR.0 ^ 1), VECTOR.1);
    }

    #[test]
    fn what_is_no_id_is_none() {
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

    /// A machine's id, and what systemd derives from it.
    const VECTOR: (u128, u128) = (
        0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
        0x52c4_59fd_245f_4e10_a777_5fa5_ea28_9a55,
    );
}
