"""A fine-tune: linear probe first, then the encoder and its head together, in small steps.

LP-FT (Kumar, Raghunathan, Jones, Ma & Liang, "Fine-Tuning can Distort Pretrained Features and
Underperform Out-of-Distribution", ICLR 2022, arXiv 2202.10054): a head that already fits what the
encoder says keeps the first steps from tearing its features apart. The probe is a head such as the
project has anyway, so a fine-tune starts from about what it has to beat.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel, PreTrainedModel, PreTrainedTokenizerBase

from models_assist.catalogue import ModelSpec
from models_assist.encode import CHARACTERS_PER_TOKEN, Encoder
from models_assist.forward import forward_for
from models_assist.learners import LEARNERS
from models_assist.lessons import Lesson, Progress, Tuned
from models_assist.loading import (
    LOAD_FAILURES,
    load_tokenizer,
    load_weights,
    max_tokens,
    pad_id,
    unreadable,
)
from models_assist.tunable import TunableHead, tunable
from models_assist.weights import find_model_folder

BATCH = 32
EPOCHS = 12
"""Of all labels. Small sets want more than the usual three (Mosbach, Andriushchenko & Klakow,
"On the Stability of Fine-tuning BERT", ICLR 2021, arXiv 2006.04884)."""
FEWEST_STEPS, MOST_STEPS = 100, 200
ENCODER_RATE = 5e-5
HEAD_RATE = 1e-2
WARM_UP = 0.1
MICRO_TOKENS = 1024
"""Padded, in one pass forth and back. With the states kept for the way back, some 150 MB."""
MOST_TOKENS = 128
"""Of a text while training: time and memory grow with it, and what a text is about it mostly says
early. What is predicted is read as far as the encoder reads."""


class _Network(NamedTuple):
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    pad: int
    reads: int
    """Tokens of a text, outside of training."""


def tune(
    spec: ModelSpec, lesson: Lesson, *, save_to: Path | None = None, progress: Progress
) -> Tuned:
    """Fine-tune an encoder on a lesson; with `save_to`, keep it there as `load_encoder` reads it.

    The same lesson and seed give the same on the same machine: one thread, and an end by steps and
    never by the clock. Raises `ModelUnavailable`.
    """
    torch.set_num_threads(1)
    torch.manual_seed(lesson.seed)
    started = time.process_time()
    network = _loaded(spec)
    head = _read(lesson)
    _train(network, head, lesson, progress)
    network.model.train(mode=False)
    finished = head.finished()
    vectors = _encoder(spec, network).encode(lesson.asked).vectors
    if save_to is not None:
        network.model.save_pretrained(save_to)
        network.tokenizer.save_pretrained(save_to)
    return Tuned(
        head=finished.to_bytes(),
        said=finished.predict(vectors) if len(vectors) else [],
        steps=steps_for(len(lesson.texts)),
        seconds=time.process_time() - started,
    )


def steps_for(count: int) -> int:
    """So many steps a fine-tune takes on so many labels."""
    return min(max(round(EPOCHS * count / BATCH), FEWEST_STEPS), MOST_STEPS)


def _loaded(spec: ModelSpec) -> _Network:
    folder = find_model_folder(spec)
    try:
        model, tokenizer = load_weights(AutoModel, spec, folder), load_tokenizer(folder)
    except LOAD_FAILURES as error:
        raise unreadable(spec, folder, error) from error
    # Half of a small encoder is its table of words; a few hundred labels say nothing of most.
    for parameter in model.get_input_embeddings().parameters():
        parameter.requires_grad = False
    return _Network(model, tokenizer, pad_id(tokenizer), max_tokens(spec, model))


def _read(lesson: Lesson) -> TunableHead:
    head = LEARNERS[lesson.question.type].read(lesson.probe, lesson.question)
    if head is None:
        raise ValueError("The probe has other classes than its question.")
    return tunable(head)


def _train(network: _Network, head: TunableHead, lesson: Lesson, progress: Progress) -> None:
    ids, targets = _tokens(network, lesson.texts), head.targets(lesson.labels)
    steps = steps_for(len(ids))
    optimiser, schedule = _optimiser(network, head, steps)
    moving = [each for group in optimiser.param_groups for each in group["params"]]
    batches = _batches(len(ids), np.random.default_rng(lesson.seed))
    network.model.train()
    for step in range(1, steps + 1):
        _step(network, head, ids, targets, next(batches))
        nn.utils.clip_grad_norm_(moving, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        progress(step, steps)


def _optimiser(
    network: _Network, head: TunableHead, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    moving = [each for each in network.model.parameters() if each.requires_grad]
    groups = [
        {"params": moving, "lr": ENCODER_RATE},
        {"params": head.parameters, "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups)
    warm = WARM_UP * steps

    def share(step: int) -> float:
        return min((step + 1) / warm, (steps - step) / (steps - warm))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)


def _tokens(network: _Network, texts: Sequence[str]) -> list[list[int]]:
    most = min(network.reads, MOST_TOKENS)
    cut = [text[: most * CHARACTERS_PER_TOKEN] for text in texts]
    ids: list[list[int]] = network.tokenizer(cut, truncation=True, max_length=most)["input_ids"]
    return ids


def _batches(count: int, random: np.random.Generator) -> Iterator[Any]:
    """Rows in random order, again and again, in parts of about BATCH that are alike in size."""
    while True:
        yield from np.array_split(random.permutation(count), max(1, round(count / BATCH)))


def _step(
    network: _Network, head: TunableHead, ids: Sequence[list[int]], targets: Tensor, rows: Any
) -> None:
    """Leaves the slope of the mean loss of the rows, gathered in passes that fit in memory."""
    for part in _passes(ids, rows):
        loss = head.losses(_vectors(network, [ids[at] for at in part]), targets[part])
        (loss.sum() / len(rows)).backward()  # type: ignore[no-untyped-call]


def _passes(ids: Sequence[list[int]], rows: Any) -> Iterator[list[int]]:
    """Rows of like length together, within MICRO_TOKENS when padded; one at least."""
    part: list[int] = []
    for row in sorted(rows.tolist(), key=lambda row: len(ids[row])):
        if part and (len(part) + 1) * len(ids[row]) > MICRO_TOKENS:
            yield part
            part = []
        part.append(row)
    yield part


def _vectors(network: _Network, texts: Sequence[list[int]]) -> Tensor:
    """Unit vectors as `Encoder` makes them, but with a way back."""
    longest = max(map(len, texts))
    ids = torch.full((len(texts), longest), network.pad)
    mask = torch.zeros((len(texts), longest), dtype=torch.long)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    hidden = network.model(input_ids=ids, attention_mask=mask).last_hidden_state
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=1)


def _encoder(spec: ModelSpec, network: _Network) -> Encoder:
    return Encoder(
        space="",
        dimensions=spec.dimensions,
        bytes=0,
        max_tokens=network.reads,
        tokenizer=network.tokenizer,
        forward=forward_for(network.model, network.pad),
    )
