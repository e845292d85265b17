"""Where the files that come with the program are: icons, help, recipes."""

from pathlib import Path


def folder() -> Path:
    """The folder of resources: inside the package when installed, at the top of a checkout otherwise."""
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def desktop_entry() -> Path:
    """The desktop entry as it comes with the program, starting ``pexgui`` wherever that is."""
    installed = folder() / "pexgui.desktop"
    return installed if installed.is_file() else folder().parent / "packaging" / "linux" / "pexgui.desktop"
