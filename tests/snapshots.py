"""How snapshots of generated files are kept."""

from __future__ import annotations

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex


class PythonFile(SingleFileSnapshotExtension):
    """One snapshot file for each generated module, so that tools can read it."""

    file_extension = "py"
    _write_mode = WriteMode.TEXT

    @classmethod
    def get_snapshot_name(
        cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0
    ) -> str:
        """The module's own name: the folder of snapshots is the package."""
        return str(index)
