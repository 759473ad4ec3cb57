"""What training alone needs from outside, as a small Protocol; ``io`` implements it."""

from typing import Protocol

from lead_scoring.core.records import ModelVersion


class ModelStore(Protocol):
    """Digests and metrics of registered models in the platform database."""

    def save_model(self, version: ModelVersion) -> None:
        """Insert a version; one that is there already, by use case and version, is left as it is.

        Raises:
            IntegrityError: It is there with another digest or another ``training_id``.
        """

    def find_training(self, training_id: str) -> ModelVersion | None:
        """Return the version a training made."""
