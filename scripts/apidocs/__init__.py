"""Writes docs/api from the comments of include/rv.h, of rv.hpp, and from Python's docstrings."""
