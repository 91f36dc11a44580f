// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OperatorCore

/// Where metrics and probes are served; the flags of controller-runtime.
struct EndpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where /metrics is served, as in :8080 or 127.0.0.1:8080; 0 serves nothing.",
            valueName: "address"
        )
    )
    var metricsBindAddress = "0"

    @Option(
        help: ArgumentHelp(
            "Where /livez and /readyz are answered, as in :8081; 0 answers nowhere. Both may have one address.",
            valueName: "address"
        )
    )
    var healthProbeBindAddress = "0"

    func validate() throws {
        for (flag, text) in [
            ("--metrics-bind-address", metricsBindAddress), ("--health-probe-bind-address", healthProbeBindAddress),
        ] where text != "0" && EndpointAddress(text) == nil {
            throw ValidationError("\(flag) must be HOST:PORT, :PORT or 0.")
        }
    }

    /// Where metrics are served; `nil` means nowhere.
    var metrics: EndpointAddress? { metricsBindAddress == "0" ? nil : EndpointAddress(metricsBindAddress) }

    /// Where probes are answered; `nil` means nowhere.
    var health: EndpointAddress? { healthProbeBindAddress == "0" ? nil : EndpointAddress(healthProbeBindAddress) }
}
