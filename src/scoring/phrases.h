// What the checks listen for, per language, as data: src/scoring/data/words_<language>.yaml.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"

namespace re2 {
class RE2;
}

namespace sosia::scoring {

// The lists of the data files, by the same names.
enum class Say : std::uint8_t {
    policy,
    gift,
    fee,
    sum,
    elapsed,
    beyond_limit,
    around_the_clock,
    strong_promise,
    again_reason,
    another,
    lost,
    set_aside,
    opening_yes,
    declines,
    skips_checks,
    concession,
    paperwork,
    start_over,
    no_need,
    context_passed,
    cheer_strong,
    cheer_mild,
    cheer_sign,
    hostile,
    other_people,
    reveals_other,
    reveals_prompt,
};
inline constexpr int say_count = 27;

// The text as the lists expect it: lower case, hyphens as spaces, each . ! ? , alone between spaces, no other
// punctuation, a space at both ends.
std::string plain(std::string_view text);

// One language's lists. Thread-safe.
class Phrases {
  public:
    static Result<Phrases> load(std::string_view language, std::string_view yaml);
    Phrases(Phrases&&) noexcept;
    Phrases& operator=(Phrases&&) noexcept;
    ~Phrases();

    // `text` is what plain() gives. A list that the language lacks is never heard.
    bool hears(Say list, std::string_view text) const;
    // The words that were heard, without outer spaces; "" when none were.
    std::string heard(Say list, std::string_view text) const;

  private:
    Phrases();
    std::array<std::unique_ptr<re2::RE2>, say_count> lists_;
};

// All languages. An unknown one is read as English.
class PhraseBook {
  public:
    static Result<PhraseBook> create();
    // English and these only ("de-AT" means "de"): making the lists ready takes milliseconds each.
    static Result<PhraseBook> create(const std::set<std::string, std::less<>>& languages);
    const Phrases& of(std::string_view language) const;

  private:
    Result<void> add(std::string_view language, std::string_view yaml);

    std::map<std::string, Phrases, std::less<>> languages_;
};

}  // namespace sosia::scoring
