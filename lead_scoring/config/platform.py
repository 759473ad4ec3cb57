"""Settings of the platform itself: where things are stored."""

from typing import Annotated

from pydantic import AwareDatetime
from pydantic import Field
from pydantic import SecretStr
from pydantic import StringConstraints

from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.base import in_words

WebAddress = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/@]+(/\S*)?$"),
    in_words("an address such as http://localhost:5000, without user or password"),
]
"""A web address without a user's name or password."""


class Platform(Model):
    """Where things are stored. Relative paths are below the project's folder.

    Every field can be set by the environment as ``LEAD_SCORING_<FIELD>`` in capitals.

    Attributes:
        database_url: SQLAlchemy URL of the platform database, with its driver.
        tracking_uri: MLflow tracking and registry: a SQLite URL or a server's address.
        tuning_url: SQLAlchemy URL of Optuna's own database, where searches for hyperparameters are
            kept; it may be the platform database where that is a server.
        mlflow_url: Address people open MLflow at, if it is not the server tasks log to.
        artifacts: Folder or fsspec URL for MLflow artifacts; unused when a server names its own.
        storage: Folder or fsspec URL for snapshots and computed batches.
        data: Folder or fsspec URL the sources' locations are below.
        as_of: Fixed instant all runs compute for unless they are given one; for demonstrations.
        engine_memory: Memory limit of the embedded engine, MiB.
        batch_rows: Rows read from a source at a time.
    """

    database_url: SecretStr = SecretStr("sqlite:///database/lead_scoring.db")
    tracking_uri: SecretStr = SecretStr("sqlite:///database/mlflow.db")
    tuning_url: SecretStr = SecretStr("sqlite:///database/tuning.db")
    mlflow_url: WebAddress | None = None
    artifacts: Annotated[str, Field(min_length=1)] = "database/artifacts"
    storage: Annotated[str, Field(min_length=1)] = "database/storage"
    data: Annotated[str, Field(min_length=1)] = "database/sample"
    as_of: AwareDatetime | None = None
    engine_memory: PositiveInt = 512
    batch_rows: PositiveInt = 50_000
