"""Where the files that come with the program are: icons, help, recipes."""

from pathlib import Path


def folder() -> Path:
    """The folder of resources: inside the package when installed, at the top of a checkout otherwise."""
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
