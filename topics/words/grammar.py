"""The little words that tell where a noun phrase starts and ends, for the languages that have them.

A name is a noun phrase. Without a part-of-speech tagger, articles, prepositions and what stands before verbs tell most
of it: "the data" is a noun, "to ban the" is a verb. These are closed classes: a handful of words each, not a
vocabulary. A language that is not here is named without their help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Grammar:
    """Closed classes of a language, as keys of :mod:`topics.words`.

    Parameters
    ----------
    determiners
        Articles and possessives: a noun phrase follows.
    pronouns
        Those determiners that stand for a noun just as well ("this works").
    links
        What joins two nouns into one name ("Bank of England", "ethics and safety").
    joins
        Those of them that join verbs and adjectives just as well ("and"), so that nothing follows from them.
    verbal
        Pronouns, infinitive markers, auxiliaries: a verb follows.
    copulas
        Forms of "to be": an adjective or a participle follows, but hardly a bare noun.
    complements
        What follows a verb rather than a noun, determiners apart ("aims to", "says that").
    gerund, past
        How many a verb form ends that is no noun at the start, or at the end, of a phrase.
    adverbs
        How adverbs end.
    plurals
        How most plurals end, in a language where a single thing never goes without an article ("the club", but
        "clubs").
    indefinite
        The article of one thing among many ("a").
    dates
        Weekdays, months, and words such as "tomorrow".
    prepositions
        What else a noun phrase follows, besides links.
    quantities
        What tells how many or how much, and never starts a name ("more", "too").
    definite
        How a noun with its article starts, where the article is written as one with it.
    capital_nouns
        Whether every noun has a capital, so that a capital says nothing of names.
    """

    determiners: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    verbal: frozenset[str] = frozenset()
    copulas: frozenset[str] = frozenset()
    complements: frozenset[str] = frozenset()
    gerund: str = ""
    past: str = ""
    adverbs: tuple[str, ...] = ()
    plurals: str = ""
    indefinite: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()
    definite: str = ""
    capital_nouns: bool = False

    def is_closed(self, key: str) -> bool:
        """Tell whether this is one of the words known here, or starts with one ("you're"): it never names anything."""
        classes = (self.determiners, self.links, self.verbal, self.copulas, self.complements)
        starts = (key, key.split("'", 1)[0])
        return any(part in words for words in (*classes, self.prepositions, self.quantities) for part in starts)

    def before_noun(self, key: str) -> bool:
        """Tell whether a noun follows this word; always, where the language is not known here."""
        return not self.determiners or self.is_article(key) or self.is_preposition(key)

    def is_article(self, key: str) -> bool:
        """Tell whether this is an article or the like, and no pronoun."""
        return key in self.determiners and key not in self.pronouns

    def is_preposition(self, key: str) -> bool:
        """Tell whether a noun phrase follows this word, which is no article."""
        return (key in self.links and key not in self.joins) or key in self.prepositions

    def is_definite(self, key: str) -> bool:
        """Tell whether a word is written as one with its article."""
        return len(self.definite) > 0 and key.startswith(self.definite)

    def before_verb(self, key: str) -> bool:
        """Tell whether a verb follows this word."""
        return key in self.verbal

    def after_verb(self, key: str) -> bool:
        """Tell whether this word follows a verb rather than a noun."""
        return key in self.determiners or key in self.complements

    def looks_verbal(self, words: Sequence[str]) -> bool:
        """Tell whether a phrase holds what looks like a form of a verb ("using data", "prices jumped")."""
        return self.looks_gerund(words[0]) or any(map(self.looks_past, words[1:]))

    def looks_gerund(self, word: str) -> bool:
        """Tell whether a word ends like a gerund ("using")."""
        return len(self.gerund) > 0 and word.endswith(self.gerund) and len(word) > len(self.gerund) + 1

    def ends_like_adverb(self, word: str) -> bool:
        """Tell whether a word ends like an adverb ("quickly")."""
        return len(self.adverbs) > 0 and word.endswith(self.adverbs) and len(word) > max(map(len, self.adverbs)) + 1

    def looks_past(self, word: str) -> bool:
        """Tell whether a word ends like a past tense or participle ("jumped")."""
        stem = word.removesuffix(self.past)
        return len(self.past) > 0 and stem != word and len(stem) > 1 and stem[-1] != self.past[0]  # "speed" is none


def grammar(language: str) -> Grammar:
    """Return the closed classes of a language, empty where it is not known here."""
    return _GRAMMARS.get(language, _NONE)


_DATES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december day days week weeks month months year years today "
    "tomorrow yesterday tonight morning afternoon evening night time times hour hours minute minutes",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag måndagen tisdagen onsdagen torsdagen fredagen "
    "lördagen söndagen januari februari mars april maj juni juli augusti september oktober november "
    "december dag dagar dagen vecka veckor månad månader år året idag imorgon igår",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag januar februar marts april maj juni juli august "
    "september oktober november december dag dage uge uger måned måneder år",
    "no": "mandag tirsdag onsdag torsdag fredag lørdag søndag januar februar mars april mai juni juli august "
    "september oktober november desember dag dager uke uker måned måneder år",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli "
    "august september oktober november dezember tag tage tagen woche wochen monat monate monaten jahr "
    "jahre jahren heute morgen",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni "
    "juli augustus september oktober november december dag dagen week weken maand maanden jaar vandaag "
    "morgen",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août "
    "septembre octobre novembre décembre jour jours semaine semaines mois an ans année années aujourd'hui "
    "demain hier",
    "es": "lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio "
    "agosto septiembre octubre noviembre diciembre día días semana semanas mes meses año años hoy mañana "
    "ayer",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno "
    "luglio agosto settembre ottobre novembre dicembre giorno giorni settimana settimane mese mesi anno "
    "anni oggi domani ieri",
    "pt": "segunda terça quarta quinta sexta sábado domingo janeiro fevereiro março abril maio junho julho "
    "agosto setembro outubro novembro dezembro dia dias semana semanas mês meses ano anos hoje amanhã "
    "ontem",
}


_QUANTITIES = {
    "en": "more most many much less least few fewer several enough such other another same both either too very so as "
    "quite rather little",
    "sv": "mer mera mest många mycket mindre minst få färre flera fler flesta några något någon andra annan annat "
    "samma båda alla allt hela så för alltför",
    "da": "mere mest mange meget mindre mindst få færre flere fleste nogle noget nogen andre anden andet samme begge "
    "alle alt hele så for",
    "no": "mer mest mange mye mindre minst få færre flere fleste noen noe andre annen annet samme begge alle alt hele "
    "så for",
    "de": "mehr meist viele vielen vieler viel weniger wenigsten wenige einige einigen andere anderen anderer anderes "
    "alle allen aller beide beiden sehr so",
    "nl": "meer meest meeste veel minder minst weinig enkele andere ander zelfde beide alle heel zo te",
    "fr": "plus moins beaucoup plusieurs quelques autres autre même mêmes tous toutes tout toute très trop si",
    "es": "más menos mucho mucha muchos muchas poco poca pocos pocas varios varias otro otra otros otras mismo misma "
    "todo toda todos todas muy tan",
    "it": "più meno molto molta molti molte poco poca pochi poche altri altre altro altra stesso stessa tutto tutta "
    "tutti tutte così",
    "pt": "mais menos muito muita muitos muitas pouco pouca poucos poucas vários várias outro outra outros outras "
    "mesmo mesma todo toda todos todas tão",
    "fi": "enemmän eniten monet monta monien paljon vähemmän vähiten harvat usea useat useita muut muu muita muiden "
    "sama samat kaikki molemmat hyvin liian niin",
    "ar": "أكثر أقل كثير جدا كل جميع بعض غير",
}
_PREPOSITIONS = {
    "en": "at by from into about over under between through during without within near via toward towards across "
    "behind beyond among",
    "sv": "från till vid under efter mellan utan genom över hos inom kring enligt",
    "da": "fra til ved under efter mellem uden gennem over hos inden ifølge",
    "no": "fra til ved under etter mellom uten gjennom over hos innen ifølge",
    "de": "aus bei beim nach seit vom vor über unter durch ohne um zwischen auf",
    "nl": "uit bij na sinds over onder door zonder tussen naar aan",
    "fr": "dans par sans sous vers chez entre depuis avant après",
    "es": "por sin desde hasta entre bajo hacia",
    "it": "da dal dalla dai con senza tra fra nel nella nei nelle",
    "pt": "por pelo pela sem desde até entre sob",
}
_PRONOUNS = {
    "en": "that this these those her",
    "sv": "det den de denna detta dessa",
    "da": "det den de denne dette disse",
    "no": "det den de denne dette disse",
    "nl": "het dit dat die deze",
}
_JOINS = {
    "en": "and",
    "sv": "och",
    "da": "og",
    "no": "og",
    "de": "und",
    "nl": "en",
    "fr": "et",
    "es": "y",
    "it": "e",
    "pt": "e",
    "fi": "ja",
}


def _of(
    *classes: str,
    gerund: str = "",
    past: str = "",
    adverbs: str = "",
    plurals: str = "",
    indefinite: str = "",
    definite: str = "",
) -> Grammar:
    determiners, links, verbal, copulas, complements = (frozenset(words.split()) for words in classes)
    return Grammar(
        *(determiners, links, verbal, copulas, complements, gerund, past, tuple(adverbs.split()), plurals),
        indefinite=frozenset(indefinite.split()),
        definite=definite,
    )


_NONE = Grammar()
_GRAMMARS = {
    "en": _of(
        "the a an this that these those its their his her our your my each every any some no",
        "of and for in on with against",
        "to will would can could may might must shall should do does did not "
        "i you he she it we they who which has have had",
        "is are was were be been being",
        "to that",
        gerund="ing",
        past="ed",
        adverbs="ly",
        plurals="s",
        indefinite="a an",
    ),
    "sv": _of(
        "en ett den det de denna detta dessa sin sitt sina dess deras hans hennes "
        "vår vårt våra din ditt dina min mitt mina",
        "av och för i på med mot om",
        "att kommer ska skall skulle kan kunde måste får vill inte jag du han hon vi ni man som har hade",
        "är var blir blev bli vara varit blivit",
        "att jag du han hon vi ni man inte sig",
        past="ade",
        adverbs="ligen ligt",
    ),
    "da": _of(
        "en et den det de denne dette disse sin sit sine dens dets deres hans hendes vores din dit min mit",
        "af og for i på med mod om",
        "at vil ville skal skulle kan kunne må måtte ikke jeg du han hun vi man som har havde",
        "er var bliver blev blive være været",
        "at jeg du han hun vi man ikke sig",
    ),
    "no": _of(
        "en et ei den det de denne dette disse sin sitt sine dens dets deres hans hennes "
        "vår vårt våre din ditt min mitt",
        "av og for i på med mot om",
        "å vil ville skal skulle kan kunne må måtte ikke jeg du han hun vi man som har hadde",
        "er var blir ble bli være vært",
        "å at jeg du han hun vi man ikke seg",
    ),
    "de": _of(
        "der die das den dem des ein eine einen einem einer eines kein keine dieser diese dieses diesem diesen "
        "sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere mein meine",
        "und von für im in zum zur mit gegen der des den am an",
        "zu ich er sie es wir man nicht",
        "ist sind war waren wird werden wurde wurden sei",
        "dass zu er wir man sich",
    ),
    "nl": _of(
        "de het een deze dit die zijn haar hun ons onze mijn uw geen",
        "van en voor in op met tegen",
        "te ik hij zij ze wij we men zal zullen zou kan kunnen moet moeten niet",
        "is zijn was waren wordt worden werd werden",
        "dat te hij wij we men zich",
    ),
    "fr": _of(
        "le la les l un une des du au aux ce cet cette ces son sa ses leur leurs notre nos votre vos mon ma mes",
        "de du des d et à la le les en pour sur au aux contre",
        "je tu il elle on nous vous ils elles qui ne pas à peut doit va",
        "est sont était étaient être été",
        "que",
        adverbs="ement amment emment",
    ),
    "es": _of(
        "el la los las un una unos unas este esta estos estas su sus nuestro nuestra mi mis tu tus",
        "de del y la el los las en para con sobre contra",
        "yo él ella nosotros ellos que no se puede debe va a",
        "es son era eran fue fueron ser está están",
        "que",
        adverbs="mente",
    ),
    "it": _of(
        "il lo la i gli le un uno una questo questa questi queste suo sua suoi sue loro nostro nostra",
        "di del della dei degli delle dell e in per su sul sulla contro",
        "io lui lei noi loro che non si può deve",
        "è sono era erano essere stato",
        "che",
        adverbs="mente",
    ),
    "fi": _of(
        "",
        "ja",
        "en et ei emme ette eivät minä sinä hän me te he jotka joka voi voivat pitää täytyy saa saavat",
        "on ovat oli olivat olla ole ollut",
        "että",
        past="nut",
        adverbs="sti",
    ),
    "ar": _of(
        "هذا هذه ذلك تلك هؤلاء أي",
        "في من على إلى عن مع بين ضد",
        "أن لم لن قد لقد سوف لا كان كانت يكون تكون الذي التي الذين هو هي هم",
        "كان كانت يكون تكون ليس ليست",
        "أن",
        definite="ال",
    ),
    "pt": _of(
        "o a os as um uma uns umas este esta estes estas seu sua seus suas nosso nossa",
        "de do da dos das e em no na nos nas para com sobre contra",
        "eu ele ela nós eles que não se pode deve vai",
        "é são era eram foi foram ser está estão",
        "que",
        adverbs="mente",
    ),
}
_GRAMMARS = {
    code: replace(
        rules,
        joins=frozenset(_JOINS.get(code, "").split()),
        pronouns=frozenset(_PRONOUNS.get(code, "").split()),
        prepositions=frozenset(_PREPOSITIONS.get(code, "").split()),
        quantities=frozenset(_QUANTITIES[code].split()),
        dates=frozenset(_DATES.get(code, "").split()),
        capital_nouns=code == "de",
    )
    for code, rules in _GRAMMARS.items()
}
