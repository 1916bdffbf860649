use parsec_client::blocking::Client;
use parsec_client::{Result, aes_256_gcm};

fn main() -> Result<()> {
    let vault = Client::connect()?.get_or_generate("vault", aes_256_gcm())?;
    // Nonce, ciphertext and tag.
    let sealed = vault.encrypt_with_context(b"letter 7", b"secret")?;
    // Wiped when it is dropped.
    let opened = vault.decrypt_with_context(b"letter 7", &sealed)?;
    assert_eq!(opened.as_slice(), b"secret");
    Ok(())
}
