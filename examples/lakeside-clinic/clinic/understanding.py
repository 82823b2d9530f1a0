"""Reads what a patient typed: the values in it and the signals it sends. No memory: the same text always reads the same."""
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Optional, Tuple

from clinic import dates
from clinic.spelling import corrected

# What the patient wants done. Order matters: the first that matches wins ("cancel my appointment" is no booking).
INTENTS = [
    ("results", r"\b(?:test|lab|blood|my|the|about|get|have|see)\b[^.?!]{0,20}\bresults?\b|\bresults?\b[^.?!]{0,20}\b(?:test|blood|lab|back|ready|there|in)\b|^results?\W*$"
                r"|\b(?:befund|laborwerte?|testergebnis\w*|ergebnisse?)\b"),
    ("renewal", r"\b(?:prescription|refill|renew\w*|repeat script)\b|\b(?:folge)?rezept\w*\b"),
    ("move", r"\b(?:reschedul\w*|rebook|postpone)\b|\b(?:move|change|shift|switch|push)\b[^.?!]{0,25}\b(?:appointment|booking|appt|visit|slot|it|date|time)\b"
             r"|\bappointment\b[^.?!]{0,30}\b(?:another|different|other|new) (?:day|time|date)|\b(?:verschieb\w*|verleg\w*|umbuch\w*)\b"),
    ("cancel", r"\b(?:cancel|call off|drop)\b[^.?!]{0,25}\b(?:appointment|booking|appt|visit|it|slot|mine)\b|^\W*(?:please )?cancel\W*$|\b(?:cancel my|cannot make it|can ?not come|cant make it|can't make it)\b"
               r"|\b(?:absagen|stornier\w*)\b"),
    ("price", r"\bhow much\b[^.?!]{0,30}\b(?:visit|appointment|consultation|cost|pay|insur\w*)\b|\b(?:price|cost)s?\b[^.?!]{0,25}\b(?:visit|appointment|consultation|with|insur\w*)\b"
              r"|\bwhat\b[^.?!]{0,25}\b(?:visit|appointment|consultation)s? costs?\b|\b(?:insurance|insurer)\b[^.?!]{0,20}\b(?:cover|pay)\w*|\bwas kostet\b|\b(?:does|do) (?:you|my insurance) (?:take|cover)\b"),
    ("book", r"\b(?:book|make|get|need|want|schedule|arrange|see|have|like|find)\b[^.?!]{0,25}\b(?:appointment|appt|slot|doctor|visit|checkup|check-up)\b|\bappointment (?:with|for|please)\b|^\W*(?:an? )?(?:new )?appointment\W*$|\bbook (?:it|me)\b"
             r"|\btermin\b[^.?!]{0,30}\b(?:brauch\w*|vereinbar\w*|mach\w*|buch\w*|haben|hätte)\b|\b(?:brauch\w*|hätte|möchte|will|vereinbar\w*|mach\w*|buch\w*|wegen)\b[^.?!]{0,30}\btermin\b|^\W*termin\W*$"),
]

