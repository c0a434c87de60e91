"""Hold the words by which a clause reports a day as past, in the languages in which the parse stage weighs dates.

What stands directly before the day says which language it is ("on", "am", "le", "el", "il", "em", "op"), so that a
word of one language is never read in another ("met", "a", "era").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DAY = "\0"  # stands for the day and the word that leads it, where a clause is searched
_NAME = r"[A-ZÀ-Þ][\w’'.-]{0,30}|\d[\d.,:-]{0,10}"


@dataclass(frozen=True, slots=True)
class PastWords:
    """The patterns of one language. `on`, `of` and `in_year` end at the day, `past` and `event` at `DAY`.

    `on` leads a day of an event, `of` one that a noun has ("the attacks of"). `past` is a verb in the past, some words
    of a place or person before the day at most; `reports` are verbs of saying and deciding among them, whose object may
    lie ahead, so that they count directly before the day alone. `after` begins behind a day that begins its clause.
    `not_past` makes a plan or a state of what it stands before ("is held on", "to be built on").
    """

    on: re.Pattern[str]
    of: re.Pattern[str]
    in_year: re.Pattern[str]
    past: re.Pattern[str]
    event: re.Pattern[str]
    reports: re.Pattern[str]
    after: re.Pattern[str]
    not_past: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Language:
    """The words of one language, as alternatives of regular expressions without groups around them."""

    on: str
    of: str
    in_year: str
    weekday: str
    past: str  # of a verb in the past that is its clause's only one
    reports: str
    event: str  # nouns of what nobody announces
    between: str  # articles and prepositions between the verb and the day; a word in small letters may follow each
    not_past: str
    weak: str = ""  # of German and Dutch, verbs that no adjective is like only directly behind the day


def _compile_patterns(words: _Language) -> PastWords:
    gap = rf"(?P<gap>(?:[\s’']+(?:{_NAME}|(?:{words.between})(?:[\s’']+[a-zß-ÿ][\w-]{{0,20}})?)){{0,5}})\s?{DAY}"
    lead = r"" if words.weak else r"(?:[^,\s]{1,20}\s){0,6}?"
    weekday = rf"(?:{words.weekday}),?\s(?:(?:the|dem|den|le|el|il)\s)?"
    return PastWords(
        on=re.compile(rf"(?<!\w)(?:{words.on})\s?(?:{weekday})?$", re.IGNORECASE),
        of=re.compile(rf"(?<!\w)(?:{words.of})\s?(?:{weekday})?$", re.IGNORECASE),
        in_year=re.compile(rf"(?<!\w)(?:{words.in_year})[ -]$", re.IGNORECASE),
        past=re.compile(rf"(?<![\w-])(?P<verb>{words.past}){gap}"),
        event=re.compile(rf"(?<![\w-])(?i:{words.event}){gap}"),
        reports=re.compile(rf"(?:{words.reports})$"),
        after=re.compile(rf",?\s(?P<lead>{lead})(?P<verb>{words.past}{'|' + words.weak if words.weak else ''})(?!\w)"),
        not_past=re.compile(rf"(?<![\w-])(?:{words.not_past})(?:\W+[\w’']+)?\W*$", re.IGNORECASE),
    )


# Of English: regular verbs, irregular ones whose past is no present, and less what looks like one or plans.
_ENGLISH_NOT = (
    "(?!(?:expected|planned|scheduled|proposed|intended|supposed|slated|projected|timed|needed|hundred|indeed|based|"
    "interested|required|allowed|limited|updated|edited|revised|need|feed|speed|seed|embed|shed|bleed|breed|exceed|"
    "proceed|succeed|supported|offered|booked|reserved|valued|named|called|licensed)\\b)"
)
_ENGLISH = _Language(
    on="on|on the",
    of="of|of the",
    in_year="in|during|in early|in mid|in late",
    weekday="mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|\\w{3,6}day",
    past=_ENGLISH_NOT
    + "(?:[a-z]{2,15}ed|(?:has|have|had|having) (?:been )?(?:[a-z]{2,12}(?:ed|en|wn|ld)|come|become|gone|done|"
    "run|begun)|was|were|had|began|"
    "came|went|made|found|left|won|lost|shot|struck|gave|saw|held|met|broke|fell|rose|fled|sent|brought|wrote|spoke|"
    "sank|fought|caught|led|ran|drove|flew|took|stole|became|grew|said|told|stood|swore|paid|sold|built|bought|born)",
    reports="said|told|announced|approved|agreed|decided|voted|ordered|called|wanted|promised|vowed|demanded|urged|"
    "requested|postponed|delayed|cancell?ed|moved|rescheduled|extended|signed|booked|bought|sold|paid|made|set|"
    "confirmed|revealed|declared|predicted|warned|invited|offered|backed|rejected|added|had|(?:has|have|had) \\w+ed",
    event="invasions?|attacks?|assaults?|raids?|massacres?|deaths?|murders?|killings?|assassinations?|shootings?|"
    "bombings?|earthquakes?|crash|explosions?|blasts?|coups?|arrests?|riots?|fires?|floods?|accidents?|disasters?|"
    "collapse|outbreaks?|storms?|hurricanes?|typhoons?|tornado(?:e?s)?|wildfires?",
    between="the|an?|his|her|its|their|in|at|of|near|by|with|against",
    not_past="be|being|is|are|am|will|would|to|can|could|may|might|must|shall|should|if|unless|[’']s|[’']re|[’']ll",
)
_GERMAN = _Language(
    on="am",
    of="vom",
    in_year="im jahre?|anfang|mitte|ende|im",
    weekday="\\w{3,8}tag|mittwoch|sonnabend",
    weak="(?!heute|könnte|möchte|sollte|müsste|dürfte|wollte|würde|hätte)[a-zäöüß]{3,15}te|\\w{3,12}teten|"
    "erhielt|verließ|"
    "ließ|hielt|lag|stand|stieg|sank|zog|sprach|schrieb|schlug|"
    "flog|floh|entschied|gelang|geschah|bekam|übernahm|blieb|rief",
    past="begann|begannen|wurden?|hatten?|waren?|kam|kamen|ging|gingen|gab|starb|starben|fand|fanden|trat|traten|"
    "endete|endeten|startete|eröffnete|schloss|gewann|verlor|traf|trafen|sagte|sagten|teilten?|erklärte|feierte|"
    "feierten|stimmte|stimmten|beschloss|beschlossen|verurteilte|nahm|nahmen|lief|liefen|fiel|fielen|brach|"
    "überfiel|griff|marschierte|erschien|erschienen|ereignete|stürzte|explodierte|verstarb|geboren|gegründet|"
    "gestorben|"
    "(?:hat|haben|ist|sind)(?=[ \\0][^,.;]{0,80}\\b(?:worden|gestorben|verstorben|gekommen|gegangen|getreten|"
    "erschienen))|"
    "(?:hat|haben)(?=[ \\0][^,.;]{0,80}\\b(?:ge\\w{2,15}(?:t|en)|\\w{2,15}iert|\\w{2,8}ge\\w{2,15}(?:t|en)|"
    "(?:be|er|ver|ent|zer)\\w{2,12}(?:t|en))\\b)",
    reports="sagten?|teilten?|erklärte|beschloss|beschlossen|stimmten?|hatten?|waren?|gab",
    event="einmarsch\\w{0,2}|überf[aä]ll\\w{0,2}|angriff\\w{0,2}|anschl[aä]g\\w{0,2}|tod\\w{0,2}|invasion|erdbeben|"
    "unglück\\w{0,2}|absturz\\w{0,2}|explosion|sturm\\w{0,2}|hochwasser\\w{0,2}|brand\\w{0,2}|putsch\\w{0,2}|"
    "massaker\\w{0,2}|attentat\\w{0,2}|\\w{2,15}(?:angriff|anschlag)",
    between="de[rnms]|die|das|eine?[rnms]?|im?|an|auf|bei|von|mit|durch|sich|nach|aus|unter|gegen",
    not_past="wird|werden|soll|sollen|sollte|will|wollen|kann|können|muss|müssen|falls|zu",
)
_FRENCH_PARTICIPLE = "\\w{2,15}(?:é|ée|és|ées|i|ie|is|ies|it|ite|u|ue|us|ues|ert|erte|int|ort|orte)"
_FRENCH = _Language(
    on="le",
    of="du",
    in_year="en|début|fin|au début de|à la fin de",
    weekday="lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    past=f"(?:a|ont|avait|avaient|ayant) (?:\\w{{2,12}}ment )?(?:été |eu |fait )?{_FRENCH_PARTICIPLE}|(?:a|ont|"
    "avait) eu lieu|"
    "(?:est|sont|était|étaient) (?:mort|né|décédé|devenu|venu|arrivé|parti|entré|survenu|tombé|paru|sorti)e?s?|"
    f"(?:s[’']est|se sont|s[’']était) {_FRENCH_PARTICIPLE}|fut|furent|eut|mourut|naquit|né|née|décédée?|survenue?s?|"
    "commença|débuta|envahit",
    reports="(?:a|ont|avait|avaient) (?:\\w+ )?(?:dit|déclaré|annoncé|décidé|voté|approuvé|promis|reporté|annulé|prévu|"
    "demandé|signé|fixé|prolongé|confirmé|affirmé|indiqué|convoqué)\\w*",
    event="invasions?|attaques?|attentats?|assauts?|massacres?|mort|décès|meurtres?|assassinats?|fusillades?|"
    "séismes?|tempêtes?|inondations?|"
    "explosions?|incendies?|putsch|accidents?|catastrophes?",
    between="les?|la|l|une?|des?|du|d|à|aux?|en|dans|par|sur|sous|contre",
    not_past="sera|seront|va|vont|doit|doivent|devrait|devraient|peut|pourra|si|pour|être",
)
_SPANISH = _Language(
    on="el|el día|este",
    of="del|del día",
    in_year="en|a principios de|a finales de|durante",
    weekday="lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    past="\\w{2,15}(?:ó|aron|ieron)|fue|fueron|hubo|tuvo|tuvieron|hizo|hicieron|dijo|dijeron|vino|puso|murió|"
    "(?:ha|han|había|habían) (?:sido )?\\w{2,12}(?:ado|ido|cho|sto|rto)s?",
    reports="anunció|anunciaron|dijo|dijeron|aprobó|aprobaron|decidió|acordó|acordaron|convocó|prometió|aplazó|canceló|"
    "declaró|confirmó|votó|votaron|firmó|fijó|prorrogó|(?:ha|han|había|habían) \\w+",
    event="invasión|ataques?|atentados?|asaltos?|masacres?|muertes?|asesinatos?|tiroteos?|terremotos?|"
    "tormentas?|inundaciones|explosión|"
    "explosiones|incendios?|golpe|accidentes?|desastres?",
    between="el|la|los|las|un|una|de|del|en|al|a|por|con|contra|su",
    not_past="será|serán|va|van|debe|deben|puede|si|para|ser",
)
_ITALIAN_PARTICIPLE = "\\w{2,15}(?:at|ut|it|rt|st|tt|nt|ss|rs|es|os|us)[oaie]"
_ITALIAN = _Language(
    on="il|l[’']|lo scorso",
    of="del|dell[’']",
    in_year="nel|all[’']inizio del|alla fine del",
    weekday="lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
    past=f"(?:ha|hanno|aveva|avevano) {_ITALIAN_PARTICIPLE}|(?:è|sono|era|erano) stat[oaie](?: {_ITALIAN_PARTICIPLE})?|"
    "(?:è|sono) (?:mort|nat|entrat|scompars|avvenut|accadut|iniziat|cominciat|uscit|arrivat|partit|cadut)[oaie]|"
    "fu|furono|morì|nacque|iniziò|cominciò|avvenne|nat[oa]|scompars[oa]",
    reports="(?:ha|hanno|aveva|avevano) (?:detto|annunciato|deciso|approvato|votato|promesso|rinviato|convocato|"
    "dichiarato|confermato|firmato|fissato|prorogato)",
    event="invasione|attacc(?:o|hi)|attentat[oi]|assalt[oi]|massacr[oi]|strage|morte|omicidi[oi]?|terremot[oi]|"
    "alluvion[ei]|"
    "esplosion[ei]|incendi[oi]?|golpe|incident[ei]|disastr[oi]",
    between="il|lo|la|i|gli|le|l|un[ao]?|di|del|dell|della|in|nel|nell|nella|a|al|all|alla|da|dal|dall|dalla|"
    "con|contro|su",
    not_past="sarà|saranno|deve|devono|dovrà|può|se|per|essere",
)
_PORTUGUESE = _Language(
    on="em|no dia|na|no|a",
    of="de|do dia",
    in_year="em|no início de|no fim de|no final de",
    weekday="(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|sábado|domingo",
    past="(?!moscou)\\w{3,15}(?:ou|aram|eram|iram)|\\w{2,15}iu|\\w{2,12}(?:ceu|rreu|deu|beu)|foi|foram|houve|"
    "teve|tiveram|fez|"
    "fizeram|disse|disseram|veio|morreu|(?:tem|têm|tinha|tinham|havia) (?:sido )?\\w{2,12}(?:ado|ido|to)s?",
    reports="anunciou|anunciaram|disse|disseram|aprovou|aprovaram|decidiu|decidiram|convocou|prometeu|adiou|cancelou|"
    "declarou|confirmou|votou|votaram|assinou|marcou|prorrogou|tiveram|teve",
    event="invasão|ataques?|atentados?|assaltos?|massacres?|mortes?|assassinatos?|tiroteios?|terremotos?|explosão|"
    "explosões|incêndios?|golpe|acidentes?|desastres?",
    between="os?|as?|uma?|de|d[oa]s?|em|n[oa]s?|ao|à|por|pel[oa]|com|contra|seu|sua",
    not_past="será|serão|vai|vão|deve|devem|pode|se|para|ser",
)
_DUTCH = _Language(
    on="op",
    of="van",
    in_year="in|begin|eind|in het jaar",
    weekday="\\w{2,6}dag",
    weak="(?!zoude|moest|wilde)[a-z]{3,15}(?:te|de)|besloot|kreeg|bleef|schreef|sprak|stond|lag|hield|verliet|nam",
    past="begon|begonnen|werd|werden|was|waren|had|hadden|kwam|kwamen|ging|gingen|overleed|stierf|stierven|zei|zeiden|"
    "won|wonnen|verloor|opende|sloot|vond|vonden|trad|traden|viel|vielen|liep|nam|namen|werd|gebeurde|geboren|"
    "(?:is|zijn)(?=[ \\0][^,.;]{0,80}\\b(?:overleden|gestorven|omgekomen|vermoord))|"
    "(?:heeft|hebben)(?=[ \\0][^,.;]{0,80}\\b(?:ge\\w{2,15}(?:d|t|en)|(?:be|ver|ont)\\w{2,12}(?:d|t|en))\\b)",
    reports="zei|zeiden|had|hadden|was|waren",
    event="invasie|inval|aanval(?:len)?|aanslag(?:en)?|dood|moord(?:en)?|aardbeving|storm|overstroming(?:en)?|"
    "explosie|brand|ongeluk|ramp|coup",
    between="de|het|een|in|aan|bij|van|met|door|zich|na|uit|tegen",
    not_past="zal|zullen|zou|zouden|moet|moeten|kan|kunnen|als|te|worden|wordt",
)
LANGUAGES = tuple(
    _compile_patterns(words) for words in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH)
)
ENGLISH = LANGUAGES[0]

# A clause within the clause, whose verb is not the day's.
RELATIVE = re.compile(r"(?<!\w)(?:that|which|who|dass|que|qui|che|dat|die)(?!\w)", re.IGNORECASE)
# Words that lead a day from which something goes on, so that the day was; "desde" and "dal" lead days to come as well.
SINCE = re.compile(
    r"(?<!\w)(?:since|seit|depuis|sinds|sedan|siden)"
    r"(?:\s(?:early|late|mid|at|least|the|de[mnr]?|anfang|mitte|ende|jahr|le|l[’']année|début|fin|begin|eind|"
    r"\w{3,8}tag|"
    r"\w{3,6}day),?){0,2}[ -]$",
    re.IGNORECASE,
)
# A line that says when the page itself was changed.
CHANGED = re.compile(
    r"(?:^|[\n(.])\s{0,3}(?:[^\n.]{0,25}(?<!\w)(?:updated|last (?:edited|modified|reviewed)|"
    r"zuletzt (?:geändert|bearbeitet)|"
    r"mise?s? à jour|aktualisiert|actualizad[oa]|aggiornat[oa]|atualizad[oa]|bijgewerkt)|update)[^\n.]{0,20}$",
    re.IGNORECASE,
)
