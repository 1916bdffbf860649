use parsec_client::blocking::Client;
use parsec_client::{Result, ecdsa_p256};

fn main() -> Result<()> {
    let parsec = Client::connect()?;
    let old = parsec.get_or_generate("tokens-2026", ecdsa_p256())?;
    let signature = old.sign(b"token")?;

    // The new key signs from now on.
    let new = parsec.get_or_generate("tokens-2027", ecdsa_p256())?;
    new.verify(b"token", &new.sign(b"token")?)?;
    // Old signatures still verify.
    old.verify(b"token", &signature)?;

    old.delete() // when no data depends on it any more
}