# Side questions that the house rules answer.
TOPICS = [
    ("appointment_length", r"\bhow long\b|\b(?:appointment|visit) length\b|\bhow much time\b|\bduration\b|\bhow many minutes\b|\bwie lange\b|\bdauer\w*\b|\bwie viel zeit\b|\btermindauer\b"),
    ("bring", r"\bbring\b|\btake with me\b|\bwhat (?:papers|documents)\b|\bmitbring\w*\b|\bdabei ?haben\b|\bunterlagen\b"),
    ("parking", r"\bpark\w*\b|\bwhere (?:can|do|should) i (?:park|leave (?:my|the) car)\b"),
    ("late_fee", r"\b(?:late|cancel\w*|no.?show)\b[^.?!]{0,20}\b(?:fees?|charges?|cost)\b|\b(?:what|how (?:much|high)|why)\b[^.?!]{0,25}\bfee\b|\babsagegebühr\b|\bgebühr\w*\b|\bausfallgebühr\b"),
    ("cancellation_notice", r"\bcancell?ation (?:notice|policy|rules?|window|terms?)\b|\b(?:cancel|move|change)\b[^.?!]{0,25}\b(?:for free|free of charge|in time|if i|later|until)\b|\bfree cancell?ation\b|\babsagefrist\b|\b(?:kostenlos|frist)\b[^.?!]{0,20}\babsag\w*|\babsag\w*[^.?!]{0,20}\b(?:kostenlos|frist|muss)\b|\bwie lange vorher\b"),
    ("copay", r"\bco-?pay\w*\b|\b(?:my|visit) share\b|\bzuzahlung\b|\beigenanteil\b"),
    ("visit_price", r"\bhow much\b(?! time)|\bcosts?\b|\bprice\b|\bdo i (?:have to )?pay\b|\bwhat (?:will|would) i pay\b|\bkoste[tn]?\b|\bpreis\b|\bwie ?viel\b(?! zeit)|\bzahlen\b"),
    ("desk_hours", r"\b(?:desk|opening|office|business) hours\b|\bwhen (?:are you|do you|is the (?:desk|clinic)) open\w*\b|\bwhat time do you (?:open|close)\b|\böffnungszeiten\b|\bgeöffnet\b|\bwann (?:haben|sind) sie\b"),
    ("address", r"\baddress\b|\bwhere (?:are you|is the clinic|is it)\b|\bhow do i get there\b|\badresse\b|\bwo (?:sind|liegt|ist)\b"),
    ("renewal_time", r"\brenewal time\b|\bwhen\b[^.?!]{0,30}\b(?:ready|pick (?:it )?up|collect)\b|\bwann\b[^.?!]{0,30}\b(?:fertig|abholen)\b"),
    ("results_time", r"\b(?:results?|laboratory|lab) time\b|\bwhen\b[^.?!]{0,25}\bresults?\b"),
    ("nurse_hours", r"\bnurse (?:line )?(?:hours|times)\b|\bwhen\b[^.?!]{0,20}\bnurse\b"),
    ("move_limit", r"\bmoving limit\b|\bhow late can i (?:move|change)\b"),
    ("emergency", r"\bemergency number\b"),
    ("doctor", r"\bwhich doctor\b|\bwho (?:is|will be|am i seeing)\b[^.?!]{0,12}\b(?:doctor|seeing)?\b|\bwelche[rn]? (?:arzt|ärztin)\b"),
]

