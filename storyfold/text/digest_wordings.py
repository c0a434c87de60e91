"""Hold the wordings by which titles say that a page tells of several stories: live pages, digests, newsletters.

Each line has those of one language, as regular expressions over titles without case and accents. What is here must be
said of a page and of nothing else: "daily briefing" stands alone or before a colon, for there are daily briefings of
ministries, and news of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storyfold.text.normalize import fold_accents

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_STOP = r"(?= ?(?:$|[:|,.;–—-]))"
_END = rf"(?=\s*(?:$|[:|,;(–—-])|\s+for\b|\s+of (?:the (?:day|week)\b|{_DAY}|\d|\w+ \d)|\s+\d|\s+{_DAY})"
_PERIOD = rf"(?:morning|midday|afternoon|evening|night|nightly|daily|weekly|weekend|week|{_DAY})"
_SUBJECT = (
    r"(?:news|world|business|sports?|local|national|regional|state|city|county|international|politic(?:s|al)|tech|"
    r"health|science|arts?|entertainment|community|area|police|crime|europe|asia|africa|global|markets?|u\.?s\.?|uk)"
)
# Not recap, wrap-up and bulletin: those are of a match, of a day on the market, of the police.
_PIECE = r"(?:briefing|briefs?|digest|round-?up|rundown|headlines|newsletter|catch-?up)"
_NUMBER = r"(?:\d{1,2}|three|four|five|six|seven|eight|nine|ten|the)"
_SOON = rf"(?:today|tonight|tomorrow|this (?:morning|week|weekend|evening)|(?:for |on )?(?:your )?{_DAY})"

# At the beginning of a title, or of what stands behind a colon, a dash or a bracket.
_BEGINNING = (
    rf"(?:(?:the|your|our|guardian|{_SUBJECT}) ){{0,2}}{_PERIOD}(?: {_PERIOD})?(?: {_SUBJECT})? {_PIECE}{_END}",
    rf"{_SUBJECT}(?: news)? (?:in brief|briefs|digest|round-?up|rundown|headlines){_END}",
    rf"(?:news )?in brief{_END}",
    r"(?:this|the) week in (?!pictures|photos)[\w ]{2,30}(?= ?(?:$|[:|–—-]))|(?:the )?week (?:in review|that was)\b",
    r"(?:here'?s )?what (?:you (?:need|should) to |you should |to )know (?:today|tonight|this (?:morning|evening|week))"
    r"(?! about| on\b|['’]s|\w)",
    rf"(?:the )?top (?:news |world )?(?:stories|headlines) (?:of|for|this|at|today|{_DAY})\b",
    rf"(?:news )?headlines (?:for|of|from) (?:{_DAY}|today|\d|\w+ \d)",
    r"en bref ?(?:$|[:|–—-])",
)
# From the beginning of a word.
_WORDS = (
    rf"{_NUMBER} (?:\w+ )?(?:things|stories|headlines)\b[\w ]{{0,30}} know[\w ]{{0,12}} {_SOON}"
    r"(?! about| on\b|['’]s|\w)",
    rf"(?:today|tonight|yesterday|the (?:day|week|morning|evening|night))['’]?s (?:top |main |biggest )?"
    rf"(?:news|stories|headlines){_END}",
    r"newsletter ?[:|–—-]",
    # German
    r"(?:morgen|abend|mittags?|wochen)briefing\b|(?:nachrichten|tages|wochen)überblick\b|wochenrückblick\b|"
    r"presseschau\b|kurz(?:nachrichten|meldungen)\b|kurz (?:gemeldet|notiert)\b|"
    rf"die lage am (?:morgen|abend){_STOP}|"
    r"das wichtigste (?:am|vom|des|von|aus)\b[\w. ]{0,12}(?:tag\w*|morgen|abend|woche|nacht|heute)\b|"
    r"die wichtigsten (?:nachrichten|meldungen|news|themen|schlagzeilen)\b|was heute wichtig (?:ist|wird|war)\b|"
    r"(?:nachrichten|meldungen|news|schlagzeilen) (?:des tages|der woche|in kürze|im überblick|kompakt|vom \d)|"
    r"(?:nachrichten|news) am (?:morgen|mittag|abend)\b",
    # French
    r"l['’]essentiel (?:de l['’](?:actualité|actu|info)|du jour|du matin|du soir|des infos)|revue de presse\b|"
    r"l['’]actu(?:alité)? (?:du jour|en bref|à retenir)|(?:nouvelles|infos|actualités) en bref\b|"
    r"les (?:infos|actualités|titres|nouvelles) (?:du (?:jour|matin|soir)|de la (?:nuit|journée|matinée|semaine))|"
    r"ce qu['’]il faut (?:retenir|savoir) (?:de (?:l['’]actualité|la (?:journée|nuit|semaine))|ce (?:matin|soir))|"
    r"la (?:semaine|journée) en bref\b",
    # Spanish
    r"resumen (?:de noticias|del día|de la semana|informativo)|revista de prensa\b|"
    r"(?:las |principales )noticias (?:del día|de hoy|de la (?:mañana|semana|jornada)|más importantes d\w+)|"
    r"noticias (?:en breve|breves)\b|titulares (?:del día|de hoy|de la prensa)|boletín (?:de noticias|informativo)|"
    r"lo más (?:importante|destacado) (?:del día|de (?:la )?(?:semana|jornada))|las claves del día\b",
    # Italian, Portuguese, Romanian
    r"notizie (?:del giorno|in breve|flash|della (?:settimana|giornata|mattina|sera))|rassegna stampa\b|"
    r"(?:i fatti|i titoli) (?:del giorno|della (?:giornata|settimana))",
    r"notícias (?:do dia|da (?:manhã|noite|semana)|em (?:resumo|destaque))|resumo (?:do dia|da semana|de notícias)|"
    r"giro de notícias\b|destaques (?:do dia|da (?:semana|manhã))|manchetes (?:do dia|de hoje|dos jornais)",
    r"(?:știrile|stirile) (?:zilei|dimineții|serii|săptămânii)|revista presei\b",
    # Dutch, Afrikaans
    r"(?:nieuws|week|ochtend|avond)overzicht\b|kort nieuws\b|nieuws (?:in het kort|van (?:de dag|vandaag))|"
    r"het belangrijkste nieuws (?:van|op)\b|(?:ochtend|avond)briefing\b|nieuwsbrief ?[:|–—-]|nuusoorsig\b",
    # Swedish, Norwegian, Danish, Finnish
    r"nyheter (?:i korthet|i korte trekk)|kortnytt\b|ny(?:hets|heds)overbli(?:kk|k)\b|ugens overblik\b|"
    rf"dagens (?:viktigaste|viktigste|vigtigste)(?: ny\w+)?{_STOP}|"
    r"det (?:viktigaste|viktigste|vigtigste) (?:i dag|idag|just nu)\b|"
    r"uutiskooste\b|uutiset lyhyesti\b|päivän (?:tärkeimmät|pääuutiset)\b",
    # Polish, Czech
    r"przegląd (?:prasy|wydarzeń)|skrót (?:wiadomości|wydarzeń|dnia)|wiadomości w skrócie\b|"
    r"najważniejsze (?:wydarzenia|informacje|wiadomości) (?:dnia|tygodnia|poranka)|"
    rf"podsumowanie (?:dnia|tygodnia){_STOP}",
    r"přehled (?:zpráv|událostí|dne|tisku)|souhrn (?:zpráv|událostí|dne)|zprávy dne\b",
    # Turkish, Indonesian
    r"günün (?:özeti|haberleri|öne çıkan\w*|manşetleri)|haber (?:bülteni|özeti)|basın özeti\b",
    r"(?:rangkuman|kilas) berita\b|berita terpopuler\b",
    # Russian, Ukrainian, Greek
    r"главн(?:ое|ые (?:новости|события)) (?:за |к |дня|недели|часа|утра|вечера)|коротко о главном\b|дайджест\b|"
    r"новости (?:дня|к этому часу|кратко|коротко)|обзор (?:прессы|новостей|сми)\b|"
    rf"(?:итоги (?:дня|недели|суток)|підсумки (?:дня|тижня|доби)){_STOP}",
    r"головн(?:е|і (?:новини|події)) (?:за |дня|тижня)|новини дня\b|"
    r"огляд (?:преси|новин|змі)\b|коротко про головне\b",
    r"ειδήσεις της ημέρας\b|δελτίο ειδήσεων\b|ανασκόπηση (?:της (?:ημέρας|εβδομάδας)|τύπου)\b",
    # Arabic, Hindi
    r"(?:موجز|أبرز|أهم|نشرة) (?:الأخبار|الأنباء|العناوين|أخبار اليوم)|جولة الصحافة\b|عناوين الصحف\b",
    r"आज की (?:बड़ी|ताज़ा|प्रमुख|मुख्य|टॉप) ख़बर|मुख्य समाचार|आज की सुर्खियां",
)
# Anywhere: in scripts without spaces between words, and of Korean.
_UNSPACED = (
    # Chinese, Japanese, Korean
    r"(?:今日|每日|昨日|本周|一周|早间|晚间|隔夜)(?:要闻|要聞|头条|頭條)|新闻(?:早班车|早餐|摘要|汇总|速览)|新聞(?:摘要|速覽)",
    r"(?:今日|本日|昨日|今朝|今週)の(?:主な|主要)?ニュース|ニュース(?:まとめ|一覧|ダイジェスト)|主なニュース",
    r"(?:오늘의|주요|간추린|헤드라인) 뉴스|뉴스 (?:브리핑|요약)|모닝 브리핑",
)


def _join(patterns: Iterable[str]) -> str:
    return "|".join(map(fold_accents, patterns))


# What begins alike is tried once at each place, so a title takes a tenth of the time; and the four apart take half of
# what one expression takes that has them all.
DIGEST = (
    re.compile(rf"(?:^|[:|–—(-] ?)(?:{_join(_BEGINNING)})"),
    re.compile(rf"\b(?:{_join(_WORDS)})"),
    re.compile(r"[|–—:] ?[\w'’ ]{0,25}\bnewsletter$"),
)
UNSPACED_DIGEST = re.compile(_join(_UNSPACED))  # has other letters than those of ASCII
# In lower case, with their accents.
LIVE = re.compile(
    r"\blive[\s-]?(?:blog|ticker)\b|\blive updates?\b|^live\s*[:–—-]|\ben direct\s*:|\ben directo\s*:|"
    r"\bnews-?(?:blog|ticker)\b|\bminuto a minuto\b|\bminute par minute\b|\bminuto per minuto\b|"
    r"\b(?:онлайн|текстовая)[\s-]трансляция\b"
)
LIVE_WORDS = ("live", "direct", "blog", "ticker", "minut", "трансляция")  # each of those has one of them
# Words that a digest's title, section or address has, but those of others as well: they count where the text has items
# that have nothing to do with each other. Not `newsletter`, the name of many addresses of essays.
HINT = re.compile(
    fold_accents(
        r"\b(?:round-?ups?|briefs?|briefings?|digest|headlines|recap|wrap-?up|rundown|bulletin|weekly|"
        r"this week|highlights|überblick|kompakt|in kürze|kurz|en bref|brèves|resumen|breves|in breve|resumo|"
        r"overzicht|i korthet|overblik|przegląd|přehled|обзор|итоги|огляд|bülten|özet)\b"
    )
)
