"""One module for each way to have a counter that many may count with.

Each has `measures(loop)`: functions from a number of times to the seconds they took.
They run in the environment of what they measure, so they import nothing else.
"""
