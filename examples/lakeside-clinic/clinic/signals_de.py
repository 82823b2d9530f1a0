"""What German-speaking patients want, ask and signal; the same tables as signals_en.py."""

INTENTS = [
    ("results", r"\b(?:befund\w*|laborwerte?|testergebnis\w*|ergebnisse?)\b"),
    ("renewal", r"\b(?:folge)?rezept\w*\b"),
    ("move", r"\b(?:verschieb\w*|verleg\w*|umbuch\w*)\b"),
    ("cancel", r"\b(?:absagen|stornier\w*)\b"),
    ("price", r"\bwas kostet\b|\bwie viel kostet\b"),
    ("book", r"\btermin\b[^.?!]{0,30}\b(?:brauch\w*|vereinbar\w*|mach\w*|buch\w*|haben|hätte|bekomm\w*)\b|\b(?:brauch\w*|hätte|möchte|will|vereinbar\w*|mach\w*|buch\w*|wegen|um|für|gern|bekomm\w*)\b[^.?!]{0,30}\btermin\b|^\W*(?:ein\w* )?termin\W*$"),
]

TOPICS = [
    ("appointment_length", r"\bwie lange\b(?! (?:vorher|noch|dauert das))|\bdauer\b|\bdauert (?:der|ein|es)\b|\btermin dauert\b|\bwie viel zeit\b|\btermindauer\b"),
    ("bring", r"\bmitbring\w*\b|\bmitzubringen\b|\bdabei ?haben\b|\bunterlagen\b"),
    ("parking", r"\bpark\w*\b"),
    ("late_fee", r"\b(?:absage|ausfall)?gebühr\w*\b"),
    ("cancellation_notice", r"\babsagefrist\b|\b(?:kostenlos|frist)\b[^.?!]{0,20}\babsag\w*|\babsag\w*[^.?!]{0,20}\b(?:kostenlos|frist|muss)\b|\bwie lange vorher\b"),
    ("copay", r"\bzuzahlung\b|\beigenanteil\b"),
    ("visit_price", r"\bkoste[tn]?\b|\bpreis\b|\bwie ?viel\b(?! zeit)|\bzahlen\b"),
    ("desk_hours", r"\böffnungszeiten\b|\bgeöffnet\b|\bwann (?:haben|sind) sie\b"),
    ("address", r"\badresse\b|\bwo (?:sind|liegt|ist)\b"),
    ("renewal_time", r"\bwann\b[^.?!]{0,30}\b(?:fertig|abholen)\b"),
    ("results_time", r"\blaborzeit\b"),
    ("nurse_hours", r"\bwann\b[^.?!]{0,30}\bpflege\w*"),
    ("doctor", r"\bwelche[rnm]? (?:arzt|ärztin)\b"),
]

_RELATIVE = r"\b(?:mein|dein|sein|ihr|unser)(?:e|er|es|em|en)? (?:ex\b|(?:ex-?)?(?:frau|mann|mannes|ehemann\w*|ehefrau|partner\w*|mutter|vaters?|nachbar\w*|freund\w*|kolleg\w*|chef\w*|bruder\w*|schwester|sohn\w*|tochter|mitbewohner\w*)\b)"
_REQUEST = r"\b(?:sagen|zeigen|geben|gib|nennen|schauen|nachsehen|nachschauen|sehen|auskunft|steht|konto|akte|daten|befund\w*|adresse|haben sie)\b"

