//! Buffers for the bytes of a request or a response.

use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;
use parsec_contracts::Zeroizing;
use zeroize::Zeroize as _;

/// The length from which a buffer has its own pages.
pub(crate) const LARGE: usize = 64 * 1024;

/// The bytes of a request or a response, wiped on drop.
///
/// A large buffer has its own pages, which are returned to the system on drop: the C library's allocator
/// keeps freed memory, so that a short flood would increase memory use permanently.
#[derive(Debug)]
pub(crate) enum Buffer {
    /// In the allocator's memory.
    Small(Zeroizing<Vec<u8>>),
    /// In its own pages.
    Large(Pages),
}

/// Anonymous pages.
#[derive(Debug)]
pub(crate) struct Pages(MmapMut);

impl Buffer {
    /// `length` zero bytes. The system provides the pages of a large buffer when they are written to, so a
    /// length that is only claimed costs nothing.
    pub(crate) fn zeroed(length: usize) -> Self {
        match Pages::new(length) {
            Some(pages) => Self::Large(pages),
            None => Self::Small(Zeroizing::new(vec![0; length])),
        }
    }
}

impl From<Zeroizing<Vec<u8>>> for Buffer {
    /// Moves a large number of bytes to their own pages.
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        match Pages::new(bytes.len()) {
            Some(mut pages) => {
                pages.0.copy_from_slice(&bytes);
                Self::Large(pages)
            }
            None => Self::Small(bytes),
        }
    }
}

impl Pages {
    /// `None` for a small length, or if the system has no pages.
    fn new(length: usize) -> Option<Self> {
        (length >= LARGE).then(|| MmapMut::map_anon(length).ok().map(Self))?
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::Small(Zeroizing::default())
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(pages) => &pages.0,
        }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(pages) => &mut pages.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_buffers_have_their_own_pages_and_equal_content() {
        for length in [0, 1, LARGE - 1, LARGE, LARGE + 1, 1_000_000] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let buffer = Buffer::from(Zeroizing::new(bytes.clone()));
            assert_eq!(matches!(buffer, Buffer::Large(_)), length >= LARGE);
            assert_eq!(buffer[..], bytes);
            let mut zeroed = Buffer::zeroed(length);
            assert_eq!(zeroed[..], vec![0; length]);
            zeroed.copy_from_slice(&bytes);
            assert_eq!(zeroed[..], bytes);
        }
    }
}
