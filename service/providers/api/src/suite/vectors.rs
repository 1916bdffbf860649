//! Published test vectors, and answers of independent implementations.

use parsec_contracts::types::Hash;

pub(super) use crate::known_keys::RSA_2048_PAIR as RSA_PAIR;

/// Decodes a constant of this module.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).expect("vectors are hexadecimal")
}

/// A key of RFC 6979, with its signature of the message `sample`.
pub(super) struct Rfc6979 {
    pub(super) bits: u32,
    pub(super) private: &'static str,
    /// X, then Y.
    pub(super) public: &'static str,
    pub(super) hash_alg: Hash,
    /// The hash of `sample`.
    pub(super) hash: &'static str,
    /// r, then s.
    pub(super) signature: &'static str,
}

/// RFC 6979, A.2.5.
pub(super) const P256: Rfc6979 = Rfc6979 {
    bits: 256,
    private: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    public: "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
             7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    hash_alg: Hash::Sha256,
    hash: SAMPLE_SHA_256,
    signature: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
};

/// RFC 6979, A.2.6.
pub(super) const P384: Rfc6979 = Rfc6979 {
    bits: 384,
    private: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8\
              96d5724e4c70a825f872c9ea60d2edf5",
    public: "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64\
             def8f0ea9055866064a254515480bc13\
             8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1\
             288b231c3ae0d4fe7344fd2533264720",
    hash_alg: Hash::Sha384,
    hash: "9a9083505bc92276aec4be312696ef7bf3bf603f4bbd381196a029f340585312\
           313bca4a9b5b890efee42c77b1ee25fe",
    signature: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c\
                81a648152e44acf96e36dd1e80fabe46\
                99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f\
                a329c145786e679e7b82c71a38628ac8",
};

/// SHA-256 of `sample`.
pub(super) const SAMPLE_SHA_256: &str =
    "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf";

/// RFC 7748, 6.1: Bob's private and public key.
pub(super) const X25519: [&str; 2] = [
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
];

/// The DER `RSAPublicKey` of [`RSA_PAIR`].
pub(super) const RSA_PUBLIC: &[u8] = include_bytes!("vectors/rsa-2048-public.der");
/// OpenSSL's PKCS #1 v1.5 signature of `sample` with SHA-256.
pub(super) const RSA_SIGNATURE: &[u8] = include_bytes!("vectors/rsa-2048-sample-sha256.sig");

/// Hashes of the empty string, of `abc`, and of the bytes `i % 251` for `i` below 1000.
pub(super) const HASHES: &[(Hash, [&str; 3])] = &[
    (
        Hash::Md5,
        [
            "d41d8cd98f00b204e9800998ecf8427e",
            "900150983cd24fb0d6963f7d28e17f72",
            "a24f1e3ef66950e1327f210e3997ba2c",
        ],
    ),
    (
        Hash::Ripemd160,
        [
            "9c1185a5c5e9fc54612808977ee8f548b2258d31",
            "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
            "6864b0b9f86a879be2680824c81dbce9c5350281",
        ],
    ),
    (
        Hash::Sha1,
        [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "c9c960a0b925474fab83942cc27d504fc24ac37b",
        ],
    ),
    (
        Hash::Sha224,
        [
            "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
            "c182669a7f6629dc7fd8a9198f15af15adbbaeffa1842e854f681357",
        ],
    ),
    (
        Hash::Sha256,
        [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "4e4c294b331f7a2099a379bec34b9f9fc03dc46ab465d998f4d683da53487e6d",
        ],
    ),
    (
        Hash::Sha384,
        [
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebf\
             e76f65fbd51ad2f14898b95b",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072b\
             a1e7cc2358baeca134c825a7",
            "7a2f8c7f12344964a13cb9260492b845e56615d6152b9eb9e54b580fc88405e64f31813b\
             fda10de2a642fdf1676c61b4",
        ],
    ),
    (
        Hash::Sha512,
        [
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c\
             5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a\
             274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "5096498d96f50f9a137c4db5b8b0cd38383ad55350fb5a98805fedc31fa1262f1f0cf4d6\
             f12d7ecd8dedd933a4c9126344fe22e937a8ad35fdeae1e876ae698b",
        ],
    ),
    (
        Hash::Sha512_224,
        [
            "6ed0dd02806fa89e25de060c19d3ac86cabb87d6a0ddd05c333b84f4",
            "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
            "c37d5044d175f42e9993f2e3a059e14980cd85b209681dd218aa8a6b",
        ],
    ),
    (
        Hash::Sha512_256,
        [
            "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a",
            "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
            "974bc1ca87fcb8f487f65a650d1eeeebdc0cc269381b9eeb708cc4ea6d4954f2",
        ],
    ),
    (
        Hash::Sha3_224,
        [
            "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7",
            "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
            "51481b8dbd6b73dd110a967f438aa22facfcdce1eb5d2b36a5ec023f",
        ],
    ),
    (
        Hash::Sha3_256,
        [
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
            "48e66a01861d0eadaacdb7a6ae7db6b9ac79242ecced4154a9fbb33c4e3cc571",
        ],
    ),
    (
        Hash::Sha3_384,
        [
            "0c63a75b845e4f7d01107d852e4c2485c51a50aaaa94fc61995e71bbee983a2ac3713831\
             264adb47fb6bd1e058d5f004",
            "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea\
             927ac7f539f1edf228376d25",
            "43e60a7ef818a0e367fcd4ede8f5fabbdb7090cb45972bb7a84038cc3abf4fc26c4f44b5\
             9d3a0306c973b66e84c8890b",
        ],
    ),
    (
        Hash::Sha3_512,
        [
            "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123a\
             f1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26",
            "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9\
             192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
            "b8030d306ae990bc794bfb3a6100f67851889d6c272257afac7d1077a18660d6ea8d0da5\
             d2299c3ebaa0d34baf62cc58ac1fd4476506cf512a4897bb083a6fc4",
        ],
    ),
];

/// The third message of [`HASHES`].
pub(super) fn thousand_bytes() -> Vec<u8> {
    (0..1000_u16).map(|i| (i % 251) as u8).collect()
}

/// PSS signatures of `sample` with SHA-256 by that key, made by OpenSSL, with the length of the
/// salt. Only the first length is valid.
pub(super) const RSA_PSS_SIGNATURES: [(usize, &[u8]); 4] = [
    (32, include_bytes!("vectors/rsa-2048-pss-salt-32.sig")),
    (0, include_bytes!("vectors/rsa-2048-pss-salt-0.sig")),
    (20, include_bytes!("vectors/rsa-2048-pss-salt-20.sig")),
    (222, include_bytes!("vectors/rsa-2048-pss-salt-max.sig")),
];
