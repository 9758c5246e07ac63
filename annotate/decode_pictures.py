"""Run as a process of its own: decode pictures for a model, under the limits of an upload.

usage: decode_pictures.py MAX_PIXELS LONGEST_SIDE FILE...
For each file, in order, one line of JSON: {"width", "height"} with as many bytes of RGB behind it,
or {"refusal"}.
"""

import json
import resource
import sys
import warnings
from pathlib import Path

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

FORMATS = ["JPEG", "PNG", "WEBP"]
MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 60


def decode(path: str, max_pixels: int, longest: int) -> Image.Image:
    """The picture as shown (after the EXIF rotation), made smaller where it is longer than that.

    Raises ValueError with a sentence for people.
    """
    if Path(path).stat().st_size == 0:
        raise ValueError("The file of the picture is empty.")
    with Image.open(path, formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            raise ValueError("The picture has more pixels than are allowed.")
        # A JPEG can be decoded at a half or a quarter of its size, in a fraction of the time.
        image.draft("RGB", (longest, longest))
        image.load()
        shown = ImageOps.exif_transpose(image).convert("RGB")
    shown.thumbnail((longest, longest))
    return shown


def answer(path: str, max_pixels: int, longest: int) -> tuple[dict[str, object], bytes]:
    """What is written of one file."""
    try:
        shown = decode(path, max_pixels, longest)
    except FileNotFoundError:
        why = "The file of the picture is not there."
    except UnidentifiedImageError:
        why = "The file is not a JPEG, PNG or WebP picture."
    except MemoryError:
        why = "The picture needs too much memory to decode."
    except ValueError as error:
        why = str(error)
    except (OSError, SyntaxError) as error:
        why = f"The picture is damaged and can't be decoded: {error}."
    else:
        return {"width": shown.width, "height": shown.height}, shown.tobytes()
    return {"refusal": why}, b""


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own budget is stricter
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    max_pixels, longest, *paths = sys.argv[1:]
    for path in paths:
        head, pixels = answer(path, int(max_pixels), int(longest))
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + pixels)
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
