"""What is sealed opens at its own place, whole, and nowhere else."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serment.dossier.kernel import errors
from serment.dossier.vault import deposits, objects, sealing
from serment.wire import canonical
from serment.wire import seal as places

KEY = bytes(range(32))
PLACE = sealing.Place(patient=UUID(int=1), entry=UUID(int=2), version=1, compartment="care", kind="AllergyIntolerance")
RESOURCE = {"resourceType": "AllergyIntolerance", "code": {"text": "Pénicilline"}}

# orjson refuses surrogates and whole numbers beyond 64 bits, as JSON between programs should.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


def sealed_by(way: str) -> bytes:
    if way == "person":
        return sealing.seal(key=KEY, place=PLACE, resource=RESOURCE)
    return deposits.seal_deposit(public_key=places.deposit_public_key(KEY), place=PLACE, resource=RESOURCE)


def opened(way: str, sealed: bytes, place: sealing.Place = PLACE, key: bytes = KEY) -> sealing.Resource:
    unseal = sealing.unseal if way == "person" else sealing.unseal_deposit
    return unseal(key=key, place=place, sealed=sealed)


ways = pytest.mark.parametrize("way", ["person", "interface"])


@given(resource=st.dictionaries(TEXT, JSON))
def test_what_a_person_seals_is_what_is_read(resource: sealing.Resource) -> None:
    assert sealing.unseal(key=KEY, place=PLACE, sealed=sealing.seal(key=KEY, place=PLACE, resource=resource)) == resource


@ways
def test_any_bit_flipped_is_refused(way: str) -> None:
    sealed = sealed_by(way)
    for position in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[position // 8] ^= 1 << (position % 8)
        with pytest.raises(errors.Fault):
            opened(way, bytes(damaged))


@ways
def test_any_shortening_is_refused(way: str) -> None:
    sealed = sealed_by(way)
    for length in range(len(sealed)):
        with pytest.raises(errors.Fault):
            opened(way, sealed[:length])


@ways
@pytest.mark.parametrize(
    "change",
    [{"patient": UUID(int=9)}, {"entry": UUID(int=9)}, {"version": 2}, {"compartment": "contact"}, {"kind": "Condition"}],
    ids=lambda change: next(iter(change)),
)
def test_a_row_moved_or_relabelled_is_refused(way: str, change: dict[str, object]) -> None:
    with pytest.raises(errors.Fault):
        opened(way, sealed_by(way), place=replace(PLACE, **change))  # type: ignore[arg-type]


@ways
def test_the_key_of_another_compartment_opens_nothing(way: str) -> None:
    with pytest.raises(errors.Fault):
        opened(way, sealed_by(way), key=bytes(32))


def test_who_deposits_cannot_read_back_what_was_deposited() -> None:
    with pytest.raises(errors.Fault):
        sealing.unseal_deposit(key=places.deposit_public_key(KEY), place=PLACE, sealed=sealed_by("interface"))


def test_two_seals_of_one_resource_have_nothing_in_common() -> None:
    assert sealed_by("person")[1:] != sealed_by("person")[1:]


def test_the_length_does_not_tell_one_allergy_from_none() -> None:
    none = {**RESOURCE, "code": {"text": "Aucune allergie connue"}}
    lengths = {len(sealing.seal(key=KEY, place=PLACE, resource=resource)) for resource in (RESOURCE, none)}
    assert len(lengths) == 1


def test_a_resource_above_the_limit_is_refused() -> None:
    with pytest.raises(errors.Invalid, match="entry_too_long"):
        sealing.seal(key=KEY, place=PLACE, resource={"text": "x" * sealing.RESOURCE_BYTES_MAX})


# --- files ------------------------------------------------------------------------------------------------------------------

SIZES = st.sampled_from([1, 2, 1023, 1024, 1025]) | st.builds(
    lambda chunks, more: chunks * objects.CHUNK_BYTES + more, st.integers(1, 3), st.integers(-1, 1)
)


def written(folder: Path, clear: bytes) -> tuple[objects.Store, objects.Sealed]:
    store = objects.Store(folder=folder)
    return store, store.write(io.BytesIO(clear), patient=PLACE.patient, document=PLACE.entry, compartment="care")


def read(store: objects.Store, sealed: objects.Sealed, **place: object) -> bytes:
    where = {"patient": PLACE.patient, "document": PLACE.entry, "compartment": "care", **place}
    return b"".join(store.read(sealed, **where))  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(size=SIZES)
def test_a_file_of_any_size_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    clear = os.urandom(size)
    store, sealed = written(tmp_path_factory.mktemp("objects"), clear)
    assert read(store, sealed) == clear
    assert sealed.size == size


def test_a_file_cut_reordered_or_damaged_does_not_open(tmp_path: Path) -> None:
    store, sealed = written(tmp_path, os.urandom(3 * objects.CHUNK_BYTES))
    path = store.path(sealed.name)
    whole, step = path.read_bytes(), objects.CHUNK_BYTES + objects.TAG_BYTES
    damaged = {
        "cut at a chunk": whole[: 2 * step],
        "cut inside a chunk": whole[: step + 5],
        "first chunk gone": whole[step:],
        "two chunks exchanged": whole[step : 2 * step] + whole[:step] + whole[2 * step :],
        "a chunk twice": whole[:step] + whole,
        "a bit flipped": whole[:-1] + bytes([whole[-1] ^ 1]),
        "empty": b"",
    }
    for what, content in damaged.items():
        path.write_bytes(content)
        with pytest.raises(errors.Fault):
            read(store, sealed)
            pytest.fail(what)


@pytest.mark.parametrize("place", [{"patient": UUID(int=9)}, {"document": UUID(int=9)}, {"compartment": "contact"}], ids=str)
def test_a_file_of_another_place_does_not_open(tmp_path: Path, place: dict[str, object]) -> None:
    store, sealed = written(tmp_path, b"%PDF-1.7")
    with pytest.raises(errors.Fault):
        read(store, sealed, **place)


def test_a_file_above_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(errors.Invalid, match="document_too_large"):
        written(tmp_path, bytes(objects.OBJECT_BYTES_MAX + 1))
    assert list(objects.Store(folder=tmp_path).names()) == []


def test_a_file_at_rest_holds_nothing_in_clear(tmp_path: Path) -> None:
    store, sealed = written(tmp_path, b"DUPONT Jeanne " * 1000)
    assert b"DUPONT" not in store.path(sealed.name).read_bytes()
    assert store.path(sealed.name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "0" * 31, "0" * 33])
def test_a_name_that_the_store_never_gave_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.Fault):
        objects.Store(folder=tmp_path).path(name)


@given(st.uuids(), st.uuids(), st.integers(1, 10**6), TEXT, TEXT | st.just("Observation"))
def test_the_place_of_an_entry_is_canonical_json_however_it_is_written(
    patient: UUID, entry: UUID, version: int, compartment: str, kind: str
) -> None:
    made = places.entry_aad(patient=patient, entry=entry, version=version, compartment=compartment, kind=kind)
    assert made == canonical.encode(["serment entry v1", patient, entry, version, compartment, kind])
