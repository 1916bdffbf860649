use parsec_client::blocking::Client;
use parsec_client::{KeyUse, Result, aes_256_gcm, aes_key_wrap};

fn main() -> Result<()> {
    let parsec = Client::connect()?;
    // Encrypts other keys.
    let backup = parsec.get_or_generate("backup", aes_key_wrap())?;
    let wrappable = aes_256_gcm().exportable().uses([KeyUse::Wrapping]);
    let archive = parsec.get_or_generate("archive", wrappable)?;
    let sealed = archive.encrypt(b"secret")?;
    // Keep this, and the key "backup", in safe places.
    let wrapped = backup.wrap("archive")?;

    archive.delete()?; // the accident
    let restored = backup.unwrap_key(&wrapped, "archive", aes_256_gcm().exportable())?;
    assert_eq!(restored.decrypt(&sealed)?.as_slice(), b"secret");
    Ok(())
}
