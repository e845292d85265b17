"""What scripts for pypet say of how much is to be loaded and stored."""

LOAD_NOTHING, LOAD_SKELETON, LOAD_DATA, OVERWRITE_DATA = range(4)
STORE_NOTHING, STORE_DATA_SKIPPING, STORE_DATA = range(3)
