"""Reads the QR out of a picture, for the gateways and moments that send no text."""

from io import BytesIO

from core.payments.gateway import GatewayUnavailable

_MOST_PIXELS = 4_000_000


def read_qr_picture(png: bytes) -> str:
    """Decode the one QR in a PNG.

    Raises GatewayUnavailable when the bytes are no such picture.
    """
    # Both are slow to import and seldom needed.
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise GatewayUnavailable(reason="picture_too_large")
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError) as error:
        raise GatewayUnavailable(reason="unreadable_picture") from error
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    if len(found) != 1:
        raise GatewayUnavailable(reason="unreadable_picture")
    return str(found[0].text)
