"""Random programs that are well typed by construction, each made from a seed."""
