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
    if version is None:
        return False
    return ModelVersion.objects.filter(pk=version, quality__isnull=False).exists()


@lru_cache(maxsize=4096)
def is_calibrated_number(project: int, question: str, number: int | None) -> bool:
    """The same of the version that an application was told of, by its number."""
    if number is None:
        return False
    versions = ModelVersion.objects.filter(project=project, question=question, version=number)
    return versions.filter(quality__isnull=False).exists()
