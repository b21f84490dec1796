"""Benchmarks: each claim about speed measured against its peers in the same run."""
