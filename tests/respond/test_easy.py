"""The easy variant: its texts everywhere, its pictures, and a person who changes their mind about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from easy_instrument import EASY, PATHS, put_symbols
from flask.testing import FlaskClient
from respond_site import Site, begin, make_site, send_part, text_of
from sqlalchemy import Engine

from instruments.readability import count, longest_sentence

IMAGE = re.compile(r'<img class="([\w ]+)" src="([^"]+)" alt="([^"]*)"')


@pytest.fixture
def easy(tmp_path: Path, engine: Engine) -> Site:
    put_symbols(tmp_path / "home")
    return make_site(tmp_path / "home", engine, instrument="easy-form", content=EASY)


@pytest.fixture
def client(easy: Site) -> FlaskClient:
    return easy.client()


def source(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_the_first_page_follows_the_variant_that_was_chosen(easy: Site, client: FlaskClient) -> None:
    plain = client.get(f"/s/{easy.open}")
    assert "Vi frågar om din vardag ." in text_of(plain)
    assert '<a href="?lang=sv&amp;variant=easy">Lättläst</a>' in plain.get_data(as_text=True)
    chosen = client.get(f"/s/{easy.open}?variant=easy&lang=en")
    assert "We want to know how you are." in text_of(chosen)
    assert 'name="variant" value="easy"' in chosen.get_data(as_text=True)
    assert 'href="?lang=sv&amp;variant=easy"' in chosen.get_data(as_text=True)
    assert "Vi frågar om" in text_of(client.get(f"/s/{easy.open}?variant=<b>"))
    # One thing less to decide before Start, for whoever reads so: every question offers it too.
    offers = ['name="device"' in client.get(f"/s/{easy.card}{form}").text for form in ("", "?variant=easy")]
    assert offers == [True, False]


def test_whoever_has_begun_in_easy_meets_it_on_the_first_page_again(easy: Site, client: FlaskClient) -> None:
    begin(client, easy.card, variant="easy")
    assert "Vi vill veta hur du har det." in text_of(client.get(f"/s/{easy.card}"))


def test_an_instrument_in_easy_only_is_easy_from_the_first_page(tmp_path: Path, engine: Engine) -> None:
    put_symbols(tmp_path / "home")
    content = EASY.replace("[standard, easy]", "[easy]")
    site = make_site(tmp_path / "home", engine, instrument="easy-form", content=content)
    client = site.client()
    assert "Vi vill veta hur du har det." in text_of(client.get(f"/s/{site.open}"))
    assert "Är maten god?" in text_of(client.get(begin(client, site.open)))


def test_the_variant_that_the_instrument_names_first_is_met_first(tmp_path: Path, engine: Engine) -> None:
    put_symbols(tmp_path / "home")
    content = EASY.replace("[standard, easy]", "[easy, standard]")
    site = make_site(tmp_path / "home", engine, instrument="easy-form", content=content)
    client = site.client()
    assert "Vi vill veta hur du har det." in text_of(client.get(f"/s/{site.open}"))
    assert "Vi frågar om" in text_of(client.get(f"/s/{site.open}?variant=standard"))
    assert "Är maten god?" in text_of(client.get(begin(client, site.open)))


def test_texts_help_and_pictures_belong_to_the_variant(easy: Site, client: FlaskClient) -> None:
    page = source(client, address := begin(client, easy.open))
    assert "Middag och lunch." in page
    assert "<em>den senaste</em>" in page
    assert not IMAGE.search(page)
    changed = client.post(address, data={"a_food": "2", "go": "variant-easy"})
    assert changed.location == address
    page = source(client, address)
    assert "Det du äter." in page
    assert "Tänk på den här månaden." in page
    assert 'id="f-food-2" value="2" checked' in page
    assert len(IMAGE.findall(page)) == 1 + 4 * 2
    assert "Middag och lunch." in source(client, client.post(address, data={"go": "variant-standard"}).location)


def test_a_variant_that_is_not_there_is_refused(easy: Site, client: FlaskClient) -> None:
    address = begin(client, easy.open)
    assert client.post(address, data={"go": "variant-huge"}).status_code == 400


def test_no_word_is_read_out_twice(easy: Site, client: FlaskClient) -> None:
    """An option's picture stands in the label beside its text, so it says nothing; a question's says what it shows."""
    page = source(client, begin(client, easy.open, variant="easy"))
    alts = {
        kind: {alt for found, _, alt in IMAGE.findall(page) if found == kind} for kind in ("symbol", "symbol large")
    }
    assert alts == {"symbol": {""}, "symbol large": {"ett hus"}}


def test_what_the_picture_says_in_the_question_is_not_said_again(tmp_path: Path, engine: Engine) -> None:
    put_symbols(tmp_path / "home")
    content = EASY.replace("Är maten god?", "Har du ett HUS?")
    site = make_site(tmp_path / "home", engine, instrument="easy-form", content=content)
    client = site.client()
    page = source(client, begin(client, site.open, variant="easy"))
    assert {alt for _, _, alt in IMAGE.findall(page)} == {""}


def test_words_about_a_picture_are_never_markup(tmp_path: Path, engine: Engine) -> None:
    put_symbols(tmp_path / "home")
    content = EASY.replace("alt: {sv: ett hus,", "alt: {sv: '\"><script>x</script>',")
    site = make_site(tmp_path / "home", engine, instrument="easy-form", content=content)
    client = site.client()
    page = source(client, begin(client, site.open, variant="easy"))
    assert "<script>" not in page
    assert 'alt="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"' in page


def test_pictures_are_kept_for_ever_and_run_nothing(easy: Site, client: FlaskClient) -> None:
    page = source(client, begin(client, easy.open, variant="easy"))
    addresses = {address for _, address, _ in IMAGE.findall(page)}
    assert {address.rpartition("/")[2] for address in addresses} == set(PATHS)
    for address in addresses:
        assert address.startswith("/bild/")
        picture = client.get(address)
        assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
        assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert picture.headers.getlist("Content-Security-Policy")[0] == "default-src 'none'; sandbox"
        assert "Set-Cookie" not in picture.headers
    _, _, digest, name = address.split("/")
    assert client.get(f"/bild/{'0' * len(digest)}/{name}").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["none.svg", "..%2Fsecret.svg", "%2e%2e/keys", "respond.css", "test-yes.svg%00"])
def test_nothing_else_is_served_as_a_picture(easy: Site, client: FlaskClient, name: str) -> None:
    (easy.keys.path.parent / "secret.svg").write_text("secret", encoding="utf-8")
    answer = client.get(f"/bild/0/{name}")
    assert answer.status_code == 404
    assert b"secret" not in answer.data


def test_a_picture_that_changes_has_another_address_and_one_that_is_gone_leaves_its_text(
    easy: Site, client: FlaskClient
) -> None:
    address = begin(client, easy.open, variant="easy")
    (easy.keys.path.parent / "symbols" / "test-house.svg").unlink()
    page = source(client, address)
    assert "test-house" not in page
    assert "Är maten god?" in page
    tick = next(one for _, one, _ in IMAGE.findall(page) if one.endswith("test-yes.svg"))
    (easy.keys.path.parent / "symbols" / "test-yes.svg").write_text("<svg/>", encoding="utf-8")
    new = client.get(tick)
    assert (new.data, new.headers["Cache-Control"]) == (b"<svg/>", "no-cache")


def test_a_picture_that_cannot_be_read_stops_nobody(
    easy: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.name == "test-house.svg":
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    page = source(client, begin(client, easy.open, variant="easy"))
    assert "Är maten god?" in page
    assert "test-house" not in page
    assert client.get("/bild/0/test-house.svg").status_code == 404


def test_the_review_shows_the_pictures_that_were_chosen(easy: Site, client: FlaskClient) -> None:
    address = begin(client, easy.open, variant="easy")
    send_part(client, address, {"a_food": "2", "a_out": "9"})
    review = source(client, f"/s/{easy.open}/del/granska")
    assert [one.rpartition("/")[2] for _, one, _ in IMAGE.findall(review)] == ["test-yes.svg"]


def test_a_short_slider_is_a_row_of_steps(easy: Site, client: FlaskClient) -> None:
    address = begin(client, easy.open).replace("/1", "/2")
    page = source(client, address)
    assert re.findall(r'type="radio" name="a_content" id="f-content-(\d+)"', page) == [str(n) for n in range(11)]
    assert '<label for="f-content-0">0<span class="unseen"> inte alls</span></label>' in page
    send_part(client, address, {"a_content": "10"}, go="review")
    assert 'id="f-content-10" value="10" checked' in source(client, address)
    assert client.post(address, data={"a_content": "11", "go": "next"}).status_code == 422
    # "Prefer not to say" is one of the row.
    send_part(client, address, {"a_content": "-"}, go="review")
    assert 'id="f-content--" value="-" checked' in source(client, address)


def test_a_long_slider_is_a_number_to_write(tmp_path: Path, engine: Engine) -> None:
    put_symbols(tmp_path / "home")
    content = EASY.replace("maximum: 10", "maximum: 11")
    site = make_site(tmp_path / "home", engine, instrument="easy-form", content=content)
    client = site.client()
    page = source(client, begin(client, site.open).replace("/1", "/2"))
    assert 'inputmode="numeric"' in page
    assert "från 0 (inte alls) till 11 (helt)" in page


def test_longer_texts_may_be_bold_and_listed_and_nothing_more(easy: Site, client: FlaskClient) -> None:
    page = source(client, f"/s/{easy.open}")
    assert "<strong>din vardag</strong>" in page
    assert "<ul><li>Det är frivilligt</li><li>Ingen ser &lt;ditt&gt; svar</li></ul>" in page
    assert "<p><strong>Nästan</strong> klart.</p>" in source(client, begin(client, easy.open).replace("/1", "/2"))


def test_an_error_beside_an_easy_question_points_at_its_help(easy: Site, client: FlaskClient) -> None:
    address = begin(client, easy.open, variant="easy")
    page = client.post(address, data={"a_food": "77", "a_out": "77", "go": "next"}).get_data(as_text=True)
    assert 'aria-describedby="e-food h-food" aria-invalid="true"' in page
    assert 'aria-describedby="e-out" aria-invalid="true"' in page
    for pointed in re.findall(r'aria-describedby="([^"]+)"', page):
        assert all(f'id="{one}"' in page for one in pointed.split())


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("linked", [False, True])
def test_the_first_promises_are_easy_to_read_too(tmp_path: Path, engine: Engine, language: str, linked: bool) -> None:
    put_symbols(tmp_path / "home")
    site = make_site(tmp_path / "home", engine, instrument="easy-form", content=EASY, linked=linked)
    ordinary = source(site.client(), f"/s/{site.card}?lang={language}")
    assert 'class="lead"><li>' not in ordinary
    for code in (site.open, site.card):
        page = source(site.client(), f"/s/{code}?lang={language}&variant=easy")
        said = re.findall(r"<li>(.+?)</li>", page[page.index('class="lead"><li>') :].partition("</ul>")[0])
        assert len(said) == 4 + (linked and code == site.card)
        assert count(" ".join(said)).lix <= 30
        assert max(map(longest_sentence, said)) <= 15
        assert "7" in said[2]


def test_what_is_stored_says_the_variant_and_the_order(easy: Site, client: FlaskClient) -> None:
    page = text_of(client.get(f"/s/{easy.open}"))
    assert "slumptal" in page
    assert "lättläst eller vanlig text" in page


def test_a_form_without_them_says_nothing_of_them(site: Site) -> None:
    page = text_of(site.client().get(f"/s/{site.open}"))
    assert "slumptal" not in page
    assert "lättläst" not in page.lower()
