use parsec_client::blocking::Client;
use parsec_client::{Result, aes_256_gcm};

fn main() -> Result<()> {
    let vault = Client::connect()?.get_or_generate("vault", aes_256_gcm())?;
    let sealed = vault.encrypt_with_context(b"secret", b"letter 7")?; // nonce, ciphertext and tag
    let opened = vault.decrypt_with_context(&sealed, b"letter 7")?; // wiped when it is dropped
    assert_eq!(opened.as_slice(), b"secret");
    Ok(())
}
