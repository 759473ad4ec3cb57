"""The task that writes files of leads for other systems."""

from typing import Any

from lead_scoring.errors import ConfigError
from lead_scoring.tasks.wiring import located
from lead_scoring.tasks.wiring import opened


def export_batch(use_case: str, batch_id: str) -> dict[str, Any]:
    """Write the file that goes out after a published batch; one that is written stays.

    Returns:
        ``file``, ``rows`` and ``digest``.

    Raises:
        ConfigError: The use case's config has no ``export``.
        UnknownIdError: There is no such batch in this use case.
        GateError: The batch is not published. Nothing was written.
    """
    from lead_scoring.io.export_files import ExportFiles
    from lead_scoring.io.lead_files import Format
    from lead_scoring.pipelines.export import export_batch as export

    with opened(use_case) as work:
        config = work.use_case.export
        if config is None:
            msg = f"configs/{use_case}.yaml has no export; add export: {{location: ...}}"
            raise ConfigError(msg)
        files = ExportFiles(located(config.location, work.storage), Format(config.format))
        made = export(use_case, batch_id, config, exports=work.database, write=files.write)
    return {"file": made.file, "rows": made.rows, "digest": made.digest}
