"""News agencies, and the words of bylines, as data: codes, names and roles."""

from __future__ import annotations

import re

from storyfold.text.normalize import fold_accents

AGENCY_CHARS = 60  # "Deutscher Depeschendienst Nachrichtenagentur" has 43

# Code: the names that credits and datelines use. The code is the short name the agency signs with.
_AGENCIES = """
AP: AP | Associated Press | The Associated Press | A.P.
Reuters: Reuters | Thomson Reuters | Reuters News Agency | RTRS | Thomson Reuters Foundation
AFP: AFP | Agence France-Presse | Agence France Presse | AFP Deutschland | AFPTV | AFP Relaxnews
UPI: UPI | United Press International
Bloomberg: Bloomberg | Bloomberg News
CP: CP | Canadian Press | The Canadian Press | La Presse Canadienne | PC
PA: PA | PA Media | Press Association | PA News Agency
dpa: dpa | dpa-AFX | dpa-infocom | dpa-tmn | dpa international | Deutsche Presse-Agentur | German Press Agency
epd: epd | Evangelischer Pressedienst
KNA: KNA | Katholische Nachrichten-Agentur
SID: SID | Sport-Informations-Dienst
dts: dts | dts Nachrichtenagentur
APA: APA | Austria Presse Agentur
Keystone-SDA: Keystone-SDA | SDA | ATS | Keystone-ATS | Keystone-SDA-ATS | Schweizerische Depeschenagentur
awp: awp
EFE: EFE | Agencia EFE | Agência EFE
Europa Press: Europa Press
Lusa: Lusa | Agência Lusa
ANSA: ANSA
Adnkronos: Adnkronos
AGI: AGI | Agenzia Italia
askanews: askanews
LaPresse: LaPresse
Belga: Belga
ANP: ANP
TT: TT | TT Nyhetsbyrån
NTB: NTB
Ritzau: Ritzau
STT: STT | STT-Lehtikuva
PAP: PAP
ČTK: ČTK | CTK
TASR: TASR
SITA: SITA
MTI: MTI
Agerpres: Agerpres
BTA: BTA
HINA: HINA
Tanjug: Tanjug
BNS: BNS
LETA: LETA
Ukrinform: Ukrinform | Укринформ | Укрінформ
Interfax: Interfax | Интерфакс
Interfax-Ukraine: Interfax-Ukraine
TASS: TASS | ITAR-TASS | ТАСС
RIA: RIA | RIA Novosti | РИА Новости | РИА
BelTA: BelTA | БелТА
Xinhua: Xinhua | Xinhua News Agency | 新华社 | 新華社
CNA: CNA
CNS: CNS | China News Service | 中新社
Kyodo: Kyodo | Kyodo News | 共同 | 共同通信
Jiji: Jiji | Jiji Press | 時事 | 時事通信
Yonhap: Yonhap | Yonhap News Agency | 연합뉴스
KCNA: KCNA
Bernama: Bernama
Antara: Antara
PTI: PTI | Press Trust of India
ANI: ANI | Asian News International
IANS: IANS | Indo-Asian News Service
UNI: UNI
APP: APP | Associated Press of Pakistan
AA: AA | Anadolu | Anadolu Agency | Anadolu Ajansı
DHA: DHA | Demirören Haber Ajansı
IRNA: IRNA
MENA: MENA
WAM: WAM
SPA: SPA
QNA: QNA
SANA: SANA
NAN: NAN | News Agency of Nigeria
SAnews: SAnews
AAP: AAP | Australian Associated Press
RNZ: RNZ
Agência Brasil: Agência Brasil
Estadão Conteúdo: Estadão Conteúdo
Folhapress: Folhapress
Télam: Télam
Notimex: Notimex
RNS: RNS | Religion News Service
Zenger: Zenger News
"""


def _read(lines: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines.strip().splitlines():
        code, names = line.split(": ", 1)
        for name in names.split(" | "):
            if found.setdefault(fold_accents(name), code) != code:
                raise ValueError(f"{name} names two agencies")
    return found


AGENCIES = _read(_AGENCIES)  # folded name → code

# Names that are also plain words or names of people and places: only as printed here do they credit an agency.
AS_PRINTED = {
    fold_accents(name): name
    for name in "PA CP TT AA AP PC CNA CNS UNI APP SPA WAM MENA SANA NAN RIA SITA BTA ANI AGI APA ANP".split()
}

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

# What stands before the names. Those of the second kind are parts of names too ("Von der Leyen", "Di Maio"): they
# are taken off only before a full name or an agency.
_PREFIXES = """
by|author of the article|written by|reported by|report by|story by|words by|text by|posted by|published by|opinion by|
analysis by|commentary by|review by|edited by|author|authors|reporter|text|autor|autorin|autoren|auteur|autore|autora|
ein artikel von|ein kommentar von|ein gastbeitrag von|eine analyse von|von unserer redaktion|
por|par|door|tekst|текст|автор|автори|przez|oleh|yazan|laporan
"""
PREFIXES = tuple(sorted((p.strip() for p in _PREFIXES.split("|")), key=lambda p: (-len(p), p)))
WEAK_PREFIXES = ("von", "di", "da", "de", "av", "af")


# What agencies that are not listed are called; and the ends of their names in one word ("Northwire").
_AGENCY_FORM = re.compile(
    r"\b(?:news ?agency|press agency|news ?wire|wire service|nachrichtenagentur|presseagentur|presse-agentur|"
    r"agence de presse|agencia de noticias|agência de notícias|agenzia (?:di )?stampa|persbureau|haber ajansı|"
    r"nyhetsbyrå|agencja prasowa|kantor berita|информационное агентство)\b|^[^\W\d_]{3,}wire$",
    re.IGNORECASE,
)
# Who is credited as several writers is a desk: "Meridian reporters".
DESKS = frozenset("reporters writers correspondents journalists".split())


def looks_like_agency(name: str) -> bool:
    """Whether a name that is not listed says of itself that it is an agency's."""
    return len(name) <= AGENCY_CHARS and bool(_AGENCY_FORM.search(name))


def find_agency_code(name: str) -> str | None:
    """The short code of the agency that a credit names as a whole; None if it names none."""
    name = name.strip(" .,:;-–—()[]")
    folded = fold_accents(name)
    printed = AS_PRINTED.get(folded)
    return AGENCIES.get(folded) if printed is None or printed == name else None
