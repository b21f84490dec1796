"""The typed IR: names resolved, types known, every decision made before a template sees it."""
