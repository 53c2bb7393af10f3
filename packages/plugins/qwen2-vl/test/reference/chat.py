"""Renders a table of conversations with transformers' own template engine.

    python chat.py OUT_DIR TEMPLATE.jinja            writes chat.json
    python chat.py OUT_DIR TEMPLATE.jinja --same-as chat_template.json
                                                     also fails where that template renders something else

Made with transformers 5.18.0 and jinja2 3.1. TEMPLATE.jinja is the SDK's default template (fixtures/chat_template.jinja,
which a test holds equal to src/tokenizer/default-chat-template.ts).
"""
import json
import sys
from pathlib import Path

import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

out, template = Path(sys.argv[1]), Path(sys.argv[2]).read_text()

image, video = {"type": "image"}, {"type": "video"}
text = lambda value: {"type": "text", "text": value}
turn = lambda role, content: {"role": role, "content": content}

CONVERSATIONS = [
    [turn("user", "Hello")],
    [turn("user", [image, text("What kind of dog is this?")])],
    [turn("user", [text("Before "), image, text(" between "), image, text(" after")])],
    [turn("system", "You are a Medical Assistant."), turn("user", [image, text("Is there a fracture?")])],
    [turn("system", [text("A system turn "), text("of parts")]), turn("user", "x")],
    [turn("user", [image, text("One?")]), turn("assistant", "Yes."), turn("user", [image, text("And here?")])],
    [turn("user", [video, image, text("Compare."), video])],
    [turn("user", "a"), turn("system", "late"), turn("user", "b")],
    [turn("user", "")],
    [turn("user", [])],
    [turn("user", [text("")])],
    [turn("user", "  leading and trailing  \n\n")],
    [turn("user", "braces {{ 7 * 7 }} {% if x %} {# no #} <b>&amp;</b> \\n \" '")],
    [turn("user", [text("影像正常吗？🙂"), image])],
    [turn("tool", "result"), turn("assistant", [text("done")])],
    [turn("assistant", "only"), turn("assistant", "twice")],
    [turn("user", [{"type": "image", "image": "a.png"}, {"type": "image_url", "image_url": "b"}, text("urls")])],
    [],
]


def render(source, messages, generation, vision):
    extra = {"add_vision_id": True} if vision else {}
    rendered, _ = render_jinja_template(
        conversations=[messages], chat_template=source, add_generation_prompt=generation, **extra
    )
    return rendered[0]


cases = []
for messages in CONVERSATIONS:
    for generation in (False, True):
        for vision in (False, True):
            rendered = render(template, messages, generation, vision)
            cases.append({"messages": messages, "addGenerationPrompt": generation, "addVisionId": vision, "rendered": rendered})
if "--same-as" in sys.argv:
    other = json.loads(Path(sys.argv[sys.argv.index("--same-as") + 1]).read_text())["chat_template"]
    for case in cases:
        assert render(other, case["messages"], case["addGenerationPrompt"], case["addVisionId"]) == case["rendered"], case
    print(f"{len(cases)} renderings are the same")
versions = {"transformers": transformers.__version__, "jinja2": jinja2.__version__}
(out / "chat.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1, ensure_ascii=False) + "\n")