SIGNALS = {
    "urgent": r"\bchest (?:pain|hurts|tight\w*|feels|pressure)|\bpain in (?:my|the) chest|\b(?:can'?t|cannot|can ?not|hard to|struggling to|trouble) breath\w*|\bshort(?:ness)? of breath|\bbreathing (?:is )?(?:difficult|badly|trouble)"
              r"|\bheart attack|\bstroke\b|\b(?:face|arm) (?:is |feels |went )?(?:numb|droop\w*)|\bpassed out\b|\bfainted\b|\bunconscious\b|\bbleeding (?:heavily|a lot|badly)|\bheavy bleeding|\bwon'?t stop bleeding"
              r"|\bkill myself|\bsuicid\w*|\bend my life|\bswollen (?:throat|tongue)|\bthroat is (?:closing|swelling)|\b(?:brustschmerz\w*|atemnot|keine luft|schlaganfall|herzinfarkt|bewusstlos)\b",
    "advice": r"\bhow (?:much|many|often)\b[^?]{0,40}\b(?:can|should|may|do|could|is|are|safe|okay|ok)\b[^?]{0,30}\b(?:take|give|tablets?|pills?|ibuprofen|paracetamol|aspirin|antibiotics?|safe)\b|\b(?:dose|dosage|overdose|milligrams?|side effects?)\b"
              r"|\b(?:can|should|may|could) i\b[^?]{0,30}\b(?:take|mix|stop taking|drink|combine|give)\b[^?]{0,60}\b(?:ibuprofen|paracetamol|aspirin|pills?|tablets?|medicines?|meds|medication|alcohol|beer|wine|antibiotics?|painkillers?|syrup)\b|\b(?:ibuprofen|paracetamol|aspirin|painkillers?|antibiotics?)\b"
              r"|\bis (?:it|that|this) (?:safe|normal|dangerous|contagious)\b|\bwhat (?:could|might) (?:it|this|that|i) (?:be|have)\b|\bdo i have (?:a|an|the|cancer|covid|flu|diabetes)\b|\bdiagnos\w*\b|\bmedical advice\b|\bwhat (?:does|do) (?:it|that|my|the) (?:results?|values?) mean\b|\brash\b"
              r"|\bdosier\w*\b|\bnebenwirkung\w*\b|\bwie ?viel\w* (?:tabletten|ibuprofen)\b",
    "human": r"\b(?:speak|talk|chat|connect|transfer|put|pass|get|give|want|need|prefer|escalate|call)\b[^.?!]{0,30}\b(?:human|person|someone|somebody|people|agent|representative|supervisor|manager|colleague|receptionist|operator|boss|staff|superior|front desk|desk)\b"
             r"|\b(?:real|actual|living|live) (?:human|person|people|agent|one)\b|^\W*(?:a |an )?(?:human|person|supervisor|manager|agent|operator)(?: please| now)?\W*$|\b(?:supervisor|manager)\b|\bin charge\b|\bwho(?:'s| is) your (?:boss|manager)|\bnot (?:a |with a |to a )?(?:bot|robot|machine)\b|\bsomeone (?:else|who)\b|\bescalate\b"
             r"|\b(?:menschen?|mitarbeiter\w*|vorgesetzte\w*|chef\w*|kolleg\w*|echten? person|jemand\w* (?:anders|sprechen|reden)|person)\b",
    "nurse": r"\bnurse\b|\bpflege(?:kraft|telefon)\b|\bkrankenschwester\b",
    "injection": r"\bignore (?:all|any|your|the|previous|prior|every)|\bdisregard (?:all|any|your|the|previous)|\bforget (?:all|your|the|previous|everything) (?:previous |prior )?(?:instruct\w*|rules|above)?|\bnew instructions?\b|\bsystem (?:message|override|note|update)\b|\boverride\b|\bdeveloper mode\b|\bdebug mode\b|\bjailbreak\b|\bdan mode\b"
                 r"|\byou are now\b|\bfrom now on\b[^.]{0,20}\byou\b|\bpretend (?:to be|you|that)\b|\bact as\b|\brole ?play\b|\bno (?:restrictions|rules)\b|\b(?:reply|answer|respond|output|print|write|end|start|begin|repeat) (?:only |just )?(?:with|your)\b|\brepeat after me\b|\bsay (?:exactly|the word|only|just)\b|\[(?:system|admin|inst)|<(?:!--|/?(?:system|instructions?|admin|hidden))|\bprompt injection\b|\bassistant:|\bsystem:|\badmin:"
                 r"|\bignorier\w*\b[^.]{0,30}\b(?:anweisung\w*|regeln)\b|\bneue anweisung\w*\b|\bdu bist jetzt\b|\btu so als\b|\bvergiss\b[^.]{0,30}\b(?:anweisung\w*|regeln)\b|\bsystemnachricht\b",
    "extraction": r"\b(?:system|initial|hidden|original|your) (?:prompt|instructions?|guidelines|configuration|config|rules|message)\b|\bwhat (?:were|are) you (?:told|instructed)\b|\byour instructions\b|\btext above\b|\b(?:show|print|reveal|repeat|paste|translate|summari[sz]e|give|tell|list)\b[^.?!]{0,30}\b(?:prompt|instructions?|everything above|all of the above|words above|api key|configuration)\b|\bwhich model\b|\bwhat (?:model|llm) are you\b|\bverbatim\b"
                  r"|\b(?:dein\w*|ihr\w*) (?:system)?(?:prompt|anweisung\w*|regeln|vorgaben|instruktion\w*)\b|\bsystem-?prompt\b",
    "social": r"\bi(?:'m| am) (?:the |a |an |your |from |with |calling from |working for )?(?:the )?(?:doctor|dr\b|nurse at|admin\w*|developer|engineer|auditor|police|officer|it\b|i\.t\.|support team|it support|head office|manager|ceo|owner|director|insurance company|lawyer|colleague|staff|employee|your (?:boss|manager|developer|supervisor))|\bi work (?:here|at|for|in|with)\b|\b(?:from|with) (?:the )?(?:it department|head office|headquarters|support team|security team|compliance)\b|\binternal (?:audit|test|request)\b|\bon behalf of\b"
              r"|\b(?:skip|bypass|waive|without|disable|leave out|forget about) (?:the |this |any |all |that )?(?:verification|check|identity|id check|security|checks|rules?|procedure|formalit\w*|fees?)\b|\bjust (?:this )?once\b|\bmake an exception\b|\bexception\b|\bno need to (?:verify|check)\b|\bauthori[sz]ed\b|\bclearance\b|\b(?:your )?(?:colleague|manager|doctor|boss|supervisor) (?:already )?(?:said|told|promised|approved|allowed|agreed|confirmed)\b|\b(?:admin|master|staff) (?:password|code|access)\b|\bone.?time (?:code|password)\b|\bpasswords?\b|\bdo me a favou?r\b|\bfavou?r\b|\bunder the table\b|\bnobody (?:will|has to|needs to) know\b"
              r"|\bausnahme\b|\bausnahmsweise\b|\bich bin (?:der|die|vom|von der|ein|eine) (?:arzt|ärztin|admin\w*|it\w*|techni\w*|polizei|chef\w*|entwickler\w*)|\bpasswort\b|\bfreigegeben\b|\bim auftrag\b|\bgefallen\b|\bprüfung (?:überspringen|weglassen)\b",
    "third": r"\b(?:my|his|her|their|the) (?:wife|husband|spouse|partner|mother|mum|mom|father|dad|neighbou?r|friend|colleague|boss|ex|brother|sister|son|daughter|girlfriend|boyfriend|roommate|flatmate|aunt|uncle|cousin|parents?)(?:'?s)?\b|\b(?:another|other|somebody else|someone else|anybody else|different)(?:'?s)? (?:patient|customer|person|account|client|user|people)\w*|\b(?:someone|somebody) else'?s?\b|\bother (?:patients|customers|people)\b|\bpatients? (?:before|after) me\b|\b(?:last|previous|next) (?:customer|patient|caller)\b|\blist of (?:patients|customers)\b"
             r"|\b(?:mein|meine|meiner|meines|meinem|meinen) (?:frau|mann|mannes|ehemann\w*|ehefrau|partner\w*|mutter|vater|vaters|nachbar\w*|freund\w*|kolleg\w*|chef\w*|bruder\w*|schwester|sohn\w*|tochter)\b|\b(?:anderen?|andere[rn]?) (?:patient\w*|kund\w*|leute\w*|person\w*)\b|\bjemand anderem?\b",
    "cite": r"\bwhere (?:does|do|is|did) (?:it|that|this|you|they)\b[^.?!]{0,20}\b(?:say|says|said|written|get|stand)\b|\bshow me (?:where|the|that)\b|\b(?:source|citation|quote|link|proof|prove|policy|reference|in writing|written|paragraph|clause|terms)\b|\bsays who\b|\bwho says\b|\bwhich rule\b|\bexact (?:rule|wording)\b|\bwo steht\b|\bbeleg\w*\b|\bquelle\b|\bnachweis\w*\b|\bbeweis\w*\b|\bschriftlich\b",
    "object": r"\b(?:not|isn'?t|doesn'?t seem|dont think|don'?t think)\b[^.?!]{0,20}\b(?:right|true|correct|fair|acceptable|good enough|reasonable|accept|okay|ok|agree)\b|\bunfair\b|\bwrong\b|\bi disagree\b|\bdisagree\b|\bi (?:don'?t|do not|dont) (?:believe|accept|agree|buy|think so|see why)\b|\bthat makes no sense\b|\bmakes no sense\b|\bnonsense\b|\bno way\b|\bridiculous\b|\babsurd\b|\bare you (?:sure|certain|serious)\b|\breally\?|\b(?:doubt|unacceptable|come on|seriously)\b|\bthat can'?t be\b|\bcant be right\b|\bwhy (?:should|would|not|is|do|cant|can'?t|that)\b|\bi was told\b|\bfriend (?:said|told|got)\b|\blast time\b|\bonline it says\b|\bread (?:that|somewhere|online)\b"
              r"|\bstimmt (?:doch )?nicht\b|\bkann nicht sein\b|\bglaube ich nicht\b|\bsicher\?|\bunsinn\b|\bquatsch\b|\bwirklich\?|\bsehe ich anders\b|\bnicht einverstanden\b|\bwieso\b|\bwarum\b|\bunfair\b|\bfalsch\b",
    "angry": r"\b(?:ridiculous|unacceptable|useless|joke|pathetic|angry|furious|pissed|sick of|fed up|annoy\w*|frustrat\w*|terrible|worst|awful|stupid|idiot\w*|incompeten\w*|moron\w*|damn|hell|wtf|ffs|crap|rubbish|garbage|shit|bullshit|fuck\w*|waste of|wasting|outrageous|disgrace\w*|hopeless|dumb|unbelievable|seriously|for god'?s sake|enough of|had enough|liars?|hate)\b|!{2,}|\?{2,}|\?!|\bare you (?:kidding|deaf|stupid|even|listening|blind)\b|\b(?:again|already) (?:told|said|gave)\b|\bi (?:just |already )(?:told|said|gave|answered)\b|\bstop (?:asking|wasting|it)\b|\bhow (?:many times|often do i)\b|\byour fault\b|\byou people\b|\bdo your job\b|\bwake up\b|\bnobody (?:cares|listens)\b|\byou don'?t (?:care|listen)\b"
             r"|\b(?:unverschämt\w*|frechheit|lächerlich|wütend|sauer|nerv\w*|idiot\w*|blöd\w*|dumm\w*|unfähig\w*|verdammt|scheiß\w*|mist|katastrophe|zumutung|reicht(?:'s| es)|schlimmste\w*)\b",
    "anxious": r"\b(?:worried|worry|worrying|scared|afraid|anxious|nervous|panic\w*|stress\w*|desperate|frighten\w*|terrified|can'?t sleep|cant sleep|overwhelm\w*|crying|upset|please help|losing (?:my )?(?:mind|sleep|job)|dont know what to do|don'?t know what to do|depend on|counting on you|alone|hurt|heartless|guilty|because of you|let me down|last hope)\b|\b(?:angst|sorgen?|besorgt|nervös|panik|verzweifelt|überfordert|gestresst|weine|unruhig)\b",
    "impatient": r"\b(?:hurry|quick(?:ly)?|faster|asap|right now|no time|in a rush|taking (?:so long|forever|ages|too long)|takes? (?:so long|forever|ages|too long)|waiting|get on with it|how much longer|this (?:takes|is taking)|speed|immediately|just do it|come on)\b|\b(?:schnell\w*|beeil\w*|eilig|keine zeit|sofort|dauert (?:zu|so|ewig)|endlich)\b",
    "repeat_complaint": r"\b(?:already|just) (?:told|said|gave|sent|answered|typed|wrote)\b|\b(?:told|said|gave|asked|answered) (?:you )?(?:that|this|it|already|twice|before)\b|\basking (?:me )?(?:again|twice|the same)\b|\bread (?:what i|above|back)\b|\b(?:schon|bereits) (?:gesagt|angegeben|geschrieben|genannt)\b",
    "refuse_fact": r"\b(?:won'?t|will not|not going to|wont|rather not|prefer not|don'?t want to|dont want to|not comfortable|refuse to|no intention)\b[^.?!]{0,25}\b(?:say|give|giving|share|sharing|tell|telling|provide|hand|disclose|type)?|\bnone of your business\b|\bthat'?s private\b|\b(?:is|its|it'?s|thats) private\b|\bpersonal\b|\bwhy do you (?:need|want|ask)\b|\bwhat do you need (?:that|it|this)\b|\bdo you (?:really )?need (?:that|it|this)\b|\bwhat for\b|\bcan'?t you (?:look|find|see|check)\b|\bcant you (?:look|find|see|check)\b|\b(?:skip|leave) (?:that|it|this)\b|\bis (?:that|this|it) (?:really )?necessary\b|\bnot (?:telling|giving|sharing|saying)\b"
                   r"|\b(?:sage|gebe|verrate|nenne|teile) ich (?:nicht|ihnen nicht|lieber nicht)\b|\b(?:möchte|will|werde) ich nicht\b|\blieber nicht\b|\bwozu\b|\bwofür\b|\bgeht sie nichts an\b|\bprivat\b|\bmuss das sein\b|\bbrauchen sie das\b",
    "dont_know": r"\b(?:don'?t|dont|do not) (?:know|remember|have (?:it|that|one|this))\b|\bno (?:idea|clue)\b|\bnot sure\b|\bcan'?t remember\b|\bcant remember\b|\bforgot\b|\bidk\b|\bdunno\b|\bnot (?:at|to|on) (?:hand|me)\b|\b(?:weiß|weiss) (?:ich )?nicht\b|\bkeine ahnung\b|\bvergessen\b|\bhabe ich nicht\b",
    "yes": r"^\W*(?:yes|yep|yeah|yup|ya|sure|ok|okay|okey|k|fine|please do|please|go ahead|go for it|do it|do that|correct|right|exactly|that works|works|sounds good|sounds fine|good|perfect|alright|all right|agreed|deal|i do|it is|that'?s (?:fine|right|correct|ok|it|good)|thats (?:fine|right|correct|ok|it|good)|i accept|accepted|confirmed?|ja\b|jap|jo|genau|passt|gerne|gern|klar|in ordnung|einverstanden|machen sie|bitte|stimmt|richtig|gut)\b"
           r"|\b(?:book it|take it|i'?ll take|go ahead|that works|works for me|sounds good|fine (?:by|with) me|yes please|please do|do it|let'?s do|buchen sie)\b",
    "no": r"^\W*(?:no|nope|nah|not really|no thanks|don'?t|dont|nein|nö|nee|lieber nicht|bitte nicht|nothing|that'?s all|thats all|that is all|nichts|das war'?s|das wars)\b",
    "thanks": r"\b(?:thanks|thank you|thx|ty|cheers|thank u|appreciate\w*|danke\w*|vielen dank)\b",
    "bye": r"\b(?:bye|goodbye|good bye|see you|have a (?:good|nice)|that'?s all|thats all|that is all|that'?s it|thats it|that'?ll be all|i'?m done|im done|nothing else|good night|tschüss|tschüs|wiedersehen|auf wiederhören|das war'?s|das wars|schönen tag)\b",
    "gives_up": r"\b(?:forget it|never mind|nevermind|i give up|giving up|im out|i'm out|i'll go elsewhere|ill go elsewhere|leaving|vergessen sie'?s?|lassen wir'?s?|egal dann)\b",
    "greeting": r"^\W*(?:hi|hey|hello|hiya|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen|abend)|moin|servus)\b",
    "correction": r"\b(?:actually|correction|i meant|i mean|meant|mistake|typo|mistyped|wrong (?:number|date|day|one)|got (?:it|that) wrong|mixed up|sorry,? (?:it'?s|its|the|my|i)|scratch that|not the|instead|should be|wait|oops|no,? (?:it'?s|its|my|the)|let me correct|i said|i gave you)\b|\bnot\b"
                  r"|\b(?:eigentlich|korrektur|ich meinte|meinte|vertippt|verschrieben|falsch|sondern|doch (?:der|am|lieber)|moment)\b|\bnicht\b",
}

