"""The words that pages write dates with: names of months, and short names of time zones.

Month names and their usual short forms are those of the Unicode CLDR for the languages listed; zone names are
those that news pages print. A short name that means different offsets in different countries (IST, AST, …) is
not listed: it is read only where the source's own zone uses it.
"""

from __future__ import annotations

import re
import unicodedata

# One line a language, twelve months in order, the forms of a month joined by `|`.
_MONTHS = """
en january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct november|nov december|dec
de januar|jänner|jan februar|feber|feb märz|mär|mrz april|apr mai juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov dezember|dez
fr janvier|janv février|févr|fév mars avril|avr mai juin juillet|juil août septembre|sept octobre|oct novembre|nov décembre|déc
es enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago septiembre|setiembre|sep octubre|oct noviembre|nov diciembre|dic
it gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug agosto|ago settembre|set|sett ottobre|ott novembre|nov dicembre|dic
pt janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set outubro|out novembro|nov dezembro|dez
nl januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug september|sep|sept oktober|okt november|nov december|dec
sv januari|jan februari|feb mars april|apr maj juni|jun juli|jul augusti|aug september|sep|sept oktober|okt november|nov december|dec
da januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov december|dec
nb januar|jan februar|feb mars april|apr mai juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov desember|des
fi tammikuuta|tammikuu helmikuuta|helmikuu maaliskuuta|maaliskuu huhtikuuta|huhtikuu toukokuuta|toukokuu kesäkuuta|kesäkuu heinäkuuta|heinäkuu elokuuta|elokuu syyskuuta|syyskuu lokakuuta|lokakuu marraskuuta|marraskuu joulukuuta|joulukuu
pl stycznia|styczeń|sty lutego|luty|lut marca|marzec kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź listopada|listopad|lis grudnia|grudzień|gru
cs ledna|leden února|únor března|březen dubna|duben května|květen června|červen července|červenec srpna|srpen září října|říjen listopadu|listopad prosince|prosinec
ro ianuarie|ian februarie martie aprilie mai iunie|iun iulie|iul august septembrie octombrie noiembrie|noi decembrie
ru января|январь|янв февраля|февраль|фев марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сен октября|октябрь|окт ноября|ноябрь|ноя декабря|декабрь|дек
uk січня|січень лютого|лютий березня|березень квітня|квітень травня|травень червня|червень липня|липень серпня|серпень вересня|вересень жовтня|жовтень листопада|листопад грудня|грудень
el ιανουαρίου|ιαν φεβρουαρίου|φεβ μαρτίου|μαρ απριλίου|απρ μαΐου|μαϊ ιουνίου|ιουν ιουλίου|ιουλ αυγούστου|αυγ σεπτεμβρίου|σεπ οκτωβρίου|οκτ νοεμβρίου|νοε δεκεμβρίου|δεκ
tr ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara
id januari|jan februari|feb maret|mar april|apr mei juni|jun juli|jul agustus|agu|agt september|sep oktober|okt november|nov desember|des
af januarie februarie maart april mei junie julie augustus september oktober november desember
"""  # noqa: E501

# An IANA name follows daylight saving ("ET" in February is EST); a number is a fixed offset in minutes.
# US names: RFC 2822 section 4.3; European, Asian and Australian ones: the tz database.
ZONE_NAMES: dict[str, str | int] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "bst": 60,
    "et": "America/New_York", "est": -300, "edt": -240, "eastern": "America/New_York",
    "ct": "America/Chicago", "cst": -360, "cdt": -300, "central": "America/Chicago",
    "mt": "America/Denver", "mst": -420, "mdt": -360, "mountain": "America/Denver",
    "pt": "America/Los_Angeles", "pst": -480, "pdt": -420, "pacific": "America/Los_Angeles",
    "akst": -540, "akdt": -480, "hst": -600, "nst": -210, "ndt": -150, "adt": -180,
    "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180, "trt": 180,
    "sast": 120, "cat": 120, "eat": 180, "wat": 60, "pkt": 300, "npt": 345, "wib": 420, "wita": 480, "wit": 540,
    "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "jst": 540, "kst": 540,
    "awst": 480, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180,
}  # fmt: skip

# Zones whose readers write the month first; the names are the tz database's.
MONTH_FIRST_ZONES = frozenset(
    "America/New_York America/Detroit America/Chicago America/Denver America/Phoenix America/Los_Angeles "
    "America/Anchorage Pacific/Honolulu Pacific/Guam America/Puerto_Rico Asia/Manila".split()
)
MONTH_FIRST_NAMES = frozenset(
    "et est edt eastern ct cst cdt central mt mst mdt mountain pt pst pdt pacific akst akdt hst".split()
)

# A date is a plan and not yet past where the same clause says so before it (`plan_words`), or one of these directly
# before it ("until 2027").
LIMIT = re.compile(
    r"\b(?:by|until|till|through|before|next|bis|bis zum|vor|spätestens|d[’']ici|jusqu[’'](?:en|au)|avant|hasta|antes|"
    r"entro|fino al?|até|tot|voor)\W{1,3}(?:(?:the|el|le|il|den|dem|de)\s)?$",
    re.IGNORECASE,
)
# A year alone is read as past only after one of these, as in "since 1994" and "in early 2022".
SINCE = re.compile(
    r"\b(?:in|since|from|during|of|seit|im|jahr(?:e|es)?|vom|en|depuis|de|année|desde|año|nel|dal|del|dell[’']anno|"
    r"em|no|ano|sinds|jaar|sedan|siden|från|early|mid|late|anfang|ende|mitte)[ -]{1,3}$",
    re.IGNORECASE,
)


def fold(word: str) -> str:
    """The word without case and accents, so that `FÉVRIER` and `fevrier` are one."""
    if word.isascii():  # most words, and many times faster
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _MONTHS.strip().splitlines():
        for number, forms in enumerate(line.split()[1:], 1):
            for form in forms.split("|"):
                if found.setdefault(fold(form), number) != number:
                    raise ValueError(f"{form} is month {found[fold(form)]} in one language and {number} in another")
    return found


MONTHS = _months()  # folded name → 1 to 12
