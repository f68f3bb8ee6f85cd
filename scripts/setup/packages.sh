# System packages and tools. Sourced by ../setup.sh.

NEEDED_PACKAGES=(build-essential cmake ninja-build git python3 python3-venv libboost-program-options-dev
  nlohmann-json3-dev libfmt-dev libgtest-dev libutfcpp-dev libssl-dev libzip-dev zlib1g-dev libjs-chart.js)
HANDY_PACKAGES=()  # worth having, never required; who sources this names them
NEEDED_LIBRARIES="  a C++20 compiler (GCC 12 or Clang 14), CMake 3.25, Ninja, Git, Python 3.10 with venv, and the libraries with
  their headers: Boost.Program_options 1.74, nlohmann-json 3.11, fmt 9, GoogleTest 1.12, utfcpp 3.2,
  OpenSSL 3, libzip 1.7, zlib (these versions or newer), and Chart.js 3 (its chart.min.js; name it with
  -D MNEMO_CHART_JS=... if CMake does not find it)"

# missing_packages PACKAGE...: those that dpkg does not have installed, a line each.
missing_packages() {
  local installed
  (($# > 0)) || return 0
  # dpkg-query exits 1 as soon as it does not know one of them.
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p') || true
  printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed") || true
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get install -y --no-install-recommends "$@"
}

prepare_packages() {
  local needed handy
  if [[ ${MNEMO_SKIP_PACKAGES:-} == 1 ]]; then
    announce "System packages: taken as given (MNEMO_SKIP_PACKAGES=1)"
    return
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "System packages" "Why: this script installs packages on Debian and its relatives only.
What to do: install these with your system's package manager:
$NEEDED_LIBRARIES
then run this again with MNEMO_SKIP_PACKAGES=1."
  fi
  mapfile -t needed < <(missing_packages "${NEEDED_PACKAGES[@]}")
  mapfile -t handy < <(missing_packages "${HANDY_PACKAGES[@]}")
  if ((${#needed[@]} + ${#handy[@]} == 0)); then
    announce "System packages: all there"
  elif ((EUID == 0)); then
    run_step packages "System packages: installing ${needed[*]} ${handy[*]}" \
      "Why: apt-get could not fetch or install them (the log's end says which).
What to do: check the network and /etc/apt/sources.list, then run this again; or install by hand
$NEEDED_LIBRARIES
and run this again with MNEMO_SKIP_PACKAGES=1." \
      apt_install "${needed[@]}" "${handy[@]}"
  elif ((${#needed[@]} > 0)); then
    fail "System packages" "Why: not installed: ${needed[*]}; and only root may install packages.
What to do: run

    sudo apt-get install -y --no-install-recommends ${needed[*]} ${handy[*]}

and then this again. If you have them from elsewhere, run this with MNEMO_SKIP_PACKAGES=1."
  else
    announce "System packages: all there but ${handy[*]} (optional)"
  fi
}

# An old distribution has every package, too old: better said here than by a riddle later.
check_tools() {
  local tool version
  for tool in cmake ninja c++ python3; do
    command -v "$tool" >/dev/null || fail "System packages" "Why: there is no '$tool' on the PATH.
What to do: install
$NEEDED_LIBRARIES"
  done
  version=$(cmake --version | sed -n 's/^cmake version //p')
  [[ $(printf '%s\n' 3.25 "$version" | sort -V | head -n 1) == 3.25 ]] ||
    fail "System packages" "Why: CMake is version $version, and mnemo needs 3.25 or newer.
What to do: install a newer one (pip has it as 'cmake'), put it first on the PATH and run this again."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "System packages" "Why: $(python3 --version 2>&1) is too old: mnemo needs Python 3.10 or newer.
What to do: put a newer python3 first on the PATH and run this again."
}
