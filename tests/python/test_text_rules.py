"""What a text goes through before the tokenizer comes out the same in plain Python."""

import pytest
import torch
from mnemo_program import predict, read_run, train
from plain_classifier import plain_probabilities

TEXTS = [
    "A fine film.<br /><br />I would see it again &amp; again!",
    "A FINE FILM, I WOULD SEE IT AGAIN",
    "&quot;Dull&quot; &#39;and&#39; slow&nbsp;&lt;really&gt;<BR>it was &#x41;wful",
    "  spaces \t and\u3000more\u00a0spaces\u0085here  ",
    "Ｆｕｌｌ－ｗｉｄｔｈ ＬＥＴＴＥＲＳ and ﬁne ligatures, Ünïcödé, İstanbul",
    "a < b and b > c, <unclosed and &unknown; &amp",
    "空调坏了，没人修。ABC",
]


@pytest.mark.parametrize("strip_html", ["true", "false"])
@pytest.mark.parametrize("lowercase", ["true", "false"])
def test_probabilities_agree(tmp_path, strip_html, lowercase):
    run_path = train(tmp_path / "run", f"--strip-html={strip_html}", f"--lowercase={lowercase}", "--epochs=2")
    _, found = predict(run_path, TEXTS)
    torch.testing.assert_close(found, plain_probabilities(read_run(run_path), TEXTS), rtol=0, atol=1e-5)


def test_the_rules_do_what_they_say(tmp_path):
    both = read_run(train(tmp_path / "both", "--epochs=1")).tokenizer
    assert both.encode("Fine<br />FILM &amp; more") == both.encode("fine film & more")
    neither = read_run(train(tmp_path / "neither", "--epochs=1", "--strip-html=false", "--lowercase=false")).tokenizer
    assert neither.encode("fine<br />film") != neither.encode("fine film")
    assert neither.encode("FINE") != neither.encode("fine")
