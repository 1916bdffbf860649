import Foundation
import Testing

@testable import Parsec

@Suite("signatures in DER")
struct SignatureNumbersTests {
    @Test("both encodings have the same numbers", arguments: [32, 48, 66], [0x00, 0x01, 0x7f, 0x80, 0xff] as [UInt8])
    func roundTrip(half: Int, first: UInt8) throws {
        var raw = [UInt8](repeating: 0x55, count: 2 * half)
        raw[0] = first
        for at in half..<half + 4 { raw[at] = 0 }
        let der = SignatureNumbers.write(raw)
        #expect(SignatureNumbers.read(Array(der), half: half) == Data(raw))
    }

    @Test("known answer: the RFC 3279 encoding of r = 1, s = 128")
    func known() {
        var raw = [UInt8](repeating: 0, count: 64)
        raw[31] = 1
        raw[63] = 128
        #expect(SignatureNumbers.write(raw) == Data([0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x80]))
    }

    @Test(
        "rejects malformed DER",
        arguments: [
            [], [0x30], [0x30, 0x00], [0x31, 0x06, 2, 1, 1, 2, 1, 1],
            [0x30, 0x06, 2, 1, 1, 2, 1, 1, 0],  // trailing byte
            [0x30, 0x06, 2, 1, 1, 2, 1],  // truncated
            [0x30, 0x07, 2, 2, 0, 1, 2, 1, 1],  // superfluous zero
            [0x30, 0x81, 0x06, 2, 1, 1, 2, 1, 1],  // length not minimal
            [0x30, 0x06, 2, 1, 0x80, 2, 1, 1],  // negative
        ] as [[UInt8]])
    func refused(der: [UInt8]) {
        #expect(SignatureNumbers.read(der, half: 32) == nil)
    }

    @Test("rejects a number that is too long for the curve")
    func long() {
        let der = SignatureNumbers.write([UInt8](repeating: 0xff, count: 66))
        #expect(SignatureNumbers.read(Array(der), half: 32) == nil)
    }
}
