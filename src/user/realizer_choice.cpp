#include "user/realizer_choice.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace sosia::user::wording {
namespace {

constexpr int tries = 10;
constexpr int random_variations = 40;

struct Option {
    Group group = neutral_group;
    float weight = 0;
};

// The groups a user of these habits draws from, with how often.
class Menu {
  public:
    Menu(const ActLines& lines, const Habits& habits) {
        const auto mood = static_cast<std::size_t>(habits.band);
        const bool moody = habits.band != Band::calm;
        const bool styled = habits.style != Style::neutral;
        constexpr std::array<float, band_count> of_neutral{1.0F, 0.7F, 0.4F, 0.12F};
        constexpr std::array<float, band_count> of_band{0.0F, 1.0F, 1.8F, 4.0F};
        const bool wordy = habits.style == Style::verbose || habits.style == Style::rambling;
        const std::array<float, band_count> of_style{wordy ? 1.2F : 1.8F, wordy ? 0.9F : 1.2F, 0.8F, 0.5F};
        add(lines, neutral_group, of_neutral[mood]);
        if (moody) {
            add(lines, group_of(habits.band), of_band[mood]);
        }
        if (styled) {
            add(lines, group_of(habits.style), of_style[mood]);
        }
        if (moody && styled) {
            add(lines, group_of(habits.style, habits.band), 3.0F);
        }
        if (habits.colour != Colour::none) {
            add(lines, group_of(habits.colour), habits.band == Band::angry ? 0.3F : 1.2F);
        }
    }

    Group draw(Random& random) const {
        float left = static_cast<float>(random.uniform()) * total_;
        for (std::size_t i = 0; i + 1 < count_; ++i) {
            if (left < options_[i].weight) {
                return options_[i].group;
            }
            left -= options_[i].weight;
        }
        return options_[count_ - 1].group;
    }

    const Option* begin() const { return options_.data(); }
    const Option* end() const { return options_.data() + count_; }

  private:
    void add(const ActLines& lines, Group group, float weight) {
        if (!lines.groups[group].empty()) {
            const float worn =
                std::min(1.0F, static_cast<float>(lines.groups[group].size() + 2) / 6.0F);  // few lines wear out
            options_[count_++] = {group, weight * worn};
            total_ += weight * worn;
        }
    }

    std::array<Option, 5> options_{};
    std::size_t count_ = 0;
    float total_ = 0;
};

// How well a line of that many words suits the style, as the probability of keeping it.
double length_fit(Style style, std::uint8_t words) {
    switch (style) {
        case Style::terse:
            return words <= 4 ? 1.0 : (words <= 7 ? 0.45 : 0.12);
        case Style::verbose:
        case Style::rambling:
            return words >= 8 ? 1.0 : (words >= 5 ? 0.8 : 0.45);
        case Style::technical:
            return words >= 12 ? 0.6 : 0.9;
        case Style::neutral:
        case Style::non_native:
            break;
    }
    return words <= 6 ? 1.0 : (words <= 9 ? 0.75 : 0.4);
}

class Chooser {
  public:
    Chooser(const Choice& choice, Random& random, Said& said)
        : choice_(choice),
          random_(random),
          said_(said),
          menu_(*choice.lines, *choice.habits),
          available_(choice.fillers->available()) {}

    Draft run() {
        if (draw() || walk()) {
            return std::move(draft_);
        }
        vary();
        return std::move(draft_);
    }

  private:
    bool fits(const Line& line) const {
        const bool about_it = choice_.one_of == 0 || (line.needs & choice_.one_of) != 0;
        return (line.needs & ~available_) == 0 && about_it && (line.slot_ends || !choice_.slot_ends);
    }

    bool accept(const Line& line) {
        if (!fits(line) || said_.contains(line.id)) {
            return false;
        }
        draft_.clear();
        fill(line, *choice_.fillers, draft_);
        if (!said_.insert(wording_hash(draft_.text())).second) {
            return false;
        }
        said_.insert(line.id);
        return true;
    }

    bool draw() {
        for (int i = 0; i < tries; ++i) {
            const Range range = choice_.lines->groups[menu_.draw(random_)];
            const Line& line = choice_.lines->lines[range.begin + random_.below(range.size())];
            const bool pleases = i >= tries / 2 || random_.chance(length_fit(choice_.habits->style, line.words));
            if (pleases && accept(line)) {
                return true;
            }
        }
        return false;
    }

    // Every line of the menu once, from a random place on.
    bool walk() {
        for (const Option& option : menu_) {
            const Range range = choice_.lines->groups[option.group];
            const std::size_t start = random_.below(range.size());
            for (std::size_t i = 0; i < range.size(); ++i) {
                if (accept(choice_.lines->lines[range.begin + (start + i) % range.size()])) {
                    return true;
                }
            }
        }
        return false;
    }

    const Line* usable(std::size_t n) const {
        const Range range = choice_.lines->groups[neutral_group];
        for (std::size_t i = 0; i < range.size(); ++i) {
            const Line& line = choice_.lines->lines[range.begin + (n + i) % range.size()];
            if (fits(line)) {
                return &line;
            }
        }
        return nullptr;
    }

    bool try_variation(std::size_t number, std::size_t more) {
        const std::size_t leads = choice_.around->leads.size();
        const std::size_t tails = choice_.around->tails.size() + 1;
        const std::size_t line = number / (leads * tails);
        compose(usable(line), number / tails % leads, number % tails, more);
        return said_.insert(wording_hash(draft_.text())).second;
    }

    // Used lines with other words around them: any lead and tail at first, then all of them in turn, then two leads,
    // three ...
    void vary() {
        const std::size_t all = choice_.lines->groups[neutral_group].size() * choice_.around->leads.size() *
                                (choice_.around->tails.size() + 1);
        for (int i = 0; i < random_variations; ++i) {
            if (try_variation(random_.below(all), 0)) {
                return;
            }
        }
        for (std::size_t n = 0; !try_variation(n % all, n / all); ++n) {
        }
    }

    void compose(const Line* line, std::size_t lead, std::size_t tail, std::size_t more) {
        draft_.clear();
        draft_.add(choice_.around->leads[lead]);
        for (std::size_t i = 0; i < more; ++i) {
            draft_.add(" ");
            draft_.add(choice_.around->leads[(lead + i + 1) % choice_.around->leads.size()]);
        }
        if (line != nullptr) {
            draft_.add(" ");
            Draft body;
            fill(*line, *choice_.fillers, body);
            draft_.append_continued(body);
        }
        if (tail > 0 && !choice_.slot_ends) {
            draft_.add_tail(choice_.around->tails[tail - 1]);
        }
    }

    const Choice& choice_;
    Random& random_;
    Said& said_;
    Menu menu_;
    Needs available_;
    Draft draft_;
};

}  // namespace

Draft choose(const Choice& choice, Random& random, Said& said) {
    return Chooser(choice, random, said).run();
}

}  // namespace sosia::user::wording
