"""Make the audio editions of a folder of articles, and list them for the site.

Usage: python publish.py STORIES SITE [CONFIG]

Run it as often as you like: editions that are current are left alone, and an interrupted run continues where it ended.
"""

import json
import sys
from pathlib import Path

from narrate import Edition, NarrateError, load_config, produce


def publish(stories: Path, site: Path, config: Path | None = None) -> int:
    """Make the editions in SITE/audio, write SITE/audio.json, and return how many articles have none."""
    settings = load_config(config) if config else None
    listed, failed = [], 0
    for story in sorted(stories.glob("*.md")):
        try:
            edition = produce(story, output=site / "audio", config=settings)
        except NarrateError as error:
            print(f"Cannot make the edition of {story}: {error}", file=sys.stderr)
            failed += 1
            continue
        listed.append(entry(edition, site))
        print(f"{edition.state}: {edition.mp3}")
    (site / "audio.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
    return failed


def entry(edition: Edition, site: Path) -> dict[str, object]:
    """Return what the site's templates need.

    The snippet goes into the article's page as it is. If the pages are in another folder than the audio, set
    ``feed.base_url`` in the configuration, so that the snippet has the full address.
    """
    return {
        "title": edition.script.article.title,
        "mp3": edition.mp3.relative_to(site).as_posix(),
        "seconds": round(edition.duration_s),
        "snippet": edition.files["snippet"].read_text(encoding="utf-8"),
        "an_editor_should_look_at": [edition.script.segments[n].text.strip() for n in edition.below_threshold],
    }


if __name__ == "__main__":
    sys.exit(1 if publish(*map(Path, sys.argv[1:])) else 0)
