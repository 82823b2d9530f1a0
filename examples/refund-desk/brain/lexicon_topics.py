"""What a message is about: kinds of request, questions, and what lies beyond the desk's knowledge.

Every pattern sees `words.repaired(words.plain(text))`: lower case, no accents, no apostrophes ("dont", "wheres").
English and Spanish stand side by side.
"""

from brain.patterns import any_of as _any

INTENTS = {
    "duplicate_charge": _any(
        r"charged?( me| us)? ?(for it )?(twice|two times|2 times|2x|double)", r"double.?(charg|bill)", r"duplicate",
        r"duplicad", r"billed( me)? (twice|double)", r"(two|2|second|same|extra) charges?\b",
        r"twice on my (card|statement)", r"cobr\w+ (dos veces|doble|2 veces|duplicad)", r"doble cobro",
        r"dos veces", r"cargos? (duplicad|doble|dos)", r"dos cargos", r"paid twice", r"taken (out )?twice",
        r"money twice", r"\bdos cobros", r"cobro (doble|duplicado)",
    ),
    "refund_status": _any(
        r"status of (my|the|a) refund", r"refund status", r"wheres? (is )?(my|the) (refund|money)",
        r"(refund|money) (has not|hasnt|have not|havent|did not|didnt|never|is not|isnt|not) ",
        r"no refund (yet|so far)", r"wait(ing|ed)? (for|on) (my|the|a) (refund|money)",
        r"(promised|missing|late|pending|overdue) refund", r"happened (to|with) (my|the) refund",
        r"check on (my|the|a) refund", r"track (my|the|a) refund", r"estado (de|del) (mi )?reembolso",
        r"donde esta (mi|el) (reembolso|dinero)", r"reembolso .*no (ha|me)",
        r"no .*(llega|recib)\w* .*(reembolso|dinero)", r"esper\w+ (mi|el|un) reembolso", r"find out where .*refund",
        r"when .*refund (arrives?|will arrive|comes?|is coming)", r"what about my refund",
    ),
    "late_delivery": _any(
        r"\blate\b", r"delay",
        r"(has ?not|hasnt|have ?not|havent|did ?not|didnt|never|not) (yet )?(arrived?|come|came|shown|turned|been delivered|got|gotten|delivered|received)",
        r"wheres? (is )?(my|the) (parcel|package|order|delivery|stuff|box|thing)",
        r"waiting (for|on) (my|the|a) (parcel|package|order|delivery)",
        r"(lost|missing) (parcel|package|delivery|order)",
        r"(parcel|package|delivery|order) (is |got |was )?(lost|missing|late)", r"find out where",
        r"track (down|my|the|a|it)\b", r"supposed to (be|arrive|come)", r"should have (arrived|come|been)",
        r"not here", r"still (no|not|waiting)", r"no (ha|me ha) llegado", r"retras", r"\btarde\b", r"no llega",
        r"donde esta (mi|el) (pedido|paquete)", r"perdido", r"late parcel",
        r"no .*recibido (mi|el) (pedido|paquete)",
    ),
    "damaged_item": _any(
        r"damage", r"(?<!workflow is )broken", r"\bbroke\b", r"crack", r"smash", r"shatter", r"in pieces",
        r"dented", r"scratch", r"chipped", r"danad", r"\brot[oa]s?\b", r"quebrad", r"en pedazos", r"defect",
        r"defectuos", r"roto",
    ),
    "return_item": _any(
        r"return (it|this|that|an|the|my|some|a|something)", r"to return\b", r"send (it|this|that|the \w+) back",
        r"chang\w* (of )?(my )?mind", r"dont (want|need|like) (it|this|the)", r"doesnt fit", r"too (small|big)",
        r"wrong (size|colou?r)", r"\ba return\b", r"bring (it|this) back", r"give (it|this) back", r"devolver",
        r"devolucion", r"ya no (lo|la) (quiero|necesito)", r"returning",
    ),
    "cancel_subscription": _any(
        r"cancel", r"unsubscri", r"stop (my|the|this) (subscription|membership|plan|payments?)",
        r"end (my|the) (subscription|membership|plan)", r"subscription", r"membership", r"dar(me)? de baja",
        r"suscripcion", r"get out of (my|the|this) plan", r"quit (my|the) plan",
    ),
    "change_address": _any(
        r"(chang|updat|correct|edit|fix|switch|modif)\w*( \w+){0,4} address",
        r"(wrong|new|old|different|another|other|delivery|shipping) address",
        r"address\b.*(chang|wrong|updat|old|new|differ)",
        r"(deliver|send|ship) (it |this |that |the \w+ |my \w+ )?(to|somewhere) (a |an |my )?(another|different|new|other|else)",
        r"\b(i|we)( have|ve)? (just )?moved\b", r"moving house", r"direccion", r"domicilio", r"me (he )?mud",
    ),
}

