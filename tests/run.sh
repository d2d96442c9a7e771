#!/usr/bin/env bash
# Every test, in five parts: side by side, alone, random stories, faults, in the browser. `make test` calls it.
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
MEJA_TEST_RUN="$$:$(mktemp -d)"
export MEJA_TEST_RUN
trap 'rm -rf "${MEJA_TEST_RUN#*:}"' EXIT

if [ $# -gt 0 ]; then
    $python -m pytest -rs "$@"
    exit
fi

rm -rf "$logs"
mkdir -p "$logs"
failed=0
skipped_parts=()

# run_part <name> <arguments for pytest…>; the summary is the last line of its log.
run_part() {
    local name=$1
    shift
    COVERAGE_FILE="$PWD/$logs/.coverage.$name" run_uncounted "$name" --cov --cov-report= --cov-fail-under=0 "$@"
}

# The same without counting lines, which would make it half as slow again.
run_uncounted() {
    local name=$1 code=0
    shift
    echo "──── $name tests"
    $python -m pytest -q -rs -o cache_dir="$logs/cache" "$@" 2>&1 | tee "$logs/$name.log" || code=${PIPESTATUS[0]}
    # 5: there is no such test, which is no failure of this part.
    if [ "$code" -ne 0 ] && [ "$code" -ne 5 ]; then
        failed=1
    fi
}

stories="tests/state tests/interleavings tests/races tests/differential"
others="--ignore tests/e2e --ignore tests/chaos"
for folder in $stories; do others+=" --ignore $folder"; done

# shellcheck disable=SC2086 # lists of words
{
    run_part parallel -n auto --maxprocesses 4 --dist worksteal -m "not serial" $others tests
    run_part serial -m serial $others tests
    run_uncounted stories -n auto --maxprocesses 4 --dist worksteal $stories
}
# Each of these starts servers of its own; two side by side use the time in which one waits.
run_uncounted faults -n 2 --dist loadfile tests/chaos

# Playwright's loop and the other tests' loops do not share a process.
browser=$($python tests/servers.py chromium)
if [ -n "$browser" ]; then
    MEJA_TEST_CHROMIUM="$browser" run_part browser tests/e2e
elif [ "${MEJA_TEST_REQUIRE_ALL:-}" = 1 ]; then
    echo "browser tests: no Chromium found (Debian: apt-get install chromium)" >&2
    failed=1
else
    skipped_parts+=("browser tests: no Chromium found (Debian: apt-get install chromium, or set MEJA_TEST_CHROMIUM)")
fi

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

echo "──── summary"
for log in "$logs"/*.log; do
    printf '%-10s %s\n' "$(basename "$log" .log)" "$(tail -n 1 "$log")"
done
# The same line once more, of all parts together.
tail -qn 1 "$logs"/*.log | awk '
    { for (i = 2; i <= NF; i++) if ($(i - 1) ~ /^[0-9]+$/ && $i ~ /^[a-z]+,?$/) {
          word = $i; sub(",", "", word); sub(/^errors$/, "error", word); sub(/^warnings$/, "warning", word)
          if (word != "tests") count[word] += $(i - 1) }
      for (i = 2; i <= NF; i++) if ($(i - 1) == "in") seconds += $i }
    END { split("failed passed skipped xfailed xpassed error", order)
          for (i = 1; i <= 6; i++) if (order[i] in count)
              line = line (line ? ", " : "") count[order[i]] " " order[i]
          if (count["error"] > 1) sub(/ error$/, " errors", line)
          printf "======== %s in %.2fs ========\n", (line ? line : "no tests ran"), seconds }'
exit "$failed"
