"""Everything that a running editor holds: the scripts, the voices and the editions that are being made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from narrate.config import Config
from narrate.editor.desk import Desk
from narrate.editor.jobs import Jobs
from narrate.editor.names import Names
from narrate.editor.sounds import Sounds

END_S: Final = 5.0
"""Seconds that an edition gets to end when the editor is closed. Its files appear together or not at all."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a running editor holds."""

    desk: Desk
    sounds: Sounds
    jobs: Jobs
    names: Names

    def close(self) -> None:
        """End the workers and what is being made, and let other editors open the scripts."""
        self.jobs.close()
        self.sounds.close()
        self.jobs.join(END_S)
        self.desk.close()


def new_session(desk: Desk, config: Config) -> Session:
    """Return a session over the scripts of ``desk``."""
    sounds = Sounds(config)
    return Session(desk, sounds, Jobs(sounds.pool), Names(config))
