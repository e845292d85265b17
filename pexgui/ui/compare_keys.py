"""The keys of the window that compares; the list of all shortcuts shows them too."""

PREVIOUS, NEXT = "F7", "F8"
KEYS = (("Previous difference, when comparing", PREVIOUS), ("Next difference, when comparing", NEXT))
