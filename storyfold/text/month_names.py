"""Hold the names of months as pages and feeds write them, in the languages listed.

Names and usual short forms are those of the Unicode CLDR (a test holds the table against the release that Babel
brings), and beside them those that feeds print (Sept, Febr, genn). They stand here and are not taken from Babel: its
locales take longer to load than a page to read, and where one word is two months the table must choose.
"""

from __future__ import annotations

from storyfold.text.normalize import fold_accents

# One line a language, twelve months in order, the forms of a month joined by `|`. Left out are short forms that are
# everyday words (Czech "pro", Croatian "tra", all of Hindi), Croatian October, which is November in Polish and Czech,
# and Persian May, which is fog too.
_MONTHS = """
en january|jan february|feb|febr march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct november|nov december|dec
de januar|jänner|jan|jän februar|feber|feb märz|mär|mrz april|apr mai juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov dezember|dez
fr janvier|janv février|févr|fév mars avril|avr mai juin juillet|juil|juill août septembre|sept octobre|oct novembre|nov décembre|déc
es enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago septiembre|setiembre|sep|sept octubre|oct noviembre|nov diciembre|dic
it gennaio|gen|genn febbraio|feb|febb|febbr marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug agosto|ago settembre|set|sett ottobre|ott novembre|nov dicembre|dic
pt janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set outubro|out novembro|nov dezembro|dez
nl januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug september|sep|sept oktober|okt november|nov december|dec
sv januari|jan februari|feb mars april|apr maj juni|jun juli|jul augusti|aug september|sep|sept oktober|okt november|nov december|dec
da januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov december|dec
nb januar|jan februar|feb mars april|apr mai juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov desember|des
fi tammikuuta|tammikuu helmikuuta|helmikuu maaliskuuta|maaliskuu huhtikuuta|huhtikuu toukokuuta|toukokuu kesäkuuta|kesäkuu heinäkuuta|heinäkuu elokuuta|elokuu syyskuuta|syyskuu lokakuuta|lokakuu marraskuuta|marraskuu joulukuuta|joulukuu
pl stycznia|styczeń|sty lutego|luty|lut marca|marzec kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź listopada|listopad|lis grudnia|grudzień|gru
cs ledna|leden února|únor března|březen dubna|duben května|květen června|červen července|červenec srpna|srpen září října|říjen listopadu|listopad prosince|prosinec
ro ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug septembrie|sept octombrie|oct noiembrie|noi|nov decembrie|dec
ru января|январь|янв февраля|февраль|фев|февр марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сен|сент октября|октябрь|окт ноября|ноябрь|ноя|нояб декабря|декабрь|дек
uk січня|січень|січ лютого|лютий|лют березня|березень|бер квітня|квітень|квіт травня|травень|трав червня|червень|черв липня|липень|лип серпня|серпень|серп вересня|вересень|вер жовтня|жовтень|жовт листопада|листопад|лист грудня|грудень|груд
el ιανουαρίου|ιανουάριος|ιαν φεβρουαρίου|φεβρουάριος|φεβ μαρτίου|μάρτιος|μαρ απριλίου|απρίλιος|απρ μαΐου|μάιος|μαϊ ιουνίου|ιούνιος|ιουν ιουλίου|ιούλιος|ιουλ αυγούστου|αύγουστος|αυγ σεπτεμβρίου|σεπτέμβριος|σεπ οκτωβρίου|οκτώβριος|οκτ νοεμβρίου|νοέμβριος|νοε δεκεμβρίου|δεκέμβριος|δεκ
tr ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara
id januari|jan februari|feb maret|mar april|apr mei juni|jun juli|jul agustus|agu|agt september|sep oktober|okt november|nov desember|des
af januarie|jan februarie|feb maart|mrt april|apr mei junie|jun julie|jul augustus|aug september|sep oktober|okt november|nov desember|des
hu január|jan február|febr|feb március|márc április|ápr május|máj június|jún július|júl augusztus|aug szeptember|szept október|okt november|nov december|dec
sk januára|január|jan februára|február|feb marca|marec|mar apríla|apríl|apr mája|máj júna|jún júla|júl augusta|august|aug septembra|september|sep októbra|október|okt novembra|november|nov decembra|december|dec
sl januar|jan februar|feb marec|mar april|apr maj junij|jun julij|jul avgust|avg september|sep oktober|okt november|nov december|dec
hr siječnja|siječanj veljače|veljača|velj ožujka|ožujak travnja|travanj svibnja|svibanj lipnja|lipanj srpnja|srpanj kolovoza|kolovoz rujna|rujan — studenoga|studeni prosinca|prosinac
sr јануар|јан фебруар|феб март|мар април|апр мај јун јул август|авг септембар|сеп октобар|окт новембар|нов децембар|дец
bg януари|яну февруари|фев март април|апр май юни юли август|авг септември|сеп октомври|окт ноември|ное декември|дек
lv janvāris|janv februāris|febr marts aprīlis|apr maijs jūnijs|jūn jūlijs|jūl augusts|aug septembris|sept oktobris|okt novembris|nov decembris|dec
et jaanuar|jaan veebruar|veebr märts aprill|apr mai juuni juuli august|aug september|sept oktoober|okt november|nov detsember|dets
ca gener|gen febrer|febr març|mar abril|abr maig juny juliol|jul agost setembre|set octubre|oct novembre|nov desembre|des
gl xaneiro|xan febreiro|feb marzo|mar abril|abr maio xuño xullo|xul agosto|ago setembro|set outubro|out novembro|nov decembro|dec
ar يناير فبراير|شباط مارس|آذار أبريل|إبريل|نيسان مايو|أيار يونيو|حزيران يوليو|تموز أغسطس|آب سبتمبر|أيلول أكتوبر نوفمبر ديسمبر
fa ژانویه فوریه مارس آوریل — ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
hi जनवरी फ़रवरी|फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर
"""  # noqa: E501


def _read_months() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _MONTHS.strip().splitlines():
        for number, forms in enumerate(line.split()[1:], 1):
            for form in forms.split("|") if forms != "—" else ():
                if found.setdefault(fold_accents(form), number) != number:
                    raise ValueError(
                        f"{form} is month {found[fold_accents(form)]} in one language and {number} in another"
                    )
    return found


MONTHS = _read_months()  # folded name → 1 to 12
