"""`tagwire models pull` against a real HTTP server, with all that can go wrong on the way."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from support.command import Completed, RunTagwire, StartTagwire
from support.zoo import FileServer

from bridge.models.installed import sha256_of
from bridge.models.store import Store
from bridge.models.zoo import zoo

HEADS = ("danceability", "mood_happy", "emomusic", "moods_mirex")


@pytest.fixture
def pull(tagwire: RunTagwire, user_data: Path, file_server: FileServer) -> RunTagwire:
    """`tagwire models pull ARGS… --yes` from the server, into the test's own data folder."""

    def run(*args: str, mirror: str | None = None) -> Completed:
        address = mirror or file_server.address
        return tagwire("models", "pull", *args, "--yes", "--mirror", address)

    return run


def _left(folder: Path) -> list[str]:
    """All files in the data folder but the agreement."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in files if path.name != "agreed.json")


def test_heads_come_whole_and_in_place(pull: RunTagwire, user_data: Path) -> None:
    done = pull(*HEADS)
    assert done.returncode == 0, done.stderr
    assert "mood_happy is here: mood/happy" in done.stdout
    assert "a mapping that says happy must now say mood/happy or msd/happy" in done.stdout
    store = Store(user_data)
    assert [folder.name for folder in store.folders()] == sorted(HEADS)
    assert len(_left(user_data)) == 2 * len(HEADS)
    for name in HEADS:
        head = zoo().head(name)
        assert head is not None
        assert sha256_of(store.folder(name) / head.file) == head.sha256


def test_what_is_here_is_not_fetched_again(pull: RunTagwire, file_server: FileServer) -> None:
    pull("mood_happy")
    asked = len(file_server.asked)
    done = pull("mood_happy")
    assert (done.returncode, done.stdout) == (0, "mood_happy is here already\n")
    assert len(file_server.asked) == asked == 1


def test_the_environment_may_name_the_mirror(
    tagwire: RunTagwire, user_data: Path, file_server: FileServer
) -> None:
    env = {"TAGWIRE_MODELS_MIRROR": file_server.address}
    assert tagwire("models", "pull", "mood_sad", "--yes", env=env).returncode == 0
    assert Store(user_data).has("mood_sad")


def test_a_mirror_may_have_folders_as_the_zoo_does(
    pull: RunTagwire, user_data: Path, file_server: FileServer, tmp_path: Path
) -> None:
    file = "mood_sad-msd-musicnn-1.pb"
    mirror = tmp_path / "mirror"
    (mirror / "classification-heads" / "mood_sad").mkdir(parents=True)
    target = mirror / "classification-heads" / "mood_sad" / file
    target.write_bytes((file_server.folder / file).read_bytes())
    file_server.folder = mirror
    assert pull("mood_sad").returncode == 0
    assert Store(user_data).has("mood_sad")


def test_the_licence_is_agreed_to_once(
    tagwire: RunTagwire, user_data: Path, file_server: FileServer
) -> None:
    def pull_without_yes(name: str) -> Completed:
        return tagwire("models", "pull", name, "--mirror", file_server.address)

    refused = pull_without_yes("mood_sad")
    assert refused.returncode == 2
    assert "CC BY-NC-SA 4.0" in refused.stdout
    assert refused.stderr == ("tagwire: the licence has to be agreed to once: add --yes to agree\n")
    assert file_server.asked == []
    tagwire("models", "pull", "mood_sad", "--yes", "--mirror", file_server.address)
    later = pull_without_yes("mood_happy")
    assert later.returncode == 0
    assert "CC BY-NC-SA" not in later.stdout


@pytest.mark.skipif(os.name == "nt", reason="this system has no pseudo-terminals")
@pytest.mark.parametrize(("typed", "agreed"), [(b"y\n", True), (b"\n", False), (b"\x04", False)])
def test_at_a_terminal_the_licence_is_asked_for(
    start_tagwire: StartTagwire,
    user_data: Path,
    file_server: FileServer,
    typed: bytes,
    agreed: bool,
) -> None:
    keyboard, terminal = os.openpty()
    command = ("models", "pull", "mood_sad", "--mirror", file_server.address)
    process = start_tagwire(*command, stdin=terminal)
    os.write(keyboard, typed)
    out, err = process.communicate(timeout=60)
    for end in (keyboard, terminal):
        os.close(end)
    assert "CC BY-NC-SA 4.0" in out
    assert ("mood_sad is here" in out) is Store(user_data).has("mood_sad") is agreed
    said = "" if agreed else "tagwire: nothing was fetched, since the licence was not agreed to\n"
    assert err == said


def _one_sentence(done: Completed, *words: str) -> None:
    assert done.returncode == 1
    assert done.stderr.startswith("tagwire: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


def test_offline_is_one_sentence(pull: RunTagwire, user_data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    done = pull("mood_happy", mirror=nobody)
    _one_sentence(done, "mood_happy", "cannot be reached", "offline", "nothing was left behind")
    assert _left(user_data) == []


def test_a_head_that_the_mirror_lacks_is_one_sentence(pull: RunTagwire, user_data: Path) -> None:
    _one_sentence(pull("mood_acoustic"), "mood_acoustic is not at http", "--mirror")
    assert _left(user_data) == []


def test_a_server_with_trouble_is_one_sentence(
    pull: RunTagwire, user_data: Path, file_server: FileServer
) -> None:
    file_server.status = 503
    _one_sentence(pull("mood_happy"), "503", "nothing was left behind")
    assert _left(user_data) == []


def test_a_wrong_hash_is_one_sentence(
    pull: RunTagwire, user_data: Path, file_server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "mood_happy-msd-musicnn-1.pb").write_bytes(b"something else")
    file_server.folder = tmp_path
    _one_sentence(pull("mood_happy"), "mood_happy", "wrong hash", "thrown away")
    assert _left(user_data) == []


@pytest.mark.parametrize("ranges", [True, False])
def test_half_a_file_is_one_sentence_and_the_next_pull_goes_on(
    pull: RunTagwire, user_data: Path, file_server: FileServer, ranges: bool
) -> None:
    file_server.cut, file_server.ranges = 50_000, ranges
    done = pull("mood_happy")
    part = user_data / "downloads" / "mood_happy-msd-musicnn-1.pb.part"
    _one_sentence(done, "only in part", f"50000 bytes are kept at {part}", "goes on there")
    assert _left(user_data) == ["downloads/mood_happy-msd-musicnn-1.pb.part"]
    file_server.cut = None
    assert pull("mood_happy").returncode == 0
    assert file_server.asked[-1][1] == "bytes=50000-"
    assert not part.exists()
    assert Store(user_data).has("mood_happy")


@pytest.mark.parametrize("size", [100, 200_000])
def test_a_part_of_something_else_is_begun_again(
    pull: RunTagwire, user_data: Path, size: int
) -> None:
    part = user_data / "downloads" / "mood_happy-msd-musicnn-1.pb.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * size)
    assert pull("mood_happy").returncode == 0
    assert Store(user_data).has("mood_happy")
    assert not part.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_no_space_is_one_sentence(pull: RunTagwire, user_data: Path) -> None:
    part = user_data / "downloads" / "mood_happy-msd-musicnn-1.pb.part"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    _one_sentence(pull("mood_happy"), "no space left", str(user_data))
    assert _left(user_data) == []
    assert not part.is_symlink()


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tagwire: RunTagwire, file_server: FileServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    env = {"TAGWIRE_DATA": str(tmp_path / "file" / "data")}
    command = ("models", "pull", "mood_happy", "--yes", "--mirror", file_server.address)
    _one_sentence(tagwire(*command, env=env), "cannot be written", "TAGWIRE_DATA")
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_one_sentence(pull: RunTagwire, user_data: Path) -> None:
    user_data.mkdir()
    user_data.chmod(0o500)
    _one_sentence(pull("mood_happy"), "cannot be written", "permission")
    user_data.chmod(0o700)


@pytest.mark.parametrize("mirror", ["ftp://x/y", "nowhere", "http://[::1"])
def test_an_address_that_is_none_is_one_sentence(
    pull: RunTagwire, user_data: Path, mirror: str
) -> None:
    _one_sentence(pull("mood_happy", mirror=mirror), "no address to fetch from")
    assert _left(user_data) == []


def test_a_head_without_a_known_hash_is_not_fetched(
    pull: RunTagwire, file_server: FileServer
) -> None:
    done = pull("genre_rosamerica")
    assert done.returncode == 2
    assert "tagwire models add genre_rosamerica-msd-musicnn-1.pb" in done.stderr
    assert file_server.asked == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mood-hapy", "did you mean mood_happy?"),
        ("happy", "did you mean mood_happy?"),
        ("mood/happy", "did you mean mood_happy?"),
        ("xyz", "there are: danceability, mood_aggressive, mood_happy, "),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(
    pull: RunTagwire, user_data: Path, name: str, said: str
) -> None:
    done = pull(name)
    assert done.returncode == 2
    assert f"the zoo has no head {name}; {said}" in done.stderr
    assert not user_data.exists()
