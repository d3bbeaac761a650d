"""The package's version: that of the file VERSION."""

__version__ = "0.2.0"
