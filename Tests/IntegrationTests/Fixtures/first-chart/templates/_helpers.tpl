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
{{- if eq .Values.ports.metrics .Values.ports.health }}
{{- fail "ports.metrics and ports.health are the same: give two different ports" }}
{{- end }}
{{- if not (has (toString .Values.admission.mode) (list "off" "false")) }}
{{- fail (printf "admission.mode is %q, which this version does not have: leave it at \"off\"; grantor validate says the same before something is applied" .Values.admission.mode) }}
{{- end }}
{{- end }}
