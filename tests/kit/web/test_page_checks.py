"""Each check gets a page with exactly its mistake."""

import pytest

from myedu.kit.web.page_checks import problems_of_page

CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP}
GOOD = """<!doctype html>
<html lang="ru">
<head><meta charset="utf-8"><title>Неделя — Моё образование</title><script src="/s.js" defer></script></head>
<body>
<main><!-- a comment -->
<h1>Неделя</h1><h2>Вторник</h2>
<a href="/"><img src="/logo.svg" alt="На главную"></a>
<form action="/done" method="post"><input type="hidden" name="csrf" value="x">
<label for="note">Заметка</label><input id="note" name="note">
<label><input type="checkbox" name="ok"> Сделано</label>
<button>Сохранить</button></form>
<script type="application/json" id="data">{"a": 1}</script>
</main>
</body>
</html>"""


def problems(html: str, headers: dict[str, str] = HEADERS) -> list[str]:
    return problems_of_page(html, headers, title_suffix=" — Моё образование")


def test_a_good_page_has_no_problem():
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("<!doctype html>\n", "", "correct the HTML"),
        ("</form>", "</div></form>", "correct the HTML"),
        (' lang="ru"', "", "names no language"),
        ("<h2>Вторник</h2>", "<h1>Вторник</h1>", "2 h1"),
        ("<h2>Вторник</h2>", "<h3>Вторник</h3>", "an h3 follows an h1"),
        ("<title>Неделя", "<title>Недели", "begin it with the h1"),
        ("Неделя — Моё образование", "Неделя", "end it with the suffix"),
        ("<title>Неделя — Моё образование</title>", "<title></title>", "no title"),
        ("main>", "div>", "no main"),
        ('id="data"', 'id="note"', "«note» stands 2 times"),
        ('for="note"', 'for="notes"', 'for="notes"'),
        ("Заметка", "", "has no label"),
        (" Сделано", "", "has no label"),
        (' action="/done"', "", "has no action"),
        (' alt="На главную"', "", "has no alt"),
        ('alt="На главную"', 'alt=""', "empty link"),
        ("Сохранить", "", "empty button"),
        ('href="/"', 'href="#"', "leads nowhere"),
        ('href="/"', 'href="javascript:go()"', "javascript: address"),
        (' src="/s.js" defer></script>', ">go()</script>", "a script is inside"),
        ("</title>", "</title><style>p{}</style>", "a style is inside"),
        ("<button>", '<button onclick="go()">', "has onclick"),
        ("<button>", '<button style="color:red">', "style attribute"),
    ],
)
def test_a_mistake_is_reported(right: str, wrong: str, sentence: str):
    assert right in GOOD
    assert any(sentence in problem for problem in problems(GOOD.replace(right, wrong)))


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"content-type": "text/html; charset=utf-8"}, "no Content-Security-Policy header"),
        (HEADERS | {"Content-Security-Policy": CSP + "; script-src 'unsafe-inline'"}, "has unsafe-*"),
        (HEADERS | {"Content-Security-Policy": "default-src 'self'"}, "has no frame-ancestors"),
        (HEADERS | {"Content-Type": "text/html"}, "names no charset"),
    ],
)
def test_wrong_headers_are_reported(headers: dict[str, str], sentence: str):
    assert any(sentence in problem for problem in problems(GOOD, headers))
