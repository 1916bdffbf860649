//! Decisions read from an input.

use arbitrary::Unstructured;

/// The bytes of an input, read as decisions. After the last byte, every decision is the first of
/// its kind: an empty input is the simplest case.
#[derive(Debug)]
pub(crate) struct Choices<'a> {
    bytes: Unstructured<'a>,
}

impl<'a> Choices<'a> {
    /// Creates the decisions of `data`.
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self {
            bytes: Unstructured::new(data),
        }
    }

    /// Returns the number of remaining bytes.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len()
    }

    /// Returns whether all bytes are used.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns a number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.bytes
            .int_in_range(0..=count.saturating_sub(1))
            .unwrap_or(0)
    }

    /// Returns one of the options.
    ///
    /// # Panics
    ///
    /// If there are no options.
    pub(crate) fn of<'b, T>(&mut self, items: &'b [T]) -> &'b T {
        &items[self.below(items.len())]
    }

    /// Returns true in one case of `count`, and never after the last byte.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    /// Returns any byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.bytes.arbitrary().unwrap_or(0)
    }

    /// Returns `count` bytes; the last byte is repeated if the input is too short.
    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let here = length.min(self.bytes.len());
        let mut out = self.bytes.bytes(here).unwrap_or_default().to_vec();
        let last = out.last().copied().unwrap_or(0x61);
        out.resize(length, last);
        out
    }

    /// Returns the remaining bytes.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let length = self.bytes.len();
        self.bytes.bytes(length).unwrap_or_default()
    }

    /// Changes some bytes, or the length.
    pub(crate) fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match (self.below(4), bytes.get_mut(at)) {
                (0, Some(byte)) => *byte ^= 1 << self.below(8),
                (1, Some(byte)) => *byte = self.byte(),
                (2, Some(_)) => bytes.truncate(at),
                _ => bytes.insert(at, self.byte()),
            }
        }
    }
}
