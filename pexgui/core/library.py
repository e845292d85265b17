"""A folder → trajectory summaries."""

from .folders import list_folder as list_folder
