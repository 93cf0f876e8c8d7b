#!/bin/sh
# Functions that have no place here, and files that grew beyond one idea.
set -eu
cd "$(dirname "$0")/../.."
files=$(git ls-files --cached --others --exclude-standard '*.c' '*.h')
status=0

# shellcheck disable=SC2086
if grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca|rand)\(' $files; then
	echo "banned functions (above)" >&2
	status=1
fi
# The libraries' code neither prints nor exits, and nothing of ours asks a shell.
library=$(echo "$files" | grep -vE '^(tests/|analyzer/(command|print)/|analyzer/main\.c|collector/agent/)')
# shellcheck disable=SC2086
if grep -nE '\b(printf|puts|perror|exit|_exit|system|popen)\(' $library | grep -v '^common/memory\.c:'; then
	echo "library code that prints or exits (above)" >&2
	status=1
fi
# A cleanup attribute runs on every way out, also on those before the first use.
# shellcheck disable=SC2086
if grep -nE '^\s*(auto_[a-z_]+|json_auto_t)\b[^=;]*;' $library; then
	echo "cleaned up, but not initialised (above)" >&2
	status=1
fi
for file in $files; do
	size=$(wc -c <"$file")
	if [ "$size" -gt 24000 ]; then
		echo "$file: $size bytes; split it (24,000 is the limit)" >&2
		status=1
	fi
done
exit $status
