"""The syntax tree: one class per construct, a file per kind of declaration."""