PASTE = re.compile(
    r"https?://|www\.|[{}<>]{1}|;\s*$|\bselect \*|\bdef \w+\(|\bimport \w+|\bfw:|\bre:|^subject:|\btracking\b|\binvoice\b|\bshopping list\b|\bmilk\b|\beggs\b|\bgate \w?\d+|\bflight\b|\biban\b|\bdear (?:team|sir|mr|ms|all)\b|\bdraft\b|\bctrl\b|\bwrong (?:chat|window|paste)\b|\bmeeting notes\b|\bpasted?\b|\brechnung\b|\bsendungsnummer\b|\beinkauf\w*\b|\bfalsches fenster\b|\b\d+ ?(?:g|ml|tbsp|cups?)\b",
    re.I | re.M)

_INTENTS = [(name, re.compile(pattern, re.I)) for name, pattern in INTENTS]
_TOPICS = [(name, re.compile(pattern, re.I)) for name, pattern in TOPICS]
_SIGNALS = [(name, re.compile(pattern, re.I)) for name, pattern in SIGNALS.items()]
_PATIENT_ID = re.compile(r"\bP\s?[-–]?\s?(\d{4})\b", re.I)
_PHONE = re.compile(r"(?<![\w-])(\+?\d[\d ()/-]{6,}\d)(?![\w-])")
_NAME = re.compile(r"\b([A-Z][\w'’-]+ [A-Z][\w'’-]+)\b")
_INSURER = re.compile(r"\b(medisure|helvita|nordkasse|sanaplus|unicare)\b", re.I)
_OLD_BEFORE = re.compile(r"(?:\bnot|\binstead of|\brather than|\bi (?:said|wrote|typed|gave you|put)|\bno longer|\bnicht|\bstatt|\banstatt)\s*(?:the|on|my|for|am|den|dem|der|vom|:)?\s*[\"'“]?$", re.I)
_OLD_AFTER = re.compile(r"^[\"'”]?\s*(?:was|is|were|war|ist)\s+(?:wrong|a (?:typo|mistake)|incorrect|falsch)", re.I)
_GERMAN = re.compile(r"\b(?:ich|ist|und|nicht|der|das|den|ein|eine|einen|mein|meine|bitte|wie|was|wo|wann|hallo|guten|danke|für|mit|termin|ja|nein|sie|mir|kann|habe|brauche|möchte|mai|uhr|auch|noch|es|zu|wieso|warum|oder|aber|wenn|doch|schon|geht|gibt)\b|[äöüß]", re.I)
_ENGLISH = re.compile(r"\b(?:the|is|and|not|my|please|how|what|where|when|hello|thanks|for|with|appointment|yes|no|you|me|can|have|need|want|also|it|to|or|but|if|i|do|an|a)\b", re.I)


