"""Every error this package raises on purpose, sorted by what the caller should do.

* LeadScoringError
  + PermanentError         do not retry: the same input fails again
    - ConfigError          a file under configs/ is wrong
    - SourceError          a source cannot be read as what it claims to be
    - ContractError        the data broke its contract beyond its limits
    - ConservationError    rows were lost or doubled; nothing was written
    - IntegrityError       stored bytes are not the bytes that were recorded
    - NotEnoughDataError   too few rows, positives or negatives to train on
    - LeakageError         a model knows the outcome from what is not known in time
    - NoChampionError      there is no model to score with
    - EmptyBatchError      there is nothing to score where something was expected
      . NothingOpenError   all that was loaded has its outcome, and nothing has an event time
    - ScoringError         scores came out broken (not finite, outside [0, 1], lost rows)
    - GateError            a decision forbids what was asked
    - UnknownIdError       no load, batch, model or use case has this id
  + TransientError         retry: a locked database, a server that is down
    - SourceChangedError   the source changed while it was read
"""


class LeadScoringError(Exception):
    """Base of every error raised on purpose; carries text only."""


class PermanentError(LeadScoringError):
    """Do not retry: the same input fails again."""


class ConfigError(PermanentError):
    """A file under ``configs/`` is wrong."""


class SourceError(PermanentError):
    """A source cannot be read as what it claims to be."""


class ContractError(PermanentError):
    """The data broke its contract beyond its limits."""


class ConservationError(PermanentError):
    """Rows were lost or doubled; nothing was written."""


class IntegrityError(PermanentError):
    """Stored bytes are not the bytes that were recorded."""


class NotEnoughDataError(PermanentError):
    """Too few rows, positives or negatives to train on."""


class LeakageError(PermanentError):
    """A model knows the outcome from what is not known in time; nothing was registered."""


class NoChampionError(PermanentError):
    """There is no model to score with."""


class EmptyBatchError(PermanentError):
    """There is nothing to score where something was expected."""


class NothingOpenError(EmptyBatchError):
    """All that was loaded has its outcome; without event times no other instant helps."""


class ScoringError(PermanentError):
    """Scores came out broken: not finite, outside [0, 1], or rows lost."""


class GateError(PermanentError):
    """A decision forbids what was asked."""


class UnknownIdError(PermanentError):
    """No load, batch, model or use case has this id."""


class TransientError(LeadScoringError):
    """Retry: a locked database, a server that is down."""


class SourceChangedError(TransientError):
    """The source changed while it was read; nothing was kept."""
