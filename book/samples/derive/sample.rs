use parsec_client::blocking::Client;
use parsec_client::{Result, aes_256_gcm, hkdf};

fn main() -> Result<()> {
    let master = Client::connect()?.get_or_generate("master", hkdf())?;
    let bytes = master.derive_bytes(b"session 7", 16)?; // the same each time
    // Stays in the service.
    let alice = master.derive_key(b"vault of alice", "alice", aes_256_gcm())?;
    let sealed = alice.encrypt(b"secret")?;
    println!("{} bytes; {} bytes sealed", bytes.len(), sealed.len());
    Ok(())
}
