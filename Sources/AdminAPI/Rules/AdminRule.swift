// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// The rules of the `admin` block, one case for each thing that can be said about one.
///
/// The reader of the block and the admission policy take level, kind and words from here. The raw value names the rule.
public enum AdminRule: String, CaseIterable, Sendable {
    // The block.
    case adminNotMapping = "AdminNotMapping"
    case unknownField = "UnknownField"
    case notString = "NotString"
    case notQuoted = "NotQuoted"
    case notQuotedInSource = "NotQuotedInSource"
    // identityProvider.
    case providerMissing = "ProviderMissing"
    case entraSpelling = "EntraSpelling"
    case providerSpelling = "ProviderSpelling"
    case providerIsYAMLWord = "ProviderIsYAMLWord"
    case providerMalformed = "ProviderMalformed"
    case providerUnknown = "ProviderUnknown"
    // jwksEndpoint.
    case endpointMissing = "EndpointMissing"
    case endpointLineBreak = "EndpointLineBreak"
    case endpointPlaceholder = "EndpointPlaceholder"
    case endpointTooLong = "EndpointTooLong"
    case endpointNotAbsolute = "EndpointNotAbsolute"
    case endpointNotHTTPS = "EndpointNotHTTPS"
    case endpointNoHost = "EndpointNoHost"
    case endpointBadHost = "EndpointBadHost"
    case endpointBadPort = "EndpointBadPort"
    case endpointUserInfo = "EndpointUserInfo"
    case endpointFragment = "EndpointFragment"
    case endpointBadCharacter = "EndpointBadCharacter"
    case endpointInsecure = "EndpointInsecure"
    case endpointOuterSpace = "EndpointOuterSpace"
    case endpointOfEntra = "EndpointOfEntra"
    case endpointDiscovery = "EndpointDiscovery"
    case endpointAllTenants = "EndpointAllTenants"
    case endpointNotEntra = "EndpointNotEntra"
    case endpointNotAuth0 = "EndpointNotAuth0"
    case endpointNotKeycloak = "EndpointNotKeycloak"
    // users.
    case usersMissing = "UsersMissing"
    case usersNotList = "UsersNotList"
    case usersTooMany = "UsersTooMany"
    case usersEmpty = "UsersEmpty"
    case userNotMapping = "UserNotMapping"
    case nobodyAdmin = "NobodyAdmin"
    case userFieldMisspelt = "UserFieldMisspelt"
    case userFieldUnknown = "UserFieldUnknown"
    // id, names, e-mail address and groups of a user.
    case idMissing = "IDMissing"
    case idTooLong = "IDTooLong"
    case idOuterSpace = "IDOuterSpace"
    case idControlCharacter = "IDControlCharacter"
    case idInvisible = "IDInvisible"
    case idDuplicate = "IDDuplicate"
    case idNotEntra = "IDNotEntra"
    case idNotKeycloak = "IDNotKeycloak"
    case idNotAuth0 = "IDNotAuth0"
    case nameMissing = "NameMissing"
    case nameTooLong = "NameTooLong"
    case emailShape = "EmailShape"
    case groupsNotList = "GroupsNotList"
    case groupsEmpty = "GroupsEmpty"
    case groupsTooMany = "GroupsTooMany"
    case groupUnknown = "GroupUnknown"
    case groupRepeated = "GroupRepeated"
    // dsn and internalSigningKey.
    case sourceNotMapping = "SourceNotMapping"
    case sourceMissing = "SourceMissing"
    case sourceBoth = "SourceBoth"
    case sourceEmpty = "SourceEmpty"
    case referenceNotMapping = "ReferenceNotMapping"
    case referenceMissing = "ReferenceMissing"
    case referenceOneMissing = "ReferenceOneMissing"
    case referenceBoth = "ReferenceBoth"
    case targetNotMapping = "TargetNotMapping"
    case targetNameMissing = "TargetNameMissing"
    case targetKeyMissing = "TargetKeyMissing"
    case optionalNotBoolean = "OptionalNotBoolean"
    case signingKeyNotMapping = "SigningKeyNotMapping"
    case signingKeyPartMissing = "SigningKeyPartMissing"
    // egress.customCertificates.
    case certificatesNotMapping = "CertificatesNotMapping"
    case certificatesMissing = "CertificatesMissing"
    case bundleMissing = "BundleMissing"
    case bundleKeyMissing = "BundleKeyMissing"
    case bundleNotPEM = "BundleNotPEM"
}

extension AdminRule {
    /// How bad it is; what is said of a CA bundle is a warning until somebody looked.
    public var level: Finding.Level {
        switch self {
        case .providerUnknown, .endpointOuterSpace, .endpointOfEntra, .endpointDiscovery, .endpointAllTenants,
            .endpointNotEntra, .endpointNotAuth0, .endpointNotKeycloak, .userFieldUnknown, .idInvisible,
            .idNotKeycloak, .idNotAuth0, .emailShape, .groupRepeated:
            .warning
        default: .error
        }
    }

    /// The kind of problem, which the message begins with.
    public var kind: FieldError.Kind {
        switch self {
        case .adminNotMapping, .notString, .notQuoted, .notQuotedInSource, .usersNotList, .userNotMapping,
            .groupsNotList, .sourceNotMapping, .referenceNotMapping, .targetNotMapping, .optionalNotBoolean,
            .signingKeyNotMapping, .certificatesNotMapping:
            .typeInvalid
        case .providerMissing, .endpointMissing, .usersMissing, .usersEmpty, .idMissing, .nameMissing, .groupsEmpty,
            .sourceMissing, .sourceEmpty, .referenceMissing, .referenceOneMissing, .targetNameMissing,
            .targetKeyMissing, .signingKeyPartMissing, .certificatesMissing:
            .required
        case .unknownField, .userFieldMisspelt, .userFieldUnknown, .sourceBoth, .referenceBoth: .forbidden
        case .entraSpelling, .providerSpelling, .groupUnknown: .notSupported
        case .endpointTooLong, .idTooLong, .nameTooLong: .tooLong
        case .usersTooMany, .groupsTooMany: .tooMany
        case .idDuplicate, .groupRepeated: .duplicate
        case .bundleMissing, .bundleKeyMissing: .notFound
        default: .invalid
        }
    }
}
