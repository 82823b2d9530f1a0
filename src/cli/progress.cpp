#include "cli/progress.h"

#include <cmath>

#include <fmt/format.h>

namespace sosia::cli {
namespace {

constexpr std::int64_t terminal_every_us = 150'000;
constexpr std::int64_t plain_every_us = 10'000'000;

std::string time_left(double seconds) {
    const auto s = std::llround(seconds);
    return s < 90 ? fmt::format("{} s", s) : fmt::format("{} min", (s + 30) / 60);
}

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, const Clock& clock, std::uint64_t planned,
                   std::uint64_t already_done)
    : out_(out),
      terminal_(terminal),
      clock_(clock),
      planned_(planned),
      already_done_(already_done),
      began_us_(clock.steady_us()),
      last_us_(began_us_) {}

void Progress::update(std::uint64_t passed, std::uint64_t failed, std::uint64_t invalid) {
    const std::int64_t now = clock_.steady_us();
    if (now - last_us_ >= (terminal_ ? terminal_every_us : plain_every_us)) {
        last_us_ = now;
        print(passed, failed, invalid);
    }
}

void Progress::print(std::uint64_t passed, std::uint64_t failed, std::uint64_t invalid) {
    const std::uint64_t done = passed + failed + invalid;
    const double seconds = static_cast<double>(clock_.steady_us() - began_us_) / 1e6;
    const double rate = static_cast<double>(done - std::min(done, already_done_)) / std::max(seconds, 1e-6);
    std::string line =
        fmt::format("{}/{}  passed {}  failed {}  invalid {}  {:.1f}/s", done, planned_, passed, failed, invalid, rate);
    if (rate > 0 && done < planned_) {
        line += "  " + time_left(static_cast<double>(planned_ - done) / rate) + " left";
    }
    if (terminal_) {
        out_ << "\r\x1b[2K" << line << std::flush;
        line_open_ = true;
    } else {
        out_ << line << "\n" << std::flush;
    }
}

void Progress::finish() {
    if (line_open_) {
        out_ << "\r\x1b[2K" << std::flush;
        line_open_ = false;
    }
}

void Progress::say(const std::string& text) {
    finish();
    out_ << text << "\n" << std::flush;
}

}  // namespace sosia::cli
