#!/usr/bin/env bash
# Make the edition of each article, and print a line for each: ./publish.sh ARTICLE...
# Run it in the folder of narrate.toml, which holds the settings. It needs jq.
set -euo pipefail

for article in "$@"; do
    code=0
    report=$(narrate make "$article" --output site/audio --config narrate.toml --json --quiet) || code=$?
    # Exit code 3 means that the edition was made and that an editor should check a quotation.
    if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
        exit "$code"
    fi
    jq -r '[.state, .mp3, (.duration_s | round | tostring) + " s", .title] | @tsv' <<<"$report"
    jq -r '.below_threshold[] | "  who says this? " + .text' <<<"$report" >&2
done

# The same as one batch. Failed articles go to a list.
narrate batch "$@" --output site/audio --config narrate.toml --quiet |
    tee report.jsonl |
    jq -r 'select(.status == "failed") | .source + ": " + .error' >failed.txt
