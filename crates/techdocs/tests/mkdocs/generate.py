"""Builds the sites beside this file with real MkDocs and records what its pages say.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python generate.py

Each page becomes an outline: one line for each heading, paragraph, item, cell and line of code,
indented as they nest, with the inline markup that readers notice. `mkdocs_conformance.rs` makes the
same outline of the pages that Callboard renders and compares them.
"""

import json
import logging
import os
import re
import sys
from html import unescape
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urljoin, urlsplit

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.plugins import BasePlugin

HERE = Path(__file__).parent.resolve()
PACKAGES = ["mkdocs-techdocs-core", "mkdocs", "mkdocs-monorepo-plugin", "Markdown",
            "pymdown-extensions", "mdx-truly-sane-lists", "mkdocs-material"]
VOID = {"br", "hr", "img", "input", "wbr", "source", "col", "area", "link", "meta"}
KEPT = {"em", "strong", "code", "del", "ins", "mark", "sub", "sup", "kbd", "b", "i", "u", "s"}
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
          "blockquote", "table", "pre", "hr", "div", "section", "details", "figure",
          "figcaption", "nav", "summary"}


class Node:
    def __init__(self, name, attributes=()):
        self.name, self.attributes, self.children = name, dict(attributes), []

    def get(self, key):
        return self.attributes.get(key) or ""

    def classes(self):
        return self.get("class").split()

    def find(self, name):
        for child in self.children:
            if isinstance(child, Node):
                if child.name == name:
                    return child
                found = child.find(name)
                if found:
                    return found
        return None

    def text(self):
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, attrs)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Node(tag, attrs))

    def handle_endtag(self, tag):
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].name == tag:
                del self.open[at:]
                return

    def handle_data(self, data):
        self.open[-1].children.append(data)


