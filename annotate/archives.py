"""Folders as zips: the same files are the same bytes."""

import hashlib
import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# A zip's clock starts in 1980; a fixed time keeps the same content the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def sha256_of(path: Path) -> str:
    """The hash of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def zip_folder(folder: Path, target: Path) -> str:
    """Write the files of a folder as a zip; answers its hash. Only a whole zip takes the name."""
    temporary = target.with_name(f".{target.name}.building")
    with ZipFile(temporary, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(folder.iterdir()):
            entry = ZipInfo(path.name, ZIP_TIME)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as out:
                shutil.copyfileobj(source, out, 1 << 20)
    sha256 = sha256_of(temporary)
    temporary.replace(target)
    return sha256
