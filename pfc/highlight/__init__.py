"""Highlighting from the grammar: lexer tables, editor grammars and pictures of the rules."""
