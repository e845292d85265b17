"""Making folders, also while other processes make the same ones."""

import errno
import os


def racedirs(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> None:
    """Make the folder ``path`` with all the folders above it; one that is there already is fine.

    Any number of processes may do that at the same time. Raises `FileExistsError`, with ``path`` as its ``filename``,
    if a file is there or a link that leads nowhere; otherwise whatever `OSError` the system has: `NotADirectoryError`
    below a file, `FileNotFoundError` for an empty path or below a link that leads nowhere, `PermissionError`.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as above:
    ...     racedirs(os.path.join(above, "sweeps", "first"))
    ...     racedirs(os.path.join(above, "sweeps"))
    ...     os.listdir(os.path.join(above, "sweeps"))
    ['first']
    """
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        what = "It is a link that leads nowhere" if not os.path.exists(path) else "It is a file, not a folder"
        raise FileExistsError(errno.EEXIST, what, os.fspath(path)) from None
