"""The Python in and beside `.pf` files, checked by mypy against what is generated."""
