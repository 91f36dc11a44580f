// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The figures of the process itself, under the names of Prometheus' client libraries.
///
/// They are read when they are asked for; where there is no `/proc`, those that come from there are left out.
struct ProcessMetrics: Sendable {
    private let started: Double

    init() {
        // `starttime` of /proc counts in ticks since a boot whose time is known to the second: this is as good.
        started = Date().timeIntervalSince1970
    }

    /// Adds the families.
    func write(to writer: inout ExpositionWriter) {
        for (name, value) in figures() {
            guard let value else { continue }
            let entry = MetricCatalogue.entries.first { $0.name == name }
            writer.family(name, kind: entry?.kind ?? .gauge, help: entry?.help ?? "")
            writer.sample(name, labels: "", value: value)
        }
    }

    private func figures() -> [(String, Double?)] {
        let memory = Self.numbers(ofFile: "/proc/self/statm")
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        return [
            ("process_cpu_seconds_total", Self.processorTime),
            ("process_max_fds", OpenFiles.limit),
            ("process_open_fds", Self.count(ofFolder: "/proc/self/fd").map { Double(max($0 - 1, 0)) }),
            ("process_resident_memory_bytes", memory.dropFirst().first.map { $0 * page }),
            ("process_start_time_seconds", started),
            ("process_threads", Self.count(ofFolder: "/proc/self/task").map(Double.init)),
            ("process_virtual_memory_bytes", memory.first.map { $0 * page }),
        ]
    }

    private static var processorTime: Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The entries of a folder; listing it opens one more file.
    private static func count(ofFolder path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count - 2
    }

    private static func numbers(ofFile path: String) -> [Double] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return [] }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
            .split { $0 == " " || $0 == "\n" }
            .compactMap { Double($0) }
    }
}
