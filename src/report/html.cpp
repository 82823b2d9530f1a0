#include "report/html.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/realism.h"
#include "report/gzip.h"
#include "report/html_blocks.h"
#include "report/html_rows.h"
#include "sosia_report_web_data.h"

namespace sosia::report {
namespace json = boost::json;
namespace {

constexpr std::string_view index_mark = "<!--sosia:index-->";
constexpr std::string_view transcripts_mark = "<!--sosia:transcripts-->";

// The application without data; empty when it was not built in.
std::string_view shell() {
    const auto files = sosia_report_web::embedded_files();
    return files.empty() ? std::string_view() : files.front().text;
}

json::object traits_json(const std::map<std::string, std::string>& traits) {
    json::object out;
    for (const auto& [axis, value] : traits) {
        out[axis] = value;
    }
    return out;
}

json::array strings(const std::vector<std::string>& values) {
    return json::array(values.begin(), values.end());
}

json::object cast_json(const Suite& suite) {
    json::array personas;
    for (const Persona& p : suite.personas) {
        personas.emplace_back(json::object{{"id", p.id},
                                           {"name", p.name},
                                           {"language", p.language},
                                           {"traits", traits_json(p.traits)},
                                           {"profile", p.profile},
                                           {"goal", p.goal.primary}});
    }
    json::array scenarios;
    for (const Scenario& s : suite.scenarios) {
        scenarios.emplace_back(json::object{{"id", s.id},
                                            {"category", s.category},
                                            {"intent", s.intent},
                                            {"description", s.description},
                                            {"tags", strings(s.tags)}});
    }
    json::array adversaries;
    for (const Adversary& a : suite.adversaries) {
        adversaries.emplace_back(
            json::object{{"id", a.id}, {"family", to_string(a.family)}, {"description", a.description}});
    }
    return {{"personas", std::move(personas)},
            {"scenarios", std::move(scenarios)},
            {"adversaries", std::move(adversaries)}};
}

json::array realism_json(const analysis::RealismMeasures& measures) {
    json::array out;
    for (const analysis::RealismRow& row : analysis::compare_with_references(measures)) {
        out.emplace_back(json::object{{"measure", row.measure},
                                      {"here", row.here},
                                      {"people_low", row.people_low},
                                      {"people_high", row.people_high},
                                      {"model", row.model},
                                      {"nearer_to_people", row.nearer_to_people},
                                      {"separates", row.separates}});
    }
    return out;
}

json::object share_json(const HtmlShare& share) {
    return {{"held", share.held}, {"all", share.all}};
}

std::string data_block(std::string_view id, std::string_view text) {
    return fmt::format("<script type=\"application/octet-stream\" id=\"{}\">{}</script>\n", id, text);
}

}  // namespace

ServedPage served_page() {
    // The page from disk may fetch nothing; the served one may ask its server.
    constexpr std::string_view none = "connect-src 'none'";
    constexpr std::string_view own = "connect-src 'self'";
    constexpr std::string_view before_policy = "http-equiv=\"Content-Security-Policy\" content=\"";
    ServedPage page{.text = std::string(shell())};
    const std::size_t fetches = page.text.find(none);
    const std::size_t policy = page.text.find(before_policy);
    if (fetches == std::string::npos || policy == std::string::npos) {
        return {};
    }
    page.text.replace(fetches, none.size(), own);
    const std::size_t from = policy + before_policy.size();
    page.policy = page.text.substr(from, page.text.find('"', from) - from) + "; frame-ancestors 'none'";
    return page;
}

std::string to_sentence(const HtmlContents& contents) {
    const auto whole = [](const HtmlShare& share) { return share.held == share.all; };
    if (whole(contents.failed) && whole(contents.invalid) && whole(contents.passed)) {
        return "Every conversation is in this file.";
    }
    const auto part = [&whole](const HtmlShare& share, std::string_view what) {
        return whole(share) ? fmt::format("all {} {}", share.all, what)
                            : fmt::format("{} of {} {}", share.held, share.all, what);
    };
    return fmt::format(
        "This file has the transcripts of {}, {} and {} conversations; the numbers are of all of them, and "
        "conversations.jsonl or the store has the rest.",
        part(contents.failed, "failed"), part(contents.invalid, "invalid"), part(contents.passed, "passed"));
}

struct HtmlReport::Impl {
    Impl(const Suite& the_suite, std::uint64_t bytes) : suite(the_suite), max_bytes(bytes) {}

