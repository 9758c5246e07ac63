"""Loads whatever the catalogue holds, behind the one protocol that the runtime serves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import (
    AutoImageProcessor,
    AutoModel,
    AutoModelForImageClassification,
    AutoModelForObjectDetection,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    PreTrainedModel,
)

from models_assist.catalogue import ModelSpec
from models_assist.classify import ClassReader, ManyClassReader, PairReader, logits_for
from models_assist.encode import Encoder
from models_assist.folders import entailment_of
from models_assist.inputs import GREY, PROBE, Pair, Picture
from models_assist.loading import (
    KNOWN_ONLY,
    LOAD_FAILURES,
    load_encoder,
    load_tokenizer,
    load_weights,
    max_tokens,
    on_device,
    pad_id,
    unreadable,
    use_threads,
)
from models_assist.see import Detector, ManyPictureClasses, PictureClasses, PictureReader
from models_assist.vectors import TextEncoder
from models_assist.weights import ModelUnavailable, find_model_folder

_TEXTS: Mapping[str, Any] = {
    "classes": AutoModelForSequenceClassification,
    "entailment": AutoModelForSequenceClassification,
    "tags": AutoModelForTokenClassification,
}
_PICTURES: Mapping[str, Any] = {
    "vectors": AutoModel,
    "classes": AutoModelForImageClassification,
    "boxes": AutoModelForObjectDetection,
}


def load_model(spec: ModelSpec) -> TextEncoder:
    """Loads a model, and has it read something before anybody waits for it. Takes about a second
    for a small one. Raises `ModelUnavailable`."""
    if (spec.reads, spec.says) == ("text", "vectors"):
        return load_encoder(spec)
    folder = find_model_folder(spec)
    use_threads()
    build = _of_pictures if spec.reads == "image" else _of_texts
    try:
        model = build(spec, folder)
        failed = model.encode([_probe(spec)]).failed
    except LOAD_FAILURES as error:
        raise unreadable(spec, folder, error) from error
    if failed:
        raise ModelUnavailable(f"{spec.name} cannot read anything: {failed[0]}", KNOWN_ONLY)
    return model


def _probe(spec: ModelSpec) -> Any:
    if spec.reads == "image":
        return Picture(GREY)
    return Pair(PROBE, PROBE) if spec.says == "entailment" else PROBE


def _of_texts(spec: ModelSpec, folder: Path) -> TextEncoder:
    model = on_device(load_weights(_TEXTS[spec.says], spec, folder))
    _refuse_other_labels(spec, model)
    tokenizer = load_tokenizer(folder)
    places = entailment_of(spec.labels)
    if spec.says == "entailment" and places is not None:
        return PairReader(
            space=spec.space,
            model=model,
            tokenizer=tokenizer,
            max_tokens=max_tokens(spec, model),
            places=places,
        )
    kinds = {(True, True): ManyClassReader, (True, False): ClassReader}
    kind = kinds.get((spec.says == "classes", spec.says_many), Encoder)
    return kind(
        space=spec.space,
        dimensions=len(spec.labels),
        bytes=sum(weight.nbytes for weight in model.parameters()),
        max_tokens=max_tokens(spec, model),
        tokenizer=tokenizer,
        forward=logits_for(model, pad_id(tokenizer)),
    )


def _of_pictures(spec: ModelSpec, folder: Path) -> TextEncoder:
    model = on_device(load_weights(_PICTURES[spec.says], spec, folder))
    load_processor: Any = AutoImageProcessor.from_pretrained
    processor = load_processor(
        folder, local_files_only=True, trust_remote_code=False, backend="pil"
    )
    if spec.says != "vectors":
        _refuse_other_labels(spec, model)
    kinds = {
        "vectors": PictureReader,
        "boxes": Detector,
        "classes": ManyPictureClasses if spec.says_many else PictureClasses,
    }
    return kinds[spec.says](
        space=spec.space, dimensions=spec.dimensions, model=model, processor=processor
    )


def _refuse_other_labels(spec: ModelSpec, model: PreTrainedModel) -> None:
    named: Any = model.config.id2label
    if tuple(named[at] for at in sorted(named)) != spec.labels:
        reason = f"The labels of {spec.name} are not those that the catalogue lists."
        raise ModelUnavailable(reason, "Wait until the folder has been looked at again.")
