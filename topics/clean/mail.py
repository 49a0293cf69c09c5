"""Furniture of mail: signatures, disclaimers, and the headers above what is quoted or forwarded.

The quoted text itself is no furniture: it is a copy, or the only trace of another mail.
"""

from __future__ import annotations

import re

from topics.clean.blocks import Block, Page

_RULE = re.compile(r"--|—|–-")
_SIGNATURE_LINES, _SIGNATURE_LENGTH, _SIGNATURE_LINE = 10, 600, 80
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|https?://|www\.|\+?\d[\d ()./-]{6,}\d")
_SENT_FROM = re.compile(
    r"(?:sent (?:from|via) (?:my|outlook|yahoo|mail|proton|the)|get outlook for|skickat från min|sendt fra min"
    r"|lähetetty"
    r"|(?:von meinem|gesendet (?:von|mit)) |envoyé (?:de|depuis) mon|enviado (?:desde|do|de) m|inviato da(?:l mio)? "
    r"|verzonden (?:vanaf|met) mijn|wysłane z|отправлено (?:с|из) |odesláno z|tarafından gönderildi"
    r"|我的.{0,12}(?:发送|傳送)"
    r"|から送信).{0,60}",
    re.IGNORECASE,
)
_SCANNED = re.compile(
    r"no virus found in this|virus[- ]free|checked by avg|this e-?mail has been (?:checked|scanned)"
    r"|diese e-mail wurde .{0,40}vir(?:en|us)|l.absence de virus|este correo .{0,60}virus",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:>\s*)*(?=.*(?:\d[:.]\d\d\b.*\d{4}|\d{4}.*\d[:.]\d\d\b|[\w.-]@\w))(?!.*https?:).{8,300}\b(?:wrote"
    r"|writes|skrev|schrieb|schreef|a écrit|escribió|ha scritto"
    r"|escreveu|kirjoitti|napisał(?:\(a\))?|napsal(?:\(a\))?|написал[а]?|пишет|yazdı|ezt írta)\b.{0,80}:",
    re.IGNORECASE | re.DOTALL,
)
_ORIGINAL = re.compile(
    r"[->_=\s]{2,}\s*(?:begin )?(?:original(?:t|e|al)? (?:message|meddelande|besked|melding|appointment)"
    r"|forwarded (?:message|by .*)"
    r"|ursprungligt meddelande|vidarebefordrat .{0,30}|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message (?:d.origine|transféré)|oprindelig meddelelse|opprinnelig melding|oorspronkelijk bericht"
    r"|doorgestuurd bericht"
    r"|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)"
    r"|alkuperäinen viesti|oryginalna wiadomość|исходное сообщение|пересылаемое сообщение)\s*[-_=\s]*",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:>\s*)*\*?(?P<name>[^\W\d_][\w -]{1,24})\s*:\*?\s+\S")
_HEADERS = frozenset(
    "from to cc bcc date sent subject reply-to från till datum skickat ämne kopia von an gesendet betreff "
    "kopie de à a envoyé "
    "objet para enviado asunto assunto data da inviato oggetto van aan verzonden onderwerp fra til emne sendt "
    "od do wysłano "
    "temat от кому дата тема отправлено lähettäjä vastaanottaja aihe message-id in-reply-to received mime-version "
    "content-type return-path".split()
)
_LEAST_HEADERS = 3
_DISCLAIMER = tuple(
    re.compile(words.replace(" ", "|"), re.IGNORECASE)
    for words in (
        "confiden vertraulich konfidentiell vertrouwelijk riservat fortrolig luottamuks poufn privileged конфиденц",
        "e-?mail mejl message meddel nachricht courriel mensa[jg] messaggio bericht viesti wiadomo сообщени письм",
        "recipient addressee mottagar modtager empfänger adressat destinat geadresseerd ontvanger адресат получател",
        "delet destroy radera slet lösch vernicht supprim détrui elimin b[oó]rr apag cancell usun poista удал",
        "unauthori prohibi[td] förbjud otillåt forbud untersagt interdit proib vietat verboden zabron kielletty запрещ",
    )
)
"""The stems of what such a notice says, in many languages: secret, mail, addressee, delete, forbidden."""

