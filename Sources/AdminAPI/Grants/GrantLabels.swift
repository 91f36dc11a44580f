// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The labels of what the operator makes.
public enum GrantLabels {
    /// The label that names the AppInstance.
    public static let appInstance = "grantor.dev/app-instance"
    /// The label that names who manages an object.
    public static let managedBy = "app.kubernetes.io/managed-by"
    /// The value of `managedBy` on everything of ours.
    public static let manager = "grantor"

    /// The label that tells what a ConfigMap holds, where AdminAccess and grants are kept in ConfigMaps.
    public static let component = "app.kubernetes.io/component"

    /// What a ConfigMap holds that stands for objects of Grantor.
    public enum Component: String, CaseIterable, Sendable {
        /// The AdminAccess of an AppInstance.
        case access = "admin-access"
        /// AdminGrants of an AppInstance.
        case grants = "admin-grants"
    }

    /// The labels of an object made for an AppInstance.
    public static func labels(appInstance name: String) -> [String: String] {
        [appInstance: value(appInstance: name), managedBy: manager]
    }

    /// The labels of a ConfigMap that stands for objects of Grantor.
    public static func labels(_ component: Component, appInstance name: String) -> [String: String] {
        labels(appInstance: name).merging([Self.component: component.rawValue]) { old, _ in old }
    }

    /// The value of the label for an AppInstance: its name, or when that is over 63 characters its beginning and a hash.
    public static func value(appInstance name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digest = withUnsafeBytes(of: hash.bigEndian) { GrantName.base32($0, length: GrantName.digestLength) }
        return "\(Substring(name.utf8.prefix(52)))-\(digest)"
    }
}
