extension Contract {
    /// {{ doc }}
    public enum {{ name }}: Swift.String, Swift.Sendable, Swift.Hashable, Swift.Codable, Swift.CaseIterable {
{%- for (case, tag, doc) in cases %}
        /// {% if doc.is_empty() %}As the contracts call it: `{{ tag }}`.{% else %}{{ doc }}{% endif %}
        case {{ case }} = "{{ tag }}"
{%- endfor %}
    }
}
