"""The reception agent of the Lakeside Clinic: a form-filling dialogue system in plain Python.

understanding.py  words of the patient -> values and signals
frames.py         the forms the receptionist fills (book, move, cancel, results, renewal, price)
receptionist.py   one conversation: what is known, what comes next
tools.py          the clinic's own systems, called by the frames
policies.py       the house rules: side questions and what is said to objections
wording.py        how a decided answer is worded, never twice the same (wording_en.py, wording_de.py)
bugs.py           faults that can be planted on purpose
server.py         HTTP
"""
