#include "analysis/pass_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "stats/pass_k.h"

namespace sosia::analysis {
namespace {

constexpr int around = 3;      // how far from the solution whole numbers are tried
constexpr double slack = 1.2;  // printed values may have been rounded twice

struct Printed {
    double value = 0;
    double rounding = 0;
};

std::optional<Printed> number(std::string_view text) {
    const std::string_view trimmed = trim(text);
    Printed out;
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), out.value);
    if (error != std::errc{} || (end != trimmed.data() + trimmed.size() && *end != '%')) {
        return std::nullopt;
    }
    const std::size_t point = trimmed.find('.');
    const std::size_t digits =
        point == std::string_view::npos ? 0 : static_cast<std::size_t>(end - trimmed.data()) - point - 1;
    out.rounding = 0.5 * std::pow(10.0, -static_cast<double>(digits));
    return out;
}

bool gives(const PassRow& row, const std::vector<int>& counts) {
    const std::size_t n = row.pass_hat.size();
    for (std::size_t k = 1; k <= n; ++k) {
        double sum = 0;
        for (std::size_t c = k; c <= n; ++c) {
            sum += counts[c] * stats::pass_hat_k(n, c, k);
        }
        if (std::abs(sum / static_cast<double>(row.tasks) - row.pass_hat[k - 1]) > slack * row.rounding) {
            return false;
        }
    }
    return true;
}

// Tries whole numbers for counts[c], c from the top, keeping those that still give pass^c.
bool search(const PassRow& row, const std::vector<double>& solution, std::size_t c, std::vector<int>& counts) {
    if (c == 0) {
        counts[0] = static_cast<int>(row.tasks) - std::accumulate(counts.begin() + 1, counts.end(), 0);
        return counts[0] >= 0 && gives(row, counts);
    }
    const int middle = static_cast<int>(std::lround(solution[c]));
    for (int step = 0; step <= 2 * around; ++step) {
        counts[c] = middle + (step % 2 == 0 ? step / 2 : -(step + 1) / 2);
        if (counts[c] >= 0 && search(row, solution, c - 1, counts)) {
            return true;
        }
    }
    return false;
}

Result<PassRow> row_from(std::string_view line, std::size_t line_number) {
    const std::vector<std::string_view> cells = split(line, ',');
    if (cells.size() < 3) {
        return fail(ErrorKind::usage, fmt::format("line {}: expected name, tasks and at least pass^1", line_number));
    }
    PassRow row{.name = std::string(trim(cells[0]))};
    const std::optional<Printed> tasks = number(cells[1]);
    if (!tasks || tasks->value < 1 || tasks->value > 1e6 || tasks->value != std::floor(tasks->value)) {
        return fail(ErrorKind::usage, fmt::format("line {}: \"{}\" is no number of tasks", line_number, cells[1]));
    }
    row.tasks = static_cast<std::size_t>(tasks->value);
    for (std::size_t i = 2; i < cells.size(); ++i) {
        const std::optional<Printed> value = number(cells[i]);
        if (!value || value->value < 0 || value->value > 100) {
            return fail(ErrorKind::usage, fmt::format("line {}: \"{}\" is no rate", line_number, cells[i]));
        }
        row.pass_hat.push_back(value->value);
        row.rounding = std::max(row.rounding, value->rounding);
    }
    if (*std::ranges::max_element(row.pass_hat) > 1) {
        std::ranges::for_each(row.pass_hat, [](double& rate) { rate /= 100; });
        row.rounding /= 100;
    }
    return row;
}

}  // namespace

Result<std::vector<PassRow>> pass_rows_from_csv(std::string_view text) {
    std::vector<PassRow> out;
    std::size_t number_of_line = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number_of_line;
        if (trim(line).empty() || number_of_line == 1) {
            continue;
        }
        Result<PassRow> row = row_from(trim(line), number_of_line);
        if (!row) {
            return std::unexpected(row.error());
        }
        if (row->pass_hat.size() > 8) {
            return fail(ErrorKind::limit, fmt::format("line {}: more than pass^8 is not audited", number_of_line));
        }
        out.push_back(std::move(*row));
    }
    if (out.empty()) {
        return fail(ErrorKind::usage, "the table has no rows", "a header first, then name,tasks,pass^1,pass^2,...");
    }
    return out;
}

PassAudit audit(const PassRow& row) {
    PassAudit out{.solution = stats::passes_histogram(row.pass_hat, row.tasks)};
    std::vector<int> counts(row.pass_hat.size() + 1, 0);
    out.fits = search(row, out.solution, row.pass_hat.size(), counts);
    if (out.fits) {
        out.counts = std::move(counts);
    }
    return out;
}

}  // namespace sosia::analysis