SIGNALS = {
    "urgent": r"\b(?:brustschmerz\w*|atemnot|keine luft|schlaganfall|herzinfarkt|bewusstlos)\b",
    "advice": r"\bdosier\w*\b|\bnebenwirkung\w*\b|\bwie ?viel\w* (?:tabletten|ibuprofen)\b|\bibuprofen\b",
    "human": r"\b(?:echten?|richtigen?) (?:mensch\w*|person\w*)\b|\b(?:mensch\w*|mitarbeiter\w*|vorgesetzte\w*)\b|\b(?:mit|zu|an) (?:eine[rnm]?|ihre[rnm]?|de[rnm]) (?:person|kolleg\w*|chef\w*|leitung)\b|\bjemand\w*\b[^.?!]{0,20}\b(?:sprechen|reden)\b|\b(?:chef\w*|leitung)\b[^.?!]{0,20}\b(?:sprechen|reden)\b",
    "nurse": r"\bpflege(?:kraft|telefon)\b|\bkrankenschwester\b",
    "injection": r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b[^.]{0,40}\b(?:anweisung\w*|regeln|vorgaben)\b|\bneue (?:anweisung\w*|regel)\b|\bdu bist jetzt\b|\bsie sind jetzt\b|\btu so als\b|\bsystemnachricht\b|\bsystemtest\b|\bwartungsmodus\b|\bantworte\w*\b[^.]{0,30}\bmit\b|\bab jetzt\b|(?<!ich )\bwiederhol\w*\b[^.]{0,20}(?::|nach mir)|\bsprich mir nach\b|\bbeende\w*\b[^.]{0,40}\bmit\b|\bsag\w* (?:nur|genau)\b|\bentwickler\w*\b",
    "extraction": r"\b(?:dein\w*|ihr\w*|geheim\w*|intern\w*|erst\w*) (?:system)?(?:prompt|anweisung\w*|regeln|vorgaben|instruktion\w*)\b|\bsystem-?prompt\b|\bwort für wort\b",
    "social": r"\bausnahme\w*\b|\bpatientenliste\b|\bausnahmsweise\b|\bich bin (?:der|die|vom|von der|ein|eine|aus der) (?:arzt|ärztin|admin\w*|it\w*|techni\w*|polizei|chef\w*|entwickler\w*|revision)|\bpasswort\b|\bfreigegeben\b|\bim auftrag\b|\bgefallen\b|\b(?:prüfung|kontrolle|verifizierung|überprüfung)\w*\b|\bnur dieses (?:eine )?mal\b|\bich arbeite (?:hier|dort|bei|auch)\b|\bkolleg\w* (?:hat|haben|sagte)\b[^.?!]{0,30}\b(?:erlaubt|zugesagt|genehmigt|versprochen|geprüft|bestätigt|gesagt,? (?:dass )?(?:sie|ich))|\bvertrauen sie mir\b",
    "third": rf"{_REQUEST}[^.?!]{{0,45}}{_RELATIVE}|{_RELATIVE}[^.?!]{{0,40}}{_REQUEST}|\b(?:anderen?|andere[rn]?|vorherige\w*|letzten?) (?:patient\w*|kund\w*|person\w*)\b|\bjemand anderem?\b|\b(?:patient\w*|kund\w*|person|wer) vor mir\b",
    "cite": r"\bwo (?:steht|das steht|genau|kann ich das|finde ich)\b|\bin welche[rm] (?:regel|dokument|paragra\w*)\b|\bgeschrieben\b|\bbeleg\w*\b|\bquelle\b|\bnachweis\w*\b|\bbeweis\w*\b|\bschriftlich\b|\bwelche regel\b|\bnachlesen\b",
    "object": r"\bstimmt (?:so |doch )?nicht\b|\banderer meinung\b|\bnicht ihre antwort\b|\büberzeugt mich nicht\b|\bkeinen sinn\b|\banders (?:verstanden|gehört)\b|\bauf keinen fall\b|\bkann nicht (?:sein|stimmen)\b|\bglaube ich nicht\b|\bsicher\?|\bunsinn\b|\bquatsch\b|\bwirklich\?|\bsehe (?:ich|das)[^.?!]{0,12}anders\b|\bnicht einverstanden\b|\bwieso\b|\bwarum\b|\bunfair\b|\bfalsch\b|\bakzeptier\w*\b|\bnicht (?:richtig|fair|in ordnung)\b|\b(?:anders|gegenteil|was anderes|etwas anderes) (?:gesagt|gehört)\b|\bwiderspr\w*\b",
    "again": r"\bwas (?:stimmt|gilt) (?:denn )?(?:nun|jetzt)\b|\bklare antwort\b|\bein für alle ?mal\b",
    "conflict": r"\bändert das (?:etwas|was)\b|\bimmer noch (?:gleich|so)\b|\b(?:doch|eigentlich) (?:war|ist) es\b|\bwas (?:dann|gilt dann)\b|\bdurcheinander\b|\bspielt das eine rolle\b|\bverwechselt\b",
    "angry": r"\b(?:unverschämt\w*|frechheit|lächerlich|wütend|sauer|nerv(?:t|en|ig)\w*|idiot\w*|blöd\w*|dumm\w*|unfähig\w*|verdammt|scheiß\w*|mist|katastrophe|zumutung|reicht(?:'s| es)|schlimmste\w*|enttäusch\w*|ärger\w*|ahnungslos|nutzlos|furchtbar|schlecht\w*|unmöglich|schämen|kompliziert|zeitverschwendung|woanders|satt|amateur\w*|wechs(?:le|eln)|leid|unglaublich\w*|umstand|gleiche|vertraut|treu|beigebracht|verlieren|erwartet|glücklich|gezählt|leidet)\b|\b(?:keine (?:ahnung|hilfe)|überhaupt (?:irgend)?was|meine oma|andere können|bin ich weg|bei ihnen bleiben|suche ich mir|leben schwer|ihnen (?:sind|wert)|was für ein tag|wie oft)\b|!{2,}|\?!",
    "anxious": r"\b(?:angst|sorgen?|besorgt|nervös|panik|verzweifelt|überfordert|gestresst|weine|unruhig|allein)\b",
    "impatient": r"\b(?:ganzen tag|weitermachen|was neues|dauert aber|machen sie schon|schnell\w*|beeil\w*|eilig|keine zeit|sofort|endlich|warte|ewig|fortschritt|na\?)\b|\bdauert (?:das|es) (?:noch|so|zu|ewig)\b|\bwie lange (?:noch|dauert das)\b",
    "repeat_complaint": r"\b(?:schon|bereits|doch) (?:gesagt|angegeben|geschrieben|genannt)\b|\bsiehe oben\b|\bweiter oben\b|\b(?:haben|hatten) (?:sie|wir) (?:mich )?(?:das )?schon\b|\bschon (?:gefragt|geantwortet)\b|\bgerade gesagt\b|\bwie oft\b|\bhatten wir schon\b|\bschon wieder\b",
    "refuse_fact": r"\b(?:sage|gebe|verrate|nenne|teile) ich\b[^.?!]{0,15}\bnicht\b|\b(?:möchte|will|werde) ich\b[^.?!]{0,15}\bnicht\b|\blieber nicht\b|\bwozu\b|\bwofür\b|\bgeht sie nichts an\b|\bprivat\b|\bmuss das sein\b|\bbrauchen sie\b|\bnicht zur hand\b|\b(?:notwendig|nötig)\b|\bbehalte ich\b|\bin einen chat\b|\b(?:bekommen|kriegen) sie\b[^.?!]{0,12}\bnicht\b|^\W*das nicht\W*$|\bgerade nicht da\b|\berst suchen\b|\bbei sich\b|\bauch ohne\b|\bangeben will\b|\bnicht sicher, ob\b",
    "dont_know": r"\b(?:weiß|weiss) (?:ich )?(?:das )?(?:leider )?nicht\b|\bnicht sagen\b|\bnicht sicher\b|\braten\b|\bsoll ich das wissen\b|\bkeine ahnung\b|\bvergessen\b|\bhabe ich nicht\b|\bfinde (?:ich )?(?:das )?nicht\b",
    "yes": r"^\W*(?:(?:ok|also|gut|hm|äh|na)\W+)*(?:ja|jap|jo|jawohl|genau|passt|gerne|gern|klar|in ordnung|einverstanden|machen sie|bitte|stimmt(?! (?:so |doch )?nicht)|richtig|gut|(?:okay|ok)(?!,? (?:but|where|let|so|what|how|stop|and|then|never|too)\b)|bestätigt|korrekt|perfekt|so machen|alles klar|verstanden|von mir aus|meinetwegen|prima|klingt gut|ist mir recht|so ist es|dann mach\w*)\b(?!,? aber)|\b(?:buchen sie)\b|^\W*(?:ok|hm|äh|naja)?,? ?ja\b|\bja\W*$",
    "no": r"^\W*(?:nein|nö|nee|ne|lieber nicht|bitte nicht|eher nicht|nicht ganz|glaube nicht|nichts (?:mehr|weiter)|nichts\W*$|das war'?s\W*$)(?!\w)(?! (?:moment|warten))",
    "thanks": r"\b(?:danke\w*|vielen dank|dankeschön)\b",
    "bye": r"\b(?:tschüss|tschüs|wiedersehen|auf wiederhören|das war'?s|das wars|schönen tag|ciao)\b",
    "greeting": r"^\W*(?:hallo|guten (?:tag|morgen|abend)|moin|servus|grüß gott)\b",
    "correction": r"\b(?:eigentlich|korrektur|ich meinte|meinte|vertippt|verschrieben|falsch|sondern|doch (?:der|am|lieber)|moment|statt)\b|\bnicht\b",
    "any_day": r"\b(?:so (?:bald|schnell|früh) wie|frühest\w*|nächste[rn]? freie[rn]?|egal|jederzeit)\b",
    "may_ask": r"\b(?:darf|kann) ich (?:das |hier )?(?:etwas )?fragen\b",
}

NOISE = r"\bsendungsnummer\b|\beinkauf\w*\b|\bfalsches fenster\b|\bmilch\b|\beier\b|\bkartoffel\w*\b|\bhandtücher\b"
OLD_BEFORE = r"(?:\bnicht|\bstatt|\banstatt|\bich (?:sagte|schrieb|hatte))\s*(?:den|dem|der|vom|am|:)?\s*[\"'„]?$"
OLD_AFTER = r"^[\"'“]?\s*(?:war|ist) (?:falsch|ein (?:fehler|tippfehler))"
WORDS = (r"\b(?:ich|ist|und|nicht|der|das|den|ein|eine|einen|mein|meine|bitte|wie|was|wo|wann|hallo|guten|danke|für|mit|termin|ja|nein|sie|mir|kann|habe|brauche|möchte|mai|uhr|auch|noch|es|zu|wieso|warum|oder|aber|wenn|doch|schon"
         r"|geht|gibt)\b|[äöüß]")
