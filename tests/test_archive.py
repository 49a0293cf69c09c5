"""Zip files are unpacked within limits, and what is left out of them is named."""

import io
import struct
import zipfile

import pytest

from topics.errors import ReadError
from topics.read.archive import Budget, Limits, Member, members, opened
from topics.values import Skipped


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out


def found(file: io.BytesIO, **limits: int) -> dict[str, bytes | str]:
    with opened(file) as archive:
        return {
            (one.name if isinstance(one, Member) else one.path): (one.data if isinstance(one, Member) else one.reason)
            for one in members(archive, Limits(**limits), Budget.of(archive, Limits(**limits)))
        }


def test_files_come_in_the_order_of_their_names() -> None:
    file = packed(("b.txt", b"B"), ("a/", b""), ("a/c.txt", b"C"), ("å.txt", b"Two"))
    assert list(found(file).items()) == [("a/c.txt", b"C"), ("b.txt", b"B"), ("å.txt", b"Two")]


def test_names_never_lead_outside_and_stay_apart() -> None:
    names = ("../../etc/a.txt", "/etc/a.txt", "..\\win\\b.txt", "C:\\c.txt", "./d.txt", "d.txt")
    file = packed(*((name, name.encode()) for name in names))
    assert list(found(file)) == ["C:/c.txt", "d.txt", "d.txt (2)", "etc/a.txt", "etc/a.txt (2)", "win/b.txt"]


def test_names_in_utf_8_that_do_not_say_so() -> None:
    file = packed(("räksmörgås.txt", b"x"))
    data = bytearray(file.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at + 1] &= ~0x08  # the flag that names are UTF-8
    assert list(found(io.BytesIO(bytes(data)))) == ["räksmörgås.txt"]


def test_what_holds_no_text_is_named() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    file = packed(
        ("__MACOSX/._a.txt", b"x"), (".DS_Store", b"x"), ("a/.git/b", b"x"), ("Thumbs.db", b"x"), (link, b"/etc")
    )
    assert found(file) == {
        ".DS_Store": "is hidden",
        "Thumbs.db": "is hidden",
        "__MACOSX/._a.txt": "is a resource fork of macOS, which holds no text",
        "a/.git/b": "is hidden",
        "link.txt": "is a link",
    }


def test_encrypted_and_strangely_packed_files_are_named() -> None:
    data = bytearray(packed(("a.txt", b"secret"), ("b.txt", b"open")).getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert found(io.BytesIO(bytes(data))) == {
        "a.txt": "is encrypted; pack the archive without a password",
        "b.txt": b"open",
    }
    lzma = packed(("a.txt", b"x" * 100), method=zipfile.ZIP_LZMA)
    assert found(lzma) == {"a.txt": "is packed by a method that is not read (number 14); pack it by deflate"}


def test_a_bomb_is_named_and_not_unpacked() -> None:
    file = packed(("bomb.txt", bytes(30 << 20)), ("a.txt", b"Bees."), ("some.txt", b"Bees. " * 200_000))
    assert found(file) == {
        "a.txt": b"Bees.",
        "bomb.txt": "grows more than 200 times when it is unpacked, as only a bomb does",
        "some.txt": b"Bees. " * 200_000,
    }
    assert "larger than 1 MB once unpacked" in str(found(file, largest=1 << 20)["bomb.txt"])


def test_a_bomb_that_lies_about_its_size_is_stopped() -> None:
    data = bytearray(packed(("bomb.txt", bytes(30 << 20))).getvalue())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 10)
    said = found(io.BytesIO(bytes(data)))["bomb.txt"]
    assert said == "is damaged in the archive; pack or download it again"


def test_overlapping_files_are_counted_as_they_are_unpacked() -> None:
    one = packed(("a", bytes(2 << 20))).getvalue()
    at = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    directory = b"".join(one[at:end][:46] + bytes([97 + number]) for number in range(9))
    tail = bytearray(one[end:])
    struct.pack_into("<HHLL", tail, 8, 9, 9, len(directory), at)
    files = found(io.BytesIO(one[:at] + directory + bytes(tail)), total=5 << 20)
    assert any("is damaged" in str(said) or "holds more than 5 MB" in str(said) for said in files.values())
    assert sum(len(said) for said in files.values() if isinstance(said, bytes)) <= 5 << 20


def test_an_archive_as_a_whole_grows_within_limits() -> None:
    file = packed(*((f"{number}.txt", bytes(1000)) for number in range(20)))
    said = found(file, ratio=5, modest=5000)
    assert sum(len(data) for data in said.values() if isinstance(data, bytes)) <= max(5000, 5 * len(file.getvalue()))
    assert "MB once unpacked: the files from" in str(said[""])


def test_more_than_is_read_is_said_once() -> None:
    file = packed(*((f"{number}.txt", b"x" * 100) for number in range(5)))
    assert found(file, count=3)[""] == "holds more than 3 files: 2 were left out; divide it"
    with opened(file) as archive:
        listed = list(members(archive, Limits(), Budget(250, 250, 100)))
    assert isinstance(listed[-1], Skipped) and "the files from '2.txt' on were left out" in listed[-1].reason
    assert len(listed) == 3


def test_damage_in_one_file_leaves_the_others() -> None:
    data = bytearray(packed(("a.txt", b"Bees fly out at dawn. " * 50), ("b.txt", b"open")).getvalue())
    data[45] ^= 0xFF
    files = found(io.BytesIO(bytes(data)))
    assert "is damaged in the archive" in str(files["a.txt"])
    assert files["b.txt"] == b"open"


def test_a_list_of_files_that_would_fill_the_memory_is_refused() -> None:
    file = packed(*((f"{number}.txt", b"") for number in range(100)))
    with pytest.raises(ReadError, match="more entries than are read"):
        opened(file, Limits(directory=1000))


@pytest.mark.parametrize("cut", [1, 10, 21, 60])
def test_a_zip_that_was_cut_off_is_damaged(cut: int) -> None:
    with pytest.raises(ReadError, match="damaged or incomplete zip"):
        opened(io.BytesIO(packed(("a.txt", b"x" * 100)).getvalue()[:-cut]))


def test_an_entry_without_a_name_is_a_file_all_the_same() -> None:
    data = packed(("a", b"x")).getvalue()
    at = data.index(b"PK\x01\x02")
    nameless = bytearray(data[: at + 46] + data[at + 47 :])
    struct.pack_into("<H", nameless, at + 28, 0)
    end = nameless.index(b"PK\x05\x06")
    struct.pack_into("<L", nameless, end + 12, 46)
    assert list(found(io.BytesIO(bytes(nameless)))) == ["(no name)"]
