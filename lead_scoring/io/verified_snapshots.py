"""Checks that a snapshot is the one that was recorded; each of its files once."""

from lead_scoring.core.records import Load
from lead_scoring.errors import IntegrityError
from lead_scoring.io.snapshot_files import MANIFEST
from lead_scoring.io.snapshot_files import Manifest
from lead_scoring.io.snapshot_files import PartFile
from lead_scoring.io.snapshot_files import read_manifest
from lead_scoring.io.storage import Folder


class VerifiedSnapshots:
    """Snapshots whose files have the digests that were recorded."""

    def __init__(self) -> None:
        self._verified: set[tuple[str, str]] = set()

    def folder_of(self, load: Load) -> tuple[Folder, Manifest]:
        """Return the folder and the manifest of a load's snapshot.

        Raises:
            IntegrityError: It is not complete, or its bytes are not those recorded.
        """
        folder = Folder(load.snapshot)
        manifest = read_manifest(folder)
        if manifest is None:
            msg = f"load {load.load_id}: no {MANIFEST} in {folder.url}; load the source again"
            raise IntegrityError(msg)
        if manifest.content_digest != load.content_digest:
            msg = (
                f"load {load.load_id}: {folder.url} holds content {manifest.content_digest[:12]},"
                f" recorded is {load.content_digest[:12]}; load the source again"
            )
            raise IntegrityError(msg)
        for part in manifest.files:
            self._verify_part(folder, part)
        return folder, manifest

    def _verify_part(self, folder: Folder, part: PartFile) -> None:
        key = (f"{folder.url}/{part.name}", part.sha256)
        if key in self._verified:
            return
        try:
            found = folder.sha256(part.name)
        except FileNotFoundError as error:
            msg = f"{key[0]} is missing; load the source again"
            raise IntegrityError(msg) from error
        if found != part.sha256:
            msg = f"{key[0]} has SHA-256 {found[:12]}, recorded is {part.sha256[:12]}; load again"
            raise IntegrityError(msg)
        self._verified.add(key)
