#include "judge/calibration.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"
#include "stats/proportions.h"

namespace sosia::judge {
namespace {

constexpr int levels = 5;

std::optional<std::size_t> column(const std::vector<std::string>& header,
                                  std::initializer_list<std::string_view> names) {
    const auto found = std::ranges::find_if(
        header, [&](const std::string& h) { return std::ranges::find(names, lower(trim(h))) != names.end(); });
    return found == header.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - header.begin()));
}

// pass, fail, or a level.
bool read_value(std::string_view text, Label& into) {
    const std::string value = lower(trim(text));
    if (value == "pass" || value == "passed" || value == "yes" || value == "true") {
        into.passed = true;
        return true;
    }
    if (value == "fail" || value == "failed" || value == "no" || value == "false") {
        return true;
    }
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), into.level);
    return error == std::errc{} && end == value.data() + value.size() && into.level >= 1 && into.level <= levels;
}

std::string field(const std::vector<std::string>& row, std::optional<std::size_t> at) {
    return at && *at < row.size() ? std::string(trim(row[*at])) : std::string();
}

// What people say about one conversation, boiled down.
struct Truth {
    int level = 0;
    bool passed = false;
};

bool passes(const Label& label, double from) {
    return label.level > 0 ? label.level >= from : label.passed;
}

Truth truth_of(const std::vector<const Label*>& given, double from) {
    Truth out;
    std::vector<int> numbers;
    std::size_t passed = 0;
    for (const Label* label : given) {
        passed += passes(*label, from) ? 1U : 0U;
        if (label->level > 0) {
            numbers.push_back(label->level);
        }
    }
    if (numbers.size() == given.size()) {
        std::ranges::sort(numbers);
        out.level = numbers[(numbers.size() - 1) / 2];
        out.passed = out.level >= from;
    } else {
        out.passed = passed * 2 > given.size();
    }
    return out;
}

struct Pair {
    const Opinion* opinion = nullptr;
    std::vector<const Label*> labels;
    Truth truth;
};

const Opinion* opinion_on(const JudgedConversation& c, std::string_view criterion) {
    const auto found = std::ranges::find(c.opinions, criterion, &Opinion::criterion);
    return found == c.opinions.end() || found->level == 0 ? nullptr : &*found;
}

std::vector<Pair> pairs_of(std::span<const Label> labels, std::span<const JudgedConversation> judged,
                           const Rubric& rubric) {
    std::vector<Pair> out;
    for (const JudgedConversation& c : judged) {
        Pair pair{.opinion = opinion_on(c, rubric.name)};
        for (const Label& label : labels) {
            if (label.criterion == rubric.name && c.id.starts_with(label.conversation)) {
                pair.labels.push_back(&label);
            }
        }
        if (pair.opinion != nullptr && !pair.labels.empty()) {
            pair.truth = truth_of(pair.labels, rubric.passes_from);
            out.push_back(std::move(pair));
        }
    }
    return out;
}

stats::ConfusionMatrix square(std::size_t n) {
    return {n, std::vector<double>(n, 0.0)};
}

void fill_matrices(const std::vector<Pair>& pairs, CriterionReport& out) {
    out.pass_fail = square(2);
    const bool have_levels = std::ranges::all_of(pairs, [](const Pair& p) { return p.truth.level > 0; });
    out.levels = have_levels ? square(levels) : stats::ConfusionMatrix{};
    for (const Pair& pair : pairs) {
        const bool judge = pair.opinion->level >= out.passes_from;
        out.pass_fail[pair.truth.passed ? 1 : 0][judge ? 1 : 0] += 1;
        if (have_levels) {
            out.levels[static_cast<std::size_t>(pair.truth.level - 1)]
                      [static_cast<std::size_t>(pair.opinion->level - 1)] += 1;
        }
    }
    out.agreement = stats::agreement(out.pass_fail);
    if (have_levels) {
        out.on_levels = stats::agreement(out.levels);
    }
}

using Ratings = std::vector<std::vector<std::optional<double>>>;

// A row per rater, the judge's last.
Ratings ratings_of(const std::vector<Pair>& pairs, double from, bool as_levels) {
    std::set<std::string> raters;
    for (const Pair& pair : pairs) {
        for (const Label* label : pair.labels) {
            raters.insert(label->rater);
        }
    }
    Ratings out(raters.size() + 1, std::vector<std::optional<double>>(pairs.size()));
    for (std::size_t unit = 0; unit < pairs.size(); ++unit) {
        for (const Label* label : pairs[unit].labels) {
            const auto row = static_cast<std::size_t>(std::distance(raters.begin(), raters.find(label->rater)));
            out[row][unit] = as_levels ? label->level : (passes(*label, from) ? 1.0 : 0.0);
        }
        const int level = pairs[unit].opinion->level;
        out.back()[unit] = as_levels ? level : (level >= from ? 1.0 : 0.0);
    }
    return out;
}

