"""Benchmarks of the compiler: each claim measured against its peers in the same run."""