@dataclass(frozen=True)
class Utterance:
    text: str
    words: int
    language: Optional[str]              # "de", "en" or None when it could be either
    signals: frozenset
    intent: Optional[str]
    topics: Tuple[str, ...]
    patient_ids: Tuple[str, ...] = ()    # last one counts; values that the patient takes back are left out
    births: Tuple[str, ...] = ()         # ISO
    days: Tuple = field(default=())      # dates.Day without a year in the past
    time: Optional[str] = None
    phone: Optional[str] = None
    name: Optional[str] = None
    insurer: Optional[str] = None
    silent: bool = False
    paste: bool = False

    def has(self, *names):
        return any(name in self.signals for name in names)

    def values(self):
        return bool(self.patient_ids or self.births or self.days or self.time or self.phone or self.insurer)


@lru_cache(maxsize=8192)
def understand(text):
    plain = corrected(text)
    days = [day for day in dates.find_days(text) if not _taken_back(text, day.start, day.end)]
    without_days = _blank(text, dates.find_days(text))
    return Utterance(
        text=text,
        words=len(text.split()),
        language=_language(text),
        signals=frozenset(name for name, pattern in _SIGNALS if pattern.search(plain)),
        intent=next((name for name, pattern in _INTENTS if pattern.search(plain)), None),
        topics=tuple(name for name, pattern in _TOPICS if pattern.search(plain)),
        patient_ids=tuple(f"P-{match[1]}" for match in _PATIENT_ID.finditer(text) if not _taken_back(text, match.start(), match.end())),
        births=tuple(day.iso() for day in days if day.is_birth()),
        days=tuple(day for day in days if not day.is_birth()),
        time=dates.find_time(without_days),
        phone=_first(_PHONE, without_days),
        name=_first(_NAME, text),
        insurer=(_first(_INSURER, text) or "").capitalize() or None,
        silent=not re.search(r"\w", text),
        paste=bool(PASTE.search(text)),
    )


def _taken_back(text, start, end):
    """"not 14 may", "I said 14 may", "14 may was wrong": the value the patient no longer means."""
    return bool(_OLD_BEFORE.search(text[:start]) or _OLD_AFTER.search(text[end:]))


def _first(pattern, text):
    match = pattern.search(text)
    return match[1] if match else None


def _blank(text, days):
    for day in days:
        text = text[:day.start] + " " * (day.end - day.start) + text[day.end:]
    return text


def _language(text):
    german, english = len(_GERMAN.findall(text)), len(_ENGLISH.findall(text))
    if german > english:
        return "de"
    return "en" if english > german else None
