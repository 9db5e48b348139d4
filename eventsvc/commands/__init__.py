"""The verbs of the house as commands: each opens the application, calls one function of a feature, and says what came of it.

`cli` gathers them.
"""
