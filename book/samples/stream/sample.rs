use std::fs::File;
use std::io::{Read as _, Write as _};

use parsec_client::aes_256_gcm;
use parsec_client::blocking::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let films = Client::connect()?.get_or_generate("films", aes_256_gcm())?;
    let (mut film, mut sealed) = (File::open("film.bin")?, File::create("film.sealed")?);

    let mut stream = films.encrypt_stream(b"film 7", None)?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let length = film.read(&mut piece)?;
        if length == 0 {
            break;
        }
        sealed.write_all(&stream.update(&piece[..length])?)?;
    }
    sealed.write_all(&stream.finish()?)?;
    Ok(())
}
