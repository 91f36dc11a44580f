// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The limit of open files (`getrlimit(2)`, `RLIMIT_NOFILE`), connections included.
public enum OpenFiles {
    #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let resource = RLIMIT_NOFILE
    #endif

    /// How many this process may have open; `nil` when the system does not say.
    static var limit: Double? {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    /// Lets this process open as many as it may, as the runtime of Go does since 1.19.
    ///
    /// The usual limit of 1,024 is there for programs that call `select(2)`. Each watch has a connection of its own, and
    /// each namespace that is named has five. A system that refuses leaves the limit as it was.
    public static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