    const Suite& suite;
    std::uint64_t max_bytes;
    HtmlRows rows;
    HtmlBlocks blocks;
    analysis::RealismBuilder realism;
    HtmlSample sample;
    std::vector<bool> chosen;
    std::uint64_t room = 0;   // for blocks
    double ratio = 1;         // page bytes per record byte, expected
    json::object comparison;  // empty: none
    json::object judge;       // empty: none
    HtmlBlocks compared;      // its transcripts
    std::uint64_t held = 0;   // bytes of records
    int more_passes = 2;
    // What the pass before came to, should the next one come to less.
    struct Pass {
        HtmlBlocks blocks;
        HtmlRows::Places places;
        std::vector<bool> chosen;
        std::uint64_t failures = 0;
        std::uint64_t all = 0;
    };
    std::optional<Pass> last;
    std::uint64_t failures_to_come = 0;  // bytes of chosen records that are no passes and not held yet

    HtmlContents contents() const;
    std::string index(json::object run, std::string sentence) const;
    void choose();
    void choose_by(double expected_ratio);
    Pass pass() const;
    void put_back(Pass pass);
};

void HtmlReport::Impl::choose() {
    constexpr std::uint64_t overview = 96 * 1024;  // run.json, personas and scenarios
    constexpr std::uint64_t per_row = 3;           // where each transcript lies, not known yet
    const std::uint64_t fixed = shell().size() + base64(gzip(rows.text())).size() + overview + per_row * rows.size() +
                                base64(gzip(json::serialize(comparison))).size();
    room = max_bytes > fixed ? max_bytes - fixed : 0;
    constexpr double margin = 1.05;  // what was sampled may compress a little better than what is chosen
    const double expected = sample.ratio() * margin;
    sample = {};
    choose_by(expected);
}

void HtmlReport::Impl::choose_by(double expected_ratio) {
    ratio = expected_ratio;
    failures_to_come = 0;
    const std::uint64_t taken = compared.bytes();
    const std::uint64_t left = room > taken ? room - taken : 0;
    chosen = choose_transcripts(rows, static_cast<std::uint64_t>(static_cast<double>(left) / ratio));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        failures_to_come += chosen[row] && rows.outcome(row) != Outcome::passed ? rows.bytes(row) : 0;
    }
}

HtmlContents HtmlReport::Impl::contents() const {
    HtmlContents out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Outcome outcome = rows.outcome(row);
        HtmlShare& share = outcome == Outcome::passed   ? out.passed
                           : outcome == Outcome::failed ? out.failed
                                                        : out.invalid;
        ++share.all;
        share.held += chosen[row] ? 1 : 0;
    }
    return out;
}

std::string HtmlReport::Impl::index(json::object run, std::string sentence) const {
    const HtmlContents share = contents();
    json::object out{{"format", 1},
                     {"run", std::move(run)},
                     {"cast", cast_json(suite)},
                     {"realism", realism_json(realism.finish())},
                     {"contents", json::object{{"sentence", std::move(sentence)},
                                               {"limit_bytes", max_bytes},
                                               {"blocks", blocks.blocks().size()},
                                               {"passed", share_json(share.passed)},
                                               {"failed", share_json(share.failed)},
                                               {"invalid", share_json(share.invalid)}}}};
    if (!judge.empty()) {
        out["cast"].as_object()["judge"] = judge;
    }
    if (!comparison.empty()) {
        out["comparison"] = comparison;
    }
    std::string text = json::serialize(out);
    text.back() = ',';
    return text + rows.text() + "}";
}

HtmlReport::HtmlReport(const Suite& suite, std::uint64_t max_bytes) : impl_(std::make_unique<Impl>(suite, max_bytes)) {}
HtmlReport::~HtmlReport() = default;
HtmlReport::HtmlReport(HtmlReport&&) noexcept = default;

bool HtmlReport::available() {
    return !shell().empty();
}

void HtmlReport::add(std::string_view record, const Conversation& conversation) {
    impl_->rows.add(conversation, record.size());
    impl_->realism.add(conversation);
    impl_->sample.add(impl_->rows.size() - 1, record);
}

void HtmlReport::explain_judge(json::object judge) {
    impl_->judge = std::move(judge);
}

bool HtmlReport::wants(std::size_t row) {
    if (impl_->chosen.empty() && impl_->rows.size() > 0) {
        impl_->choose();
    }
    return row < impl_->chosen.size() && impl_->chosen[row];
}

void HtmlReport::hold(std::size_t row, std::string_view record) {
    const bool passed = impl_->rows.outcome(row) == Outcome::passed;
    impl_->failures_to_come -= passed ? 0 : record.size();
    // Where the estimate was too hopeful, passes give way to the failures that are still to come.
    const std::uint64_t kept_free = passed ? impl_->failures_to_come : 0;
    const double needed = static_cast<double>(kept_free + record.size() + impl_->blocks.pending()) * impl_->ratio;
    if (static_cast<double>(impl_->blocks.bytes()) + needed > static_cast<double>(impl_->room)) {
        impl_->chosen[row] = false;
        return;
    }
    const HtmlBlocks::Place place = impl_->blocks.add(record);
    impl_->rows.place(row, place.block, place.line);
    impl_->held += record.size();
}

