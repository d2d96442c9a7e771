"""Reads the rows of a workbook's first sheet, within bounds that are looked at before anything is unpacked.

An XLSX file is a ZIP archive of XML, and either can be a bomb. So the archive's list of contents must be short, all parts
together may unpack to so many bytes and no more, whatever the list says of their sizes, and XML that declares anything is
refused. Parts are read piece by piece.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final, TypeVar
from xml.parsers.expat import ExpatError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from core.base.errors import N_
from core.settlements.cells import Row, Table
from core.settlements.errors import in_file
from core.settlements.xlsx_parts import Links, Sheet, Strings, Unreadable, Workbook, XmlPart

MOST_UNPACKED: Final = 48 * 1024 * 1024
"""Bytes that all parts which are read may have together."""
_LONGEST_LIST: Final = 64 * 1024
"""Bytes that the archive's list of contents may have; a workbook's has some two thousand."""
_PIECE: Final = 64 * 1024
_END, _END_LENGTH, _LONG_END = b"PK\x05\x06", 22, b"PK\x06\x07"
_PATH: Final = re.compile(r"[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}\.xml", re.ASCII)
_FAULTS: Final = (BadZipFile, zlib.error, ExpatError, Unreadable, EOFError, NotImplementedError, RuntimeError, OSError)
"""What the libraries say of an archive or of XML that is damaged, forged or locked.

`zipfile` raises NotImplementedError for a way of packing that it does not know, and RuntimeError for a password.
"""
_Part = TypeVar("_Part", bound=XmlPart)


def xlsx_table(raw: bytes) -> Table:
    """Give the rows of a workbook's first sheet, read as they are asked for. Raises BadSettlementFile."""
    with _told():
        _must_list_little(raw)
        archive = _Archive(ZipFile(BytesIO(raw)))
        workbook = archive.read("xl/workbook.xml", Workbook())
        path = archive.read("xl/_rels/workbook.xml.rels", Links()).path_of(workbook.first_sheet) or ""
        if not _PATH.fullmatch(path):
            raise Unreadable
        strings = Strings()
        if archive.holds("xl/sharedStrings.xml"):
            archive.read("xl/sharedStrings.xml", strings)
    return Table(_rows(archive, path, strings.texts), begins_1904=workbook.begins_1904)


def _rows(archive: "_Archive", path: str, strings: list[str]) -> Iterator[Row]:
    sheet = Sheet(strings)
    with _told():
        for piece in archive.pieces(path):
            sheet.feed(piece)
            yield from sheet.take()
        sheet.end()
    yield from sheet.take()


class _Archive:
    """The parts of a workbook, unpacked piece by piece as long as the bound lasts."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._left = MOST_UNPACKED

    def holds(self, path: str) -> bool:
        return path in self._archive.NameToInfo

    def read(self, path: str, part: _Part) -> _Part:
        """Read a whole part."""
        for piece in self.pieces(path):
            part.feed(piece)
        part.end()
        return part

    def pieces(self, path: str) -> Iterator[bytes]:
        """Unpack a part. Raises Unreadable where there is none, BadSettlementFile where the bound is passed."""
        entry = self._archive.NameToInfo.get(path)
        if entry is None or entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise Unreadable
        with self._archive.open(entry) as part:
            while piece := part.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    most = MOST_UNPACKED // 1024 // 1024
                    raise in_file(
                        N_("unpacked it has more than %(most)s MB. Export fewer days or fewer columns."), most=most
                    )
                yield piece


def _must_list_little(raw: bytes) -> None:
    """Look at how long the list of contents is before a library reads it all into memory."""
    at = len(raw) - _END_LENGTH
    if raw[at : at + 4] != _END:
        at = raw.rfind(_END)
    length = int.from_bytes(raw[at + 12 : at + 16], "little")
    if at < 0 or length > _LONGEST_LIST or _LONG_END in raw[max(0, at - 20) : at]:
        raise Unreadable


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _FAULTS as fault:
        raise in_file(N_("it is damaged, or no XLSX workbook.")) from fault
