//! TLS with keys that never leave the service: the key of a certificate may be in a TPM.
//!
//! [`signing_key`] is for programs that use rustls directly. [`Connection`] is a TLS connection
//! without a socket, for programs that have their own: bytes in, bytes out. A client is created with
//! [`Connection::new`], a server with [`Connection::accept`].
//!
//! ```no_run
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use parsec_client::blocking::Client;
//! use parsec_client::tls::{ClientConfig, Connection};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = Client::connect()?.open_signing_key("web-tls")?;
//! let config = ClientConfig::builder()
//!     .roots_pem(&std::fs::read("ca.pem")?)?
//!     .identity(&std::fs::read("chain.pem")?, key)?
//!     .build()?;
//! let mut tls = Connection::new(&config, "server.example.org")?;
//! let mut socket = TcpStream::connect("server.example.org:443")?;
//! let mut buffer = [0; 16 * 1024];
//! while tls.is_handshaking() {
//!     socket.write_all(&tls.to_peer())?;
//!     let length = socket.read(&mut buffer)?;
//!     tls.receive(&buffer[..length])?;
//! }
//! tls.send(b"hello")?;
//! socket.write_all(&tls.to_peer())?;
//! # Ok(())
//! # }
//! ```

mod client;
mod connection;
mod failure;
mod identity;
mod roots;
mod server;
mod signer;
mod version;

pub use client::{ClientConfig, ConfigBuilder};
pub use connection::Connection;
pub use server::{ServerConfig, ServerConfigBuilder};
pub use signer::signing_key;
pub use version::Version;
