"""Recognise page furniture in the lines of a page's plain text: function words, labels, phrases of buttons, notes."""

from __future__ import annotations

import re

from storyfold.text.normalize import fold_accents

# The commonest function words of each language: running text has them, menus and headlines hardly.
STOP_WORDS: dict[str, frozenset[str]] = {
    line.split()[0]: frozenset(fold_accents(word) for word in line.split()[1:])
    for line in """
en the of and to in a is that for on was with as by it at from be are this have has he she his her its not but they were who which will been had an their
de der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über
fr le la les de des et à en un une du que qui dans pour pas sur au est par plus ce il avec ne se sont son sa ses aux ont été cette mais
es el la los las de del y en que a un una por con no para su se es al lo como más pero sus le ha o este fue esta han
it il la lo i gli le di del della e che in un una per con non si da è al dei nel alla sono ha anche come più ma dal delle
pt o a os as de do da e que em um uma para com não por se no na dos das ao mais como foi à é sua seu pelo pela
nl de het een en van in is dat op te voor met zijn die niet aan er om ook als door over bij uit maar nog hij
sv och i att det som en på är av för med till den har inte om ett de från var vid men
da og i at det er en til på af for med den har ikke der de et som om fra var
nb og i at det er en til på av for med den har ikke som de et om fra var ved
fi ja on ei että se oli mukaan myös ovat kun mutta joka hän sen
pl w i na z do się nie to że jest o jak po za od przez dla ale oraz które który
cs a v na se že je z do to s o i jako pro ale za by po který které
ro și de în a la cu o pe că din care nu pentru este un mai au fost
tr ve bir bu da de için ile olarak çok daha olan sonra gibi ancak ise
id yang dan di dengan untuk pada dari ini itu dalam tidak akan juga telah
ru и в на не что с по как из о его за к от у для это был она они также
uk і в на не що з до та про від за як для його це був також
el και το να του η της με για που την από των στην στο ο οι
af die en van in is het dat te nie vir met op wat sy om aan
""".strip().splitlines()  # noqa: E501
}
ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())

# Headings of what follows an article, as whole lines.
LABELS = frozenset(
    fold_accents(label.strip())
    for label in """
    related|related stories|related articles|related news|related topics|related content|ranking|recommendation|
    recommended|recommended for you|most popular|most read|most viewed|most shared|popular|popular now|trending|
    trending now|top stories|latest|latest news|latest stories|just in|more news|read more|read next|read also|
    also read|more on this story|more from|more stories|you may also like|you might also like|you may like|
    editor's picks|editors' picks|don't miss|see all|see also|view all|load more|show more|more|comments|
    leave a comment|leave a reply|post a comment|join the conversation|share|share this|share this article|tags|topics|newsletter|
    newsletters|sign up|subscribe|advertisement|advertisements|ad|sponsored|promoted|sponsored content|around the web|
    about us|contact us|terms of use|privacy policy|cookie policy|follow us|video|videos|up next|skip to content|
    skip to main content|menu|search|home|log in|login|sign in|register|print|email|facebook|twitter|whatsapp|copy link|
    meistgelesen|mehr zum thema|zum thema|das könnte sie auch interessieren|auch interessant|weitere artikel|
    weitere themen|lesen sie auch|lesen sie mehr|anzeige|werbung|kommentare|teilen|drucken|schlagworte|themen|
    newsletter abonnieren|impressum|datenschutz|startseite|anmelden|aktuelle themen|neueste artikel|verwandte artikel|
    à lire aussi|lire aussi|les plus lus|sur le même sujet|articles liés|partager|publicité|commentaires|à la une|
    mentions légales|dans la même rubrique|lo más leído|lo más visto|más leídas|más noticias|noticias relacionadas|te puede interesar|
    le puede interesar|también te puede interesar|compartir|publicidad|comentarios|etiquetas|temas relacionados|archivado en|
    leggi anche|i più letti|potrebbe interessarti|articoli correlati|condividi|pubblicità|commenti|
    leia também|mais lidas|veja também|notícias relacionadas|compartilhe|publicidade|comentários|
    lees ook|meest gelezen|delen|reacties|läs också|läs mer|les også|mest lest|læs også|mest læste|
    czytaj także|najczęściej czytane|komentarze|читайте также|популярное|комментарии|bunlar da ilginizi çekebilir|baca juga
    """.replace("\n", "").split("|")  # noqa: E501
    if label.strip()
)

# Labels that stand in the middle of a text.
INTERRUPTIONS = frozenset(
    fold_accents(label)
    for label in "advertisement ad anzeige werbung publicité publicidad pubblicità publicidade annons".split()
)

