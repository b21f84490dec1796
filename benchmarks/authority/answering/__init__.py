"""One module for each engine: the same questions, put in its own words."""
