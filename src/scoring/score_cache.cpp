#include "scoring/score_cache.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

void add(std::string& out, std::string_view part) {
    out += std::to_string(part.size()) + ":";
    out += part;
}

void add_turn(std::string& out, const Turn& turn) {
    add(out, to_string(turn.role));
    add(out, turn.text);
    for (const ToolCall& call : turn.tools) {
        add(out, call.name);
        add(out, call.arguments ? json_text(*call.arguments) : "");
        add(out, call.result ? json_text(*call.result) : "");
        add(out, call.error);
    }
    add(out, turn.mind.move);
    add(out, turn.mind.asks);
    add(out, fmt::format("{} {}", turn.mind.emotion, turn.ended));
}

void append_score(std::string& out, const Score& s) {
    JsonObject o(out);
    o.add("criterion", s.criterion);
    o.add("value", s.value);
    o.add("weight", s.weight);
    o.add("reason", s.reason);
    o.add("turn", s.turn);
    o.add("author", s.author);
}

std::string string_at(const json::object& o, const char* key) {
    return std::string(o.at(key).as_string());
}

std::vector<Score> scores_from(const json::value& list) {
    std::vector<Score> out;
    for (const json::value& item : list.as_array()) {
        const json::object& o = item.as_object();
        out.push_back({.criterion = string_at(o, "criterion"),
                       .value = o.at("value").to_number<double>(),
                       .weight = o.at("weight").to_number<double>(),
                       .reason = string_at(o, "reason"),
                       .turn = o.at("turn").to_number<int>(),
                       .author = string_at(o, "author")});
    }
    return out;
}

std::pair<std::string, JudgeScores> entry_from(const json::object& o) {
    JudgeScores scores{.scores = scores_from(o.at("scores")), .turn_scores = {}};
    for (const json::value& turn : o.at("turns").as_array()) {
        scores.turn_scores.emplace_back(turn.at("n").to_number<int>(), scores_from(turn.at("scores")));
    }
    return {string_at(o, "key"), std::move(scores)};
}

}  // namespace

std::string score_key(const Suite& suite, const CellParts& parts, const Conversation& c, std::string_view version) {
    std::string all;
    add(all, version);
    add(all, suite.judge.engine);
    add(all, json_text(suite.judge.args));
    add(all, suite.scorecard.hash);
    add(all, parts.persona->hash);
    add(all, parts.scenario->hash);
    add(all, parts.edge_case->id);
    add(all, fmt::format("{} {} {} {}", to_string(c.ended), c.resolved, c.metrics.handed_over_at,
                         c.metrics.human_demanded_at));
    for (const Turn& turn : c.turns) {
        add_turn(all, turn);
    }
    for (const CheckResult& check : c.checks) {
        add(all, fmt::format("{} {} {} {}", check.name, check.passed, check.turn, check.gates));
        add(all, check.detail);
    }
    return content_hash(all);
}

Result<void> ScoreCache::read(std::string_view text) {
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) {
            continue;
        }
        try {
            auto [key, scores] = entry_from(json::parse(json::string_view(line.data(), line.size())).as_object());
            put(key, scores);
        } catch (const std::exception& e) {
            return fail(ErrorKind::malformed, fmt::format("line {} holds no scores: {}", number, e.what()),
                        "delete the file; it is made anew");
        }
    }
    return {};
}

std::optional<JudgeScores> ScoreCache::find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        return std::nullopt;
    }
    ++hits_;
    return found->second;
}

void ScoreCache::put(const std::string& key, const JudgeScores& scores) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() < most_) {
        entries_.insert_or_assign(key, scores);
    }
}

std::string ScoreCache::text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [key, entry] : entries_) {
        {
            JsonObject o(out);
            o.add("key", key);
            o.add_list("scores", entry.scores, append_score);
            o.add_list("turns", entry.turn_scores, [](std::string& to, const auto& turn) {
                JsonObject one(to);
                one.add("n", turn.first);
                one.add_list("scores", turn.second, append_score);
            });
        }
        out += "\n";
    }
    return out;
}

std::size_t ScoreCache::hits() const {
    const std::lock_guard lock(mutex_);
    return hits_;
}

}  // namespace sosia::scoring
