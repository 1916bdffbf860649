//! RSA keys (RFC 8017, 3; NIST SP 800-56B, 6.4.1).

use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Integer as _, Limb, NonZero, Odd};
use crypto_primes::hazmat::MillerRabin;
use crypto_primes::{Flavor, is_prime};
use der::Decode as _;
use parsec_contracts::Zeroizing;
use parsec_provider::ProviderError;
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef, UintRef};

use super::invalid::no_key;

/// The size in bits of the longest modulus that is checked; longer ones take seconds.
const MAX_MODULUS: u32 = 16_384;
/// The size in bits of the longest public exponent: BoringSSL, ring and RustCrypto have this limit,
/// because a long exponent makes verification slow.
const MAX_EXPONENT: u32 = 33;
/// No modulus of a sound key has a prime factor below this; OpenSSL checks the same.
const SMALL_FACTORS: u32 = 752;

/// A secret number.
type Number = Zeroizing<BoxedUint>;

/// The size of a public key.
pub(super) fn public_size(data: &[u8]) -> Result<u32, ProviderError> {
    size(&public(data)?.modulus)
}

/// The size of a key pair.
pub(super) fn pair_size(data: &[u8]) -> Result<u32, ProviderError> {
    size(&pair(data)?.modulus)
}

/// Checks a public key.
pub(super) fn check_public(data: &[u8]) -> Result<(), ProviderError> {
    let key = public(data)?;
    let (modulus, _) = public_numbers(&key.modulus, &key.public_exponent)?;
    let has_small_factor = (3..SMALL_FACTORS)
        .step_by(2)
        .filter_map(|factor| NonZero::new(Limb::from(factor)).into_option())
        .any(|factor| modulus.rem_limb(factor) == Limb::ZERO);
    if has_small_factor || modulus.checked_sqrt_vartime().is_some() {
        return Err(no_key("the modulus is easily factored"));
    }
    if MillerRabin::new(modulus)
        .test_base_two()
        .is_probably_prime()
    {
        return Err(no_key("the modulus is a prime number"));
    }
    Ok(())
}

/// Checks that the numbers of a key pair belong together.
pub(super) fn check_pair(data: &[u8]) -> Result<(), ProviderError> {
    let key = pair(data)?;
    let (modulus, exponent) = public_numbers(&key.modulus, &key.public_exponent)?;
    let parts = [
        &key.private_exponent,
        &key.prime1,
        &key.prime2,
        &key.exponent1,
        &key.exponent2,
        &key.coefficient,
    ];
    // Multiplying long numbers takes long.
    let longest = key.modulus.as_bytes().len();
    if parts.iter().any(|part| part.as_bytes().len() > longest) {
        return Err(no_key("one of its numbers is longer than the modulus"));
    }
    let [d, p, q, dp, dq, inverse] = parts.map(secret_number);
    if *Number::new(p.concatenating_mul(&*q)) != *modulus {
        return Err(no_key("the modulus is not the product of the two primes"));
    }
    if *p == *q
        || [&p, &q]
            .iter()
            .any(|prime| !is_prime(Flavor::Any, &***prime))
    {
        return Err(no_key(
            "the modulus is not the product of two prime numbers",
        ));
    }
    if *d >= *modulus {
        return Err(no_key("the private exponent is not below the modulus"));
    }
    let fits = |prime: &Number, part: &Number| {
        let order = less_one(prime)?;
        let reduced = Number::new(d.rem(&order));
        let product = Number::new(Number::new(reduced.concatenating_mul(&exponent)).rem(&order));
        Some((bool::from(product.is_one()), *reduced == **part))
    };
    let fits = [fits(&p, &dp), fits(&q, &dq)];
    if fits
        .iter()
        .any(|fits| !fits.is_some_and(|(inverts, _)| inverts))
    {
        return Err(no_key(
            "the private and the public exponent do not belong together",
        ));
    }
    if fits
        .iter()
        .any(|fits| !fits.is_some_and(|(_, is_part)| is_part))
        || !inverts(&inverse, &q, &p)
    {
        return Err(no_key(
            "exponent1, exponent2 or the coefficient is wrong (RFC 8017, A.1.2)",
        ));
    }
    Ok(())
}

/// The prime minus one, the modulus of exponents.
fn less_one(prime: &Number) -> Option<NonZero<BoxedUint>> {
    NonZero::new(prime.wrapping_sub(BoxedUint::one())).into_option()
}

/// Whether one number is the inverse of the other, and below the modulus.
fn inverts(inverse: &Number, number: &Number, modulus: &Number) -> bool {
    let Some(divisor) = NonZero::new((**modulus).clone()).into_option() else {
        return false;
    };
    let product = Number::new(inverse.concatenating_mul(&**number));
    **inverse < **modulus && bool::from(Number::new(product.rem(&divisor)).is_one())
}

/// The modulus and the exponent of a valid key: both odd, the exponent above 1 and not too long.
fn public_numbers(
    modulus: &UintRef<'_>,
    exponent: &UintRef<'_>,
) -> Result<(Odd<BoxedUint>, BoxedUint), ProviderError> {
    let (modulus, exponent) = (public_number(modulus), public_number(exponent));
    let Some(modulus) = Odd::new(modulus).into_option() else {
        return Err(no_key("the modulus is even"));
    };
    if exponent.bit_width_vartime() > MAX_EXPONENT || exponent >= *modulus {
        return Err(no_key(&format!(
            "the public exponent has more than {MAX_EXPONENT} bits, or is not below the modulus"
        )));
    }
    if bool::from(exponent.is_even()) || exponent < BoxedUint::from(3u8) {
        return Err(no_key(
            "the public exponent is even or 1, so that anyone could sign; 65537 is usual",
        ));
    }
    Ok((modulus, exponent))
}

/// The size of a modulus that is not too long.
fn size(modulus: &UintRef<'_>) -> Result<u32, ProviderError> {
    let bits = bits_of(modulus.as_bytes());
    if bits > MAX_MODULUS {
        return Err(no_key(&format!(
            "the modulus has {bits} bits, and none has more than {MAX_MODULUS}"
        )));
    }
    Ok(bits)
}

fn bits_of(number: &[u8]) -> u32 {
    let bytes = u32::try_from(number.len()).unwrap_or(u32::MAX / 8);
    8 * bytes - number.first().map_or(0, |byte| byte.leading_zeros())
}

fn public(data: &[u8]) -> Result<RsaPublicKeyRef<'_>, ProviderError> {
    RsaPublicKeyRef::from_der(data).map_err(|error| {
        no_key("it is not in the form of an RSAPublicKey in DER (RFC 8017, A.1.1)")
            .with_source(error)
    })
}

fn pair(data: &[u8]) -> Result<RsaPrivateKeyRef<'_>, ProviderError> {
    // The decoder's error is dropped: it could contain a part of the key.
    RsaPrivateKeyRef::from_der(data)
        .ok()
        .filter(|key| key.other_prime_infos.is_none())
        .ok_or_else(|| {
            no_key(
                "it is not in the form of an RSAPrivateKey with two primes in DER (RFC 8017, A.1.2)",
            )
        })
}

fn public_number(number: &UintRef<'_>) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(number.as_bytes())
}

fn secret_number(number: &UintRef<'_>) -> Number {
    Number::new(public_number(number))
}
