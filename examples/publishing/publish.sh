#!/usr/bin/env bash
# Makes the edition of each article, and prints a line for each: ./publish.sh ARTICLE...
# The settings are narrate.toml's, beside which it runs. It needs jq.
set -euo pipefail

for article in "$@"; do
    code=0
    report=$(narrate make "$article" --output site/audio --config narrate.toml --json --quiet) || code=$?
    # Exit code 3 says that the edition is there, and that an editor should look at a quotation.
    if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
        exit "$code"
    fi
    jq -r '[.state, .mp3, (.duration_s | round | tostring) + " s", .title] | @tsv' <<<"$report"
    jq -r '.below_threshold[] | "  who says this? " + .text' <<<"$report" >&2
done

# Or all at once: what is made goes to the site, what failed to a list for the next run.
narrate batch "$@" --output site/audio --config narrate.toml --quiet |
    tee report.jsonl |
    jq -r 'select(.status == "failed") | .source + ": " + .error' >failed.txt
