// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads the beginning of a file, or of standard input.
enum SmallFile {
    /// The file cannot be opened or read.
    struct Unreadable: Error {
        /// The number of the system's error.
        let number: Int32
    }

    /// Reads up to so many bytes; `-` is standard input.
    static func read(_ path: String, limit: Int) throws(Unreadable) -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unreadable(number: errno) }
        defer { if descriptor != 0 { close(descriptor) } }
        var result: [UInt8] = []
        while result.count < limit {
            let wanted = min(65_536, limit - result.count)
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
                #if canImport(Darwin)
                count = Darwin.read(descriptor, buffer.baseAddress, wanted)
                #elseif canImport(Musl)
                count = Musl.read(descriptor, buffer.baseAddress, wanted)
                #else
                count = Glibc.read(descriptor, buffer.baseAddress, wanted)
                #endif
                initialized = max(0, count)
            }
            guard count >= 0 else { throw Unreadable(number: errno) }
            if count == 0 { break }
            result += chunk
        }
        return result
    }
}
