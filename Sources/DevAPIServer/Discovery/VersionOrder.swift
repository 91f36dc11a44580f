// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The order of API versions: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`, then all others by name.
///
/// The rule of `k8s.io/apimachinery/pkg/version`; the first version of a group is its preferred one.
enum VersionOrder {
    /// Whether a version comes before another.
    static func precedes(_ lhs: String, _ rhs: String) -> Bool {
        switch (Parsed(lhs), Parsed(rhs)) {
        case (let left?, let right?):
            if left.stability != right.stability { return left.stability > right.stability }
            if left.major != right.major { return left.major > right.major }
            return left.minor > right.minor
        case (nil, nil): return UTF8Order.compare(lhs, rhs) < 0
        case (let left, _): return left != nil
        }
    }

    private struct Parsed {
        /// 2 for stable, 1 for beta, 0 for alpha.
        let stability: Int
        let major: Int
        let minor: Int

        /// Reads `v1`, `v1beta2`, `v3alpha1`; `nil` for anything else.
        init?(_ text: String) {
            guard text.first == "v" else { return nil }
            var rest = text.dropFirst()
            guard let major = Self.takeNumber(&rest) else { return nil }
            self.major = major
            if rest.isEmpty {
                stability = 2
                minor = 0
                return
            }
            if rest.hasPrefix("beta") {
                stability = 1
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("alpha") {
                stability = 0
                rest = rest.dropFirst(5)
            } else {
                return nil
            }
            guard let minor = Self.takeNumber(&rest), rest.isEmpty else { return nil }
            self.minor = minor
        }

        private static func takeNumber(_ text: inout Substring) -> Int? {
            let digits = text.prefix { ("0"..."9").contains($0) }
            text = text.dropFirst(digits.count)
            return digits.first == "0" ? nil : Int(digits)
        }
    }
}
