// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Which addresses may be dialled to fetch keys.
///
/// The URL is written by whoever may edit an AppInstance, and it may redirect; the operator must not become a way to
/// the node, to the cloud's metadata service or to the local network segment. Private ranges are allowed, since identity
/// providers live there.
public struct AddressPolicy: Sendable, Hashable {
    /// Why an address is refused.
    public enum Refusal: String, Sendable, CaseIterable {
        /// The unspecified address, or one of its network.
        case unspecified
        /// The machine itself.
        case loopback
        /// The network segment.
        case linkLocal = "link-local"
        /// A metadata service of a cloud.
        case metadata
        /// A group of machines.
        case multicast
        /// Broadcast or reserved.
        case reserved
        /// One of the ranges that the administrator denied.
        case denied
    }

    /// Whether the machine itself may be dialled.
    public var allowsLoopback: Bool
    /// Further ranges that are refused.
    public var deniedRanges: [AddressRange]

    /// Creates a policy.
    public init(allowsLoopback: Bool = false, deniedRanges: [AddressRange] = []) {
        self.allowsLoopback = allowsLoopback
        self.deniedRanges = deniedRanges
    }

    /// Why an address must not be dialled; `nil` when it may.
    ///
    /// An IPv4 address inside an IPv6 address counts as well: a translator on the way would dial it.
    public func refusal(of address: IPAddress) -> Refusal? {
        for candidate in [address] + address.embedded {
            if let refusal = directRefusal(of: candidate) { return refusal }
        }
        return nil
    }

    private func directRefusal(of address: IPAddress) -> Refusal? {
        if let entry = Self.table.first(where: { $0.range.contains(address) }),
            entry.refusal != .loopback || !allowsLoopback
        {
            return entry.refusal
        }
        return deniedRanges.contains { $0.contains(address) } ? .denied : nil
    }

    /// What is never dialled; the first block that holds an address names the refusal.
    private static let table: [(range: AddressRange, refusal: Refusal)] = {
        let blocks: [(String, Refusal)] = [
            ("169.254.169.254", .metadata),  // AWS, Azure, Google, OpenStack and others
            ("169.254.170.0/23", .metadata),  // AWS task roles and pod identities
            ("100.100.100.200", .metadata),  // Alibaba
            ("168.63.129.16", .metadata),  // Azure's host agent
            ("192.0.0.192", .metadata),  // Oracle, older
            ("fd00:ec2::/32", .metadata),  // AWS: fd00:ec2::254 and ::23
            ("fd20:ce::254", .metadata),  // Google
            ("fd00:42::42", .metadata),  // Scaleway
            ("fd00:c1::a9fe:a9fe", .metadata),  // Oracle
            ("0.0.0.0/8", .unspecified),
            ("::", .unspecified),
            ("127.0.0.0/8", .loopback),
            ("::1", .loopback),
            ("169.254.0.0/16", .linkLocal),
            ("fe80::/10", .linkLocal),
            ("224.0.0.0/4", .multicast),
            ("ff00::/8", .multicast),
            ("240.0.0.0/4", .reserved),
        ]
        return blocks.compactMap { block in AddressRange(block.0).map { ($0, block.1) } }
    }()
}
