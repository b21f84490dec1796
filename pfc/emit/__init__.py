"""Code emission: names, literals, layout, the template environment and modules."""