class Outline:
    def __init__(self, url):
        self.base = "https://site.invalid/" + url
        self.lines = []

    def address(self, href):
        """Addresses of the site as seen from its root, without escapes; others as they are."""
        if href.startswith(("#", "/")):
            return unquote(href)
        full = urljoin(self.base, href)
        if urlsplit(full).netloc == "site.invalid" and not urlsplit(href).scheme:
            return "site:" + unquote(full[len("https://site.invalid/"):])
        return unquote(href)

    def inline(self, nodes):
        out = []
        for node in nodes:
            if isinstance(node, str):
                out.append(node)
                continue
            classes = node.classes()
            inside = lambda: self.inline(node.children)
            if node.name == "a" and "headerlink" in classes:
                continue
            if node.name == "a" and ("footnote-ref" in classes):
                out.append(f"[note {node.text()} -> {unquote(node.get('href'))}]")
            elif node.name == "a" and "footnote-backref" in classes:
                continue
            elif node.name == "a" and node.get("href"):
                out.append(f"<a {self.address(node.get('href'))}>{inside()}</a>")
            elif node.name == "a":
                anchor = node.get("id") or node.get("name")
                out.append(f"<a #{anchor}>{inside()}</a>" if anchor else inside())
            elif node.name == "img" and "emojione" in classes:
                out.append(node.get("alt"))
            elif node.name == "img":
                extra = "".join(f" {k}={node.get(k)}" for k in ("title", "width", "align") if node.get(k))
                out.append(f"<img {self.address(node.get('src'))} {node.get('alt')!r}{extra}>")
            elif node.name == "br":
                out.append("<br>")
            elif node.name == "input":
                out.append("[x]" if "checked" in node.attributes else "[ ]")
            elif node.name == "abbr":
                out.append(f"<abbr {node.get('title')}>{inside()}</abbr>")
            elif node.name == "sup" and node.find("a") and "footnote-ref" in node.find("a").classes():
                out.append(inside())
            elif "critic" in classes and "comment" in classes:
                out.append(f"<comment>{inside()}</comment>")
            elif node.name in KEPT:
                out.append(f"<{node.name}>{inside()}</{node.name}>")
            else:
                out.append(inside())
        return "".join(out)

    def words(self, nodes):
        text = re.sub(r"[ \t\n\r\xa0]+", " ", self.inline(nodes)).strip()
        return re.sub(r" ?<br> ?", "<br>", text)

    def add(self, depth, line):
        self.lines.append("  " * depth + line.rstrip())

    def blocks(self, nodes, depth):
        """Inline nodes between blocks make a line together."""
        waiting = []

        def flush():
            text = self.words(waiting)
            if text:
                self.add(depth, "text: " + text)
            waiting.clear()

        for node in nodes:
            if isinstance(node, str) or node.name not in BLOCKS:
                waiting.append(node)
            else:
                flush()
                self.block(node, depth)
        flush()

    def block(self, node, depth):
        name, classes = node.name, node.classes()
        anchor = f" #{node.get('id')}" if node.get("id") else ""
        if re.fullmatch("h[1-6]", name):
            self.add(depth, f"{name}{anchor}: {self.words(node.children)}")
        elif name in ("p", "dt", "figcaption", "summary"):
            if any(isinstance(c, Node) and c.name in BLOCKS for c in node.children):
                self.blocks(node.children, depth)
                return
            label = "text" if name == "p" else name
            text = self.words(node.children)
            if text:
                self.add(depth, f"{label}{anchor}: {text}")
        elif name in ("ul", "ol", "dl"):
            start = f" from {node.get('start')}" if node.get("start") not in ("", "1") else ""
            self.add(depth, name + start)
            self.blocks(node.children, depth + 1)
        elif name in ("li", "dd", "blockquote", "figure"):
            self.add(depth, {"li": "item", "blockquote": "quote"}.get(name, name))
            self.blocks(node.children, depth + 1)
        elif name == "hr":
            self.add(depth, "rule")
        elif name == "table" and "highlighttable" in classes:
            self.code(node, "", "", depth)
        elif name == "table":
            self.add(depth, "table")
            self.rows(node, depth + 1)
        elif name == "pre":
            self.code(node, "", "", depth)
        elif name == "details":
            summary = next((c for c in node.children if isinstance(c, Node) and c.name == "summary"), None)
            title = self.words(summary.children) if summary else ""
            opened = " open" if "open" in node.attributes else ""
            self.add(depth, f"details{opened}: {title}")
            self.blocks([c for c in node.children if c is not summary], depth + 1)
        elif "admonition" in classes:
            first = next((c for c in node.children if isinstance(c, Node)), None)
            titled = first is not None and "admonition-title" in first.classes()
            title = self.words(first.children) if titled else ""
            kinds = [c for c in classes if c not in ("admonition", "inline", "end")]
            self.add(depth, f"admonition {' '.join(kinds)}: {title}")
            self.blocks([c for c in node.children if not (titled and c is first)], depth + 1)
        elif "tabbed-set" in classes:
            self.add(depth, "tabs")
            labels = [c for c in node.find("div").children if isinstance(c, Node)]
            content = [c for c in node.children if isinstance(c, Node)][-1]
            bodies = [c for c in content.children if isinstance(c, Node)]
            for label, body in zip(labels, bodies):
                self.add(depth + 1, "tab: " + self.words(label.children))
                self.blocks(body.children, depth + 2)
        elif "footnote" in classes:
            self.add(depth, "footnotes")
            for item in node.find("ol").children:
                if isinstance(item, Node):
                    self.add(depth + 1, f"note #{item.get('id')}")
                    self.blocks(item.children, depth + 2)
        elif "toc" in classes:
            self.add(depth, "contents")
            self.links(node, depth + 1)
        elif "highlight" in classes:
            language = next((c[len("language-"):] for c in classes if c.startswith("language-")), "")
            title = node.find("span")
            title = title.text() if title and "filename" in title.classes() else ""
            self.code(node, language, title, depth)
        else:
            self.blocks(node.children, depth)

    def links(self, node, depth):
        for child in node.children:
            if isinstance(child, Node):
                if child.name == "a":
                    self.add(depth, f"{child.get('href')}: {self.words(child.children)}")
                else:
                    self.links(child, depth)

    def rows(self, node, depth):
        for child in node.children:
            if isinstance(child, Node):
                if child.name == "tr":
                    self.add(depth, "row")
                    for cell in child.children:
                        if isinstance(cell, Node):
                            align = re.search(r"text-align: (\w+)", cell.get("style"))
                            align = f" {align[1]}" if align else ""
                            self.add(depth + 1, f"{cell.name}{align}: {self.words(cell.children)}")
                else:
                    self.rows(child, depth)

    def code(self, node, language, title, depth):
        pres = []

        def collect(node):
            for child in node.children:
                if isinstance(child, Node):
                    if child.name == "pre" and "linenos" not in child.classes():
                        pres.append(child)
                    elif child.name == "td" and "linenos" in child.classes():
                        continue
                    else:
                        collect(child)

        if node.name == "pre":
            pres.append(node)
        else:
            collect(node)
        language = "" if language == "text" else language
        head = " ".join(part for part in ("code", language, title and f"({title})") if part)
        self.add(depth, head)
        for line in pres[0].text().rstrip("\n").split("\n") if pres else []:
            self.lines.append("  " * (depth + 1) + "| " + line)


