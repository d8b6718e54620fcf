"""Languages: those that are complete and reviewed are shown and no others; a switch keeps the answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from arabic import CONTENT, OFTEN, QUESTION, TITLE, review
from click.testing import CliRunner
from respond_site import EVERY_TYPE, FIRST, Site, begin, make_site, send_part, text_of
from sqlalchemy import Engine

from instruments.check import check_file
from survey.cli import cli
from survey.errors import Refusal
from survey.keeping.policy import KINDS, UNDECIDED
from survey.models import Round
from survey.web import catalogues, errors, languages, refusals
from survey.web.catalogue_review import to_review
from survey.web.office.admin import paper
from survey.web.respond.rights import TO_TRANSLATE

ROOT = Path(__file__).parents[2]
OTHERS = ("ar", "fi", "so")
MET_BY_RESPONDENTS = (
    *(ROOT / "survey" / "web" / "respond").glob("*.py"),
    *(
        ROOT / "survey" / "answering" / f"{name}.py"
        for name in ("codes", "drafts", "entry", "key_files", "linking", "objections", "pinned", "pins", "submit")
    ),
    *(ROOT / "survey" / "answering" / f"{name}.py" for name in ("values", "withdraw")),
)

REMEDY = """
These texts lack their {code} in survey/web/respond/translations/{code}/LC_MESSAGES/messages.po.
Bring the file up to date (the commands stand in survey/web/respond/babel.cfg), translate what is empty or fuzzy, and
note what you are unsure of above the text. The language is off until somebody has reviewed it, so a first version
harms nobody: docs/languages.md."""


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_its_translation_and_can_be_shown(code: str) -> None:
    language = catalogues.examined(code, catalogues.SHIPPED / code / "LC_MESSAGES" / "messages.po")
    assert language.missing == (), REMEDY.format(code=code)
    assert language.faults == ()


def test_swedish_and_english_are_on_and_the_others_wait_for_a_reviewer(tmp_path: Path) -> None:
    found = catalogues.languages(tmp_path)
    assert {language.code: (language.is_on, bool(language.reviewed_by)) for language in found} == {
        "sv": (True, True),
        "en": (True, True),
        **dict.fromkeys(OTHERS, (False, False)),
    }
    assert catalogues.others_that_are_on(tmp_path) == {}


@pytest.fixture
def off(tmp_path: Path, sqlite_engine: Engine) -> Site:
    """A form with Arabic, as the program comes."""
    return make_site(tmp_path / "home", sqlite_engine, content=CONTENT)


@pytest.fixture
def on(tmp_path: Path, sqlite_engine: Engine) -> Site:
    """The same where a reviewed Arabic catalogue has been put in."""
    review(tmp_path / "home")
    return make_site(tmp_path / "home", sqlite_engine, content=CONTENT)


def test_a_language_that_nobody_has_reviewed_is_never_shown(off: Site) -> None:
    client = off.client()
    client.set_cookie("lang", "ar", path="/s/")
    for address in (f"/s/{off.open}", f"/s/{off.open}?lang=ar", "/s/?lang=ar", "/tillganglighet?lang=ar"):
        page = client.get(address, headers={"Accept-Language": "ar"}).get_data(as_text=True)
        assert '<html lang="sv">' in page
        assert "العربية" not in page
    first = client.get(begin(client, off.open, lang="ar"))
    assert '<html lang="sv">' in first.get_data(as_text=True)
    assert client.post(f"/s/{off.open}/del/1", data={"go": "lang-ar"}).status_code == 400


def test_a_reviewed_language_is_offered_by_its_own_name_and_written_from_the_right(on: Site) -> None:
    client = on.client()
    swedish = client.get(f"/s/{on.open}", headers={"Accept-Language": "sv"}).get_data(as_text=True)
    assert re.search(r'<a href="\?lang=ar"[^>]* lang="ar" dir="rtl"[^>]*>العربية</a>', swedish)
    page = client.get(f"/s/{on.open}", headers={"Accept-Language": "ar-SY,ar;q=0.9"})
    html = page.get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in html
    assert TITLE in html
    assert "31 مارس" in text_of(page)
    # A Swedish name keeps its own direction inside the Arabic sentence.
    assert "\N{FIRST STRONG ISOLATE}Krokoms kommun\N{POP DIRECTIONAL ISOLATE}" in html
    assert "<bdi>Barn och familj</bdi>" in html


def test_a_form_that_has_no_arabic_is_not_offered_in_it(tmp_path: Path, sqlite_engine: Engine) -> None:
    review(tmp_path / "home")
    site = make_site(tmp_path / "home", sqlite_engine)
    page = site.client().get(f"/s/{site.open}?lang=ar", headers={"Accept-Language": "ar"}).get_data(as_text=True)
    assert '<html lang="sv">' in page
    assert "العربية" not in page
    # The page where a code is typed belongs to no form yet.
    assert '<html lang="ar" dir="rtl">' in site.client().get("/s/?lang=ar").get_data(as_text=True)


def test_a_form_in_no_language_that_is_on_is_not_begun_and_what_has_been_begun_goes_on(
    tmp_path: Path, sqlite_engine: Engine
) -> None:
    content = EVERY_TYPE.replace("languages: [sv, en]", "languages: [so]").replace("sv: ", "so: ")
    content = re.sub(r", en: [^},]*", "", content)
    site = make_site(tmp_path / "home", sqlite_engine, content=content)
    spoken = dict(site.app.extensions[languages.EXTENSION])
    site.app.extensions[languages.EXTENSION] = spoken | {"so": "Soomaali"}
    client = site.client()
    address = begin(client, site.card, lang="so")
    site.app.extensions[languages.EXTENSION] = spoken
    for page in (site.client().get(f"/s/{site.open}"), site.client().post(f"/s/{site.open}/borja")):
        assert page.status_code == 503
        assert "Frågorna finns bara på ett språk som de här sidorna inte har." in text_of(page)
    assert site.count("draft") == 1
    assert client.get(f"/s/{site.card}").status_code == 200
    assert send_part(client, address, dict(FIRST)).status_code == 303


def test_pages_that_one_logs_in_to_stay_in_the_languages_that_they_have(on: Site) -> None:
    page = on.client().get("/logga-in?lang=ar", headers={"Accept-Language": "ar, en;q=0.5"}).get_data(as_text=True)
    assert '<html lang="en"' in page
    assert set(languages.NAMES) == {"sv", "en"}


def test_the_language_is_changed_on_every_kind_of_page_and_no_answer_is_lost(on: Site) -> None:
    client = on.client()
    first = begin(client, on.card, lang="sv")
    there = client.post(first, data={"go": "lang-ar", "a_a": "3"}).location
    page = client.get(there).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page
    assert QUESTION in page
    assert re.search(r'id="f-a-3" value="3" checked', page)
    # On the first page, where one comes back another day: in what was chosen, whatever the browser prefers.
    client.delete_cookie("lang", path="/s/")
    landing = client.get(f"/s/{on.card}", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in landing
    client.post(f"/s/{on.card}/borja", data={"lang": "en"})
    assert "Do you feel safe here?" in text_of(client.get(first))
    # And where one looks through the answers.
    send_part(client, first, {"a_a": "3", "a_b": "1"})
    send_part(client, first.replace("1", "2"), {"a_years": "\u0664\u066b\u0665", "a_word": "lugnt"})
    reviewed = first.replace("1", "granska")
    switched = client.get(client.post(reviewed, data={"go": "lang-ar"}).location)
    assert OFTEN in text_of(switched)
    assert "<bdi>lugnt</bdi>" in switched.get_data(as_text=True)
    assert client.post(reviewed, data={"go": "lang-so"}).status_code == 400
    thanks = client.get(client.post(reviewed).location)
    assert "شكرًا لك" in text_of(thanks)
    assert on.sealed() == [{"a": 3, "b": (1,), "years": 4.5, "word": "lugnt"}]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("# Reviewed-By: Amal", "# Reviewed-By:\n# Amal"), ""),
        (lambda text: text.replace("2026-11-20", "i fredags"), ""),
        (lambda text: text.replace('msgstr "التالي"', 'msgstr ""'), ""),
        (lambda text: text.replace('msgid "Next"', '#, fuzzy\nmsgid "Next"'), ""),
        (lambda text: text.replace('msgstr "التالي"', 'msgstr "<b>التالي</b>"'), "'Next' may not hold '<' '>'"),
        (lambda text: text.replace('msgstr "التالي"', r'msgstr "\"التالي\""'), "'Next' may not hold"),
        (lambda text: text.replace('msgstr "التالي"', 'msgstr "100 % التالي"'), "'Next' may not hold '%'"),
        (lambda text: text.replace("%(owner)s\"", "%(ower)s\""), "must hold %(owner)s, and holds %(ower)s"),
        (lambda text: text.replace("nplurals=6", "nplurals=5"), ""),
        (lambda text: text.replace("plural=(n==0 ?", "plural=(n==7 ? 99 :"), "the line Plural-Forms"),
        (lambda text: text.replace("plural=(n==0 ?", "plural=(n%0 ?"), "the line Plural-Forms"),
        (lambda text: text.replace("plural=(n==0 ?", "plural=(__import__('os') ?"), "the line Plural-Forms"),
        (lambda text: text[: len(text) // 2] + '"', ""),
        (lambda text: "\0\1 no catalogue", ""),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_and_signed_leaves_its_language_off(
    tmp_path: Path, change: Callable[[str], str], says: str
) -> None:
    path = review(tmp_path)
    whole = path.read_text(encoding="utf-8")
    assert list(catalogues.others_that_are_on(tmp_path)) == ["ar"]
    path.write_text(change(whole), encoding="utf-8")
    assert change(whole) != whole
    assert catalogues.others_that_are_on(tmp_path) == {}
    assert says in " ".join(next(one for one in catalogues.languages(tmp_path) if one.code == "ar").faults)


def test_a_file_with_a_strange_name_stops_nothing(tmp_path: Path) -> None:
    review(tmp_path).rename(catalogues.folder(tmp_path) / "arabiska.po")
    assert catalogues.others_that_are_on(tmp_path) == {}
    (strange,) = (one for one in catalogues.languages(tmp_path) if one.code == "arabiska")
    assert "name the file by its code" in strange.faults[0]


def test_the_forms_of_a_number_are_those_of_the_language(on: Site) -> None:
    from flask_babel import ngettext

    with on.app.test_request_context(f"/s/{on.open}?lang=ar"):
        said = [ngettext("%(num)s minute", "%(num)s minutes", number) for number in (1, 2, 5, 12, 100)]
    plain = [text.strip("\N{FIRST STRONG ISOLATE}").replace("\N{POP DIRECTIONAL ISOLATE}", "") for text in said]
    assert plain == ["دقيقة واحدة", "دقيقتان", "5 دقائق", "12 دقيقة", "100 دقيقة"]


@pytest.mark.parametrize(
    ("code", "short", "long"),
    [("sv", "31 mars", "31 mars 2026"), ("en", "31 March", "31 March 2026"), ("ar", "31 مارس", "31 مارس 2026"),
     ("fi", "31. maaliskuuta", "31. maaliskuuta 2026")],
)  # fmt: skip
def test_a_day_is_written_as_the_language_writes_it(
    tmp_path: Path, sqlite_engine: Engine, code: str, short: str, long: str
) -> None:
    if code in OTHERS:
        review(tmp_path / "home", code)
    site = make_site(tmp_path / "home", sqlite_engine)
    with site.app.test_request_context(f"/s/?lang={code}"):
        written = (languages.written_date(date(2026, 3, 31)), languages.written_date(date(2026, 3, 31), year=True))
    assert written == (short, long)


def test_what_is_kept_is_told_in_every_catalogue(off: Site) -> None:
    with off.app.test_request_context("/s/"):
        said = {text for kind in KINDS.values() if kind.told for text in (kind.what["en"], kind.gone["en"])}
        languages.speak("en")
        assert {str(text) for text in TO_TRANSLATE} == said | {UNDECIDED["en"]}
    swedish = {message.id: message.string for message in catalogues.template()}
    for kind in KINDS.values():
        for words in (kind.what, kind.gone) if kind.told else ():
            assert swedish[words["en"]] == words["sv"]


def test_every_refusal_that_a_respondent_meets_is_in_their_catalogue(off: Site) -> None:
    raised = re.compile(r'Refusal\(\s*"(\w+)"')
    codes = {code for path in MET_BY_RESPONDENTS for code in raised.findall(path.read_text(encoding="utf-8"))}
    codes |= {*errors.CODES_BY_STATUS.values(), "expired", "server_error"}
    assert {"cannot_object", "key_missing", "link_code_damaged", "tampered"} <= codes
    with off.app.test_request_context("/s/"):
        languages.speak("en")
        entries = {code: refusals.explained(code) for code in codes}
        said = {code: [str(text) for text in (e.title, e.text, e.remedy) if text] for code, e in entries.items()}
    known = set(catalogues.all_texts())
    assert {code: texts for code, texts in said.items() if not set(texts) <= known} == {}


def test_a_refusal_speaks_the_persons_language(on: Site) -> None:
    with on.app.test_request_context("/s/?lang=ar"):
        page, _status = refusals.refusal_page(Refusal("round_closed", "closed"))
    assert "أُغلق الاستبيان" in page


LACKING = (
    ", ar: أبدًا",
    ", ar: كُتبت الأسئلة لهذا الاختبار.",
    ", ar: هل أنت بأمان هنا؟",
    ", ar: فكّر أيضًا في عطلة نهاية الأسبوع.",
    ", ar: راضٍ تمامًا",
    ", ar: الأمان",
)


@pytest.mark.parametrize("lacking", LACKING)
def test_a_form_that_lacks_one_text_in_a_language_is_no_form(tmp_path: Path, lacking: str) -> None:
    path = tmp_path / "every-type.yaml"
    path.write_text(CONTENT, encoding="utf-8")
    assert check_file(path) == ()
    path.write_text(CONTENT.replace(lacking, "", 1), encoding="utf-8")
    assert "missing_translation" in {fault.code for fault in check_file(path)}


def test_the_commands_say_what_is_on_and_what_to_do(tmp_path: Path) -> None:
    def run(*words: str, exits: int = 0) -> str:
        result = CliRunner().invoke(cli, words, env={"TERMOMETERN_HOME": str(tmp_path)})
        assert result.exit_code == exits, result.output
        return result.output

    assert re.search(r"ar +العربية .* no +nobody +(let|translate)", run("languages"))
    assert "It is off" in run("languages", "show", "ar", exits=1)
    review(tmp_path)
    assert re.search(r"ar +العربية .* yes +Amal Testsson", run("languages", "list"))
    assert "It is on." in run("languages", "show", "ar")
    exported = tmp_path / "to-review.po"
    run("languages", "export", "uk", "--into", str(exported))
    text = exported.read_text(encoding="utf-8")
    assert "#. sv: Nästa" in text
    assert "nplurals=3" in text
    run("languages", "export", "sv", "--into", str(tmp_path / "sv.po"), exits=2)
    run("languages", "export", "../x", "--into", str(tmp_path / "x.po"), exits=2)


def test_paper_is_offered_in_the_languages_that_it_can_be_set_in(on: Site, tmp_path: Path) -> None:
    with on.session() as session, on.app.app_context():
        offered = paper.offer(session.get_one(Round, on.round_id))
    assert offered is not None
    assert dict(offered.languages) == languages.NAMES
    form = str(tmp_path / "home" / "instruments" / "every-type.yaml")
    words = ["instruments", "paper", form, "--into", str(tmp_path / "form.pdf"), "--language"]
    refused = CliRunner().invoke(cli, [*words, "ar"])
    assert "no letters for 'ar'; use sv or en" in refused.output
    assert not (tmp_path / "form.pdf").exists()
    assert CliRunner().invoke(cli, [*words, "sv"]).exit_code == 0


def test_what_has_come_since_a_review_is_marked_in_the_next_file(tmp_path: Path) -> None:
    path = review(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'msgid "Next"\nmsgstr "[^"]*"\n', "", text), encoding="utf-8")
    assert catalogues.others_that_are_on(tmp_path) == {}
    made = to_review(tmp_path, "ar")
    new, kept = made.get("Next"), made.get("Back")
    assert new is not None
    assert (new.string, new.fuzzy) == ("التالي", True)
    assert kept is not None
    assert not kept.fuzzy


def test_what_is_exported_and_signed_switches_the_language_on(tmp_path: Path) -> None:
    """The way that docs/languages.md describes: export, sign, put in; and again after the next review."""
    there = review(tmp_path)
    exported = tmp_path / "again.po"
    words = ["languages", "export", "ar", "--into", str(exported)]
    CliRunner().invoke(cli, words, env={"TERMOMETERN_HOME": str(tmp_path)})
    there.write_bytes(exported.read_bytes())
    assert list(catalogues.others_that_are_on(tmp_path)) == ["ar"]
