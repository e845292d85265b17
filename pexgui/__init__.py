"""See, compare, merge, compact and extend the HDF5 files that pypet writes."""

__version__ = "0.1.0"
