import Foundation
import Parsec

let parsec = try await Client.connect()
let films = try await parsec.getOrGenerate("films", AES.GCM.self, options: KeyOptions(uses: [.streams]))

/// Reads a file in chunks.
func pieces(of name: String) throws -> AsyncThrowingStream<Data, any Error> {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: name))
    return AsyncThrowingStream {
        let piece = try file.read(upToCount: 64 * 1024)
        return piece?.isEmpty == false ? piece : nil
    }
}

func write(_ data: ProcessedData<AsyncThrowingStream<Data, any Error>>, to name: String) async throws {
    try Data().write(to: URL(fileURLWithPath: name))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: name))
    for try await piece in data { try file.write(contentsOf: piece) }
    try file.close()
}

let context = Data("film 7".utf8)
try await write(films.seal(pieces: pieces(of: "film.bin"), authenticating: context), to: "film.sealed")
// Throws at the end if anything was changed: do not use the data before.
try await write(films.open(pieces: pieces(of: "film.sealed"), authenticating: context), to: "film.again")
