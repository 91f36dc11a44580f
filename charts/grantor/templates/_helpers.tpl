{{/* The name of the chart. */}}
{{- define "grantor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of the objects: that of the release, with that of the chart unless it is in there. */}}
{{- define "grantor.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- $name := include "grantor.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "grantor.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "grantor.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is required when serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* What tells the pods of this release from others; never changes. */}}
{{- define "grantor.selectorLabels" -}}
app.kubernetes.io/name: {{ include "grantor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "grantor.labels" -}}
{{ include "grantor.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "grantor.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{/* Refuses values that the schema cannot judge, each with what to do. */}}
{{- define "grantor.check" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.leaderElection.enabled) }}
{{- fail "replicas is more than 1 and leaderElection.enabled is false: two operators would write the same objects; enable it, or set replicas to 1" }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both true: every sample would be there twice; enable one of them" }}
{{- end }}
{{- if and (eq (toString .Values.admission.mode) "webhook") (has .Values.ports.webhook (list .Values.ports.metrics .Values.ports.health)) }}
{{- fail "ports.webhook is that of metrics or health: give three different ports" }}
{{- end }}
{{- if eq .Values.ports.metrics .Values.ports.health }}
{{- fail "ports.metrics and ports.health are the same: give two different ports" }}
{{- end }}
{{- if and (not .Values.watch.namespaces) (has "configmap" (list .Values.store .Values.source)) }}
{{- fail "store or source is configmap and watch.namespaces is empty: ConfigMaps are looked after in single namespaces; name them" }}
{{- end }}
{{- if and (has (toString .Values.admission.mode) (list "webhook" "policy")) (eq (include "grantor.source" .) "configmap") }}
{{- fail (printf "admission.mode is %s and AppInstances are found in ConfigMaps, which it does not look into: leave it at \"off\"" .Values.admission.mode) }}
{{- end }}
{{- if and (eq (toString .Values.admission.mode) "policy") (semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version) }}
{{- fail (printf "admission.mode is \"policy\", which needs Kubernetes 1.30 or newer, and this is %s: use \"webhook\", or leave it at \"off\"" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- end }}

{{/* Where AppInstances are found. */}}
{{- define "grantor.source" -}}
{{- default .Values.store .Values.source }}
{{- end }}

{{/* The rules of the watched namespaces: those of the file, without what a ConfigMap takes the place of. */}}
{{- define "grantor.watchedRules" -}}
{{- $source := include "grantor.source" . }}
{{- $rules := list }}
{{- range .Files.Get "files/rbac/watched.yaml" | fromYamlArray }}
{{- $isSource := and (eq $source "configmap") (has "kubecfg.dev" .apiGroups) }}
{{- $isStore := and (eq $.Values.store "configmap") (has "grantor.dev" .apiGroups) }}
{{- if not (or $isSource $isStore) }}
{{- $rules = append $rules . }}
{{- end }}
{{- end }}
{{- toYaml $rules }}
{{- end }}
