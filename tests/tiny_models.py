"""Folders of models as an operator would copy them, made on the spot with random weights."""
# ruff: noqa: S106 - a token of a tokenizer is no password

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessorPil,
    ViTModel,
    YolosConfig,
    YolosForObjectDetection,
    YolosImageProcessorPil,
)

from models_assist.catalogue import ModelSpec
from models_assist.folders import CARD, look_at

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "film", "is", "good", "bad", "Ada", "Paris"]
SIDE = 32
_BERT: dict[str, Any] = {
    "vocab_size": len(WORDS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}
_VIT: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "patch_size": 8,
}


def tokenizer() -> PreTrainedTokenizerFast:
    """One token a word, of the few words it knows."""
    made = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    )


def classifier(folder: Path, labels: Sequence[str], kind: str = "bert") -> PreTrainedModel:
    """Reads texts, says which of the labels. `kind`: bert or distilbert."""
    if kind == "distilbert":
        config = DistilBertConfig(
            vocab_size=len(WORDS), dim=32, n_layers=2, n_heads=4, hidden_dim=64,
            max_position_embeddings=64, **_named(labels),
        )  # fmt: skip
        return _of_texts(folder, DistilBertForSequenceClassification, config)
    return _of_texts(folder, BertForSequenceClassification, BertConfig(**_BERT, **_named(labels)))


def tagger(folder: Path, tags: Sequence[str]) -> PreTrainedModel:
    """Reads texts, says the tag of each word."""
    return _of_texts(folder, BertForTokenClassification, BertConfig(**_BERT, **_named(tags)))


def reader(folder: Path) -> PreTrainedModel:
    """Reads texts, says vectors. Too small for dropout, which would teach it noise."""
    calm: dict[str, Any] = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    return _of_texts(folder, BertModel, BertConfig(**_BERT, **calm))


def seer(folder: Path, labels: Sequence[str] = ()) -> PreTrainedModel:
    """Reads pictures; says vectors, or which of the labels where there are any."""
    config = ViTConfig(**_VIT, image_size=SIDE, **_named(labels))
    kind: Any = ViTForImageClassification if labels else ViTModel
    processor = ViTImageProcessorPil(size={"height": SIDE, "width": SIDE})
    return _saved(folder, kind, config, processor)


def detector(folder: Path, labels: Sequence[str]) -> PreTrainedModel:
    """Reads pictures, says what is where."""
    config = YolosConfig(**_VIT, image_size=[64, 64], num_detection_tokens=5, **_named(labels))
    processor = YolosImageProcessorPil(size={"shortest_edge": 64, "longest_edge": 96})
    return _saved(folder, YolosForObjectDetection, config, processor)


def spec_of(folder: Path) -> ModelSpec:
    """As the catalogue would have it; the refusal where it would have none."""
    found = look_at(folder, folder.name)
    assert found.spec is not None, found.refusal
    return found.spec


def write_card(folder: Path, **card: str) -> None:
    """What transformers does not write."""
    (folder / CARD).write_text(json.dumps(card))


def _named(labels: Sequence[str]) -> dict[str, Any]:
    if not labels:
        return {}
    return {
        "num_labels": len(labels),
        "id2label": dict(enumerate(labels)),
        "label2id": {label: at for at, label in enumerate(labels)},
    }


def _of_texts(folder: Path, kind: Any, config: Any) -> PreTrainedModel:
    return _saved(folder, kind, config, tokenizer())


def _saved(folder: Path, kind: Any, config: Any, companion: Any) -> PreTrainedModel:
    """The same weights in every run, large enough for inputs to differ."""
    torch.manual_seed(0)
    model: PreTrainedModel = kind(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    model.train(mode=False)
    model.save_pretrained(folder)
    companion.save_pretrained(folder)
    return model
