"""Look at the folders of models, and keep what was seen where the web process can read it."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from annotate.models import CatalogueModel
from models_assist.folders import Found, look_around


def scan_models() -> int:
    """Bring the catalogue up to date with MODELS_DIR; answers how many rows changed.

    Only configurations and hashes are read, no weights are loaded. Weights that have not changed
    since are not read again.
    """
    found = {each.name: _fields(each) for each in look_around(settings.MODELS_DIR)}
    return _keep(found)


@transaction.atomic
def _keep(found: dict[str, dict[str, Any]]) -> int:
    gone, _ = CatalogueModel.objects.exclude(name__in=found).delete()
    known = {row["name"]: row for row in CatalogueModel.objects.values(*_COLUMNS)}
    changed = {name: each for name, each in found.items() if known.get(name) != each}
    for name, each in changed.items():
        CatalogueModel.objects.update_or_create(name=name, defaults={**each, "changed_at": Now()})
    return gone + len(changed)


_COLUMNS = (
    "name", "revision", "sha256", "licence", "reads", "says", "spec", "byte_count", "refusal",
)  # fmt: skip


def _fields(found: Found) -> dict[str, Any]:
    spec, refusal = found.spec, found.refusal
    why = None
    if refusal is not None:
        # Where the folder lies on this server is nothing that a lead needs to know.
        reason = refusal.reason.replace(f"{settings.MODELS_DIR}/", "")
        why = {"code": refusal.code, "reason": reason, "advice": refusal.advice}
        why["facts"] = refusal.facts
    return {
        "name": found.name,
        "revision": spec.revision if spec else "",
        "sha256": spec.sha256 if spec else "",
        "licence": spec.licence if spec else "",
        "reads": spec.reads if spec else "",
        "says": spec.says if spec else "",
        "spec": {**asdict(spec), "labels": list(spec.labels)} if spec else None,
        "byte_count": found.bytes,
        "refusal": why,
    }
