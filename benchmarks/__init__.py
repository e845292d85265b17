"""The figures in the README, each beside its peer in the same run: ``python -m benchmarks [NAME…]``."""
