"""How quick reactors are, beside actors of other libraries and bare Python."""
