"""What an instrument says, as HTML: no markup that is not ours, whatever stands in the file."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import example, given
from hypothesis import strategies as st

from instruments.markdown import plain
from survey.web.markdown import to_html

OURS = re.compile(r"</?(?:p|ul|li|strong|em)>")


@given(st.text(max_size=300) | st.text(alphabet="<>&\"'*- \n/abps=!\0{}", max_size=300))
@example("**<script>alert(1)</script>**\n\n- <img src=x onerror=y>\n- &lt;b&gt;")
def test_the_output_holds_no_markup_but_ours(text: str) -> None:
    html = str(to_html(text))
    rest = OURS.sub("", html)
    assert not set("<>\"'") & set(rest)
    assert all(re.match(r"&(?:amp|lt|gt|#34|#39);", rest[at:]) for at, one in enumerate(rest) if one == "&")
    # Every word stands there, and nothing else does.
    assert re.sub(r"[\s-]", "", unescape(rest)) == re.sub(r"[\s-]", "", unescape(_escaped(plain(text))))
    depth: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)>", html):
        if closing:
            assert depth.pop() == name
        else:
            depth.append(name)
    assert depth == []


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")


def test_what_it_makes() -> None:
    assert to_html("Hej **du**\n\n- *ett*\n- 1 < 2") == (
        "<p>Hej <strong>du</strong></p>\n<ul><li><em>ett</em></li><li>1 &lt; 2</li></ul>"
    )
