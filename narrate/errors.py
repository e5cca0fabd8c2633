"""Errors whose message is meant for a person: what went wrong, where, and what to do."""


class NarrateError(Exception):
    """Base of every error that Narrate raises on purpose. ``str(error)`` is the whole message."""


class UsageError(NarrateError):
    """The request itself is wrong: an unknown option value, engine, voice or configuration key."""


class SourceError(NarrateError):
    """The article or the script file cannot be read as one."""


class EngineError(NarrateError):
    """An engine or a model is missing, or failed to speak a line within its time limit and retries."""


class DeliveryError(NarrateError):
    """A file of the edition cannot be written. Files of an earlier edition are untouched."""


class ClusterError(NarrateError):
    """The machines that were to make the editions cannot be reached, or were lost. What was made stays."""
