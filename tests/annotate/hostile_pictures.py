"""Files that are no picture, or a bomb in the shape of one."""

import io
import random
import struct
import zlib

from PIL import Image

from tests import make


def png_of(width: int, height: int, depth: int = 1) -> bytes:
    """A valid PNG of one grey, however large, in few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    row = b"\0" * (1 + (width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    lines = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


def animated(form: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 90, 180)]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def noise() -> bytes:
    return random.Random(1).randbytes(5000)  # noqa: S311 - reproducible, not secret


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect/></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
REFUSED: dict[str, bytes] = {
    "a text": b"hello",
    "noise": noise(),
    "an SVG": SVG,
    "an SVG that begins like a PNG": PNG_MAGIC + SVG,
    "HTML that begins like a PNG": PNG_MAGIC + HTML,
    "HTML that begins like a GIF": b"GIF89a" + HTML,
    "HTML that begins like a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + HTML,
    "a PDF": b"%PDF-1.4\n%%EOF",
    "a GIF": make.picture_bytes((8, 8), "GIF", mode="P"),
    "a GIF that moves": animated("GIF"),
    "a WebP that moves": animated("WEBP"),
    "a PNG that moves": animated("PNG"),
    "a TIFF": make.picture_bytes((8, 8), "TIFF"),
    "a BMP": make.picture_bytes((8, 8), "BMP"),
    "half a PNG": half(make.picture_bytes((400, 400))),
    "half a JPEG": half(make.picture_bytes((400, 400), "JPEG")),
    "half a WebP": half(make.picture_bytes((400, 400), "WEBP")),
    "a PNG without pixels": make.picture_bytes()[:33],
    "a PNG of 900 megapixels": png_of(30_000, 30_000),
    "a PNG just above the budget": png_of(8001, 5000),
    "a PNG of no width": png_of(0, 5),
    "a JPEG whose header lies": make.picture_bytes((8, 8), "JPEG").replace(
        b"\x00\x08\x00\x08", b"\xff\xdc\xff\xdc"
    ),
}
