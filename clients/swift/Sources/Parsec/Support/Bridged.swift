import Foundation

/// A type with a counterpart in the binding.
protocol Bridged {
    associatedtype Native

    init(native: Native)
    var native: Native { get }
}

/// A type that the binding uses unchanged.
protocol BridgedAsIs: Bridged where Native == Self {}

extension BridgedAsIs {
    init(native: Self) { self = native }
    var native: Self { self }
}

extension Bool: BridgedAsIs {}
extension UInt32: BridgedAsIs {}
extension UInt64: BridgedAsIs {}
extension String: BridgedAsIs {}
extension Data: BridgedAsIs {}

extension Array: Bridged where Element: Bridged {
    init(native: [Element.Native]) { self = native.map(Element.init(native:)) }
    var native: [Element.Native] { map(\.native) }
}

extension Optional: Bridged where Wrapped: Bridged {
    init(native: Wrapped.Native?) { self = native.map(Wrapped.init(native:)) }
    var native: Wrapped.Native? { self?.native }
}