_SIGNS, _DISCLAIMER_WORDS, _BOTTOM = 4, 20, 8
_PRINTING = re.compile(
    r"(?=.*(?:e-?mail|mejl|courriel|message|correo))(?=.*(?:environment|miljö|umwelt|environnement|medio "
    r"ambiente|milieu|ambiente))"
    r".{0,40}(?:print|skriv|druck|imprim|stamp|afdruk).{0,160}",
    re.IGNORECASE | re.DOTALL,
)


def mark_mail(page: Page, reasons: list[str | None]) -> None:
    """Mark what mail programs and companies put around what a person wrote."""
    for row, block in enumerate(page.blocks):
        if reasons[row] is None or reasons[row] == "separator":
            code = _alone(block) or _near_the_end(page, row)
            if code:
                reasons[row] = code
    _mark_headers(page, reasons)
    _mark_signature(page, reasons)


def _alone(block: Block) -> str | None:
    if not block.is_short:
        return None
    if _ORIGINAL.fullmatch(block.text) or (block.length <= 40 and _WROTE.fullmatch(block.text)):
        return "mail-header"
    if block.length <= 40 and _SCANNED.match(block.text):
        return "mail-signature"
    return (
        "mail-signature" if block.length <= 12 and _SENT_FROM.match(block.text) and block.sentence_ends <= 1 else None
    )


def _near_the_end(page: Page, row: int) -> str | None:
    """Tell a disclaimer: near the end, or before what is quoted, and with most of what lawyers want to have said."""
    block = page.blocks[row]
    if block.length < 6 or row < len(page.blocks) - _BOTTOM:
        return None
    if block.is_short and _PRINTING.match(block.text):
        return "mail-disclaimer"
    if block.length < _DISCLAIMER_WORDS:
        return None
    return "mail-disclaimer" if sum(bool(sign.search(block.text)) for sign in _DISCLAIMER) >= _SIGNS else None


def _mark_headers(page: Page, reasons: list[str | None]) -> None:
    """Mark the lines "From: ...", "Sent: ..." above a mail, where several stand together."""
    row = 0
    while row < len(page.blocks):
        end, names = row, 0
        while end < len(page.blocks) and (own := _header_names(page.blocks[end])):
            names += own
            end += 1
        if names >= _LEAST_HEADERS and any(_ADDRESS.search(block.text) for block in page.blocks[row:end]):
            reasons[row:end] = ["mail-header"] * (end - row)
        row = max(row + 1, end)


def _header_names(block: Block) -> int:
    """Count the headers of a block, each on a line; none if a line is anything else."""
    lines = block.text.split("\n")
    found = [match for line in lines if (match := _HEADER.match(line))]
    known = [match for match in found if match["name"].strip().casefold() in _HEADERS]
    return len(known) if found and found[0] in known and len(known) * 2 >= len(lines) else 0


def _mark_signature(page: Page, reasons: list[str | None]) -> None:
    """Mark what follows a line of two dashes, up to the end or to what is quoted, if it looks like a signature."""
    for row, block in enumerate(page.blocks):
        lines = block.text.split("\n")
        if not _RULE.fullmatch(lines[0].strip()):
            continue
        end = row + 1
        while end < len(page.blocks) and reasons[end] not in ("mail-header",) and page.blocks[end].text[0] != ">":
            end += 1
        own = [line for other in page.blocks[row:end] for line in other.text.split("\n")][1:]
        if own and _is_signature(own):
            reasons[row:end] = ["mail-signature"] * (end - row)
            return


def _is_signature(lines: list[str]) -> bool:
    if len(lines) > _SIGNATURE_LINES or sum(map(len, lines)) > _SIGNATURE_LENGTH:
        return False
    if max(map(len, lines)) > _SIGNATURE_LINE:
        return False
    return len(lines) <= 3 or any(_ADDRESS.search(line) for line in lines)
