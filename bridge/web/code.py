"""An address as a QR code, so that a phone needs no typing."""

from __future__ import annotations

import segno


def qr_image(address: str) -> str:
    """An SVG image as a data: address."""
    return segno.make(address, error="m").svg_data_uri(scale=6, border=3, light="#ffffff")
