//! Published test vectors, and published public keys that must be rejected.

use parsec_contracts::types::{EccFamily, KeyType};

use super::super::specs::SECP_R1;
use super::super::vectors;

pub(super) const MONTGOMERY: KeyType = KeyType::EccKeyPair {
    curve_family: EccFamily::Montgomery,
};

/// A key, the public key of the peer, and their shared secret.
pub(super) struct Known {
    pub(super) key_type: KeyType,
    pub(super) bits: u32,
    pub(super) private: &'static str,
    pub(super) peer: &'static str,
    pub(super) secret: &'static str,
}

/// RFC 5903, 8.1.
pub(super) const P256: Known = Known {
    key_type: SECP_R1,
    bits: 256,
    private: "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
    peer: "04\
           d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63\
           56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab",
    secret: "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
};

/// RFC 5903, 8.2.
pub(super) const P384: Known = Known {
    key_type: SECP_R1,
    bits: 384,
    private: "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f160647b67414dce655\
              e35b538041e649ee3faef896783ab194",
    peer: "04\
           e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d83cfa41732bc509d\
           0d1ac43a0336def96fda41d0774a3571\
           dcfbec7aacf3196472169e838430367f66eebe3c6e70c416dd5f0c68759dd1ff\
           f83fa40142209dff5eaad96db9e6386c",
    secret: "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4\
             d603135569b9e9d09cf5d4a270f59746",
};

/// RFC 5903, 8.3.
pub(super) const P521: Known = Known {
    key_type: SECP_R1,
    bits: 521,
    private: "0037ade9319a89f4dabdb3ef411aaccca5123c61acab57b5393dce47608172a0\
              95aa85a30fe1c2952c6771d937ba9777f5957b2639bab072462f68c27a57382d4a52",
    peer: "04\
           00d0b3975ac4b799f5bea16d5e13e9af971d5e9b984c9f39728b5e5739735a21\
           9b97c356436adc6e95bb0352f6be64a6c2912d4ef2d0433ced2b6171640012d9460f\
           015c68226383956e3bd066e797b623c27ce0eac2f551a10c2c724d9852077b87\
           220b6536c5c408a1d2aebb8e86d678ae49cb57091f4732296579ab44fcd17f0fc56a",
    secret: "01144c7d79ae6956bc8edb8e7c787c4521cb086fa64407f97894e5e6b2d79b04\
             d1427e73ca4baa240a34786859810c06b3c715a3a8cc3151f2bee417996d19f3ddea",
};

/// RFC 7748, 6.1, for Bob.
pub(super) const X25519: Known = Known {
    key_type: MONTGOMERY,
    bits: 255,
    private: vectors::X25519[0],
    peer: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    secret: "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
};

/// RFC 7748, 6.2, for Bob.
pub(super) const X448: Known = Known {
    key_type: MONTGOMERY,
    bits: 448,
    private: "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d\
              6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d",
    peer: "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c\
           22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0",
    secret: "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282b\
             b60c0b56fd2464c335543936521c24403085d59a449a5037514a879d",
};

/// Every u of a point of order 8 or less, on the curve or its twist: 0, 1, two of order 8, p - 1,
/// and 0 and 1 encoded as p and p + 1.
pub(super) const X25519_SMALL: &[&str] = &[
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// The same for X448, whose points of small order have order 4 or less: 0, 1, p - 1, p, p + 1.
pub(super) const X448_SMALL: &[&str] = &[
    "00000000000000000000000000000000000000000000000000000000\
     00000000000000000000000000000000000000000000000000000000",
    "01000000000000000000000000000000000000000000000000000000\
     00000000000000000000000000000000000000000000000000000000",
    "feffffffffffffffffffffffffffffffffffffffffffffffffffffff\
     feffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
     feffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "00000000000000000000000000000000000000000000000000000000\
     ffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// RFC 7919, A.1.
pub(super) const FFDHE_2048: &str = "\
    ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695\
    a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a\
    d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935\
    984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a\
    bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4\
    ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61\
    9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005\
    c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff";
