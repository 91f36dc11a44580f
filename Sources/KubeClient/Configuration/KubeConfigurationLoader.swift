// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Finds out where the API server is and who asks, in the order of client-go.
///
/// 1. The file given on the command line, alone.
/// 2. The files of `KUBECONFIG`, merged: of two entries with one name the first counts, `current-context` is the first
///    one set, relative paths are relative to the file they stand in, and files that do not exist are passed over.
/// 3. `~/.kube/config`, when `KUBECONFIG` is not set.
/// 4. The service account of the pod we run in, when all of the above say nothing.
public struct KubeConfigurationLoader: Sendable {
    private static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

    private let host: HostEnvironment

    /// Creates a loader.
    public init(host: HostEnvironment) {
        self.host = host
    }

    /// Loads the configuration.
    ///
    /// - Parameters:
    ///   - kubeconfig: The file to read instead of all others.
    ///   - context: The context to use instead of the current one.
    ///   - userAgent: What the client calls itself.
    /// - Returns: What a client is made from.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` that names the file, the context and what to do.
    public func load(
        kubeconfig: String? = nil,
        context: String? = nil,
        userAgent: String = "grantor"
    ) throws(KubeError) -> KubeConfiguration {
        var configuration = try find(kubeconfig: kubeconfig, context: context, userAgent: userAgent)
        configuration.environmentProxy = ProxySettings(environment: host.variables)
        return configuration
    }

    private func find(
        kubeconfig: String?,
        context: String?,
        userAgent: String
    ) throws(KubeError) -> KubeConfiguration {
        if let kubeconfig {
            let path = absolute(kubeconfig)
            guard let content = try read(path) else {
                throw KubeError(.invalidConfiguration, "cannot read the kubeconfig \(path): there is no such file")
            }
            let kubeconfig = try Kubeconfig(content, file: path)
            return try KubeconfigResolver(kubeconfig, context: context).configuration(userAgent: userAgent)
        }
        var merged = Kubeconfig()
        for path in defaultFiles {
            guard let content = try read(path) else { continue }
            merged.merge(try Kubeconfig(content, file: path))
        }
        if !merged.isEmpty {
            return try KubeconfigResolver(merged, context: context).configuration(userAgent: userAgent)
        }
        if context == nil, host.variables["KUBERNETES_SERVICE_HOST"] != nil {
            return try inCluster(userAgent: userAgent)
        }
        let tried = defaultFiles.isEmpty ? "no file" : defaultFiles.joined(separator: ", ")
        throw KubeError(
            .invalidConfiguration,
            "cannot find a cluster: no kubeconfig (tried \(tried)) and not in a pod; "
                + "set KUBECONFIG or give --kubeconfig FILE"
        )
    }

    /// The configuration of the pod we run in.
    ///
    /// Where client-go goes on with the system's roots when `ca.crt` cannot be read, this fails.
    private func inCluster(userAgent: String) throws(KubeError) -> KubeConfiguration {
        func failure(_ detail: String) -> KubeError {
            KubeError(.invalidConfiguration, "cannot use the service account of this pod: \(detail)")
        }
        guard let address = host.variables["KUBERNETES_SERVICE_HOST"], !address.isEmpty,
            let port = host.variables["KUBERNETES_SERVICE_PORT"], !port.isEmpty
        else { throw failure("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set") }
        let tokenFile = "\(Self.serviceAccount)/token"
        let authorityFile = "\(Self.serviceAccount)/ca.crt"
        for path in [tokenFile, authorityFile] {
            guard try read(path) != nil else { throw failure("there is no \(path)") }
        }
        var namespace = host.variables["POD_NAMESPACE"] ?? ""
        if namespace.isEmpty, let content = try read("\(Self.serviceAccount)/namespace") {
            namespace = String(decoding: content, as: UTF8.self).trimmingWhitespace()
        }
        return KubeConfiguration(
            server: "https://\(address.contains(":") ? "[\(address)]" : address):\(port)",
            certificateAuthority: .file(authorityFile),
            authorization: .tokenFile(tokenFile, fallback: nil),
            namespace: namespace.isEmpty ? "default" : namespace,
            userAgent: userAgent,
            origin: "the service account of this pod"
        )
    }

    private var defaultFiles: [String] {
        if let list = host.variables["KUBECONFIG"], !list.isEmpty {
            var seen: Set<String> = []
            return list.split(separator: ":").map { absolute(String($0)) }.filter { seen.insert($0).inserted }
        }
        guard let home = host.variables["HOME"], !home.isEmpty else { return [] }
        return ["\(home)/.kube/config"]
    }

    private func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        if path.hasPrefix("~/"), let home = host.variables["HOME"] { return home + path.dropFirst() }
        return host.workingDirectory == "/" ? "/\(path)" : "\(host.workingDirectory)/\(path)"
    }

    private func read(_ path: String) throws(KubeError) -> [UInt8]? {
        do throws(HostEnvironment.FileError) {
            return try host.readFile(path)
        } catch {
            throw KubeError(.invalidConfiguration, "cannot read \(path): \(error.reason)")
        }
    }
}

extension String {
    /// This text without white space and line breaks at its ends.
    func trimmingWhitespace() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
