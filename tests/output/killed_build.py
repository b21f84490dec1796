"""Build an output folder and die with SIGKILL at the n-th touch of the file system.

Arguments: the folder, JSON of path to text, and n. Exits with 0 if it lives that long.
"""

import json
import os
import signal
import sys
from pathlib import Path

from pfc.output import write_output

WATCHED = {
    "open",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.listdir",
    "ctypes.dlopen",
    "ctypes.dlsym",
    "tempfile.mkdtemp",
    "shutil.rmtree",
}


def main() -> None:
    out, files, left = Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3])

    def watch(event: str, _: object) -> None:
        nonlocal left
        if event in WATCHED:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    write_output(out, files)


main()