HtmlReport::Impl::Pass HtmlReport::Impl::pass() const {
    Pass out{.blocks = blocks, .places = rows.places(), .chosen = chosen};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        out.all += chosen[row] ? 1 : 0;
        out.failures += chosen[row] && rows.outcome(row) != Outcome::passed ? 1 : 0;
    }
    return out;
}

void HtmlReport::Impl::put_back(Pass pass) {
    blocks = std::move(pass.blocks);
    rows.put_back(std::move(pass.places));
    chosen = std::move(pass.chosen);
}

// How well records compress depends on which lie beside each other, and the sample cannot know that: repetitions of a
// cell, which follow each other, take far less than the same number of different conversations.
bool HtmlReport::again() {
    constexpr double full_enough = 0.85;
    constexpr double margin = 1.08;
    Impl& i = *impl_;
    i.blocks.close();
    Impl::Pass now = i.pass();
    if (i.last && std::pair(now.failures, now.all) < std::pair(i.last->failures, i.last->all)) {
        i.put_back(std::move(*i.last));
        return false;
    }
    const double used = static_cast<double>(i.blocks.bytes() - i.compared.bytes());
    const double free = static_cast<double>(i.room) - static_cast<double>(i.compared.bytes());
    const bool has_all = std::ranges::find(i.chosen, false) == i.chosen.end();
    if (has_all || i.held == 0 || used >= full_enough * free || i.more_passes-- == 0) {
        return false;
    }
    i.last = std::move(now);
    i.choose_by(std::min(i.ratio, margin * used / static_cast<double>(i.held)));
    i.blocks = i.compared;
    i.held = 0;
    for (std::size_t row = 0; row < i.rows.size(); ++row) {
        i.rows.place(row, -1, -1);
    }
    return true;
}

std::string HtmlReport::served_index(json::object run) {
    impl_->chosen.assign(impl_->rows.size(), true);
    for (std::size_t row = 0; row < impl_->rows.size(); ++row) {
        impl_->rows.place(row, 0, static_cast<std::int32_t>(row));
    }
    return impl_->index(std::move(run), "Transcripts are read from the store when they are opened; none is left out.");
}

void HtmlReport::compare_with(json::object comparison,
                              const std::vector<std::pair<std::string, std::string>>& records) {
    constexpr std::uint64_t part = 4;  // at most a quarter of the file
    json::object places;
    for (const auto& [id, record] : records) {
        if (impl_->blocks.bytes() + impl_->blocks.pending() / part > impl_->max_bytes / part) {
            break;
        }
        const HtmlBlocks::Place place = impl_->blocks.add(record);
        places[id] = json::array{place.block, place.line};
    }
    impl_->blocks.close();  // transcripts of the run itself begin in a block of their own
    impl_->compared = impl_->blocks;
    impl_->comparison = std::move(comparison);
    impl_->comparison["held"] = std::move(places);
    impl_->comparison["blocks"] = impl_->blocks.blocks().size();
}

Result<HtmlContents> HtmlReport::write(const std::string& path, const RunMeta& meta, const analysis::Summary& summary) {
    const std::string_view page = shell();
    const std::size_t index_at = page.find(index_mark);
    const std::size_t transcripts_at = page.find(transcripts_mark);
    if (index_at == std::string_view::npos || transcripts_at == std::string_view::npos) {
        return fail(ErrorKind::unavailable, "this sosia was built without its web application",
                    "install Node 20 and npm, then build again");
    }
    impl_->blocks.close();
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << page.substr(0, index_at)
         << data_block(
                "sosia-index",
                base64(gzip(impl_->index(run_json(meta, summary, impl_->suite), to_sentence(impl_->contents())))));
    const std::size_t after_index = index_at + index_mark.size();
    file << page.substr(after_index, transcripts_at - after_index);
    for (std::size_t i = 0; i < impl_->blocks.blocks().size(); ++i) {
        file << data_block(fmt::format("sosia-block-{}", i), impl_->blocks.blocks()[i]);
    }
    file << page.substr(transcripts_at + transcripts_mark.size());
    HtmlContents contents = impl_->contents();
    contents.bytes = static_cast<std::uint64_t>(file.tellp());
    file.close();
    if (!file) {
        return fail(ErrorKind::unavailable, "cannot write " + path + ": " + std::strerror(errno),
                    "check that the folder exists, is writable and has room");
    }
    return contents;
}

}  // namespace sosia::report
