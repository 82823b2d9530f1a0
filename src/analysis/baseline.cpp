#include "analysis/baseline.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/json_text.h"

namespace sosia::analysis {
namespace json = boost::json;
namespace {

constexpr std::int64_t format_version = 1;

char letter_of(Outcome outcome) {
    return outcome == Outcome::passed ? 'P' : outcome == Outcome::failed ? 'F' : 'I';
}

json::array texts(const std::vector<std::string>& values) {
    json::array out;
    for (const std::string& value : values) {
        out.emplace_back(value);
    }
    return out;
}

json::array numbers(const std::vector<double>& values) {
    json::array out;
    for (const double value : values) {
        out.emplace_back(value);
    }
    return out;
}

bool counts_up(const std::vector<RunOutcome>& runs) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].repetition != static_cast<int>(i)) {
            return false;
        }
    }
    return true;
}

json::object cell_json(const CellOutcomes& cell) {
    std::string letters;
    json::array repetitions;
    json::array scores;
    json::array failed;
    json::array criteria;
    for (const RunOutcome& run : cell.runs) {
        letters += letter_of(run.outcome);
        repetitions.emplace_back(run.repetition);
        scores.emplace_back(run.score ? json::value(*run.score) : json::value(nullptr));
        failed.emplace_back(texts(run.failed_checks));
        criteria.emplace_back(numbers(run.criteria));
    }
    json::object out{
        {"cell", json::array{cell.cell.persona, cell.cell.scenario, cell.cell.edge_case, cell.cell.adversary}},
        {"runs", letters}};
    if (!counts_up(cell.runs)) {
        out["repetitions"] = std::move(repetitions);
    }
    out["scores"] = std::move(scores);
    if (letters.contains('F')) {
        out["failed"] = std::move(failed);
    }
    out["criteria"] = std::move(criteria);
    return out;
}

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> out;
    for (const json::value& item : value.as_array()) {
        out.push_back(text_of(item));
    }
    return out;
}

Result<Outcome> outcome_of(char letter) {
    switch (letter) {
        case 'P':
            return Outcome::passed;
        case 'F':
            return Outcome::failed;
        case 'I':
            return Outcome::invalid;
        default:
            return fail(ErrorKind::malformed, fmt::format("\"runs\" holds \"{}\"; expected P, F and I", letter));
    }
}

Result<void> read_cell(const json::object& line, OutcomesBuilder& builder) {
    const std::vector<std::string> names = texts_of(line.at("cell"));
    if (names.size() != 4) {
        return fail(ErrorKind::malformed, "\"cell\" must name persona, scenario, edge case and adversary");
    }
    const std::string letters = text_of(line.at("runs"));
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const Result<Outcome> outcome = outcome_of(letters[i]);
        if (!outcome) {
            return std::unexpected(outcome.error());
        }
        RunOutcome run{.repetition = static_cast<int>(i), .outcome = *outcome};
        if (const json::value* repetitions = line.if_contains("repetitions")) {
            run.repetition = repetitions->as_array().at(i).to_number<int>();
        }
        if (const json::value& score = line.at("scores").as_array().at(i); score.is_number()) {
            run.score = score.to_number<double>();
        }
        if (const json::value* failed = line.if_contains("failed")) {
            run.failed_checks = texts_of(failed->as_array().at(i));
        }
        for (const json::value& value : line.at("criteria").as_array().at(i).as_array()) {
            run.criteria.push_back(value.to_number<double>());
        }
        builder.add({names[0], names[1], names[2], names[3], 0}, std::move(run));
    }
    return {};
}

Result<Outcomes> read_baseline(const json::object& root) {
    if (root.at("sosia_baseline").to_number<std::int64_t>() != format_version) {
        return fail(ErrorKind::malformed, "this baseline was written by a newer Sosia", "update, or set it again");
    }
    Outcomes start{.name = text_of(root.at("name")),
                   .run = text_of(root.at("run")),
                   .suite = text_of(root.at("suite")),
                   .set_at = text_of(root.at("set_at")),
                   .agent = text_of(root.at("agent")),
                   .agent_version = text_of(root.at("agent_version")),
                   .criteria = texts_of(root.at("criteria"))};
    for (const auto& [name, value] : root.at("pins").as_object()) {
        start.pins[name] = text_of(value);
    }
    OutcomesBuilder builder(std::move(start));
    for (const json::value& line : root.at("cells").as_array()) {
        if (const Result<void> read = read_cell(line.as_object(), builder); !read) {
            return std::unexpected(read.error());
        }
    }
    return builder.finish();
}

}  // namespace

std::string baseline_text(const Outcomes& o) {
    std::string out = "{\n";
    const auto field = [&out](std::string_view name, const json::value& value) {
        out += fmt::format("  \"{}\": {},\n", name, json_text(value));
    };
    field("sosia_baseline", format_version);
    field("name", json::value(o.name));
    field("set_at", json::value(o.set_at));
    field("run", json::value(o.run));
    field("suite", json::value(o.suite));
    field("agent", json::value(o.agent));
    field("agent_version", json::value(o.agent_version));
    out += "  \"pins\": {";
    for (const auto& [name, value] : o.pins) {
        out += fmt::format("{}\n    {}: {}", name == o.pins.begin()->first ? "" : ",",
                           json::serialize(json::value(name)), json::serialize(json::value(value)));
    }
    out += "\n  },\n";
    field("criteria", texts(o.criteria));
    out += "  \"cells\": [";
    for (std::size_t i = 0; i < o.cells.size(); ++i) {
        out += (i == 0 ? "\n    " : ",\n    ") + json_text(cell_json(o.cells[i]));
    }
    return out + "\n  ]\n}\n";
}

Result<Outcomes> baseline_from_text(std::string_view text) {
    boost::system::error_code error;
    const json::value root = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !root.is_object()) {
        return fail(ErrorKind::malformed, "not a baseline: " + (error ? error.message() : "not a JSON object"),
                    "take it from the repository again, or set it anew: sosia baseline set NAME");
    }
    try {
        return read_baseline(root.as_object());
    } catch (const std::exception& e) {
        return fail(ErrorKind::malformed, fmt::format("not a baseline: {}", e.what()),
                    "sosia baseline set writes these files; a merge conflict may have damaged it");
    }
}

}  // namespace sosia::analysis
