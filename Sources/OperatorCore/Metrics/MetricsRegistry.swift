// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import Synchronization

/// The kinds of families.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// Keeps what the parts measure, for Prometheus to fetch.
///
/// It is a back end of swift-metrics. The published ones do not fit: what api dashboards know has to come in buckets of
/// its own for each name, series of deleted objects have to go (`destroy`), and both text formats are asked for.
///
/// Counting takes one atomic addition, timing a short lock, and neither allocates. A family is told from the first
/// handle that is made on, so that every series is there at zero before anything happens.
public final class MetricsRegistry: MetricsFactory {
    private struct Family: Sendable {
        var kind: MetricKind
        var series: [String: any MetricSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let process: ProcessMetrics
    private let preparations = Mutex<[@Sendable () -> Void]>([])

    /// Creates a registry that tells of the process and of nothing else yet.
    public init() {
        process = ProcessMetrics()
    }

    /// Has something done before figures are read, as for those that grow by themselves.
    public func beforeReading(_ prepare: @escaping @Sendable () -> Void) {
        preparations.withLock { $0.append(prepare) }
    }

    /// All figures as they are now.
    public func exposition(_ format: ExpositionFormat = .prometheus) -> [UInt8] {
        for prepare in preparations.withLock(\.self) { prepare() }
        var writer = ExpositionWriter(format: format)
        let families = families.withLock { $0 }
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            writer.family(name, kind: family.kind, help: MetricCatalogue.help(of: name))
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(to: &writer, name: name, labels: labels)
            }
        }
        process.write(to: &writer)
        writer.end()
        return writer.bytes
    }

    /// The names of the families that have series, sorted, and the names of their labels.
    public var labelsByFamily: [String: Set<String>] {
        families.withLock { $0 }.filter { !$0.value.series.isEmpty }.mapValues { family in
            Set(family.series.keys.flatMap(Self.labelNames))
        }
    }

    private static func labelNames(_ labels: String) -> [String] {
        labels.matches(of: /(?:^|,)([a-z_]+)="/).map { String($0.output.1) }
    }

    // MARK: - Making

    private func series<Series: MetricSeries>(
        _ name: String,
        _ dimensions: [(String, String)],
        _ kind: MetricKind,
        _ make: () -> Series
    ) -> Series {
        let labels = dimensions.map { "\($0.0)=\"\(ExpositionWriter.escape($0.1))\"" }.joined(separator: ",")
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? Series { return known }
            let series = make()
            // A name has one kind; who uses it for another counts into the void.
            guard family.kind == kind else { return series }
            family.series[labels] = series
            families[name] = family
            return series
        }
    }

    private func drop(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                families[name]?.series[labels] = nil
                return
            }
        }
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        series(label, dimensions, .histogram) { HistogramSeries(bounds: MetricCatalogue.bounds(of: label)) }
    }

    /// Makes or finds a counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { CounterSeries() }
    }

    /// Makes or finds a counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter) { FloatingPointCounterSeries() }
    }

    /// Makes or finds a gauge, or a histogram when values are to be aggregated.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions) }
        return series(label, dimensions, .gauge) { GaugeSeries() }
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { GaugeSeries() }
    }

    /// Makes or finds a histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    /// Drops a series.
    public func destroyCounter(_ handler: any CounterHandler) { drop(handler) }

    /// Drops a series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { drop(handler) }

    /// Drops a series.
    public func destroyRecorder(_ handler: any RecorderHandler) { drop(handler) }

    /// Drops a series.
    public func destroyMeter(_ handler: any MeterHandler) { drop(handler) }

    /// Drops a series.
    public func destroyTimer(_ handler: any TimerHandler) { drop(handler) }
}
