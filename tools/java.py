"""Exit 0 where Java 17 or newer is found, as JAVA_HOME says or on the path; else 1."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

NEEDED = 17


def version(java: str) -> int:
    """Return the release of a Java program; 0 where it does not run, or does not say."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0


def found() -> int:
    """Return the release of the Java that Spark would start."""
    home = os.environ.get("JAVA_HOME")
    return version(str(Path(home) / "bin" / "java") if home else "java")


if __name__ == "__main__":
    sys.exit(found() < NEEDED)
