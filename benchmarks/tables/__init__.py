"""Rows of tables, found and inserted, beside hand-written SQL and an ORM."""
