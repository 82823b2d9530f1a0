"""What English-speaking patients want, ask and signal, as regular expressions over lower-case text with typos repaired."""

# What the patient wants done. Order matters: the first that matches wins ("cancel my appointment" is no booking).
INTENTS = [
    ("results", r"\b(?:test|lab|blood|my|the|about|get|have|see)\b[^.?!]{0,20}\bresults?\b|\bresults?\b[^.?!]{0,20}\b(?:test|blood|lab|back|ready|there|in)\b|^results?\W*$"),
    ("renewal", r"\b(?:prescription|refill|renew\w*|repeat script)\b"),
    ("move", r"\b(?:reschedul\w*|rebook|postpone)\b|\b(?:move|change|shift|switch|push)\b[^.?!]{0,25}\b(?:appointment|booking|appt|visit|slot|date|time)\b"
             r"|\b(?:move|shift|push) it\b|\bappointment\b[^.?!]{0,30}\b(?:another|different|other|new) (?:day|time|date)"),
    ("cancel", r"\b(?:cancel|call off|drop)\b[^.?!]{0,25}\b(?:appointment|booking|appt|visit|it|slot|mine)\b|^\W*(?:please )?cancel\W*$|\b(?:cannot|can ?not|cant|can't) (?:make it|come)\b"),
    ("price", r"\bhow much\b[^.?!]{0,30}\b(?:visit|appointment|consultation|insur\w*)\b|\b(?:price|cost)s?\b[^.?!]{0,25}\b(?:visit|appointment|consultation|with|insur\w*)\b"
              r"|\bwhat\b[^.?!]{0,25}\b(?:visit|appointment|consultation)s? costs?\b|\b(?:insurance|insurer)\b[^.?!]{0,20}\b(?:cover|pay)\w*|\b(?:does|do) (?:you|my insurance) (?:take|cover)\b"),
    ("book", r"\b(?:book|make|get|need|want|schedule|arrange|see|have|like|find)\b[^.?!]{0,25}\b(?:appointment|appt|slot|doctor|visit|checkup|check-up)\b|\bappointment (?:with|for|please)\b"
             r"|^\W*(?:an? )?(?:new )?appointment\W*$|\bbook (?:it|me)\b"),
]

# Side questions that the house rules answer.
TOPICS = [
    ("appointment_length", r"\bhow long (?:does it|it|do|is (?:the|an|it)|are|will (?:it|the)|would (?:it|the))\b|\b(?:appointment|visit) length\b|\bhow much time\b|\bduration\b|\bhow many minutes\b"),
    ("bring", r"\b(?:what|anything|something|should i|do i|must i|need to|have to)\b[^.?!]{0,25}\bbring\b|\bbring (?:with me|along|to)\b|\btake with me\b|\bwhat (?:papers|documents)\b"),
    ("parking", r"\bpark(?:ing)?\b|\bleave (?:my|the) car\b"),
    ("late_fee", r"\b(?:late|cancel\w*|no.?show)\b[^.?!]{0,20}\b(?:fees?|charges?|cost)\b|\b(?:what|how (?:much|high)|why)\b[^.?!]{0,25}\bfee\b"),
    ("cancellation_notice", r"\bcancell?ation (?:notice|policy|rules?|window|terms?)\b|\b(?:cancel|move|change)\b[^.?!]{0,25}\b(?:for free|free of charge|in time|if i|later|until)\b|\bfree cancell?ation\b"),
    ("move_limit", r"\bmoving limit\b|\bhow late can i (?:move|change)\b"),
    ("copay", r"\bco-?pay\w*\b|\b(?:my|visit|your) share\b"),
    ("visit_price", r"\bhow much(?! time| longer)\b|\bcosts?\b|\bpric(?:e|ing)\b|\bdo i (?:have to )?pay\b|\bwhat (?:will|would|do) i pay\b"),
    ("desk_hours", r"\b(?:desk|opening|office|business) hours\b|\bwhen (?:are you|do you|is the (?:desk|clinic)) open\w*\b|\bwhat time do you (?:open|close)\b"),
    ("address", r"\baddress\b|\bwhere (?:are you|is the clinic|is it)\b|\bhow do i get there\b"),
    ("renewal_time", r"\brenewal time\b|\bwhen\b[^.?!]{0,30}\b(?:ready|pick (?:it )?up|collect)\b"),
    ("results_time", r"\b(?:results?|laboratory|lab) time\b|\bwhen\b[^.?!]{0,25}\bresults?\b"),
    ("nurse_hours", r"\bnurse (?:line )?(?:hours|times)\b|\bwhen\b[^.?!]{0,20}\bnurse\b"),
    ("emergency", r"\bemergency number\b"),
    ("doctor", r"\bwhich doctor\b|\bwho (?:is|will be) (?:the|my) doctor\b|\bwho (?:am i|will i be) seeing\b"),
]

