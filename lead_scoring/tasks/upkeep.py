"""What keeps the platform running: its tables, and sources to try it on."""

from pathlib import Path
from typing import TYPE_CHECKING

from lead_scoring.config.loading import home
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.progress import Logged
from lead_scoring.tasks.wiring import located

if TYPE_CHECKING:
    from lead_scoring.io.sample_files import WrittenFile
    from lead_scoring.pipelines.ports import Progress


def migrate() -> str:
    """Make or upgrade the platform's tables and views; return the revision they are at."""
    from lead_scoring.io import migrations

    return migrations.migrate(load_platform().database_url.get_secret_value(), home())


def make_sample(
    use_case: str,
    rows: int,
    seed: int,
    folder: Path | None = None,
    *,
    replace: bool = False,
    progress: "Progress | None" = None,
) -> "tuple[WrittenFile, ...]":
    """Make up the files of a use case and write them below ``folder``.

    Args:
        use_case: Name of the use case.
        rows: Data rows of the source, at least 100.
        seed: The same seed gives the same bytes.
        folder: Where to; the sources' folder of the platform if absent.
        replace: Overwrite files that hold something else.
        progress: Who watches.

    Raises:
        ConfigError: The use case names no sample generator.
        SourceError: A file is there and holds something else. It was left as it was.
    """
    from lead_scoring.core.samples.catalog import sample_files
    from lead_scoring.io.sample_files import write_sample

    generator = load_use_case(use_case).sample
    if generator is None:
        msg = f"{use_case}: the config names no sample; set `sample` to a generator's name"
        raise ConfigError(msg)
    watcher = progress or Logged()
    files = sample_files(generator, rows, seed)
    watcher.step("write_sample", total=sum(file.rows for file in files))
    target = located(load_platform().data) if folder is None else str(folder.resolve())
    return write_sample(files, target, replace=replace, advance=watcher.advance)
