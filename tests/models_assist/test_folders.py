"""Which folders of models are offered, and why each other one is not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.folders import look_around, look_at
from models_assist.weights import WEIGHTS
from tests import tiny_models

Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tone"
    tiny_models.classifier(folder, ["good", "bad"])
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n# Tone")
    return folder


def copy_of(folder: Path, target: Path) -> Path:
    target.mkdir(parents=True)
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


def edit(name: str, **changes: object) -> Spoil:
    def spoil(folder: Path) -> None:
        document = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**document, **changes}))

    return spoil


def test_a_folder_says_what_its_model_reads_and_says(tone: Path, tmp_path: Path) -> None:
    copy_of(tone, tmp_path / "lab" / "tone")
    tiny_models.seer(tmp_path / "sight")
    tiny_models.detector(tmp_path / "roofs", ["roof", "road"])
    tiny_models.tagger(tmp_path / "names", ["O", "B-PER", "I-PER"])
    tiny_models.classifier(tmp_path / "nli", ["entailment", "neutral", "contradiction"])
    first, *others = look_around(tmp_path)
    assert first.name == DEFAULT_TEXT_ENCODER.name
    assert {
        each.name: (each.spec.reads, each.spec.says, each.spec.labels, each.spec.dimensions)
        for each in others
        if each.spec
    } == {
        "lab/tone": ("text", "classes", ("good", "bad"), 2),
        "sight": ("image", "vectors", (), 64),
        "roofs": ("image", "boxes", ("roof", "road"), 2),
        "names": ("text", "tags", ("O", "B-PER", "I-PER"), 3),
        "nli": ("text", "entailment", ("entailment", "neutral", "contradiction"), 3),
    }
    lab = next(each for each in others if each.name == "lab/tone")
    assert lab.spec is not None
    assert (lab.spec.licence, lab.bytes) == ("apache-2.0", (tone / WEIGHTS).stat().st_size)


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("pickle", lambda folder: (folder / "pytorch_model.bin").write_bytes(b"")),
        ("remote_code", lambda folder: (folder / "modeling_own.py").write_text("")),
        ("remote_code", edit("config.json", auto_map={"AutoModel": "own.Own"})),
        ("wrong_hash", lambda folder: tiny_models.write_card(folder, sha256="0" * 64)),
        ("incomplete", lambda folder: (folder / "tokenizer.json").unlink()),
        ("incomplete", lambda folder: (folder / WEIGHTS).unlink()),
        ("bad_config", lambda folder: (folder / "config.json").write_text("{")),
        ("bad_config", edit("config.json", id2label={"0": "good", "7": "bad"})),
        ("bad_config", edit("config.json", id2label=["good", "bad"])),
        ("unsupported", edit("config.json", architectures=["GPT2LMHeadModel"])),
        ("bad_card", lambda folder: tiny_models.write_card(folder, name="../../etc")),
        ("bad_card", lambda folder: (folder / "annotate.json").write_text('{"name": 5}')),
    ],
)
def test_a_folder_that_may_not_be_used_says_why_and_the_others_go_on(
    tone: Path, tmp_path: Path, code: str, spoil: Spoil
) -> None:
    copy_of(tone, tmp_path / "sound")
    spoil(copy_of(tone, tmp_path / "spoilt"))
    found = {each.name: each for each in look_around(tmp_path)}
    refused = next(each for each in found.values() if each.refusal and each.refusal.code == code)
    assert refused.spec is None
    assert found["sound"].spec is not None


def test_two_models_of_one_name_are_told_apart(tone: Path, tmp_path: Path) -> None:
    copy_of(tone, tmp_path / "one")
    tiny_models.write_card(copy_of(tone, tmp_path / "other"), name="one")
    _, one, other = look_around(tmp_path)
    assert one.spec is not None
    assert other.refusal is not None
    assert other.refusal.code == "duplicate"


def test_what_changed_since_is_seen_and_what_is_loaded_is_always_read(
    tone: Path, tmp_path: Path
) -> None:
    folder = copy_of(tone, tmp_path / "tone")
    before = look_at(folder, "tone").spec
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data + b"0")
    after = look_at(folder, "tone").spec
    assert before is not None
    assert after is not None
    assert before.sha256 != after.sha256


def test_no_folder_is_no_models_but_the_default(tmp_path: Path) -> None:
    assert len(look_around(None)) == len(look_around(tmp_path / "nowhere")) == 1
