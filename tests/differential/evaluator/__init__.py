"""A reference evaluator for the pure part of the language.

Written from the description of the language alone: it shares the syntax tree with the
compiler and nothing else, neither the checker nor the code generator nor the runtime.
It trusts that programs are well typed.
"""
