"""The ISO 639-1 code of a language as people write it: a code of two or three letters, a locale, or a name."""

from __future__ import annotations

import re
import unicodedata

_NAMES = """
af afr Afrikaans
am amh Amharic አማርኛ
ar ara arb Arabic العربية عربي arabe arabiska Arabisch
az aze Azerbaijani
be bel Belarusian
bg bul Bulgarian български
bn ben Bengali Bangla বাংলা
bs bos Bosnian
ca cat Catalan Català
cs ces cze Czech Čeština česky
cy cym wel Welsh Cymraeg
da dan Danish Dansk danska
de deu ger German Deutsch tyska allemand alemán tedesco duits
el ell gre Greek Ελληνικά
en eng English engelska Englisch anglais inglés inglese Engels engelsk Anglisch inglês
es spa Spanish Español spanska Spanisch espagnol castellano spagnolo Spaans
et est ekk Estonian Eesti
eu eus baq Basque Euskara
fa fas per pes Persian Farsi فارسی
fi fin Finnish Suomi finska
fr fra fre French Français franska Französisch francés francese Frans
ga gle Irish Gaeilge
gl glg Galician Galego
gu guj Gujarati
he heb iw Hebrew עברית
hi hin Hindi हिन्दी
hr hrv Croatian Hrvatski
hu hun Hungarian Magyar
hy hye arm Armenian
id ind Indonesian Indonesia
is isl ice Icelandic Íslenska
it ita Italian Italiano italienska Italienisch italien
ja jpn Japanese 日本語
ka kat geo Georgian ქართული
kk kaz Kazakh
km khm Khmer
kn kan Kannada
ko kor Korean 한국어
ku kur Kurdish
la lat Latin
lo lao Lao
lt lit Lithuanian Lietuvių
lv lav lvs Latvian Latviešu
mk mkd mac Macedonian Македонски
ml mal Malayalam
mn mon Mongolian
mr mar Marathi मराठी
ms msa may zsm Malay Melayu
my mya bur Burmese
ne nep npi Nepali
nl nld dut Dutch Nederlands Flemish nederländska Niederländisch
no nor nb nob nn nno Norwegian Norsk Bokmål Nynorsk norska
pa pan Punjabi Panjabi
pl pol Polish Polski polska Polnisch
ps pus Pashto
pt por Portuguese Português portugisiska Portugiesisch
ro ron rum Romanian Română
ru rus Russian Русский ryska Russisch russe ruso
sk slk slo Slovak Slovenčina
sl slv Slovene Slovenian Slovenščina
so som Somali
sq sqi alb Albanian Shqip
sr srp Serbian Српски Srpski
st sot Sotho
sv swe Swedish Svenska Schwedisch suédois sueco
sw swa swh Swahili Kiswahili
ta tam Tamil
te tel Telugu
th tha Thai ไทย
tl tgl fil Tagalog Filipino
tr tur Turkish Türkçe turkiska Türkisch
uk ukr Ukrainian Українська
ur urd Urdu اردو
uz uzb Uzbek
vi vie Vietnamese Tiếng
yo yor Yoruba
zh zho chi cmn Chinese Mandarin 中文 汉语 漢語 kinesiska Chinesisch chinois
zu zul Zulu
"""
_OTHERS = (
    "aa ab ae ak an as av ay ba bi bm bo br ce ch co cr cu cv dv dz ee eo ff fj fo fy gd gn gv ha ho ht "
    "hz ia ie ig ii ik io iu jv kg ki kj kl kr ks kv kw ky lb lg li ln lu mg mh mi mt na nd ng nr nv ny "
    "oc oj om or os pi qu rm rn rw sa sc sd se sg si sm sn ss su tg ti tk tn to ts tt tw ty ug ve vo wa "
    "wo xh yi za"
)
"""The other codes of ISO 639-1, which stand for themselves."""

_CODES = {name.casefold(): line.split()[0] for line in _NAMES.strip().splitlines() for name in line.split()} | {
    code: code for code in _OTHERS.split()
}
_PARTS = re.compile(r"[-_\s(,;:.]+")


def as_code(told: str) -> str:
    """Return the ISO 639-1 code of a language, or "" where what is told names none that is known.

    ``"sv"``, ``"SV"``, ``"swe"``, ``"sv-SE"``, ``"swe_Latn"``, ``"Swedish"`` and ``"svenska"`` are all ``"sv"``.
    """
    parts = _PARTS.split(unicodedata.normalize("NFC", told[:80]).casefold().strip())
    return _CODES.get(parts[0], "")
