//! Mutations of inputs that do not depend on their format.

use fastrand::Rng;

/// Edge values of the types that lengths have.
const EDGES: &[&[u8]] = &[
    &[0],
    &[1],
    &[0x7f],
    &[0x80],
    &[0xff],
    &[0x7f, 0xff],
    &[0x80, 0x00],
    &[0xff, 0xff],
    &[0x7f, 0xff, 0xff, 0xff],
    &[0x80, 0, 0, 0],
    &[0xff, 0xff, 0xff, 0xff],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

/// Returns a mutated copy of `base`; `other` is an input to take parts from.
pub(crate) fn mutate(
    random: &mut Rng,
    base: &[u8],
    other: &[u8],
    words: &[&str],
    longest: usize,
) -> Vec<u8> {
    let mut bytes = base.to_vec();
    // Usually few changes, because many leave nothing valid.
    let changes = 1 << random.u32(0..4);
    let count = random.u32(1..=changes);
    for _ in 0..count {
        change(random, &mut bytes, other, words);
    }
    bytes.truncate(longest);
    bytes
}

fn change(random: &mut Rng, bytes: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let at = random.usize(0..=bytes.len());
    let block = 1 << random.u32(0..8);
    let length = random.usize(0..=(bytes.len() - at).min(block));
    match random.u32(0..11) {
        0 => flip(random, bytes, at),
        1 => set(bytes, at, random.u8(..)),
        2 => drop(bytes.drain(at..at + length)),
        3 => {
            let part = bytes[at..at + length].to_vec();
            insert(bytes, random, &part);
        }
        4 => {
            let new: Vec<u8> = (0..length.max(1)).map(|_| random.u8(..)).collect();
            insert(bytes, random, &new);
        }
        5 => overwrite(bytes, at, EDGES[random.usize(0..EDGES.len())]),
        6 => {
            let edge = EDGES[random.usize(0..EDGES.len())];
            insert(bytes, random, edge);
        }
        7 | 8 if !words.is_empty() => {
            let word = words[random.usize(0..words.len())].as_bytes();
            match random.bool() {
                true => insert(bytes, random, word),
                false => overwrite(bytes, at, word),
            }
        }
        7 | 8 => {
            let step = random.u8(1..=16);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = match random.bool() {
                    true => byte.wrapping_add(step),
                    false => byte.wrapping_sub(step),
                };
            }
        }
        9 => {
            let from = random.usize(0..=other.len());
            let to = (from + block).min(other.len());
            insert(bytes, random, &other[from..to]);
        }
        _ => {
            // The tail of another input.
            bytes.truncate(at);
            bytes.extend_from_slice(&other[random.usize(0..=other.len())..]);
        }
    }
}

fn flip(random: &mut Rng, bytes: &mut [u8], at: usize) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << random.u32(0..8);
    }
}

fn set(bytes: &mut [u8], at: usize, value: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value;
    }
}

fn insert(bytes: &mut Vec<u8>, random: &mut Rng, part: &[u8]) {
    let at = random.usize(0..=bytes.len());
    bytes.splice(at..at, part.iter().copied());
}

fn overwrite(bytes: &mut [u8], at: usize, part: &[u8]) {
    for (place, byte) in bytes[at..].iter_mut().zip(part) {
        *place = *byte;
    }
}
