"""Whether the scores of a model mean here what they say."""

from functools import lru_cache

from annotate.models import ModelVersion


# What a version has learnt never changes.
@lru_cache(maxsize=4096)
def is_calibrated(version: int | None) -> bool:
    """Whether the scores of a model version were held against labels that people gave here.

    Those of models elsewhere (None: they came with an import) never were, nor were those of a
    model that has read nothing but the descriptions of the categories.
    """
    return ModelVersion.objects.filter(pk=version, quality__isnull=False).exists()
