//! A flipped bit anywhere in the files: the store is refused, or all its keys are intact.

use std::fs;
use std::path::Path;

use super::*;

const KEYS: usize = 60;

fn name(number: usize) -> String {
    format!("key {number}")
}

/// A store with keys of different lengths, some of which span several pages, and free pages.
fn filled(scratch: &Scratch) -> KeyStore {
    let store = scratch.open().unwrap();
    for number in 0..KEYS + 10 {
        let material = vec![7; 16 + 97 * number];
        let expiry = match number % 3 {
            0 => Expiry::At(now() + 3600),
            1 => Expiry::WithSession(1),
            _ => Expiry::Never,
        };
        let made = key(&material);
        let inserted = store.insert(&owner("web"), "a", &name(number), &made, expiry, None);
        let Ok(Insert::Inserted(id)) = inserted else {
            panic!("{inserted:?}");
        };
        if number >= KEYS {
            assert!(store.remove(id, None).unwrap());
        }
    }
    store.set_disabled(&owner("mail"), true).unwrap();
    store
}

fn assert_whole(store: &KeyStore, flip: &str) {
    for number in 0..KEYS {
        let found = store.find(&owner("web"), "a", &name(number));
        let found = found.unwrap_or_else(|error| panic!("{flip}: key {number}: {error}"));
        let found = found.unwrap_or_else(|| panic!("{flip}: key {number} is not there"));
        assert_eq!(found.material.expose().len(), 16 + 97 * number, "{flip}");
    }
    assert_eq!(store.list(&owner("web")).unwrap().len(), KEYS, "{flip}");
    assert_eq!(store.disabled().unwrap().len(), 1, "{flip}");
}

/// Pseudorandom numbers, the same in each run (SplitMix64).
fn numbers(mut state: u64) -> impl Iterator<Item = u64> {
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = state;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    })
}

fn count(few: usize, many: usize) -> usize {
    match std::env::var_os("PARSEC_TEST_EXTENDED") {
        Some(_) => many,
        None => few,
    }
}

/// Opens a store of these files, one of them with a flipped bit; whether it was refused.
fn is_refused(files: &[(&str, &[u8])], changed: usize, bit: usize) -> bool {
    let scratch = Scratch::new();
    let folder = scratch.path().parent().unwrap().to_owned();
    create_folder(&folder).unwrap();
    for (index, (name, bytes)) in files.iter().enumerate() {
        let mut bytes = bytes.to_vec();
        if index == changed {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        write_private(&folder.join(name), &bytes);
    }
    let flip = format!(
        "bit {} of byte {} of {}",
        bit % 8,
        bit / 8,
        files[changed].0
    );
    match scratch.open() {
        Ok(store) => {
            assert_whole(&store, &flip);
            false
        }
        Err(error) => {
            let output = error.to_string();
            let is_clear = ["backup", "newer service", "another program"];
            assert!(
                is_clear.iter().any(|part| output.contains(part)),
                "{flip}: {output}"
            );
            true
        }
    }
}

fn write_private(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    let mut file = crate::files::create_private(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_flipped_bit_in_the_store_hides_no_key() {
    let scratch = Scratch::new();
    drop(filled(&scratch));
    let (store, key) = (
        fs::read(scratch.path()).unwrap(),
        fs::read(scratch.master_key()).unwrap(),
    );
    let files = [("keys.sqlite3", &store[..]), ("master.key", &key[..])];
    let flips = count(120, 5_000);
    let mut refused = 0;
    for number in numbers(20).take(flips) {
        // Half of them in the headers of pages, where they have the largest effect.
        let place = number as usize >> 1;
        let byte = match number & 1 {
            0 => place / 8 % store.len(),
            _ => place / 8 % (store.len() / 4096) * 4096 + place / 8 % 112,
        };
        refused += usize::from(is_refused(&files, 0, byte * 8 + place % 8));
    }
    assert!(
        refused > flips / 4,
        "only {refused} of {flips} were refused"
    );
}

#[test]
fn a_flipped_bit_in_the_log_rolls_back_no_earlier_transaction() {
    let scratch = Scratch::new();
    let open = filled(&scratch);
    // The last transaction, which cannot be distinguished from a torn one, changes no key.
    open.set_disabled(&owner("nobody"), true).unwrap();
    let log = fs::read(scratch.path().with_file_name("keys.sqlite3-wal")).unwrap();
    let (store, key) = (
        fs::read(scratch.path()).unwrap(),
        fs::read(scratch.master_key()).unwrap(),
    );
    drop(open);
    let files = [
        ("keys.sqlite3", &store[..]),
        ("master.key", &key[..]),
        ("keys.sqlite3-wal", &log[..]),
    ];
    let flips = count(60, 5_000);
    let mut refused = 0;
    for number in numbers(21).take(flips) {
        let place = number as usize >> 1;
        let byte = match number & 1 {
            0 => place / 8 % log.len(),
            _ => (32 + place / 8 % ((log.len() - 32) / 4120) * 4120 + place / 8 % 24) % log.len(),
        };
        refused += usize::from(is_refused_log(&files, byte * 8 + place % 8));
    }
    assert!(
        refused > flips / 4,
        "only {refused} of {flips} were refused"
    );
}

fn is_refused_log(files: &[(&str, &[u8])], bit: usize) -> bool {
    is_refused(files, 2, bit)
}
