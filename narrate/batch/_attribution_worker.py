"""Worker process of ``narrate.batch.attribution``: a line per article on stdin, a line of quotations on stdout."""

from __future__ import annotations

import json
import sys

from narrate.batch.attribution import attribute_line


def main() -> None:
    """Answer one article after the other. An error is the answer for its article."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in sys.stdin:
        try:
            answer = attribute_line(line)
        except Exception as error:
            answer = json.dumps({"id": json.loads(line)["id"], "error": f"{type(error).__name__}: {error}"})
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
