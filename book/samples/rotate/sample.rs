use parsec_client::blocking::Client;
use parsec_client::{Result, ecdsa_p256};

fn main() -> Result<()> {
    let parsec = Client::connect()?;
    let old = parsec.get_or_generate("tokens-2026", ecdsa_p256())?;
    let signature = old.sign(b"token")?;

    // From now on this one signs.
    let new = parsec.get_or_generate("tokens-2027", ecdsa_p256())?;
    new.verify(b"token", &new.sign(b"token")?)?;
    // What the old one has signed can still be checked.
    old.verify(b"token", &signature)?;

    old.delete() // once nothing of it is in use any more
}
