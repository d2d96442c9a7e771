#!/usr/bin/env bash
# Every test, in six parts: side by side (and once more on PostgreSQL), random stories beside what waits for real seconds
# (the tests that go alone, and the faults), in the browser.
# `make test` calls it.
#
#   tests/run.sh [arguments for pytest]
#
# Given arguments, it runs one part only and measures no coverage: `tests/run.sh tests/kiosk -k basket`.
# Under MEJA_TEST_REQUIRE_ALL=1 a missing server or browser is a failure instead of a skip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python
logs=var/test

# All parts share one PostgreSQL; it ends with this script.
# Where it can be, what tests write is kept in memory: SQLite waits for a disk at each commit.
room=$(mktemp -d -p "$($python tests/servers.py folder)" meja-test-XXXXXX)
export MEJA_TEST_RUN="$$:$room"
beside=
trap 'kill $beside 2>/dev/null || true; rm -rf "$room"' EXIT

# Each process would else read every source anew: twenty of pytest, and each program that a test starts.
unset PYTHONDONTWRITEBYTECODE

if [ $# -gt 0 ]; then
    $python -m pytest -rs "$@"
    exit
fi

rm -rf "$logs"
mkdir -p "$logs"
failed=0
skipped_parts=()
unsteady=()
# More failures than this in one part are no accident of a busy machine.
most_again=6

# run_part <name> <arguments for pytest…>; the summary is the last line of its log.
run_part() {
    local name=$1
    shift
    COVERAGE_FILE="$PWD/$logs/.coverage.$name" run_uncounted "$name" --cov --cov-append --cov-report= --cov-fail-under=0 "$@"
}

# The same without counting lines, which would make it half as slow again.
run_uncounted() {
    local name=$1 code=0
    shift
    echo "──── $name tests"
    play "$name" "$@" 2>&1 | tee "$logs/$name.log" || code=${PIPESTATUS[0]}
    judge "$name" "$code" "$@"
}

# begin_beside <name> <arguments for pytest…>: it gives way to the parts after it, and uses the time in which they only wait.
begin_beside() {
    echo "──── $1 tests, beside the next ones"
    beside_as=("$@" --timeout 1500)
    play "${beside_as[@]}" >"$logs/$1.log" 2>&1 &
    beside=$!
    renice -n 19 -p "$beside" >/dev/null
}

end_beside() {
    local code=0
    wait "$beside" || code=$?
    beside=
    echo "──── ${beside_as[0]} tests, which ran beside"
    cat "$logs/${beside_as[0]}.log"
    judge "${beside_as[0]}" "$code" "${beside_as[@]:1}"
}

play() {
    local name=$1
    shift
    exec $python -m pytest -q -rs -o cache_dir="$logs/cache-$name" --basetemp "$room/$name" "$@"
}

# judge <name> <exit code of pytest> <the arguments it had…>
judge() {
    local name=$1 code=$2
    shift 2
    # 5: there is no such test, which is no failure of this part.
    if [ "$code" -eq 0 ] || [ "$code" -eq 5 ]; then
        return
    fi
    if [ "$code" -ne 1 ] || ! try_again "$name" "$@"; then
        failed=1
    fi
}

# A few that failed are played once more, one after another: a machine that stood still for a moment is no fault of the
# program's. Whatever passes only then is named at the end, and is to be mended.
try_again() {
    local name=$1 again
    shift
    mapfile -t again < <(last_failed "$name")
    if [ "${#again[@]}" -eq 0 ] || [ "${#again[@]}" -gt "$most_again" ]; then
        return 1
    fi
    echo "──── $name tests, once more: ${again[*]}"
    # The last -n counts: one after another.
    play "$name" "$@" -n 0 --last-failed --last-failed-no-failures none 2>&1 | tee "$logs/$name-again.log" || return 1
    unsteady+=("${again[@]}")
}

# last_failed <name of a part>: the tests of it that failed when they were last played, one in a line.
last_failed() {
    local names="$logs/cache-$1/v/cache/lastfailed"
    [ ! -f "$names" ] || $python -c 'import json, sys; [print(name) for name in json.load(open(sys.argv[1]))]' "$names"
}

stories="tests/state tests/interleavings tests/races tests/differential"
others="--ignore tests/e2e --ignore tests/chaos"
for folder in $stories; do others+=" --ignore $folder"; done

# Tests wait for servers, clocks and each other's locks: one more than there are cores keeps all of them busy.
cores=$($python -c 'import os; print(min(4, os.cpu_count() or 1))')
side_by_side="-n $((cores + 1)) --dist worksteal"

# shellcheck disable=SC2086 # lists of words
{
    # What runs on both databases runs the same lines on both: they are counted once.
    run_part parallel $side_by_side -m "not serial" -k "not postgresql" $others tests
    run_uncounted postgresql $side_by_side -m "not serial" -k "postgresql" $others tests
    # Stories only reckon; the parts after them wait most of the time, for real seconds and for pages, and measure some of it.
    begin_beside stories -n "$cores" --dist worksteal $stories
    run_part serial -n "$cores" --dist loadfile -m serial $others tests
}
# Each of these starts servers of its own, and measures: no more of them than there are cores.
run_uncounted faults -n "$cores" --dist loadfile tests/chaos

# Playwright's loop and the other tests' loops do not share a process.
browser=$($python tests/servers.py chromium)
if [ -n "$browser" ]; then
    # A server that ends while a browser still holds its line leaves that line to the collector: no fault of the page's.
    # shellcheck disable=SC2086 # a list of words
    MEJA_TEST_CHROMIUM="$browser" run_uncounted browser $side_by_side \
        -W ignore::pytest.PytestUnraisableExceptionWarning tests/e2e
elif [ "${MEJA_TEST_REQUIRE_ALL:-}" = 1 ]; then
    echo "browser tests: no Chromium found (Debian: apt-get install chromium)" >&2
    failed=1
else
    skipped_parts+=("browser tests: no Chromium found (Debian: apt-get install chromium, or set MEJA_TEST_CHROMIUM)")
fi
end_beside

echo "──── coverage"
export COVERAGE_FILE="$PWD/$logs/.coverage"
$python -m coverage combine --quiet --keep "$logs" || failed=1
$python -m coverage report || failed=1
# Where money is, every line and every turn.
$python -m coverage report --fail-under=100 \
    --include='core/ledger/*,core/payments/*,core/services/settlement*.py,core/gateways/*' || failed=1

echo "──── skipped"
{ grep -h '^SKIPPED' "$logs"/*.log || true; printf '%s\n' "${skipped_parts[@]+"${skipped_parts[@]}"}"; } \
    | sed '/^$/d' | sort -u | grep . || echo "nothing"

# Once more at the end: who is shown only the last lines of a long log sees what to mend.
failures=$(for log in "$logs"/*.log; do last_failed "$(basename "$log" .log)"; done)
if [ -n "$failures" ]; then
    echo "──── failed"
    echo "$failures"
fi

if [ "${#unsteady[@]}" -gt 0 ]; then
    echo "──── unsteady: failed, and passed when played alone"
    printf '%s\n' "${unsteady[@]}"
fi

echo "──── summary"
for log in "$logs"/*.log; do
    printf '%-10s %s\n' "$(basename "$log" .log)" "$(tail -n 1 "$log")"
done
# The same line once more, of all parts together.
tail -qn 1 "$logs"/*.log | awk -v seconds="$SECONDS" -v unsteady="${#unsteady[@]}" '
    { for (i = 2; i <= NF; i++) if ($(i - 1) ~ /^[0-9]+$/ && $i ~ /^[a-z]+,?$/) {
          word = $i; sub(",", "", word); sub(/^errors$/, "error", word); sub(/^warnings$/, "warning", word)
          if (word != "tests") count[word] += $(i - 1) } }
    END { if (unsteady && (count["failed"] -= unsteady) <= 0) delete count["failed"]
          split("failed passed skipped xfailed xpassed error", order)
          for (i = 1; i <= 6; i++) if (order[i] in count)
              line = line (line ? ", " : "") count[order[i]] " " order[i]
          if (count["error"] > 1) sub(/ error$/, " errors", line)
          printf "======== %s in %ds ========\n", (line ? line : "no tests ran"), seconds }'
exit "$failed"
