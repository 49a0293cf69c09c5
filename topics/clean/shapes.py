"""What furniture looks like: rules on one paragraph and its place on the page, each giving a reason or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from topics.clean import markup as apart
from topics.clean.blocks import Block, Page
from topics.clean.phrases import load_phrases

Rule = Callable[[Page, int], str | None]

_ORNAMENTS = "†‡◆◇■□▪●○★☆⁂❦©®°█"
_TAG = r"<[^<>]{1,400}>|\{%.{1,400}?%\}|\{\{.{1,200}?\}\}|\{[:#.][^{}]{1,200}\}"
_MARKUP = re.compile(rf"(?:\s*(?:{_TAG}))+\s*")
_URL = r"<?(?:https?://|www\.)\S+>?"
_LINK = re.compile(
    rf"(?:\[[^\[\]]{{1,80}}\]:\s*)?{_URL}(?:\s+[\"'(].{{0,80}}[\"')])?|\[[^\[\]]{{0,200}}\]\(\S{{1,400}}\)"
)
_MEDIA = re.compile(
    r"(?P<name>.{1,200}[\w)])\.(?:jpe?g|png|gif|webp|svg|avif|bmp|tiff?|heic|mp4|webm|mov|avi|mkv|mp3|wav|ogg|m4a)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"[-–—―]{1,2}\s?[^\n()]{1,60}\(@\w{1,30}\)(?:[\s,·|]+[^\n]{0,40})?")
_CRUMBS = re.compile(r"[^\W_][\w .&'’-]{0,40}(?:\s*[»›>→]\s*[^\W_][\w .&'’:,?-]{0,80}){2,7}")
_MENU = re.compile(r"[^\n|·•]{1,30}(?:\s+[|·•]\s+[^\n|·•]{1,30}){2,20}")
_PAGES = re.compile(
    r"(?:[«‹<←]\s*)?(?:[^\W\d]+\s+)?1\s+2(?:\s+3(?:\s+4(?:\s+5(?:\s+\d+)*)?)?)?(?:\s*(?:…|\.{3})\s*\d+)?"
    r"(?:\s+[^\W\d]+)?(?:\s*[»›>→])?"
)
_TAGS = re.compile(
    r"(?:tags?|tagged(?: with)?|filed under|posted in|categor(?:y|ies)|taggar|etiketter|kategorier?"
    r"|schlagw(?:ort|örter)|kategorien?|étiquettes?|catégories?|mots[- ]clés|etiquetas|categorías?|categorie|рубрики"
    r"|метки)\s*:\s*\S.{0,200}",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"(?:photo(?:graph)?s?|images?|pictures?|illustrations?|graphics?|video|credits?|source|foto(?:s|graf|grafi|grafie)?"
    r"|bild(?:er|quelle)?|quelle|källa|crédits?|imagen(?:es)?|fuente|immagin[ei]|fonte|bron|kuva|zdjęcie|фото)"
    r"(?: (?:credits?|photos?|by|courtesy|of|von|av|de|di|door))*\s*[:©/]\s*(?P<names>\S.{1,90})",
    re.IGNORECASE,
)
_CAPTION = re.compile(r".{10,300}[.!?)\]”\"]\s+(?P<credit>[^.!?]{4,90})\.?")
_MONTH = (
    r"(?:jan(?:uar[iy]?|vier|eiro)?|feb(?:ruar[iy]?|braio)?|f[ée]vr(?:ier)?|febrero|fevereiro|m(?:ar(?:ch|s|zo|ço|t)?|ärz|aart)"
    r"|apr(?:il[e]?)?|avril|abril|ma[yijg](?:o|gio)?|maio|ju[nl]i?[eoy]?|juin|juillet|ju[nl]io|junho|julho|giugno|luglio"
    r"|aug(?:ust(?:i|us)?)?|ao[uû]t|agosto|se(?:pt?|t)(?:embe?r[eo]?|iembre|embro)?|o[ck]t(?:obe?r[eo]?|ubre|obre)?|outubro|ottobre"
    r"|nov(?:embe?r[eo]?|iembre|embro)?|de[czs](?:embe?r[eo]?|iembre|embro)?|d[ée]cembre|dicembre|dicembre"
    r"|(?:stycz|lut|mar|kwiet|maj|czerw|lip|sierp|wrześ|paździer|listopad|grud)\w{0,5}"
    r"|(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)\w)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º)?"
_DATELINE = re.compile(
    rf"(?:\w+ )?(?:{_MONTH} {_DAY}|{_DAY} (?:de |of |d )?{_MONTH}) (?:de |del )?(?:19|20)\d\d(?: \w{{1,4}}){{0,4}}"
    r"|(?:19|20)\d\d ?年\d{1,2}月\d{1,2}日.{0,12}|(?:\w+ )?(?:19|20)\d\d \d\d \d\d(?: \d\d \d\d)?|(?:\w+ )?\d\d? "
    r"\d\d? (?:19|20)\d\d"
)
_RIGHTS = re.compile(r"(?:©|\(c\) \d).{0,160}", re.IGNORECASE)
_BYLINE = re.compile(
    r"(?:(?i:by|av|von|par|por|di|door|text|words|author)\b:?)\s+"
    r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*(?: (?:and|och|und|et|y|&|[^\W\d_a-zß-öø-ÿ][\w.'’-]*)){1,6}"
    r"(?:\s*[|,·•–—-].{0,80})?"
)
_LABELLED = re.compile(r"(?P<label>[^:»>|]{3,40})\s*[:»>|]\s*\S.{4,150}")

_COOKIE = re.compile(r"cookie|\bkakor\b|informasjonskapsler|eväste|куки|ciastecz|çerez|クッキー", re.IGNORECASE)
_TABLE_ROW = " | "

_BUTTON_WORDS = 60
_DATELINE_ROWS = 3
_COOKIE_BLOCKS = 8
_CREDIT_WORDS = 40
_LINKS_WORDS = 30
_LONGEST_LIST = 20_000


def front_matter(page: Page, row: int) -> str | None:
    """Tell the block of ``key: value`` lines at the head of a Markdown file."""
    text = page.blocks[row].text
    opens = row == 0 and text.startswith(("---\n", "+++\n")) and "\n" in text[4:]
    return "front-matter" if opens else None


def separator(page: Page, row: int) -> str | None:
    """Tell a rule, a row of asterisks and the like: no word, no number, no emoji."""
    marks = set(page.blocks[row].text) - set(_ORNAMENTS)
    return None if any(mark.isalnum() or unicodedata.category(mark) == "So" for mark in marks) else "separator"


def markup(page: Page, row: int) -> str | None:
    """Tell tags and template commands that stand alone."""
    block = page.blocks[row]
    return "markup" if block.text[0] in "<{" and _MARKUP.fullmatch(block.text) else None


def phrase(page: Page, row: int) -> str | None:
    """Tell buttons, forms and notices by what they say."""
    block = page.blocks[row]
    if not block.is_short or block.length > _BUTTON_WORDS:
        return None
    heads = block.text.startswith("#") or block.text.endswith(":")
    for code, known in load_phrases().strong.items():
        if known.fullmatch(block.plain) and not (heads and code == "navigation"):
            return code
    return None


def credit(page: Page, row: int) -> str | None:
    """Tell who took the picture, translated or first published the text; and who wrote it, and when."""
    block = page.blocks[row]
    if not block.is_short or block.length > _CREDIT_WORDS or block.sentence_ends > 2:
        return None
    picture = _PICTURE.fullmatch(block.text)
    if picture is not None and block.length <= 10 and _is_names(picture["names"]):
        return "credit"
    if not page.is_at_edge(row):
        return None
    if _RIGHTS.fullmatch(block.text):
        return "credit"
    if page.is_at_top(row) and _BYLINE.fullmatch(block.text):
        return "byline"
    return next((code for code, known in load_phrases().edge.items() if known.fullmatch(block.plain)), None)


def caption(page: Page, row: int) -> str | None:
    """Tell what a picture shows, by the credit that it ends with."""
    block = page.blocks[row]
    match = _CAPTION.fullmatch(block.text) if block.is_short and block.length <= 60 else None
    picture = _PICTURE.fullmatch(match["credit"]) if match is not None else None
    return "caption" if picture is not None and _is_names(picture["names"]) else None


def dateline(page: Page, row: int) -> str | None:
    """Tell a date that stands alone under the title, before any prose."""
    block = page.blocks[row]
    if not 0 < row <= _DATELINE_ROWS or block.length > 9 or any(other.is_prose for other in page.blocks[:row]):
        return None
    return "dateline" if _DATELINE.fullmatch(block.plain) else None


def cookies(page: Page, row: int) -> str | None:
    """Tell a notice about cookies in any language, by the word itself: at an edge of a page that is not about them."""
    block = page.blocks[row]
    if block.length > 150 or not page.is_at_edge(row) or len(_COOKIE.findall(block.text)) < 2:
        return None
    elsewhere = sum(bool(_COOKIE.search(other.text)) for at, other in enumerate(page.blocks) if not page.is_at_edge(at))
    return None if elsewhere or len(page.blocks) < _COOKIE_BLOCKS else "cookie-notice"


def media_file(page: Page, row: int) -> str | None:
    """Tell the name of a picture or sound file: without spaces, or with few stop words, or much like another line."""
    block = page.blocks[row]
    match = _MEDIA.fullmatch(block.text) if block.is_short else None
    if match is None:
        return None
    words = block.plain.split()[:-1]
    bare = " " not in block.text or len(words) <= 3 or (page.stop_words and block.stop_share(page.stop_words) < 0.2)
    near = [other for other in page.blocks[max(0, row - 2) : row + 4] if other.row != row]
    return "media-file-name" if bare or any(_is_variant(words, other) for other in near) else None


def signature(page: Page, row: int) -> str | None:
    """Tell the line under an embedded post: a dash, a name, its handle in brackets, a date."""
    block = page.blocks[row]
    return "embed-signature" if block.is_short and _SIGNATURE.fullmatch(block.text) else None


def links(page: Page, row: int) -> str | None:
    """Tell headlines that run together without an end, an address that stands alone, and "Read also: ..."."""
    block = page.blocks[row]
    if block.is_short and _LINK.fullmatch(block.text):
        return None if _runs_on(page, row) else "link-list"
    label = _LABELLED.fullmatch(block.text) if block.is_short and not block.text.endswith(".") else None
    if label is not None and block.length <= 25 and load_phrases().related.fullmatch(_words_of(label["label"])):
        return "link-list"
    return "link-list" if not _is_table(page, row) and _runs_together(page, block) else None


def navigation(page: Page, row: int) -> str | None:
    """Tell menus, breadcrumbs, page numbers and tags by their separators."""
    block = page.blocks[row]
    if not block.is_short or block.ends_sentence or not page.is_at_edge(row):
        return None
    if _is_table(page, row):
        return None
    known = (_CRUMBS, _MENU, _PAGES, _TAGS)
    return "navigation" if any(pattern.fullmatch(block.text) for pattern in known) else None


RULES: tuple[Rule, ...] = (
    front_matter, apart.code, separator, markup, phrase, cookies, media_file, signature, credit, dateline, caption,
    links, navigation,
)  # fmt: skip
"""The rules on one paragraph, the first that tells a reason decides."""


def _runs_on(page: Page, row: int) -> bool:
    """Whether a link is a part of a sentence: the next line goes on in small letters, or the one before is open."""
    if row + 1 < len(page.blocks) and page.blocks[row + 1].text[0].islower():
        return True
    before = page.blocks[row - 1] if row else None
    if before is None or page.blocks[row].span.start - before.span.end > 1 or _LINK.fullmatch(before.text):
        return False
    return before.length > 3 and before.text[-1].isalpha()


def _is_table(page: Page, row: int) -> bool:
    """Whether a paragraph is a row of a table: it has cells, and so has its neighbour or its next line."""
    text = page.blocks[row].text
    if _TABLE_ROW not in text:
        return False
    around = [other.text for other in page.blocks[max(0, row - 1) : row + 2] if other.row != row]
    return any(_TABLE_ROW in other for other in [*around, *text.split("\n")[1:]])


def _runs_together(page: Page, block: Block) -> bool:
    """Whether a long run of capitalised words has neither sentences, nor commas, nor the stop words of prose."""
    if len(block.text) > _LONGEST_LIST:
        return False
    count = len(block.words)
    marks = len(re.findall(r"[,;()/]", block.text))
    if count < _LINKS_WORDS or block.sentence_ends > count / 25 or marks > count / 20 or block.text.endswith("."):
        return False
    shouted = sum(word.isupper() and len(word) > 1 for word in block.words)
    if block.title_share() < 0.55 or shouted > count / 2:
        return False
    return not page.stop_words or block.stop_share(page.stop_words) < 0.35


def _is_names(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text) if len(word) > 2]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.6 * len(words)


def _is_variant(words: list[str], other: Block) -> bool:
    there = set(other.plain.split()) if other.is_short else set()
    return bool(words) and sum(word in there for word in words) >= 0.7 * len(words)


def _words_of(label: str) -> str:
    return re.sub(r"[\W_]+", " ", label.casefold()).strip()