_RELATIVE = (r"(?:my|his|her|their|our|the) (?:ex-?)?(?:wife|husband|spouse|partner|mother|mum|mom|father|dad|neighbou?rs?|friend|colleague|boss|ex|brother|sister|son|daughter|girlfriend|boyfriend"
             r"|roommate|flatmate|aunt|uncle|cousin|parents?|kids?|child(?:ren)?)(?:'?s)?\b")
_SOMEBODY = (r"(?:(?:another|other|previous|last|next|different)(?:'?s)? (?:patient|customer|person|caller|client|user|people)\w*|(?:some|any)(?:one|body) else(?:'?s)?(?! would)"
             r"|(?:patients?|customers?|persons?|callers?|one|who)\b[^.?!]{0,25}\bbefore me)\b")
_REQUEST = (r"\b(?<!i'll )(?<!ill )(?:tell me|look(?:ing)? ?up|(?:quick )?look at|check|show|give|see|know|pull|return|get|access|open|read|book for|what(?:'?s| is| did| do| are| about)|who|which|find out)\b")
_THEIRS = r"(?:results?|records?|files?|account|details|appointments?|bookings?|address|contact|data|information|prescriptions?|history)\b"

SIGNALS = {
    "urgent": r"\bchest (?:pain|hurts|tight\w*|feels|pressure)|\bpain in (?:my|the) chest|\b(?:can'?t|cannot|can ?not|hard to|struggling to|trouble) breath\w*|\bshort(?:ness)? of breath|\bbreathing (?:is )?(?:difficult|badly|trouble)"
              r"|\bheart attack|\bstroke\b|\b(?:face|arm) (?:is |feels |went )?(?:numb|droop\w*)|\bpassed out\b|\bfainted\b|\bunconscious\b|\bbleeding (?:heavily|a lot|badly)|\bheavy bleeding|\bwon'?t stop bleeding"
              r"|\bkill myself|\bsuicid\w*|\bend my life|\bswollen (?:throat|tongue)|\bthroat is (?:closing|swelling)",
    "advice": r"\bhow (?:much|many|often)\b[^?]{0,40}\b(?:can|should|may|do|could|is|are|safe)\b[^?]{0,30}\b(?:take|give|tablets?|pills?|ibuprofen|paracetamol|aspirin|antibiotics?|safe)\b|\b(?:dose|dosage|overdose|milligrams?|side effects?)\b"
              r"|\b(?:can|should|may|could) i\b[^?]{0,30}\b(?:take|mix|stop taking|drink|combine|give)\b[^?]{0,60}\b(?:ibuprofen|paracetamol|aspirin|pills?|tablets?|medicines?|meds|medication|alcohol|beer|wine|antibiotics?|painkillers?|syrup)\b"
              r"|\b(?:ibuprofen|paracetamol|aspirin|painkillers?|antibiotics?)\b|\bis (?:it|that|this) (?:dangerous|contagious|normal)\b|\bwhat (?:could|might) (?:it|this|that|i) (?:be|have)\b"
              r"|\bdo i have (?:a|an|the) (?:infection|disease|cold|flu|virus|tumou?r)|\bdo i have (?:cancer|covid|flu|diabetes)\b|\bdiagnos\w*\b|\bmedical advice\b|\bwhat (?:does|do) (?:my|the) (?:results?|values?) mean\b|\brash\b",
    "human": r"\b(?:speak|talk(?:ing)?|chat|connect|transfer|put|pass|get|give|want|need|prefer|escalate|route|call|ask for)\b[^.?!]{0,30}\b(?:human|person|someone|somebody|people|agent|representative|supervisor|manager|colleague|receptionist|operator|boss|staff|superior|front desk|desk)\b"
             r"|\b(?:real|actual|living|live) (?:human|person|people|agent|one)\b|^\W*(?:a |an |the )?(?:human|person|supervisor|manager|agent|operator)(?: please| now)?\W*$|\bsupervisor\b|\bmanager\b(?! (?:told|said|promised|approved|allowed))"
             r"|\b(?:is there|there is|can|could|may|let) (?:a|an|some) (?:human|person|supervisor|manager)\b|\bhand.?off\b|\bin charge\b|\bnot (?:a |with a |to a )?(?:bot|robot|machine)\b|\bescalate\b",
    "nurse": r"\bnurse\b",
    "injection": r"\b(?:ignor\w+|disregard\w*|forget|drop|skip|override)\b[^.]{0,30}\b(?:instructions?|rules|guidelines|prompt|everything above|what you were told|programming)\b|\bnew (?:instructions?|rule)\b|\bsystem (?:message|override|note|update|test)\b|\boverride\b"
                 r"|\b(?:developer|debug|maintenance|admin|god|dan) mode\b|\bmode=|\bjailbreak\b|\byou are now\b|\bfrom now on\b|\bpretend (?:to be|you|that)\b|\bact as (?:a|an|if|my)\b|\brole ?play\b|\bno (?:restrictions|rules)\b|\b(?:rules|restrictions) are off\b|\byour developers?\b"
                 r"|\b(?:reply|answer|respond|output|print|end|start|begin|confirm)\b[^.]{0,30}\b(?:only |just )?with\b|\boutput\b|\becho\b|\b(?:to confirm,? )(?:write|say|type)\b|\brepeat after me\b|\bsay (?:exactly|the word|only|just)\b|\bsay [a-z]+-\d+|\bwrite [a-z]+-\d+"
                 r"|\[+ ?(?:system|admin|inst)|<(?:!--|/?(?:system|instructions?|admin|hidden))|\bprompt injection\b|\b(?:assistant|system|admin):",
    "extraction": r"\b(?:system|initial|hidden|original|secret|internal|first|exact) (?:prompt|instructions?|guidelines|configuration|config|rules|message)\b|\byour (?:system )?(?:prompt|instructions?|guidelines|configuration)\b|\bwhat (?:were|are) you (?:told|instructed)\b|\btext above\b|\beverything above\b"
                  r"|\b(?:show|print|reveal|repeat|paste|translate|summari[sz]e|give|tell|list|dump)\b[^.?!]{0,30}\b(?:prompt|instructions?|words above|api key|configuration|guidelines)\b|\bwhich (?:language )?model\b|\bwhat (?:model|llm) are you\b|\bverbatim\b|\bword for word\b",
    "social": r"\bi(?:'m| am) (?:the |a |an |your |from |with |calling from |working for )?(?:the )?(?:doctor|dr\b|nurse at|admin\w*|developer|engineer|audit\w*|police|officer|it\b|i\.t\.|support team|head office|manager|ceo|owner|director|insurance company|lawyer|colleague|staff|employee|your (?:boss|manager|developer|supervisor))"
              r"|\bi work (?:here|there|at|for|in|with)\b|\b(?:from|with) (?:the |your )?(?:it department|head office|headquarters|support team|security team|compliance|audit team)\b|\binternal (?:audit|test|request)\b|\bon behalf of\b"
              r"|\b(?:skip|bypass|waive|without|disable|leave out|forget about|no time for)\b[^.?!]{0,25}\b(?:verif\w+|checks?|identity|security|rules?|procedure|formalit\w*|codes?|control)\b|\bwithout (?:verifying|checking|control)\b|\bjust (?:this )?once\b|\bmake an exception\b|\bexception\b|\bno need to (?:verify|check)\b|\bcan'?t do the verification\b"
              r"|\bauthori[sz]ed\b|\bclearance\b|\b(?:colleagues?|manager|doctor|boss|supervisor) (?:already |just )*(?:said|told|promised|approved|allowed|agreed|confirmed|verified|did)\b|\b(?:already|been) (?:approved|verified|cleared)\b|\b(?:admin|master|staff) (?:password|code|access)\b|\bone.?time (?:code|password)\b|\bpasswords?\b"
              r"|\b(?:do me a )?favou?r\b|\bunder the table\b|\bnobody (?:will|has to|needs to) know\b|\byou can trust me\b|\bdo you know who i am\b|\blet me have\b|\bin hospital and can'?t\b|\bskip (?:it|them|all of this)\b",
    "third": rf"{_REQUEST}[^.?!]{{0,45}}\b(?:{_RELATIVE}|{_SOMEBODY})|\b(?:{_RELATIVE}|{_SOMEBODY})[^.?!]{{0,12}}\b{_THEIRS}|\b(?:wife|husband|friend|neighbou?r|mother|father|sister|brother|colleague|ex)'?s {_THEIRS}"
             r"|\b(?:on file|record|account)\b[^.?!]{0,15}\bfor (?:them|her|him)\b|\bfor (?:her|him|them|a friend)\W*$|\bwe(?:'re| are) married\b|\b(?:she|he)(?:'s| is)? (?:is )?(?:fine|ok|okay|good) with\b|\b(?:she|he) (?:won'?t mind|knows about it|doesn'?t mind)\b|\bwho else\b|\blist of (?:patients|customers)\b|\bpatient list\b",
    "cite": r"\bwhere\b[^.?!]{0,25}\b(?:say|says|said|written|stand|documented|read)\b|\bsee where it\b|\bwhere (?:can|do) i (?:read|find) (?:that|this|it)\b|\bshow me (?:where|the passage|the rule|that)\b|^\W*where\W*(?:show me)?\W*$|\b(?:source|citation|quote|proof|prove|policy|reference|clause|paragraph|section)\b|\bin writing\b|\bwritten\b"
            r"|\b(?:in|of) (?:your|the) terms\b|\bsays who\b|\bwho says\b|\bwhich rule\b|\bexact (?:rule|wording)\b|\bwhich document\b|\bblack on white\b",
    "object": r"\b(?:not|isn'?t|doesn'?t (?:seem|sound|look)|dont think|don'?t think|can'?t be|cannot be)\b[^.?!]{0,20}\b(?:right|true|correct|fair|acceptable|good enough|reasonable|accept|agree|happy|consistent|answer|final)\b|\bunfair\b|\bwrong\b|\bdisagree\b|\bdispute\b|\bi (?:don'?t|do not|dont|can'?t|cannot) (?:believe|accept|agree|buy|think so|see why)\b"
              r"|\b(?:that|it) (?:makes|has) no sense\b|\bmakes no sense\b|\bnonsense\b|\bno way\b|\babsurd\b|\bare you (?:sure|certain|serious)\b|\breally\?|\bdoubt\b|\bunacceptable\b|\bcome on\b|\bseriously\b|\bcan'?t be serious\b|\bwhy (?:should|would|not|is|do|cant|can'?t|that)\b"
              r"|\b(?:see|understood|heard) (?:that|it|this)? ?(?:quite )?(?:differently|otherwise)\b|\bnot (?:what|how|accepting)\b|\bcontradicts?\b|\binconsistent\b|\bdoesn'?t (?:match|add up)\b|\b(?:told|said|heard|got) (?:me )?(?:it'?s |was |is |were |a |an )?(?:the opposite|something (?:else|different|completely different)|(?:an)?other (?:thing|answer)|different(?:ly)?|otherwise)\b|\bwas told\b|\b(?:not|don'?t) agree\b|\brubbish\b|\ba joke\b|\bnot acceptable\b",
    "again": r"\b(?:which one is right|what'?s (?:true|right|the answer)|what applies|the answer to it|answer what i asked|say it clearly|plain words|straight answer|once and for all|let me get this straight)\b",
    "conflict": r"\b(?:does|would|could) (?:that|it) (?:change|matter)\b|\bis the answer still\b|\bstill the same\b|\bsame answer\b|\bwhat (?:then|now|applies now|does that mean for me)\b|\bit changes something\b|\bdoes (?:the answer change|it work then)\b|\bis that a problem\b"
                r"|\b(?:different|other|earlier|longer ago) (?:one|than i said)\b|\b(?:may|might) have (?:been|got|told)\b|\bmixed up the details\b|\bmixing things up\b|\bother way round\b|\bwasn'?t (?:quite )?like that\b|\b(?:actually|thinking about it|looking at it|hang on|wait)\b[^.?!]{0,20}\b(?:it was|it'?s|it was|i think it)\b|\bsaid something else before\b|\bcould have been somebody\b|\bsay it'?s\b",
    "angry": r"\b(?:ridiculous|unacceptable|useless|clueless|joke|pathetic|angry|furious|pissed|sick of|tired of|fed up|annoy\w*|frustrat\w*|terrible|worst|awful|stupid|silly|idiot\w*|incompeten\w*|moron\w*|clowns?|amateur|damn|hell|wtf|ffs|crap|rubbish|garbage|shit|bullshit|fuck\w*|wast(?:e|ed|ing)|outrageous|disgrace\w*"
             r"|hopeless|dumb|unbelievable|for god'?s sake|enough of|had enough|liars?|hate|hassle|disappoint\w*|ugh|complicated|ashamed|pointless|broken|badly designed|overpriced)\b|!{2,}|\?!|!\?|\bare you (?:kidding|deaf|stupid|even|listening|blind)\b|\bhow (?:many times|often do i)\b|\byour fault\b|\byou people\b|\bdo your job\b|\bwake up\b|\bnobody (?:cares|listens|helps)\b|\byou (?:really )?don'?t (?:even )?(?:care|listen)\b"
             r"|\bnot (?:very good at|much help|happy)\b|\bno (?:clue|help at all)\b|\bpoor service\b|\bservice is (?:very )?bad\b|\b(?:know anything|don'?t know nothing|more sense|do this faster|train you|no idea what they)\b|\bexpected (?:a little )?(?:better|more)\b|\balways the same\b|\bevery single time\b|\bone of those days\b|\bshouldn'?t be (?:so|this) hard\b|\bhow hard\b|\blosing patience\b|\b(?:just|it'?s|is|way) too much\b|\bvery bad\b|\bjust great\b"
             r"|\bthanks for nothing\b|\bso much for\b|\bloyal\w*\b|\bhow i'?m treated\b|\bworth to you\b|\b(?:cared|care) about\b|\blive with that\b|\bruin\w*\b|\btrusted you\b|\bleave me (?:with|alone)\b|\bstop asking\b"
             r"|\b(?:go|going|went|business|look) (?:to )?(?:somewhere else|elsewhere|for somebody else|for someone else|to other company)\b|\bleav(?:e|ing) you\b|\b(?:i'?ll|i will) (?:switch|leave)\b|\b(?:lose|lost) me\b|\bstay with you\b|\bi'?m (?:out|gone)\b|\bmigrate\b|\bother company\b|\bothers (?:i can|do this)\b|\bclose to leaving\b|\bthinking of leaving\b|\bdon'?t want to leave\b|\babout to lose\b",
    "anxious": r"\b(?:worried|worry|worrying|scared|afraid|anxious|nervous|panic\w*|stress\w*|desperate|frighten\w*|terrified|can'?t sleep|cant sleep|overwhelm\w*|crying|upset|please help|losing (?:my )?(?:mind|sleep|job)|don'?t know what (?:to|i'?ll) do|depend on|counting on you|on my own|heartless|guilty|because of you|let me down|last hope|lost here|begging|suffers?"
               r"|making my life|don'?t understand (?:any of )?this)\b",
    "impatient": r"\b(?:hurry|quick(?:ly)?|faster|fast|asap|right now|no time|in a rush|so long|(?:waiting|waited|takes?|taking|been|trying)\b[^.?!]{0,25}\b(?:forever|ages)|too long|waiting|get on with it|longer|speed|slow|immediately|just do it|come on|all day|get to the point|move on|progress|status|do something|still nothing|something happening|take long|bus leaves|go on already)\b"
                 r"|\bhow long (?:does this|is this|will (?:this|that)|am i)\b|^\W*(?:how long|well|and|so)\W*$|\bis this going to\b|\btaking a while\b",
    "repeat_complaint": r"\b(?:already|just) (?:told|said|gave|sent|answered|typed|wrote|provided)\b|\b(?:told|said|gave|asked|answered) (?:you |me )?(?:that|this|it|already|twice|before)\b|\btold you\b|\basking (?:me )?(?:again|twice|the same)\b|\basked (?:me |for )[^.?!]{0,30}\b(?:before|again)\b|\bread (?:what i|above|back|the chat)\b|\b(?:see|scroll|written|wrote that) (?:it )?(?:above|up)\b"
                        r"|\bhave my [^.?!]{0,20}\balready\b|\b(?:had|have) (?:that|this|it|my [^.?!]{0,20}) already\b|\bgave you (?:that|this|it)\b|\bsecond time\b|\bhow many times\b|\bthis thread\b|\b(?:was|were) already\b|\brepeating myself\b|\breading (?:what|this)\b|^\W*again\W*$|\bagain my\b|\b(?:sure|think) i gave\b|\bdidn'?t i (?:just )?(?:say|tell|give)\b|\bi did tell you\b|\bdo you even read\b",
    "refuse_fact": r"\b(?:won'?t|will not|not going to|not gonna|rather not|rather keep|prefer not|don'?t want to|not comfortable|don'?t feel comfortable|refuse to|don'?t dare|scared of)\b|\bnone of your business\b|\bprivate\b|\bpersonal\b|\bsensitive\b|\bwhy (?:on earth )?(?:do )?you (?:need|want|ask)\b|\bwhat\b[^.?!]{0,20}\bfor\b|\b(?:do|are) (?:you|we)\b[^.?!]{0,12}\bneed\b"
                   r"|\bis\b[^.?!]{0,25}\b(?:necessary|needed|safe|important|required)\b|\bstop asking\b|\bcan'?t you (?:look|find|see|check)\b|\bcant you\b|\bcan (?:we|you) (?:do it without|skip)\b|\b(?:skip|leave) (?:that|it|this|the)\b|\bnot (?:telling|giving|sharing|saying|getting)\b|\bkeep(?:ing)? that to\b|\b(?:don'?t|not|never|shouldn'?t)\b[^.?!]{0,15}\b(?:share|give out|hand out|tell|type|send|sending|give)\b|\bnot? share\b"
                   r"|\byou (?:should )?(?:already )?have (?:that|it|all|any)\b|\bin your system\b|\bin front of you\b|\bfind (?:some|an)?other way\b|\bsome other way\b|\banother (?:way|identifier)\b|\bno other way\b|\bunencrypted\b|\bhave to (?:go and )?(?:look|get up)\b|\bdon'?t have (?:that|it|the|this)\b|\bnot at hand\b|\bother room\b|\bhesitant\b|\bnot sure i (?:want|should)\b|\bwhere do i find\b|\bwhat do you mean\b|^\W*why\W*$|\bto do with anything\b|\bwhat'?s it for\b"
                   r"|\bmore questions\b|\bthat field\b|\bgetting (?:that|it|the)\b[^.?!]{0,20}\bfrom me\b|\bwon'?t get\b|\bcalls for weeks\b",
    "dont_know": r"\b(?:don'?t|dont|do not|not) (?:really |even )?know\b|\bdon'?t (?:remember|think i have)\b|\bno (?:idea|clue)\b|\bnot sure about\b|^\W*(?:i'?m )?not sure\W*(?:what that is\W*)?$|\bcan'?t (?:remember|find)\b|\bcant (?:remember|find)\b|\bforgot\b|\bidk\b|\bdunno\b|\bcouldn'?t (?:tell|say)\b|\bcouldnt\b|\bcan'?t tell you\b|\bhave to guess\b|\bi have no\b|\bno [a-z ]{3,20} available\b|\bdon'?t have\b|\bdont have\b|\bthis i don'?t have\b"
                 r"|\bnever got one\b|\bhow (?:on earth )?(?:should|would) i know\b|\bisn'?t shown\b|\bdidn'?t give you\b",
    "yes": r"^\W*(?:(?:ok|okay|okey|k|well|hm|um|so|right|alright|look|again|as i said)\W+)*(?:yes|yep|yeah|yup|y|ya|sure|fine|please do|go ahead|go for it|do it|then do it|do that|correct|exactly|that works|works|sounds (?:good|fine|right)|good|great(?!\W+just)|perfect|agreed|deal|i do|that'?s (?:fine|right|correct|ok|good|it\W*$)"
           r"|i accept|accepted|i agree|confirmed?|affirmative|acknowledged|understood|noted|obviously|about time|i think so|i'?m ok with|let'?s do|works for me|proceed)\b|^\W*(?:ok|okay|k|right|alright|all right|please|ok good|ok then)\W*$|^\W*(?:ok|okay|alright)\b(?!,? (?:but|where|let|so|what|how|stop|and|then it|never|i'?ll leave|too)\b)(?=[^?]*$)"
           r"|\byes\b|\b(?:book it|take it|i'?ll take (?:it|that|this|the)|go ahead|that works|works for me|sounds good|fine (?:by|with) me|please do|let'?s do (?:it|that))\b",
    "no": r"^\W*(?:(?:ok|well|hm|um|so|look|again)\W+)?(?:no|nope|nah|not really|not that(?! it)|not what i meant|not quite|negative|i'?d say no|absolutely not|incorrect|please don'?t|i don'?t think so)\b(?! (?:hang|problem|rush|worries|idea|way|clue|its|it'?s|wait|one|help|matter))|^\W*don'?t\W*$|\bnothing (?:else|more)\b|^\W*nothing\W*$|\bthat'?s all\b|\bthats all\b|\bthat is all\b",
    "thanks": r"\b(?:thanks|thank you|thx|ty|cheers|thank u|appreciate\w*)\b(?! for nothing)",
    "bye": r"\b(?:bye|goodbye|good bye|see you(?= later\W*$| soon\W*$| then\W*$|\W*$)|have a (?:good|nice)|that'?s all|thats all|that is all|that'?ll be all|i'?m done|im done|nothing else|good night)\b",
    "greeting": r"^\W*(?:hi|hey|hello|hiya|good (?:morning|afternoon|evening|day)|greetings)\b",
    "correction": r"\b(?:actually|correction|correct is|i meant|i mean|meant|mistake|typo|mistyped|wrong|mixed|sorry,? (?:it'?s|its|the|my|i)|scratch that|instead|should be|wait|oops|no,? (?:it'?s|its|my|the)|let me correct|forget|replace|rather|misread|got mixed up)\b|\bnot\b|->",
    "may_ask": r"\bcan i ask\b",
}

