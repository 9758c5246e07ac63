"""Run as a process of its own: decode one picture under limits and say what it is.

usage: inspect_picture.py FILE MAX_PIXELS. Prints JSON, or a sentence with exit code 1.
"""

import json
import resource
import sys
import warnings

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

FORMATS = ["JPEG", "PNG", "WEBP"]
MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 15


def inspect(path: str, max_pixels: int) -> dict[str, int | str]:
    """Format, and width and height as shown (after the EXIF rotation).

    Raises ValueError with a sentence for people.
    """
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = None  # our own budget below is stricter and has a clear message
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(path, formats=FORMATS) as image:
        pixels = image.width * image.height
        if pixels > max_pixels:
            message = (
                f"The picture has {image.width} x {image.height} pixels, that is "
                f"{pixels / 1e6:.0f} megapixels; {max_pixels / 1e6:.0f} are allowed. "
                "Make it smaller or cut it into tiles."
            )
            raise ValueError(message)
        if getattr(image, "n_frames", 1) > 1:
            message = "The file holds several pictures. Send each as a file of its own."
            raise ValueError(message)
        name = image.format or ""
        image.load()
        shown = ImageOps.exif_transpose(image)
        return {"format": name, "width": shown.width, "height": shown.height}


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        facts = inspect(sys.argv[1], int(sys.argv[2]))
    except UnidentifiedImageError:
        sys.stdout.write("The file is not a JPEG, PNG or WebP picture.")
    except MemoryError:
        sys.stdout.write("The picture needs too much memory to decode. Make it smaller.")
    except ValueError as error:
        sys.stdout.write(str(error))
    except (OSError, SyntaxError) as error:
        sys.stdout.write(f"The picture is damaged and can't be decoded: {error}.")
    else:
        sys.stdout.write(json.dumps(facts))
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
