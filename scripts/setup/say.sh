# Saying what goes on: steps with their logs, a sign of life, failures. Sourced by ../setup.sh.

announce() {
  printf '[%4d s] %s\n' "$SECONDS" "$1"
}

# fail TITLE ADVICE [LOG]
fail() {
  local title=$1 advice=$2 log=${3:-}
  {
    printf '\nFAILED: %s\n' "$title"
    if [[ -s $log ]]; then
      printf '\nThe end of %s:\n' "${log#"$REPO/"}"
      tail -n 20 "$log" | cut -c1-240 | sed 's/^/    /'
      show_first_errors "$log"
    fi
    printf '\n%s\n' "$advice"
  } >&2
  exit 1
}

# A parallel build goes on after its first error, so the log's end may not show it.
show_first_errors() {
  local errors
  errors=$(grep -m 5 -E '(fatal )?error:|CMake Error' "$1" | cut -c1-240 | sed 's/^/    /') || return 0
  printf 'Its first errors:\n%s\n' "$errors"
}

HEARTBEAT_PID=

# Shows the last line of LOG now and then, so that a long step is seen to be alive.
start_heartbeat() {
  local log=$1
  (
    pause=15
    [[ -t 1 ]] && pause=3
    # sleep gets no stdout of ours: whoever reads our output through a pipe would wait for it.
    while sleep "$pause" >/dev/null 2>&1; do
      line=$(tail -n 1 "$log" 2>/dev/null | cut -c1-80) || true
      [[ -z $line ]] || printf '[%4d s]   ... %s\n' "$SECONDS" "$line"
    done
  ) &
  HEARTBEAT_PID=$!
}

stop_heartbeat() {
  [[ -n $HEARTBEAT_PID ]] || return 0
  kill "$HEARTBEAT_PID" 2>/dev/null || true
  wait "$HEARTBEAT_PID" 2>/dev/null || true
  HEARTBEAT_PID=
}
trap stop_heartbeat EXIT

# attempt COMMAND...: its exit status in `attempted`. Bash switches `set -e` off inside `if COMMAND` and `COMMAND || ...`,
# all the way down, so that a failure half-way would pass for success.
attempt() {
  set +e
  (set -e; "$@")
  attempted=$?
  set -e
}

# run_step NAME TITLE ADVICE COMMAND...: runs COMMAND with its output in the log NAME.
run_step() {
  local log="$LOGS/$1.log" title=$2 advice=$3 attempted
  shift 3
  mkdir -p "$LOGS"
  announce "$title"
  : >"$log"
  start_heartbeat "$log"
  attempt "$@" >"$log" 2>&1 </dev/null
  stop_heartbeat
  ((attempted == 0)) || fail "$title" "$advice" "$log"
}
