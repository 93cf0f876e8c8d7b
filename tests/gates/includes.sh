#!/bin/sh
# The one-way street: which folder may include which. Prints every arrow that points up.
#
# Also the single doors: only analyzer/store/ speaks SQL, only collector/http*.c and collector/grpc.c
# know curl, only analyzer/tui/ knows ncurses.
set -eu
cd "$(dirname "$0")/../.."

# folder | what it may include (folders, longest match first)
allowed='
common            common
schema            schema common
collector         collector schema common
analyzer/model    analyzer/model schema common
analyzer/store    analyzer/store analyzer/model collector/collector.h schema common
analyzer/print    analyzer/print analyzer/model schema common
analyzer/config   analyzer/config analyzer/model schema common
analyzer/command  analyzer web collector schema common
analyzer/main.c   analyzer/command analyzer/config analyzer/print common
web               web analyzer/model schema common
'

bad=$(git ls-files --cached --others --exclude-standard '*.c' '*.h' | grep -v '^tests/' | while read -r file; do
	may=$(echo "$allowed" | awk -v f="$file" '$1 != "" && index(f, $1) == 1 && length($1) > best {
		best = length($1); $1 = ""; line = $0 } END { print line }')
	[ -n "$may" ] || echo "$file: in no folder of the architecture"
	sed -n 's/^#include "\(.*\)"/\1/p' "$file" | while read -r header; do
		ok=
		for prefix in $may; do
			case "$header" in "$prefix" | "$prefix"/*) ok=1 ;; esac
		done
		[ -n "$ok" ] || echo "$file: must not include $header"
	done
	case "$file" in
	analyzer/store/*) ;;
	*) ! grep -Hn '<sqlite3.h>' "$file" || true ;;
	esac
	case "$file" in
	collector/http* | collector/grpc.c) ;;
	*) ! grep -Hn '<curl/' "$file" || true ;;
	esac
	case "$file" in
	analyzer/tui/*) ;;
	*) ! grep -Hn 'ncurses' "$file" || true ;;
	esac
done)
if [ -n "$bad" ]; then
	echo "$bad" >&2
	exit 1
fi
