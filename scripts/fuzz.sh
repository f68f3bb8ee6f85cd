#!/usr/bin/env bash
# The readers of texts, series and tables under libFuzzer, with the address and undefined-behaviour sanitizers: no
# input may crash them, leak, hang (25 s) or take more than 2 GB. What they find stays in build/fuzz/found.
#   ./scripts/fuzz.sh [INPUTS [JOBS]]        (default: 10,000,000 inputs in all, by 2 processes)
# Needs clang with libFuzzer; CXX names it (clang++), and scripts/setup.sh must have run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
inputs=${1:-10000000} jobs=${2:-2}
source scripts/setup.sh
find_torch ""
export_build_environment
cxx=${CXX:-clang++}
command -v "$cxx" >/dev/null || { echo "fuzz.sh: there is no $cxx; install clang, or name it with CXX" >&2; exit 1; }

mkdir -p build/fuzz/corpus build/fuzz/found
flags=(-std=c++20 -O1 -g -I. -Iinclude -Ibuild/release/generated -DMNEMO_LIBFUZZER -DFMT_HEADER_ONLY=1
  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined)
sources=(tests/fuzz/*.cpp common/*.cpp datasets/times/*.cpp datasets/series/*.cpp)
for file in datasets/*.cpp; do
  # The tokenizer is SentencePiece's, and reads no file of users'.
  case $file in
    *tokenizer* | *normalizer* | *token_file* | *encoded_texts*) ;;
    *) sources+=("$file") ;;
  esac
done
"$cxx" "${flags[@]}" "${sources[@]}" -o build/fuzz/reader_fuzzer -lcrypto -lz -lzip -ldl -lpthread
build/release/tests/fuzz/reader_fuzzer --write-corpus build/fuzz/corpus
each=$(((inputs + jobs - 1) / jobs))
pids=()
for job in $(seq "$jobs"); do
  ASAN_OPTIONS=allocator_may_return_null=1 build/fuzz/reader_fuzzer -runs="$each" -seed="$job" -timeout=25 \
    -rss_limit_mb=2048 -max_len=16384 -artifact_prefix=build/fuzz/found/ build/fuzz/corpus \
    >"build/fuzz/$job.log" 2>&1 &
  pids+=($!)
done
code=0
for pid in "${pids[@]}"; do wait "$pid" || code=1; done
tail -n 2 build/fuzz/*.log
exit "$code"
