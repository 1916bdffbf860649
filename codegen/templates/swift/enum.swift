extension Contract {
    /// {{ doc }}
    public enum {{ name }}: Swift.String, Swift.Sendable, Swift.Hashable, Swift.Codable, Swift.CaseIterable {
{%- for found in cases %}
        /// {% if found.doc.is_empty() %}As the contracts call it: `{{ found.tag }}`.{% else %}{{ found.doc }}{% endif %}
        case {{ found.name }} = "{{ found.tag }}"
{%- endfor %}
    }
}
