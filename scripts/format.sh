#!/usr/bin/env bash
# Formats the C++ sources in place with clang-format, by the rules in .clang-format.
#   ./scripts/format.sh [--check]      --check changes nothing, lists what would change, exits 1 if anything would
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sources() {
  local folder
  for folder in app models datasets common include tests; do
    [[ ! -d $folder ]] || find "$folder" \( -name '*.cpp' -o -name '*.h' \) -print0
  done
}

list_unformatted() {
  local file
  while IFS= read -r -d '' file; do
    clang-format --dry-run -Werror "$file" >/dev/null 2>&1 || printf '%s\n' "$file"
  done < <(sources)
}

command -v clang-format >/dev/null || {
  echo "format.sh: clang-format is not installed (Debian: apt-get install clang-format)" >&2
  exit 1
}
case ${1:-} in
  "") sources | xargs -0 --no-run-if-empty clang-format -i ;;
  --check)
    unformatted=$(list_unformatted)
    [[ -z $unformatted ]] || {
      printf 'Not formatted (run ./scripts/format.sh):\n%s\n' "$unformatted" >&2
      exit 1
    }
    ;;
  *)
    echo "usage: format.sh [--check]" >&2
    exit 2
    ;;
esac