# Phrases of page furniture that also come in whole sentences: consent, subscription, rights, prompts.
FURNITURE = re.compile(
    r"\b(?:cookies?|privacy policy|terms (?:of|and) (?:use|service|conditions)|all rights reserved|sign up|signing up|"
    r"subscribe|subscription|subscribers?|newsletters?|log ?in|sign in|click here|follow us|download (?:the|our) app|"
    r"your (?:browser|email|inbox|account)|javascript|ad ?blocker|advertis(?:ing|ements?)|copyright|"
    r"may not be (?:published|reproduced)|comments? (?:are|is|will)|share this|read more|see also|newsroom@|"
    r"datenschutz\w*|einwilligung|newsletter|abonnieren|abonnenten?|anmelden|registrieren|personenbezogene\w*|"
    r"nutzungsbedingungen|alle rechte vorbehalten|drittanbietern?|einstellungen|"
    r"consentement|abonnez|abonnés?|inscrivez|vos données|tous droits réservés|"
    r"suscr[ií]b\w+|suscripción|boletín|inicia sesión|regístrate|todos los derechos|política de privacidad|"
    r"iscriviti|abbonati|informativa|tutti i diritti|assine|assinantes?|todos os direitos|"
    r"abonneer|aanmelden|nieuwsbrief|voorwaarden)\b|©",
    re.IGNORECASE,
)

# Credits of pictures and their kind: no part of the text.
PICTURE = re.compile(
    r"^\(?(?:photos?|image|picture|pic|fotos?|bild|bilder|symbolbild|archivbild|photographie|crédit photo|imagen|"
    r"immagine|file photo|video|watch|caption)\b\s?(?:credit|by|courtesy|von|de|di|:|-|/)|"
    r"\b(?:photos?|fotos?|picture|image|bild|credit) ?: ?(?-i:[A-ZÀ-Þ])|getty images|shutterstock|"
    r"\bvia (?:ap|afp|reuters|getty)\b|\b(?:afp|efe|epa|reuters|getty|ansa|dpa) ?/ ?(?-i:[A-ZÀ-Þ])|"
    r"/ ?(?:ap|afp|reuters|getty|epa|dpa|imago|associated press|efe|ansa)\b|\bimago\b|"
    r"\bpicture alliance\b|\bap photo\b|\bzoom\b$|file (?:photo|picture)",
    re.IGNORECASE,
)

SECTIONS = frozenset(
    fold_accents(name.strip())
    for name in """
    news|world|international|politics|business|sport|sports|opinion|opinions|commentary|editorial|technology|tech|science|health|
    culture|entertainment|economy|us|u.s.|uk|europe|asia|africa|americas|middle east|national|local|nation|finance|
    markets|money|life|lifestyle|travel|education|environment|climate|arts|media|crime|weather|defense|top news|local news|
    politik|wirtschaft|kultur|wissen|wissenschaft|gesellschaft|panorama|ausland|inland|regional|meinung|kommentar|
    nachrichten|digital|netzwelt|gesundheit|
    politique|monde|économie|société|culture|sciences|planète|idées|sport|actualités|
    política|mundo|internacional|economía|sociedad|cultura|deportes|ciencia|opinión|españa|sucesos|nacional|noticias|
    politica|esteri|cronaca|economia|cultura|sport|mondo|brasil|esportes|economia|opinião|
    buitenland|binnenland|economie|wetenschap|nyheter|utrikes|inrikes|kultur|verden|
    россия|мир|политика|экономика|общество
    """.replace("\n", "").split("|")  # noqa: E501
    if name.strip()
)
OPINION_SECTIONS = frozenset(
    fold_accents(n) for n in "opinion opinions commentary editorial meinung kommentar opinión opinião idées".split()
)

COMMENTS = re.compile(
    r"^\(?\d{0,5}\)?\s?(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|komentarze|"
    r"комментарии|leave a (?:comment|reply)|post a comment|reader comments|discussion)\b[\s:]*(?:\(?\d{0,6}\)?)$|"
    r"^\d{1,5} (?:thoughts?|responses?|replies) (?:on|to)\b",
    re.IGNORECASE,
)

# Buttons and notes of pages, in short lines: sharing, reading time, listening, printing.
SHARE = re.compile(
    r"\b(?:share|facebook|twitter|whatsapp|linkedin|telegram|pinterest|bluesky|instagram|copy link|print|e-?mail|tweet|"
    r"teilen|drucken|merken|anhören|partager|imprimer|compartir|imprimir|condividi|stampa|delen|dela|jaa|udostępnij|"
    r"paylaş|поделиться|bookmark|save|listen|follow|min(?:ute)?s? read|read time|lesezeit|min\. lesen|getty|credit)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:hours?|minutes?|days?) ago\b|"
    r"\bvor \d{1,2} (?:std|stunden|min|tagen?)|\bil y a \d|\bhace \d",
    re.IGNORECASE,
)


