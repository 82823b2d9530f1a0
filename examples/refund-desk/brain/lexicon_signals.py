"""What a message does: answers, demands, objections, moods, attacks. English and Spanish side by side.

Every pattern sees the same form of text as in `lexicon_topics`.
"""

import re

from brain.patterns import any_of as _any

HUMAN = _any(
    r"persona con la que", r"\bsupervisora?\b(?! (said|told|approved|has|already))", r"\byour (manager|boss)\b",
    r"\bhumans?\b", r"\bhumano\b",
    r"(talk|speak)(ing)? (to|with) (a |an )?(real |actual )?(person|somebody|someone)", r"person i can talk",
    r"persona (real|con quien)",
    r"(speak|talk|chat|connect me|transfer me|pass me|put me through|put me on|hand me( over)?|get me|give me|want|need|let me have|bring me|call|escalate|forward me|rather have|prefer)\b[^.?!]{0,30}\b(human|person|people|supervisor|manager|representative|\brep\b|real agent|live agent|someone (else|real|higher|senior|in charge|who|with)|somebody|colleague|a boss|your boss|operator|an agent|actual agent|team lead|someone\b)",
    r"^(a |an |the )?(human|supervisor|manager|real person|person|representative|live agent|operator|agent|colleague|someone real|somebody real|real human)( please| pls| now)*$",
    r"(human|supervisor|manager|real person|representative|live agent|operator)[ ,]*(please|pls|now|!|\.$)",
    r"\bescalate\b", r"ask for (the|a|your) (supervisor|manager)", r"not (a|some) (bot|robot|machine)",
    r"(hablar|comuni|pas(a|e|ar)|quiero|necesito|deme|ponga|prefiero|transfier)\w*[^.?!]{0,30}\b(persona|humano|supervisor\w*|encargad\w+|gerente|agente|responsable|jefe|companer\w+|alguien)\b",
    r"^(un |una )?(persona|humano|supervisor|encargado|agente)( real)?( por favor| ya)*$",
    r"wheres? (is )?(the|your) (manager|supervisor|boss)",
    r"(get|is there|are there) (a |an |any )?(human|manager|supervisor|real person)",
)
THREAT = _any(
    r"\b(my|a|the|call|get|hire)\w* (lawyer|attorney|solicitor)", r"lawyer", r"\bsue\b", r"legal action",
    r"small claims", r"take you to court", r"charge ?back", r"dispute (it|this|the charge)", r"report (you|this)",
    r"consumer (protection|rights|agency)", r"trading standards", r"\bbbb\b", r"abogado", r"denunci", r"\bdemandar",
)
SOCIAL = _any(
    r"(ya )?me verifico", r"trabajo (ahi|alli|aqui) tambien", r"nadie se entera", r"sin comprobaci",
    r"salt\w+ (eso|la|las|los) ?(comprob|verif|control)?", r"\bstaff\b", r"i work (there|here) too",
    r"\bemergency\b", r"(approved|verified|cleared) (it|me|this)", r"already (approved|did all the checks)",
    r"nobody will know", r"by the book", r"without (all of these |the |any )?(checks?|control|codes?|verif)",
    r"(just|so) skip (it|them|that)\b", r"skip them", r"cant do the verif", r"no puedo (hacer )?la verific",
    r"in hospital and cant",
    r"(manager|boss|supervisor|colleague) (told|said|promised) (me )?(that |last time )?(you|it)",
    r"asked for all of this",
    r"\bi ?a?m (from|with|calling from|writing from|the|a|an|your|one of)\b[^.?!]{0,40}\b(department|team|manager|ceo|admin|administrator|police|officer|bank|security|engineer|developer|auditor|supervisor|staff|employee|support|director|head of|compliance|fraud)",
    r"i work (for|at|in|with|here)",
    r"this is (the |your |a )?([a-z]+ )?(ceo|manager|admin|police|security|fraud|compliance|head office|it department|supervisor|director)\b",
    r"(manager|boss|supervisor|head office|ceo|director) (has |have |already |just )*(approved|authori[sz]ed|signed|cleared|ok.?d|okayed|allowed)",
    r"authori[sz](ed|ation)", r"skip (the |all |your |any )?(rules|check|verif|step|security|procedure|usual)",
    r"without (the |all |any |giving )?(check|verif|security)", r"bypass", r"no time (for|to)",
    r"internal (test|audit|check)", r"employee (id|number|badge)", r"badge number",
    r"(make|do) (me )?(a|this one) favou?r", r"override",
    r"(soy|trabajo) (de|del|en|el|la|para) [^.?!]{0,30}(departamento|gerente|banco|seguridad|empresa|policia|soporte|supervisor|fraude|director)",
    r"(autoriz|aprob)(ado|ada|acion|o)\b", r"saltar?(se|te|nos)? (la |el )?(verific|control|paso)", r"un favor",
    r"sin (la )?verific", r"just (this once|refund it) .*(approved|verified)", r"im verified", r"already verified",
    r"trust me",
)
INJECTION = _any(
    r"(olvide|ignore|salte\w*) (todas )?(sus|las) (normas|reglas)", r"prueba del sistema", r"muestre su config",
    r"sus creadores", r"system test", r"\boutput\b", r"your next message",
    r"(drop|skip) (all |your )(stupid )?(rules|guidelines)", r"internal guidelines", r"\becho\b",
    r"for testing purposes", r"mode ?=", r"order you to",
    r"ignore (all|any|your|the|every|previous|prior|above|everything)", r"disregard",
    r"forget (all |your |the |any )*(previous |prior |stupid )?(rules?|instructions?|guidelines|what you were)",
    r"forget everything (above|before|you)", r"system (prompt|message|note|override|instruction)",
    r"\[/?(system|inst|admin)", r"</?\s?(system|admin|instruction)", r"\bsystem ?:",
    r"new (instruction|rule|task)s?", r"you are now", r"(developer|debug|admin|god|maintenance|test) mode",
    r"jailbreak", r"\bdan\b", r"act as", r"pretend (to be|you|that)", r"role ?play",
    r"repeat (after me|the word|exactly|this|everything|the text|your)",
    r"(reply|respond|answer|start|end|begin|finish)( every| each| all| your)?( \w+)? (only )?with",
    r"(your|the|these|those|hidden|initial|original|following|secret|above|own) (instructions?|prompt|guidelines|rules above|configuration)",
    r"<!--", r"from now on", r"\bsay (exactly|the word|the phrase)", r"reveal", r"print (your|the|out)",
    r"note to (the )?(ai|assistant|bot|model|agent)", r"assistant ?:", r"\bai ?:", r"base64",
    r"what (were|are) you (told|instructed|programmed)", r"\bprompt\b(?! (reply|answer|response))",
    r"ignora (todas|las|tus|cualquier|lo)", r"instrucciones", r"olvida (todo|tus|las)", r"a partir de ahora",
    r"modo (desarrollador|admin)", r"responde (solo|unicamente|con)", r"repite", r"\bcanary\b", r"text above",
    r"words above", r"list your (tools|functions|rules)", r"(how|what) (were|was) you (made|configured|set up)",
)
_OTHERS = (
    r"("
    r"ex-husbands?|ex-wifes?|exs|neighbou?rs?|neighbours|husbands?|wifes?|wife|spouses?|partners?|friends?|"
    r"boyfriends?|girlfriends?|mothers?|moms?|mums?|fathers?|dads?|sisters?|brothers?|sons?|daughters?|"
    r"boss(es)?|coworkers?|colleagues?|flatmates?|roommates?|ex|someone elses?|other customers?|"
    r"another customers?|somebody elses?|other peoples?|vecin[oa]s?|espos[oa]|marido|mujer|pareja|amig[oa]|"
    r"novi[oa]|madre|padre|herman[oa]|hij[oa]|otr[oa]s? client\w+|otra persona"
    r")"
)
_DATA = (
    r"("
    r"orders?|e-?mails?|address|accounts?|cards?|phone|details|numbers?|refunds?|parcels?|packages?|"
    r"subscription|data|files?|records?|bought|purchases?|pedidos?|correo|direccion|cuenta|tarjeta|telefono|"
    r"datos|paquete|reembolso"
    r")"
)
THIRD_PARTY = _any(
    r"(ficha|expediente|datos) de mi (ex|companer[oa]|amig[oa])\b",
    r"(escribio|dijo|pidio|compro) mi (herman[oa]|amig[oa]|madre|padre|prim[oa]|vecin[oa])",
    r"customer (who|that|which|before|you)\b", r"customers? (was |were )?(served )?before me",
    rf"(look up|check|open|pull|see) (my |our |the )?{_OTHERS}\b",
    rf"\b(did|does|has) (my|our) {_OTHERS} \w+ (to you|you|there|from you)", r"for a friend",
    r"on file for (them|him|her)", rf"\b(my|a|our) {_OTHERS} (is|was) (also )?a customer", r"we are married",
    r"\b(she|he) (wont mind|doesnt mind|is fine|knows about|is ok|said its ok|agreed)",
    r"\bex-?(husband|wife)?s? (file|account|record)", rf"asked me to get", r"ella (esta|lo sabe)|estamos casad",
    rf"\b{_OTHERS} (\w+ ){{0,2}}{_DATA}\b",
    rf"\b{_DATA} (of|for|from|de|del|para) (my |the |our |mi |an?other |some |otr[oa]s? )?{_OTHERS}\b",
    rf"\b(my|our|the|mi|her|his) {_OTHERS}\b[^.?!]{{0,40}}\b(ordered|bought|lives?|pidio|compro|vive)\b",
    rf"\b(for|of|on behalf of) (my|our) {_OTHERS}\b",
    r"\b(her|his) (order|address|e-?mail|account|card|phone|details|refund|data|info)\b",
    r"\b(who else|which other|other (customer|people|account)s?\b|next door)", r"on (his|her|their) behalf",
    r"\bwho (ordered|bought|lives)", r"(vive|lives) (al lado|next door)",
)
YES = re.compile(
    r"^(que |pues |and |well |uh |um |oh |ok |okay )*("
    r"y|ye|yes|yeah|yea|yep|yup|sure|ok|okay|okey|k|kk|please( yes)?$|pls$|please (do|go|yes)|go ahead|do it|"
    r"do that|go on|fine|correct|right|thats (it|right|correct|the one|fine|ok|good|what i)|exactly|"
    r"(that )?sounds (good|right|fine)|alright|all right|absolutely(?! not)|of course|asi es|me parece bien|bien|"
    r"por mi bien|estupendo|muy bien|genial|hagalo|desde luego|exactamente|i do\b|it is$|agreed|"
    r"good(?! (morning|afternoon|evening|day|bye))|perfect|lets do|fair enough|im ok with|i agree|affirmative|"
    r"acknowledged|understood|noted|obviously|about time|then do|i think so|definitely|great|i guess|whatever|si|"
    r"sip|claro|vale|de acuerdo|adelante|por favor|correcto|exacto|eso( es)?|bueno|esta bien|dale|hazlo|perfecto|"
    r"proceed|works|that works|confirmed?|confirmo|yess+|that one|the second one|the 2nd|ese|esa|that would be"
    r")\b"
)
NO = re.compile(
    r"^(hm, let me think, no|que no|que va|creo que no|eso no\b|hm,? |um,? |well,? |so,? )*("
    r"no|nope|nah|absolutely not|i dont think so|id say no|i hope not|thats not|not (quite|what i meant|really)|"
    r"not really|dont|nothing|negative|nada|wrong|not (that|right|correct|yet)|no gracias|thats (not|wrong)|"
    r"incorrect|para nada"
    r")\b"
)
BYE = _any(
    r"\b(bye|goodbye|good bye|cya|see (you|ya)(?! at)|have a (good|nice)|take care|adios|hasta luego|chao)\b",
    r"(?<!if )(thats|thats about|that is|that will be|thatll be) (all|everything)\b(?! (on|from|wrong))",
    r"nothing else", r"no,? thanks?\b", r"no more questions", r"^all (good|set|done)", r"eso es todo", r"nada mas",
    r"no gracias", r"(im|we are|were) (done|good|all set)\b", r"we are finished", r"never ?mind", r"forget it",
    r"\bi give up\b", r"\bolvidalo\b", r"dejelo", r"ill (leave|stop) (it|here)", r"^(leave it|drop it)",
)
THANKS = _any(r"\b(thanks|thank you|thank u|thx|tnx|ty|cheers|appreciated?|gracias|tanks|thanx|much obliged)\b")
GREETING = re.compile(r"^(hi|hello|hey|hola|good (morning|afternoon|evening|day)|buen(os|as) (dias|tardes|noches)|hiya|yo|greetings|ola|howdy)\b")
OBJECTION = _any(
    r"no es correcto", r"no es (correcto|asi|cierto)", r"otra cosa", r"no lo veo", r"no me (convence|lo creo|vale)",
    r"es (falso|mentira)", r"tonteria", r"no puede ser", r"contradic",
    r"dont think (thats|it is|its|that is) (correct|right|true)", r"not correct", r"still wrong", r"dont agree",
    r"not agree", r"^disagree", r"^wrong", r"^not true", r"differently", r"i dispute",
    r"doesnt (match|add|sound|seem)",
    r"(told|heard|said) (me )?(something|other|the opposite|otherwise|differently)",
    r"(thats|that is|is|its) (just |simply |complete )*(wrong|rubbish|nonsense|inconsistent)", r"contradicts",
    r"inconsistent", r"not consistent", r"used to be", r"cannot be right", r"cant be (it|the|your)", r"opposite",
    r"not happy", r"you cant be serious", r"dont get it", r"cant say",
    r"(not|isnt|un) ?(fair|right|true|acceptable|good enough|ok|okay|what i)\b", r"unfair", r"disagree",
    r"dont (accept|agree|care|believe|buy)", r"(cant|cannot) (be (right|true|serious)|accept|believe)",
    r"makes? (no|zero|any) sense", r"no way", r"nonsense", r"unacceptable",
    r"(agent|person|colleague|rep|guy|lady|coworker|someone|website|site|page|faq|friend|chat)\b[^.?!]{0,25}\b(said|told|says|promised|got)",
    r"come on", r"\bwhy not\b", r"i want (my|a|the|it|this) ?(full )?(money|refund|fixed|cancel|it)",
    r"you (guys )?(have to|must|should|need to|owe|cant|cannot|promised|could|can) ", r"exception", r"loyal",
    r"(been|be) a customer", r"not (how|what) (it|i|this)", r"thats wrong", r"too (long|late|slow|bad)\b",
    r"surely", r"\bbs\b", r"doesnt (help|work|make)", r"not (helping|helpful|happy|satisfied|enough|good|accept)",
    r"there must be", r"no (es|me parece) (justo|correcto|cierto|verdad|bien)", r"no (lo )?acepto",
    r"no estoy de acuerdo", r"excepcion", r"injusto", r"tienen que", r"deberian", r"no tiene sentido", r"imposible",
    r"thats (it\?|not|bull|a lie|crazy|insane|stupid|silly|ridiculous)", r"i (really )?(doubt|think you)",
    r"^(no|nope|but|wrong)[ ,.!]*$", r"you sure", r"are you (sure|serious|kidding)", r"not (convinced|buying)",
    r"hard to believe", r"sounds (wrong|off|made up|fishy)", r"dont see why", r"seguro\?", r"guilt", r"your fault",
    r"because of you", r"how can you", r"other (shops|stores|companies)", r"i read (that|it|on|some|differently)",
    r"i (heard|thought|was told)",
)
CITATION = _any(
    r"documento", r"\bwritten\b", r"can i read", r"(it|that) says (that|so)", r"(it|that) say", r"(where|it|thats) (is |its )?documented",
    r"see (that|it|this) in writing", r"por escrito", r"\bescrit[oa]\b",
    r"where (does it|is (that|it)|do(es)? (you|your|the|they)|can i|did you)\b[^.?!]{0,25}(say|written|write|stat|read|find|see|get|come|policy|rule)",
    r"show me\b", r"\bprove\b", r"\bproof\b", r"(whats|what is|your|any) (the )?source", r"^source", r"send (me )?(a |the )?link", r"\blink\b",
    r"which (rule|policy|section|page|terms|paragraph|clause)", r"what (rule|policy|section|clause)",
    r"(says|said) who", r"\bcite\b", r"\bquote\b", r"(terms|t&c|fine print)",
    r"donde (lo )?(dice|pone|esta escrito|aparece|lo)", r"muestr\w+", r"pruebal?o?", r"la fuente",
    r"que (regla|politica|norma|clausula)", r"ensen\w+me", r"based on what", r"according to (who|which|what\W*$)",
    r"how do (you|i) know", r"wheres? (that|this|it) (from|written|come)", r"reference\b", r"where.{0,12}written",
)
REPEATED = _any(
    r"(already|just) (told|said|gave|sent|wrote|answered|did|given|typed|mentioned|explained)", r"told (you|u)",
    r"^i said", r"i (gave|sent) (it|that|you)", r"ask(ed|ing)? (me )?(that |this |for it )?(already|again|twice)",
    r"(scroll|look) (up|above)",
    r"ya (te|se|os|le|lo|la) ?(lo|la)? ?(dije|di|he dicho|mande|he dado|envie|mencion)",
    r"(its|it is) (up there|above)", r"not again", r"same (question|thing) (again|twice)", r"read (what|above|my)",
    r"second time", r"how many times",
)
WITHHOLD = _any(
    r"tendria que buscar", r"no lo ve usted", r"sin eso", r"^para que\W*$", r"no (lo |la )?(voy a )?(dar|doy|digo)",
    r"comod[oa] dando", r"^eso no$", r"eso no lo", r"imprescindible", r"de verdad (lo )?necesit",
    r"^(why|por que)\W*$", r"id rather not", r"(do|dont|did) (you|we) (really )?need (my|that|it|this|the)",
    r"is (that|it|this) (really )?(necessary|important|needed|required)", r"what (do|would) (you|u) need",
    r"(can|could) we (do it without|skip)", r"have to (go and )?(look|get up)", r"to myself",
    r"dont (give|hand|share|tell|dare)", r"another identifier", r"in your system", r"that field",
    r"in front of (you|me)", r"have to do with", r"is it safe to", r"you have all of (that|this)",
    r"not getting (the|my|that)", r"sensitive", r"stop asking", r"other room", r"never to type", r"never again",
    r"used for", r"(required|needed) for", r"find that on your side", r"where do i find", r"what do you mean by",
    r"whats it for", r"why you need", r"it is really needed",
    r"(not|wont|dont (want|wanna|like|feel)|rather not|prefer not|no way|not comfortable|hesitant|why should i|do i (have|need|really) to|is (that|it) (really )?(necessary|needed|required))\b[^.?!]{0,40}(giv|shar|tell|say|send|hand|provid|type|necessary|need|that|it\b|$)",
    r"none of your", r"\bprivate\b", r"\bpersonal\b", r"not (telling|giving|sharing|sending|saying)",
    r"no (quiero|voy a|pienso|me siento|me gusta|prefiero) [^.?!]{0,20}(d(ar|ec)|compart|poner)", r"prefiero no",
    r"es (privad|personal)", r"hace falta", r"es necesari", r"have to\?", r"first (tell|answer|help|you)",
    r"cant you (just )?(look|see|find|check)", r"you should (have|know|see) (it|that|this)",
    r"dont you have (it|that|this)", r"skip that", r"need that\??$", r"pass on that", r"no te lo", r"not that",
)
UNKNOWN_FACT = _any(
    r"no sabria", r"no estoy segur", r"como lo voy a saber", r"dont think i have",
    r"have no (order|e-?mail|number|date|idea)", r"id have to guess", r"never got one", r"\bno [a-z -]+ available",
    r"isnt shown anywhere", r"i not know", r"this i dont have", r"how (should|on earth would) i know", r"beats me",
    r"cant find", r"terrible with these", r"would know,? but",
    r"(dont|do not|didnt|cant|cannot|can not) (really )?(know|have|remember|recall|find|see|recollect)",
    r"no (idea|clue)", r"not sure", r"\bno (lo )?(se|tengo|recuerdo|encuentro|me acuerdo)\b", r"ni idea",
    r"lost (it|the)", r"\bdunno\b", r"\bidk\b", r"couldnt (tell|say)", r"have it (here|with me|on me|at hand)",
    r"not (here|with me)",
)
WAIT = _any(
    r"\b(one|a|just a|1|gimme a|give me a) (sec|second|moment|minute|min|mo)\b", r"hold on", r"\bwait\b",
    r"let me (check|look|find|see|get|search)", r"\bbrb\b", r"hang on", r"un (momento|segundo|minuto)",
    r"\besper[ae]\b", r"be right back", r"dame un", r"looking for it",
)
HURRY = _any(
    r"\bslow\b", r"speed", r"all day", r"taking a while", r"to the point", r"hurry", r"for ages", r"move on",
    r"more fast", r"faster", r"novedad", r"mas rapido", r"(mucha )?prisa", r"podemos seguir", r"get on with it",
    r"still nothing", r"any progress", r"takes so long", r"much longer", r"moverlo", r"al grano",
)
PASTE = _any(
    r"^(git|select|sudo|curl|cd|import) ", r"at the pool", r"(onions|rice|coffee|cat food|washing powder)\b.*,",
    r"\bmama\b", r"she posted", r"flower pot", r"water the plants", r"happy birthday", r"photos from",
    r"the kids after", r"^on my way", r"recipe", r"https?://", r"[{}<>;|\\]|=>|==",
    r"wrong (window|chat|paste|one|tab|person|number|text|box)", r"\boops\b", r"\bwhoops\b", r"meant for",
    r"(ignore|scratch|disregard|skip) (that|this|the last)", r"not for you",
    r"^(fwd|fw|re|subject|invoice|from|to|asunto|ref|tracking|isbn|iban|otp|wifi|shopping list|todo|meeting|agenda|dear)\b ?[:#]",
    r"ventana equivocada", r"se me pego", r"no era para", r"copied (the )?wrong", r"pasted? (the )?wrong",
    r"(milk|eggs|bread|butter|flour|leche|huevos)\b.*(milk|eggs|bread|butter|flour|bananas?|pan|huevos)",
    r"perdon,? eso no", r"misclick", r"\bmispaste", r"clipboard",
)
ANGRY = _any(
    r"fastidio", r"siempre lo mismo", r"esperaba (mas|otra)", r"vaya dia", r"perdida de tiempo", r"complicado",
    r"nada contento", r"menuda", r"no tiene ni idea", r"servicio mas malo", r"usted sabe algo", r"aficionados",
    r"mi abuela", r"respuesta mas tonta", r"no se entera", r"desastre", r"confiaba", r"wasted", r"just great",
    r"elsewhere", r"somewhere else", r"ill switch", r"(other|another) (provider|company)", r"others (do|i can)",
    r"(lose|lost) me\b", r"\bim (out|gone)\b", r"leave you\b", r"i can go to", r"how im treated", r"disgrace",
    r"hassle", r"every single time", r"rubbish", r"not very good", r"poor service", r"clueless", r"no clue",
    r"\bno help", r"amateur", r"clowns?", r"vending machine", r"(service|situation) is very bad", r"ashamed",
    r"(dont|not) (even |really )?care", r"\bugh\b", r"expected (better|a little more|more)", r"trusted you",
    r"leave me (alone )?with", r"making my life", r"for nothing", r"not much help", r"know nothing",
    r"know anything", r"even trying", r"train you", r"silly answer", r"grandmother", r"breaks down",
    r"badly designed", r"workflow is broken", r"always the same", r"shouldnt be (so|this) hard", r"so complicated",
    r"very bad for me", r"had no idea what they", r"not happy", r"worth to you", r"counting on you", r"ruin",
    r"come on\b", r"what is going on over there", r"complete mess", r"better explain", r"how on earth",
    r"good riddance", r"happy now", r"waiting forever", r"supposed to sit", r"acting up", r"mess(ed)? up",
    r"\bagain\b[.! ]*$", r"ridiculous", r"unacceptable", r"\bjoke\b", r"\bangry\b", r"furious", r"fed up",
    r"sick of", r"frustrat", r"annoy", r"\bworst\b", r"terrible", r"awful", r"useless", r"waste of", r"wasting",
    r"\bscam", r"rip ?off", r"\bwtf\b", r"\bhell\b", r"\bdamn", r"\bcrap", r"stupid", r"idiot", r"incompeten",
    r"!!", r"never (buy|order|shop|coming|using)", r"disgust", r"pissed", r"had enough", r"enough of", r"tired of",
    r"(third|fourth|fifth) time", r"how many times", r"told you", r"unbelievable", r"pathetic", r"nonsense",
    r"liar", r"\blying\b", r"\bshame", r"for (days|hours|weeks|ages)",
    r"(this|it) (is|takes?) (taking )?(too long|forever)", r"are you (kidding|deaf|blind|even)", r"\bmoron",
    r"dumb", r"garbage", r"trash", r"not (helping|helpful)", r"you people", r"\bthieves", r"\bsteal", r"\bstole",
    r"robbed", r"lose (my )?patience", r"losing (my )?patience", r"hurry", r"\bseriously\b", r"absurd", r"hopeless",
    r"\bmad\b", r"cant believe", r"leaving", r"competitor", r"ridiculo", r"\bhart[oa]", r"enfad", r"molest[oa]",
    r"increible", r"verguenza", r"inaceptable", r"\bestafa", r"inutil", r"ladrones", r"otra vez[.! ]*$", r"me cans",
    r"basta", r"pesim", r"horrible", r"paciencia", r"rapido", r"estoy cansad", r"tomando el pelo", r"broma",
)
SAD = _any(
    r"dejar asi", r"cuidaban a", r"sido fiel", r"complica usted", r"familia lo paga", r"deja tirad",
    r"la conciencia", r"dont know what (ill|to) do", r"what ill do", r"worr", r"anxious", r"panic", r"scared",
    r"afraid of", r"desperat", r"stress", r"\bcry", r"crying", r"upset", r"overwhelm", r"please help", r"sleep",
    r"rent\b", r"cant afford", r"nervous", r"hard (time|week|day|month)", r"lost my job", r"sick\b", r"hospital",
    r"hurts?\b", r"devastat", r"depress", r"rely|relied", r"funeral", r"passed away", r"died", r"divorce",
    r"preocup", r"nervios", r"ansios", r"angusti", r"desesper", r"llor", r"agobi", r"disappoint", r"begging",
    r"suffers", r"always been loyal", r"been one of those days", r"completely lost", r"too much\b", r"bad for me",
    r"let (me )?down", r"decepcion", r"alone", r"exhaust", r"breaking down", r"bad (day|week|month|year)",
    r"confus", r"dont (get|understand)", r"no entiendo",
)
CORRECTION = _any(
    r"corrijo", r"esta mal", r"antes dije", r"lei mal", r"en lugar de", r"olvide", r"misread",
    r"mixed (that|it) up", r"i said", r"forget", r"\bnot\b", r"\bactually\b", r"sorry", r"i meant?", r"\bwrong\b",
    r"correct(ion|ed)?\b", r"should be", r"mistake", r"my bad", r"instead", r"\bno[ ,.]", r"^no\b", r"mixed up",
    r"typo", r"rather", r"\bde hecho\b", r"perdon", r"me equivoque", r"quise decir", r"en realidad", r"correccion",
    r"error", r"\bcheck(ed)? again", r"looked again", r"double.?check", r"scratch that", r"make that", r"\*",
)
TENTATIVE = _any(
    r"(maybe|perhaps|or was it|might (be|have been)|could (be|have been)|i think|i guess|not sure|depending|what if|if it|if i|suppose|lets say|or is it|quiza|tal vez|creo que|o era|puede que)",
)
INSIST = _any(
    r"(just|please|pls|so|then|now)? ?(refund|fix|cancel|change|send|sort|solve|resolve|handle) (it|me|this|that|my|the)\b",
    r"i (just |really |still )?(want|need|would like|expect|demand) (my|a|the|it|this|that|to)",
    r"get (my|the) money", r"(give|send) (me )?(my|the) (money|refund)",
    r"quiero (mi|el|un|que|cancelar|devolver|cambiar|saber)", r"do something", r"devuelv\w+", r"cancelen",
    r"cambien", r"hagan algo", r"sort (it|this) out", r"back to", r"anyway", r"as i said", r"en fin", r"volviendo",
    r"so,? about", r"my (refund|order|issue|problem|question)\b",
    r"can (you|we) (please )?(do|fix|sort|refund|help|get)",
)
