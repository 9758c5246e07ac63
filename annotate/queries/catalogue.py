"""The models that an operator has put here, and which of them a project uses for what."""

from collections.abc import Mapping
from typing import Any

from annotate.documents import schema_version
from annotate.models import CatalogueModel, ModelUse, Project, UsePurpose
from annotate.refusals import NoModel
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.mapping import classes_of, missing, names_of, proposed, why_unfit
from models_assist.readings import LEARNT, is_readable


def spec_of(row: CatalogueModel) -> ModelSpec:
    """Of a row that is not refused."""
    document = row.spec or {}
    return ModelSpec(**{**document, "labels": tuple(document["labels"])})


def spec_in_use(use: ModelUse) -> ModelSpec:
    """The model as it was chosen.

    Raises:
        NoModel: it is gone, refused, or has other weights by now.
    """
    row = CatalogueModel.objects.filter(name=use.model).first()
    if row is None:
        message = f"The model {use.model} is no longer on this server."
        raise NoModel(message, why="gone", model=use.model)
    if row.refusal is not None:
        message = f"{row.refusal['reason']} {row.refusal['advice']}"
        raise NoModel(message, why="refused", model=use.model)
    if row.sha256 != use.sha256:
        message = f"The model {use.model} has other weights than those that were chosen."
        raise NoModel(f"{message} Choose it again.", why="other_weights", model=use.model)
    return spec_of(row)


def encoder_of(project: Project, question: Question) -> ModelSpec | None:
    """The model whose vectors the heads of a question read; None: the server's default.

    Raises NoModel, as `spec_in_use` does.
    """
    use = ModelUse.objects.filter(
        project=project, question=question.id, purpose=UsePurpose.VECTORS
    ).first()
    return None if use is None else spec_in_use(use)


def learnable_questions(project: Project, schema: LabelSchema) -> list[Question]:
    """The questions that heads can learn to answer: those about texts, and those about pictures
    for which a model of pictures was chosen."""
    chosen = set(
        ModelUse.objects.filter(project=project, purpose=UsePurpose.VECTORS).values_list(
            "question", flat=True
        )
    )
    return [
        question
        for question in schema.questions
        if question.type in LEARNT and (is_readable(schema, question) or question.id in chosen)
    ]


def answered_questions(project: Project) -> set[str]:
    """The questions that have a model of the catalogue."""
    return set(ModelUse.objects.filter(project=project).values_list("question", flat=True))


def catalogue_of(project: Project) -> dict[str, Any]:
    """Every model, and for each question which fit it and which are in use."""
    rows = list(CatalogueModel.objects.order_by("name"))
    questions: list[dict[str, Any]] = []
    if project.guideline_id is not None:
        schema = schema_version(project.guideline_id)
        uses = list(
            ModelUse.objects.filter(project=project)
            .select_related("version", "created_by")
            .order_by("purpose")
        )
        known = {row.name: row for row in rows}
        questions = [_question(schema, each, uses, known) for each in schema.questions]
    return {"models": [_model(row) for row in rows], "questions": questions}


def _model(row: CatalogueModel) -> dict[str, Any]:
    return {
        "name": row.name,
        "revision": row.revision,
        "sha256": row.sha256,
        "licence": row.licence,
        "reads": row.reads or None,
        "says": row.says or None,
        "labels": [] if row.spec is None else [*names_of(row.spec["labels"], spec_of(row).says)],
        "bytes": row.byte_count,
        # Rows of a server before this one have no facts until their folder is looked at again.
        "refusal": row.refusal and {"facts": "", **row.refusal},
        "is_default": row.name == DEFAULT_TEXT_ENCODER.name,
    }


def _question(
    schema: LabelSchema,
    question: Question,
    uses: list[ModelUse],
    known: Mapping[str, CatalogueModel],
) -> dict[str, Any]:
    offers = [
        offer_of(schema, question, spec_of(row))
        for row in known.values()
        if row.spec is not None and row.name != DEFAULT_TEXT_ENCODER.name
    ]
    return {
        "question": question.id,
        "title": question.title,
        "type": question.type,
        "classes": _classes(question),
        "offers": [offer for offer in offers if offer["why_not_code"] != "other_label_type"],
        "uses": [_use(use, known) for use in uses if use.question == question.id],
    }


def _classes(question: Question) -> list[dict[str, str]]:
    titles = {category.id: category.title for category in question.categories}
    has_classes = question.type in {"choice", "choices", "rating", "spans", "boxes"}
    names = classes_of(question) if has_classes else ()
    return [{"id": name, "title": titles.get(name, name)} for name in names]


def offer_of(schema: LabelSchema, question: Question, spec: ModelSpec) -> dict[str, Any]:
    """What a model could do for a question: what its labels would mean, and what would lack."""
    why_not = why_unfit(spec.says, spec.reads, schema, question)
    names = names_of(spec.labels, spec.says)
    mapping = proposed(names, question) if names and why_not is None else {}
    return {
        "model": spec.name,
        "purpose": UsePurpose.VECTORS if spec.says == "vectors" else UsePurpose.LABELS,
        "why_not_code": why_not,
        "proposed": mapping,
        "missing": missing(mapping, question) if names and why_not is None else [],
    }


def _use(use: ModelUse, known: Mapping[str, CatalogueModel]) -> dict[str, Any]:
    row = known.get(use.model)
    is_same = row is not None and row.spec is not None and row.sha256 == use.sha256
    return {
        "purpose": use.purpose,
        "model": use.model,
        "mapping": use.mapping,
        "threshold": use.threshold,
        "is_available": is_same,
        "version": None if use.version is None else use.version.version,
        "predicted": 0 if use.version is None else use.version.predicted,
        "created_by": use.created_by.display_name,
        "created_at": use.created_at,
    }
