"""The files CI systems read, judged by their own parsers: JUnit XML by a schema, the Markdown summary by GitHub's renderer."""
import html.parser
import pathlib
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree

import support

# What agents could say to break a report: markup, ends of sections, table breaks, links, control characters, terminal sequences.
HOSTILE = ("]]></failure><script>alert(1)</script> <img src=x onerror=y> & \" ' | a | b | `code` [link](javascript:x) ![i](http://x) "
           "**bold** ~~x~~ # title\n\n| --- | --- |\n<!-- --> &lt; \x00\x01\x1b[31mred\x7f\x85\u2028\ufffe\uffff \U0001f600 \u202e @somebody 30 days, 90 days")


def hostile_agent(request):
    turn = request["turn"]
    if turn == 3:
        return {"message": f"{HOSTILE} {turn}", "tools": [HOSTILE, {"name": "waive_fee", "arguments": {HOSTILE: HOSTILE}}], "metadata": {HOSTILE: HOSTILE}}
    return {"message": f"{HOSTILE} {turn}"}


class Rows(html.parser.HTMLParser):
    """The tables of a page as lists of rows of cell texts; all element names."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.elements, self.links, self.in_cell = [], set(), [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        if tag == "a":
            self.links.append([dict(attributes)["href"], ""])
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self.in_cell:
            self.tables[-1][-1][-1] += data
        if self.links:
            self.links[-1][1] += data


class Reports(unittest.TestCase):
    def run_with(self, reply, check):
        with support.agent(reply) as url, support.suite("desk", url) as (folder, env):
            support.sosia("run", "desk", "-q", "--runs", 1, "--out", "results", cwd=folder, env=env)
            check(folder / "results")

    def check_junit(self, results):
        self.assertTrue(shutil.which("xmllint"), "xmllint is missing: apt-get install libxml2-utils")
        schema = support.HERE / "junit.xsd"
        judged = subprocess.run(["xmllint", "--noout", "--schema", schema, results / "junit.xml"], capture_output=True, text=True)
        self.assertEqual(judged.returncode, 0, judged.stderr)
        suites = xml.etree.ElementTree.parse(results / "junit.xml").getroot()
        cases = suites.findall("testsuite/testcase")
        stored = support.conversations(results)
        self.assertEqual(int(suites.get("tests")), len(cases))
        self.assertEqual(len(stored), len(cases))
        self.assertEqual(len({(case.get("classname"), case.get("name")) for case in cases}), len(cases), "names tell the cases apart")
        for outcome, element, count in (("failed", "failure", "failures"), ("invalid", "error", "errors")):
            expected = sum(c["outcome"] == outcome for c in stored)
            self.assertEqual(len([case for case in cases if case.find(element) is not None]), expected)
            self.assertEqual(int(suites.get(count)), expected)
        return cases

    def check_markdown(self, results):
        self.assertTrue(shutil.which("cmark-gfm"), "cmark-gfm is missing: apt-get install cmark-gfm")
        # --unsafe lets HTML through: whatever of the agent's words is still markup then shows.
        page = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", results / "summary.md"],
                              capture_output=True, text=True, check=True).stdout
        rows = Rows(page)
        self.assertGreaterEqual(len(rows.tables), 2)
        for table in rows.tables:
            self.assertGreaterEqual(len(table), 2)
            self.assertEqual({len(row) for row in table}, {len(table[0])}, table)
        for target, text in rows.links:  # GitHub links bare addresses; none may hide where it leads
            self.assertTrue(target.startswith("http") and text.startswith(target), (target, text))
        self.assertLessEqual(rows.elements - {"a"}, {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary"})
        return rows

    def test_a_hostile_agent_breaks_neither(self):
        def check(results):
            cases = self.check_junit(results)
            failure = next(case.find("failure") for case in cases if case.find("failure") is not None)
            self.assertIn("]]></failure><script>alert(1)</script>", failure.text)
            self.assertIn("sosia show", failure.text)
            rows = self.check_markdown(results)
            self.assertIn("check", rows.tables[1][0])
            self.assertNotRegex((results / "summary.md").read_text(), r"[\x00-\x09\x0b-\x1f]")

        self.run_with(hostile_agent, check)

    def test_a_good_agent_and_a_failing_one(self):
        def good(results):
            self.assertTrue(all(len(case) == 0 for case in self.check_junit(results)))
            counts = self.check_markdown(results).tables[0]
            self.assertEqual(counts[0][:4], ["conversations", "passed", "failed", "invalid"])
            self.assertEqual([int(cell) for cell in counts[1][:4]], [len(support.conversations(results)), len(support.conversations(results)), 0, 0])

        self.run_with(support.refund_desk, good)

        def broken(results):
            cases = self.check_junit(results)
            self.assertTrue(all(case.find("error").get("type") for case in cases))
            self.check_markdown(results)

        self.run_with(lambda request: 503, broken)

    def test_the_schema_refuses_what_is_wrong(self):
        def check(results):
            good = (results / "junit.xml").read_text()
            for wrong in (good.replace(' tests="', ' tsets="', 1), re.sub(r' time="[\d.]+"', ' time="soon"', good, count=1),
                          good.replace("<testcase", "<testcas"), good.replace("</testsuites>", "")):
                path = pathlib.Path(results) / "wrong.xml"
                path.write_text(wrong)
                judged = subprocess.run(["xmllint", "--noout", "--schema", support.HERE / "junit.xsd", path], capture_output=True)
                self.assertNotEqual(judged.returncode, 0)

        self.run_with(support.refund_desk, check)


if __name__ == "__main__":
    unittest.main()
