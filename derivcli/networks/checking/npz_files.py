"""Arrays of numbers from an npz file: headers are read first, and a pickle never."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from math import prod
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from derivcli.errors import UsageError, printable
from derivcli.networks.layers import Shape, shape_text
from derivcli.networks.numbers import Matrix

BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Floats:
    """An array as float64, of two axes, and as the file has it; `spacing` is that of its floats."""

    values: Matrix
    native: np.ndarray[Any, Any]
    spacing: float


def opened(content: bytes, name: str) -> zipfile.ZipFile:
    """Return the archive that the bytes of a file are; Raises UsageError where they are none."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise UsageError(
            f"{name} is not an npz file", hint="with NumPy: np.savez('my.npz', dW1=dW1, db1=db1)"
        ) from None


def names(archive: zipfile.ZipFile, name: str) -> list[str]:
    """Return the names of the arrays; Raises UsageError for one that is there twice."""
    found = [each.removesuffix(".npy") for each in archive.namelist()]
    seen: set[str] = set()
    for each in found:
        if each in seen:
            raise UsageError(f"{name}: '{printable(each)}' is given twice")
        seen.add(each)
    return found


def array(archive: zipfile.ZipFile, given: str, place: str, key: str, wanted: Shape) -> Floats:
    """Return dW1, the `key`, of the wanted shape; one of another is not read, however large.

    Raises UsageError, which begins with its `place`, where it holds no real numbers, or cannot be
    read.
    """
    try:
        with archive.open(_member(archive, given)) as stream:
            return _read(stream, place, key, wanted)
    except BROKEN:
        raise UsageError(f"{place} is damaged, and cannot be read") from None


def _member(archive: zipfile.ZipFile, given: str) -> str:
    return f"{given}.npy" if f"{given}.npy" in archive.namelist() else given


def _read(stream: IO[bytes], place: str, key: str, wanted: Shape) -> Floats:
    version = npy.read_magic(stream)
    header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_columns, dtype = header(stream)
    if dtype.hasobject:
        raise UsageError(f"{place} holds Python objects: a pickle, which is never read")
    if dtype.kind not in "fiu" or dtype.itemsize > 8:
        raise UsageError(f"{place} holds {dtype}, not real numbers", hint="save it as float64")
    if dtype.kind == "f" and dtype.itemsize < 4:
        raise UsageError(f"{place} holds {dtype}, which has too few digits to be judged")
    if _upright(shape, wanted) != wanted:
        raise misshapen(shape, wanted, place, key)
    size = prod(shape) * dtype.itemsize
    content = stream.read(size + 1)
    if len(content) != size:
        raise ValueError(place)
    native = np.frombuffer(content, dtype).reshape(wanted, order="F" if by_columns else "C")
    spacing = float(np.finfo(dtype).eps) if dtype.kind == "f" else 2.0**-52
    return Floats(native.astype(np.float64), native, spacing)


def _upright(shape: tuple[int, ...], wanted: Shape) -> tuple[int, ...]:
    """Return a shape with two axes: a flat array is a row where a row is wanted, else a column."""
    if not shape:
        return (1, 1)
    if len(shape) == 1:
        return (1, shape[0]) if lies(wanted) else (shape[0], 1)
    return shape


def lies(wanted: Shape) -> bool:
    """Is a flat array a row? It is where the array has one."""
    return wanted[0] == 1


def misshapen(shape: tuple[int, ...], wanted: Shape, place: str, key: str) -> UsageError:
    """Return the error of an array that has not the shape of its parameter."""
    turned = shape == (wanted[1], wanted[0])
    return UsageError(
        f"{place} is of shape {shape_text(shape)}, and {key[1:]} is {shape_text(wanted)}:"
        " a gradient has the shape of its variable",
        hint="it is transposed: turn it" if turned else None,
    )
