"""Exceptions. Their messages are for people: what failed, why, and what to do.

- ``NarrateError``

  - ``UsageError``
  - ``SourceError``
  - ``EngineError``
  - ``DeliveryError``
  - ``ClusterError``
"""


class NarrateError(Exception):
    """Base class of all errors that Narrate raises on purpose. ``str(error)`` is the whole message."""


class UsageError(NarrateError):
    """The request is wrong: an unknown option value, engine, voice or configuration key."""


class SourceError(NarrateError):
    """An article, a script document or another input file cannot be read."""


class EngineError(NarrateError):
    """An engine or a model is missing, or failed to speak a line within its time limit and retries."""


class DeliveryError(NarrateError):
    """A file of the edition cannot be written. The files of the previous edition are unchanged."""


class ClusterError(NarrateError):
    """The machines that make the editions cannot be reached, or were lost. Finished editions stay."""
