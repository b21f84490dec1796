"""Who may do what: our admission, closure, checker and diff, and those of others."""
