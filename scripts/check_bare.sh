#!/usr/bin/env bash
# Runs ./scripts/demo.sh of this checkout's last commit on a bare Debian: in a fresh chroot with nothing installed and
# no CUDA toolkit. Prints what it took: seconds, disk, and bytes received (by the whole machine meanwhile).
#   ./scripts/check_bare.sh SUITE [--user] [--with-python]
#     SUITE          bookworm (Debian 12), trixie (13)
#     --user         root installs the system packages alone; a user without root does all the rest
#     --with-python  as of demo.sh
# The chroot is build/bare/SUITE; an earlier one is begun anew. Needs root, debootstrap and the network. TORCH_VERSION
# and pip's index, proxy and certificates (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_PROXY, PIP_CERT) hold inside, too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REPO=$PWD

main() {
  local suite='' as_user=0 demo_options=() argument
  for argument in "$@"; do
    case $argument in
      --user) as_user=1 ;;
      --with-python) demo_options=(--with-python) ;;
      -*) usage ;;
      *)
        [[ -z $suite && $argument != */* ]] || usage
        suite=$argument
        ;;
    esac
  done
  [[ -n $suite ]] || usage
  ROOT=$REPO/build/bare/$suite
  ((EUID == 0)) || complain "only root can make a chroot"
  command -v debootstrap >/dev/null || complain "there is no debootstrap (Debian: apt-get install debootstrap)"

  make_bare_system "$suite"
  trap leave EXIT
  enter
  local bytes disk
  bytes=$(received_bytes)
  disk=$(used_disk)
  SECONDS=0
  if ((as_user == 1)); then
    inside root 'apt-get update -q && apt-get install -qy --no-install-recommends adduser $(cat /packages)'
    inside root 'adduser --quiet --disabled-password --gecos "" somebody && chown -R somebody /home/mnemo'
    inside somebody "cd /home/mnemo && ./scripts/demo.sh ${demo_options[*]}"
  else
    inside root "cd /home/mnemo && ./scripts/demo.sh ${demo_options[*]}"
  fi
  printf '%s%s: demo.sh ended well: %d s, %d MB received, %d MB of disk\n' "$suite" \
    "$( ((as_user == 0)) || printf ', as a user')" "$SECONDS" \
    "$((($(received_bytes) - bytes) / 1000000))" "$((($(used_disk) - disk) / 1000000))"
}

usage() {
  echo "usage: check_bare.sh SUITE [--user] [--with-python]" >&2
  exit 2
}

complain() {
  echo "check_bare.sh: $1" >&2
  exit 1
}

make_bare_system() {
  leave  # what an interrupted run left mounted
  rm -rf --one-file-system "$ROOT"
  mkdir -p "$ROOT"
  debootstrap --variant=minbase --include=ca-certificates "$1" "$ROOT" >"$ROOT.log" 2>&1 ||
    complain "debootstrap failed, see $ROOT.log"
  # A machine behind a proxy of its own has that proxy's certificate among the system's.
  cp /etc/ssl/certs/ca-certificates.crt "$ROOT/etc/ssl/certs/ca-certificates.crt"
  cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
  git clone -q --no-hardlinks "$REPO" "$ROOT/home/mnemo"
  (
    source scripts/setup.sh
    printf '%s\n' "${NEEDED_PACKAGES[@]}"
  ) >"$ROOT/packages"
}

enter() {
  mount --bind /proc "$ROOT/proc"
  mount --bind /dev "$ROOT/dev"
}

leave() {
  umount "$ROOT/proc" "$ROOT/dev" 2>/dev/null || true
}

# inside USER COMMAND: with nothing of this shell's environment but what pip and setup.sh read.
inside() {
  local user=$1 command=$2 settings=()
  mapfile -t settings < <(env | grep -E '^(PIP_(INDEX_URL|EXTRA_INDEX_URL|PROXY|CERT|DEFAULT_TIMEOUT)|TORCH_VERSION|https?_proxy|no_proxy)=' || true)
  chroot "$ROOT" /usr/bin/env -i HOME=/tmp TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" \
    setpriv --reuid="$user" --regid="$user" --init-groups bash -c "$command"
}

received_bytes() {
  awk '$1 ~ /:$/ && $1 != "lo:" { sum += $2 } END { printf "%.0f", sum }' /proc/net/dev
}

used_disk() {
  du -sxB1 "$ROOT" | cut -f1
}

main "$@"
