# shellcheck shell=bash
# One line of progress a stage. Sourced by the other scripts; leaves the shell in the repository's root.
#
#   stage build "test" cmake --build build/test      # build test … ok 41 s
#
# A stage's whole output is in build/log/NAME.log. When it fails, what matters of it is shown and the stage's
# exit code is returned. Times are gathered for `script/test --times` in build/log/stages.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
mkdir -p build/log

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  red=$'\e[31m' green=$'\e[32m' bold=$'\e[1m' plain=$'\e[0m'
else
  red='' green='' bold='' plain=''
fi

# fail SENTENCE: says what is wrong and what to do, and ends the script. 2 is wrong usage.
fail() {
  printf '%s%s%s\n' "$red" "$1" "$plain" >&2
  exit "${2:-1}"
}

# stage NAME WHAT COMMAND...
stage() {
  local title="$1${2:+ $2}" started=$SECONDS code
  local log=build/log/${title//[ \/]/-}.log
  shift 2
  [[ -t 1 ]] && printf '%s …' "$title"
  # Under `set -e` the command runs so too, but its failure must reach the lines below.
  local options=$-
  set +e
  { [[ $options != *e* ]] || set -e; "$@"; } 2>&1 | follow "$title" "$log"
  code=${PIPESTATUS[0]}
  [[ $options != *e* ]] || set -e
  local took="$((SECONDS - started)) s"
  [[ -t 1 ]] && printf '\r\e[K'
  printf '%s\t%s\n' "$((SECONDS - started))" "$title" >>build/log/stages
  if ((code == 0)); then
    printf '%s … %sok%s %s\n' "$title" "$green" "$plain" "$took"
    return 0
  fi
  printf '%s … %sfailed%s after %s\n' "$title" "$red" "$plain" "$took"
  show_failure "$log" >&2
  return "$code"
}

# Writes what comes in to a log, and shows ninja's [12/345] in place on a terminal or every 30 s elsewhere.
follow() {
  local title=$1 log=$2 line shown=$SECONDS
  : >"$log"
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[([0-9]+/[0-9]+)\] ]] || continue
    if [[ -t 1 ]]; then
      printf '\r\e[K%s … [%s]' "$title" "${BASH_REMATCH[1]}"
    elif ((SECONDS - shown >= 30)); then
      printf '%s … [%s]\n' "$title" "${BASH_REMATCH[1]}"
      shown=$SECONDS
    fi
  done
}

# What matters of a failed stage's log: not progress, not the command after ninja's FAILED (a line of a thousand
# characters that nobody reads), and of a long rest the beginning, or the end where that is an installation's.
show_failure() {
  awk '/^\[[0-9]+\/[0-9]+\]/ { next } command { command = 0; next } /^FAILED: / { command = 1 } { print }' "$1" |
    case $1 in */install-*) tail -n 40 ;; *) awk 'NR <= 300' ;; esac |
    if [[ -n $bold ]]; then cat; else sed 's/\x1b\[[0-9;]*[mK]//g'; fi
  printf 'All of it: %s\n' "$1"
}

# configure PRESET: ninja runs cmake again by itself when a CMakeLists.txt changes, so only the first time counts.
configure() {
  [[ build/$1/build.ninja -nt CMakePresets.json ]] && return 0
  stage configure "$1" cmake --preset "$1"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  configure "$preset" || return
  stage build "$preset" cmake --build "build/$preset" ${1:+--target} "$@"
}

# closing_line FILE...: one line for several test runs, from files with lines of "tests failures".
closing_line() {
  awk '{ tests += $1; failures += $2 } END { printf "%d passed, %d failed\n", tests - failures, failures }' "$@"
}
