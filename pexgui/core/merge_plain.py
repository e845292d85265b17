"""Which runs of a source hold nothing that has to be translated when they are copied: no links, no names of runs."""

from .compare_sides import OpenSide
from .twins_image import image_of
from .twins_many import FEW, like_the_first

_MOST_KINDS = 8


class PlainRuns:
    """The runs of a source that are known to be plain, each by the place it is in (see `OpenSide.homes`) and its name.

    One that was found to be so stands for all that are laid out as it is, which the bytes of the file tell at once.
    """

    def __init__(self, side: OpenSide) -> None:
        self._addresses = side.addresses
        self._image = image_of(side.file.image())
        self._known: set[tuple[bytes, bytes]] = set()
        self._kinds = 0

    def __contains__(self, run: tuple[bytes, bytes]) -> bool:
        return run in self._known

    def add(self, place: bytes, name: bytes) -> None:
        """Know that a run is plain, and with it those that are like it in the same place."""
        there = self._addresses[place]
        if self._image is None or self._kinds == _MOST_KINDS or len(there) < FEW:
            return
        self._kinds += 1
        names = [name, *(other for other in there if (place, other) not in self._known and other != name)]
        alike = like_the_first(self._image, [there[each] for each in names])
        self._known.update((place, each) for each, same in zip(names, alike.tolist(), strict=True) if same)
