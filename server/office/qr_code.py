"""QR codes for pages: drawn to fit their frame, however long the address in them is."""

import segno


def qr_svg(text: str) -> str:
    """An SVG without a size of its own, for the stylesheet's `.qr` frame; medium error correction (ISO/IEC 18004)."""
    drawn: str = segno.make(text, error="m").svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True)
    return drawn
