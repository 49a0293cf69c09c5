"""What columns are called, in many languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

_NAMES = {
    # the text, whatever is in the column
    "text": """text body content contents fulltext articletext articlebody bodytext maintext textbody
        textcontent rawtext cleantext documenttext posttext pagecontent doctext brödtext innehåll fritext inhalt
        volltext freitext fließtext texte contenu corps texteintégral texto contenido cuerpo textocompleto
        conteúdo corpo testo contenuto tekst inhoud indhold innhold brødtekst teksti sisältö treść obsah szöveg
        tartalom conținut metin içerik текст содержание зміст κείμενο περιεχόμενο نص النص محتوى المحتوى טקסט
        תוכן متن पाठ 文本 正文 内容 內容 全文 本文 テキスト 본문 텍스트 내용 ข้อความ เนื้อหา nộidung vănbản teks
        isi konten""",
    # the text, if what is in the column looks like it
    "prose": """article articles document doc story transcript transcription message msg comment comments review
        reviews reviewtext abstract description summary post tweet selftext utterance question questions answer
        answers response responses feedback remark remarks note notes statement sentence passage paragraph
        narrative complaint verbatim freeresponse openresponse caption query prompt snippet lyrics speech
        opinion reply quote output input value artikel kommentar kommentarer beskrivning meddelande svar fråga
        yttrande recension sammanfattning inlägg kommentare beschreibung nachricht antwort frage beitrag
        bewertung zusammenfassung commentaire commentaires réponse avis résumé comentario comentarios
        descripción mensaje respuesta pregunta reseña resumen opinión comentário descrição mensagem resposta
        pergunta resumo commento descrizione messaggio risposta domanda recensione bericht opmerking
        beschrijving antwoord reactie vraag beskrivelse besked melding kommentti kuvaus viesti vastaus opis
        komentarz wiadomość odpowiedź popis komentář zpráva yorum açıklama mesaj cevap комментарий описание
        сообщение отзыв ответ вопрос تعليق وصف رسالة תגובה תיאור 评论 評論 文章 描述 回答 コメント 感想 댓글
        의견 komentar""",
    "title": """title titles headline heading subject subjectline articletitle pagetitle rubrik titel ämne
        överskrift überschrift schlagzeile betreff titre objet sujet título titular asunto assunto titolo
        oggetto kop onderwerp tittel emne otsikko aihe tytuł temat název předmět titulek başlık konu заголовок
        название тема τίτλος عنوان العنوان כותרת 标题 標題 题目 タイトル 題名 件名 제목 tiêuđề judul""",
    "date": """date datetime pubdate datepublished published publishedat publishedon publisheddate publishdate
        publicationdate created createdat createdon creationdate datecreated createdutc timestamp posted
        postedat postdate submitted submittedat submissiondate sent sentat issued day time ts year datum
        publicerad publiceringsdatum skapad tidpunkt år veröffentlicht erstellt erscheinungsdatum jahr
        datedepublication publié année fecha fechadepublicación publicado año data publicaçãoem ano
        datapubblicazione anno publicatiedatum gepubliceerd jaar dato publisert udgivet päivämäärä päiväys
        datapublikacji rok datumvydání tarih дата опубликовано год датапублікації ημερομηνία تاريخ التاريخ תאריך
        日期 时间 發布日期 日付 日時 公開日 날짜 작성일 ngày tanggal""",
    "label": """label labels category categories class section topic target tag genre gold goldlabel intent
        subject area department desk theme kategori klass ämnesområde avdelning sektion etikett kategorie klasse
        ressort thema catégorie classe rubrique thème étiquette categoría clase sección tema etiqueta categoria
        seção rótulo sezione etichetta categorie rubriek kategoria osasto dział etykieta sınıf etiket категория
        метка рубрика التصنيف فئة קטגוריה 类别 分类 標籤 标签 類別 カテゴリ カテゴリー ラベル 分類 카테고리 분류
        라벨""",
    "language": """language lang languagecode langcode locale isolang languages språk språkkod sprache langue
        idioma lengua língua lingua taal sprog kieli język jazyk nyelv limba dil язык мова γλώσσα لغة اللغة שפה
        语言 語言 言語 언어 ngônngữ bahasa""",
    "id": """id docid documentid articleid uuid guid key recordid rowid postid messageid tweetid commentid
        reviewid elementid identifier idno nr number index löpnummer nummer dokumentid kennung identifiant
        numéro identificador número identificatore numero идентификатор номер 编号 編號 番号 번호""",
    "author": """author authors byline writer speaker författare skribent talare autor verfasser sprecher auteur
        auteurs autora autores autore schrijver forfatter kirjoittaja yazar автор συγγραφέας كاتب المؤلف מחבר
        作者 著者 投稿者 작성자 저자""",
    "source": """source publisher newspaper outlet publication site website journal källa tidning utgivare
        quelle zeitung herausgeber éditeur fuente periódico medio fonte jornal giornale bron krant uitgever
        kilde avis lähde źródło zdroj kaynak источник πηγή مصدر المصدر מקור 来源 來源 出典 출처""",
}


def fold(name: str) -> str:
    """Return a name without case, spaces and punctuation: of ``publishedAt`` and ``Published at`` one."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name[:200]).casefold())


RANKS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        role: MappingProxyType({fold(name): rank for rank, name in reversed(list(enumerate(names.split())))})
        for role, names in _NAMES.items()
    }
)
"""For each role the folded names of columns that play it, each with its rank: the lowest is the likeliest."""

KNOWN = frozenset(name for ranks in RANKS.values() for name in ranks)
"""All folded names."""


def rank(role: str, name: str) -> int | None:
    """Return how likely a column of that name plays a role, 0 best, or None where its name does not say so.

    Of a nested field (``metadata.language``) the last part counts, after names that are whole.
    """
    ranks = RANKS[role]
    own = ranks.get(fold(name))
    if own is not None:
        return own
    last = ranks.get(fold(name.rpartition(".")[2])) if "." in name else None
    return None if last is None else last + 1000