void add_alpha(const std::vector<Pair>& pairs, CriterionReport& out) {
    const bool as_levels = !out.levels.empty();
    const stats::Scale scale = as_levels ? stats::Scale::interval : stats::Scale::nominal;
    Ratings ratings = ratings_of(pairs, out.passes_from, as_levels);
    out.alpha = stats::krippendorff_alpha(ratings, scale);
    ratings.pop_back();
    if (ratings.size() > 1) {
        out.alpha_people = stats::krippendorff_alpha(ratings, scale);
    }
}

void add_error_rates(CriterionReport& out) {
    const auto count = [&](std::size_t person, std::size_t judge) {
        return static_cast<std::size_t>(out.pass_fail[person][judge]);
    };
    out.fail_labels = count(0, 0) + count(0, 1);
    out.pass_labels = count(1, 0) + count(1, 1);
    if (out.pass_labels > 0) {
        out.sensitivity = out.pass_fail[1][1] / static_cast<double>(out.pass_labels);
        out.sensitivity_interval = stats::wilson(count(1, 1), out.pass_labels);
    }
    if (out.fail_labels > 0) {
        out.specificity = out.pass_fail[0][0] / static_cast<double>(out.fail_labels);
        out.specificity_interval = stats::wilson(count(0, 0), out.fail_labels);
    }
}

void add_judged(std::span<const JudgedConversation> judged, CriterionReport& out) {
    std::size_t passed = 0;
    for (const JudgedConversation& c : judged) {
        const Opinion* opinion = opinion_on(c, out.criterion);
        if (opinion == nullptr) {
            continue;
        }
        ++out.judged;
        passed += opinion->level >= out.passes_from ? 1U : 0U;
        if (opinion->votes.size() > 1) {
            const auto [low, high] = std::ranges::minmax(opinion->votes);
            ++out.repeated;
            out.flipped += low < out.passes_from && high >= out.passes_from ? 1U : 0U;
        }
    }
    out.pass_rate = out.judged == 0 ? 0 : static_cast<double>(passed) / static_cast<double>(out.judged);
    out.corrected = stats::correct_judge({.pass_rate = out.pass_rate,
                                          .specificity = out.specificity,
                                          .sensitivity = out.sensitivity,
                                          .judged = out.judged,
                                          .failed_labels = out.fail_labels,
                                          .passed_labels = out.pass_labels});
}

std::string shortcoming_of(const CriterionReport& r) {
    if (r.pass_labels < labels_needed || r.fail_labels < labels_needed) {
        return fmt::format("{} pass and {} fail labels, {} of each are needed", r.pass_labels, r.fail_labels,
                           labels_needed);
    }
    if (r.sensitivity_interval.low + r.specificity_interval.low <= 1) {
        return "it may be no better than chance";
    }
    if (r.corrected && r.corrected->contradiction) {
        return "the calibration contradicts the data";
    }
    return {};
}

}  // namespace

Result<std::vector<Label>> read_labels(std::string_view csv) {
    const std::vector<std::vector<std::string>> rows = csv_rows(csv);
    const std::vector<std::string> header = rows.empty() ? std::vector<std::string>{} : rows.front();
    const auto conversation = column(header, {"conversation", "conversation_id", "id"});
    const auto criterion = column(header, {"criterion"});
    const auto label = column(header, {"label", "level"});
    const auto rater = column(header, {"rater"});
    if (!conversation || !criterion || !label) {
        return fail(ErrorKind::usage, "the header of the labels needs the columns conversation, criterion and label",
                    "conversation,criterion,label,rater");
    }
    std::vector<Label> out;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i].size() == 1 && trim(rows[i].front()).empty()) {
            continue;
        }
        Label entry{.conversation = field(rows[i], conversation),
                    .criterion = field(rows[i], criterion),
                    .rater = field(rows[i], rater)};
        if (entry.conversation.empty() || entry.criterion.empty() || !read_value(field(rows[i], label), entry)) {
            return fail(
                ErrorKind::usage,
                fmt::format("row {} of the labels: \"{}\" is no label", i + 1, shorten(field(rows[i], label), 40)),
                "a label is pass, fail, or a level from 1 to 5");
        }
        out.push_back(std::move(entry));
    }
    return out;
}

std::vector<CriterionReport> calibrate(std::span<const Label> labels, std::span<const JudgedConversation> judged,
                                       std::span<const Rubric> rubrics) {
    std::vector<CriterionReport> out;
    for (const Rubric& rubric : rubrics) {
        const std::vector<Pair> pairs = pairs_of(labels, judged, rubric);
        if (pairs.empty()) {
            continue;
        }
        CriterionReport report{.criterion = rubric.name, .passes_from = rubric.passes_from, .labelled = pairs.size()};
        fill_matrices(pairs, report);
        add_alpha(pairs, report);
        add_error_rates(report);
        add_judged(judged, report);
        report.shortcoming = shortcoming_of(report);
        out.push_back(std::move(report));
    }
    return out;
}

}  // namespace sosia::judge
