def is_pickle(raw: bytes) -> bool:
    return False
