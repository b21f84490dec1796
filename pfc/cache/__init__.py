"""What earlier runs made, kept by the content it was made from."""
