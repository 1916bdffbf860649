//! The hashes of authenticated encryption: three ways to absorb blocks.

use ::cipher::BlockCipherEncrypt as _;
use ghash::GHash;
use ghash::universal_hash::UniversalHash as _;
use poly1305::Poly1305;

use super::block::{BLOCK, Block, BlockCipher};

/// A hash of blocks.
pub(super) enum Absorber {
    /// GHASH (NIST SP 800-38D, 6.4).
    Ghash(Box<GHash>),
    /// Poly1305 over whole blocks (RFC 8439, 2.8).
    Poly1305(Box<Poly1305>),
    /// CBC-MAC (NIST SP 800-38C, 6.1).
    CbcMac(Box<BlockCipher>, Block),
}

impl Absorber {
    fn absorb(&mut self, block: &Block) {
        match self {
            Self::Ghash(hash) => hash.update(std::slice::from_ref(block)),
            Self::Poly1305(hash) => hash.update(std::slice::from_ref(block)),
            Self::CbcMac(cipher, state) => {
                state.iter_mut().zip(block).for_each(|(s, b)| *s ^= b);
                cipher.encrypt_block(state);
            }
        }
    }

    /// A call with many blocks is faster than many calls with one.
    fn absorb_all(&mut self, blocks: &[Block]) {
        match self {
            Self::Ghash(hash) => hash.update(blocks),
            Self::Poly1305(hash) => hash.update(blocks),
            Self::CbcMac(..) => blocks.iter().for_each(|block| self.absorb(block)),
        }
    }
}

/// Absorbs bytes, and pads the last block of each part with zeros.
pub(super) struct Authenticator {
    absorber: Absorber,
    rest: Block,
    filled: usize,
}

impl Authenticator {
    pub(super) fn new(absorber: Absorber) -> Self {
        Self {
            absorber,
            rest: Block::default(),
            filled: 0,
        }
    }

    pub(super) fn absorb(&mut self, mut bytes: &[u8]) {
        if self.filled > 0 {
            let (head, tail) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.rest[self.filled..self.filled + head.len()].copy_from_slice(head);
            self.filled += head.len();
            bytes = tail;
            if self.filled == BLOCK {
                self.end_part();
            }
        }
        let (blocks, rest) = Block::slice_as_chunks(bytes);
        self.absorber.absorb_all(blocks);
        if !rest.is_empty() {
            self.rest[..rest.len()].copy_from_slice(rest);
            self.filled = rest.len();
        }
    }

    /// Pads the last block with zeros.
    pub(super) fn end_part(&mut self) {
        if self.filled > 0 {
            self.rest[self.filled..].fill(0);
            self.absorber.absorb(&self.rest);
            self.filled = 0;
        }
    }

    /// The hash, to which the tag's mask is still to be added.
    pub(super) fn tag(mut self) -> [u8; BLOCK] {
        self.end_part();
        match self.absorber {
            Absorber::Ghash(hash) => hash.finalize().into(),
            Absorber::Poly1305(hash) => hash.finalize().into(),
            Absorber::CbcMac(_, state) => state.into(),
        }
    }
}
