"""Who can do what: questions about a checked program, answered exactly."""
