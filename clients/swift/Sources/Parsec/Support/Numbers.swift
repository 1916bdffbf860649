extension UInt32 {
    /// A number that fits, or an error that names the argument.
    init(checking number: Int, _ name: String) throws(ParsecError) {
        guard let number = UInt32(exactly: number) else {
            throw .invalid("\(name): must be from 0 to \(UInt32.max), not \(number)")
        }
        self = number
    }

    /// Numbers that all fit.
    static func all(checking numbers: [Int], _ name: String) throws(ParsecError) -> [UInt32] {
        var checked: [UInt32] = []
        for number in numbers { checked.append(try UInt32(checking: number, name)) }
        return checked
    }
}
