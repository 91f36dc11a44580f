// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Finds the values that a user's file must hold, so that over the defaults they come to what is wanted.
///
/// What comes to it already stays as the user wrote it.
enum ValuesAdjustment {
    /// The user's values, changed where they must be.
    ///
    /// - Parameters:
    ///   - user: What the user's file holds.
    ///   - current: What it comes to over the defaults.
    ///   - desired: What it is to come to.
    ///   - defaults: What the chart says.
    /// - Returns: The values of the file.
    static func adjust(
        _ user: JSONObject,
        current: JSONObject,
        desired: JSONObject,
        defaults: JSONObject
    ) -> JSONObject {
        var adjusted = user
        for name in Set(desired.names).union(current.names) {
            adjusted[name] = adjust(
                user[name],
                current: current[name],
                desired: desired[name],
                standard: defaults[name]
            )
        }
        return adjusted
    }

    private static func adjust(
        _ user: JSONValue?,
        current: JSONValue?,
        desired: JSONValue?,
        standard: JSONValue?
    ) -> JSONValue? {
        if current.map(HelmNumber.canonical) == desired.map(HelmNumber.canonical) { return user }
        guard let desired else {
            // A null takes away what the chart says; what it does not say is just left out.
            return standard.map { !$0.isNull } == true ? .null : nil
        }
        guard let object = desired.object, user?.object != nil || standard?.object != nil else {
            return HelmNumber.canonical(desired)
        }
        let defaults = standard?.object ?? [:]
        // Where the user's file holds no mapping, a new one begins with all that the chart says.
        let mapping = user?.object
        let base = mapping == nil ? HelmValues.coalesce([:], over: defaults) : current?.object ?? [:]
        return .object(adjust(mapping ?? [:], current: base, desired: object, defaults: defaults))
    }
}
