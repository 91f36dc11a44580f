// Grantor
// SPDX-License-Identifier: Apache-2.0

extension OperatorConfiguration {
    /// The name of the lease unless another is given: one for each share of the work, so that operators that look after
    /// different things never wait for each other, and those that look after the same always do.
    ///
    /// `grantor`; `grantor-0-of-3` for a shard; and, with namespaces or a selector, a hash of them behind it.
    public var leaseName: String {
        var name = "grantor"
        if let shard { name += "-\(shard.index)-of-\(shard.count)" }
        if !namespaces.isEmpty || !selector.isEmpty {
            let scope = Set(namespaces).sorted().joined(separator: ",") + ";" + selector
            name += "-" + String(Shard.hash(scope), radix: 16)
        }
        return name
    }
}
