"""The words of bylines: roles, desks, and what stands before the names."""

from __future__ import annotations

import re

from storyfold.text.normalize import fold_accents

ROLES = frozenset(
    fold_accents(word)
    for word in """
    staff writer writers reporter reporters correspondent correspondents editor editors columnist columnists journalist
    journalists contributor contributors contributing freelance freelancer special senior junior chief deputy assistant
    associate managing executive political politics national international foreign diplomatic science health business
    economics economy sports sport technology tech culture entertainment education environment climate investigative
    investigations white house congressional legal crime court courts city local state regional news features
    feature video multimedia digital data opinion opinions guest author authors editorial producer producers host anchor
    analyst commentator critic film music food travel lifestyle fashion royal consumer money markets finance
    financial defence defense security military religion reader community social media content creator trainee
    intern fellow bureau editor-at-large editor-in-chief the a of at and for our us uk eu asia europe africa middle east
    european
    redakteur redakteurin redakteure redakteurinnen reporterin korrespondent korrespondentin autor autorin autoren
    volontär volontärin chefredakteur chefredakteurin ressortleiter ressortleiterin freier freie mitarbeiter
    leitender leitende stellvertretender politikredakteur wirtschaftsredakteur sportredakteur
    journaliste journalistes correspondant correspondante envoyé envoyée spécial spéciale rédacteur rédactrice chef
    periodista periodistas redactor redactora corresponsal enviado enviada especial jefe jefa
    giornalista inviato inviata corrispondente repórter jornalista correspondente redator redatora
    verslaggever redacteur journalist correspondent redaktør redaktör fotograf photographer fotografo
    dziennikarz redaktor muhabir muhabiri wartawan penulis 기자 특파원 記者 特派員 编辑 記
    """.split()
)

STAFF = frozenset(
    fold_accents(word)
    for word in """
    staff newsroom desk team editors editorial board newsdesk redaktion online-redaktion onlineredaktion
    rédaction
    redaction redacción redaccion redazione redação redacao redactie redaksjonen redaktionen toimitus redakcja redakce
    редакция admin administrator webmaster newsteam
    agencies agenturen agencias agences agenzie webdesk
    """.split()
)

# What stands before the names. The weak ones are parts of names too ("Von der Leyen", "Di Maio"): they
# are taken off only before a full name or an agency.
_PREFIXES = """
by|author of the article|written by|reported by|report by|story by|words by|text by|posted by|published by|opinion by|
analysis by|commentary by|review by|edited by|author|authors|reporter|text|autor|autorin|autoren|auteur|autore|autora|
ein artikel von|ein kommentar von|ein gastbeitrag von|eine analyse von|von unserer redaktion|
por|par|door|tekst|текст|автор|автори|przez|oleh|yazan|laporan
"""
PREFIXES = tuple(sorted((p.strip() for p in _PREFIXES.split("|")), key=lambda p: (-len(p), p)))
WEAK_PREFIXES = ("von", "di", "da", "de", "av", "af")

# Who is credited as several writers is a desk: "Meridian reporters".
DESKS = frozenset("reporters writers correspondents journalists".split())

# How the line that names a writer begins, on a page of which only lines are left.
BYLINE = re.compile(rf"^(?:{'|'.join(map(re.escape, PREFIXES))}|von|di|av|af)\s*:?\s+(?=\S)", re.IGNORECASE)
BARE_BY = re.compile(rf"^(?:{'|'.join(map(re.escape, PREFIXES))}|von|di|av|af)\s*:?$", re.IGNORECASE)