# Questions that the desk has no knowledge about: it says so instead of guessing.
BEYOND = {
    "warranty": _any(r"warrant", r"guarantee[ds]?\b", r"garantia", r"under cover", r"manufacturer"),
    "legal": _any(
        r"\bby law\b", r"\bsome rights\b", r"\blegal(ly)?\b(?! action)", r"my rights", r"\bthe law\b",
        r"consumer law", r"legislacion", r"derechos", r"contract law", r"\bilegal\b", r"\billegal\b",
    ),
    "tax": _any(r"\btax", r"\bvat\b", r"customs", r"deduct", r"impuesto", r"\biva\b", r"aduana", r"hacienda"),
    "medical": _any(
        r"allerg", r"alergi", r"toxic", r"medical", r"pregnan", r"embaraz", r"\bdoctor\b",
        r"safe for (my |the |a )?(bab|kid|child|son|daughter|dog|cat)",
    ),
    "repair": _any(
        r"how (do|can) i (fix|repair|glue)", r"repair (it|shop)", r"spare part", r"\bbulb\b", r"wattage",
        r"voltage", r"como (lo )?reparo", r"dishwasher", r"waterproof",
    ),
}

# Side questions; answers.py has a method for each.
QUESTIONS = {
    "how_long": _any(
        r"how (long|soon|quick|fast|many days)",
        r"when (will|do|does|can|would|is|am|are|should)\b.*(money|refund|back|get|arrive|see|here|come|paid|happen|it\b)",
        r"take.?s? (how )?long", r"time ?frame", r"by when", r"^when\b", r"\bwhen$",
        r"cuanto (tarda|tiempo|demora|dura|falta)", r"cuando (llega|recib|me|lo|tendre|sera|voy|estara)",
        r"^cuando", r"en cuanto tiempo", r"what day", r"which day", r"\beta\b",
    ),
    "notify": _any(
        r"(let me know\b.*\?|inform(ed)?\b|notif|confirmation|confirm(ed)? (by|it by)|receipt|hear (back|from)|update me|tell me when|know when its|know its done)",
        r"(get|send).*(an |a )?(e-?mail|message|text)\b.*\?",
        r"will i (get|hear|be told|be)\b.*(mail|told|contact)", r"confirmacion", r"me avis", r"notific",
        r"me llega\w* un correo", r"comprobante", r"how will i (know|be)",
    ),
    "keep_item": _any(
        r"keep (it|the|this|both|using)",
        r"(need|have|has|got|do i) to (send|return|ship|give|bring) (it|the|this|that|anything)?.*back",
        r"\bsend it back\?", r"throw (it|this) (away|out)", r"quedarme", r"quedarm",
        r"tengo que (devolver|enviar|mandar)", r"do i (return|send) (it|the)",
    ),
    "method": _any(
        r"(card|account)( does| do)? (the|my) money",
        r"(which|what|same|original|my|the) (card|bank account|payment|account)\b.*(back|refund|go|money|get|\?)",
        r"(back|refund\w*|go|goes|paid) (on|to|onto|into|in) (my|the|which|what|same)( \w+)? ?(card|account|bank|payment)",
        r"how (will|do) i (get|receive) (it|my money|the money|the refund|paid)",
        r"(a|en) (mi|la|que|cual) (misma )?(tarjeta|cuenta)", r"como (me|lo) (lo )?(recib|pag|devuelv)",
        r"store credit or", r"paid back how",
    ),
    "cost": _any(
        r"\b(is|are) (it|that|this|the \w+|there) (free|any fee|a fee|cost|extra)",
        r"(any|a|cancellation) (fee|fees|cost|costs|charge for)\b", r"cost me", r"(do|will) i (have to )?pay\b",
        r"pay for (the )?(return|shipping|label|postage)", r"for free", r"free of charge", r"cuesta", r"gratis",
        r"\bcoste\b", r"tengo que pagar", r"who pays",
    ),
    "amount": _any(
        r"how much(?! (longer|time))", r"what amount", r"full amount", r"all of it",
        r"(full|partial|whole) (refund|amount|price)", r"cuanto (dinero|me (van|devuelven|reembols))",
        r"everything back",
    ),
    "window": _any(
        r"(refund|return) (policy|window|period|rules?|deadline)", r"(how many|many) days (do|have|did) i",
        r"deadline", r"(whats|what is|what are) (the|your) (policy|rule|rules|window)", r"until when can",
        r"too late to (return|refund)", r"how (late|long) (can|do) i (have|return|get)", r"politica", r"plazo",
        r"cuantos dias tengo", r"within how many",
    ),
    "identity": _any(
        r"who (are|r) (you|u)",
        r"are (you|u) (a |an |even |really )*(bot|robot|human|real|person|ai|machine|computer|someone|people)",
        r"is (this|it) (a |an )?(real |actual )?(bot|robot|human|machine|ai|person)\b",
        r"am i (talking|speaking|chatting) (to|with)", r"your name",
        r"eres (un |una )?(robot|bot|humano|persona|maquina)", r"quien eres", r"hablo con (un|una)",
        r"con quien hablo",
    ),
    "why_need": _any(
        r"why (do|would|are|should|does) (you|u|i|we) (need|want|ask|give|have to give|require|send)",
        r"why (is|does) that (needed|matter)", r"(need|want) (that|it|this|my \w+) for\b",
        r"what do you need (it|that|this|my \w+) for", r"what for\b", r"why that\b",
        r"para que (lo|la|quiere|necesita|sirve|es)", r"por que (necesit|quier|me pid|pid|tengo que)",
        r"how come you need",
    ),
    "replacement": _any(
        r"replac", r"another one", r"new one", r"exchange", r"swap", r"reemplaz", r"otro nuevo",
        r"me (mandan|envian) otr", r"\buno nuevo", r"send (me )?(a )?(new|another)",
    ),
    "goodwill": _any(
        r"compensat", r"discount", r"voucher", r"good ?will", r"something (extra|for (the|my) (trouble|time))",
        r"free month", r"store credit", r"coupon", r"compensa", r"descuento", r"\bcupon", r"credit for",
    ),
    "faster": _any(
        r"faster", r"sooner", r"speed (it|this|that|things)", r"right now", r"immediately", r"\burgent",
        r"any quicker", r"\basap\b", r"hurry", r"express", r"mas rapido", r"ya mismo", r"urgente",
        r"quick(ly)? (pls|please)", r"be quick",
    ),
    "access": _any(
        r"(still|keep) (use|using|access|watch|read|have)", r"lose (access|it|my)", r"until when", r"hasta cuando",
        r"seguir usando", r"from when", r"effective",
    ),
    "refund_time": _any(r"refund time", r"time to refund", r"tiempo de(l)? reembolso"),
    "may_ask": _any(r"can i ask (it|that|about (that|it)|you|something)", r"puedo preguntar", r"la puedo hacer"),
    "repeat_answer": _any(
        r"contestar a lo", r"cual es la buena", r"decir claramente", r"la respuesta es la misma", r"que vale",
        r"sigue siendo posible", r"importa\b", r"es lo mismo", r"que se aplica", r"it changes something",
        r"cambia (algo|la respuesta)", r"does the answer", r"what now\b", r"answer what i asked",
        r"whats the answer", r"what is the answer", r"which one is right", r"whats true", r"say it clearly",
        r"what applies", r"(is the )?(answer )?(still )?the same\b.*\?", r"same answer",
        r"(does|would|will) (that|it|this) (change|matter|mean)", r"(change|changes) (anything|something)",
        r"does it work then", r"what (does|would) (that|it) mean", r"is that a problem", r"would the answer",
        r"cual es la respuesta", r"cambia algo", r"que vale ahora", r"cual es (la )?(correcta|verdad)",
    ),
    "again": _any(
        r"happen again", r"charge me again", r"next month", r"vuelv\w+ a (cobrar|pasar|ocurrir)", r"billed again",
        r"stop it from",
    ),
    "cause": _any(
        r"why (is|was|did|does|has|am|were|do) (it|this|that|i|my|you|the)",
        r"how (could|did|can|is) (this|that|it) (happen|possible)", r"what (went wrong|happened|caused)",
        r"whats the (reason|problem|hold)", r"por que (paso|ocurr|se|me cobr|no llega|tarda)",
        r"que (paso|ocurrio)", r"how come",
    ),
    "next": _any(
        r"what (happens|do i do|should i do|else do you need|next|do i need)", r"whats next",
        r"^(and |so |ok )?(now )?what( now)?$", r"\bnow what\b", r"y ahora",
        r"que (sigue|hago|tengo que hacer|mas necesita)", r"next steps?",
    ),
    "other_account": _any(
        r"(team|other|second|another|work|old|company) account", r"otra cuenta", r"someone else (pay|order|using)",
        r"my (son|daughter|kid|wife|husband)s? (did|made|order|could|bought)",
    ),
    "ask_again": _any(
        r"can i (still|get|have|please get|just get|cancel|return|change)\b",
        r"will i (get|be getting|receive) (my|a|the|it)", r"am i (getting|eligible|entitled|allowed)",
        r"\bdo i get\b", r"is (it|that|this|a refund) (still )?possible", r"yes or no",
        r"(so|are|will|can|could) (you|u) (going to |gonna |just )?(refund|do it|cancel|fix|change|sort)\b",
        r"what if", r"(suppose|lets say)\b", r"but if", r"puedo (recibir|obtener|tener|cancelar|devolver|cambiar)",
        r"me (van a|vais a|lo) (devolver|reembols)", r"es posible", r"y si\b", r"possible to", r"any (way|chance)",
        r"so (thats|it is|its|is it) (a )?(no|yes)", r"is there (a|any) (way|chance)",
        r"(would|will|does) that (change|work|count|help)", r"does it (change|matter)",
    ),
    "status": _any(
        r"did (you|u) (find|do|get|check|see (it|my))\b", r"is it done", r"any (news|update|progress)",
        r"(have|did) (you|u) (done|found|refunded|cancelled|changed)", r"ya (esta|lo (hizo|encontr))",
        r"what(s| is) the status", r"do you see (it|my)", r"can you see",
    ),
}

# A single word that points to a kind of request, where the customer's record has such a thing.
WEAK = {
    "duplicate_charge": _any(r"charge", r"cobr", r"cargo"),
    "refund_status": _any(r"refund", r"money", r"reembols", r"dinero"),
    "late_delivery": _any(r"parcel", r"package", r"deliver", r"paquete", r"entrega"),
    "cancel_subscription": _any(r"\bplan\b", r"\bmember", r"subscri"),
    "change_address": _any(r"address", r"deliver"),
}