NOISE = (r"https?://|www\.|[{}<>]|;\s*$|\bselect \w+ from\b|\bgit commit\b|\bdef \w+\(|\bimport \w+|\bfw:|\bfwd:|\bre:|^subject:|\btracking\b|\binvoice\b|\bshopping list\b|\bmilk\b|\beggs\b|\bgate \w?\d+|\bflight\b|\biban\b|\bdear (?:team|sir|mr|ms|all)\b|\bdraft\b"
         r"|\bwrong (?:chat|window|paste)\b|\bmeeting notes\b|\bpasted?\b|\b\d+ ?(?:g|ml|tbsp|cups?)\b")

OLD_BEFORE = (r"(?:\bnot(?: on| at)?|\binstead of|\brather than|\bi (?:said|wrote|typed|gave you|put|told you|had)|\bno longer|\breplace|\bold:|\bforget(?: what i said about)?|\bdon'?t use|\bearlier,? i said|\bi said something like)\s*(?:the|on|my|for|:)?\s*[\"'“]?$")
OLD_AFTER = r"^[\"'”]?\s*(?:(?:was|is|were) (?:wrong|a (?:typo|mistake)|incorrect|something else)|isn'?t|->|=>)"
WORDS = r"\b(?:the|is|and|not|my|please|how|what|where|when|hello|thanks|for|with|appointment|yes|no|you|me|can|have|need|want|also|it|to|or|but|if|i|do|an|a)\b"
