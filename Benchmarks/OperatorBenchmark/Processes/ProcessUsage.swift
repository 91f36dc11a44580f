// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// What a process uses, as `/proc` tells.
struct ProcessUsage: Sendable {
    /// Resident memory now, in MiB (`VmRSS`).
    var residentMiB: Double
    /// The greatest resident memory so far, in MiB (`VmHWM`).
    var peakMiB: Double
    /// The number of threads.
    var threads: Int
    /// Processor time so far, in steps of 10 ms.
    var processorTime: Duration
    /// The same, exact, of the threads that live: it goes back when one ends.
    var liveThreadTime: Duration

    /// The number of the first core that this process may use.
    static var firstCore: String {
        let status = text("/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return String(line?.split(separator: "\t").last?.prefix { $0.isNumber } ?? "0")
    }

    /// Looks at a process; `nil` when there is none.
    init?(of processID: Int32) {
        guard let status = Self.text("/proc/\(processID)/status") else { return nil }
        var fields: [Substring: Double] = [:]
        for line in status.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" })
            guard words.count > 1 else { continue }
            fields[words[0]] = Double(words[1])
        }
        guard let resident = fields["VmRSS"] else { return nil }
        residentMiB = resident / 1024
        peakMiB = (fields["VmHWM"] ?? resident) / 1024
        threads = Int(fields["Threads"] ?? 0)
        processorTime = Self.processorTime(of: processID)
        liveThreadTime = Self.liveThreadTime(of: processID)
    }

    /// `utime` and `stime`, in the 100ths of a second that Linux shows to all programs (`USER_HZ`).
    private static func processorTime(of processID: Int32) -> Duration {
        guard let stat = text("/proc/\(processID)/stat"), let name = stat.lastIndex(of: ")") else { return .zero }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else { return .zero }
        return .milliseconds((user + system) * 10)
    }

    /// Nanoseconds on a core, summed over the threads.
    private static func liveThreadTime(of processID: Int32) -> Duration {
        let folder = "/proc/\(processID)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let nanoseconds = threads.reduce(0) { sum, thread in
            sum + (text("\(folder)/\(thread)/schedstat")?.split(separator: " ").first.flatMap { Int64($0) } ?? 0)
        }
        return .nanoseconds(nanoseconds)
    }

    private static func text(_ path: String) -> String? {
        // Files of /proc have no size, so they are read to their end.
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