def is_label_like(text: str) -> bool:
    """Say whether a line is a short heading with a colon or one of a list to come ("More from", "Mehr zu")."""
    return len(text) < 60 and bool(_LABEL_LIKE.match(text))


_LABEL_LIKE = re.compile(
    r"^(?:more (?:from|in|on|about|stories|news)|read (?:more|also|next)|related|recommended|popular|trending|latest|"
    r"most (?:read|popular|viewed)|top (?:stories|news)|you (?:may|might)|also (?:read|in|on)|see also|watch|"
    r"mehr (?:zu|zum|von|aus|über|artikel)|weitere|lesen sie|lies auch|auch interessant|das könnte|aktuelle|meist|"
    r"à lire|lire aussi|sur le même|plus de|les plus|lo más|más (?:sobre|noticias|leíd|en|de)|te puede|"
    r"leggi anche|i più|potrebbe|leia|mais lidas|veja|lees (?:ook|meer)|meer (?:over|van)|meest|läs|les også|mer om|"
    r"lue (?:myös|lisää)|czytaj|zobacz|číst|ilgili|çok okunan|читайте|ещё|关连|関連|相关)",
    re.IGNORECASE,
)

TAGS = re.compile(r"^(?:tags?|schlagworte|schlagwörter|stichwörter|etiquetas|mots[- ]clés|trefwoorden)\b\s?:?", re.I)

CHANGED = re.compile(
    r"\b(?:last )?(?:updated?|modified|edited|aktualisiert|geändert|mis(?:e)? à jour|actualizad[oa]|aggiornat[oa]|"
    r"atualizad[oa]|bijgewerkt|oppdatert|uppdaterad|opdateret|päivitetty|aktualizováno|aktualizacja|güncelle\w*|"
    r"обновлено|modifica(?:to)? il|modifié)\b",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"\b(?:published|posted|first published|date|veröffentlicht|erschienen|erstellt|publiziert|publié|publicad[oa]|"
    r"pubblicato|gepubliceerd|publicerad|publisert|udgivet|julkaistu|opublikowano|publikováno|yayın\w*|giriş|"
    r"опубликовано)\b",
    re.IGNORECASE,
)

# Signs of a reader's comment: who says it and when, and the buttons below it.
REMARK = re.compile(
    r"\b(?:says?|said|wrote|writes|schreibt|schrieb|sagt|meint|dice|dijo|dit|a écrit|escribió|disse|comentó|zegt|skrev)"
    r"\s?:$|^(?:reply|replies|antworten|répondre|responder|rispondi|beantwoorden|svara?|vastaa|odpowiedz|ответить|"
    r"yanıtla|report abuse|flag|permalink|upvote|(?:log|sign) in to (?:reply|comment)|view \d+ repl\w+)\b.{0,20}$",
    re.IGNORECASE,
)

# Words of pictures' captions.
CAPTION = re.compile(
    r"\b(?:pictured|seen here|is seen|are seen|file photo|from left|poses? (?:for|with|in)|im bild|"
    r"archivbild|archivfoto|symbolfoto|de gauche|à gauche|à droite|a la izquierda|a la derecha|en una imagen|"
    r"nella foto|na foto|op de foto)\b|"
    r"\((?:left|right|center|l|r|l\.|r\.|li\.|re\.|links|rechts)\)|\b(?:left|right), (?:and|with|speaks|is|walks)\b",
    re.IGNORECASE,
)

# What a page says of itself in whole sentences amid its text: consent to embedded posts, paid links, whose opinion.
NOTICE = re.compile(
    r"\b(?:cookies?|privacy|personal data|personenbezogene\w*|vos données|datos personales|dati personali|"
    r"externen?r? inhalte?n?|contenus? externes?|contenidos? externos?|contenuti? estern[oi]|externe inhoud|"
    r"affiliate\w*|earn (?:a|an) (?:\w+ )?commission|independently selected|opt(?:ing)?[- ]out|california consumer|"
    r"(?:views|opinions) expressed|reader-supported|donat(?:e|ions?)|technischer fehler|"
    r"machine translat\w*|maschinelle\w* übersetz\w*|automatisch (?:übernommen|übersetzt)|redaktionell nicht|"
    r"kommentar (?:erfassen|schreiben|verfassen)|post a comment|laisser un commentaire)\b",
    re.IGNORECASE,
)
