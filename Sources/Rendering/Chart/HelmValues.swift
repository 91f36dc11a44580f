// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// How Helm puts values together.
public enum HelmValues {
    /// Values over others, as several `-f` are merged: maps deep, everything else replaced; `null` stays `null`.
    public static func merge(_ values: JSONObject, over base: JSONObject) -> JSONObject {
        var merged = base
        for (name, value) in values {
            if let inner = value.object, let below = merged[name]?.object {
                merged[name] = .object(merge(inner, over: below))
            } else {
                merged[name] = value
            }
        }
        return merged
    }

    /// A user's values over the chart's defaults: as a merge, but a `null` removes what the chart says.
    ///
    /// Defaults that are `null` are not there at all (Helm 4.2, `pkg/chart/common/util/coalesce.go`).
    public static func coalesce(_ values: JSONObject, over defaults: JSONObject = ChartDefaults.values) -> JSONObject {
        coalesce(values, over: defaults, isTop: true)
    }

    private static func coalesce(_ values: JSONObject, over defaults: JSONObject, isTop: Bool) -> JSONObject {
        var result = values
        for (name, standard) in defaults {
            switch result[name] {
            case nil:
                result[name] = standard.isNull ? nil : withoutNull(standard)
            case .null?:
                if isTop || !standard.isNull { result[name] = nil }
            case .object(let inner)?:
                guard let below = standard.object else { continue }
                result[name] = .object(coalesce(inner, over: below, isTop: false))
            default:
                continue
            }
        }
        return result
    }

    private static func withoutNull(_ value: JSONValue) -> JSONValue {
        guard var object = value.object else { return value }
        object.keep { !$0.value.isNull }
        return .object(object.mapValues { withoutNull($0) })
    }
}

extension HelmValues {
    /// The values of a file as Helm holds them: all numbers are floating-point.
    ///
    /// Integers that `--set` adds later stay what they are.
    public static func fromFile(_ values: JSONObject) -> JSONObject {
        values.mapValues { HelmNumber.fromFile($0) }
    }
}
