"""What can go wrong, as exceptions. All of them are `Error`."""

from __future__ import annotations

from . import _abi


class Error(Exception):
    """Base of all errors of this package."""


class InvalidError(Error, ValueError):
    """An argument is wrong."""


class ArrayError(Error, ValueError, TypeError):
    """An array can't be shown as it is: rank, size, stride, type, colour or values."""


class NameError(Error, ValueError):
    """A name is used twice, too long, or empty."""


class LimitError(Error, ValueError):
    """More than the protocol carries: images in a list, bytes in `meta`."""


class AddressError(Error, ValueError):
    """An address that can't be parsed."""


class TokenError(Error, ValueError):
    """A token is too short, or its file can't be used."""


class ListenError(Error, OSError):
    """No port could be bound."""


class WaitTimeout(Error, TimeoutError):
    """Not done within the `timeout` that was given."""


class ClosedError(Error, RuntimeError):
    """The viewer was closed before or during the call."""


class ForkedError(Error, RuntimeError):
    """Called in a forked child of the process that opened the viewer."""


class UnsupportedError(Error, RuntimeError):
    """Known, but not in this build."""


class InternalError(Error, RuntimeError):
    """A defect of this library."""


class LibraryError(Error, ImportError):
    """librv.so wasn't found, can't be loaded, or is another version."""


BY_CODE: dict[int, type[Error]] = {
    _abi.RV_ERR_INVALID: InvalidError,
    _abi.RV_ERR_HANDLE: ClosedError,
    _abi.RV_ERR_CLOSED: ClosedError,
    _abi.RV_ERR_TIMEOUT: WaitTimeout,
    _abi.RV_ERR_ADDRESS: AddressError,
    _abi.RV_ERR_SHAPE: ArrayError,
    _abi.RV_ERR_TYPE: ArrayError,
    _abi.RV_ERR_NAME: NameError,
    _abi.RV_ERR_LIMIT: LimitError,
    _abi.RV_ERR_LISTEN: ListenError,
    _abi.RV_ERR_TOKEN: TokenError,
    _abi.RV_ERR_INTERNAL: InternalError,
    _abi.RV_ERR_FORKED: ForkedError,
    _abi.RV_ERR_UNSUPPORTED: UnsupportedError,
}
