"""Text helpers: plain form for matching, small typo repair, language detection, dates."""

import re
import unicodedata

MONTHS_EN = (
    "January February March April May June July August September October November December"
).split()
MONTHS_ES = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()

# Words that carry the meaning of a request. A token one slip away from one of them is read as that word.
KEYWORDS = (
    "charged charge charges double duplicate twice refund refunded return returned parcel package delivery "
    "delivered arrived address change cancel cancelled subscription membership order number email damaged "
    "broken cracked warranty status where waiting supervisor manager human person agent speak someone "
    "cargo duplicado cobro paquete informed happens supervisor promised overdue missing already wrong actually correct instead sorry policy ridiculous unacceptable lawyer guarantee "
    "money back again exception legal invoice colleague representative complaint neighbour neighbor "
    "reembolso pedido paquete direccion suscripcion cancelar devolver cobrado garantia supervisor humano"
).split()

_SPANISH = re.compile(
    r"\b(el|los|las|una?|unos|unas|que|qué|por|para|con|pero|mi|mis|te|lo|la|le|es|esto?|esa|ese|eso|esta|está|están|"
    r"estoy|hola|buen[oa]s|gracias|quiero|necesito|pedido|reembolso|cobraron|cuando|cuándo|cuanto|cuánto|donde|dónde|"
    r"como|cómo|porque|se|ya|usted|persona|nada|algo|todo|toda|muy|mas|más|menos|del|sí|correo|dos|veces|vez|otra|otro|"
    r"dice|dije|en|de|tengo|tiene|vale|claro|problema|prisa|desastre|hart[oa]|siempre|nunca|ahora|aquí|alguien|nadie|"
    r"cargo|paquete|artículo|devolver|recuperar|dinero|puede|puedo|hace|hay|soy|era|fue|bien|mal|favor|así|"
    r"entonces|también|pues|bueno|perdón|perdone|espere|mire|oiga|sigo|cuál|quién|solo|sin|lo siento)\b"
)
_ENGLISH = re.compile(
    r"\b(the|i|my|you|your|is|it|its|was|and|to|for|of|that|this|what|where|when|how|want|need|not|do|does|"
    r"did|have|been|but|with|on|in|can|will|order|refund|charged|hi|hello|thanks|please|yes|im|are|with|get)\b"
)


def plain(text):
    """Lower case, no accents, no apostrophes, single spaces: the form every pattern is written for."""
    text = text.replace("\u2019", "'").replace("\u2018", "'")
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", re.sub(r"['¿¡]", "", text)).strip()


def _deletions(word):
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _typo_table():
    """Maps every one-letter deletion of a keyword to the keyword (deletion, insertion, swap, substitution)."""
    table = {}
    for word in KEYWORDS:
        if len(word) >= 5:
            for form in _deletions(word):
                table.setdefault(form, word)
    return table


_TYPOS = _typo_table()
_KNOWN = frozenset(KEYWORDS)
# Real words that lie one slip away from a keyword and must stay what they are.
_REAL = frozenset(
    "persona personas change chance charger orders boarder border person prison reason parcels agents agenda statue statues "
    "there were here monkey honey stats adress returns refunds charges changed numbers emails cancels wring "
    "wronged delivers policies police address speaks correctly actual brown broke arrive arrives waited "
    "writing manages manage humans guarantees".split()
) - _KNOWN


def _repair(token):
    if len(token) < 5 or token in _KNOWN or token in _REAL or not token.isalpha():
        return token
    if token in _TYPOS:
        return _TYPOS[token]
    for i in range(len(token) - 1):
        swapped = token[:i] + token[i + 1] + token[i] + token[i + 2 :]
        if swapped in _KNOWN:
            return swapped
    for form in _deletions(token):
        if form in _KNOWN:
            return form
        if len(token) >= 6 and form in _TYPOS:
            return _TYPOS[form]
    return token


def repaired(plain_text):
    """The plain text with slips in key words put right ("chrged" -> "charged")."""
    return re.sub(r"[a-z]+", lambda m: _repair(m.group()), plain_text)


def language_of(text, before):
    """"es" or "en"; a text that shows nothing keeps the language spoken before."""
    low = " " + text.lower() + " "
    spanish = len(_SPANISH.findall(low)) + 2 * len(re.findall(r"[ñ¿¡]|[áéíóú]", low))
    english = len(_ENGLISH.findall(low))
    if spanish >= english + 2 or (spanish > english and (before == "es" or not english)):
        return "es"
    if english >= spanish + 2:
        return "en"
    return before


def date_text(date, language):
    """(3, 14) -> "March 14" or "14 de marzo"."""
    month, day = date
    if language == "es":
        return f"{day} de {MONTHS_ES[month - 1]}"
    return f"{MONTHS_EN[month - 1]} {day}"


def localised(value, language):
    """A date written in English ("March 14") in the language of the conversation; other text unchanged."""
    match = re.fullmatch(r"([A-Z][a-z]+) (\d{1,2})", str(value))
    if match and match.group(1) in MONTHS_EN:
        return date_text((MONTHS_EN.index(match.group(1)) + 1, int(match.group(2))), language)
    return str(value)
