// {{ banner }}
{% for hash in hashes %}
/// {{ hash.doc }}
public enum {{ hash.name }}: HashFunction {
    /// The hash function in the contracts.
    public static let contract = Contract.Hash.{{ hash.case }}
    /// The length of a hash in bytes.
    public static let byteCount = {{ hash.length }}
}
{% endfor %}
