"""Words that matter though they are short and no names: numbers, and words that say no."""

from __future__ import annotations

from types import MappingProxyType

_WORDS = {
    "en": """one two three four five six seven eight nine ten eleven twelve first second third fourth fifth sixth
        seventh eighth ninth tenth last final half twice double million billion not no never none without""",
    "de": """ein eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf erste ersten zweite zweiten dritte
        dritten vierte vierten fünfte fünften letzte letzten nicht kein keine keinen nie ohne""",
    "fr": """deux trois quatre cinq six sept huit neuf dix onze douze premier première deuxième troisième quatrième
        cinquième dernier dernière pas ne jamais sans aucun aucune""",
    "es": """dos tres cuatro cinco seis siete ocho nueve diez once doce primer primero primera segundo segunda tercer
        tercero tercera cuarto cuarta quinto quinta último última no nunca sin ningún ninguna""",
    "it": """due tre quattro cinque sei sette otto nove dieci undici dodici primo prima secondo seconda terzo terza
        quarto quarta ultimo ultima non mai senza nessun nessuna""",
    "pt": """dois duas três quatro cinco seis sete oito nove dez onze doze primeiro primeira segundo segunda terceiro
        terceira último última não nunca sem nenhum nenhuma""",
    "nl": """twee drie vier vijf zes zeven acht negen tien eerste tweede
        derde vierde vijfde laatste niet geen nooit zonder""",
    "sv": """två tre fyra fem sex sju åtta nio tio elva tolv första andra
        tredje fjärde femte sista inte ingen inget inga aldrig utan""",
    "da": """to tre fire fem seks syv otte ni ti elleve tolv første
        anden tredje fjerde femte sidste ikke ingen aldrig uden""",
    "no": """to tre fire fem seks sju åtte ni ti elleve tolv første
        andre tredje fjerde femte siste ikke ingen aldri uten""",
    "pl": """jeden dwa trzy cztery pięć sześć pierwszy pierwsza drugi druga
        trzeci trzecia ostatni nie nigdy bez""",
    "ru": """один одна два две три четыре пять шесть первый первая второй
        вторая третий третья последний не нет никогда без""",
}

TELLING = MappingProxyType({language: frozenset(words.split()) for language, words in _WORDS.items()})
"""Such words by language (ISO 639-1), lower case: where one is new, a text says something else."""
