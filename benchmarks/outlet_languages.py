"""Give the languages of the outlets whose labelled pages measure language detection: by outlet, all else English.

Each outlet publishes in one language; the labelled bodies were checked against it with `py3langid` 0.3 and, where
that differed, by reading.
"""

from __future__ import annotations

LANGUAGES = {
    outlet.strip(): line.split(":", 1)[0].strip()
    for line in """
    cs: SeznamZpravy
    de: AFP Faktencheck | Berliner Zeitung | Bild | Business Insider DE | Börsen-Zeitung | Der Standard | Deutsche Welle
    de: Die Neue Südtiroler Tageszeitung | Die Presse | Die Zeit | Euronews (DE) | Focus Online | Frankfurter Rundschau
    de: Gamestar | Golem | Hessenschau | Junge Welt | Kicker | Klasse Gegen Klasse | Kleine Zeitung | Krautreporter
    de: Luxemburger Wort | Mallorca Magazin | Mitteldeutsche Zeitung | Mitteldeutscher Rundfunk (MDR) | Postillon
    de: Rheinische Post | Ruhr Nachrichten | Schweizer Radio und Fernsehen | Sportschau | T-Online | Tages-Anzeiger
    de: Tagesschau | Tagesspiegel | Vogue | Wochenblatt | ZDF | der Freitag | netzpolitik.org
    de: Österreichischer Rundfunk
    es: ABC | El Mundo | elDiario.es
    fr: Le Monde | Les Échos
    hi: Dainik Bhaskar
    id: Media Indonesia
    it: Corriere della Sera | Il Giornale | La Repubblica
    ja: Asahi Shimbun | Chunichi Shimbun | Nikkan Geadai | The Nikkei | Tokyo Shimbun
    ko: Maeil Business Newspaper
    no: Dagbladet | Norsk rikskringkasting | Verdens Gang
    pl: Rzeczpospolita
    ru: Kommersant
    tr: Anadolu Ajansı | Haberturk
    xh: Dizindaba
    zu: Ilanga | Isolezwe
    """.strip().splitlines()
    for outlet in line.split(":", 1)[1].split("|")
}


def get_outlet_language(outlet: str) -> str:
    """Return the ISO 639-1 code of the language that the outlet publishes in."""
    return LANGUAGES.get(outlet, "en")
