"""Benchmarks of the stores: what it costs until something is durable."""
