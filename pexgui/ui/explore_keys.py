"""The keys of the exploration dialog; the list of all shortcuts shows them too."""

LINK, UP, DOWN, EXPLORE = "Ctrl+K", "Alt+Up", "Alt+Down", "Space"
KEYS = (
    ("Link selected parameters, when exploring", LINK),
    ("Vary a parameter slower or faster", f"{UP}, {DOWN}"),
    ("Explore a parameter, or its default only", EXPLORE),
)
