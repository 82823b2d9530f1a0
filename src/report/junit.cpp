#include <algorithm>

#include <fmt/format.h>

#include "report/files.h"

namespace sosia::report {
namespace {

std::string plain_transcript(const Conversation& c) {
    std::string out;
    for (const Turn& turn : c.turns) {
        out += fmt::format("{} {}: {}\n", turn.n, to_string(turn.role), turn.text);
    }
    return out;
}

std::string failure_element(const Conversation& c) {
    const CheckResult* cause = analysis::root_cause(c);
    std::string message = cause == nullptr ? c.error : cause->detail;
    std::string body;
    for (const CheckResult& check : c.checks) {
        if (!check.passed && check.gates) {
            body += fmt::format("{} (turn {}): {}\n", check.name, check.turn, check.detail);
        }
    }
    body += "\n" + plain_transcript(c) + "\nsosia show " + c.id + "\n";
    return fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                       xml_text(cause == nullptr ? "failed" : cause->name), xml_text(message), xml_text(body));
}

}  // namespace

std::string junit_header(const std::string& suite, const analysis::Summary* s, double seconds) {
    const std::string counts = s == nullptr ? ""
                                            : fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\"",
                                                          s->done, s->failed, s->invalid, seconds);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{0}\"{1}>\n  <testsuite name=\"{0}\"{1}>\n",
        xml_text(suite), counts);
}

std::string junit_footer() {
    return "  </testsuite>\n</testsuites>\n";
}

std::string junit_testcase(const std::string& suite, const Conversation& c) {
    const std::string name = to_string(c.cell);
    std::string out =
        fmt::format("    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{:.3f}\"", xml_text(suite),
                    xml_text(c.cell.scenario), xml_text(name), static_cast<double>(c.metrics.duration_ms) / 1000);
    if (c.outcome == Outcome::passed) {
        return out + "/>\n";
    }
    out += ">\n";
    if (c.outcome == Outcome::invalid) {
        out += fmt::format("      <error type=\"{}\" message=\"{}\">{}</error>\n", xml_text(to_string(c.ended)),
                           xml_text(c.error), xml_text(plain_transcript(c)));
    } else {
        out += failure_element(c);
    }
    return out + "    </testcase>\n";
}

}  // namespace sosia::report