def outline(html, url):
    reader = Reader()
    reader.feed(html)
    reader.close()
    found = Outline(url)
    found.blocks(reader.root.children, 0)
    return found.lines


class Capture(BasePlugin):
    def __init__(self):
        self.pages, self.nav = {}, []

    def on_nav(self, nav, config, files):
        self.site = nav
        return nav

    def on_page_content(self, html, page, config, files):
        toc = []

        def walk(items):
            for item in items:
                toc.append(f"h{item.level} #{item.id}: {unescape(item.title)}")
                walk(item.children)

        walk(page.toc.items)
        self.pages[unquote(page.url if page.url != "./" else "")] = {
            "source": page.file.src_uri, "toc": toc, "outline": outline(html, page.url)}
        return html

    def on_page_context(self, context, page, config, nav):
        self.pages[unquote(page.url if page.url != "./" else "")]["title"] = page.title
        return context

    def on_post_build(self, config):
        def walk(items, depth):
            for item in items:
                if item.is_section:
                    self.nav.append("  " * depth + f"{item.title} +")
                    walk(item.children, depth + 1)
                elif item.is_link:
                    self.nav.append("  " * depth + f"{item.title} > {item.url}")
                else:
                    url = unquote(item.url if item.url != "./" else "")
                    self.nav.append("  " * depth + f"{item.title} > /{url}")

        walk(self.site.items, 0)


def record(site):
    # Snippets count from the folder that MkDocs is started in: the one with mkdocs.yml.
    os.chdir(site)
    with TemporaryDirectory() as out:
        config = load_config(str(site / "mkdocs.yml"), site_dir=out)
        capture = Capture()
        config.plugins["capture"] = capture
        build(config)
        return {"site_name": config.site_name, "site_description": config.site_description,
                "nav": capture.nav, "pages": dict(sorted(capture.pages.items()))}


def main():
    logging.basicConfig(level=logging.ERROR)
    names = sys.argv[1:] or sorted(path.name for path in (HERE / "sites").iterdir())
    for name in names:
        (HERE / "expected").mkdir(exist_ok=True)
        target = HERE / "expected" / f"{name}.json"
        text = json.dumps(record(HERE / "sites" / name), indent=1, ensure_ascii=False)
        target.write_text(text + "\n")
    versions = {name: version(name) for name in PACKAGES}
    (HERE / "expected" / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")
    (HERE / "requirements.txt").write_text("".join(f"{k}=={v}\n" for k, v in versions.items()))


if __name__ == "__main__":
    main()
