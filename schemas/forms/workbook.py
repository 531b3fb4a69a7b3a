"""From an Excel workbook to an XForm: the standard XLSForm compiler, fenced in.

XLSForm is the format that ODK, Kobo and SurveyCTO share (https://xlsform.org), so a bureau edits its form in Excel.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

from schemas.forms.errors import FormRefused

MAX_BYTES = 5_000_000
MAX_UNPACKED_BYTES = 50_000_000


def xform_of(xlsx: bytes) -> str:
    """The XForm that the workbook describes; FormRefused when it is no .xlsx or describes no form."""
    _refuse_bombs(xlsx)
    # The compiler takes long to load and a server at work never needs it: forms are stored compiled.
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        # validate=False: the validator is a Java program, and the bureau's machine has none.
        xform: str = convert(xlsx, form_name="data", file_type=".xlsx", validate=False).xform
    except PyXFormError as problem:
        raise FormRefused(f"the form does not compile: {problem}") from problem
    except Exception as problem:  # the compiler meets a strange workbook with whatever error lies nearest
        raise FormRefused(f"the workbook cannot be read as a form ({type(problem).__name__})") from problem
    return xform


def _refuse_bombs(xlsx: bytes) -> None:
    if len(xlsx) > MAX_BYTES:
        raise FormRefused(f"the workbook is larger than {MAX_BYTES} bytes")
    try:
        with zipfile.ZipFile(BytesIO(xlsx)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise FormRefused("not an .xlsx workbook") from None
    if unpacked > MAX_UNPACKED_BYTES:
        raise FormRefused(f"the workbook unpacks to more than {MAX_UNPACKED_BYTES} bytes")
