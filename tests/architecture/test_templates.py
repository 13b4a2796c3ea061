"""What every template must be: nothing inline, a token in every form, no address that tells anything of a patient; and the catalogue."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "serment" / "dossier" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CATALOGUE = WEB / "locale" / "en" / "LC_MESSAGES"

# The identifiers that an address may hold: random, and nothing else.
IDENTIFIERS = re.compile(
    r"(?:^|\.)(?:patient|entry|id|account|unit|ordinal|number)$|^'(?:release|txt|pdf)'$|^(?:kind|address|then|next|one\.address|back|request\.path)$"
)


def name(path: Path) -> str:
    return str(path.relative_to(WEB / "templates"))


def each(test):
    return pytest.mark.parametrize("template", TEMPLATES, ids=name)(test)


@each
def test_no_script_style_or_handler_is_inline(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in attributes
        assert not body.strip()
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+|hx-on[:\w-]*)\s*=", text)
    assert "javascript:" not in text
    assert not re.search(r"hx-(?:vals|headers)=.?[\"']js:", text)


@each
def test_every_form_that_writes_carries_its_token(template: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", template.read_text(encoding="utf-8"), re.DOTALL):
        assert 'method="post"' in form
        assert "{% csrf_token %}" in form


@each
def test_nothing_goes_out_unescaped(template: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b", template.read_text(encoding="utf-8"))


@each
def test_nothing_comes_from_elsewhere(template: Path) -> None:
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", template.read_text(encoding="utf-8"))


@each
def test_an_address_holds_random_identifiers_and_nothing_of_a_patient(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for address in re.findall(r"\b(?:href|action|src|hx-get|hx-post)=\"([^\"]*)\"", text):
        for value in re.findall(r"\{\{\s*([\w.]+)[^}]*\}\}", address):
            assert IDENTIFIERS.search(value), (address, value)
        for arguments in re.findall(r"\{%\s*url\s+'[\w:]+'([^%]*)%\}", address):
            for value in arguments.split():
                assert IDENTIFIERS.search(value), (address, value)


@each
def test_sentences_have_the_spaces_that_do_not_break(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    sentences = re.findall(r"\{% translate [\"'](.*?)[\"'](?: [^%]*)?%\}", text)
    sentences += re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL)
    for sentence in sentences:
        assert not re.search(r" [;:!?»]|« ", sentence), sentence


def messages() -> dict[str, str]:
    """The singular msgids of the catalogue with their translations, read without any tool."""
    found = {}
    for block in (CATALOGUE / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        one = re.search(r'^msgid "(.*)"$', block, re.MULTILINE)
        said = re.search(r'^msgstr(?:\[0\])? "(.*)"$', block, re.MULTILINE)
        assert one, block
        assert said, block
        found[one[1].replace('\\"', '"')] = said[1].replace('\\"', '"')
    return found


def test_every_sentence_is_in_the_english_catalogue() -> None:
    known = messages()
    used = set()
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        used |= {double or single for double, single in re.findall(r"\{% translate (?:\"(.*?)\"|'(.*?)')(?: [^%]*)?%\}", text)}
    for module in WEB.rglob("*.py"):
        used |= set(re.findall(r'\b(?:_|gettext|gettext_lazy)\(\s*"([^"]*)"\s*\)', module.read_text(encoding="utf-8")))
    assert used - known.keys() == set()
    assert [msgid for msgid, said in known.items() if not said] == []


def test_the_compiled_catalogue_is_that_of_its_source() -> None:
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for msgid, said in messages().items():
        assert compiled.gettext(msgid) == said or compiled.ngettext(msgid, msgid, 1) == said, msgid


def test_placeholders_are_the_same_in_both_languages() -> None:
    for msgid, said in messages().items():
        wanted, given = (set(re.findall(r"%\(\w+\)0?\d?\w", text)) for text in (msgid, said))
        assert given <= wanted, msgid


def test_red_is_for_danger_alone() -> None:
    """Colours live in the tokens: no other sheet names one, so that none can borrow the red."""
    for sheet in sorted((WEB / "static" / "serment" / "css").glob("*.css")):
        if sheet.name in ("tokens.css", "print.css"):
            continue
        for declaration in re.findall(r"[\w-]+\s*:\s*[^;{}]*;", sheet.read_text(encoding="utf-8")):
            if "light-dark(" in declaration or "rgb(" in declaration:
                continue
            assert not re.search(r"#(?!ffffff\b)[0-9a-fA-F]{3,8}\b|\bred\b", declaration), (sheet.name, declaration)
