// {{ banner }}

internal import ParsecBinding

extension ParsecError {
    /// Creates the error of a kind.
    init(kind: ParsecBinding.FailureKind, detail: ErrorDetail) {
        switch kind {
{%- for kind in kinds %}
        case .{{ kind }}: self = .{{ kind }}(detail)
{%- endfor %}
        }
    }
}
