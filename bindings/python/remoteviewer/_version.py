"""The package's version: that of the file VERSION."""

__version__ = "0.1.0"
