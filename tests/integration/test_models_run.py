"""Models of the user's own in a run: only what a mapping needs, and what comes while it plays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.command import RunTagwire, StartTagwire
from support.model import need_engine
from support.osc import OscReceiver
from support.peers import until

from bridge.app.settings import ListenerSettings
from bridge.app.taggers import make_taggers
from bridge.app.vocabulary import default_model_folders
from bridge.cli import main
from bridge.models.learned import LearnedFile, Lesson
from bridge.models.store import Store
from bridge.resources import demo_song

LEGACY = {
    "danceability": "legacy/danceable",
    "mood_aggressive": "legacy/aggressive",
    "mood_happy": "legacy/happy",
    "voice_instrumental": "legacy/voice",
}


def _mapping(folder: Path, *sources: str, port: int = 9) -> Path:
    path = folder / "mapping.yaml"
    rows = "".join(
        f"  - {{from: '{source}', to: out, osc: '/{number}'}}\n"
        for number, source in enumerate(sources)
    )
    path.write_text(f"outputs: {{out: {{osc: '127.0.0.1:{port}'}}}}\nmappings:\n{rows}")
    return path


def _families(tagwire: RunTagwire, mapping: Path) -> set[str]:
    """The families that run for a mapping."""
    song = f"file:{demo_song()}"
    options = ("--dry-run", "--json", "--duration", "2", "--update-rate", "4")
    done = tagwire("run", mapping, "--source", song, *options)
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert all(0 <= value <= 1 for value in last["values"].values())
    return {name.partition("/")[0] for name in last["values"]}


def _add_heads(zoo: Path, tagwire: RunTagwire, *names: str) -> None:
    for name in names:
        done = tagwire("models", "add", next(zoo.glob(f"{name}-msd-musicnn-*.pb")))
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("sources", "families"),
    [
        (["signal/loudness"], {"msd", "mood"}),
        (["msd/rock"], {"msd", "mood"}),
        (["loud"], {"mtt"}),
        (["mtt/loud", "msd/rock"], {"msd", "mtt", "mood"}),
        (["mood/happy"], {"msd", "mood"}),
    ],
)
def test_only_the_models_that_a_mapping_needs_run(
    tagwire: RunTagwire,
    essentia_zoo: Path,
    user_data: Path,
    tmp_path: Path,
    sources: list[str],
    families: set[str],
) -> None:
    _add_heads(essentia_zoo, tagwire, "mood_happy", "mood_sad")
    assert _families(tagwire, _mapping(tmp_path, *sources)) == {"signal"} | families


def test_a_mapping_may_need_another_model_while_it_plays(
    start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path
) -> None:
    port = osc_receiver.port
    mapping = _mapping(tmp_path, "msd/electronic", port=port)
    run = start_tagwire("run", mapping, "--source", f"file:{demo_song()}")
    until(lambda: osc_receiver.messages, 30, "the first mapping sends")
    _mapping(tmp_path, "msd/electronic", "mtt/techno", port=port)
    until(
        lambda: any(address == "/1" and args != [0.0] for address, args in osc_receiver.messages),
        20,
        "the second model is heard",
    )
    assert run.poll() is None


def _lesson(bias: float) -> LearnedFile:
    lesson = Lesson(made="2026-01-01", window=64, yes=10, no=10, yes_takes=("a",), no_takes=("b",))
    return LearnedFile(lesson=lesson, bias=bias, weights=(0.0,) * 200)


def test_what_is_learned_while_it_plays_is_heard_at_once(
    start_tagwire: StartTagwire, osc_receiver: OscReceiver, user_data: Path, tmp_path: Path
) -> None:
    port, store = osc_receiver.port, Store(user_data)
    store.save_lesson("one", _lesson(0.0))
    mapping = _mapping(tmp_path, "learned/one", port=port)
    start_tagwire("run", mapping, "--source", f"file:{demo_song()}")

    def sent(address: str, value: float) -> bool:
        near = pytest.approx([value], abs=0.01)
        return any(at == address and args == near for at, args in osc_receiver.messages)

    until(lambda: sent("/0", 0.5), 30, "the first one is heard")
    store.save_lesson("two", _lesson(2.0))
    _mapping(tmp_path, "learned/one", "learned/two", port=port)
    until(lambda: sent("/1", 0.88), 20, "the second one is heard")
    store.save_lesson("one", _lesson(-2.0))
    until(lambda: sent("/0", 0.12), 20, "the first one is learned anew")


def test_what_is_not_here_is_a_mistake_in_the_mapping(
    tagwire: RunTagwire, user_data: Path, tmp_path: Path
) -> None:
    done = tagwire("check", _mapping(tmp_path, "mood/happy"))
    assert done.returncode == 2
    assert done.stdout.endswith(
        ':3:12: "mood/happy" is not installed; get it by: tagwire models pull mood_happy\n'
    )


@pytest.fixture
def legacy(essentia_zoo: Path) -> Path:
    need_engine("essentia")
    return essentia_zoo / "legacy"


def test_whole_networks_are_added_with_their_cost(
    tagwire: RunTagwire, legacy: Path, user_data: Path, tmp_path: Path
) -> None:
    for name, descriptor in LEGACY.items():
        done = tagwire("models", "add", legacy / f"{name}-musicnn-msd.pb")
        assert done.returncode == 0, done.stderr
        assert descriptor in done.stdout
        assert "ms of CPU a pass" in done.stdout
    assert _families(tagwire, _mapping(tmp_path, "msd/rock")) == {"signal", "msd"}
    assert _families(tagwire, _mapping(tmp_path, *LEGACY.values())) == {"signal", "legacy"}


def test_a_whole_network_gives_what_essentia_gives(
    tagwire: RunTagwire, legacy: Path, user_data: Path
) -> None:
    """Its positive class, by name: index 0 of the first three, 1 of the fourth."""
    import essentia

    essentia.log.infoActive = essentia.log.warningActive = False
    from essentia.standard import TensorflowPredict

    mel = np.random.default_rng(0).uniform(0, 4, (64, 96)).astype(np.float32)
    for name, descriptor in LEGACY.items():
        graph = legacy / f"{name}-musicnn-msd.pb"
        tagwire("models", "add", graph)
        settings = ListenerSettings("tone", models=default_model_folders(), needs=(descriptor,))
        _, (tagger,) = make_taggers(settings)
        tagger.engine.push(mel)
        pool = essentia.Pool()
        pool.set("model/Placeholder", mel[None, None])
        predict = TensorflowPredict(
            graphFilename=str(graph), inputs=["model/Placeholder"], outputs=["model/Sigmoid"]
        )
        expected = predict(pool)["model/Sigmoid"].ravel()[int(name == "voice_instrumental")]
        assert tagger.infer() == {descriptor: pytest.approx(float(expected), abs=1e-6)}


def test_a_whole_network_needs_as_many_labels_as_outputs(
    tagwire: RunTagwire, legacy: Path, user_data: Path, tmp_path: Path
) -> None:
    graph = Path(shutil.copy(legacy / "mood_happy-musicnn-msd.pb", tmp_path / "own.pb"))
    done = tagwire("models", "add", graph, "--labels", "a,b,c", "--name", "mine")
    assert done.returncode == 2
    assert "2 outputs, not 3 (a, b, c)" in done.stderr
    assert Store(user_data).folders() == []
    done = tagwire("models", "add", graph, "--labels", "a,b", "--name", "mine")
    assert "mine is here: mine/a, mine/b" in done.stdout


def test_models_come_and_go(
    tagwire: RunTagwire, essentia_zoo: Path, user_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _add_heads(essentia_zoo, tagwire, "mood_sad")
    rows = {row["name"]: row for row in json.loads(tagwire("models", "list", "--json").stdout)}
    assert rows["mood_sad"]["state"] == "here"
    assert rows["mood_happy"]["state"] == "to pull"
    assert rows["deam"]["state"] == "to add"
    assert rows["mtt-musicnn"]["state"] == "shipped"
    for name in rows:
        assert main(["models", "info", name]) == 0
        assert rows[name]["licence"] in capsys.readouterr().out
    assert "tagwire models remove" not in tagwire("models", "remove", "mood_sad").stderr
    assert Store(user_data).folders() == []
    again = tagwire("models", "remove", "mood_sad")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "tagwire: there is no model mood_sad of yours; there are none\n"
    for name in ("../data", "msd-musicnn", "learned/none", ""):
        assert main(["models", "remove", name]) == 2
