use std::fs::{self, File};
use std::io::{Read as _, Write as _};

use parsec_client::blocking::Client;
use parsec_client::{KeyUse, aes_256_gcm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spec = aes_256_gcm().uses([KeyUse::Streams]);
    let films = Client::connect()?.get_or_generate("films", spec)?;
    let mut piece = vec![0; 64 * 1024];

    let (mut film, mut sealed) = (File::open("film.bin")?, File::create("film.sealed")?);
    let mut stream = films.encrypt_stream(b"film 7", None)?;
    loop {
        let length = film.read(&mut piece)?;
        if length == 0 {
            break;
        }
        sealed.write_all(&stream.update(&piece[..length])?)?;
    }
    sealed.write_all(&stream.finish()?)?;

    let (mut sealed, mut again) = (File::open("film.sealed")?, File::create("film.part")?);
    let mut stream = films.decrypt_stream(b"film 7", None)?;
    loop {
        let length = sealed.read(&mut piece)?;
        if length == 0 {
            break;
        }
        again.write_all(&stream.update(&piece[..length])?)?;
    }
    // An error here means that the data was changed and must not be used.
    again.write_all(&stream.finish()?)?;
    fs::rename("film.part", "film.again")?;
    Ok(())
}
