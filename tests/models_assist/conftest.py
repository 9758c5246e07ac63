"""What several tests of the machine colleague share: models small enough to make on the spot."""
# ruff: noqa: S106 - a token of a tokenizer is no password

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from models_assist.catalogue import ModelSpec

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "film", "is", "good", "bad", "long", "short"]

Model = TypeVar("Model", bound=PreTrainedModel)

TINY_BERT = BertConfig(
    vocab_size=len(WORDS),
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=64,
    max_position_embeddings=64,
)
TINY_DISTILBERT = DistilBertConfig(
    vocab_size=len(WORDS), dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=64
)


def pytest_configure(config: pytest.Config) -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_bert() -> BertModel:
    """Random weights, the same in every run, and large enough for texts to differ."""
    torch.manual_seed(0)
    return _shaken(BertModel(TINY_BERT))


@pytest.fixture(scope="session")
def tiny_distilbert() -> DistilBertModel:
    """Not of the BERT class, so it takes the padded way."""
    torch.manual_seed(0)
    return _shaken(DistilBertModel(TINY_DISTILBERT))


@pytest.fixture
def save_tiny(
    tmp_path: Path, tiny_tokenizer: PreTrainedTokenizerFast
) -> Callable[[PreTrainedModel], tuple[ModelSpec, Path]]:
    """Saves a model with a tokenizer, and says what its spec should be."""

    def save(model: PreTrainedModel) -> tuple[ModelSpec, Path]:
        folder = tmp_path / "tiny"
        model.save_pretrained(folder)
        tiny_tokenizer.save_pretrained(folder)
        spec = ModelSpec(
            name="tiny",
            revision="1",
            sha256=hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
            licence="CC0-1.0",
            dimensions=32,
        )
        return spec, folder

    return save


@pytest.fixture(scope="session")
def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """One token a word, of the few words it knows."""
    tokenizer = Tokenizer(
        WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    )


def _shaken(model: Model) -> Model:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    model.train(mode=False)
    return model
