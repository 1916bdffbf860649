//! A reader over a socket, with a buffer that is wiped.

use std::io;

use parsec_contracts::Zeroizing;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::buffer::Buffer;

/// The buffer's size; several small requests fit.
const BUFFER: usize = 8 * 1024;

/// A buffered reader whose buffer is wiped on drop.
pub(super) struct Input<R> {
    source: R,
    buffer: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
}

impl<R: AsyncRead + Unpin> Input<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: Zeroizing::new(vec![0; BUFFER]),
            start: 0,
            end: 0,
        }
    }

    /// Waits until data is available; `false` at the end of the stream.
    pub(super) async fn wait(&mut self) -> io::Result<bool> {
        if self.start == self.end {
            self.start = 0;
            self.end = self.source.read(&mut self.buffer).await?;
        }
        Ok(self.start < self.end)
    }

    /// Fills `target`.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] if the stream ends first.
    pub(super) async fn fill(&mut self, target: &mut [u8]) -> io::Result<()> {
        let ready = (self.end - self.start).min(target.len());
        target[..ready].copy_from_slice(&self.buffer[self.start..self.start + ready]);
        self.start += ready;
        let mut done = ready;
        while done < target.len() {
            if target.len() - done >= BUFFER {
                self.source.read_exact(&mut target[done..]).await?;
                return Ok(());
            }
            if !self.wait().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let ready = (self.end - self.start).min(target.len() - done);
            target[done..done + ready]
                .copy_from_slice(&self.buffer[self.start..self.start + ready]);
            self.start += ready;
            done += ready;
        }
        Ok(())
    }

    /// Reads `length` bytes.
    ///
    /// # Errors
    ///
    /// As [`Input::fill`].
    pub(super) async fn take(&mut self, length: usize) -> io::Result<Buffer> {
        let mut bytes = Buffer::zeroed(length);
        self.fill(&mut bytes).await?;
        Ok(bytes)
    }

    /// Reads and discards at most `limit` bytes, or until the stream ends.
    pub(super) async fn drain(&mut self, limit: usize) -> io::Result<()> {
        let mut drained = self.end - self.start;
        self.start = self.end;
        while drained < limit && self.wait().await? {
            drained += self.end - self.start;
            self.start = self.end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reads_data_written_in_pieces_of_any_size() {
        let data: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
        for cut in [1, 7, 8191, 8192, 8193, 65_536, 100_000] {
            let mut input = Input::new(&data[..]);
            let mut first = vec![0; cut];
            input.fill(&mut first).await.unwrap();
            assert_eq!(first, data[..cut]);
            let rest = input.take(data.len() - cut).await.unwrap();
            assert_eq!(rest[..], data[cut..]);
            assert!(!input.wait().await.unwrap());
        }
    }

    #[tokio::test]
    async fn an_early_end_is_an_error() {
        let mut input = Input::new(&b"abc"[..]);
        let error = input.take(4).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
